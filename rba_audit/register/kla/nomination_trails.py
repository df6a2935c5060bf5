"""Trails of nominated sites: what happened at each step of an audit, as users record it. Append-only.

An entry is corrected by a further version of it; a version that records nothing takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, Table, Text, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.kla.nominations import latest_nominations
from rba_audit.register.kla.points import read_points
from rba_audit.register.records import as_time
from rba_audit.register.site_event_tables import merge_targets_of
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

nomination_step: Final = Table(
    "nomination_step",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False, unique=True),  # over all rows
    Column("year", Integer, nullable=False),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("step", Text, nullable=False),  # its name in the rules file
    Column("item", Text, nullable=False),  # the id of the first version of an entry; empty for a step with only one
    Column("day", Text, nullable=False),  # when it was done; may be empty
    Column("deadline", Text, nullable=False),  # may be empty
    Column("result", Text, nullable=False),  # its name in the rules file; may be empty
    Column("score", Text, nullable=False),  # a decimal number; may be empty
    Column("note", Text, nullable=False),
    Column("document_id", Text, nullable=False),  # may be empty
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("nomination_step_by_site", nomination_step.c.year, nomination_step.c.site_id)
KEPT.append(nomination_step)


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One version of an entry in the trail of a nominated site.

    Attributes:
        id: A UUID generated when the form was opened, so that a form sent twice records one version.
        item: For a step with several entries the id of the first version of this one; otherwise empty.
        day: When it was done.
        deadline: By when it has to be done.
        result: The name of its outcome in the rules file; empty if none is recorded.
        document_id: The document that proves it; may be empty.
        seq: Number of the version over all entries; 0 before it is recorded.
    """

    id: str
    site_id: str
    year: int
    step: str
    item: str
    person_id: str
    day: date | None = None
    deadline: date | None = None
    result: str = ""
    score: Decimal | None = None
    note: str = ""
    document_id: str = ""
    seq: int = 0
    at: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether it records nothing, so that it takes the entry back."""
        return not (self.day or self.deadline or self.result or self.note or self.document_id or self.score is not None)


class NominationTrails:
    """The trails of all nominated sites. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, entry: TrailEntry, seen: int) -> TrailEntry:
        """Record a version of an entry of a trail, and return it as stored; idempotent by id.

        Args:
            entry: The entry; for a further one of a step with several, `item` is its own id.
            seen: `seq` of the version that the user saw; 0 if there was none.

        Raises:
            EvidenceError: the id is no UUID.
            NotInRegister: the site was never nominated for this round, or there is no such entry to correct.
            Conflict: `stale`: another version was recorded meanwhile; `kept` is the newest.
        """
        try:
            UUID(entry.id)
        except ValueError:
            raise EvidenceError(say("The form is not whole; open the page again.")) from None
        with self._database.writing() as connection:
            target = merge_targets_of(connection).target_of(entry.site_id)
            if target not in latest_nominations(connection, entry.year):
                raise NotInRegister(say("This site is not nominated for this round; look at the list of nominations."))
            versions = _versions(connection, entry.year, target)
            for version in versions:
                if version.id == entry.id:
                    return version
            same = [version for version in versions if (version.step, version.item) == (entry.step, entry.item)]
            if entry.item and not same and entry.item != entry.id:
                raise NotInRegister(say("There is no such entry; look at the page of the nomination."))
            if (same[-1].seq if same else 0) != seen:
                raise Conflict(
                    say("Somebody else changed this step meanwhile; nothing was recorded. Look at it again."),
                    "stale",
                    same[-1] if same else None,
                )
            last = connection.scalar(select(func.max(nomination_step.c.seq)))
            stored = replace(entry, site_id=target, seq=(last or 0) + 1, at=now_utc())
            connection.execute(insert(nomination_step).values(**_values(stored)))
            return stored

    def of_site(self, site_id: str, year: int) -> list[TrailEntry]:
        """Return all versions of all entries of a nominated site, oldest first."""
        with self._database.reading() as connection:
            return _versions(connection, year, merge_targets_of(connection).target_of(site_id))

    def of_year(self, year: int) -> dict[str, list[TrailEntry]]:
        """Return `of_site` for all sites of a round, by site id."""
        by_site: dict[str, list[TrailEntry]] = {}
        with self._database.reading() as connection:
            for entry in _versions(connection, year, None):
                by_site.setdefault(entry.site_id, []).append(entry)
        return by_site


def _versions(connection: Connection, year: int, target: str | None) -> list[TrailEntry]:
    merges = merge_targets_of(connection)
    wanted = select(nomination_step).where(nomination_step.c.year == year).order_by(nomination_step.c.seq)
    if target is not None:
        wanted = wanted.where(nomination_step.c.site_id.in_(merges.members(target)))
    entries = read_all(connection, connection.execute(wanted), _trail_entry, "nomination_step")
    return [replace(entry, site_id=merges.target_of(entry.site_id)) for entry in entries]


def newest_entries(versions: Iterable[TrailEntry]) -> dict[tuple[str, str], TrailEntry]:
    """Return the newest version of each entry by step and item; entries that were taken back are left out."""
    newest = {(version.step, version.item): version for version in versions}
    return {key: version for key, version in newest.items() if not version.empty}


def _trail_entry(row: Row[Any]) -> TrailEntry:
    return TrailEntry(
        id=row.id,
        site_id=row.site_id,
        year=row.year,
        step=row.step,
        item=row.item,
        person_id=row.person_id,
        day=date.fromisoformat(row.day) if row.day else None,
        deadline=date.fromisoformat(row.deadline) if row.deadline else None,
        result=row.result,
        score=read_points(row.score) if row.score else None,
        note=row.note,
        document_id=row.document_id,
        seq=row.seq,
        at=moment(row.at),
    )


def _values(entry: TrailEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "seq": entry.seq,
        "year": entry.year,
        "site_id": entry.site_id,
        "step": entry.step,
        "item": entry.item,
        "day": entry.day.isoformat() if entry.day else "",
        "deadline": entry.deadline.isoformat() if entry.deadline else "",
        "result": entry.result,
        "score": "" if entry.score is None else str(entry.score),
        "note": entry.note,
        "document_id": entry.document_id,
        "person_id": entry.person_id,
        "at": as_time(entry.at or now_utc()),
    }
