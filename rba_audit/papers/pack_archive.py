"""Write a ZIP file whose bytes depend only on the names, contents and order of its files, and on a day.

Files are stored without compression: PDF files and pictures are compressed already, and the same files give the same bytes on every
computer. An archive has no extra fields, comments or gaps, so that `pack_verification` can compare every byte of it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import IO, Final
from zlib import crc32

from rba_audit.errors import RbaError
from rba_audit.messages import say

MOST_BYTES: Final = 2**32 - 1
"""The largest archive; beyond it the format needs fields that these archives do not have."""
MOST_FILES: Final = 2**16 - 2
LONGEST_PATH: Final = 200
FIRST_YEAR: Final = 1980
"""The format has no earlier day, and none after `LAST_YEAR`."""
LAST_YEAR: Final = 2107
PATH: Final = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
"""Paths in an archive: lower case, so that no file system takes two of them for one, and none leads out of its folder."""
LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
_VERSION: Final = 20
_UNIX: Final = 3 << 8
_FILE_MODE: Final = 0o100644 << 16


class PackError(RbaError):
    """A pack cannot be made, or is damaged."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file in an archive: its path, the CRC-32 and size of its content, and where its header begins."""

    path: str
    crc: int
    size: int
    offset: int

    @property
    def after(self) -> int:
        """The offset of what follows its content."""
        return self.offset + LOCAL.size + len(self.path) + self.size


def local_header(file: ArchiveFile, day: date) -> bytes:
    """Return what stands before the content of a file."""
    path = file.path.encode("ascii")
    numbers = (_VERSION, 0, 0, 0, _day(day), file.crc, file.size, file.size, len(path), 0)
    return LOCAL.pack(b"PK\x03\x04", *numbers) + path


def directory(files: list[ArchiveFile], day: date) -> bytes:
    """Return what stands after the last file: the list of all files, and its end."""
    start = files[-1].after if files else 0
    entries = b"".join(
        CENTRAL.pack(
            b"PK\x01\x02",
            *(_VERSION | _UNIX, _VERSION, 0, 0, 0, _day(day), file.crc, file.size, file.size, len(file.path)),
            *(0, 0, 0, 0, _FILE_MODE, file.offset),
        )
        + file.path.encode("ascii")
        for file in files
    )
    return entries + END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(entries), start, 0)


def _day(day: date) -> int:
    return (day.year - FIRST_YEAR) << 9 | day.month << 5 | day.day


class PackArchive:
    """An archive that is written file by file; the file being written is all that is in memory.

    Args:
        target: Takes the bytes, in their order.
        day: The day that every file bears.
    """

    def __init__(self, target: IO[bytes], day: date) -> None:
        self._target, self._day = target, day
        self._files: list[ArchiveFile] = []
        self._paths: set[str] = set()
        self._hash = sha256()
        self._room = END.size
        self.bytes = 0

    def add(self, path: str, content: bytes) -> None:
        """Write a file.

        Raises:
            ValueError: its path is not safe, or another file has it.
            PackError: the archive becomes too large.
        """
        if not PATH.fullmatch(path) or len(path) > LONGEST_PATH or path in self._paths:
            raise ValueError("the path of a file in a pack is plain, short, and its own")
        file = ArchiveFile(path, crc32(content), len(content), self.bytes)
        self._room += CENTRAL.size + len(path)
        if file.after + self._room > MOST_BYTES or len(self._files) >= MOST_FILES:
            raise PackError(say("The pack becomes larger than 4 GB; take large documents or sites out of this round."))
        self._paths.add(path)
        self._files.append(file)
        self._write(local_header(file, self._day))
        self._write(content)

    def close(self) -> str:
        """Write the list of the files, and return the SHA-256 of the whole archive; the target stays open."""
        self._write(directory(self._files, self._day))
        return self._hash.hexdigest()

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._hash.update(data)
        self.bytes += len(data)
