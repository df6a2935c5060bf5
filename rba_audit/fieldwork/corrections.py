"""Corrections of a visit: what the next version would remove from the one before, so that a form can warn first.

`static/phone/carrying.js` computes the same on the phone; tests compare the two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from rba_audit.forms import sent_answers
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit
from rba_audit.standard import Standard

Kind = Literal["answer", "note", "visit_note", "position", "item", "item_answer", "item_note", "photo"]


class CorrectionRemoval(NamedTuple):
    """Something that the version before has and the new one does not.

    Attributes:
        kind: The kind of removed content.
        of: The id of a question or item, or the hash of a photo; empty for the note and the position of the visit.
        beside: The question of an item's answer, or the question or item that a photo shows.
    """

    kind: Kind
    of: str = ""
    beside: str = ""


def removals(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[CorrectionRemoval]:
    """Return the removals between the documents of two versions, in the order of the document `before`."""
    return [*_visit_removals(before, after), *_item_removals(before, after), *_photo_removals(before, after)]


def _visit_removals(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CorrectionRemoval]:
    yield from (
        CorrectionRemoval("answer", question) for question in before["answers"] if question not in after["answers"]
    )
    for question, text in (before.get("notes") or {}).items():
        if _has_text(text) and not _has_text((after.get("notes") or {}).get(question)):
            yield CorrectionRemoval("note", question)
    if _has_text(before.get("note")) and not _has_text(after.get("note")):
        yield CorrectionRemoval("visit_note")
    if before.get("position") and not after.get("position"):
        yield CorrectionRemoval("position")


def _item_removals(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CorrectionRemoval]:
    remaining = {item["id"]: item for item in after.get("items") or ()}
    for item in before.get("items") or ():
        now = remaining.get(item["id"])
        if now is None:
            yield CorrectionRemoval("item", item["id"])
            continue
        answers = now.get("answers") or {}
        yield from (
            CorrectionRemoval("item_answer", item["id"], question)
            for question in item.get("answers") or {}
            if question not in answers
        )
        if _has_text(item.get("note")) and not _has_text(now.get("note")):
            yield CorrectionRemoval("item_note", item["id"])


def _photo_removals(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CorrectionRemoval]:
    remaining = {_photo_key(photo) for photo in after.get("photos") or ()}
    for photo in before.get("photos") or ():
        if _photo_key(photo) not in remaining:
            yield CorrectionRemoval("photo", photo["sha256"], photo.get("question") or photo.get("item") or "")


def _photo_key(photo: Mapping[str, Any]) -> tuple[str, str, str]:
    return photo["sha256"], photo.get("question") or "", photo.get("item") or ""


def _has_text(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def removal_words(removal: CorrectionRemoval, before: Mapping[str, Any], standard: Standard) -> Message | str:
    """Return the label of a removal for users; names of items come from the document `before`."""

    def ask(question: str) -> str:
        return str(standard.question(question).ask) if standard.has_question(question) else question

    names = {item["id"]: item.get("name") or item["kind"] for item in before.get("items") or ()}
    match removal.kind:
        case "answer":
            return say("Answer: {question}", question=ask(removal.of))
        case "note":
            return say("Note: {question}", question=ask(removal.of))
        case "visit_note":
            return say("Note of the visit")
        case "position":
            return say("Position")
        case "item":
            return say("Equipment: {name}", name=names[removal.of])
        case "item_answer":
            return say("{item}, {question}", item=names[removal.of], question=ask(removal.beside))
        case "item_note":
            return say("Note: {question}", question=names[removal.of])
        case "photo":
            subject = names.get(removal.beside) or ask(removal.beside)
            return say("Photo: {question}", question=subject) if subject else say("Photo")


def removal_key(removed: list[CorrectionRemoval]) -> str:
    """Return a key of these removals (16 hexadecimal digits of a SHA-256); a form sends it when its user has confirmed them."""
    return sha256(json.dumps(removed).encode()).hexdigest()[:16]


def sent_by(register: Register, visit_id: str, author: str, site_id: str) -> tuple[Visit, dict[str, Any]] | None:
    """Return a version of an author's own visit of a site, and its document; None if there is no such visit."""
    visit = next((version for version in _versions(register, author, site_id) if version.id == visit_id), None)
    if visit is None:
        return None
    document: dict[str, Any] = json.loads(register.visits.document(visit.id))
    return visit, document


def _versions(register: Register, author: str, site_id: str) -> Iterator[Visit]:
    for newest in register.visits.for_site(site_id):
        if newest.author == author:
            yield from register.visits.chain(newest.root)


def version_to_correct(register: Register, visit: Visit, standard: Standard) -> dict[str, Any]:
    """Return a stored version as the initial state of a form of `standard` that corrects it.

    The correction takes over the photos that the server has (`photos`) by their hashes; the bytes of the others
    (`photos_missing`) may still be on the phone.
    """
    arrived = register.photos.arrival_of(visit).here
    photos = json.loads(register.visits.document(visit.id)).get("photos") or ()
    return {
        "id": visit.id,
        "edition": visit.edition,
        "version": visit.version,
        "day": visit.day.isoformat(),
        "stage": visit.stage,
        "scope": visit.scope,
        "auditor": visit.auditor,
        "answers": sent_answers(visit.answers, standard),
        "notes": dict(visit.notes),
        "note": visit.note,
        "items": [dict(item) for item in visit.items],
        "position": visit.position,
        "photos": [photo for photo in photos if photo["sha256"] in arrived],
        "photos_missing": [photo for photo in photos if photo["sha256"] not in arrived],
    }
