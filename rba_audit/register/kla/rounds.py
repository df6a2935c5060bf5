"""Settings of each KLA round, such as the dates of its steps; the newest version of a year is used. Append-only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Integer, Row, Table, Text, insert, select

from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

kla_round: Final = Table(
    "kla_round",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first version
    Column("dates", Text, nullable=False),  # first and last day by name of the step, as JSON
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(kla_round)


@dataclass(frozen=True, slots=True)
class RoundDates:
    """The settings of a round.

    Attributes:
        year: The year of its award.
        seq: Number of this version; 0 if nothing was entered yet.
        dates: First and last day of the steps that were entered, by name of the step.
        person_id: Who entered them, at `at`; empty and None if nothing was entered yet.
    """

    year: int
    seq: int = 0
    dates: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    person_id: str = ""
    at: datetime | None = None


class Rounds:
    """The rounds of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, year: int) -> RoundDates:
        """Return the newest settings of a year; empty ones if there are none."""
        versions = self.versions(year)
        return versions[-1] if versions else RoundDates(year)

    def versions(self, year: int) -> list[RoundDates]:
        """Return all versions of the settings of a year, oldest first; damaged ones are left out."""
        wanted = select(kla_round).where(kla_round.c.year == year).order_by(kla_round.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), _settings, "kla_round", "year")

    def years(self) -> list[int]:
        """Return the years with settings, oldest first."""
        with self._database.reading() as connection:
            return list(connection.scalars(select(kla_round.c.year).distinct().order_by(kla_round.c.year)))

    def save(
        self, year: int, dates: Mapping[str, tuple[date, date]], person_id: str, at: datetime, *, seen: int
    ) -> None:
        """Record new settings; `seen` is the version that the user had seen, 0 if there was none.

        Raises:
            Conflict: `stale`: somebody else recorded settings meanwhile.
        """
        document = {name: [day.isoformat() for day in days] for name, days in dates.items()}
        with self._database.writing() as connection:
            seqs = connection.scalars(select(kla_round.c.seq).where(kla_round.c.year == year)).all()
            if max(seqs, default=0) != seen:
                raise Conflict(say("Somebody else changed this round meanwhile; look at it first."), "stale", None)
            connection.execute(
                insert(kla_round).values(
                    year=year, seq=seen + 1, dates=as_json(document), person_id=person_id, at=as_time(at)
                )
            )


def _settings(row: Row[Any]) -> RoundDates:
    dates = json.loads(row.dates)
    return RoundDates(
        year=row.year,
        seq=row.seq,
        dates={
            str(name): (date.fromisoformat(first), date.fromisoformat(last)) for name, (first, last) in dates.items()
        },
        person_id=row.person_id,
        at=moment(row.at),
    )
