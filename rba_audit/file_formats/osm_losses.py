"""Compare the objects that pyosmium passed with the outlines it assembled, and find the reason of each loss."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium

from rba_audit.file_formats.osm_assembly import (
    crosses_itself,
    cut_off,
    missing_members,
    no_outline_of_its_own,
    not_closed,
    too_few_points,
)
from rba_audit.file_formats.osm_objects import LonLat, is_linear, is_outlined
from rba_audit.messages import Message, say

_PACKED: Final = {b"\x1f\x8b": ".gz", b"BZh": ".bz2"}
_ASSEMBLED: Final = ("multipolygon", "boundary")


def osm_file(path: Path) -> Any:
    """Return a file for pyosmium with the format that its first bytes state, whatever its name is."""
    with path.open("rb") as file:
        start = file.read(16)
    packed = next((name for signature, name in _PACKED.items() if start.startswith(signature)), "")
    is_xml = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return osmium.io.File(str(path), f"osm{packed}" if packed or is_xml else "pbf")


@dataclass(frozen=True, slots=True)
class SeenObject:
    """A node, way or relation as it came by, before outlines.

    Attributes:
        points: Positions of a way or node; None for one that is not in the file.
        nodes: Numbers of the nodes of a way.
        ways: Numbers of the ways that a relation has as members.
    """

    type: str
    ref: int
    version: int
    tags: Mapping[str, str]
    day: str
    points: tuple[LonLat | None, ...] = ()
    nodes: tuple[int, ...] = ()
    ways: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """Its type and number, such as `way/123`."""
        return f"{self.type}/{self.ref}"

    @property
    def is_closed(self) -> bool:
        """Whether it is a way that ends where it begins."""
        return len(self.nodes) > 1 and self.nodes[0] == self.nodes[-1]


@dataclass(slots=True)
class OsmIndex:
    """Objects seen and outlines assembled, both by id.

    Attributes:
        areas: GeoJSON geometry by id; None if pyosmium found the outline invalid.
        unsorted: Whether nodes that a way needs come after it, so that nothing assembled can be relied on.
    """

    seen: dict[str, SeenObject] = field(default_factory=dict)
    areas: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    repeated: int = 0
    unsorted: bool = False


def losses(path: Path, reading: OsmIndex) -> dict[str, tuple[Message, LonLat | None]]:
    """Return by id the reason and a position of each object without the outline it should have.

    It sets `reading.unsorted` if an outline is missing although all of its points are in the file.
    """
    lost = [item for item in reading.seen.values() if _is_lost(item, reading)]
    if not lost:
        return {}
    ways = {ref for item in lost for ref in item.ways}
    members = {way.id: [node.ref for node in way.nodes] for way in _with_ids(path, osmium.osm.WAY, ways)}
    incomplete = [item for item in lost if item.type == "way" and None in item.points]
    refs = {ref for item in incomplete for ref, point in zip(item.nodes, item.points, strict=True) if point is None}
    refs |= {ref for nodes in members.values() for ref in nodes}
    points = {node.id: (node.location.lon, node.location.lat) for node in _with_ids(path, osmium.osm.NODE, refs)}
    reading.unsorted = any(
        point is None and ref in points
        for item in incomplete
        for ref, point in zip(item.nodes, item.points, strict=True)
    ) or any(_is_whole(item, members, points) and item.id not in reading.areas for item in lost)
    return {item.id: _fault(item, members, points) for item in lost}


def _is_lost(item: SeenObject, reading: OsmIndex) -> bool:
    if item.type == "node":
        return item.points[0] is None
    if reading.areas.get(item.id) is not None:
        return False
    if item.type == "relation":
        return True
    return None in item.points or len(item.points) < 2 or _is_area(item)


def _is_area(item: SeenObject) -> bool:
    return not is_linear(item.tags) and (item.is_closed or is_outlined(item.tags))


def _is_whole(item: SeenObject, members: Mapping[int, list[int]], points: Mapping[int, LonLat]) -> bool:
    return (
        item.tags.get("type") in _ASSEMBLED
        and bool(item.ways)
        and all(ref in members and all(node in points for node in members[ref]) for ref in item.ways)
    )


def _with_ids(path: Path, entities: Any, refs: Collection[int]) -> Iterator[Any]:
    if refs:
        yield from osmium.FileProcessor(osm_file(path), entities).with_filter(osmium.filter.IdFilter(refs))


def _fault(
    item: SeenObject, members: Mapping[int, list[int]], points: Mapping[int, LonLat]
) -> tuple[Message, LonLat | None]:
    if item.type == "node":
        return say("it has no position in the file"), None
    if item.type == "way":
        return _way_fault(item), next((point for point in item.points if point is not None), None)
    nodes = [node for ref in item.ways for node in members.get(ref, ())]
    at = next((points[node] for node in nodes if node in points), None)
    kind = item.tags.get("type", "")
    if kind not in _ASSEMBLED:
        return no_outline_of_its_own(kind), at
    if missing := sum(ref not in members for ref in item.ways):
        return missing_members(missing, len(item.ways)), at
    if not item.ways:
        return missing_members(0, 0), at
    if absent := sum(node not in points for node in nodes):
        return cut_off(absent, len(nodes)), at
    ends = [end for ref in item.ways for end in (members[ref][0], members[ref][-1])]
    open_ends = any(ends.count(end) % 2 for end in set(ends))
    return (not_closed() if open_ends else crosses_itself()), at


def _way_fault(item: SeenObject) -> Message:
    missing = sum(point is None for point in item.points)
    if missing:
        return cut_off(missing, len(item.points))
    if not item.is_closed and len(item.points) > 1:
        return not_closed()
    return crosses_itself() if len(set(item.points)) > 3 else too_few_points()
