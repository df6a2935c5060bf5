"""The tables of what happened to places, and which place each of them belongs to by now.

A place that was merged belongs to the one it went into: what is kept under its id is read there. Rows are only ever added.
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
    Column("standing", Text, _one_of("standing", SITE_STATUSES), nullable=False),  # after it
    Column("other_id", Text, ForeignKey("site.id")),  # the other place, where it happened between two
    Column("version", Integer, nullable=False),  # of the document, after it
    Column("seen_version", Integer, nullable=False),  # the version that whoever did it had seen
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
    Column("document", Text, nullable=False),  # what was sent, byte for byte; of who was erased without their walk
    Column("sha256", Text, nullable=False),  # of what was sent
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
Index("place_proposal_by_author", place_proposal.c.author, place_proposal.c.recorded_at)
KEPT.extend([place_event, place_proposal])

_HOMES: Final = "homes"


@dataclass(frozen=True, slots=True)
class MergeTargets:
    """Which place each merged place went into.

    Attributes:
        targets: For each place that is merged now, the place it went into, which may be merged itself.
    """

    targets: Mapping[str, str]

    def target_of(self, id: str) -> str:
        """Return the place that an id belongs to now: itself, unless it was merged."""
        seen = {id}
        while (there := self.targets.get(id)) is not None and there not in seen:
            seen.add(there)
            id = there
        return id

    def members(self, id: str) -> list[str]:
        """Return every id whose records are read at a place: its own, and those that went into it, however many steps."""
        return [id, *(each for each in self.targets if each != id and self.target_of(each) == id)]


def merge_targets_of(connection: Connection) -> MergeTargets:
    """Return which place each id belongs to, as the connection sees it; looked up once in each piece of work."""
    found: MergeTargets | None = connection.info.get(_HOMES)
    if found is None:
        merged = last_events_by_state("merged", place_event.c.site_id)
        # Something may have happened to a place since it was merged: what it was merged into stands at the merge itself.
        into = (
            select(place_event.c.site_id, place_event.c.other_id)
            .where(place_event.c.happening == "merged", place_event.c.site_id.in_(merged))
            .order_by(place_event.c.seq)
        )
        found = connection.info[_HOMES] = MergeTargets({row.site_id: row.other_id for row in connection.execute(into)})
    return found


def forget_merge_targets(connection: Connection) -> None:
    """Let the next question look again: a piece of work begins, or something happened to a place."""
    connection.info.pop(_HOMES, None)


def last_events_by_state(standing: SiteStatus | Iterable[SiteStatus], *columns: Column[Any]) -> Select[Any]:
    """Return the last event of each place that stands so now; one to which nothing happened is not among them."""
    wanted = [standing] if isinstance(standing, str) else list(standing)
    return last_events(*columns).where(place_event.c.standing.in_(wanted))


def last_events(*columns: Column[Any]) -> Select[Any]:
    """Return the last event of each place to which something happened, however it stands by that."""
    later = place_event.alias("later")
    last = (
        select(func.max(later.c.seq)).where(later.c.site_id == place_event.c.site_id).correlate(place_event)
    ).scalar_subquery()
    return select(*(columns or place_event.c)).where(place_event.c.seq == last)


def out_of_use() -> Select[Any]:
    """Return the ids of places that count in no list, to be used in `not in`; what cannot be read counts in none."""
    return last_events(place_event.c.site_id).where(place_event.c.standing != "counts")


def not_in_use(connection: Connection) -> list[str]:
    """Return every id whose records are in no list: of places that do not count, and of those merged into such a one."""
    out = connection.execute(out_of_use().where(place_event.c.standing != "merged")).scalars().all()
    homes = merge_targets_of(connection)
    return [*out, *(id for id in homes.targets if homes.target_of(id) in set(out))]


def is_listed() -> Any:
    """Return the condition that a site, or the site of a part, and the part itself, counts in lists."""
    gone = out_of_use()
    return site.c.id.not_in(gone) & func.coalesce(site.c.part_of, site.c.id).not_in(gone)
