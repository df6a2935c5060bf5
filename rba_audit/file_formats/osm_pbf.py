"""Read OpenStreetMap files (`.osm.pbf`, `.osm` XML and their compressions) with pyosmium.

pyosmium does not report what it cannot assemble; so the objects that were seen are compared with the outlines that came out, and
each loss gets its reason.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium

from rba_audit.errors import SiteError
from rba_audit.file_formats.osm_assembly import (
    Element,
    Member,
    assembled_objects,
    crosses_itself,
    cut_off,
    missing_members,
    no_outline_of_its_own,
    not_closed,
    too_few_points,
)
from rba_audit.file_formats.osm_objects import (
    LonLat,
    OsmExtract,
    OsmObject,
    day_of,
    is_linear,
    is_outlined,
    is_wanted,
    newest_day,
    table_of_extract,
)
from rba_audit.file_formats.overpass import duplicate_note
from rba_audit.file_formats.source_tables import SourceTable
from rba_audit.messages import Message, say

_DAY_KEYS: Final = ("osmosis_replication_timestamp", "timestamp")
_ASSEMBLED: Final = ("multipolygon", "boundary")
_TYPES: Final = {"n": "node", "w": "way", "r": "relation"}
_MOST_IN_MEMORY: Final = 2_000_000
"""Nodes, ways and relations that are assembled in memory when a file is unsorted; a larger file has to be sorted first."""


def read_osm_pbf(path: Path) -> tuple[SourceTable, ...]:
    """Return the objects with tags of an OpenStreetMap file as one table.

    Raises:
        SiteError: the file is damaged, a history, or too large to be read unsorted.
    """
    return (table_of_extract(osm_extract(path)),)


def osm_extract(path: Path, keys: Collection[str] = ()) -> OsmExtract:
    """Return the objects of an OpenStreetMap file that have one of the keys; without keys, those with any tag.

    Raises:
        SiteError: as `read_osm_pbf`.
    """
    try:
        day = _day_of_file(path)
        reading = _read_sorted(path, keys)
        faults = {} if reading.unsorted else _faults(path, reading)
        if reading.unsorted:
            objects = tuple(assembled_objects(_elements(path), keys))
            notes: tuple[Message, ...] = (
                say("the file is not sorted as OpenStreetMap files are, so it was assembled in memory"),
            )
        else:
            objects = tuple(_object(item, reading, faults) for item in reading.seen.values())
            notes = (duplicate_note(reading.repeated),) if reading.repeated else ()
    except SiteError:
        raise
    except (RuntimeError, ValueError, OSError) as error:
        raise SiteError(
            say(
                "{file}: it cannot be read as an OpenStreetMap file ({reason}); download it again",
                file=path.name,
                reason=str(error)[:200],
            )
        ) from None
    if any(item.id.partition("/")[2].startswith("-") for item in objects):
        notes = (
            *notes,
            say("objects with negative numbers are drafts of an editor and not in OpenStreetMap; their numbers may change"),
        )
    return OsmExtract(objects, day or newest_day(objects), notes)


def _day_of_file(path: Path) -> str:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        header = reader.header()
        if header.has_multiple_object_versions:
            raise SiteError(
                say("{file}: it is a history with every version of each object; give the extract of one day", file=path.name)
            )
        return next((day for key in _DAY_KEYS if (day := day_of(header.get(key)))), "")


@dataclass(frozen=True, slots=True)
class _SeenObject:
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
        return f"{self.type}/{self.ref}"

    @property
    def is_closed(self) -> bool:
        return len(self.nodes) > 1 and self.nodes[0] == self.nodes[-1]


@dataclass(slots=True)
class _Reading:
    """Objects seen and outlines assembled, both by id.

    Attributes:
        areas: GeoJSON geometry by id; None if pyosmium found the outline invalid.
        unsorted: Whether nodes that a way needs come after it, so that nothing assembled can be relied on.
    """

    seen: dict[str, _SeenObject] = field(default_factory=dict)
    areas: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    repeated: int = 0
    unsorted: bool = False


def _read_sorted(path: Path, keys: Collection[str]) -> _Reading:
    wanted = osmium.filter.KeyFilter(*keys) if keys else osmium.filter.EmptyTagFilter()
    areas_of = osmium.filter.KeyFilter(*keys) if keys else osmium.filter.EmptyTagFilter()
    factory = osmium.geom.GeoJSONFactory()
    reading = _Reading()
    for item in osmium.FileProcessor(str(path)).with_areas(areas_of).with_filter(wanted):
        if item.is_area():
            name = f"{'way' if item.from_way() else 'relation'}/{item.orig_id()}"
            reading.areas[name] = _area(factory, item)
        elif item.id < 0:
            reading.unsorted = True
            return reading
        elif item.visible:
            _take(reading, _seen(item))
    return reading


def _area(factory: Any, item: Any) -> Mapping[str, Any] | None:
    try:
        shape: dict[str, Any] = json.loads(factory.create_multipolygon(item))
    except RuntimeError:
        return None
    polygons = shape["coordinates"]
    return {"type": "Polygon", "coordinates": polygons[0]} if len(polygons) == 1 else shape


def _seen(item: Any) -> _SeenObject:
    kind, tags, day = _TYPES[item.type_str()], dict(item.tags), day_of(item.timestamp)
    if kind == "node":
        return _SeenObject(kind, item.id, item.version, tags, day, (_lonlat(item.location),))
    if kind == "way":
        points = tuple(_lonlat(node.location) for node in item.nodes)
        return _SeenObject(kind, item.id, item.version, tags, day, points, tuple(node.ref for node in item.nodes))
    ways = tuple(member.ref for member in item.members if member.type == "w")
    return _SeenObject(kind, item.id, item.version, tags, day, ways=ways)


def _lonlat(location: Any) -> LonLat | None:
    return (location.lon, location.lat) if location.valid() else None


def _take(reading: _Reading, item: _SeenObject) -> None:
    known = reading.seen.get(item.id)
    reading.repeated += known is not None
    if known is None or item.version >= known.version:
        reading.seen[item.id] = item


def _faults(path: Path, reading: _Reading) -> dict[str, tuple[Message, LonLat | None]]:
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
    ) or any(
        _is_whole(item, members, points) and item.id not in reading.areas for item in lost
    )
    return {item.id: _fault(item, reading, members, points) for item in lost}


def _is_lost(item: _SeenObject, reading: _Reading) -> bool:
    if item.type == "node":
        return item.points[0] is None
    if reading.areas.get(item.id) is not None:
        return False
    if item.type == "relation":
        return True
    return None in item.points or len(item.points) < 2 or _is_area(item)


def _is_area(item: _SeenObject) -> bool:
    return not is_linear(item.tags) and (item.is_closed or is_outlined(item.tags))


def _is_whole(item: _SeenObject, members: Mapping[int, list[int]], points: Mapping[int, LonLat]) -> bool:
    return (
        item.tags.get("type") in _ASSEMBLED
        and bool(item.ways)
        and all(ref in members and all(node in points for node in members[ref]) for ref in item.ways)
    )


def _with_ids(path: Path, entities: Any, refs: Collection[int]) -> Iterator[Any]:
    if refs:
        yield from osmium.FileProcessor(str(path), entities).with_filter(osmium.filter.IdFilter(refs))


def _fault(
    item: _SeenObject, reading: _Reading, members: Mapping[int, list[int]], points: Mapping[int, LonLat]
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


def _way_fault(item: _SeenObject) -> Message:
    missing = sum(point is None for point in item.points)
    if missing:
        return cut_off(missing, len(item.points))
    if not item.is_closed and len(item.points) > 1:
        return not_closed()
    return crosses_itself() if len(set(item.points)) > 3 else too_few_points()


def _object(
    item: _SeenObject, reading: _Reading, faults: Mapping[str, tuple[Message, LonLat | None]]
) -> OsmObject:
    if item.id in faults:
        fault, at = faults[item.id]
        return OsmObject(item.id, item.tags, None, item.day, fault, at)
    area = reading.areas.get(item.id)
    if item.type == "node":
        return OsmObject(item.id, item.tags, {"type": "Point", "coordinates": list(item.points[0] or ())}, item.day)
    if area is not None and (item.type == "relation" or not is_linear(item.tags)):
        return OsmObject(item.id, item.tags, area, item.day)
    return OsmObject(item.id, item.tags, {"type": "LineString", "coordinates": [list(p or ()) for p in item.points]}, item.day)


def _elements(path: Path) -> list[Element]:
    """Return everything in a file, in its order; for a file that is not sorted.

    Raises:
        SiteError: the file is too large for that.
    """
    elements: list[Element] = []
    for item in osmium.FileProcessor(str(path)):
        if not item.visible:
            continue
        if len(elements) == _MOST_IN_MEMORY:
            raise SiteError(
                say(
                    "{file}: its objects are not sorted by type and number; sort it first, for example with “osmium sort”",
                    file=path.name,
                )
            )
        kind = _TYPES[item.type_str()]
        at = _lonlat(item.location) if kind == "node" else None
        nodes = [node.ref for node in item.nodes] if kind == "way" else ()
        members = [Member(_TYPES[m.type], m.ref, m.role) for m in item.members] if kind == "relation" else ()
        elements.append(
            Element(kind, item.id, dict(item.tags), day_of(item.timestamp), at, None, nodes, members)
        )
    return elements


__all__ = ["is_wanted", "osm_extract", "read_osm_pbf"]
