"""Read OpenStreetMap files (`.osm.pbf`, `.osm` XML and their compressions) with pyosmium.

pyosmium does not report what it cannot assemble; so the objects that were seen are compared with the outlines that came out, and
each loss gets its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import osmium

from rba_audit.file_formats.osm_assembly import OsmElement, RelationMember, assembled_objects
from rba_audit.file_formats.osm_losses import OsmIndex, SeenObject, losses, osm_file
from rba_audit.file_formats.osm_objects import (
    LonLat,
    OsmExtract,
    OsmObject,
    day_of,
    is_linear,
    newest_day,
    table_of_extract,
)
from rba_audit.file_formats.overpass import duplicate_note
from rba_audit.file_formats.problems import FormatError, check_size, shown
from rba_audit.file_formats.source_tables import SourceTable
from rba_audit.messages import Message, say

PLACE_KEYS: Final = ("leisure", "playground")
"""Keys of OpenStreetMap for places of leisure and for what children play on; `rba-audit city` also reads what lies around them."""
_DAY_KEYS: Final = ("osmosis_replication_timestamp", "timestamp")
_TYPES: Final = {"n": "node", "w": "way", "r": "relation"}
_MOST_IN_MEMORY: Final = 2_000_000
"""Nodes, ways and relations that are assembled in memory when a file is unsorted; a larger file has to be sorted first."""


def read_osm_pbf(path: Path) -> tuple[SourceTable, ...]:
    """Return the objects of an OpenStreetMap file that are places or lie in one as a table; streets and buildings are left out.

    Raises:
        FormatError: the file is damaged, a history, or too large to be read unsorted.
    """
    extract = osm_extract(path, PLACE_KEYS)
    check_size(len(extract.objects), len({key for item in extract.objects for key in item.tags}))
    note = say("only objects with one of these keys are taken: {keys}", keys=", ".join(PLACE_KEYS))
    return (table_of_extract(replace(extract, notes=(*extract.notes, note))),)


def osm_extract(path: Path, keys: Collection[str] = ()) -> OsmExtract:
    """Return the objects of an OpenStreetMap file that have one of the keys; without keys, those with any tag.

    Raises:
        FormatError: as `read_osm_pbf`.
    """
    try:
        day = _day_of_file(path)
        reading = _read_sorted(path, keys)
        faults = {} if reading.unsorted else losses(path, reading)
        if reading.unsorted:
            objects = tuple(assembled_objects(_elements(path), keys))
            notes: tuple[Message, ...] = (
                say("the file is not sorted as OpenStreetMap files are, so it was assembled in memory"),
            )
        else:
            objects = tuple(_object(item, reading, faults) for item in reading.seen.values())
            notes = (duplicate_note(reading.repeated),) if reading.repeated else ()
    except (RuntimeError, ValueError, OSError) as error:
        raise FormatError(
            say("it cannot be read as an OpenStreetMap file ({reason})", reason=shown(str(error))),
            say("download it again"),
        ) from None
    if any(item.id.partition("/")[2].startswith("-") for item in objects):
        notes = (
            *notes,
            say(
                "objects with negative numbers are drafts of an editor and not in OpenStreetMap; their numbers may change"
            ),
        )
    return OsmExtract(objects, day or newest_day(objects), notes)


def _day_of_file(path: Path) -> str:
    with osmium.io.Reader(osm_file(path), osmium.osm.NOTHING) as reader:
        header = reader.header()
        if header.has_multiple_object_versions:
            raise FormatError(
                say("it is a history with every version of each object"), say("bring the extract of one day")
            )
        return next((day for key in _DAY_KEYS if (day := day_of(header.get(key)))), "")


def _read_sorted(path: Path, keys: Collection[str]) -> OsmIndex:
    wanted = osmium.filter.KeyFilter(*keys) if keys else osmium.filter.EmptyTagFilter()
    areas_of = osmium.filter.KeyFilter(*keys) if keys else osmium.filter.EmptyTagFilter()
    reading = OsmIndex()
    processor: Iterable[Any] = osmium.FileProcessor(osm_file(path)).with_areas(areas_of).with_filter(wanted)
    for item in processor:
        if item.is_area():
            name = f"{'way' if item.from_way() else 'relation'}/{item.orig_id()}"
            reading.areas[name] = _area(item)
        elif item.id < 0:
            reading.unsorted = True
            return reading
        elif item.visible:
            _take(reading, _seen(item))
    return reading


def _area(item: Any) -> Mapping[str, Any] | None:
    """Return the polygons that pyosmium assembled; None if it found the outline invalid: then there are no rings."""
    polygons = [
        [_positions(ring), *(_positions(inner) for inner in item.inner_rings(ring))] for ring in item.outer_rings()
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons} if polygons else None


def _positions(ring: Iterable[Any]) -> list[list[float]]:
    return [[node.lon, node.lat] for node in ring]


def _seen(item: Any) -> SeenObject:
    kind, tags, day = _TYPES[item.type_str()], dict(item.tags), day_of(item.timestamp)
    if kind == "node":
        return SeenObject(kind, item.id, item.version, tags, day, (_lonlat(item.location),))
    if kind == "way":
        points = tuple(_lonlat(node.location) for node in item.nodes)
        return SeenObject(kind, item.id, item.version, tags, day, points, tuple(node.ref for node in item.nodes))
    ways = tuple(member.ref for member in item.members if member.type == "w")
    return SeenObject(kind, item.id, item.version, tags, day, ways=ways)


def _lonlat(location: Any) -> LonLat | None:
    return (location.lon, location.lat) if location.valid() else None


def _take(reading: OsmIndex, item: SeenObject) -> None:
    known = reading.seen.get(item.id)
    reading.repeated += known is not None
    if known is None or item.version >= known.version:
        reading.seen[item.id] = item


def _object(item: SeenObject, reading: OsmIndex, faults: Mapping[str, tuple[Message, LonLat | None]]) -> OsmObject:
    if item.id in faults:
        fault, at = faults[item.id]
        return OsmObject(item.id, item.tags, None, item.day, fault, at)
    area = reading.areas.get(item.id)
    if item.type == "node":
        return OsmObject(item.id, item.tags, {"type": "Point", "coordinates": list(item.points[0] or ())}, item.day)
    if area is not None and (item.type == "relation" or not is_linear(item.tags)):
        return OsmObject(item.id, item.tags, area, item.day)
    return OsmObject(
        item.id, item.tags, {"type": "LineString", "coordinates": [list(p or ()) for p in item.points]}, item.day
    )


def _elements(path: Path) -> list[OsmElement]:
    """Return everything in a file, in its order; for a file that is not sorted.

    Raises:
        FormatError: the file is too large for that.
    """
    elements: list[OsmElement] = []
    processor: Iterable[Any] = osmium.FileProcessor(osm_file(path))
    for item in processor:
        if not item.visible:
            continue
        if len(elements) == _MOST_IN_MEMORY:
            raise FormatError(
                say("its objects are not sorted by type and number"),
                say("sort it first, for example with “osmium sort”"),
            )
        kind = _TYPES[item.type_str()]
        at = _lonlat(item.location) if kind == "node" else None
        nodes = [node.ref for node in item.nodes] if kind == "way" else ()
        members = [RelationMember(_TYPES[m.type], m.ref, m.role) for m in item.members] if kind == "relation" else ()
        elements.append(OsmElement(kind, item.id, dict(item.tags), day_of(item.timestamp), at, None, nodes, members))
    return elements
