"""Re-encode a picture with Pillow, as a function or as a program with a memory limit.

Run by its path (`python -I conversion.py`), it reads a file from standard input and writes width, height and the JPEG. It
imports nothing of this package, so that it starts fast.
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
"""Bytes of address space that the program may allocate in addition to what it has at its start."""
MOST_CPU_S: Final = 20
SIZE: Final = struct.Struct(">II")
DAMAGED, MOVING, TOO_LARGE, TOO_COSTLY = 3, 4, 5, 6
"""Exit codes of the program when there is no picture to write."""
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
"""Transposition that makes a picture upright, by its EXIF orientation. Source: CIPA DC-008 (Exif), tag Orientation."""
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
"""Exceptions that Pillow raises for a damaged picture."""

# Set once for the process, because changing warning filters for each picture would not be thread-safe.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class MovingPictureError(Exception):
    """The file is an animation."""


class TooManyPixelsError(Exception):
    """The picture has more pixels than are accepted."""


def convert_image(data: bytes, most_pixels: int = LARGEST_PIXELS) -> tuple[bytes, int, int]:
    """Return a picture upright, at most `LONGEST_SIDE` pixels long, re-encoded as a JPEG, with its width and height.

    The number of pixels is checked again before decoding, independently of the header that was parsed earlier.

    Raises:
        MovingPictureError: it is an animation.
        TooManyPixelsError: it has too many pixels.
        Exception: one of `BROKEN`, if the file is damaged or truncated.
    """
    with _opened(data, most_pixels) as first:
        first.verify()
    # Pillow cannot use an image after `verify`, so the file is opened again.
    with _opened(data, most_pixels) as image:
        # Scale down first, then rotate: a JPEG is decoded at a fraction of its size, and rotating the small picture is cheaper.
        longest = max(image.size)
        if longest > LONGEST_SIDE:
            # `draft` is called here because `thumbnail` would use the shorter side, and decode a long strip at full size.
            size = (max(side * LONGEST_SIDE / longest * gap_of(image.width * image.height), 1) for side in image.size)
            image.draft(None, (int(next(size)), int(next(size))))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        turn = _UPRIGHT.get(_orientation(image))
        upright = image if turn is None else image.transpose(turn)
        return as_jpeg(upright), upright.width, upright.height


def gap_of(pixels: int) -> float:
    """Return the minimum ratio of the decoded to the final size of a JPEG: 2, or 1 for a large picture, to save memory."""
    return 2.0 if pixels <= _LARGE else 1.0


def as_jpeg(image: Image.Image) -> bytes:
    """Return a picture as JPEG without metadata; transparent pixels become white."""
    # Pasted into a new image, because Pillow keeps the metadata (profile, comment, position) with the old one.
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
    # Some phones append a second, smaller picture to a JPEG; only the first is read.
    if getattr(image, "n_frames", 1) > 1 and not isinstance(image, JpegImagePlugin.JpegImageFile):
        raise MovingPictureError
    return image


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except BROKEN:
        return None  # the metadata is broken; the picture can still be read


def _limit() -> None:
    """Limit memory and CPU time of this process. Systems without such limits rely on the cost computed from the header."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    """Convert the picture on standard input; return the exit code."""
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
