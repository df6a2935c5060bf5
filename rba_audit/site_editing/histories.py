"""History of a site: its events and document versions, with the changes of each in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isnan
from typing import Any, Final

from rba_audit.geometry import apart_m, area_m2, shape_array
from rba_audit.messages import Message, format_number, say
from rba_audit.register import Register
from rba_audit.register.import_records import ImportRecord
from rba_audit.register.site_event_records import SiteEvent, SiteRevision
from rba_audit.site_editing.site_documents import document_properties, same_json
from rba_audit.site_states import HAPPENING_WORDS
from rba_audit.sites.names import property_text
from rba_audit.sites.problems import quote
from rba_audit.sites.site import lenient_shape, site_of

_NAMED: Final = 12
"""Number of changed properties that are listed one by one; the others are only counted."""
_AREAS: Final = ("Polygon", "MultiPolygon")
_MOVES_PARTS: Final = frozenset({"parts", "split", "split_from"})
_PART_WORDS: Final[Mapping[str, Message]] = {
    "added": say("added"),
    "changed": say("changed"),
    "retired": say("taken away"),
    "back": say("put back"),
}
_MAKES_VERSION: Final = frozenset(
    {"proposed", "added", "split_from", "changed", "restored", "split", "import_reverted", "imported_again"}
)


@dataclass(frozen=True, slots=True)
class SiteDocumentVersion:
    """One version of the document of a site.

    Attributes:
        number: 1 for the first.
        since: When it was recorded.
        document: The document.
        changes: A message for each change from the version before; empty for the first.
    """

    number: int
    since: datetime
    document: Mapping[str, Any]
    changes: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class SiteHistoryEntry:
    """One line of the history: an event, or a version from an imported file.

    Attributes:
        event: The event; None for an import.
        version: The version that it created; None if it created none.
        parts: A message for each changed part.
        imported: The import that created the version; None for one of the office, or of a register from before imports were recorded.
    """

    at: datetime
    event: SiteEvent | None
    version: SiteDocumentVersion | None
    parts: tuple[Message, ...] = ()
    imported: ImportRecord | None = None

    @property
    def words(self) -> Message:
        """What happened, in words."""
        if self.imported is not None:
            return say("Imported from {file}", file=quote(self.imported.file_name))
        return say("Came in a file") if self.event is None else HAPPENING_WORDS[self.event.what]

    @property
    def person_id(self) -> str:
        """Who did it; empty if that is not known, and for the command line."""
        return self.imported.person_id if self.imported is not None else self.event.person_id if self.event else ""


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """The history of a site, newest entry first."""

    entries: tuple[SiteHistoryEntry, ...]
    versions: tuple[SiteDocumentVersion, ...]


def site_history(register: Register, site_id: str) -> SiteHistory:
    """Return the history of a site."""
    versions = list(_versions(register, site_id))
    events = register.site_events.events(site_id)
    events_by_version = {(event.version, event.at): event for event in events if event.what in _MAKES_VERSION}
    imports = register.imports.versions_of(site_id)
    entries = [
        SiteHistoryEntry(
            version.since,
            events_by_version.get((version.number, version.since)),
            version,
            imported=_import_at(imports.get(version.number), version.since),
        )
        for version in versions
    ]
    shown = {id(entry.event) for entry in entries if entry.event is not None}
    of_parts = _of_parts(register, site_id) if any(event.what in _MOVES_PARTS for event in events) else {}
    entries += [SiteHistoryEntry(event.at, event, None) for event in events if id(event) not in shown]
    entries = [
        replace(entry, parts=tuple(of_parts.get(entry.at, ())))
        if entry.event is not None and entry.event.what in _MOVES_PARTS
        else entry
        for entry in entries
    ]
    entries.sort(key=lambda entry: (entry.at, entry.event.seq if entry.event else 0), reverse=True)
    return SiteHistory(tuple(entries), tuple(versions))


def _import_at(imported: ImportRecord | None, since: datetime) -> ImportRecord | None:
    """Return the import of a version if it wrote it; one that brings a site back may find its version there already."""
    return imported if imported is not None and imported.at == since else None


def _of_parts(register: Register, site_id: str) -> dict[datetime, list[Message]]:
    """Return a message for each change of a part of a site, by time."""
    versions = register.part_versions(site_id)
    messages: dict[datetime, list[Message]] = {}
    for event in register.site_events.events_of(list(versions)):
        properties = document_properties(
            versions[event.site_id][min(event.version, len(versions[event.site_id])) - 1].document
        )
        what = " ".join(
            filter(
                None, [property_text(properties.get("part")), property_text(properties.get("name")) or event.site_id]
            )
        )
        messages.setdefault(event.at, []).append(
            say("{part}: {what}", part=what, what=_PART_WORDS.get(event.what, HAPPENING_WORDS[event.what]))
        )
    return messages


def _versions(register: Register, site_id: str) -> Iterator[SiteDocumentVersion]:
    before: Mapping[str, Any] | None = None
    for number, version in enumerate(register.site_versions(site_id), start=1):
        yield SiteDocumentVersion(
            number,
            version.since,
            version.document,
            () if before is None else tuple(version_changes(before, version.document)),
        )
        before = version.document


def version_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Message]:
    """Yield a message for each difference between two versions of a document."""
    old, new = document_properties(before), document_properties(now)
    earlier, later = site_of("–", dict(before)), site_of("–", dict(now))
    if earlier.stated_name != later.stated_name:
        yield say("Name: {before} → {now}", before=earlier.name, now=later.name)
    yield from _geometry_changes(before.get("geometry"), now.get("geometry"))
    keys = [key for key in (*old, *(key for key in new if key not in old)) if key != "name"]
    differing = [key for key in keys if not same_json(old.get(key), new.get(key))]
    for key in differing[:_NAMED]:
        yield say("{what}: {before} → {now}", what=key, before=_short(old.get(key)), now=_short(new.get(key)))
    if len(differing) > _NAMED:
        yield say("and {count} more properties", count=len(differing) - _NAMED)


def _short(value: object) -> str:
    text = property_text(value) if value is not None else "–"
    return (text or "…")[:80]


def _geometry_changes(before: object, now: object) -> Iterator[Message]:
    if same_json(before, now):
        return
    old, new = lenient_shape(before), lenient_shape(now)
    if new is None:
        yield say("Not located any more")
        return
    if old is None:
        yield say("Located: {where}", where=position_text(now))
        return
    middles = [shape.representative_point() for shape in (old, new)]
    metres = float(apart_m(shape_array(middles[:1]), shape_array(middles[1:]))[0])
    if not isnan(metres) and metres >= 1:
        yield say("Moved by {metres} m, to {where}", metres=format_number(metres, 0), where=position_text(now))
    areas = [float(area_m2([shape])[0]) if shape.geom_type in _AREAS else 0.0 for shape in (old, new)]
    if areas[0] and areas[1]:
        yield say("Outline: {before} m² → {now} m²", before=format_number(areas[0], 0), now=format_number(areas[1], 0))
    elif areas[1]:
        yield say("Outline drawn: {now} m²", now=format_number(areas[1], 0))
    elif areas[0]:
        yield say("Outline taken away; it was {before} m²", before=format_number(areas[0], 0))
    elif metres < 1:
        yield say("Position made more exact: {where}", where=position_text(now))


def position_text(geometry: object) -> str:
    """Return a representative point of a geometry as "latitude, longitude" in degrees; empty without a valid geometry."""
    shape = lenient_shape(geometry)
    if shape is None:
        return ""
    middle = shape.representative_point()
    return f"{middle.y:.5f}, {middle.x:.5f}"


def changes_since(register: Register, site_id: str, seen: SiteRevision, name_of: Callable[[str], str]) -> Message:
    """Return the message for a user whose change was refused, listing the changes of a site since the revision they saw."""
    changes = [
        str(
            say("{what} by {name}", what=HAPPENING_WORDS[event.what], name=name_of(event.person_id))
            if event.person_id
            else HAPPENING_WORDS[event.what]
        )
        for event in register.site_events.events(site_id)
        if event.seq > seen.seq
    ]
    later = list(_versions(register, site_id))[seen.version :]
    changes += [str(change) for version in later for change in version.changes]
    return say(
        "Nothing was written: meanwhile this happened here: {what}. Look at the place again.",
        what="; ".join(changes) or str(say("another version came")),
    )
