"""Decisions whether a photo may be public, with reviewer, time and reason. Append-only.

A photo without a decision, or whose last one is a withdrawal, is not shown outside the office. Covered faces are stored as
rectangles; the public picture is drawn from the stored one at each request.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, get_args

from sqlalchemy import CheckConstraint, Column, Connection, Integer, Row, Table, Text, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.action_records import action_event
from rba_audit.register.damaged_rows import ROW_ERRORS, moment, note_damaged
from rba_audit.register.danger_records import danger
from rba_audit.register.photo_tables import photo, photo_sender
from rba_audit.register.records import as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata, visit, visit_photo

ClearanceDecision = Literal["no_children", "covered", "consent", "withdrawn"]
DECISIONS: Final[tuple[ClearanceDecision, ...]] = get_args(ClearanceDecision)
"""No child is recognisable; faces are covered; consent was given; not public, or no longer."""

_BATCH: Final = 500  # hashes per query

clearance: Final = Table(
    "clearance",
    metadata,
    Column("sha256", Text, primary_key=True),  # of the photo, as its visit names it
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first decision
    Column("decision", Text, CheckConstraint(f"decision in {DECISIONS}"), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("rectangles", Text, nullable=False),  # JSON: [left, top, width, height] in pixels of the stored picture
    Column("consent", Text, nullable=False),  # JSON: from whom, on which day, for what; {} without one
    sqlite_strict=True,
)
KEPT.append(clearance)


class Rectangle(NamedTuple):
    """A covered part of a picture, in pixels of the stored picture from its top left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as a user recorded it.

    Attributes:
        giver: The person who consented, such as a parent.
        day: The day, as the user wrote it.
        scope: The permitted use.
    """

    giver: str
    day: str
    scope: str


@dataclass(frozen=True, slots=True)
class Clearance:
    """One decision about a photo."""

    sha256: str
    seq: int
    decision: ClearanceDecision
    person_id: str
    at: datetime
    rectangles: tuple[Rectangle, ...] = ()
    consent: Consent | None = None

    @property
    def public(self) -> bool:
        """Whether this decision makes the photo public."""
        return self.decision != "withdrawn"


class Clearances:
    """The decisions about all photos. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, sha256: str) -> Clearance | None:
        """Return the latest decision about a photo; None if there is none."""
        history = self.history(sha256)
        return history[-1] if history else None

    def history(self, sha256: str) -> list[Clearance]:
        """Return every decision about a photo, oldest first."""
        wanted = select(clearance).where(clearance.c.sha256 == sha256).order_by(clearance.c.seq)
        with self._database.reading() as connection:
            return [_clearance_or_none_given(connection, row) for row in connection.execute(wanted)]

    def latest_of(self, hashes: Collection[str]) -> dict[str, Clearance]:
        """Return the latest decision about each of some photos, by hash; photos without a decision are left out."""
        wanted = sorted(set(hashes))
        latest: dict[str, Clearance] = {}
        with self._database.reading() as connection:
            for start in range(0, len(wanted), _BATCH):
                batch = clearance.c.sha256.in_(wanted[start : start + _BATCH])
                rows = connection.execute(select(clearance).where(batch).order_by(clearance.c.seq))
                latest.update((row.sha256, _clearance_or_none_given(connection, row)) for row in rows)
        return latest

    def takers(self, sha256: str) -> frozenset[str]:
        """Return the ids of everyone who may have taken a photo: its senders, and the authors of records that name it."""
        with self._database.reading() as connection:
            return _takers(connection, sha256)

    def decide(
        self,
        sha256: str,
        decision: ClearanceDecision,
        person_id: str,
        *,
        seq: int,
        rectangles: Sequence[Rectangle] = (),
        consent: Consent | None = None,
    ) -> Clearance:
        """Record the decision that follows decision number `seq` (0: the first) and return it.

        The caller checks the permission and the contents of a decision; this method only prevents users from clearing
        photos of their own.

        Raises:
            NotInRegister: no such photo has arrived.
            Conflict: `own` if the person may have taken the photo; `stale` if another decision was made meanwhile.
        """
        with self._database.writing() as connection:
            if connection.scalar(select(photo.c.sha256).where(photo.c.sha256 == sha256)) is None:
                raise NotInRegister(say("There is no such photo; look it up at its visit."))
            if decision != "withdrawn" and person_id in _takers(connection, sha256):
                raise Conflict(say("You took this photo yourself; another person has to decide about it."), "own")
            last = connection.scalar(select(func.max(clearance.c.seq)).where(clearance.c.sha256 == sha256)) or 0
            if last != seq:
                raise Conflict(
                    say("Somebody decided about this photo since the page was opened; look at it again."), "stale"
                )
            made = Clearance(sha256, last + 1, decision, person_id, now_utc(), tuple(rectangles), consent)
            details = {} if consent is None else {"giver": consent.giver, "day": consent.day, "scope": consent.scope}
            connection.execute(
                insert(clearance).values(
                    sha256=sha256,
                    seq=made.seq,
                    decision=decision,
                    person_id=person_id,
                    at=as_time(made.at),
                    rectangles=json.dumps(made.rectangles),
                    consent=as_json(details),
                )
            )
            return made


def _takers(connection: Connection, sha256: str) -> frozenset[str]:
    queries = (
        select(photo.c.sent_by).where(photo.c.sha256 == sha256),
        select(photo_sender.c.person_id).where(photo_sender.c.sha256 == sha256),
        select(visit.c.author)
        .join(visit_photo, visit_photo.c.visit_id == visit.c.id)
        .where(visit_photo.c.sha256 == sha256),
        select(danger.c.author).where(danger.c.photo == sha256),
        select(action_event.c.person_id).where(action_event.c.photo == sha256),
    )
    return frozenset(name for query in queries for name in connection.scalars(query) if name)


def _clearance_or_none_given(connection: Connection, row: Row[tuple[object, ...]]) -> Clearance:
    """Return the decision of a row; an unreadable one counts as withdrawn and is recorded as damaged."""
    try:
        return _clearance(row)
    except ROW_ERRORS:
        note_damaged(connection, "clearance", f"{row.sha256} {row.seq}")
        return Clearance(row.sha256, row.seq, "withdrawn", str(row.person_id), datetime.fromtimestamp(0, UTC), (), None)


def _clearance(row: Row[tuple[object, ...]]) -> Clearance:
    consent = json.loads(row.consent)
    return Clearance(
        row.sha256,
        row.seq,
        row.decision,
        row.person_id,
        moment(row.at),
        tuple(Rectangle(*corners) for corners in json.loads(row.rectangles)),
        Consent(**consent) if consent else None,
    )
