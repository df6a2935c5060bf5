"""What a photo must be to be kept, and what is left of it: the picture alone, upright, no larger than a screen needs.

No byte of the file that was sent is kept: place, device and anything hidden behind the picture stay outside.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final

from PIL import ExifTags, Image, JpegImagePlugin

from rba_audit.errors import EvidenceError
from rba_audit.words import amount, say

LARGEST_BYTES: Final = 12_000_000
"""A phone's own photo is smaller; the form sends pictures that are far smaller still."""
LARGEST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1600
"""Pixels; enough to read a sign or see a cracked board."""
SMALL_SIDE: Final = 320
_QUALITY: Final = 75
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_UPRIGHT: Final[dict[object, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What to do with a picture whose EXIF orientation is this. Source: CIPA DC-008 (Exif), tag Orientation."""
_COVER: Final = (0, 0, 0)
_BLOCK: Final = 16  # pixels; the largest block in which a JPEG mixes colours
_BLEND: Final = 2  # pixels; how far colours of one block are blended into the next when they are scaled up
_MEGA: Final = 1_000_000
# What Pillow raises at a file that begins like a picture and does not go on like one.
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
)
# A picture at the limit takes about 160 MB while it is open; eight threads must not hold eight of them.
_OPEN_AT_ONCE: Final = BoundedSemaphore(2)

# Set once for the process: changing filters around each picture would not be safe between threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class PhotoError(EvidenceError):
    """A photo cannot be kept."""


class PhotoTooLarge(PhotoError):
    """It has more bytes or more pixels than are taken."""


class NotAPhoto(PhotoError):
    """It is no picture, or of a kind that is not kept."""


class PhotoDamaged(PhotoError):
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


def clean(data: bytes) -> Picture:
    """Return the picture in `data` turned upright, at most `LONGEST_SIDE` pixels long and drawn anew as a JPEG.

    Raises:
        PhotoTooLarge: it has more than `LARGEST_BYTES` bytes or `LARGEST_PIXELS` pixels.
        NotAPhoto: it is no JPEG, PNG or WebP, or a moving one.
        PhotoDamaged: it ends too early or holds what no picture holds.
    """
    if len(data) > LARGEST_BYTES:
        raise PhotoTooLarge(
            say(
                "The photo has {found} MB, and at most {limit} MB are taken; send it smaller.",
                found=amount(len(data) / _MEGA, 1),
                limit=amount(LARGEST_BYTES / _MEGA, 1),
            )
        )
    if not data:
        raise PhotoDamaged(say("The photo is empty; take it again."))
    if not _begins_like_one(data):
        raise _not_a_photo()
    try:
        with _OPEN_AT_ONCE:
            return _cleaned(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except _BROKEN as fault:
        raise PhotoDamaged(say("The photo is damaged and cannot be read to its end; take it again.")) from fault


def small(jpeg: bytes) -> bytes:
    """Return a kept picture at most `SMALL_SIDE` pixels long, for lists of many."""
    with Image.open(io.BytesIO(jpeg), formats=_FORMATS) as opened:
        opened.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return _as_jpeg(opened)


def covered(jpeg: bytes, rectangles: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Return a kept picture with parts of it filled in one colour: (left, top, width, height), in pixels.

    The pixels below are replaced before the picture is drawn anew, so that nothing in the file tells what they were.
    """
    with _OPEN_AT_ONCE, Image.open(io.BytesIO(jpeg), formats=_FORMATS) as opened:
        picture = opened.convert("RGB")
        for left, top, width, height in rectangles:
            # Whole blocks of the JPEG and what is blended into their neighbours: all of it may have traces of what is covered.
            edges = (left // _BLOCK, top // _BLOCK, -(-(left + width) // _BLOCK), -(-(top + height) // _BLOCK))
            first, above, last, below = (edge * _BLOCK for edge in edges)
            picture.paste(_COVER, (max(first - _BLEND, 0), max(above - _BLEND, 0), last + _BLEND, below + _BLEND))
        return _as_jpeg(picture)


def _cleaned(data: bytes) -> Picture:
    with _opened(data) as first:
        first.verify()
    # Verifying reads a file to its end, after which it can only be opened again.
    with _opened(data) as image:
        # Smaller first, upright then: a JPEG is decoded at a fraction of its size, and turning costs less.
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        turn = _UPRIGHT.get(_orientation(image))
        upright = image if turn is None else image.transpose(turn)
        jpeg = _as_jpeg(upright)
    return Picture(jpeg, upright.width, upright.height, sha256(jpeg).hexdigest())


def _begins_like_one(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except _BROKEN:
        return None  # what is said about the picture is broken; the picture itself is whole


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.width * image.height > LARGEST_PIXELS:
        raise _too_many_pixels()
    # Some phones put a second, smaller picture behind the first of a JPEG; only the first is read.
    if getattr(image, "n_frames", 1) > 1 and not isinstance(image, JpegImagePlugin.JpegImageFile):
        raise _not_a_photo()
    return image


def _as_jpeg(image: Image.Image) -> bytes:
    # A sheet of its own: what Pillow knows about the file (profile, comment, place) stays with the old one.
    sheet = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        sheet.paste(drawn, mask=drawn.getchannel("A"))
    else:
        sheet.paste(image.convert("RGB"))
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _too_many_pixels() -> PhotoTooLarge:
    return PhotoTooLarge(
        say(
            "The photo has more than {limit} million pixels; take it again with a lower setting.",
            limit=amount(LARGEST_PIXELS / _MEGA, 0),
        )
    )


def _not_a_photo() -> NotAPhoto:
    return NotAPhoto(say("This is no photo that can be kept; send a still picture as JPEG, PNG or WebP."))
