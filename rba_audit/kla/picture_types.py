"""Structure of JPEG and PNG files, from their first to their last byte, without decoding a picture."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final
from zlib import crc32

JPEG_START: Final = b"\xff\xd8\xff"
PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START, _END, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_TRAILER_START, _TRAILER_END = b"SEFH", b"SEFT"
_TRAILER_HEAD, _TRAILER_ENTRY = 12, 12
_MOST_PARTS: Final = 100_000
"""Segments or chunks of a picture; cameras and scanners write some thousands at most."""
_MOST_APPENDED: Final = 8
"""Pictures that a phone appends to the first."""
_CHUNK: Final = re.compile(rb"[A-Za-z]{4}")
_PNG_HEADER: Final = 13
_PNG_DATA: Final = (b"IDAT", b"fdAT")


class BrokenPictureError(ValueError):
    """A picture is cut short, broken, or has something behind its end."""


def jpeg_metadata(data: bytes) -> list[bytes]:
    """Return the segments of a JPEG that are no picture data.

    Behind its end may stand what cameras of phones append: further whole JPEGs, zeros, and the trailer of one maker.

    Raises:
        BrokenPictureError: it is cut short or broken, has no picture, or something else behind its end.
    """
    segments: list[bytes] = []
    appended = 0
    try:
        end = _read_jpeg(data, 0, segments)
        last = _trailer_start(data)
        while rest := data[end:last].lstrip(b"\0"):
            appended += 1
            if appended > _MOST_APPENDED:
                raise BrokenPictureError
            end = _read_jpeg(data, last - len(rest), segments)
    except (IndexError, struct.error) as error:
        raise BrokenPictureError from error
    return segments


def _read_jpeg(data: bytes, start: int, segments: list[bytes]) -> int:
    """Append the segments of the JPEG at `start` to `segments`, and return where it ends."""
    if not data.startswith(JPEG_START, start):
        raise BrokenPictureError
    at, framed, scanned = start + 2, False, False
    while True:
        if data[at] != 0xFF:
            raise BrokenPictureError
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _END:
            if not (framed and scanned):
                raise BrokenPictureError
            return at + 2
        if marker in _NO_LENGTH or marker == 0:
            raise BrokenPictureError
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2 or at + 2 + length > len(data) or len(segments) >= _MOST_PARTS:
            raise BrokenPictureError
        segments.append(data[at + 4 : at + 2 + length])
        at += 2 + length
        framed = framed or marker in _FRAMES
        if marker == _START_OF_SCAN:
            scanned = True
            found = _NEXT_MARKER.search(data, at)
            if found is None:
                raise BrokenPictureError
            at = found.start()


def _trailer_start(data: bytes) -> int:
    """Return where the trailer of phones of one maker begins (SEFH … SEFT); the length of the data without one."""
    if not data.endswith(_TRAILER_END):
        return len(data)
    (size,) = struct.unpack_from("<I", data, len(data) - 8)
    directory: int = len(data) - 8 - size
    if directory < 0 or not data.startswith(_TRAILER_START, directory):
        raise BrokenPictureError
    (count,) = struct.unpack_from("<I", data, directory + 8)
    if size != _TRAILER_HEAD + _TRAILER_ENTRY * count or count > _MOST_PARTS:
        raise BrokenPictureError
    starts = (directory + _TRAILER_HEAD + _TRAILER_ENTRY * index + 4 for index in range(count))
    offsets = [int(struct.unpack_from("<I", data, start)[0]) for start in starts]
    return max(0, directory - max(offsets, default=0))


def png_metadata(data: bytes) -> list[bytes]:
    """Return the chunks of a PNG that are no picture data.

    Raises:
        BrokenPictureError: it is cut short or broken, has no picture, or something behind its end.
    """
    try:
        chunks = list(islice(_chunks(data), _MOST_PARTS))
    except (IndexError, struct.error) as error:
        raise BrokenPictureError from error
    names = [name for name, _ in chunks]
    header = chunks[0][1] if chunks else b""
    whole = names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and b"IDAT" in names
    if not whole or len(header) != _PNG_HEADER or 0 in struct.unpack_from(">II", header):
        raise BrokenPictureError
    return [content for name, content in chunks if name not in _PNG_DATA]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_START)
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if not _CHUNK.fullmatch(name) or end + 4 > len(data):
            raise BrokenPictureError
        if crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise BrokenPictureError
        yield name, data[at + 8 : end]
        at = end + 4
        if name == b"IEND" and at != len(data):
            raise BrokenPictureError
