"""Validate the geometry that a user drew for a site: one message for each problem.

A file of sites is read more leniently (`sites.shapes`): there a site whose outline crosses itself stays in the list. A geometry
validated here can still be drawn again, so it is accepted as a whole or not at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import shapely

from rba_audit.messages import Message, say

MOST_POSITIONS: Final = 20_000
_LEAST_CORNERS: Final = 4
_LONGITUDE: Final = 180
_LATITUDE: Final = 90
_LOCATION: Final = re.compile(r"\[(\S+) (\S+?)(?: \S+)?\]")
_AREAS: Final = ("Polygon", "MultiPolygon")


def outline_faults(geometry: object) -> list[Message]:
    """Return the problems of a GeoJSON geometry as that of a site; empty if it can be stored.

    It has to be a Point, Polygon or MultiPolygon of finite positions in longitude and latitude. Rings have to be closed and
    cross neither themselves nor each other, holes have to lie inside their outline, and areas must not overlap.

    >>> ring = [[106.1, -6.1], [106.2, -6.2], [106.2, -6.1], [106.1, -6.2], [106.1, -6.1]]
    >>> len(outline_faults({"type": "Polygon", "coordinates": [ring]}))
    1
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Point", *_AREAS):
        return [
            say("That is no point and no outline; draw one of them, or write a GeoJSON Point, Polygon or MultiPolygon.")
        ]
    coordinates = geometry.get("coordinates")
    if kind == "Point":
        return [] if _is_position(coordinates) else [_no_position(say("The point"))]
    if not isinstance(coordinates, list) or not coordinates:
        return [say("The outline has no corners; draw it.")]
    areas = coordinates if kind == "MultiPolygon" else [coordinates]
    if _positions(areas) > MOST_POSITIONS:
        return [say("The outline has more than {most} corners; simplify it.", most=MOST_POSITIONS)]
    faults: list[Message] = []
    polygons: list[shapely.Polygon] = []
    for at, rings in enumerate(areas, start=1):
        where = say("Area {number}", number=at) if len(areas) > 1 else say("The outline")
        wrong, polygon = _polygon(rings, where)
        faults += wrong
        polygons += [polygon] if polygon is not None else []
    return faults or [
        say(
            "Area {one} and area {other} lie over one another; draw them apart, or as one.",
            one=one + 1,
            other=other + 1,
        )
        for (one, first), (other, second) in combinations(enumerate(polygons), 2)
        if not shapely.MultiPolygon([first, second]).is_valid
    ]


def _polygon(rings: object, where: Message) -> tuple[list[Message], shapely.Polygon | None]:
    """Return the problems of one polygon, and the polygon if there are none."""
    if not isinstance(rings, list) or not rings:
        return [say("{where} has no corners; draw it.", where=where)], None
    named = [where, *(say("{where}, hole {number}", where=where, number=at) for at in range(1, len(rings)))]
    faults = [fault for ring, name in zip(rings, named, strict=True) for fault in _ring_faults(ring, name)]
    if faults:
        return faults, None
    outer, *holes = (shapely.Polygon(_coordinates(ring)) for ring in rings)
    outside = [name for hole, name in zip(holes, named[1:], strict=True) if not outer.covers(hole)]
    if outside:
        return [say("{where} does not lie wholly inside; draw it inside.", where=name) for name in outside], None
    whole = shapely.Polygon(outer.exterior, [hole.exterior for hole in holes])
    if not whole.is_valid:
        message = say(
            "{where}: holes touch the edge or each other along a line{near}; draw them apart.",
            where=where,
            near=_near(whole),
        )
        return [message], None
    return [], whole


def _ring_faults(ring: object, where: Message) -> list[Message]:
    if not isinstance(ring, list) or not all(_is_position(position) for position in ring):
        return [_no_position(where)]
    if len(ring) < _LEAST_CORNERS or len({tuple(corner[:2]) for corner in ring}) < _LEAST_CORNERS - 1:
        return [say("{where} has fewer than three corners; draw more.", where=where)]
    if ring[0][:2] != ring[-1][:2]:
        return [say("{where} is not closed; its last corner has to be its first.", where=where)]
    shape = shapely.Polygon(_coordinates(ring))
    if shapely.convex_hull(shape).area == 0:
        return [say("{where} encloses nothing; draw it wider.", where=where)]
    if not shape.is_valid:
        return [say("{where} crosses or touches itself{near}; move a corner.", where=where, near=_near(shape))]
    return []


def _near(shape: shapely.Polygon) -> Message | str:
    location = _LOCATION.search(str(shapely.is_valid_reason(shape)))
    return say(" near longitude {lon}, latitude {lat}", lon=location[1], lat=location[2]) if location else ""


def _no_position(where: Message) -> Message:
    return say("{where} has a corner that is no position: write longitude, then latitude, in degrees.", where=where)


def _is_position(value: object) -> bool:
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 3
        and all(
            isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
            for number in value
        )
        and abs(value[0]) <= _LONGITUDE
        and abs(value[1]) <= _LATITUDE
    )


def _coordinates(ring: Sequence[Sequence[Any]]) -> list[tuple[float, float]]:
    return [(float(position[0]), float(position[1])) for position in ring]


def _positions(areas: Sequence[object]) -> int:
    rings = (ring for area in areas if isinstance(area, list) for ring in area)
    return sum(len(ring) for ring in rings if isinstance(ring, list))
