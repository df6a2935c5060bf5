"""Store rehearsals of a KLA round: frozen copies of the folder, invitations, decisions, and real outcomes. Append-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import read_all
from rba_audit.register.kla.rehearsal_records import RealOutcome, Rehearsal, RehearsalItem, RehearsalState
from rba_audit.register.kla.rehearsal_rows import (
    copy_of,
    kla_outcome,
    outcome_of,
    read_rehearsals,
    rehearsal,
    rehearsal_closing,
    rehearsal_decision,
    rehearsal_invitation,
)
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database


class Rehearsals:
    """The rehearsals of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- queries -----------------------------------------------------------------------------------------------------

    def all(self) -> list[Rehearsal]:
        """Return all rehearsals, newest first; damaged ones are left out."""
        with self._database.reading() as connection:
            return read_rehearsals(connection)

    def get(self, id: str) -> Rehearsal:
        """Return a rehearsal.

        Raises:
            NotInRegister: there is none with this id, or its copy of the folder is damaged.
        """
        with self._database.reading() as connection:
            return _one(connection, id)

    def outcomes(self, year: int | None = None) -> list[RealOutcome]:
        """Return the newest real outcome of each item and indicator of a round, or of all rounds; damaged ones are left out."""
        wanted = select(kla_outcome).order_by(kla_outcome.c.seq)
        if year is not None:
            wanted = wanted.where(kla_outcome.c.year == year)
        with self._database.reading() as connection:
            read = read_all(connection, connection.execute(wanted), outcome_of, "kla_outcome", "seq")
        return list({(outcome.year, *outcome.subject): outcome for outcome in read}.values())

    # --- changes -----------------------------------------------------------------------------------------------------

    def begin(
        self, id: str, year: int, day: date, items: Sequence[RehearsalItem], *, person_id: str, at: datetime
    ) -> None:
        """Store a frozen copy of the folder as a new rehearsal; no change if there is one with this id already."""
        document, sha256 = copy_of(items, day)
        with self._database.writing() as connection:
            if connection.scalar(select(rehearsal.c.id).where(rehearsal.c.id == id)) is None:
                connection.execute(
                    insert(rehearsal).values(
                        id=id, year=year, document=document, sha256=sha256, person_id=person_id, at=as_time(at)
                    )
                )

    def invite(self, id: str, verifier: str, *, invited: bool, person_id: str, at: datetime) -> None:
        """Invite a verifier to a rehearsal, or take the invitation back; no change if that is so already.

        Raises:
            NotInRegister: there is no such rehearsal.
        """
        table = rehearsal_invitation
        with self._database.writing() as connection:
            if (verifier in _one(connection, id).verifiers) == invited:
                return
            connection.execute(
                insert(table).values(
                    rehearsal_id=id,
                    seq=_last(connection, select(table.c.seq).where(table.c.rehearsal_id == id)) + 1,
                    guest_id=verifier,
                    invited=int(invited),
                    person_id=person_id,
                    at=as_time(at),
                )
            )

    def decide(
        self, id: str, item: int, state: RehearsalState, reason: str, *, person_id: str, at: datetime, seen: int
    ) -> None:
        """Record a decision about an item; no change if the same verifier decided the same before.

        `seen` is the number of the newest decision that the verifier had seen, 0 if there was none.

        Raises:
            NotInRegister: there is no such rehearsal or item.
            Conflict: `closed`: the rehearsal is closed; `stale`: another verifier decided about the item meanwhile.
        """
        table = rehearsal_decision
        with self._database.writing() as connection:
            found = _one(connection, id)
            if not 1 <= item <= len(found.items):
                raise NotInRegister(say("This rehearsal has no such item; look it up in its list."))
            if found.closed_by is not None:
                raise Conflict(say("This rehearsal is closed; its decisions stay as they are."), "closed", None)
            last = found.decisions.get(item)
            if last is not None and (last.state, last.reason, last.person_id) == (state, reason, person_id):
                return  # the same form again
            if (0 if last is None else last.seq) != seen:
                raise Conflict(say("Somebody else decided about this item meanwhile; look at it again."), "stale", last)
            of_item = (table.c.rehearsal_id == id) & (table.c.item == item)
            connection.execute(
                insert(table).values(
                    rehearsal_id=id,
                    item=item,
                    seq=_last(connection, select(table.c.seq).where(of_item)) + 1,
                    state=state,
                    reason=reason,
                    person_id=person_id,
                    at=as_time(at),
                )
            )

    def close(self, id: str, *, person_id: str, at: datetime) -> None:
        """Close a rehearsal for good; no change if it is closed already.

        Raises:
            NotInRegister: there is no such rehearsal.
        """
        with self._database.writing() as connection:
            if _one(connection, id).closed_by is None:
                connection.execute(
                    insert(rehearsal_closing).values(rehearsal_id=id, person_id=person_id, at=as_time(at))
                )

    def record_outcome(
        self,
        year: int,
        subject: tuple[str, str, str],
        state: RehearsalState | Literal[""],
        points: Decimal | None,
        note: str,
        *,
        person_id: str,
        at: datetime,
    ) -> None:
        """Record the real outcome of a subject (kind and site of an item, indicator) in a round; the newest counts."""
        kind, site_id, indicator = subject
        with self._database.writing() as connection:
            connection.execute(
                insert(kla_outcome).values(
                    year=year,
                    kind=kind,
                    site_id=site_id,
                    indicator=indicator,
                    state=state,
                    points="" if points is None else str(points),
                    note=note,
                    person_id=person_id,
                    at=as_time(at),
                )
            )


def _one(connection: Connection, id: str) -> Rehearsal:
    found = read_rehearsals(connection, rehearsal.c.id == id)
    if not found:
        raise NotInRegister(say("There is no such rehearsal; look it up in the list of rehearsals."))
    return found[0]


def _last(connection: Connection, numbers: Any) -> int:
    return max(connection.scalars(numbers), default=0)
