"""What reviewers decided where two auditors of a double audit found something differently. Rows are only ever added.

A decision speaks of two versions of two visits and one requirement; a correction of either is another matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, Row, Table, Text, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, count_change, metadata

disagreement_settled: Final = Table(
    "disagreement_settled",
    metadata,
    Column("first_visit", Text, ForeignKey("visit.id"), primary_key=True),  # the two visits in the order of their ids
    Column("second_visit", Text, ForeignKey("visit.id"), primary_key=True),
    Column("requirement", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first decision
    Column("chosen", Text, ForeignKey("visit.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(disagreement_settled)


@dataclass(frozen=True, slots=True)
class DisagreementDecision:
    """What somebody decided about one requirement.

    Attributes:
        chosen: The visit that holds.
        seq: Which decision about it this is; the first is 1.
    """

    chosen: str
    reason: str
    person_id: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class LatestDecisions:
    """The newest decision about each pair of visits and each requirement."""

    by_pair: Mapping[tuple[str, str, str], DisagreementDecision]

    def for_pair(self, one: str, other: str, requirement: str) -> DisagreementDecision | None:
        """Return what was decided about two visits, in either order."""
        return self.by_pair.get((*_pair(one, other), requirement))

    def chosen(self, one: str, other: str, requirement: str) -> str | None:
        """Return the visit that was decided for; None where nothing was decided."""
        found = self.for_pair(one, other, requirement)
        return None if found is None else found.chosen


NOTHING_SETTLED: Final = LatestDecisions({})


class Disagreements:
    """The decisions of a register. Any thread may call any method; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest_decisions(self) -> LatestDecisions:
        """Return what was decided last about everything."""
        wanted = select(disagreement_settled).order_by(disagreement_settled.c.seq)
        with self._database.reading() as connection:
            rows = read_all(
                connection,
                connection.execute(wanted),
                lambda row: ((row.first_visit, row.second_visit, row.requirement), _decision(row)),
                "disagreement_settled",
                "first_visit",
            )
        return LatestDecisions(dict(rows))

    def settle(
        self, one: str, other: str, chosen: Mapping[str, str], reason: str, person_id: str, seen: Mapping[str, int]
    ) -> None:
        """Record which of two visits holds, by requirement; the same decision again changes nothing.

        Args:
            one: A visit of the double audit.
            other: The other one.
            chosen: The visit that holds for each requirement.
            reason: Why, as people wrote it.
            person_id: Who decided.
            seen: The number of the last decision about each requirement that they had seen; 0 where there was none.

        Raises:
            Conflict: somebody else decided about one of them meanwhile.
        """
        first, second = _pair(one, other)
        table = disagreement_settled
        here = (table.c.first_visit == first) & (table.c.second_visit == second)
        with self._database.writing() as connection:
            now = dict(
                tuple(row)
                for row in connection.execute(
                    select(table.c.requirement, func.max(table.c.seq)).where(here).group_by(table.c.requirement)
                )
            )
            newest = select(table).where(here).order_by(table.c.seq)
            last = {row.requirement: (row.chosen, row.reason, row.person_id) for row in connection.execute(newest)}
            if all(last.get(name) == (visit, reason, person_id) for name, visit in chosen.items()):
                return  # the same form again
            if any(now.get(requirement, 0) != seen.get(requirement, 0) for requirement in chosen):
                raise Conflict(say("Somebody else decided about one of these meanwhile; look at it again."), "stale")
            at = as_time(now_utc())
            rows = [
                {
                    "first_visit": first,
                    "second_visit": second,
                    "requirement": requirement,
                    "seq": now.get(requirement, 0) + 1,
                    "chosen": visit,
                    "reason": reason,
                    "person_id": person_id,
                    "at": at,
                }
                for requirement, visit in chosen.items()
            ]
            if rows:
                connection.execute(insert(table), rows)
                count_change(connection)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _decision(row: Row[tuple[object, ...]]) -> DisagreementDecision:
    if row.chosen not in (row.first_visit, row.second_visit):
        raise ValueError("this decides for neither visit")
    return DisagreementDecision(row.chosen, row.reason, row.person_id, moment(row.at), row.seq)
