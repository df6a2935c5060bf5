"""Record who delivered visits, dangers and proposed sites on behalf of their author.

The author of the work remains the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Column, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata, visit

DeliveryKind = Literal["visit", "danger", "place"]

brought: Final = Table(
    "brought",
    metadata,
    Column("id", Text, primary_key=True),  # of the visit, the danger or the proposed site
    Column("kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),  # who delivered it; empty: by the command line of the server
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(brought)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who delivered a visit, danger or proposal (empty: by the command line of the server), and when."""

    person_id: str
    at: datetime


class Deliveries:
    """The deliveries of a register. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, kind: DeliveryKind, id: str, person_id: str) -> None:
        """Record who delivered something; a second delivery of the same id changes nothing."""
        with self._database.writing() as connection:
            if connection.scalar(select(brought.c.id).where(brought.c.id == id)) is None:
                connection.execute(insert(brought).values(id=id, kind=kind, person_id=person_id, at=as_time(now_utc())))

    def delivered_by(self, id: str) -> Delivery | None:
        """Return the delivery of a visit, danger or proposal; None if its author sent it."""
        with self._database.reading() as connection:
            rows = connection.execute(select(brought).where(brought.c.id == id))
            deliveries = read_all(connection, rows, lambda row: Delivery(row.person_id, moment(row.at)), "brought")
        return deliveries[0] if deliveries else None

    def for_author(self, author: str) -> dict[str, Delivery]:
        """Return the deliveries of visits of an author, by the id of the visit."""
        wanted = select(brought).join(visit, brought.c.id == visit.c.id).where(visit.c.author == author)
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return dict(
                read_all(connection, rows, lambda row: (row.id, Delivery(row.person_id, moment(row.at))), "brought")
            )

    def visits_delivered_by(self, person_id: str) -> frozenset[str]:
        """Return the root ids of the visits of which a person delivered a version."""
        wanted = select(visit.c.root).join(brought, brought.c.id == visit.c.id).where(brought.c.person_id == person_id)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(wanted))
