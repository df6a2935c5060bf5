"""Write versions and import events of many sites at once: a statement per table, not per site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from rba_audit.register.import_snapshot import StoredSite
from rba_audit.register.records import as_time
from rba_audit.register.site_event_tables import forget_merge_targets, place_event
from rba_audit.register.tables import site, site_version
from rba_audit.site_states import SiteEventKind, SiteState, state_after


class VersionWrite(NamedTuple):
    """A site or part to be written.

    Attributes:
        part_of: The site of a part; empty for a site.
        document: The JSON text of the new version; None if its newest version stays.
        before: How it is in the register; None if it is not.
        event: The event to record; None for none.
    """

    site_id: str
    part_of: str
    document: str | None
    before: StoredSite | None
    event: SiteEventKind | None = None


def write_versions(
    connection: Connection, writes: Sequence[VersionWrite], person_id: str, reason: str, now: datetime
) -> list[tuple[int, int]]:
    """Write new versions and events; return the number of the version and of the last event of each, in their order."""
    at = as_time(now)
    last = connection.scalar(select(func.max(site.c.seq))) or 0
    added: list[dict[str, Any]] = []
    updated: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    numbers = []
    for write in writes:
        before = write.before
        version = (0 if before is None else before.version) + (write.document is not None)
        seq = 0 if before is None else before.event_seq
        if before is None:
            added.append(
                {
                    "id": write.site_id,
                    "seq": last + len(added) + 1,
                    "part_of": write.part_of or None,
                    "version": version,
                }
            )
        else:
            updated.append({"of_id": write.site_id, "version": version, "part_of": write.part_of or None})
        if write.document is not None:
            versions.append(
                {"site_id": write.site_id, "version": version, "document": write.document, "created_at": at}
            )
        if write.event is not None and before is not None:
            state = state_after(SiteState(before.status, seq=seq), write.event)
            seq = state.seq
            events.append(
                {
                    "site_id": write.site_id,
                    "seq": seq,
                    "happening": write.event,
                    "standing": state.standing,
                    "other_id": None,
                    "version": version,
                    "seen_version": before.version,
                    "person_id": person_id,
                    "reason": reason,
                    "at": at,
                }
            )
        numbers.append((version, seq))
    if added:
        connection.execute(insert(site), added)
    if updated:
        connection.execute(update(site).where(site.c.id == bindparam("of_id")), updated)
    if versions:
        connection.execute(insert(site_version), versions)
    if events:
        connection.execute(insert(place_event), events)
        forget_merge_targets(connection)
    return numbers
