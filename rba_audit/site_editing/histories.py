"""Everything that happened to a place, version by version, and in words what each changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isnan
from typing import Any, Final

from rba_audit.geometry import apart_m, area_m2, shape_array
from rba_audit.messages import Message, format_number, say
from rba_audit.register import Register
from rba_audit.register.site_event_records import SiteEvent, SiteRevision
from rba_audit.site_editing.site_documents import document_properties, same_json
from rba_audit.site_states import HAPPENING_WORDS
from rba_audit.sites.names import property_text
from rba_audit.sites.site import lenient_shape, site_of

_NAMED: Final = 12
"""Properties whose change is told one by one."""
_AREAS: Final = ("Polygon", "MultiPolygon")
_MOVES_PARTS: Final = frozenset({"parts", "split", "split_from"})
_PART_WORDS: Final[Mapping[str, Message]] = {
    "added": say("added"),
    "changed": say("changed"),
    "retired": say("taken away"),
    "back": say("put back"),
}
_MAKES_VERSION: Final = frozenset({"proposed", "added", "split_from", "changed", "restored", "split"})


@dataclass(frozen=True, slots=True)
class SiteDocumentVersion:
    """One version of the document of a place.

    Attributes:
        number: 1 for the first.
        document: As it was.
        changes: What it changed, a sentence each; nothing for the first.
    """

    number: int
    since: datetime
    document: Mapping[str, Any]
    changes: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class SiteHistoryEntry:
    """One line of the history: something happened, or a file brought a version.

    Attributes:
        event: What happened; None where a file brought it.
        version: The version that it made; None where it made none.
        parts: What became of which parts, a sentence each.
    """

    at: datetime
    event: SiteEvent | None
    version: SiteDocumentVersion | None
    parts: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """What happened to a place, the last thing first."""

    entries: tuple[SiteHistoryEntry, ...]
    versions: tuple[SiteDocumentVersion, ...]


def site_history(register: Register, site_id: str) -> SiteHistory:
    """Return everything that happened to a place."""
    versions = list(_versions(register, site_id))
    events = register.site_events.events(site_id)
    made = {(event.version, event.at): event for event in events if event.what in _MAKES_VERSION}
    entries = [SiteHistoryEntry(each.since, made.get((each.number, each.since)), each) for each in versions]
    told = {id(entry.event) for entry in entries if entry.event is not None}
    of_parts = _of_parts(register, site_id) if any(event.what in _MOVES_PARTS for event in events) else {}
    entries += [SiteHistoryEntry(event.at, event, None) for event in events if id(event) not in told]
    entries = [
        replace(each, parts=tuple(of_parts.get(each.at, ())))
        if each.event is not None and each.event.what in _MOVES_PARTS
        else each
        for each in entries
    ]
    entries.sort(key=lambda each: (each.at, each.event.seq if each.event else 0), reverse=True)
    return SiteHistory(tuple(entries), tuple(versions))


def _of_parts(register: Register, site_id: str) -> dict[datetime, list[Message]]:
    """Return what happened to the parts of a place, by when."""
    versions = register.part_versions(site_id)
    found: dict[datetime, list[Message]] = {}
    for event in register.site_events.events_of(list(versions)):
        properties = document_properties(
            versions[event.site_id][min(event.version, len(versions[event.site_id])) - 1].document
        )
        what = " ".join(
            filter(
                None, [property_text(properties.get("part")), property_text(properties.get("name")) or event.site_id]
            )
        )
        found.setdefault(event.at, []).append(
            say("{part}: {what}", part=what, what=_PART_WORDS.get(event.what, HAPPENING_WORDS[event.what]))
        )
    return found


def _versions(register: Register, site_id: str) -> Iterator[SiteDocumentVersion]:
    before: Mapping[str, Any] | None = None
    for number, each in enumerate(register.site_versions(site_id), start=1):
        yield SiteDocumentVersion(
            number, each.since, each.document, () if before is None else tuple(version_changes(before, each.document))
        )
        before = each.document


def version_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Message]:
    """Yield what differs between two versions, a sentence each."""
    old, new = document_properties(before), document_properties(now)
    earlier, later = site_of("–", dict(before)), site_of("–", dict(now))
    if earlier.stated_name != later.stated_name:
        yield say("Name: {before} → {now}", before=earlier.name, now=later.name)
    yield from _moved(before.get("geometry"), now.get("geometry"))
    keys = [key for key in (*old, *(key for key in new if key not in old)) if key != "name"]
    differing = [key for key in keys if not same_json(old.get(key), new.get(key))]
    for key in differing[:_NAMED]:
        yield say("{what}: {before} → {now}", what=key, before=_short(old.get(key)), now=_short(new.get(key)))
    if len(differing) > _NAMED:
        yield say("and {count} more properties", count=len(differing) - _NAMED)


def _short(value: object) -> str:
    text = property_text(value) if value is not None else "–"
    return (text or "…")[:80]


def _moved(before: object, now: object) -> Iterator[Message]:
    if same_json(before, now):
        return
    old, new = lenient_shape(before), lenient_shape(now)
    if new is None:
        yield say("Not located any more")
        return
    if old is None:
        yield say("Located: {where}", where=position_text(now))
        return
    middles = [each.representative_point() for each in (old, new)]
    metres = float(apart_m(shape_array(middles[:1]), shape_array(middles[1:]))[0])
    if not isnan(metres) and metres >= 1:
        yield say("Moved by {metres} m, to {where}", metres=format_number(metres, 0), where=position_text(now))
    areas = [float(area_m2([each])[0]) if each.geom_type in _AREAS else 0.0 for each in (old, new)]
    if areas[0] and areas[1]:
        yield say("Outline: {before} m² → {now} m²", before=format_number(areas[0], 0), now=format_number(areas[1], 0))
    elif areas[1]:
        yield say("Outline drawn: {now} m²", now=format_number(areas[1], 0))
    elif areas[0]:
        yield say("Outline taken away; it was {before} m²", before=format_number(areas[0], 0))
    elif metres < 1:
        yield say("Position made more exact: {where}", where=position_text(now))


def position_text(geometry: object) -> str:
    """Return the middle of a geometry as people read coordinates; empty where it has none."""
    shape = lenient_shape(geometry)
    if shape is None:
        return ""
    middle = shape.representative_point()
    return f"{middle.y:.5f}, {middle.x:.5f}"


def changes_since(register: Register, site_id: str, seen: SiteRevision, name_of: Callable[[str], str]) -> Message:
    """Return one sentence on what happened to a place since somebody had seen it."""
    told = [
        str(
            say("{what} by {name}", what=HAPPENING_WORDS[event.what], name=name_of(event.person_id))
            if event.person_id
            else HAPPENING_WORDS[event.what]
        )
        for event in register.site_events.events(site_id)
        if event.seq > seen.seq
    ]
    later = list(_versions(register, site_id))[seen.version :]
    told += [str(change) for version in later for change in version.changes]
    return say(
        "Nothing was written: meanwhile this happened here: {what}. Look at the place again.",
        what="; ".join(told) or str(say("another version came")),
    )
