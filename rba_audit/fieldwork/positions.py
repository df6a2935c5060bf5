"""Whether a surveyor's position can be that of the site: how well it is known, and on which side of a boundary it lies.

A doubtful position is taken only with a reason in words; how far it is from the known place is told, never judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shapely import Point
from shapely.affinity import affine_transform
from shapely.errors import GEOSException
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from rba_audit.layers import Place
from rba_audit.words import Message, amount, say

COARSEST_M: Final = 100
"""A fix that is less exact than this may be in another street, and needs a reason."""
REMARKABLE_M: Final = 250
"""Farther from the known place than this, the distance is worth telling."""
_DEGREE_M: Final = 111_195
"""A degree of a meridian on a sphere of the Earth's mean radius. Source: IUGG mean radius, 6,371,009 m."""
_BOUNDARY: Final = "boundary"


@dataclass(frozen=True, slots=True)
class _Area:
    name: str
    shape: BaseGeometry
    accuracy_m: float


def doubts(position: Mapping[str, Any], site: Mapping[str, Any], context: Sequence[Place]) -> Iterator[Message]:
    """Yield why a position cannot be taken without a reason.

    A point counts as outside an area only if neither its own accuracy nor that of the outline can explain it.
    """
    if (position.get("reason") or "").strip():
        return
    accuracy_m = float(position.get("accuracy_m") or 0)
    if accuracy_m > COARSEST_M:
        yield say(
            "The position is known to {found} m only; wait for a better one, set the pin by hand, or write why.",
            found=amount(accuracy_m, 0),
        )
    home = _home(site, context)
    if home is None:
        return
    own, others = home
    here = Point(position["lon"], position["lat"])
    if _distance_m(here, own.shape) <= accuracy_m + own.accuracy_m:
        return
    found = next((other.name for other in others if other.shape.covers(here)), "")
    if found:
        yield say(
            "The position lies in {found}, and the site in {home}; correct the position or the site, or write why.",
            found=found,
            home=own.name,
        )
    else:
        yield say(
            "The position lies outside {home}, where the site is; correct the position or the site, or write why.",
            home=own.name,
        )


def remark(position: Mapping[str, Any], site: Mapping[str, Any]) -> Message | None:
    """Return a sentence on how far a position is from where the site is known to be; None where it is close."""
    known = _shape(site.get("geometry"))
    if known is None:
        return None
    distance_m = _distance_m(Point(position["lon"], position["lat"]), known)
    if distance_m <= REMARKABLE_M:
        return None
    return say("The position is {distance} m from where the register has the site.", distance=amount(distance_m, 0))


def distance_m(position: Mapping[str, Any], site: Mapping[str, Any]) -> float | None:
    """Return how far a position is from the site's known place, in metres (0 inside it); None where that is not known."""
    known = _shape(site.get("geometry"))
    return None if known is None else _distance_m(Point(position["lon"], position["lat"]), known)


def _home(site: Mapping[str, Any], context: Sequence[Place]) -> tuple[_Area, list[_Area]] | None:
    """Return the finest area whose code the site's begins with, and the others of its level; None without one."""
    properties = site.get("properties")
    code = str((properties or {}).get("kelurahan_code") or "") if isinstance(properties, Mapping) else ""
    boundaries = [place for place in context if place.layer == _BOUNDARY and place.code]
    fitting = [place for place in boundaries if code == place.code or code.startswith(f"{place.code}.")]
    if not fitting:
        return None
    own = max(fitting, key=lambda place: len(place.code))
    area = _area(own)
    if area is None:
        return None
    level = own.code.count(".")
    rest = (_area(place) for place in boundaries if place.code != own.code and place.code.count(".") == level)
    return area, [other for other in rest if other is not None]


def _area(place: Place) -> _Area | None:
    found = _shape(place.feature.get("geometry"))
    if found is None or found.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    said = (place.feature.get("properties") or {}).get("accuracy_m")
    return _Area(place.name or place.code, found, float(said) if isinstance(said, (int, float)) and said > 0 else 0.0)


def _shape(geometry: object) -> BaseGeometry | None:
    if not isinstance(geometry, Mapping):
        return None
    try:
        found: BaseGeometry = shape(dict(geometry))
    except (GEOSException, ValueError, TypeError, KeyError, AttributeError):
        return None  # what cannot be drawn bounds nothing
    return None if found.is_empty else found


def _distance_m(here: Point, there: BaseGeometry) -> float:
    """Return the distance in metres, 0 inside; within 1 % up to some 100 km, which is what a slip of a surveyor spans."""
    east = _DEGREE_M * math.cos(math.radians(here.y))
    flat = affine_transform(there, (east, 0, 0, _DEGREE_M, -here.x * east, -here.y * _DEGREE_M))
    return float(flat.distance(Point(0, 0)))
