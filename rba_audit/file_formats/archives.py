"""Entries of a ZIP archive, unpacked by size limits and under names of our own: a name in the archive is never a path here."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from rba_audit.file_formats.limits import LARGE, MB, MOST_ENTRIES, MOST_TIMES, MOST_UNPACKED, MOST_WORKBOOK
from rba_audit.file_formats.problems import FormatError, shown
from rba_audit.messages import say

_CHUNK: Final = MB
_HEADER: Final = 30
_END: Final = b"PK\x05\x06"
_DIRECTORY: Final = b"PK\x01\x02"
_METHODS: Final = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A file in an archive.

    Attributes:
        name: Its path in the archive, for choosing and messages only.
        size: Bytes after unpacking, as the archive says.
        packed: Bytes in the archive.
        start: Where its bytes begin in the archive.
        deflated: Whether they are compressed.
    """

    name: str
    size: int
    packed: int
    start: int
    deflated: bool

    @property
    def suffix(self) -> str:
        """Its ending in lower case, such as `.shp`."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """Its path without the ending, in lower case: the parts of a shapefile have the same."""
        return str(PurePosixPath(self.name).with_suffix("")).lower()

    @property
    def shown(self) -> str:
        """Its name for a message."""
        return shown(PurePosixPath(self.name).name)

    @property
    def is_hidden(self) -> bool:
        """Whether a system made it (macOS, thumbnails), not a person."""
        path = PurePosixPath(self.name)
        return (
            "__MACOSX" in path.parts or path.name.startswith(".") or path.name.lower() in {"thumbs.db", "desktop.ini"}
        )

    def chunks(self, data: bytes) -> Iterator[bytes]:
        """Yield its bytes unpacked, at most a megabyte at once.

        Raises:
            FormatError: They are damaged, or more than the archive says.
        """
        packed, left = memoryview(data)[self.start : self.start + self.packed], self.size
        if not self.deflated:
            if self.packed != self.size:
                raise _damaged()
            yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
            return
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for at in range(0, len(packed), _CHUNK):
                rest: bytes | memoryview = packed[at : at + _CHUNK]
                while rest and not inflate.eof:
                    chunk = inflate.decompress(rest, _CHUNK)
                    rest = inflate.unconsumed_tail
                    left -= len(chunk)
                    if left < 0:
                        raise _damaged()
                    yield chunk
        except zlib.error:
            raise _damaged() from None
        if left or not inflate.eof:
            raise _damaged()

    def head(self, data: bytes, length: int) -> bytes:
        """Return its first bytes.

        Raises:
            FormatError: They are damaged.
        """
        packed = data[self.start : self.start + min(self.packed, 4 * length + 1000)]
        if not self.deflated:
            return packed[:length]
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, length)
        except zlib.error:
            raise _damaged() from None

    def copy_to(self, data: bytes, file: BinaryIO) -> None:
        """Write its bytes to an open file.

        Raises:
            FormatError: They are damaged, or more than the archive says.
        """
        file.writelines(self.chunks(data))

    def read(self, data: bytes) -> bytes:
        """Return its bytes.

        Raises:
            FormatError: They are damaged, or more than the archive says.
        """
        return b"".join(self.chunks(data))


def entries_of(data: bytes) -> list[ArchiveEntry]:
    """Return the files of an archive in its order, after checking all of them together.

    Raises:
        FormatError: It is damaged, encrypted, has too many files, files that share bytes, or would be too large unpacked.
    """
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError):
        raise _damaged() from None
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _too_large_unpacked(MOST_UNPACKED)
    if any(info.file_size > max(LARGE, info.compress_size * MOST_TIMES) for info in infos):
        found = say("a file in the archive is packed so tightly that it cannot be a list of places")
        raise FormatError(found, say("bring only the file with the places"))
    if any(info.flag_bits & 0x41 for info in infos):
        raise FormatError(say("the archive has a password"), say("pack it without one"))
    if any(info.compress_type not in _METHODS for info in infos):
        raise FormatError(say("the archive is packed in an unusual way"), say("pack it as a plain ZIP archive"))
    entries = [_entry(data, info) for info in infos]
    end = 0
    for entry in sorted(entries, key=lambda entry: (entry.start, entry.packed)):
        if entry.start < end or entry.start + entry.packed > len(data):
            raise _damaged()
        end = entry.start + entry.packed
    return entries


def check_content(data: bytes) -> None:
    """Check that an archive that another library unpacks, such as a workbook, is not too large and has the sizes it says.

    Raises:
        FormatError: It has not, or as `entries_of`.
    """
    entries = entries_of(data)
    if sum(entry.size for entry in entries if entry.suffix in {".xml", ".bin"}) > MOST_WORKBOOK:
        raise _too_large_unpacked(MOST_WORKBOOK)
    for entry in entries:
        for _ in entry.chunks(data):
            pass


def _too_large_unpacked(size: int) -> FormatError:
    found = say("it would be larger than {mb} MB unpacked", mb=size // MB)
    return FormatError(found, say("bring only the file with the places"))


def _check_directory(data: bytes) -> None:
    """Check the number of entries before the directory is read: each takes a kilobyte of memory."""
    end = data.rfind(_END, max(0, len(data) - 65_600))
    if end < 0:
        raise _damaged()
    count = int.from_bytes(data[end + 10 : end + 12], "little")
    if count > MOST_ENTRIES or data.count(_DIRECTORY) > 2 * MOST_ENTRIES:  # ZIP64 has its number elsewhere
        found = say("the archive holds more than {count} files", count=MOST_ENTRIES)
        raise FormatError(found, say("bring only the file with the places"))


def _entry(data: bytes, info: zipfile.ZipInfo) -> ArchiveEntry:
    header = data[info.header_offset : info.header_offset + _HEADER]
    if len(header) < _HEADER or header[:4] != b"PK\x03\x04":
        raise _damaged()
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = info.header_offset + _HEADER + names
    return ArchiveEntry(
        info.filename, info.file_size, info.compress_size, start, info.compress_type == zipfile.ZIP_DEFLATED
    )


def _damaged() -> FormatError:
    return FormatError(say("the archive is damaged, or not what it says it is"), say("pack or download it again"))
