"""Query visits: the newest version of each, with its review state, in chronological order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, Subquery, func, select

from rba_audit.register.damaged_rows import read_all
from rba_audit.register.records import Visit, visit_of_row
from rba_audit.register.reviews import latest_moves, with_merged_sites
from rba_audit.register.site_event_tables import merge_targets_of
from rba_audit.register.tables import visit
from rba_audit.review_states import FIRST_STATE


def merged_ids(connection: Connection, site_id: str) -> list[str]:
    """Return every id whose visits belong to the same site now, after merges, as `site_id`."""
    merges = merge_targets_of(connection)
    return merges.members(merges.target_of(site_id))


def newest_versions() -> Subquery:
    """Return a query of the newest version of each visit."""
    newest = select(visit.c.root, func.max(visit.c.version).label("version")).group_by(visit.c.root).subquery()
    return (
        select(visit)
        .join(newest, (visit.c.root == newest.c.root) & (visit.c.version == newest.c.version))
        .subquery("head")
    )


def newest_versions_with_state() -> Subquery:
    """Return a query of the newest version of each visit with its review state."""
    heads, moves = newest_versions(), latest_moves()
    state = func.coalesce(moves.c.to_state, FIRST_STATE).label("state")
    return select(heads, state).join(moves, moves.c.root == heads.c.root, isouter=True).subquery("standing")


def newest_first(visits: list[Visit]) -> list[Visit]:
    """Return visits sorted by `Visit.order`, newest first."""
    return sorted(sorted(visits, key=lambda version: version.id), key=lambda version: version.order, reverse=True)


def selected_visits(connection: Connection, wanted: Select[Any]) -> list[Visit]:
    """Return the visits that a query selects; damaged rows are recorded and left out."""
    return dated_as_first(connection, read_all(connection, connection.execute(wanted), visit_of_row, "visit"))


def dated_as_first(connection: Connection, visits: list[Visit]) -> list[Visit]:
    """Return visits with corrections of the same day dated as their first version, so that they keep its position in time."""
    visits = with_merged_sites(connection, visits)
    roots = {version.root for version in visits if version.version > 1}
    if not roots:
        return visits
    rows = connection.execute(select(visit).where(visit.c.id.in_(roots)))
    first = {version.id: version for version in read_all(connection, rows, visit_of_row, "visit")}
    return [_dated_as(version, first.get(version.root)) if version.version > 1 else version for version in visits]


def _dated_as(correction: Visit, first: Visit | None) -> Visit:
    if first is None or first.day != correction.day:
        return correction
    return replace(correction, finished_at=first.finished_at, first_recorded_at=first.recorded_at)
