"""What a file may not undo: places that the office merged, retired, declined, has not decided about, or changed itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from rba_audit.days import CITY
from rba_audit.messages import Message, say
from rba_audit.register.damaged_rows import read_all
from rba_audit.register.records import as_json
from rba_audit.register.site_event_records import SiteEvent, event_of_row
from rba_audit.register.site_event_tables import last_events_by_state, place_event
from rba_audit.register.tables import site, site_version
from rba_audit.site_states import STANDING_WORDS

_OFFICE: Final = ("added", "changed", "restored", "split_from", "proposed")
"""What makes a version of a document here and not by a file."""


def held_back_documents(
    connection: Connection, batch: Sequence[tuple[str, str | None, Mapping[str, Any]]], *, insist: bool
) -> dict[str, Message]:
    """Return by id why a document of a file is not taken: a sentence each.

    Args:
        connection: Sees the register as the documents come.
        batch: Id, site of a part, and document of each.
        insist: Whether the file's word counts before what the office changed; never before how a place stands.
    """
    ids = [entry[0] for entry in batch]
    out = last_events_by_state(("proposed", "declined", "retired", "merged")).where(place_event.c.site_id.in_(ids))
    found = {event.site_id: _out_of_use(event) for event in _read(connection, out)}
    if insist:
        return found
    version = select(site.c.version).where(site.c.id == place_event.c.site_id).scalar_subquery()
    office = select(place_event).where(
        place_event.c.site_id.in_(ids), place_event.c.version == version, place_event.c.happening.in_(_OFFICE)
    )
    changed = {event.site_id: event for event in _read(connection, office) if event.site_id not in found}
    if changed:
        latest = (
            select(site_version.c.site_id, site_version.c.document)
            .join(site, (site.c.id == site_version.c.site_id) & (site.c.version == site_version.c.version))
            .where(site.c.id.in_(list(changed)))
        )
        kept = {row.site_id: row.document for row in connection.execute(latest)}
        for id, _part_of, document in batch:
            if id in changed and kept.get(id) != as_json(document):
                found[id] = _changed(changed[id])
    return found


def _read(connection: Connection, wanted: Any) -> list[SiteEvent]:
    return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")


def _out_of_use(event: SiteEvent) -> Message:
    if event.standing == "merged":
        return say(
            "“{id}” is not taken: the office merged it into “{other}”; undo that there, or leave it out of the file",
            id=event.site_id,
            other=event.other,
        )
    return say(
        "“{id}” is not taken: in the office it is “{standing}”; decide there, or leave it out of the file",
        id=event.site_id,
        standing=STANDING_WORDS[event.standing],
    )


def _changed(event: SiteEvent) -> Message:
    return say(
        "“{id}” is not taken: the office changed it on {day} and the file says something else; export it anew, or insist with --replace",
        id=event.site_id,
        day=event.at.astimezone(CITY).date(),
    )
