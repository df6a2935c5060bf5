"""Parse the header of a JPEG, PNG or WebP: its size in pixels, and an estimate of the memory for decoding it."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final, Literal

from rba_audit.photographs.conversion import LONGEST_SIDE, gap_of

Kind = Literal["JPEG", "PNG", "WebP"]
MOST_SCANS: Final = 100
"""Scans of a JPEG. Encoders write about ten; decoding time grows with each scan."""
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_HEIF: Final = {b"avif": "AVIF", b"avis": "AVIF"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC"
)
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN, _END = 0xDA, 0xD9
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ALPHA: Final = (4, 6)  # colour types of a PNG with alpha
_FEW_COLOURS: Final = (0, 3)
_DEEP: Final = 16

# Bytes of memory per pixel, measured with `tools/bench_photos.py`.
_DRAWN: Final = 5  # per decoded pixel of a JPEG: the pixels and the smaller picture
_COEFFICIENT: Final = 2
_PNG: Final = 5
_PNG_ALPHA: Final = 9  # includes the copy without transparency
_PNG_FEW: Final = 2
_WEBP: Final = 24  # two canvases, the decoder's own, the bytes of the frame, the picture, and one without transparency


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Header of a picture.

    Attributes:
        cost: Estimated bytes of memory for decoding and scaling it down.
        scans: Number of scans of a JPEG; 1 for other formats.
    """

    kind: Kind
    width: int
    height: int
    cost: int
    scans: int = 1

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.width * self.height


def kind_that_is_not_read(data: bytes) -> str:
    """Return "HEIC" or "AVIF" for such a file; empty for any other."""
    return _HEIF.get(data[8:12], "") if data[4:8] == b"ftyp" else ""


def read_header(data: bytes) -> ImageHeader | None:
    """Return the header; None if the file is not a JPEG, PNG or WebP.

    Raises:
        ValueError: it begins like one of these formats, but the header is broken.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(_PNG_START):
            return _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (IndexError, struct.error) as fault:
        raise ValueError("cut short") from fault
    return None


def _jpeg(data: bytes) -> ImageHeader:
    offset, scans, frame = 2, 0, None
    while offset < len(data) and scans <= MOST_SCANS:
        match = _NEXT_MARKER.search(data, offset)
        if match is None:
            break
        marker, offset = data[match.end() - 1], match.end()
        if marker == _END and scans:
            break
        if marker in _NO_LENGTH or marker == _END:
            continue
        if marker == _START_OF_SCAN:
            scans += 1
        elif marker in _FRAMES and frame is None:
            frame = (marker, offset)
        offset += struct.unpack_from(">H", data, offset)[0]
    if frame is None:
        raise ValueError("no frame")
    marker, offset = frame
    height, width, parts = struct.unpack_from(">HHB", data, offset + 3)
    sampling = [data[offset + 9 + 3 * part] for part in range(parts)]
    shares = [(factors >> 4) * (factors & 15) for factors in sampling]
    if not width or not height or not all(shares):
        raise ValueError("no size")
    pixels = width * height
    # A JPEG is decoded at 1/2, 1/4 or 1/8 of its size if the result is still large enough.
    part = next((divisor for divisor in (8, 4, 2) if max(width, height) >= divisor * gap_of(pixels) * LONGEST_SIDE), 1)
    cost = _DRAWN * pixels // part**2
    if marker in _PROGRESSIVE or scans > 1:
        cost += _COEFFICIENT * pixels * sum(shares) // max(shares)
    return ImageHeader("JPEG", width, height, cost, max(scans, 1))


def _png(data: bytes) -> ImageHeader:
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    if data[12:16] != b"IHDR" or not width or not height:
        raise ValueError("no size")
    bytes_per_pixel = _PNG_ALPHA if colour in _ALPHA else _PNG_FEW if colour in _FEW_COLOURS and depth < _DEEP else _PNG
    return ImageHeader("PNG", width, height, bytes_per_pixel * width * height)


def _webp(data: bytes) -> ImageHeader:
    chunk = data[12:16]
    if chunk == b"VP8X":
        width, height = (1 + int.from_bytes(data[offset : offset + 3], "little") for offset in (24, 27))
    elif chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    elif chunk == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        raise ValueError("no size")
    if not width or not height:
        raise ValueError("no size")
    return ImageHeader("WebP", width, height, _WEBP * width * height)
