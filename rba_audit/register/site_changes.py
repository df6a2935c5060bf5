"""Record changes of sites together with the versions of their documents, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from rba_audit.errors import EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import note_damaged, read_all
from rba_audit.register.records import as_json, as_time
from rba_audit.register.site_event_records import (
    SiteChange,
    SiteEvent,
    SiteRevision,
    SiteSnapshot,
    event_of_row,
    standing_of_row,
)
from rba_audit.register.site_event_tables import forget_merge_targets, place_event
from rba_audit.register.tables import site, site_version
from rba_audit.site_states import (
    FIRST_EVENTS,
    NEEDS_OTHER,
    IllegalSiteEvent,
    SiteState,
    SiteStatus,
    state_after,
    state_of_events,
)


def apply_steps(
    connection: Connection, steps: Sequence[SiteChange], person_id: str, reason: str, seen: Mapping[str, SiteRevision]
) -> bool:
    """Return whether exactly these changes are recorded already: by the same person, directly after what they had seen."""
    mine = [step for step in steps if step.site_id in seen]
    counts: Counter[str] = Counter()
    for step in mine:
        counts[step.site_id] += 1
        of_step = (place_event.c.site_id == step.site_id) & (
            place_event.c.seq == seen[step.site_id].seq + counts[step.site_id]
        )
        row = connection.execute(select(place_event).where(of_step)).one_or_none()
        if row is None or (row.happening, row.other_id or "", row.person_id, row.reason) != (
            step.what,
            step.other,
            person_id,
            reason,
        ):
            return False
        if step.document is not None:
            of_version = (site_version.c.site_id == step.site_id) & (site_version.c.version == row.version)
            if connection.scalar(select(site_version.c.document).where(of_version)) != as_json(step.document):
                return False
    return bool(mine)


def take_step(
    connection: Connection, step: SiteChange, person_id: str, reason: str, seen: SiteRevision | None, now: datetime
) -> None:
    """Record one change of a site or a part, with its new document if it has one.

    Raises:
        NotInRegister: there is no such site or part.
        EvidenceError: the change is not allowed in the site's state, or the other site is missing or the same one.
    """
    if (step.what in NEEDS_OTHER) != bool(step.other) or step.other == step.site_id:
        raise EvidenceError(say("Name another place than this one."))
    first = step.what in FIRST_EVENTS
    before = SiteSnapshot(SiteState(), 0) if first else place_now(connection, step.site_id, part=bool(step.part_of))
    try:
        state = state_after(before.state, step.what, step.other)
    except IllegalSiteEvent as error:
        raise EvidenceError(error.message) from None
    version = before.version
    if step.document is not None:
        version += 1
        if first:
            last = connection.scalar(select(func.max(site.c.seq))) or 0
            row = {"id": step.site_id, "seq": last + 1, "part_of": step.part_of or None, "version": version}
            connection.execute(insert(site).values(row))
        else:
            connection.execute(
                update(site).where(site.c.id == step.site_id).values(version=version, part_of=step.part_of or None)
            )
        connection.execute(
            insert(site_version).values(
                site_id=step.site_id, version=version, document=as_json(step.document), created_at=as_time(now)
            )
        )
    connection.execute(
        insert(place_event).values(
            site_id=step.site_id,
            seq=state.seq,
            happening=step.what,
            standing=state.standing,
            other_id=step.other or None,
            version=version,
            seen_version=before.version if seen is None else seen.version,
            person_id=person_id,
            reason=reason,
            at=as_time(now),
        )
    )
    forget_merge_targets(connection)


def place_now(connection: Connection, site_id: str, *, part: bool = False) -> SiteSnapshot:
    """Return the state of a site or a part, and the version of its document.

    Raises:
        NotInRegister: there is none with this id.
    """
    row = connection.execute(select(site).where(site.c.id == site_id)).one_or_none()
    if row is None or (row.part_of is not None) != part:
        raise NotInRegister(say("the register has no site '{id}'; look it up in the list of all sites", id=site_id))
    return SiteSnapshot(_state(connection, site_id), row.version)


def _state(connection: Connection, site_id: str) -> SiteState:
    """Return the state of a site, folded from its events; if one is damaged, derived from the statuses in the rows."""
    wanted = select(place_event).where(place_event.c.site_id == site_id).order_by(place_event.c.seq)
    rows = connection.execute(wanted).all()
    events = read_all(connection, rows, event_of_row, "place_event", "site_id")
    statuses = [standing_of_row(connection, row) for row in rows]
    if [event.standing for event in events] == statuses:
        try:
            return state_of_events((event.what, event.other) for event in events)
        except IllegalSiteEvent:
            note_damaged(connection, "place_event", site_id)
    now, into = statuses[-1], ""
    before: SiteStatus = "counts"
    if now == "merged":
        first = len(rows) - 1
        while first and statuses[first - 1] == "merged":
            first -= 1
        into = rows[first].other_id or ""
        before = statuses[first - 1] if first else "counts"
    return SiteState(now, into, before, statuses[0] == "proposed", rows[-1].seq)


def events_at(connection: Connection, site_id: str) -> list[SiteEvent]:
    """Return all readable events of a site, oldest first; damaged ones are left out and recorded."""
    wanted = select(place_event).where(place_event.c.site_id == site_id).order_by(place_event.c.seq)
    return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")
