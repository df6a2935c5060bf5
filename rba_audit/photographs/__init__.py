"""What a photo must be to be kept, and what is left of it: the picture alone, upright, no larger than a screen needs.

No byte of the file that was sent is kept: place, device and anything hidden behind the picture stay outside.

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
"""A phone's own photo is smaller; the form sends pictures that are far smaller still."""
SMALL_SIDE: Final = 320
MOST_COST: Final = 140_000_000
"""Bytes of memory for one picture. What a camera writes, an ordinary JPEG, never comes near it."""
_AT_HAND: Final = 16_000_000
"""Bytes of memory up to which a picture is drawn in the server's own process: what the form sends, without a limit of how many."""
_COVER: Final = (0, 0, 0)
_BLOCK: Final = 16  # pixels; the largest block in which a JPEG mixes colours
_BLEND: Final = 2  # pixels; how far colours of one block are blended into the next when they are scaled up
_MEGA: Final = 1_000_000


class PhotoError(EvidenceError):
    """A photo cannot be kept."""


class PhotoTooLarge(PhotoError):
    """It has more bytes or more pixels than are taken."""


class NotAPhoto(PhotoError):
    """It is no picture, or of a kind that is not kept."""


class DamagedPhoto(PhotoError):
    """It begins as a picture and cannot be read to its end."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture.

    Attributes:
        jpeg: The picture as it is kept, without a word about where or with what it was taken.
        width: Pixels from left to right, upright.
        height: Pixels from top to bottom, upright.
        sha256: Of `jpeg`, in hexadecimal.
    """

    jpeg: bytes
    width: int
    height: int
    sha256: str


def clean_photo(data: bytes) -> Picture:
    """Return the picture in `data` turned upright, at most `LONGEST_SIDE` pixels long and drawn anew as a JPEG.

    What is refused by its first bytes is never decoded; what takes much memory is drawn in a process of its own.

    Raises:
        PhotoTooLarge: it has more than `LARGEST_BYTES` bytes or `LARGEST_PIXELS` pixels, or takes more than `MOST_COST`.
        NotAPhoto: it is no JPEG, PNG or WebP, or a moving one.
        PhotoDamaged: it ends too early or holds what no picture holds.
        Busy: others are being drawn just now; it may be sent again.
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


def thumbnail(jpeg: bytes) -> bytes:
    """Return a kept picture at most `SMALL_SIDE` pixels long, for lists of many."""
    with Image.open(io.BytesIO(jpeg), formats=conversion.FORMATS) as opened:
        opened.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return conversion.as_jpeg(opened)


def cover_rectangles(jpeg: bytes, rectangles: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Return a kept picture with parts of it filled in one colour: (left, top, width, height), in pixels.

    The pixels below are replaced before the picture is drawn anew, so that nothing in the file tells what they were.
    """
    with Image.open(io.BytesIO(jpeg), formats=conversion.FORMATS) as opened:
        shown = opened.convert("RGB")
        for left, top, width, height in rectangles:
            # Whole blocks of the JPEG and what is blended into their neighbours: all of it may have traces of what is covered.
            edges = (left // _BLOCK, top // _BLOCK, -(-(left + width) // _BLOCK), -(-(top + height) // _BLOCK))
            first, above, last, below = (edge * _BLOCK for edge in edges)
            shown.paste(_COVER, (max(first - _BLEND, 0), max(above - _BLEND, 0), last + _BLEND, below + _BLEND))
        return conversion.as_jpeg(shown)


def _header(data: bytes) -> ImageHeader:
    """Return what the first bytes say of a picture that is not too large to be drawn."""
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
