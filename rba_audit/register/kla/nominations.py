"""Nominations: the sites that are proposed for an audit in a round. Append-only: a withdrawal is a further event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Index, Integer, Row, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.site_event_tables import merge_targets_of, not_in_use
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata, site

nomination_event: Final = Table(
    "nomination_event",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("year", Integer, nullable=False),  # the round
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("active", Integer, CheckConstraint("active in (0, 1)"), nullable=False),  # 0: withdrawn
    Column("reason", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("nomination_event_by_year", nomination_event.c.year, nomination_event.c.site_id)
KEPT.append(nomination_event)


@dataclass(frozen=True, slots=True)
class Nomination:
    """A site that is nominated in a round, or was.

    Attributes:
        site_id: The site; of a merged site its merge target.
        year: The round.
        active: Whether it is nominated now; otherwise it was withdrawn, and the other attributes are those of the withdrawal.
        reason: Why; may be empty.
    """

    site_id: str
    year: int
    active: bool
    reason: str
    person_id: str
    at: datetime


class Nominations:
    """The nominations of all rounds and their trails. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, site_id: str, year: int, reason: str, person_id: str) -> Nomination:
        """Nominate a site for a round, and return the nomination; one that is nominated already stays as it is.

        Raises:
            NotInRegister: there is no such site.
        """
        return self._record(site_id, year, active=True, reason=reason, person_id=person_id)

    def withdraw(self, site_id: str, year: int, reason: str, person_id: str) -> Nomination:
        """Take a nomination back, and return it; one that is withdrawn already stays as it is.

        Raises:
            NotInRegister: there is no such site, or it was never nominated for this round.
        """
        return self._record(site_id, year, active=False, reason=reason, person_id=person_id)

    def of_year(self, year: int) -> tuple[Nomination, ...]:
        """Return the sites that are nominated in a round now and in use, in the order in which they were nominated."""
        with self._database.reading() as connection:
            unused = frozenset(not_in_use(connection))
            latest = latest_nominations(connection, year).values()
            return tuple(nomination for nomination in latest if nomination.active and nomination.site_id not in unused)

    def all_of_year(self, year: int) -> tuple[Nomination, ...]:
        """Return the last event of each site of a round: what is nominated, and what was withdrawn."""
        with self._database.reading() as connection:
            return tuple(latest_nominations(connection, year).values())

    def events(self, site_id: str, year: int) -> list[Nomination]:
        """Return all events of a site in a round, oldest first."""
        with self._database.reading() as connection:
            merges = merge_targets_of(connection)
            ids = merges.members(merges.target_of(site_id))
            wanted = select(nomination_event).where(
                nomination_event.c.year == year, nomination_event.c.site_id.in_(ids)
            )
            return _nominations(connection, connection.execute(wanted.order_by(nomination_event.c.seq)).all())

    def years(self) -> list[int]:
        """Return the rounds that have a nomination or had one, newest first."""
        wanted = select(nomination_event.c.year).distinct().order_by(nomination_event.c.year.desc())
        with self._database.reading() as connection:
            return list(connection.scalars(wanted))

    def _record(self, site_id: str, year: int, *, active: bool, reason: str, person_id: str) -> Nomination:
        with self._database.writing() as connection:
            if connection.scalar(select(site.c.id).where(site.c.id == site_id, site.c.part_of.is_(None))) is None:
                raise NotInRegister(
                    say("the register has no site '{id}'; look it up in the list of all sites", id=site_id)
                )
            target = merge_targets_of(connection).target_of(site_id)
            last = latest_nominations(connection, year).get(target)
            if last is None and not active:
                raise NotInRegister(say("This site is not nominated for this round; look at the list of nominations."))
            if last is not None and last.active == active:
                return last
            now = now_utc()
            connection.execute(
                insert(nomination_event).values(
                    year=year, site_id=target, active=active, reason=reason, person_id=person_id, at=as_time(now)
                )
            )
            return Nomination(target, year, active, reason, person_id, now)


def latest_nominations(connection: Connection, year: int) -> dict[str, Nomination]:
    """Return the last event of each site in a round by site id, in the order of the events."""
    wanted = select(nomination_event).where(nomination_event.c.year == year).order_by(nomination_event.c.seq)
    latest: dict[str, Nomination] = {}
    for nomination in _nominations(connection, connection.execute(wanted).all()):
        latest.pop(nomination.site_id, None)  # so that the order is that of the last events
        latest[nomination.site_id] = nomination
    return latest


def _nominations(connection: Connection, rows: Iterable[Any]) -> list[Nomination]:
    merges = merge_targets_of(connection)
    nominations = read_all(connection, rows, _nomination, "nomination_event", "seq")
    return [replace(nomination, site_id=merges.target_of(nomination.site_id)) for nomination in nominations]


def _nomination(row: Row[Any]) -> Nomination:
    return Nomination(row.site_id, row.year, bool(row.active), row.reason, row.person_id, moment(row.at))
