"""Read original time and GPS position from the EXIF data of a picture; other metadata is ignored.

The phone reads the same fields before it scales a picture down (static/phone/exif.js). Missing, broken or impossible values
are left out, never guessed.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from PIL import ExifTags, Image

from rba_audit.photographs import conversion

_TAKEN: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)\Z", re.ASCII)
_OFFSET: Final = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d\Z", re.ASCII)
_MILLIONTHS: Final = 1_000_000
"""Positions are rounded to millionths of a degree, about 0.1 m."""
_PARTS: Final = 3
_SIXTY: Final = 60


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """Time and position of a picture, as its file states them.

    Attributes:
        taken_at: ISO 8601, with an offset if the file has one; empty if unknown.
        position: `lon` and `lat` in degrees; None if unknown.
    """

    taken_at: str = ""
    position: dict[str, float] | None = None


def origin_of(data: bytes) -> PhotoMetadata:
    """Return the metadata of a JPEG, PNG or WebP; empty for any other or damaged file. The picture is not decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=conversion.FORMATS) as opened:
            block = opened.info.get("exif")
        if not isinstance(block, bytes):
            return PhotoMetadata()
        exif = Image.Exif()
        exif.load(block)
        return PhotoMetadata(_taken_at(exif.get_ifd(ExifTags.IFD.Exif)), _position(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    except (*conversion.BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PhotoMetadata()


def _taken_at(fields: Any) -> str:
    parts = _TAKEN.match(_text(fields.get(ExifTags.Base.DateTimeOriginal)))
    if parts is None:
        return ""
    try:
        moment = datetime(*(int(part) for part in parts.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - EXIF times have no time zone
    except ValueError:
        return ""
    offset = _text(fields.get(ExifTags.Base.OffsetTimeOriginal))
    return moment.isoformat() + (offset if _OFFSET.match(offset) else "")


def _text(value: object) -> str:
    return value.split("\0")[0].strip() if isinstance(value, str) else ""


def _position(fields: Any) -> dict[str, float] | None:
    lat = _degrees(fields.get(ExifTags.GPS.GPSLatitude), fields.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    lon = _degrees(fields.get(ExifTags.GPS.GPSLongitude), fields.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    # (0, 0) is a common placeholder for an unknown position.
    if lat is None or lon is None or (not lat and not lon):
        return None
    return {"lon": lon, "lat": lat}


def _degrees(parts: Any, side: object, sides: str, most: int) -> float | None:
    name = _text(side)
    if not isinstance(parts, tuple) or len(parts) != _PARTS or len(name) != 1 or name not in sides:
        return None
    whole, minutes, seconds = (float(part) for part in parts)
    size = whole + minutes / _SIXTY + seconds / _SIXTY**2
    if not (minutes < _SIXTY and seconds < _SIXTY and size <= most):
        return None  # also rejects NaN
    degrees = math.floor(size * _MILLIONTHS + 0.5) / _MILLIONTHS
    return (-degrees if name == sides[1] else degrees) or 0.0
