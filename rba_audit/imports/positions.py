"""Read positions from text as people write them: decimal comma, degrees and minutes, pairs in one cell, metres of a grid."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import shapely
from shapely.errors import GEOSException

from rba_audit.errors import EvidenceError
from rba_audit.evidence import read_number
from rba_audit.sites.problems import InvalidFeature, ProblemLog
from rba_audit.sites.reference_systems import projection_from
from rba_audit.standard.policies import ColumnsPolicy, Direction

Axis = Literal["longitude", "latitude"]
_ORDERS: Final[Mapping[str, tuple[Axis, Axis]]] = {
    "latlon": ("latitude", "longitude"),
    "lonlat": ("longitude", "latitude"),
}
DECIMALS: Final = 8
"""Decimals of a degree that a computed position keeps: about a millimetre."""
_EXACT: Final = 10  # decimals of degrees that were minutes and seconds
_MINUS: Final = str.maketrans("−–‒﹣－", "-----")
_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}(?:[.,]\d*)?°?|[+-]?[.,]\d+°?")
_NUMBER: Final = r"\d{1,3}(?:[.,]\d+)?"
_DEGREES: Final = re.compile(
    rf"(?P<before>[^\W\d_][^\d+\-]*?)?[\s.:]*(?P<sign>[+-])?\s*(?P<degrees>{_NUMBER})\s*(?:[°ºo˚*:d]|deg)?"
    rf"(?:\s*(?P<minutes>{_NUMBER})\s*['′’‘´`:]?(?:\s*(?P<seconds>{_NUMBER})\s*(?:[\"″”“]|['′’‘´`]{{2}})?)?)?"
    r"[\s.,]*(?P<after>[^\W\d_][^\d]*?)?[\s.]*"
)
_GROUPED: Final = re.compile(r"\d{1,3}(?:([ .,])\d{3})(?:\1\d{3})*")
_PAIR: Final = re.compile(r"\s*[;|/\n]\s*|,\s+|\s+,")
_BRACKETS: Final = re.compile(r"^[\s(\[{]+|[\s)\]}]+$")
_ZONE: Final = re.compile(r"(?P<number>\d{1,2})\s*(?P<band>[A-Za-z])?")
_STRIP: Final = re.compile(r"(?P<number>\d{2})[.,]?(?P<half>[12])")
_EPSG: Final = re.compile(r"(?:EPSG\D*)?(?P<code>\d{4,6})", re.IGNORECASE)
_LEAST_METRES: Final = 1000.0
_MOST_DEGREES: Final = 180.0
_UTM_ZONES: Final = 60
_UTM_CODES: Final = (32700, 32600)  # of EPSG, to which the zone is added: south and north of the equator
_FIRST_NORTHERN_BAND: Final = "N"


def read_degrees(value: object, axis: Axis, policy: ColumnsPolicy) -> float | None:
    """Return degrees of longitude or latitude, negative to the west and south; None if the value is no such number.

    A value that names a direction of the other axis is none.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    text = value.translate(_MINUS).strip()
    if _DECIMAL.fullmatch(text) and any(map(str.isdigit, text)):
        return float(text.rstrip("°").replace(",", "."))
    match = _DEGREES.fullmatch(text)
    return None if match is None else _from_match(match, axis, policy)


def _from_match(match: re.Match[str], axis: Axis, policy: ColumnsPolicy) -> float | None:
    degrees, minutes, seconds = (
        float((match[part] or "0").replace(",", ".")) for part in ("degrees", "minutes", "seconds")
    )
    fractions = [degrees % 1 and match["minutes"], minutes % 1 and match["seconds"]]
    if minutes >= 60 or seconds >= 60 or any(fractions):
        return None
    words = [word for word in (match["before"], match["after"]) if word]
    named = [_direction(word, axis, policy) for word in words]
    if None in named or len(set(named)) > 1:
        return None
    size = round(degrees + minutes / 60 + seconds / 3600, _EXACT)
    negative = match["sign"] == "-" or (bool(named) and named[0] in ("south", "west"))
    return -size if negative else size


def _direction(word: str, axis: Axis, policy: ColumnsPolicy) -> Direction | None:
    """Return the direction that a word names on an axis; None if it names none there."""
    plain = " ".join(word.casefold().replace(".", " ").split())
    on_axis: tuple[Direction, ...] = ("east", "west") if axis == "longitude" else ("north", "south")
    return next((direction for direction in on_axis if plain in policy.directions[direction]), None)


def heading_direction(heading: str, axis: Axis, policy: ColumnsPolicy) -> Direction | None:
    """Return the direction that a whole heading names, such as `LS`; None if it names none."""
    return _direction(heading.replace("_", " "), axis, policy)


def read_pair(value: object, policy: ColumnsPolicy) -> tuple[float, float, str] | None:
    """Return two numbers of one cell as they stand, and their order if the cell says it: `latlon`, `lonlat` or empty.

    A third and fourth number (height and accuracy of a phone) are left aside.
    """
    if isinstance(value, list | tuple) and len(value) in (2, 3, 4):
        first, second = (value[at] for at in (0, 1))
        if all(isinstance(part, int | float) and not isinstance(part, bool) for part in (first, second)):
            return float(first), float(second), ""
        return None
    if not isinstance(value, str):
        return None
    pieces = _pieces(_BRACKETS.sub("", value.translate(_MINUS)), policy)
    if pieces is None:
        return None
    for order, axes in _ORDERS.items():
        one, two = (read_degrees(piece, axis, policy) for piece, axis in zip(pieces, axes, strict=True))
        if one is not None and two is not None:
            stated = any(re.search(r"[^\W\d_]", piece.replace("°", "")) for piece in pieces)
            return one, two, order if stated else ""
    return None


def _pieces(text: str, policy: ColumnsPolicy) -> tuple[str, str] | None:
    """Return the two texts of a pair: `-6,1; 106,15`, `-6.1, 106.15`, `-6.1 106.15 20 4.8`, `6°7'S 106°9'E`."""
    words = text.split()
    if len(words) in (2, 3, 4) and all(_DECIMAL.fullmatch(word.rstrip(",;")) for word in words):
        return words[0].rstrip(",;"), words[1].rstrip(",;")
    parts = [part for part in _PAIR.split(text) if part.strip()]
    if len(parts) in (2, 3, 4):
        return parts[0], parts[1]
    commas = text.split(",")
    if len(commas) == 2:
        return commas[0], commas[1]
    if len(commas) == 4:  # decimal commas: -6,1,106,15
        return ",".join(commas[:2]), ",".join(commas[2:])
    for match in re.finditer(r"[^\W\d_]+[\s,]*(?=[+-]?\d)|(?<=[\d\"″”'′°])\s+(?=[^\W\d_])", text):
        one, two = text[: match.end()].strip(" ,"), text[match.end() :]
        if any(_reads(one, first, policy) and _reads(two, second, policy) for first, second in _ORDERS.values()):
            return one, two
    return None


def _reads(text: str, axis: Axis, policy: ColumnsPolicy) -> bool:
    return read_degrees(text, axis, policy) is not None


def read_metres(value: object) -> float | None:
    """Return an easting or northing in metres; None if the value is no such number. `624.123` and `624,123` are 624123."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    text = re.sub(r"\s*m[ETUN]?\.?$", "", value.translate(_MINUS).strip())
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        return float(text.replace(grouped[1], ""))
    try:
        return float(read_number(text.replace(" ", "")))
    except EvidenceError:
        return None


def are_metres(x: float, y: float) -> bool:
    """Return whether two ordinates are too large for degrees and large enough for metres of a grid."""
    return max(abs(x), abs(y)) >= _LEAST_METRES


def are_degrees(x: float, y: float) -> bool:
    """Return whether two ordinates may be degrees, in either order."""
    return max(abs(x), abs(y)) <= _MOST_DEGREES


def zone_crs(text: str, policy: ColumnsPolicy) -> tuple[str, ...]:
    """Return the reference systems that the text of a zone may mean: `48S`, `TM-3 48.2` or `EPSG:32748` means one.

    A zone of UTM without a letter may lie on either side of the equator. A letter S is south, as in Indonesia, not the band S.
    """
    code = _EPSG.fullmatch(text.strip())
    if code:
        return (f"EPSG:{code['code']}",)
    plain = " ".join(re.sub(r"[_/\-:]+", " ", text.casefold()).split())
    grid = ""
    for name, words in (("tm3", policy.tm3), ("utm", policy.utm)):
        for word in sorted(words, key=len, reverse=True):
            if plain.startswith(word) and not grid:
                grid, plain = name, plain[len(word) :].strip()
    strip = _STRIP.fullmatch(plain.replace(" ", ""))
    if strip and (grid == "tm3" or "." in plain or "," in plain):
        return (policy.tm3_name.format(zone=f"{strip['number']}.{strip['half']}"),)
    zone = _ZONE.fullmatch(plain)
    if zone is None or grid == "tm3" or not 1 <= int(zone["number"]) <= _UTM_ZONES:
        return ()
    band, south, north = (zone["band"] or "").upper(), *(f"EPSG:{base + int(zone['number'])}" for base in _UTM_CODES)
    if not band:
        return south, north
    return (south,) if band == "S" or band < _FIRST_NORTHERN_BAND else (north,)


def heading_zone(heading: str, policy: ColumnsPolicy) -> str:
    """Return the zone that a heading states, as in `X_UTM48S` or `Northing (TM-3 48.2)`; empty if it states none."""
    plain = " ".join(re.sub(r"[^\w.,]+|_+", " ", heading.casefold()).split())
    for words in (policy.tm3, policy.utm):
        for word in sorted(words, key=len, reverse=True):
            match = re.search(rf"\b{re.escape(word)}\s*(?:zon[ea]\s*)?(\d[\d.,]*\s?[a-z]?)\b", plain)
            if match:
                return f"{word} {match[1]}"
    return ""


def to_degrees(x: float, y: float, crs: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a position in a reference system; None if it lies outside of that.

    Raises:
        InvalidFeature: The system is unknown.
    """
    project = projection_from(crs, ProblemLog())
    lon, lat = (x, y) if project is None else project(np.array([[x, y]], dtype=np.float64))[0].tolist()
    return (round(lon, DECIMALS), round(lat, DECIMALS)) if math.isfinite(lon) and math.isfinite(lat) else None


def known_crs(crs: str) -> bool:
    """Return whether a reference system is known and gives places on the ground."""
    try:
        projection_from(crs, ProblemLog())
    except InvalidFeature:
        return False
    return True


def read_wkt(value: object) -> Mapping[str, Any] | None:
    """Return the GeoJSON geometry of a text in WKT or hexadecimal WKB; None if it is none."""
    if not isinstance(value, str):
        return None
    text = re.sub(r"^\s*SRID=\d+;", "", value)
    try:
        shape = shapely.from_wkb(text) if re.fullmatch(r"[0-9A-Fa-f]{18,}", text) else shapely.from_wkt(text)
    except (GEOSException, ValueError, TypeError):
        return None
    geometry: Mapping[str, Any] = shape.__geo_interface__
    return _as_lists(geometry)


def _as_lists(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    if "geometries" in geometry:
        return {**geometry, "geometries": [_as_lists(member) for member in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": _lists(geometry["coordinates"])}


def _lists(coordinates: Any) -> Any:
    return [_lists(item) for item in coordinates] if isinstance(coordinates, tuple) else coordinates
