"""Imported documents that conflict with decisions of the office, such as for merged, retired, declined or edited sites."""

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
"""Events by which users, not an imported file, wrote a version of a document."""


def held_back_documents(
    connection: Connection, batch: Sequence[tuple[str, str | None, Mapping[str, Any]]], *, insist: bool
) -> dict[str, Message]:
    """Return a message for each document of a file that must not be imported, by id.

    Args:
        connection: The connection of the import's transaction.
        batch: (id, site id if it is a part, document) of each.
        insist: Whether the file overrides edits of the office; it never overrides the status of a site.
    """
    ids = [entry[0] for entry in batch]
    inactive = last_events_by_state(("proposed", "declined", "retired", "merged")).where(place_event.c.site_id.in_(ids))
    messages = {event.site_id: _out_of_use(event) for event in _read(connection, inactive)}
    if insist:
        return messages
    version = select(site.c.version).where(site.c.id == place_event.c.site_id).scalar_subquery()
    office = select(place_event).where(
        place_event.c.site_id.in_(ids), place_event.c.version == version, place_event.c.happening.in_(_OFFICE)
    )
    changed = {event.site_id: event for event in _read(connection, office) if event.site_id not in messages}
    if changed:
        latest = (
            select(site_version.c.site_id, site_version.c.document)
            .join(site, (site.c.id == site_version.c.site_id) & (site.c.version == site_version.c.version))
            .where(site.c.id.in_(list(changed)))
        )
        documents = {row.site_id: row.document for row in connection.execute(latest)}
        for id, _part_of, document in batch:
            if id in changed and documents.get(id) != as_json(document):
                messages[id] = _changed(changed[id])
    return messages


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
