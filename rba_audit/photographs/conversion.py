"""Draw a picture anew with Pillow; as a program of its own, with little memory, for pictures that need much.

Run by its path (`python -I drawing.py`), it reads a file on its input and writes width, height and the JPEG; it imports
nothing of this package, so that it starts at once.
"""

from __future__ import annotations

import io
import struct
import sys
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PIL import ExifTags, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401 - before memory is limited

LARGEST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1600
"""Pixels; enough to read a sign or see a cracked board."""
MOST_MEMORY: Final = 160_000_000
"""Bytes of address space that the program may take beyond what it has when it begins."""
MOST_CPU_S: Final = 20
SIZE: Final = struct.Struct(">II")
DAMAGED, MOVING, TOO_LARGE, TOO_COSTLY = 3, 4, 5, 6
"""How the program ends where there is no picture to write."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 75
_LARGE: Final = 16_000_000
"""Pixels; more than most cameras give."""
_UPRIGHT: Final[Mapping[object, Image.Transpose]] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
"""What to do with a picture whose EXIF orientation is this. Source: CIPA DC-008 (Exif), tag Orientation."""
BROKEN: Final = (
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
"""What Pillow raises at a file that begins like a picture and does not go on like one."""

# Set once for the process: changing filters around each picture would not be safe between threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class MovingPictureError(Exception):
    """The file holds more than one picture to be shown one after the other."""


class TooManyPixelsError(Exception):
    """The picture has more pixels than are taken."""


def convert_image(data: bytes, most_pixels: int = LARGEST_PIXELS) -> tuple[bytes, int, int]:
    """Return a picture upright, at most `LONGEST_SIDE` pixels long and drawn anew as a JPEG, with its width and height.

    One with more than `most_pixels` is refused before it is decoded, whatever its first bytes said.

    Raises:
        MovingPictureError: it is a moving one.
        TooManyPixelsError: it has too many pixels.
        Exception: one of `BROKEN`; it is no whole picture.
    """
    with _opened(data, most_pixels) as first:
        first.verify()
    # Verifying reads a file to its end, after which it can only be opened again.
    with _opened(data, most_pixels) as image:
        # Smaller first, upright then: a JPEG is decoded at a fraction of its size, and turning costs less.
        longest = max(image.size)
        if longest > LONGEST_SIDE:
            # Asked for by itself: `thumbnail` would go by the shorter side, and decode a long strip whole.
            size = (max(side * LONGEST_SIDE / longest * gap_of(image.width * image.height), 1) for side in image.size)
            image.draft(None, (int(next(size)), int(next(size))))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        turn = _UPRIGHT.get(_orientation(image))
        upright = image if turn is None else image.transpose(turn)
        return as_jpeg(upright), upright.width, upright.height


def gap_of(pixels: int) -> float:
    """Return how many times longer than it is to be a JPEG is decoded at least: twice, or less where that takes much memory."""
    return 2.0 if pixels <= _LARGE else 1.0


def as_jpeg(image: Image.Image) -> bytes:
    """Return a picture as JPEG, on white where it is transparent, without anything that is known about its file."""
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


def _opened(data: bytes, most_pixels: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixelsError from None
    if image.width * image.height > most_pixels:
        raise TooManyPixelsError
    # Some phones put a second, smaller picture behind the first of a JPEG; only the first is read.
    if getattr(image, "n_frames", 1) > 1 and not isinstance(image, JpegImagePlugin.JpegImageFile):
        raise MovingPictureError
    return image


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except BROKEN:
        return None  # what is said about the picture is broken; the picture itself is whole


def _limit() -> None:
    """Let this process take little more memory and time; where the system has no limits, the costs were reckoned before."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    """Draw what comes on the input; return how it ended."""
    data = sys.stdin.buffer.read()
    _limit()
    try:
        jpeg, width, height = convert_image(data)
    except MovingPictureError:
        return MOVING
    except TooManyPixelsError:
        return TOO_LARGE
    except MemoryError:
        return TOO_COSTLY
    except BROKEN:
        return DAMAGED
    sys.stdout.buffer.write(SIZE.pack(width, height) + jpeg)
    return 0


if __name__ == "__main__":
    sys.exit(main())
