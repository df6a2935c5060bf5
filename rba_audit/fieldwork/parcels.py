"""A phone's queue as one ZIP, for a phone that cannot send: each entry has the effect it would have had by itself.

Limits come first: nothing is unpacked that is too much, and nothing is ever written under a name from the parcel.
"""

from __future__ import annotations

import errno
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any, Final, Literal, TypeVar

from rba_audit.errors import EvidenceError, NotInRegister, RbaError
from rba_audit.fieldwork.checking import Desk
from rba_audit.fieldwork.documents import LARGEST_BYTES as LARGEST_DOCUMENT
from rba_audit.fieldwork.proposals import TakenPlace, place_receipt, take_place
from rba_audit.fieldwork.receipts import danger_receipt, receipt
from rba_audit.fieldwork.refusals import Refused, TooLarge, code_of, refused
from rba_audit.fieldwork.taking import Taken, TakenDanger, take_danger, take_danger_photo, take_document, take_photo
from rba_audit.photographs import LARGEST_BYTES as LARGEST_PHOTO
from rba_audit.register import Register
from rba_audit.register.people import Person
from rba_audit.register.photos import KeptPhoto
from rba_audit.strict_json import NotJson, read_json
from rba_audit.words import Message, say

LARGEST_BYTES: Final = 500_000_000
MOST_ENTRIES: Final = 2_000
LARGEST_RATIO: Final = 100
"""Times an entry may grow when it is unpacked; text of a form grows tenfold, a photo not at all."""
MOST_RECORDS: Final = 2 * MOST_ENTRIES
"""Entries and folders."""
_LONGEST_DIRECTORY: Final = 1_000_000
"""Bytes; a phone writes some 150 for each entry."""
_ENCRYPTED: Final = 0x1
# The record at the end of an archive, as APPNOTE.TXT of PKWARE has it in 4.3.16; a comment of up to 65,535 bytes follows.
_END: Final = b"PK\5\6"
_END_RECORD: Final = struct.Struct("<4s4H2LH")
_LONGEST_END: Final = _END_RECORD.size + 65_535 + 20
_END_64: Final = b"PK\6\7"
_LOCATOR: Final = 20
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
    RuntimeError,
    OverflowError,
)
"""What reading a damaged archive may raise: a name that is no text, a broken stream, a length that cannot be."""
_Read = TypeVar("_Read")
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME: Final = re.compile(
    rf"(?:(?P<kind>visit|danger|place)s/(?P<id>{_UUID})\.json|photos/(?P<sha256>[0-9a-f]{{64}})\.(?:jpe?g|png|webp))\Z"
)
_MANIFEST: Final = "manifest.json"
_HALF_DONE: Final = "draft.json"
"""What a file holds by which one surveyor hands unfinished work to another; phones read it, not the register."""

_TakePhoto = Callable[[Register, str, str, bytes, Person], tuple[KeptPhoto, bool]]
Kind = Literal["visit", "danger", "place", "photo", "other"]
Result = Literal["new", "known", "refused", "left_out"]
_FIRST: Final = ("place", "danger", "visit")
_BEST: Final[tuple[Result, ...]] = ("new", "known", "refused")


@dataclass(frozen=True, slots=True)
class Entry:
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


def take_parcel(desk: Desk, file: IO[bytes], sender: Person) -> list[Entry]:
    """Take everything in a parcel as if it had been sent entry by entry, and return what became of each.

    Raises:
        TooLarge: it is more than is taken at once.
        Refused: it is no parcel, or one made to do harm.
    """
    _refuse_long_directory(file)
    parcel = _unless_damaged(lambda: zipfile.ZipFile(file))
    if parcel is None:
        raise _no_parcel()
    with parcel:
        return list(_taken(desk, parcel, _named(parcel), sender))


def _refuse_long_directory(file: IO[bytes]) -> None:
    """Refuse a parcel by its last record, before its directory is read: that alone may take minutes.

    Raises:
        TooLarge: it names more entries than are taken at once.
        Refused: it has no such record, or the one of archives that are larger than any parcel.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - _LONGEST_END, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_RECORD.size or tail[max(at - _LOCATOR, 0) : at].startswith(_END_64):
        raise _no_parcel()
    _, _, _, _, entries, directory, _, _ = _END_RECORD.unpack_from(tail, at)
    # The number is what the archive says; the length is what will be read.
    if entries > MOST_RECORDS or directory > _LONGEST_DIRECTORY:
        raise _too_large()


def _no_parcel() -> Refused:
    return refused(say("This is no parcel of a phone, or it is damaged; save the queue again."))


def _too_large() -> TooLarge:
    return TooLarge(
        say(
            "The parcel holds more than {entries} entries or {limit} MB; save the queue in parts.",
            entries=MOST_ENTRIES,
            limit=LARGEST_BYTES // 10**6,
        )
    )


def _named(parcel: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of a parcel that keeps to the limits, by name."""
    infos = [info for info in parcel.infolist() if not info.is_dir()]
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > LARGEST_BYTES:
        raise _too_large()
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        outside = ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]
        swollen = info.file_size > LARGEST_RATIO * max(info.compress_size, 1)
        if outside or swollen or info.flag_bits & _ENCRYPTED:
            raise refused(
                say(
                    "The parcel's entry {name} is none a phone writes; save the queue again.", name=ascii(info.filename)
                )
            )
    named = {info.filename: info for info in infos}
    if len(named) != len(infos):
        raise refused(say("The parcel names one entry twice; save the queue again."))
    return named


def _taken(
    desk: Desk, parcel: zipfile.ZipFile, named: Mapping[str, zipfile.ZipInfo], sender: Person
) -> Iterator[Entry]:
    found = {path: match for path in named if (match := _NAME.match(path))}
    replaced = {
        path: _replaced(_read(parcel, named[path], LARGEST_DOCUMENT)) for path, at in found.items() if at["kind"]
    }
    results: dict[str, Entry] = {}
    # Places first, since all else may lie in them; then what is dangerous, then visits, a version before the one that
    # corrects it; photos when all can name them.
    for path in sorted(replaced, key=lambda path: (_FIRST.index(found[path]["kind"]), _depth(path, replaced))):
        body = _read(parcel, named[path], LARGEST_DOCUMENT)
        results[path] = _document(desk, path, found[path], body, sender)
    brought = frozenset(found[path]["id"] for path in replaced if results[path].result != "refused")
    for path in found:
        if path not in replaced:
            data = _read(parcel, named[path], LARGEST_PHOTO)
            results[path] = _photo(desk, path, found[path]["sha256"], data, sender, brought)
    for path in named:
        if path in results:
            yield _with_receipt(desk, results[path])
        elif path == _HALF_DONE:
            told = say(
                "This is work that is not finished: its colleague takes it on a phone, under “My work”, and sends it."
            )
            yield Entry(path, "other", "", "left_out", told=(told,))
        elif path != _MANIFEST:
            yield Entry(path, "other", "", "left_out")


def _read(parcel: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes | None:
    """Return the bytes of an entry; None where they are damaged or too many."""
    # Others are slow, or need far more memory than they say; no phone writes them.
    if info.file_size > most or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return None
    return _unless_damaged(lambda: parcel.read(info))


def _unless_damaged(read: Callable[[], _Read]) -> _Read | None:
    """Return what is read from an archive; None where it is damaged. Trouble of the disk below stays what it is."""
    try:
        return read()
    except _DAMAGED:
        return None
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # an offset before the beginning of the file
            raise
        return None


def _document(desk: Desk, path: str, at: re.Match[str], body: bytes | None, sender: Person) -> Entry:
    kind: Kind = "visit" if at["kind"] == "visit" else "place" if at["kind"] == "place" else "danger"
    if body is None:
        return _unreadable(path, kind, at["id"])
    if kind == "place":
        return _entry(path, kind, at["id"], partial(take_place, desk, body, sender, id=at["id"], parcel=True))
    if kind == "danger":
        return _entry(path, kind, at["id"], partial(take_danger, desk, body, sender, id=at["id"], parcel=True))
    return _entry(path, kind, at["id"], partial(take_document, desk, body, sender, id=at["id"], parcel=True))


def _photo(desk: Desk, path: str, sha256: str, data: bytes | None, sender: Person, brought: Collection[str]) -> Entry:
    """Take a photo for everything in the parcel that names it; `brought` are the ids of what was taken from there."""
    if data is None:
        return _unreadable(path, "photo", sha256)
    register = desk.register
    takers: list[tuple[_TakePhoto, str, str]] = [
        *((partial(take_photo, parcel=id in brought), id, author) for id, author in register.photos.naming(sha256)),
        *(
            (partial(take_danger_photo, parcel=id in brought), id, author)
            for id, author in register.dangers.naming(sha256)
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
    none = Entry(path, "photo", sha256, "refused", "unknown", (say("No visit that was taken names this photo."),))
    return min(entries, key=lambda entry: _BEST.index(entry.result), default=none)


@dataclass(frozen=True, slots=True)
class _TakenPhoto:
    new: bool
    remarks: tuple[Message, ...] = ()


def _taken_photo(
    take: _TakePhoto, register: Register, id: str, sha256: str, data: bytes, sender: Person
) -> _TakenPhoto:
    return _TakenPhoto(take(register, id, sha256, data, sender)[1])


def _entry(path: str, kind: Kind, id: str, take: Callable[[], Taken | TakenDanger | TakenPlace | _TakenPhoto]) -> Entry:
    try:
        taken = take()
    except (EvidenceError, NotInRegister) as fault:
        return Entry(path, kind, id, "refused", code_of(fault), _told(fault))
    return Entry(path, kind, id, "new" if taken.new else "known", told=taken.remarks)


def _told(fault: RbaError) -> tuple[Message | str, ...]:
    return tuple(problem.told for problem in fault.problems) if isinstance(fault, Refused) else (fault.message,)


def _unreadable(path: str, kind: Kind, id: str) -> Entry:
    return Entry(
        path, kind, id, "refused", "damaged", (say("The entry is damaged or too large; save the queue again."),)
    )


def _with_receipt(desk: Desk, entry: Entry) -> Entry:
    if entry.result == "refused" or entry.kind == "photo":
        return entry
    register = desk.register
    match entry.kind:
        case "visit":
            return replace(entry, receipt=receipt(register, register.visits.get(entry.id)))
        case "place":
            return replace(entry, receipt=place_receipt(register, register.places.proposal(entry.id)))
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
