"""GeoJSON geometries of KML elements, exactly as written: nothing is closed or repaired."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from rba_audit.file_formats.problems import shown
from rba_audit.file_formats.wkb import GeometryFault, closed_ring
from rba_audit.file_formats.xml_events import Element
from rba_audit.messages import say

GEOMETRIES: Final = frozenset(("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack"))
_COMMAS: Final = re.compile(r"\s*,\s*")


def geometry_of(placemark: Element) -> dict[str, Any] | None:
    """Return the geometry of a placemark; None if it has none.

    Raises:
        GeometryFault: It cannot be used.
    """
    shapes = [child for child in placemark.children if child.tag in GEOMETRIES]
    if not shapes:
        if placemark.child("Model") is not None:
            raise GeometryFault(say("its shape is a model in three dimensions, which is not read"))
        return None
    return _geometry(shapes[0]) if len(shapes) == 1 else _joined([_geometry(shape) for shape in shapes])


def _geometry(element: Element) -> dict[str, Any] | None:
    match element.tag:
        case "Point":
            positions = _positions(element.text_of("coordinates"))
            if len(positions) > 1:
                raise GeometryFault(say("its point has more than one position"))
            return {"type": "Point", "coordinates": positions[0]} if positions else None
        case "LineString" | "LinearRing":
            line = _positions(element.text_of("coordinates"))
            return {"type": "LineString", "coordinates": line} if line else None
        case "Polygon":
            return _polygon(element)
        case "Track":
            line = [_position(coord.text.split()) for coord in element.children if coord.tag == "coord"]
            return {"type": "LineString", "coordinates": line} if line else None
        case _:
            return _joined([_geometry(child) for child in element.children if child.tag in GEOMETRIES])


def _polygon(element: Element) -> dict[str, Any] | None:
    outer = [ring for bound in element.children if bound.tag == "outerBoundaryIs" for ring in bound.children]
    inner = [ring for bound in element.children if bound.tag == "innerBoundaryIs" for ring in bound.children]
    if len(outer) > 1:
        raise GeometryFault(say("its area has several outer outlines; draw them as separate areas"))
    rings = [_positions(ring.text_of("coordinates")) for ring in (*outer, *inner) if ring.tag == "LinearRing"]
    rings = [closed_ring(ring) for ring in rings if ring]
    return {"type": "Polygon", "coordinates": rings} if rings and outer else None


def _joined(members: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    parts = [member for member in members if member is not None]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    kinds = {part["type"] for part in parts}
    if len(kinds) == 1 and (kind := kinds.pop()) in {"Point", "LineString", "Polygon"}:
        return {"type": f"Multi{kind}", "coordinates": [part["coordinates"] for part in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _positions(text: str) -> list[list[float]]:
    return [_position(part.split(",")) for part in _COMMAS.sub(",", text).split()]


def _position(parts: list[str]) -> list[float]:
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if not 2 <= len(numbers) <= 3 or not all(map(math.isfinite, numbers)):
        raise GeometryFault(
            say("“{text}” is no position; it is written longitude,latitude", text=shown(",".join(parts)))
        )
    return numbers
