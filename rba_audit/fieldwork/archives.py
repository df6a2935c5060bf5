"""Open a ZIP archive from a phone within limits on size, number of entries, compression ratio and names."""

from __future__ import annotations

import errno
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO, Final, NamedTuple, TypeVar

from rba_audit.fieldwork.submission_errors import SubmissionError, SubmissionTooLarge, submission_error
from rba_audit.messages import say

LARGEST_PARCEL: Final = 500_000_000
MOST_ENTRIES: Final = 2_000
LARGEST_RATIO: Final = 100
"""Largest ratio of unpacked to compressed size; the text of a form reaches about 10, a photo 1."""
MOST_RECORDS: Final = 2 * MOST_ENTRIES
"""Entries and folders."""
_LONGEST_DIRECTORY: Final = 1_000_000
"""Length of the central directory in bytes; a phone writes about 150 for each entry."""
_ENCRYPTED: Final = 0x1
# End of central directory record, followed by a comment of up to 65,535 bytes. Source: PKWARE APPNOTE.TXT, 4.3.16.
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
"""Exceptions that `zipfile` raises for a damaged archive: an undecodable name, a broken stream, an impossible length."""
_Read = TypeVar("_Read")


class Archive(NamedTuple):
    """An archive within the limits, with its entries by name."""

    file: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]

    def read(self, name: str, most: int) -> bytes | None:
        """Return the bytes of an entry; None if they are damaged, more than `most`, or compressed by another method."""
        info = self.entries[name]
        # Phones store or deflate; other methods are slow or need far more memory than the header states.
        if info.file_size > most or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return None
        return _unless_damaged(lambda: self.file.read(info))


def open_archive(file: IO[bytes]) -> Archive:
    """Return an opened ZIP archive; the caller closes its `file`.

    Raises:
        SubmissionTooLarge: the archive exceeds the limit on entries or on bytes.
        SubmissionError: the file is not an archive that a phone writes, or has a harmful entry.
    """
    _refuse_long_directory(file)
    opened = _unless_damaged(lambda: zipfile.ZipFile(file))
    if opened is None:
        raise _no_parcel()
    try:
        return Archive(opened, _entries_by_name(opened))
    except BaseException:
        opened.close()
        raise


def _refuse_long_directory(file: IO[bytes]) -> None:
    """Check the size of the directory in the end record before `zipfile` reads it: a long directory alone may take minutes.

    Raises:
        SubmissionTooLarge: the record states too many entries or too long a directory.
        SubmissionError: there is no end record, or it is the ZIP64 one, which no parcel needs.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - _LONGEST_END, 0))
    tail = file.read()
    file.seek(0)
    end_offset = tail.rfind(_END)
    if (
        end_offset < 0
        or len(tail) < end_offset + _END_RECORD.size
        or tail[max(end_offset - _LOCATOR, 0) : end_offset].startswith(_END_64)
    ):
        raise _no_parcel()
    _, _, _, _, entries, directory, _, _ = _END_RECORD.unpack_from(tail, end_offset)
    # The number of entries is only stated by the archive; the length of the directory is what `zipfile` reads.
    if entries > MOST_RECORDS or directory > _LONGEST_DIRECTORY:
        raise _too_large()


def _no_parcel() -> SubmissionError:
    return submission_error(say("This is no parcel of a phone, or it is damaged; save the queue again."))


def _too_large() -> SubmissionTooLarge:
    return SubmissionTooLarge(
        say(
            "The parcel holds more than {entries} entries or {limit} MB; save the queue in parts.",
            entries=MOST_ENTRIES,
            limit=LARGEST_PARCEL // 10**6,
        )
    )


def _entries_by_name(parcel: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of a parcel by name.

    Raises:
        SubmissionTooLarge: there are too many entries, or they unpack to too many bytes.
        SubmissionError: an entry has a path outside the archive, an absurd ratio or encryption, or a name occurs twice.
    """
    infos = [info for info in parcel.infolist() if not info.is_dir()]
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > LARGEST_PARCEL:
        raise _too_large()
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        outside = ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]
        swollen = info.file_size > LARGEST_RATIO * max(info.compress_size, 1)
        if outside or swollen or info.flag_bits & _ENCRYPTED:
            raise submission_error(
                say(
                    "The parcel's entry {name} is none a phone writes; save the queue again.", name=ascii(info.filename)
                )
            )
    named = {info.filename: info for info in infos}
    if len(named) != len(infos):
        raise submission_error(say("The parcel names one entry twice; save the queue again."))
    return named


def _unless_damaged(read: Callable[[], _Read]) -> _Read | None:
    """Return the result of `read`; None if the archive is damaged.

    Raises:
        OSError: the disk below cannot be read.
    """
    try:
        return read()
    except _DAMAGED:
        return None
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # EINVAL: an offset before the beginning of the file
            raise
        return None
