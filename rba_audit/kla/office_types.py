"""Structure of XLSX and DOCX files: the directory of their ZIP file and the heads of its entries, without decompressing one."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register.kla.document_records import FileType

ZIP_START: Final = b"PK\x03\x04"
"""The first bytes of a ZIP file with an entry. Sources of this and all below: APPNOTE.TXT 6.3.10, 4.3."""
_END: Final = b"PK\x05\x06"
_ENTRY: Final = b"PK\x01\x02"
_END_BYTES, _ENTRY_BYTES, _HEAD_BYTES = 22, 46, 30
_LONGEST_COMMENT: Final = 65_535
_DESCRIPTOR_BYTES: Final = 24
"""Bytes that may follow the data of an entry, with its size."""
MOST_ENTRIES: Final = 5000
LARGEST_UNPACKED_BYTES: Final = 500_000_000
"""Sum of the sizes that the entries state; what a user's Office would have to unpack."""
_ENCRYPTED: Final = 0b1
_METHODS: Final = (0, 8)
"""Stored and deflated: the only ones that Office reads. Source: Open Packaging Conventions, annex B."""
_CONTENT: Final = "[content_types].xml"
_FOLDERS: Final[dict[str, FileType]] = {"xl/": "xlsx", "word/": "docx"}
_MACROS: Final = ("vbaproject", "vbadata", "macrosheets/", "dialogsheets/", "activex/", "attachedtoolbars", "oleobject")
_PROGRAMS: Final = (".bat", ".cmd", ".dll", ".exe", ".hta", ".htm", ".html", ".js", ".mht", ".ps1", ".scr", ".vbs")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the directory: its name, where it begins, and its size in the file and unpacked, in bytes."""

    name: str
    start: int
    packed: int
    unpacked: int


class _BrokenZipError(ValueError):
    """The directory is broken, or does not cover the file."""


def is_zip(data: bytes) -> bool:
    """Return whether a program could read a file as ZIP, whatever stands before or behind that."""
    at = data.rfind(_END)
    first = max(0, len(data) - _LONGEST_COMMENT - _END_BYTES - 1024)
    while at >= first:
        if at + _END_BYTES <= len(data):
            disk, of_directory, here, all_entries, size, _, _ = struct.unpack_from("<HHHHIIH", data, at + 4)
            # Zeros mean an empty ZIP. Bytes that happen to look like this mark have no such consistent numbers behind it.
            if disk == of_directory and here == all_entries and size <= at and (size == 0) == (all_entries == 0):
                return True
        at = data.rfind(_END, 0, at)
    return False


def office_type(data: bytes) -> FileType:
    """Return the type of a file that begins like a ZIP file.

    Raises:
        EvidenceError: it is neither an XLSX nor a DOCX, is damaged, encrypted or a ZIP bomb, contains macros or programs, or has
            data that its directory does not list.
    """
    try:
        entries = list(_entries(data))
        _check_places(data, entries)
    except (_BrokenZipError, struct.error, UnicodeDecodeError) as error:
        raise EvidenceError(
            say("This XLSX or DOCX is damaged, has a password, or hides something; save it again without one.")
        ) from error
    names = [entry.name.lower() for entry in entries]
    types = {type for folder, type in _FOLDERS.items() if any(name.startswith(folder) for name in names)}
    if _CONTENT not in names or len(types) != 1:
        raise EvidenceError(
            say("A document is a PDF, a JPEG or PNG picture, an XLSX or a DOCX; save it as one of these.")
        )
    if any(name.endswith(_PROGRAMS) or any(part in name for part in _MACROS) for name in names):
        raise EvidenceError(say("This file contains macros or programs; save it without them, or as a PDF."))
    if sum(entry.unpacked for entry in entries) > LARGEST_UNPACKED_BYTES:
        raise EvidenceError(say("This file would become far too large when it is opened; save it as a PDF."))
    return types.pop()


def _entries(data: bytes) -> Iterator[_Entry]:
    """Yield the entries of the directory, which has to stand at the very end and without a comment."""
    end = len(data) - _END_BYTES
    if end < 0 or not data.startswith(_END, end):
        raise _BrokenZipError
    disk, of_directory, here, count, size, at, comment = struct.unpack_from("<HHHHIIH", data, end + 4)
    if disk or of_directory or comment or here != count or not 0 < count <= MOST_ENTRIES or at + size != end:
        raise _BrokenZipError
    for _ in range(count):
        if not data.startswith(_ENTRY, at):
            raise _BrokenZipError
        flags, method = struct.unpack_from("<HH", data, at + 8)
        packed, unpacked, name_size, extra_size, comment_size, disk = struct.unpack_from("<IIHHHH", data, at + 20)
        (start,) = struct.unpack_from("<I", data, at + 42)
        name = data[at + _ENTRY_BYTES : at + _ENTRY_BYTES + name_size].decode("utf-8")
        if flags & _ENCRYPTED or method not in _METHODS or disk or (not method and packed != unpacked):
            raise _BrokenZipError
        yield _Entry(name, start, packed, unpacked)
        at += _ENTRY_BYTES + name_size + extra_size + comment_size
    if at != end:
        raise _BrokenZipError


def _check_places(data: bytes, entries: list[_Entry]) -> None:
    """Raise if two entries share bytes or a name, a name leads out of the file, or bytes belong to no entry."""
    names = [entry.name.lower() for entry in entries]
    if len({*names}) != len(names):
        raise _BrokenZipError
    if any(
        name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/") or ":" in name for name in names
    ):
        raise _BrokenZipError
    ordered = sorted(entries, key=lambda entry: entry.start)
    (directory,) = struct.unpack_from("<I", data, len(data) - 6)
    if ordered[0].start:
        raise _BrokenZipError
    for entry, following in pairwise([*ordered, _Entry("", directory, 0, 0)]):
        name_size, extra_size = struct.unpack_from("<HH", data, entry.start + 26)
        name_at = entry.start + _HEAD_BYTES
        if not data.startswith(ZIP_START, entry.start) or not data.startswith(entry.name.encode(), name_at):
            raise _BrokenZipError
        end = name_at + name_size + extra_size + entry.packed
        if name_size != len(entry.name.encode()) or not 0 <= following.start - end <= _DESCRIPTOR_BYTES:
            raise _BrokenZipError
