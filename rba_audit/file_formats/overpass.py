"""Read the JSON of the Overpass API: `out geom`, `out center`, and plain lists of nodes, ways and relations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rba_audit.file_formats.osm_assembly import Line, OsmElement, RelationMember, assembled_objects
from rba_audit.file_formats.osm_objects import LonLat, OsmExtract, day_of, newest_day, table_of_extract
from rba_audit.file_formats.problems import FormatError, shown
from rba_audit.file_formats.source_tables import SourceTable
from rba_audit.messages import Message, say
from rba_audit.strict_json import NotJson, read_json

_TYPES: Final = ("node", "way", "relation")


def read_overpass(path: Path) -> tuple[SourceTable, ...]:
    """Return the objects with tags of an Overpass answer as one table.

    Raises:
        FormatError: it is no such answer.
    """
    return (table_of_extract(overpass_extract(path.read_bytes())),)


def is_overpass(document: object) -> bool:
    """Return whether a JSON document is an answer of the Overpass API."""
    return isinstance(document, dict) and isinstance(document.get("elements"), list)


def overpass_extract(data: bytes, keys: Collection[str] = ()) -> OsmExtract:
    """Return the objects of an Overpass answer that have one of the keys; without keys, those with any tag.

    Raises:
        FormatError: it is no such answer, or the server stopped before it was complete.
    """
    try:
        document = read_json(data.removeprefix(b"\xef\xbb\xbf"))
    except NotJson:
        raise FormatError(say("it is not JSON"), say("download it again from Overpass with [out:json]")) from None
    if not is_overpass(document):
        raise FormatError(
            say("it has no list “elements”, so it is no answer of Overpass"), say("ask Overpass with [out:json]")
        )
    if "error" in str(document.get("remark", "")):
        raise FormatError(
            say("Overpass stopped before it was complete ({remark})", remark=shown(str(document["remark"]))),
            say("ask for a smaller area or allow it more time"),
        )
    stated = document.get("osm3s")
    day = day_of(stated.get("timestamp_osm_base")) if isinstance(stated, Mapping) else ""
    elements, odd = _elements(document["elements"])
    merged, repeated = _once(elements)
    objects = tuple(assembled_objects(merged, keys))
    return OsmExtract(objects, day or newest_day(objects), _notes(odd, repeated))


def _notes(odd: int, repeated: int) -> tuple[Message, ...]:
    notes = []
    if odd:
        notes.append(say("{count} entries are no nodes, ways or relations and are left out", count=odd))
    if repeated:
        notes.append(duplicate_note(repeated))
    return tuple(notes)


def duplicate_note(count: int) -> Message:
    """Return the note about objects that a file has more than once."""
    return say("{count} objects are in the file more than once; the fullest of each counts", count=count)


def _elements(items: Sequence[object]) -> tuple[list[OsmElement], int]:
    elements = [_element(item) for item in items]
    usable = [element for element in elements if element is not None]
    return usable, len(elements) - len(usable)


def _element(item: object) -> OsmElement | None:
    if not isinstance(item, dict) or item.get("type") not in _TYPES or type(item.get("id")) is not int:
        return None
    tags = item.get("tags")
    center = item.get("center")
    members = item.get("members")
    nodes = item.get("nodes")
    return OsmElement(
        type=item["type"],
        ref=item["id"],
        tags={str(key): str(value) for key, value in tags.items()} if isinstance(tags, dict) else {},
        day=day_of(item.get("timestamp")),
        at=_position(item) if item["type"] == "node" else _position(center),
        line=_line(item.get("geometry")),
        nodes=[ref for ref in nodes if type(ref) is int] if isinstance(nodes, list) else (),
        members=[member for entry in members if (member := _member(entry)) is not None]
        if isinstance(members, list)
        else (),
    )


def _member(item: object) -> RelationMember | None:
    if not isinstance(item, dict) or type(item.get("ref")) is not int:
        return None
    return RelationMember(
        str(item.get("type", "")), item["ref"], str(item.get("role", "")), _line(item.get("geometry"))
    )


def _line(value: object) -> Line | None:
    return [_position(point) for point in value] if isinstance(value, list) else None


def _position(value: Any) -> LonLat | None:
    if not isinstance(value, dict):
        return None
    lon: Any = value.get("lon")
    lat: Any = value.get("lat")
    usable = all(isinstance(number, int | float) and not isinstance(number, bool) for number in (lon, lat))
    return (float(lon), float(lat)) if usable and abs(lon) <= 180 and abs(lat) <= 90 else None


def _once(elements: Sequence[OsmElement]) -> tuple[list[OsmElement], int]:
    """Return each element once, and how many were repeated; `out body; >; out skel` states an element twice."""
    by_id: dict[tuple[str, int], OsmElement] = {}
    for element in elements:
        key = (element.type, element.ref)
        known = by_id.get(key)
        if known is None or _fullness(element) > _fullness(known):
            by_id[key] = element
    return list(by_id.values()), len(elements) - len(by_id)


def _fullness(element: OsmElement) -> tuple[int, int, int]:
    line: Sequence[object] = element.line if element.line is not None else element.nodes
    return len(element.tags), len(line) + len(element.members), int(element.at is not None)
