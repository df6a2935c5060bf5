"""Validate uploaded photos and re-encode them as upright JPEG without metadata.

No byte of the uploaded file is stored, so that its position, its device and data appended to the picture are removed.

Public modules: `exif`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image

from rba_audit.errors import EvidenceError
from rba_audit.messages import format_number, say
from rba_audit.photographs import conversion
from rba_audit.photographs.conversion import LARGEST_PIXELS, LONGEST_SIDE
from rba_audit.photographs.headers import MOST_SCANS, ImageHeader, kind_that_is_not_read, read_header
from rba_audit.photographs.workers import WorkersBusy, convert_in_worker

__all__ = [
    "LARGEST_PHOTO_BYTES",
    "LARGEST_PIXELS",
    "LONGEST_SIDE",
    "MOST_COST",
    "DamagedPhoto",
    "NotAPhoto",
    "PhotoError",
    "PhotoTooLarge",
    "Picture",
    "WorkersBusy",
    "clean_photo",
    "cover_rectangles",
    "thumbnail",
]

LARGEST_PHOTO_BYTES: Final = 12_000_000
"""Photos of a phone's camera are smaller; the pictures that the form sends are far smaller."""
SMALL_SIDE: Final = 320
MOST_COST: Final = 140_000_000
"""Bytes of memory for decoding one picture. A camera's ordinary JPEG takes far less."""
_AT_HAND: Final = 16_000_000
"""Bytes of memory up to which a picture is converted in the server's process, without a limit of how many at once."""
_COVER: Final = (0, 0, 0)
_BLOCK: Final = 16  # pixels; the largest block (MCU) of a JPEG
_BLEND: Final = 2  # pixels; how far chroma upsampling blends the colours of a block into the next
_MEGA: Final = 1_000_000


class PhotoError(EvidenceError):
    """A photo cannot be stored."""


class PhotoTooLarge(PhotoError):
    """The photo has more bytes or pixels, or takes more memory, than is accepted."""


class NotAPhoto(PhotoError):
    """The file is not a picture, or has a format that is not accepted."""


class DamagedPhoto(PhotoError):
    """The file begins as a picture but cannot be decoded to its end."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture.

    Attributes:
        jpeg: The JPEG that is stored, without metadata.
        width, height: Size of the upright picture, in pixels.
        sha256: Hash of `jpeg`, in hexadecimal.
    """

    jpeg: bytes
    width: int
    height: int
    sha256: str


def clean_photo(data: bytes) -> Picture:
    """Return the picture in `data` upright, at most `LONGEST_SIDE` pixels long, re-encoded as a JPEG.

    A file whose header is rejected is never decoded; a picture that takes much memory is converted in a worker process.

    Raises:
        PhotoTooLarge: it has more than `LARGEST_PHOTO_BYTES` bytes or `LARGEST_PIXELS` pixels, or takes more memory than `MOST_COST`.
        NotAPhoto: it is not a JPEG, PNG or WebP, or it is animated.
        DamagedPhoto: it is empty, truncated or corrupt.
        WorkersBusy: all workers are in use; the photo may be sent again.
    """
    if len(data) > LARGEST_PHOTO_BYTES:
        raise PhotoTooLarge(
            say(
                "The photo has {found} MB, and at most {limit} MB are taken; send it smaller.",
                found=format_number(len(data) / _MEGA, 1),
                limit=format_number(LARGEST_PHOTO_BYTES / _MEGA, 1),
            )
        )
    if not data:
        raise DamagedPhoto(say("The photo is empty; take it again."))
    try:
        header = _header(data)
        jpeg, width, height = (
            conversion.convert_image(data, header.pixels) if header.cost <= _AT_HAND else convert_in_worker(data)
        )
    except conversion.TooManyPixelsError:
        raise _too_many_pixels() from None
    except conversion.MovingPictureError:
        raise _not_a_photo() from None
    except MemoryError:
        raise _too_costly(header) from None
    except conversion.BROKEN as fault:
        raise DamagedPhoto(say("The photo is damaged and cannot be read to its end; take it again.")) from fault
    return Picture(jpeg, width, height, sha256(jpeg).hexdigest())


def thumbnail(jpeg: bytes, side: int = SMALL_SIDE) -> bytes:
    """Return a stored picture scaled down to at most `side` pixels, for lists and papers."""
    with Image.open(io.BytesIO(jpeg), formats=conversion.FORMATS) as opened:
        opened.thumbnail((side, side))
        return conversion.as_jpeg(opened)


def cover_rectangles(jpeg: bytes, rectangles: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Return a stored picture with rectangles (left, top, width, height), in pixels, filled in black.

    The pixels are replaced before the picture is encoded again, so that the file has no trace of them.
    """
    with Image.open(io.BytesIO(jpeg), formats=conversion.FORMATS) as opened:
        shown = opened.convert("RGB")
        for left, top, width, height in rectangles:
            # Covered are whole JPEG blocks and the blended pixels of their neighbours, since all of them may have traces.
            edges = (left // _BLOCK, top // _BLOCK, -(-(left + width) // _BLOCK), -(-(top + height) // _BLOCK))
            first, above, last, below = (edge * _BLOCK for edge in edges)
            shown.paste(_COVER, (max(first - _BLEND, 0), max(above - _BLEND, 0), last + _BLEND, below + _BLEND))
        return conversion.as_jpeg(shown)


def _header(data: bytes) -> ImageHeader:
    """Return the header of a picture that may be decoded.

    Raises:
        NotAPhoto: the format is not accepted.
        PhotoTooLarge: it has too many pixels, or decoding takes too much memory.
        ValueError: the header is broken.
    """
    kind = kind_that_is_not_read(data)
    if kind:
        raise NotAPhoto(
            say(
                "This is a {kind} photo, which cannot be read here; set the camera to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), or send it as JPEG.",
                kind=kind,
            )
        )
    header = read_header(data)
    if header is None:
        raise _not_a_photo()
    if header.pixels > LARGEST_PIXELS:
        raise _too_many_pixels()
    if header.cost > MOST_COST or header.scans > MOST_SCANS:
        raise _too_costly(header)
    return header


def _too_costly(header: ImageHeader) -> PhotoTooLarge:
    return PhotoTooLarge(
        say(
            "The photo has {found} million pixels in a kind of {kind} that takes much memory to read; send it smaller, or as the camera's ordinary JPEG.",
            found=format_number(header.pixels / _MEGA, 1),
            kind=header.kind,
        )
    )


def _too_many_pixels() -> PhotoTooLarge:
    return PhotoTooLarge(
        say(
            "The photo has more than {limit} million pixels; take it again with a lower setting.",
            limit=format_number(LARGEST_PIXELS / _MEGA, 0),
        )
    )


def _not_a_photo() -> NotAPhoto:
    return NotAPhoto(say("This is no photo that can be kept; send a still picture as JPEG, PNG or WebP."))
