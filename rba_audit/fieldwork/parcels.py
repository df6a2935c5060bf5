"""Intake of a parcel (a phone's queue as one ZIP): each entry has the effect that it would have had by itself.

No file is ever written under a name from the parcel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any, Final, Literal

from rba_audit.errors import EvidenceError, NotInRegister, RbaError
from rba_audit.fieldwork.archives import Archive, open_archive
from rba_audit.fieldwork.documents import LARGEST_DOCUMENT_BYTES as LARGEST_DOCUMENT
from rba_audit.fieldwork.intake import (
    DangerIntake,
    VisitIntake,
    take_danger,
    take_danger_photo,
    take_document,
    take_photo,
)
from rba_audit.fieldwork.proposals import ProposalIntake, place_receipt, take_place
from rba_audit.fieldwork.receipts import danger_receipt, receipt
from rba_audit.fieldwork.submission_errors import SubmissionError, error_code
from rba_audit.fieldwork.validation import IntakeContext
from rba_audit.messages import Message, say
from rba_audit.photographs import LARGEST_PHOTO_BYTES as LARGEST_PHOTO
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.photo_records import StoredPhoto
from rba_audit.strict_json import NotJson, read_json

_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME: Final = re.compile(
    rf"(?:(?P<kind>visit|danger|place)s/(?P<id>{_UUID})\.json|photos/(?P<sha256>[0-9a-f]{{64}})\.(?:jpe?g|png|webp))\Z"
)
_MANIFEST: Final = "manifest.json"
_UNFINISHED_VISIT: Final = "draft.json"
"""Entry with an unfinished visit that one surveyor hands to another; phones read it, the register does not."""

_TakePhoto = Callable[[Register, str, str, bytes, Person], tuple[StoredPhoto, bool]]
Kind = Literal["visit", "danger", "place", "photo", "other"]
Result = Literal["new", "known", "refused", "left_out"]
_FIRST: Final = ("place", "danger", "visit")
_BEST: Final[tuple[Result, ...]] = ("new", "known", "refused")


@dataclass(frozen=True, slots=True)
class ParcelEntry:
    """The result for one entry of a parcel.

    Attributes:
        path: Its name in the parcel.
        kind: The kind of document, `photo`, or `other`.
        id: The id of a visit, danger or proposal, or the hash of a photo.
        result: Whether it was stored (`new`), was stored already (`known`), was refused, or is not for the register (`left_out`).
        error: The error code of a refused entry.
        told: Messages for users: the reasons of a refusal, or warnings.
        receipt: The receipt of a document that is stored.
    """

    path: str
    kind: Kind
    id: str
    result: Result
    error: str = ""
    told: tuple[Message | str, ...] = ()
    receipt: Mapping[str, Any] | None = None


def take_parcel(desk: IntakeContext, file: IO[bytes], sender: Person) -> list[ParcelEntry]:
    """Take in a parcel as if it had been sent entry by entry, and return the result for each entry.

    Raises:
        SubmissionTooLarge: it exceeds the limit on entries or on bytes.
        SubmissionError: it is not a parcel, or has a harmful entry.
    """
    archive = open_archive(file)
    with archive.file:
        return list(_entry_results(desk, archive, sender))


def _entry_results(desk: IntakeContext, archive: Archive, sender: Person) -> Iterator[ParcelEntry]:
    matches = {path: match for path in archive.entries if (match := _NAME.match(path))}
    replaced = {
        path: _corrected_path(archive.read(path, LARGEST_DOCUMENT))
        for path, name_match in matches.items()
        if name_match["kind"]
    }
    results: dict[str, ParcelEntry] = {}
    # Proposals first, because dangers and visits may refer to their sites; then dangers; then visits, a version before
    # its correction; photos last, when every document that names them is stored.
    for path in sorted(replaced, key=lambda path: (_FIRST.index(matches[path]["kind"]), _depth(path, replaced))):
        body = archive.read(path, LARGEST_DOCUMENT)
        results[path] = _document(desk, path, matches[path], body, sender)
    accepted = frozenset(matches[path]["id"] for path in replaced if results[path].result != "refused")
    for path in matches:
        if path not in replaced:
            data = archive.read(path, LARGEST_PHOTO)
            results[path] = _photo(desk, path, matches[path]["sha256"], data, sender, accepted)
    for path in archive.entries:
        if path in results:
            yield _with_receipt(desk, results[path])
        elif path == _UNFINISHED_VISIT:
            message = say(
                "This is work that is not finished: its colleague takes it on a phone, under “My work”, and sends it."
            )
            yield ParcelEntry(path, "other", "", "left_out", told=(message,))
        elif path != _MANIFEST:
            yield ParcelEntry(path, "other", "", "left_out")


def _document(desk: IntakeContext, path: str, match: re.Match[str], body: bytes | None, sender: Person) -> ParcelEntry:
    kind: Kind = "visit" if match["kind"] == "visit" else "place" if match["kind"] == "place" else "danger"
    if body is None:
        return _unreadable(path, kind, match["id"])
    if kind == "place":
        return _entry(path, kind, match["id"], partial(take_place, desk, body, sender, id=match["id"], parcel=True))
    if kind == "danger":
        return _entry(path, kind, match["id"], partial(take_danger, desk, body, sender, id=match["id"], parcel=True))
    return _entry(path, kind, match["id"], partial(take_document, desk, body, sender, id=match["id"], parcel=True))


def _photo(
    desk: IntakeContext, path: str, sha256: str, data: bytes | None, sender: Person, accepted: Collection[str]
) -> ParcelEntry:
    """Store a photo for every document that names it; `accepted` are the ids of the documents accepted from this parcel."""
    if data is None:
        return _unreadable(path, "photo", sha256)
    register = desk.register
    takers: list[tuple[_TakePhoto, str, str]] = [
        *(
            (partial(take_photo, parcel=id in accepted), id, author)
            for id, author in register.photos.visits_with_photo(sha256)
        ),
        *(
            (partial(take_danger_photo, parcel=id in accepted), id, author)
            for id, author in register.dangers.with_photo(sha256)
        ),
    ]
    inside = [taker for taker in takers if taker[1] in accepted]
    # The parcel has no document that names this photo. A sender who may deliver for others then needs all documents that
    # name it to be of one author, because another author may have named its hash; other senders reach only their own.
    if not inside and (not sender.may("bring_for_others") or len({author for _, _, author in takers}) == 1):
        inside = takers
    entries = [
        _entry(path, "photo", sha256, partial(_photo_intake, take, register, id, sha256, data, sender))
        for take, id, _ in inside
    ]
    none = ParcelEntry(path, "photo", sha256, "refused", "unknown", (say("No visit that was taken names this photo."),))
    return min(entries, key=lambda entry: _BEST.index(entry.result), default=none)


@dataclass(frozen=True, slots=True)
class _PhotoIntake:
    new: bool
    remarks: tuple[Message, ...] = ()


def _photo_intake(
    take: _TakePhoto, register: Register, id: str, sha256: str, data: bytes, sender: Person
) -> _PhotoIntake:
    return _PhotoIntake(take(register, id, sha256, data, sender)[1])


def _entry(
    path: str, kind: Kind, id: str, take: Callable[[], VisitIntake | DangerIntake | ProposalIntake | _PhotoIntake]
) -> ParcelEntry:
    try:
        intake = take()
    except (EvidenceError, NotInRegister) as fault:
        return ParcelEntry(path, kind, id, "refused", error_code(fault), _error_messages(fault))
    return ParcelEntry(path, kind, id, "new" if intake.new else "known", told=intake.remarks)


def _error_messages(fault: RbaError) -> tuple[Message | str, ...]:
    return (
        tuple(problem.message for problem in fault.problems) if isinstance(fault, SubmissionError) else (fault.message,)
    )


def _unreadable(path: str, kind: Kind, id: str) -> ParcelEntry:
    return ParcelEntry(
        path, kind, id, "refused", "damaged", (say("The entry is damaged or too large; save the queue again."),)
    )


def _with_receipt(desk: IntakeContext, entry: ParcelEntry) -> ParcelEntry:
    if entry.result == "refused" or entry.kind == "photo":
        return entry
    register = desk.register
    match entry.kind:
        case "visit":
            return replace(entry, receipt=receipt(register, register.visits.get(entry.id)))
        case "place":
            return replace(entry, receipt=place_receipt(register, register.site_events.proposal(entry.id)))
        case _:
            return replace(entry, receipt=danger_receipt(register, register.dangers.get(entry.id)))


def _depth(path: str, replaced: Mapping[str, str]) -> int:
    """Return how many earlier versions of a visit are in the same parcel."""
    depth = 0
    while (before := replaced[path]) in replaced and depth < len(replaced):
        path = before
        depth += 1
    return depth


def _corrected_path(body: bytes | None) -> str:
    """Return the path of the version that a visit corrects; empty if it corrects none."""
    # A lenient read, only to sort the entries; `_document` reads strictly.
    try:
        document = read_json(body or b"null")
    except NotJson:
        return ""
    return f"visits/{document.get('replaces')}.json" if isinstance(document, dict) else ""
