"""What is answered to a phone about what it sent: what is kept, under which hash, and what has not arrived yet.

A receipt says nothing about whether the site conforms.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rba_audit.register import Photo, Register, Visit
from rba_audit.register.dangers import Danger
from rba_audit.register.people import Person
from rba_audit.register.photos import KeptPhoto


def receipt(register: Register, visit: Visit) -> dict[str, Any]:
    """Return the receipt of a version of a visit."""
    return _of_visit(register, visit, register.photos.missing(visit))


def _of_visit(register: Register, visit: Visit, missing: Iterable[Photo]) -> dict[str, Any]:
    return {
        "visit": visit.id,
        "sha256": visit.sha256,
        "site": visit.site_id,
        "root": visit.root,
        "version": visit.version,
        "state": register.reviews.standing(visit.root).state,
        **_waiting(missing),
        "recorded_at": visit.recorded_at.isoformat(),
    }


def photo_receipt(register: Register, kept: KeptPhoto, visit: Visit) -> dict[str, Any]:
    """Return the receipt of a photo, with what its visit still waits for."""
    return {**_of_photo(kept), **_waiting(register.photos.missing(visit))}


def danger_receipt(register: Register, danger: Danger) -> dict[str, Any]:
    """Return the receipt of the report of a danger."""
    return {
        "danger": danger.id,
        "sha256": danger.sha256,
        "site": danger.site_id,
        **_waiting(_missing(register, danger)),
        "recorded_at": danger.recorded_at.isoformat(),
    }


def danger_photo_receipt(register: Register, kept: KeptPhoto, danger: Danger) -> dict[str, Any]:
    """Return the receipt of the photo of a danger."""
    return {**_of_photo(kept), **_waiting(_missing(register, danger))}


def own_receipts(register: Register, author: Person) -> list[dict[str, Any]]:
    """Return the receipts of a person's own visits, newest first, with what a reviewer wants corrected."""
    found = []
    visits = register.visits.by_author(author.id)
    arrived = register.photos.known([photo.sha256 for visit in visits for photo in visit.photos])
    for visit in visits:
        told = _of_visit(register, visit, [photo for photo in visit.photos if photo.sha256 not in arrived])
        notes: list[dict[str, str]] = []
        if told["state"] == "has_issues":
            moves = [each for each in register.reviews.history(visit.root) if each.to == "has_issues"]
            for move in moves[-1:]:
                notes = [{"question": "", "told": move.note}] if move.note else []
                notes += [{"question": question, "told": note} for question, note in move.notes.items()]
        found.append({**told, "edition": visit.edition, "day": visit.day.isoformat(), "notes": notes})
    return found


def _of_photo(kept: KeptPhoto) -> dict[str, Any]:
    return {
        "sha256": kept.sha256,
        "kept_sha256": kept.kept_sha256,
        "bytes": kept.bytes,
        "width": kept.width,
        "height": kept.height,
    }


def _missing(register: Register, danger: Danger) -> list[Photo]:
    waiting = danger.photo and danger.photo not in register.photos.known([danger.photo])
    return [Photo(danger.photo, danger.question)] if waiting else []


def _waiting(missing: Iterable[Photo]) -> dict[str, Any]:
    named = [{"sha256": photo.sha256, "question": photo.question, "item": photo.item} for photo in missing]
    return {"complete": not named, "missing": named}
