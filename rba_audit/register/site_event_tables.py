"""Tables of site events, and the resolution of merged sites to their current target.

Records stored under the id of a merged site are read at its merge target. The tables are append-only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    Text,
    func,
    select,
)

from rba_audit.register.tables import KEPT, metadata, site
from rba_audit.site_states import HAPPENINGS, SITE_STATUSES, SiteStatus


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(word) for word in words)})")


place_event: Final = Table(
    "place_event",
    metadata,
    Column("site_id", Text, ForeignKey("site.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first
    Column("happening", Text, _one_of("happening", HAPPENINGS), nullable=False),
    Column("standing", Text, _one_of("standing", SITE_STATUSES), nullable=False),  # the status after the event
    Column("other_id", Text, ForeignKey("site.id")),  # the other site, if the event involves two
    Column("version", Integer, nullable=False),  # of the document, after the event
    Column("seen_version", Integer, nullable=False),  # the version that its user had seen
    Column("person_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("place_event_by_standing", place_event.c.standing, place_event.c.site_id)
place_proposal: Final = Table(
    "place_proposal",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False, unique=True),
    Column("author", Text, nullable=False),
    Column("document", Text, nullable=False),  # as sent, byte for byte; without the walk if the author was erased
    Column("sha256", Text, nullable=False),  # of the document as sent
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
Index("place_proposal_by_author", place_proposal.c.author, place_proposal.c.recorded_at)
KEPT.extend([place_event, place_proposal])

_CACHE_KEY: Final = "homes"


@dataclass(frozen=True, slots=True)
class MergeTargets:
    """The target of each merged site.

    Attributes:
        targets: By the id of a merged site the id of the site it was merged into, which may be merged itself.
    """

    targets: Mapping[str, str]

    def target_of(self, id: str) -> str:
        """Return the site that an id belongs to now: itself, or the end of its chain of merges."""
        seen = {id}
        while (target := self.targets.get(id)) is not None and target not in seen:
            seen.add(target)
            id = target
        return id

    def targets_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the sites that ids belong to now, each once, in their order."""
        return tuple(dict.fromkeys(map(self.target_of, ids)))

    def members(self, id: str) -> list[str]:
        """Return every id whose records are read at a site: its own, and those merged into it directly or indirectly."""
        return [id, *(merged for merged in self.targets if merged != id and self.target_of(merged) == id)]


def merge_targets_of(connection: Connection) -> MergeTargets:
    """Return the merge targets within the transaction of the connection; cached until the next transaction or site event."""
    cached: MergeTargets | None = connection.info.get(_CACHE_KEY)
    if cached is None:
        merged = last_events_by_state("merged", place_event.c.site_id)
        # A merged site may have later events; its target is in the event `merged` itself.
        into = (
            select(place_event.c.site_id, place_event.c.other_id)
            .where(place_event.c.happening == "merged", place_event.c.site_id.in_(merged))
            .order_by(place_event.c.seq)
        )
        cached = connection.info[_CACHE_KEY] = MergeTargets(
            {row.site_id: row.other_id for row in connection.execute(into)}
        )
    return cached


def forget_merge_targets(connection: Connection) -> None:
    """Clear the cached merge targets, because a transaction begins or a site event was recorded."""
    connection.info.pop(_CACHE_KEY, None)


def last_events_by_state(status: SiteStatus | Iterable[SiteStatus], *columns: Column[Any]) -> Select[Any]:
    """Return a query of the last event of each site with this status now; sites without events are not included."""
    wanted = [status] if isinstance(status, str) else list(status)
    return last_events(*columns).where(place_event.c.standing.in_(wanted))


def last_events(*columns: Column[Any]) -> Select[Any]:
    """Return a query of the last event of each site that has one, whatever its status."""
    later = place_event.alias("later")
    last = (
        select(func.max(later.c.seq)).where(later.c.site_id == place_event.c.site_id).correlate(place_event)
    ).scalar_subquery()
    return select(*(columns or place_event.c)).where(place_event.c.seq == last)


def out_of_use() -> Select[Any]:
    """Return a query of the ids of inactive sites, for use in `not in`; an unreadable status is inactive too."""
    return last_events(place_event.c.site_id).where(place_event.c.standing != "counts")


def not_in_use(connection: Connection) -> list[str]:
    """Return every id whose records are left out of lists: inactive sites, and sites merged into an inactive one."""
    inactive = connection.execute(out_of_use().where(place_event.c.standing != "merged")).scalars().all()
    merges = merge_targets_of(connection)
    return [*inactive, *(id for id in merges.targets if merges.target_of(id) in set(inactive))]


def is_listed() -> Any:
    """Return the SQL condition that a site is active, or that a part and its site both are."""
    gone = out_of_use()
    return site.c.id.not_in(gone) & func.coalesce(site.c.part_of, site.c.id).not_in(gone)
