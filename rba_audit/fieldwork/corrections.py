"""Corrections: a new version is the one that was sent with some changes, and what it would leave out of it is told first.

`static/phone/carrying.js` says the same for the phone; tests hold the two together.
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
    """Something that the version before says and the new one does not.

    Attributes:
        kind: What it is.
        of: A question's or an item's id, or the hash of a photo; empty where there is one alone.
        beside: The question of an item's answer, or the question or item that a photo shows.
    """

    kind: Kind
    of: str = ""
    beside: str = ""


def removals(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[CorrectionRemoval]:
    """Return what the document of a version before says and the one after it does not, in the order of the first."""
    return [*_of_the_place(before, after), *_of_items(before, after), *_photos(before, after)]


def _of_the_place(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CorrectionRemoval]:
    yield from (
        CorrectionRemoval("answer", question) for question in before["answers"] if question not in after["answers"]
    )
    for question, text in (before.get("notes") or {}).items():
        if _says(text) and not _says((after.get("notes") or {}).get(question)):
            yield CorrectionRemoval("note", question)
    if _says(before.get("note")) and not _says(after.get("note")):
        yield CorrectionRemoval("visit_note")
    if before.get("position") and not after.get("position"):
        yield CorrectionRemoval("position")


def _of_items(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CorrectionRemoval]:
    still = {item["id"]: item for item in after.get("items") or ()}
    for item in before.get("items") or ():
        now = still.get(item["id"])
        if now is None:
            yield CorrectionRemoval("item", item["id"])
            continue
        given = now.get("answers") or {}
        yield from (
            CorrectionRemoval("item_answer", item["id"], question)
            for question in item.get("answers") or {}
            if question not in given
        )
        if _says(item.get("note")) and not _says(now.get("note")):
            yield CorrectionRemoval("item_note", item["id"])


def _photos(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[CorrectionRemoval]:
    still = {_place_of(photo) for photo in after.get("photos") or ()}
    for photo in before.get("photos") or ():
        if _place_of(photo) not in still:
            yield CorrectionRemoval("photo", photo["sha256"], photo.get("question") or photo.get("item") or "")


def _place_of(photo: Mapping[str, Any]) -> tuple[str, str, str]:
    return photo["sha256"], photo.get("question") or "", photo.get("item") or ""


def _says(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def removal_words(found: CorrectionRemoval, before: Mapping[str, Any], standard: Standard) -> Message | str:
    """Return in words what would be left out, by the document that says it."""

    def ask(question: str) -> str:
        return str(standard.question(question).ask) if standard.has_question(question) else question

    names = {item["id"]: item.get("name") or item["kind"] for item in before.get("items") or ()}
    match found.kind:
        case "answer":
            return say("Answer: {question}", question=ask(found.of))
        case "note":
            return say("Note: {question}", question=ask(found.of))
        case "visit_note":
            return say("Note of the visit")
        case "position":
            return say("Position")
        case "item":
            return say("Equipment: {name}", name=names[found.of])
        case "item_answer":
            return say("{item}, {question}", item=names[found.of], question=ask(found.beside))
        case "item_note":
            return say("Note: {question}", question=names[found.of])
        case "photo":
            beside = names.get(found.beside) or ask(found.beside)
            return say("Photo: {question}", question=beside) if beside else say("Photo")


def removal_key(found: list[CorrectionRemoval]) -> str:
    """Return a short word for just these things, by which a form says that its maker has seen them."""
    return sha256(json.dumps(found).encode()).hexdigest()[:16]


def sent_by(register: Register, visit_id: str, author: str, site_id: str) -> tuple[Visit, dict[str, Any]] | None:
    """Return a version of a person's own visit of a site, and its document; None where it is none."""
    visit = next((each for each in _versions(register, author, site_id) if each.id == visit_id), None)
    if visit is None:
        return None
    document: dict[str, Any] = json.loads(register.visits.document(visit.id))
    return visit, document


def _versions(register: Register, author: str, site_id: str) -> Iterator[Visit]:
    for newest in register.visits.for_site(site_id):
        if newest.author == author:
            yield from register.visits.chain(newest.root)


def version_to_correct(register: Register, visit: Visit, standard: Standard) -> dict[str, Any]:
    """Return a version that was sent, whole, as a form of `standard` begins its correction with it.

    Photos that the server has (`photos`) are taken over by their hashes; of the others (`photos_missing`) only a phone may
    still have the bytes.
    """
    here = register.photos.arrival_of(visit).here
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
        "photos": [photo for photo in photos if photo["sha256"] in here],
        "photos_missing": [photo for photo in photos if photo["sha256"] not in here],
    }
