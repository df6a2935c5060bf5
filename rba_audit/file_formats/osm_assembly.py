"""Assemble the outlines of OpenStreetMap objects from nodes, ways and relations that are in memory.

For Overpass answers, and for small files whose order pyosmium cannot follow (unsorted, or with the negative ids of an editor).
A doubtful outline is never repaired: the object gets the reason instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import shapely
from shapely.geometry import mapping

from rba_audit.file_formats.osm_objects import LonLat, OsmObject, is_linear, is_outlined, is_wanted
from rba_audit.messages import Message, say

Line = Sequence[LonLat | None]
"""Positions along a way in order; None for one that is not in the file."""
_LEAST_RING: Final = 4
_ASSEMBLED: Final = ("multipolygon", "boundary")


@dataclass(frozen=True, slots=True)
class RelationMember:
    """A member of a relation: its type, number, role, and positions if the file states them there."""

    type: str
    ref: int
    role: str
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class OsmElement:
    """A node, way or relation as its file states it.

    Attributes:
        type: `node`, `way` or `relation`.
        ref: Its number.
        tags: Its tags.
        day: Day of its last edit; empty if it is not stated.
        at: Position of a node, or the centre that an Overpass answer states; None if there is none.
        line: Positions of a way; None if it states none.
        nodes: Numbers of the nodes of a way.
        members: Members of a relation.
    """

    type: str
    ref: int
    tags: Mapping[str, str]
    day: str = ""
    at: LonLat | None = None
    line: Line | None = None
    nodes: Sequence[int] = ()
    members: Sequence[RelationMember] = ()


@dataclass(frozen=True, slots=True)
class OsmElements:
    """The elements of a file by type and number."""

    nodes: dict[int, LonLat] = field(default_factory=dict)
    ways: dict[int, OsmElement] = field(default_factory=dict)

    def line_of(self, way: OsmElement) -> Line:
        """Return the positions of a way: those it states, else those of its nodes."""
        return way.line if way.line is not None else [self.nodes.get(ref) for ref in way.nodes]


def assembled_objects(elements: Sequence[OsmElement], keys: Collection[str]) -> Iterator[OsmObject]:
    """Yield an object for each element that has one of the keys; without keys, for each one with tags."""
    index = OsmElements()
    for element in elements:
        if element.type == "node" and element.at is not None:
            index.nodes[element.ref] = element.at
        elif element.type == "way":
            index.ways[element.ref] = element
    for element in elements:
        if is_wanted(element.tags, keys):
            yield _object(element, index)


def _object(element: OsmElement, index: OsmElements) -> OsmObject:
    geometry, fault, at = _geometry(element, index)
    name = f"{element.type}/{element.ref}"
    return OsmObject(name, element.tags, geometry, element.day, fault, at if geometry is None else None)


def _geometry(
    element: OsmElement, index: OsmElements
) -> tuple[Mapping[str, Any] | None, Message | None, LonLat | None]:
    if element.type == "node":
        if element.at is None:
            return None, say("it has no position in the file"), None
        return {"type": "Point", "coordinates": list(element.at)}, None, element.at
    if element.type == "way":
        return _way_geometry(element, index)
    return _relation_geometry(element, index)


def _way_geometry(
    way: OsmElement, index: OsmElements
) -> tuple[Mapping[str, Any] | None, Message | None, LonLat | None]:
    line = index.line_of(way)
    known = [position for position in line if position is not None]
    at = known[0] if known else way.at
    if not line:
        return None, say("the file states its centre only, not its outline") if at else say("it has no points"), at
    if len(known) < len(line):
        return None, cut_off(len(line) - len(known), len(line)), at
    if is_linear(way.tags) or (known[0] != known[-1] and not is_outlined(way.tags)):
        return (line_geometry(known), None, at) if len(known) > 1 else (None, too_few_points(), at)
    if known[0] != known[-1]:
        return None, not_closed(), at
    return _polygon([known], [], at)


def _relation_geometry(
    relation: OsmElement, index: OsmElements
) -> tuple[Mapping[str, Any] | None, Message | None, LonLat | None]:
    kind = relation.tags.get("type", "")
    members = [member for member in relation.members if member.type == "way"]
    lines = [(member.role, _member_line(member, index)) for member in members]
    known = [position for _, line in lines if line is not None for position in line if position is not None]
    at = known[0] if known else relation.at
    if kind not in _ASSEMBLED:
        return None, no_outline_of_its_own(kind), at
    if not members and relation.at is not None:
        return None, say("the file states its centre only, not its outline"), at
    missing = sum(line is None for _, line in lines)
    if missing or not lines:
        return None, missing_members(missing, len(lines)), at
    if any(position is None for _, line in lines for position in line or ()):
        points = [position for _, line in lines for position in line or ()]
        return None, cut_off(sum(position is None for position in points), len(points)), at
    outer = [line for role, line in lines if role != "inner"]
    inner = [line for role, line in lines if role == "inner"]
    outer_rings, inner_rings = _rings(outer), _rings(inner)
    if outer_rings is None or inner_rings is None:
        return None, not_closed(), at
    return _polygon(outer_rings, inner_rings, at)


def _member_line(member: RelationMember, index: OsmElements) -> Line | None:
    if member.line is not None:
        return member.line
    way = index.ways.get(member.ref)
    return index.line_of(way) if way is not None and (way.line is not None or way.nodes) else None


def _rings(lines: Sequence[Any]) -> list[list[LonLat]] | None:
    """Return the closed rings that lines form, joined at their ends; None if some do not close."""
    rest = [list(line) for line in lines if len(line) > 1]
    rings = []
    while rest:
        ring = rest.pop()
        while ring[0] != ring[-1]:
            at = next((at for at, line in enumerate(rest) if ring[-1] in (line[0], line[-1])), None)
            if at is None:
                return None
            line = rest.pop(at)
            ring += (line if line[0] == ring[-1] else line[::-1])[1:]
        rings.append(ring)
    return rings


def _polygon(
    outer: Sequence[Sequence[LonLat]], inner: Sequence[Sequence[LonLat]], at: LonLat | None
) -> tuple[Mapping[str, Any] | None, Message | None, LonLat | None]:
    if not outer or any(len(ring) < _LEAST_RING for ring in (*outer, *inner)):
        return None, too_few_points(), at
    shells = [shapely.Polygon(ring) for ring in outer]
    holes: list[list[Sequence[LonLat]]] = [[] for _ in shells]
    for ring in inner:
        hole = shapely.Polygon(ring)
        owner = next((at_ for at_, shell in enumerate(shells) if shell.is_valid and shell.covers(hole)), None)
        if owner is None:
            return None, say("a hole of it lies outside its outline"), at
        holes[owner].append(ring)
    polygons = [shapely.Polygon(ring, inside) for ring, inside in zip(outer, holes, strict=True)]
    shape = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    if not shape.is_valid:
        return None, crosses_itself(), at
    return mapping(shape), None, at


def line_geometry(positions: Sequence[LonLat]) -> Mapping[str, Any]:
    """Return a GeoJSON line."""
    return {"type": "LineString", "coordinates": [list(position) for position in positions]}


def cut_off(missing: int, total: int) -> Message:
    """Return the reason of an outline that the extract cuts off."""
    return say(
        "{count} of its {total} points are not in the file: the extract cuts through it", count=missing, total=total
    )


def missing_members(missing: int, total: int) -> Message:
    """Return the reason of a relation whose members are not all in the file."""
    return say("{count} of its {total} members are not in the file", count=missing, total=total)


def no_outline_of_its_own(kind: str) -> Message:
    """Return the reason of a relation that is no area."""
    return say("a relation of the type “{type}” has no outline of its own", type=kind)


def not_closed() -> Message:
    """Return the reason of an outline with open ends."""
    return say("its outline is not closed")


def crosses_itself() -> Message:
    """Return the reason of an outline like a bow-tie."""
    return say("its outline crosses itself")


def too_few_points() -> Message:
    """Return the reason of an outline that has no area."""
    return say("its outline has too few points")
