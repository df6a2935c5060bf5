"""Points and settings of KLA rounds that users enter, and results of earlier rounds. Append-only.

The newest entry of a subject counts; one without a value takes it back. To undo, a user enters the earlier value again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from sqlalchemy import CheckConstraint, Column, Connection, Index, Integer, Row, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.kla.points import read_points
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

ScoreKind = Literal["maximum", "outcome", "self", "target", "share", "per_site", "at_risk"]
SCORE_KINDS: Final[tuple[ScoreKind, ...]] = get_args(ScoreKind)
"""What is entered: of an indicator its maximum, result, self-evaluation and target; what play spaces give altogether and for each site;
and the points at risk while a kind of document is missing."""
Subject = tuple[int, ScoreKind, str]
"""What an entry is about: the round, its kind, and the indicator; for points at risk `kind of document/indicator`."""

kla_score: Final = Table(
    "kla_score",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("year", Integer, nullable=False),  # the round
    Column("kind", Text, CheckConstraint(f"kind in {SCORE_KINDS}"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("value", Text, nullable=False),  # a decimal number; empty: taken back
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("kla_score_by_year", kla_score.c.year, kla_score.c.kind, kla_score.c.subject)
kla_result: Final = Table(
    "kla_result",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("band", Text, nullable=False),  # its name in the rules file; may be empty
    Column("total", Text, nullable=False),  # a decimal number; may be empty
    Column("source", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("kla_result_by_year", kla_result.c.year)
KEPT.extend([kla_score, kla_result])


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """An entry of points; `value` is None if it takes the earlier one back."""

    seq: int
    year: int
    kind: ScoreKind
    about: str
    value: Decimal | None
    person_id: str
    at: datetime

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.year, self.kind, self.about


@dataclass(frozen=True, slots=True)
class RoundResult:
    """The result of a round as a user entered it.

    Attributes:
        band: The name of the band in the rules file; empty if it is not known.
        total: The total; None if it is not known.
        source: Where the result is written.
    """

    year: int
    band: str
    total: Decimal | None
    source: str
    person_id: str
    at: datetime

    @property
    def empty(self) -> bool:
        """Whether it takes the earlier result back."""
        return not self.band and self.total is None


class KlaScores:
    """Points, settings and results of KLA rounds. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, years: Collection[int] | None = None) -> list[ScoreEntry]:
        """Return all entries of some rounds, or of all, oldest first."""
        with self._database.reading() as connection:
            return _entries(connection, years)

    def record(self, values: Mapping[Subject, Decimal | None], seen: int, person_id: str) -> int:
        """Record what a user changed in a form, and return how many entries that makes.

        Args:
            values: What the form has, by subject; None for an empty field.
            seen: `seq` of the newest entry when the form was opened, 0 without any: fields that are as they were then are no change.
            person_id: The user.

        Raises:
            Conflict: `stale`: another user changed the same field meanwhile; nothing was recorded. `kept` is that entry.
        """
        with self._database.writing() as connection:
            entries = _entries(connection, {year for year, _, _ in values})
            before = current_values(entry for entry in entries if entry.seq <= seen)
            newest = {entry.subject: entry for entry in entries}
            changed = {
                subject: value
                for subject, value in values.items()
                if value != before.get(subject) and (subject not in newest or newest[subject].value != value)
            }
            for subject in changed:
                if subject in newest and newest[subject].seq > seen:
                    raise Conflict(
                        say("Somebody else changed the same number meanwhile; nothing was recorded. Look at it again."),
                        "stale",
                        newest[subject],
                    )
            at = as_time(now_utc())
            for (year, kind, about), value in changed.items():
                connection.execute(
                    insert(kla_score).values(
                        year=year,
                        kind=kind,
                        subject=about,
                        value="" if value is None else str(value),
                        person_id=person_id,
                        at=at,
                    )
                )
            return len(changed)

    def record_result(self, year: int, band: str, total: Decimal | None, source: str, person_id: str) -> None:
        """Record the result of a round; without a band and a total, the earlier entry is taken back."""
        with self._database.writing() as connection:
            connection.execute(
                insert(kla_result).values(
                    year=year,
                    band=band,
                    total="" if total is None else str(total),
                    source=source,
                    person_id=person_id,
                    at=as_time(now_utc()),
                )
            )

    def results(self) -> list[RoundResult]:
        """Return all results that users entered, earlier entries of the same round included, oldest entry first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(kla_result).order_by(kla_result.c.seq))
            return read_all(connection, rows, _result, "kla_result", "seq")


def current_values(entries: Iterable[ScoreEntry]) -> dict[Subject, Decimal]:
    """Return the values that count by subject, of entries in the order in which they were made."""
    newest = {entry.subject: entry.value for entry in entries}
    return {subject: value for subject, value in newest.items() if value is not None}


def _entries(connection: Connection, years: Collection[int] | None) -> list[ScoreEntry]:
    wanted = select(kla_score).order_by(kla_score.c.seq)
    if years is not None:
        wanted = wanted.where(kla_score.c.year.in_(years))
    return read_all(connection, connection.execute(wanted), _entry, "kla_score", "seq")


def _entry(row: Row[Any]) -> ScoreEntry:
    if row.kind not in SCORE_KINDS:
        raise ValueError("this is no kind of entry")
    value = read_points(row.value) if row.value else None
    return ScoreEntry(row.seq, row.year, row.kind, row.subject, value, row.person_id, moment(row.at))


def _result(row: Row[Any]) -> RoundResult:
    total = read_points(row.total) if row.total else None
    return RoundResult(row.year, row.band, total, row.source, row.person_id, moment(row.at))
