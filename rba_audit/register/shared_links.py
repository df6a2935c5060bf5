"""Read-only links: for whom each was made, until when it is valid, who ended it, and how often it was opened.

Only the hash of a link's token is stored. Links and their ends are append-only; the count of openings changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, Select, Table, Text, insert, select, update

from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.register.account_tables import write_event
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

shared_link: Final = Table(
    "shared_link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token", Text, nullable=False, unique=True),  # a hash
    Column("recipient", Text, nullable=False),
    Column("valid_until", Text, nullable=False),  # the last day
    Column("person_id", Text, nullable=False),  # who made it
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
shared_link_end: Final = Table(
    "shared_link_end",
    metadata,
    Column("link_id", Text, ForeignKey("shared_link.id"), primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
shared_link_opening: Final = Table(
    "shared_link_opening",
    metadata,
    Column("link_id", Text, ForeignKey("shared_link.id"), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("at", Text, nullable=False),  # the last time
    sqlite_strict=True,
)
KEPT.extend([shared_link, shared_link_end])

NOT_A_PERSON: Final = ""
"""The id in the end of a link that ended because the register was restored."""
LinkState = Literal["open", "ended", "expired"]


@dataclass(frozen=True, slots=True)
class SharedLink:
    """A read-only link.

    Attributes:
        recipient: For whom it was made, as typed.
        valid_until: The last day on which it opens the page.
        person_id: Who made it, at `at`.
        ended_by, ended_at: Who ended it, and when; None if nobody did, `NOT_A_PERSON` if it ended with a restore.
        openings: How often the page was opened with it.
        opened_at: When it was opened last; None if never.
    """

    id: str
    recipient: str
    valid_until: date
    person_id: str
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    openings: int = 0
    opened_at: datetime | None = None

    def state(self, today: date) -> LinkState:
        """Return whether it opens the page on a day."""
        if self.ended_by is not None:
            return "ended"
        return "open" if today <= self.valid_until else "expired"


class SharedLinks:
    """The read-only links of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, link: SharedLink, token: str) -> None:
        """Record a new link with the hash of its token, and log who made it."""
        with self._database.writing() as connection:
            connection.execute(
                insert(shared_link).values(
                    id=link.id,
                    token=token,
                    recipient=link.recipient,
                    valid_until=link.valid_until.isoformat(),
                    person_id=link.person_id,
                    at=as_time(link.at),
                )
            )
            write_event(connection, link.at, link.person_id, None, "shared_link_made", link.id)

    def find(self, token: str) -> SharedLink | None:
        """Return the link with this hash, in whatever state; None if there is none, or its row is damaged."""
        with self._database.reading() as connection:
            rows = connection.execute(_links().where(shared_link.c.token == token)).all()
            links = read_all(connection, rows, _link, "shared_link")
        return links[0] if links else None

    def record_opening(self, id: str, at: datetime) -> None:
        """Count an opening of a link."""
        with self._database.writing() as connection:
            counted = connection.execute(
                update(shared_link_opening)
                .where(shared_link_opening.c.link_id == id)
                .values(count=shared_link_opening.c.count + 1, at=as_time(at))
            )
            if not counted.rowcount:
                connection.execute(insert(shared_link_opening).values(link_id=id, count=1, at=as_time(at)))

    def end(self, id: str, person_id: str, at: datetime) -> None:
        """End a link, and log who did; no change if it was ended before.

        Raises:
            NotInRegister: there is no such link.
        """
        with self._database.writing() as connection:
            if connection.scalar(select(shared_link.c.id).where(shared_link.c.id == id)) is None:
                raise NotInRegister(say("There is no such link; look it up in the list of links."))
            if connection.scalar(select(shared_link_end.c.link_id).where(shared_link_end.c.link_id == id)) is None:
                connection.execute(insert(shared_link_end).values(link_id=id, person_id=person_id, at=as_time(at)))
                write_event(connection, at, person_id, None, "shared_link_ended", id)

    def all(self) -> list[SharedLink]:
        """Return all links, newest first; damaged ones are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(_links().order_by(shared_link.c.at.desc(), shared_link.c.id))
            return read_all(connection, rows, _link, "shared_link")


def end_all_links(connection: Connection, at: datetime) -> None:
    """End every link in a restored register: one that was ended after the backup must not open again."""
    ended = select(shared_link_end.c.link_id)
    for id in connection.scalars(select(shared_link.c.id).where(shared_link.c.id.not_in(ended))).all():
        connection.execute(insert(shared_link_end).values(link_id=id, person_id=NOT_A_PERSON, at=as_time(at)))


def _links() -> Select[Any]:
    end, opening = shared_link_end.c, shared_link_opening.c
    return (
        select(
            shared_link,
            end.person_id.label("ended_by"),
            end.at.label("ended_at"),
            opening.count.label("openings"),
            opening.at.label("opened_at"),
        )
        .outerjoin(shared_link_end, end.link_id == shared_link.c.id)
        .outerjoin(shared_link_opening, opening.link_id == shared_link.c.id)
    )


def _link(row: Row[Any]) -> SharedLink:
    return SharedLink(
        id=row.id,
        recipient=row.recipient,
        valid_until=date.fromisoformat(row.valid_until),
        person_id=row.person_id,
        at=moment(row.at),
        ended_by=row.ended_by,
        ended_at=None if row.ended_at is None else moment(row.ended_at),
        openings=row.openings or 0,
        opened_at=None if row.opened_at is None else moment(row.opened_at),
    )
