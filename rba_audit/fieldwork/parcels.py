"""Take in a phone's queue that was saved as one ZIP: each entry has the effect that it would have had by itself.

Nothing is ever written under a name from the parcel.
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
_HALF_DONE: Final = "draft.json"
"""What a file holds by which one surveyor hands unfinished work to another; phones read it, not the register."""

_TakePhoto = Callable[[Register, str, str, bytes, Person], tuple[StoredPhoto, bool]]
Kind = Literal["visit", "danger", "place", "photo", "other"]
Result = Literal["new", "known", "refused", "left_out"]
_FIRST: Final = ("place", "danger", "visit")
_BEST: Final[tuple[Result, ...]] = ("new", "known", "refused")


@dataclass(frozen=True, slots=True)
class ParcelEntry:
    """What became of one entry of a parcel.

    Attributes:
        path: Its name in the parcel.
        id: The id of a visit, danger or place, the hash of a photo.
        result: Whether it was taken, was known, was refused, or is nothing that is taken.
        error: One word for a program where it was refused.
        told: Why it was refused, or what else is worth telling, for people.
        receipt: The receipt where it was taken or known.
    """

    path: str
    kind: Kind
    id: str
    result: Result
    error: str = ""
    told: tuple[Message | str, ...] = ()
    receipt: Mapping[str, Any] | None = None


def take_parcel(desk: IntakeContext, file: IO[bytes], sender: Person) -> list[ParcelEntry]:
    """Take everything in a parcel as if it had been sent entry by entry, and return what became of each.

    Raises:
        TooLarge: it is more than is taken at once.
        Refused: it is no parcel, or one made to do harm.
    """
    archive = open_archive(file)
    with archive.file:
        return list(_taken(desk, archive, sender))


def _taken(desk: IntakeContext, archive: Archive, sender: Person) -> Iterator[ParcelEntry]:
    found = {path: match for path in archive.entries if (match := _NAME.match(path))}
    replaced = {path: _replaced(archive.read(path, LARGEST_DOCUMENT)) for path, at in found.items() if at["kind"]}
    results: dict[str, ParcelEntry] = {}
    # Places first, since all else may lie in them; then what is dangerous, then visits, a version before the one that
    # corrects it; photos when all can name them.
    for path in sorted(replaced, key=lambda path: (_FIRST.index(found[path]["kind"]), _depth(path, replaced))):
        body = archive.read(path, LARGEST_DOCUMENT)
        results[path] = _document(desk, path, found[path], body, sender)
    brought = frozenset(found[path]["id"] for path in replaced if results[path].result != "refused")
    for path in found:
        if path not in replaced:
            data = archive.read(path, LARGEST_PHOTO)
            results[path] = _photo(desk, path, found[path]["sha256"], data, sender, brought)
    for path in archive.entries:
        if path in results:
            yield _with_receipt(desk, results[path])
        elif path == _HALF_DONE:
            told = say(
                "This is work that is not finished: its colleague takes it on a phone, under “My work”, and sends it."
            )
            yield ParcelEntry(path, "other", "", "left_out", told=(told,))
        elif path != _MANIFEST:
            yield ParcelEntry(path, "other", "", "left_out")


def _document(desk: IntakeContext, path: str, at: re.Match[str], body: bytes | None, sender: Person) -> ParcelEntry:
    kind: Kind = "visit" if at["kind"] == "visit" else "place" if at["kind"] == "place" else "danger"
    if body is None:
        return _unreadable(path, kind, at["id"])
    if kind == "place":
        return _entry(path, kind, at["id"], partial(take_place, desk, body, sender, id=at["id"], parcel=True))
    if kind == "danger":
        return _entry(path, kind, at["id"], partial(take_danger, desk, body, sender, id=at["id"], parcel=True))
    return _entry(path, kind, at["id"], partial(take_document, desk, body, sender, id=at["id"], parcel=True))


def _photo(
    desk: IntakeContext, path: str, sha256: str, data: bytes | None, sender: Person, brought: Collection[str]
) -> ParcelEntry:
    """Take a photo for everything in the parcel that names it; `brought` are the ids of what was taken from there."""
    if data is None:
        return _unreadable(path, "photo", sha256)
    register = desk.register
    takers: list[tuple[_TakePhoto, str, str]] = [
        *(
            (partial(take_photo, parcel=id in brought), id, author)
            for id, author in register.photos.visits_with_photo(sha256)
        ),
        *(
            (partial(take_danger_photo, parcel=id in brought), id, author)
            for id, author in register.dangers.with_photo(sha256)
        ),
    ]
    inside = [taker for taker in takers if taker[1] in brought]
    # Without its visit beside it, a photo is taken only where it can belong to one person: others may name its hash.
    if not inside and (not sender.may("bring_for_others") or len({author for _, _, author in takers}) == 1):
        inside = takers
    entries = [
        _entry(path, "photo", sha256, partial(_taken_photo, take, register, id, sha256, data, sender))
        for take, id, _ in inside
    ]
    none = ParcelEntry(path, "photo", sha256, "refused", "unknown", (say("No visit that was taken names this photo."),))
    return min(entries, key=lambda entry: _BEST.index(entry.result), default=none)


@dataclass(frozen=True, slots=True)
class _PhotoIntake:
    new: bool
    remarks: tuple[Message, ...] = ()


def _taken_photo(
    take: _TakePhoto, register: Register, id: str, sha256: str, data: bytes, sender: Person
) -> _PhotoIntake:
    return _PhotoIntake(take(register, id, sha256, data, sender)[1])


def _entry(
    path: str, kind: Kind, id: str, take: Callable[[], VisitIntake | DangerIntake | ProposalIntake | _PhotoIntake]
) -> ParcelEntry:
    try:
        taken = take()
    except (EvidenceError, NotInRegister) as fault:
        return ParcelEntry(path, kind, id, "refused", error_code(fault), _told(fault))
    return ParcelEntry(path, kind, id, "new" if taken.new else "known", told=taken.remarks)


def _told(fault: RbaError) -> tuple[Message | str, ...]:
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
    """Return how many earlier versions of a visit lie in the same parcel."""
    depth = 0
    while (before := replaced[path]) in replaced and depth < len(replaced):
        path = before
        depth += 1
    return depth


def _replaced(body: bytes | None) -> str:
    """Return the path of the version that a visit corrects; empty where it corrects none."""
    # A peep to find the order; the strict reading comes when it is taken.
    try:
        document = read_json(body or b"null")
    except NotJson:
        return ""
    return f"visits/{document.get('replaces')}.json" if isinstance(document, dict) else ""
