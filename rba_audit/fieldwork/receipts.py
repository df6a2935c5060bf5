"""Receipts for phones: the stored document, its hash, and the photos that are still missing.

A receipt never contains an outcome of the site.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rba_audit.register import Photo, Register, Visit
from rba_audit.register.danger_records import Danger
from rba_audit.register.person_records import Person
from rba_audit.register.photo_records import PhotoArrival, StoredPhoto


def receipt(register: Register, visit: Visit) -> dict[str, Any]:
    """Return the receipt of a version of a visit."""
    return _visit_fields(register, visit, register.photos.arrival_of(visit, thorough=True))


def _visit_fields(register: Register, visit: Visit, arrival: PhotoArrival) -> dict[str, Any]:
    return {
        "visit": visit.id,
        "sha256": visit.sha256,
        "site": visit.site_id,
        "root": visit.root,
        "version": visit.version,
        "scope": visit.scope,
        "state": register.reviews.status(visit.root).state,
        **_missing_fields(visit.photos, arrival),
        "recorded_at": visit.recorded_at.isoformat(),
    }


def photo_receipt(register: Register, photo: StoredPhoto, visit: Visit) -> dict[str, Any]:
    """Return the receipt of a photo, with the photos that its visit still lacks."""
    return {**_photo_fields(photo), **_missing_fields(visit.photos, register.photos.arrival_of(visit))}


def danger_receipt(register: Register, danger: Danger) -> dict[str, Any]:
    """Return the receipt of a danger report."""
    return {
        "danger": danger.id,
        "sha256": danger.sha256,
        "site": danger.site_id,
        **_danger_missing_fields(register, danger),
        "recorded_at": danger.recorded_at.isoformat(),
    }


def danger_photo_receipt(register: Register, photo: StoredPhoto, danger: Danger) -> dict[str, Any]:
    """Return the receipt of the photo of a danger report."""
    return {**_photo_fields(photo), **_danger_missing_fields(register, danger)}


def own_receipts(register: Register, author: Person) -> list[dict[str, Any]]:
    """Return the receipts of a person's own visits, newest first, with a reviewer's notes on visits that have issues."""
    receipts = []
    visits = register.visits.by_author(author.id)
    deliveries = register.deliveries.for_author(author.id)
    names = {person.id: person.name for person in register.people.all()} if deliveries else {}
    arrival = register.photos.arrival(author.id, [photo.sha256 for visit in visits for photo in visit.photos])
    for visit in visits:
        row = _visit_fields(register, visit, arrival)
        notes: list[dict[str, str]] = []
        if row["state"] == "has_issues":
            moves = [move for move in register.reviews.history(visit.root) if move.to == "has_issues"]
            for move in moves[-1:]:
                notes = [{"question": "", "told": move.note}] if move.note else []
                notes += [{"question": question, "told": note} for question, note in move.notes.items()]
        if visit.id in deliveries:
            row["handed_over"] = names.get(deliveries[visit.id].person_id, "")
        row |= {"edition": visit.edition, "day": visit.day.isoformat()}
        receipts.append({**row, "notes": notes})
    return receipts


def dangers_without_photo(register: Register, author: Person) -> list[dict[str, Any]]:
    """Return the receipts of a person's own danger reports whose photo is not stored."""
    dangers = register.dangers.by_author(author.id)
    arrival = register.photos.arrival(author.id, [danger.photo for danger in dangers])
    return [danger_receipt(register, danger) for danger in dangers if danger.photo not in arrival.here]


def _photo_fields(photo: StoredPhoto) -> dict[str, Any]:
    return {
        "sha256": photo.sha256,
        "kept_sha256": photo.kept_sha256,
        "bytes": photo.bytes,
        "width": photo.width,
        "height": photo.height,
    }


def _danger_missing_fields(register: Register, danger: Danger) -> dict[str, Any]:
    named = [Photo(danger.photo, danger.question)] if danger.photo else []
    return _missing_fields(
        named, register.photos.arrival(danger.author, [photo.sha256 for photo in named], thorough=True)
    )


def _missing_fields(named: Collection[Photo], arrival: PhotoArrival) -> dict[str, Any]:
    """Return the photos to send (`missing_warning`); `lost` are the hashes among them that had arrived and are gone or damaged since."""
    missing = arrival.missing(named)
    return {
        "complete": not missing,
        "missing": [{"sha256": photo.sha256, "question": photo.question, "item": photo.item} for photo in missing],
        "lost": sorted({photo.sha256 for photo in missing} & arrival.lost),
    }
