"""Build shapely shapes in longitude and latitude, without heights, from GeoJSON geometries.

A shape that cannot be measured is replaced by None with a warning and never repaired; its site remains in the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rba_audit.messages import say
from rba_audit.sites.bbox import warn_of_bbox
from rba_audit.sites.format_detection import GEOMETRY_TYPES, type_hint
from rba_audit.sites.positions import (
    XY,
    Project,
    array_of,
    line_array,
    position_array,
    ring_array,
)
from rba_audit.sites.problems import InvalidFeature, ProblemLog, quote

PLACES: Final = ("Point", "Polygon", "MultiPolygon")  # geometry types of a play space
_FORBIDDEN: Final = ("geometry", "features")
MOST_OF_PLACE: Final = 20_000
"""Maximum number of positions of a play space or a part of one; real outlines have far fewer."""
MOST_AROUND: Final = 200_000
"""Maximum number of positions of a context feature, such as a long river or a boundary."""
WINDING: Final = "winding"
"""The rule of an outline that breaks the right-hand rule."""
_LOCATION: Final = re.compile(r"\[(\S+) (\S+?)(?: \S+)?\]")


def shape_of(
    geometry: object, notes: ProblemLog, at: str, project: Project | None = None, most: int = MOST_AROUND
) -> BaseGeometry | None:
    """Return the shape of a geometry object; None if its coordinates are empty or it cannot be used.

    Args:
        geometry: A GeoJSON geometry object.
        notes: Collects the warnings.
        at: Path of the geometry below the feature.
        project: Converts the file's coordinates to longitude and latitude; None if they are.
        most: Maximum number of positions; a shape with more is not used.

    Raises:
        InvalidFeature: It is no geometry that RFC 7946 allows.
    """
    if not isinstance(geometry, (dict, Mapping)):
        found = say("the geometry is “{value}”, not an object", value=quote(geometry))
        raise InvalidFeature("geometry-not-object", found, say("write a geometry, or null where none is known"), at)
    kind = _type_of(geometry, at)
    for member in _FORBIDDEN:
        if member in geometry:
            found = say("a geometry has a member “{member}”", member=member)
            raise InvalidFeature("member-not-allowed", found, say("move it to the feature"), f"{at}.{member}")
    if "properties" in geometry:  # ODK Central writes the accuracy of a position there
        found = say("a geometry has properties, which are not read: {value}", value=quote(geometry["properties"]))
        remedy = say("move them to the feature; an accuracy is called position_accuracy_m there")
        notes.warn("geometry-properties", found, remedy, f"{at}.properties")
    warn_of_bbox(geometry, notes, at)
    member = "geometries" if kind == "GeometryCollection" else "coordinates"
    if member not in geometry:
        found = say("the {type} has no member “{member}”", type=kind, member=member)
        raise InvalidFeature("coordinates-missing", found, say("write it, or null for the whole geometry"), at)
    content = array_of(geometry[member], say("an array"), f"{at}.{member}")
    if not content:
        found = say("the {type} has no coordinates", type=kind)
        notes.warn("coordinates-empty", found, say("locate it, or write null for the geometry"), at)
        return None
    if kind == "GeometryCollection":
        return _collection(content, notes, f"{at}.{member}", project, most)
    shape = _BUILDERS[kind](content, f"{at}.{member}", notes, project)
    return shape if _is_sound(shape, notes, at, most) else None


def _type_of(geometry: Mapping[str, Any], at: str) -> str:
    if "type" not in geometry:
        found = say("the geometry has no member “type”")
        raise InvalidFeature("type-missing", found, say("write its type, such as “Polygon”"), at)
    kind = geometry["type"]
    if not isinstance(kind, str) or kind not in GEOMETRY_TYPES:
        found = say("“{type}” is not a type of geometry", type=quote(kind))
        remedy = type_hint(kind, GEOMETRY_TYPES, say("write “Point”, “Polygon” or “MultiPolygon”"))
        raise InvalidFeature("type-unknown", found, remedy, f"{at}.type")
    return kind


def _point(content: Sequence[Any], at: str, notes: ProblemLog, project: Project | None) -> BaseGeometry:
    if project is None and len(content) in (2, 3) and set(map(type, content)) <= {int, float}:
        lon, lat = content[0], content[1]
        if -180 <= lon <= 180 and -90 <= lat <= 90:  # shortcut for the most frequent case
            return shapely.Point(lon, lat)
    try:
        return shapely.Point(position_array([content], at, notes, project)[0])
    except InvalidFeature as why:
        raise InvalidFeature(why.rule, why.found, why.remedy, at) from None


def _multipoint(content: Sequence[Any], at: str, notes: ProblemLog, project: Project | None) -> BaseGeometry:
    return shapely.MultiPoint(position_array(content, at, notes, project))


def _line(content: Sequence[Any], at: str, notes: ProblemLog, project: Project | None) -> BaseGeometry:
    return shapely.LineString(line_array(content, at, notes, project))


def _multiline(content: Sequence[Any], at: str, notes: ProblemLog, project: Project | None) -> BaseGeometry:
    lines = [line_array(line, f"{at}[{i}]", notes, project) for i, line in enumerate(content)]
    return shapely.MultiLineString(lines)


def _polygon(content: Sequence[Any], at: str, notes: ProblemLog, project: Project | None) -> shapely.Polygon:
    rings = array_of(content, say("an array of rings"), at)
    if not rings:
        found = say("a polygon has no ring")
        raise InvalidFeature("ring-too-short", found, say("draw its outline, or leave it out"), at)
    arrays = [ring_array(ring, f"{at}[{i}]", notes, project) for i, ring in enumerate(rings)]
    return shapely.Polygon(arrays[0], arrays[1:])


def _multipolygon(content: Sequence[Any], at: str, notes: ProblemLog, project: Project | None) -> BaseGeometry:
    parts = [_polygon(part, f"{at}[{i}]", notes, project) for i, part in enumerate(content)]
    return shapely.MultiPolygon(parts)


_Builder = Callable[[Sequence[Any], str, ProblemLog, Project | None], BaseGeometry]
_BUILDERS: Final[Mapping[str, _Builder]] = {
    "Point": _point,
    "MultiPoint": _multipoint,
    "LineString": _line,
    "MultiLineString": _multiline,
    "Polygon": _polygon,
    "MultiPolygon": _multipolygon,
}


def _collection(
    members: Sequence[Any], notes: ProblemLog, at: str, project: Project | None, most: int
) -> BaseGeometry | None:
    if any(isinstance(member, Mapping) and member.get("type") == "GeometryCollection" for member in members):
        found = say("a GeometryCollection holds another")
        notes.warn("nested-collection", found, say("put all geometries into one"), at)
    shapes = [shape_of(member, notes, f"{at}[{i}]", project, most) for i, member in enumerate(members)]
    sound = [shape for shape in shapes if shape is not None]
    return shapely.GeometryCollection(sound) if len(sound) == len(shapes) else None


def _is_sound(shape: BaseGeometry, notes: ProblemLog, at: str, most: int) -> bool:
    """Return whether a shape can be drawn and measured; add a warning if not, or if an outline breaks the right-hand rule."""
    count = int(shapely.get_num_coordinates(shape))
    if count > most:  # checked first, because the validity check is slow for many positions
        found = say("the shape has {count} positions, more than {most}", count=count, most=most)
        remedy = say("simplify it; until then it is listed, not drawn and not measured")
        notes.warn("shape-too-fine", found, remedy, at)
        return False
    if shape.geom_type in ("Point", "MultiPoint"):
        return True
    if shapely.is_valid(shape):
        if isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)):
            _warn_of_winding(shape, notes, at)
        return True
    remedy = say("draw it again; until then it is listed, not drawn and not measured")
    if any(_doubled_area(shapely.get_coordinates(ring)) == 0 for ring in shapely.get_rings(shape)):
        notes.warn("shape-without-area", say("the outline encloses nothing"), remedy, at)
        return False
    reason = str(shapely.is_valid_reason(shape))
    where = _LOCATION.search(reason)
    found = say(
        "the shape is not valid near longitude {lon}, latitude {lat} ({reason})",
        lon=where[1] if where else "?",
        lat=where[2] if where else "?",
        reason=reason.split("[", 1)[0],
    )
    notes.warn("shape-not-valid", found, remedy, at)
    return False


def _warn_of_winding(shape: shapely.Polygon | shapely.MultiPolygon, notes: ProblemLog, at: str) -> None:
    polygons = [shape] if isinstance(shape, shapely.Polygon) else shape.geoms
    if any(not part.exterior.is_ccw or any(hole.is_ccw for hole in part.interiors) for part in polygons):
        found = say("an outline is drawn against the right-hand rule")
        notes.warn(WINDING, found, say("draw outer rings counterclockwise and holes clockwise"), at)


def _doubled_area(xy: XY) -> float:
    """Return twice the signed area of a ring in square degrees; only useful for comparison with zero."""
    x, y = (xy - xy[0]).T
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))
