"""Coordinates of a site as text and as links to map programs; nothing is requested from other servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from shapely.geometry.base import BaseGeometry

from rba_audit.messages import format_number, say

_DECIMALS_OF_A_POINT: Final = 6  # about 0.1 m
_DECIMALS_OF_AN_AREA: Final = 5  # about 1 m: a point inside an outline is no more exact
_GOOGLE_MAPS: Final = "https://www.google.com/maps/search/"
_POLE: Final = 90
_TURN: Final = 360
_TENTHS_IN_A_DEGREE: Final = 36_000


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The position of a site's mark on the map, in WGS 84.

    Attributes:
        longitude: In degrees, from -180 to 180. `latitude` likewise, from -90 to 90.
        decimals: Decimals of a degree that are shown.
        within_outline: Whether it is a point inside an outline, and not a surveyed point.
    """

    longitude: float
    latitude: float
    decimals: int
    within_outline: bool

    @property
    def decimal(self) -> str:
        """Latitude and longitude as map programs read them: `-6.118000, 106.152000`, the same in every language."""
        return f"{self.latitude:.{self.decimals}f}, {self.longitude:.{self.decimals}f}"

    @property
    def words(self) -> str:
        """Latitude and longitude in degrees, minutes and seconds with the directions in words of the language."""
        return f"{_north(self.latitude)}, {_east(self.longitude)}"

    @property
    def google_maps(self) -> str:
        """URL that opens the position in Google Maps."""
        return f"{_GOOGLE_MAPS}?{urlencode({'api': 1, 'query': self.decimal.replace(' ', '')})}"

    @property
    def geo(self) -> str:
        """URL that opens the position in the map program of a phone (RFC 5870)."""
        pair = self.decimal.replace(" ", "")
        return f"geo:{pair}?q={quote(pair, safe=',')}"


def coordinates_of(shape: BaseGeometry | None) -> Coordinates | None:
    """Return the coordinates of a site's mark; None for a site without a position, or with one that is nowhere on Earth."""
    if shape is None or shape.is_empty:
        return None
    point = shape.representative_point()
    if point.is_empty or not abs(point.y) <= _POLE or not abs(point.x) <= _TURN:
        return None
    is_point = shape.geom_type == "Point"
    return Coordinates(
        longitude=(point.x + _TURN / 2) % _TURN - _TURN / 2 if abs(point.x) > _TURN / 2 else point.x,
        latitude=point.y,
        decimals=_DECIMALS_OF_A_POINT if is_point else _DECIMALS_OF_AN_AREA,
        within_outline=not is_point,
    )


def _north(latitude: float) -> str:
    degrees = _sexagesimal(latitude)
    return str(say("{degrees} S", degrees=degrees) if latitude < 0 else say("{degrees} N", degrees=degrees))


def _east(longitude: float) -> str:
    degrees = _sexagesimal(longitude)
    return str(say("{degrees} W", degrees=degrees) if longitude < 0 else say("{degrees} E", degrees=degrees))


def _sexagesimal(value: float) -> str:
    """Return degrees, minutes and seconds to a tenth (about 3 m) without a sign: `6°07′04.8″`."""
    tenths = round(abs(value) * _TENTHS_IN_A_DEGREE)
    degrees, rest = divmod(tenths, _TENTHS_IN_A_DEGREE)
    minutes, seconds = divmod(rest, 600)
    whole, tenth = divmod(seconds, 10)
    mark = format_number(0.5, 1)[1]  # the decimal mark of the language
    return f"{degrees}°{minutes:02d}′{whole:02d}{mark}{tenth}″"
