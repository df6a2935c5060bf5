"""Read all sites and parts of the register in one transaction, as an import is compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from rba_audit.register.damaged_rows import read_all
from rba_audit.register.site_event_records import event_of_row, standing_of_row
from rba_audit.register.site_event_tables import last_events, place_event
from rba_audit.register.site_rows import _latest
from rba_audit.register.tables import meta, site, site_version
from rba_audit.site_states import SiteStatus

OFFICE_EVENTS: Final = ("added", "changed", "restored", "split_from", "split", "proposed")
"""Events by which users, not an imported file, wrote a version of a document."""


@dataclass(frozen=True, slots=True)
class StoredSite:
    """A site or part as it is in the register.

    Attributes:
        part_of: The site of a part; empty for a site.
        version: The number of its newest version.
        document: The newest version as JSON text.
        status: Its status.
        event_seq: The number of its last event; 0 if it has none.
        merged_into: The id of the site that it was merged into; empty if it is not merged.
        edited_at: When the office wrote the newest version; None if an imported file did.
    """

    id: str
    part_of: str
    version: int
    document: str
    status: SiteStatus
    event_seq: int
    merged_into: str
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class RegisterSnapshot:
    """All sites and parts, by id, in the order in which they were added, with the change counter at that moment."""

    version: int
    by_id: Mapping[str, StoredSite]


def version_of(connection: Connection) -> int:
    """Return the change counter within a transaction."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "changes")).scalar_one())


def read_snapshot(connection: Connection) -> RegisterSnapshot:
    """Return all sites and parts within the transaction of the connection."""
    last = {row.site_id: row for row in connection.execute(last_events())}
    merged = (
        select(place_event.c.site_id, place_event.c.other_id)
        .where(place_event.c.happening == "merged")
        .order_by(place_event.c.seq)
    )
    into = {row.site_id: row.other_id for row in connection.execute(merged)}
    edits = _office_edits(connection)
    wanted = _latest(site.c.id, site.c.part_of, site.c.version, site_version.c.document).order_by(site.c.seq)
    by_id = {}
    for row in connection.execute(wanted):
        event = last.get(row.id)
        status = "counts" if event is None else standing_of_row(connection, event)
        edited_at, text = edits.get(row.id, (None, ""))
        by_id[row.id] = StoredSite(
            row.id,
            row.part_of or "",
            row.version,
            row.document,
            status,
            0 if event is None else event.seq,
            into.get(row.id, "") if status == "merged" else "",
            # Undoing an import restores an earlier text; it is the office's again if the office wrote it.
            edited_at if text == row.document else None,
        )
    return RegisterSnapshot(version_of(connection), by_id)


def _office_edits(connection: Connection) -> dict[str, tuple[datetime, str]]:
    """Return when the office last wrote a version of each site, and its text, by id."""
    wanted = (
        select(place_event, site_version.c.document)
        .join(
            site_version,
            (site_version.c.site_id == place_event.c.site_id) & (site_version.c.version == place_event.c.version),
        )
        .where(place_event.c.happening.in_(OFFICE_EVENTS))
        .order_by(place_event.c.site_id, place_event.c.seq)
    )
    edits = read_all(
        connection,
        connection.execute(wanted),
        lambda row: (row.site_id, (event_of_row(row).at, row.document)),
        "place_event",
        "site_id",
    )
    return dict(edits)
