"""Objects of an OpenStreetMap extract: tags, geometry, and the reason of a missing outline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.messages import Message, say

ObjectType = Literal["node", "way", "relation"]
LonLat = tuple[float, float]

LINEAR_KEYS: Final = frozenset({"highway", "railway", "waterway", "power", "barrier", "aerialway"})
"""Keys of OpenStreetMap by which a closed way is a line (a roundabout, a fence) unless it has `area=yes`."""
_AREA_KEYS: Final = frozenset({"leisure", "landuse", "building", "amenity", "place"})
_LINEAR_LEISURE: Final = frozenset({"track", "slipway"})
_ID: Final = "@id"
_DAY: Final = "@timestamp"


@dataclass(frozen=True, slots=True)
class OsmObject:
    """A node, way or relation with tags.

    Attributes:
        id: Its type and number, such as `way/123`.
        tags: Its tags, complete and unchanged.
        geometry: Its GeoJSON geometry in longitude and latitude; None if it cannot be assembled.
        day: Day of its last edit, as `2026-04-06`; empty if the file does not state one.
        fault: Why it has no outline although it should have one; None if nothing is missing.
        at: A position that surely belongs to it, if its geometry is missing; None if none is known.
    """

    id: str
    tags: Mapping[str, str]
    geometry: Mapping[str, Any] | None
    day: str = ""
    fault: Message | None = None
    at: LonLat | None = None


@dataclass(frozen=True, slots=True)
class OsmExtract:
    """Objects of a file in file order, nodes first.

    Attributes:
        objects: The objects that have one of the requested keys.
        day: Day of the data, as `2026-04-06`; empty if the file states none.
        notes: What concerns the whole file.
    """

    objects: tuple[OsmObject, ...]
    day: str = ""
    notes: tuple[Message, ...] = field(default=())

    @property
    def losses(self) -> tuple[OsmObject, ...]:
        """The objects whose outline could not be assembled."""
        return tuple(item for item in self.objects if item.fault is not None)


def is_wanted(tags: Mapping[str, str], keys: Collection[str]) -> bool:
    """Return whether an object has one of the keys; without keys, whether it has any tag."""
    return not tags.keys().isdisjoint(keys) if keys else bool(tags)


def is_linear(tags: Mapping[str, str]) -> bool:
    """Return whether a closed way with these tags is a line rather than an area."""
    return tags.get("area") == "no" or (tags.get("area") != "yes" and not LINEAR_KEYS.isdisjoint(tags))


def is_outlined(tags: Mapping[str, str]) -> bool:
    """Return whether an object with these tags is an area in OpenStreetMap, so that an open line is not its outline."""
    if is_linear(tags) or tags.get("leisure") in _LINEAR_LEISURE:
        return False
    return not tags.keys().isdisjoint(_AREA_KEYS)


def newest_day(objects: Iterable[OsmObject]) -> str:
    """Return the day of the newest edit; the data are at least that new."""
    return max((item.day for item in objects), default="")


def table_of_extract(extract: OsmExtract) -> SourceTable:
    """Return an extract as one table: a row for each object, with `@id` and its tags.

    An object without an outline is a row at the position that is known of it, and its `fault` states the reason.
    """
    columns = dict.fromkeys((_ID, _DAY))
    rows = []
    for number, item in enumerate(extract.objects, start=1):
        columns |= dict.fromkeys(item.tags)
        values = {_ID: item.id, **({_DAY: item.day} if item.day else {}), **item.tags}
        rows.append(SourceRow(number, values, item.geometry, item.fault))
    return SourceTable("", tuple(columns), tuple(rows), "EPSG:4326", (*extract.notes, *_loss_notes(extract)))


def _loss_notes(extract: OsmExtract) -> tuple[Message, ...]:
    lost = extract.losses
    if not lost:
        return ()
    return (
        say(
            "{count} objects have no sound outline, such as {id}: {reason}",
            count=len(lost),
            id=lost[0].id,
            reason=lost[0].fault,
        ),
    )


def day_of(moment: object) -> str:
    """Return the day of an ISO moment as text; empty if there is none, or it is the epoch that stands for “not stated”."""
    text = str(moment or "")[:10]
    return "" if text.startswith("1970-01-01") else text
