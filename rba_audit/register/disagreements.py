"""Reviewers' decisions about disagreements of double audits. Append-only.

A decision is about one requirement and two versions of visits; it does not apply to a correction of either visit.
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
    """A reviewer's decision about one requirement of two visits.

    Attributes:
        chosen: The id of the visit whose outcome counts.
        seq: The number of the decision about this disagreement, from 1.
    """

    chosen: str
    reason: str
    person_id: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class LatestDecisions:
    """The latest decision about each pair of visits and requirement."""

    by_pair: Mapping[tuple[str, str, str], DisagreementDecision]

    def for_pair(self, one: str, other: str, requirement: str) -> DisagreementDecision | None:
        """Return the decision about two visits, in either order; None if there is none."""
        return self.by_pair.get((*_pair(one, other), requirement))

    def chosen(self, one: str, other: str, requirement: str) -> str | None:
        """Return the id of the visit whose outcome counts; None if there is no decision."""
        decision = self.for_pair(one, other, requirement)
        return None if decision is None else decision.chosen


NOTHING_SETTLED: Final = LatestDecisions({})


class Disagreements:
    """The decisions of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest_decisions(self) -> LatestDecisions:
        """Return the latest decision about each disagreement."""
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
        """Record which of two visits counts, by requirement; idempotent for the same decision and reason by the same person.

        Args:
            one: The id of a visit of the double audit.
            other: The id of the other visit.
            chosen: The id of the visit that counts, by requirement.
            reason: The reason, as the reviewer wrote it.
            person_id: Who decided.
            seen: By requirement the number of the latest decision that the reviewer had seen; 0 if there was none.

        Raises:
            Conflict: `stale`: another decision about one of the requirements was recorded meanwhile.
        """
        first, second = _pair(one, other)
        table = disagreement_settled
        of_pair = (table.c.first_visit == first) & (table.c.second_visit == second)
        with self._database.writing() as connection:
            now = dict(
                tuple(row)
                for row in connection.execute(
                    select(table.c.requirement, func.max(table.c.seq)).where(of_pair).group_by(table.c.requirement)
                )
            )
            newest = select(table).where(of_pair).order_by(table.c.seq)
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
