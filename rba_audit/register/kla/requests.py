"""Requests to agencies for one document each, with a link by which it can be sent without an account.

Only the hash of a link's token is stored. Requests and their ends are append-only; the count of openings changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Column, Connection, Integer, Row, Select, Table, Text, insert, inspect, select, update

from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.kla.document_records import DocumentVersion
from rba_audit.register.records import as_time
from rba_audit.register.site_event_tables import MergeTargets, merge_targets_of
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

document_request: Final = Table(
    "document_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token", Text, nullable=False, unique=True),  # a hash
    Column("kind", Text, nullable=False),
    Column("site_id", Text, nullable=False),  # empty for a document of the whole city
    Column("agency", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("valid_until", Text, nullable=False),  # the last day on which the link opens
    Column("note", Text, nullable=False),
    Column("person_id", Text, nullable=False),  # who asked
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
document_request_end: Final = Table(
    "document_request_end",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),  # empty if it ended because the register was restored
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
document_request_opening: Final = Table(
    "document_request_opening",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("at", Text, nullable=False),  # the last time
    sqlite_strict=True,
)
KEPT.extend([document_request, document_request_end])

RequestState = Literal["open", "spent", "ended", "expired"]


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """A request for a document.

    Attributes:
        kind: Name of the kind of document.
        site_id: The site that it is about; empty for the whole city.
        agency: Key of the agency that is asked.
        due: The day by which it is needed.
        valid_until: The last day on which its link opens.
        note: A remark for the agency.
        person_id: Who asked, at `at`.
        ended_by, ended_at: Who ended the link, and when; None if nobody did, an empty id if it ended with a restore.
        openings: How often the link was opened.
        opened_at: When it was opened last; None if never.
    """

    id: str
    kind: str
    site_id: str
    agency: str
    due: date
    valid_until: date
    note: str
    person_id: str
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    openings: int = 0
    opened_at: datetime | None = None

    def state(self, today: date, accepted: Collection[str]) -> RequestState:
        """Return the state of its link on a day; `accepted` are the ids of requests with an accepted document."""
        if self.ended_by is not None:
            return "ended"
        if self.id in accepted:
            return "spent"
        return "open" if today <= self.valid_until else "expired"


def accepted_requests(versions: Iterable[DocumentVersion]) -> frozenset[str]:
    """Return the ids of the requests whose link is spent: a version of the document that was sent with it was accepted once."""
    requests: dict[str, set[str]] = {}
    accepted: set[str] = set()
    for version in versions:
        if version.request_id:
            requests.setdefault(version.document_id, set()).add(version.request_id)
        if any(decision.state == "accepted" for decision in version.decisions):
            accepted.add(version.document_id)
    return frozenset().union(*(ids for document_id, ids in requests.items() if document_id in accepted))


class DocumentRequests:
    """The requests of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, request: DocumentRequest, token: str) -> None:
        """Record a new request with the hash of its token."""
        with self._database.writing() as connection:
            connection.execute(
                insert(document_request).values(
                    id=request.id,
                    token=token,
                    kind=request.kind,
                    site_id=request.site_id,
                    agency=request.agency,
                    due=request.due.isoformat(),
                    valid_until=request.valid_until.isoformat(),
                    note=request.note,
                    person_id=request.person_id,
                    at=as_time(request.at),
                )
            )

    def find(self, token: str) -> DocumentRequest | None:
        """Return the request with this hash, in whatever state; None if there is none, or its row is damaged."""
        with self._database.reading() as connection:
            rows = connection.execute(_requests().where(document_request.c.token == token)).all()
            requests = _read(connection, rows)
        return requests[0] if requests else None

    def record_opening(self, id: str, at: datetime) -> None:
        """Count an opening of the link of a request."""
        table = document_request_opening
        with self._database.writing() as connection:
            counted = connection.execute(
                update(table).where(table.c.request_id == id).values(count=table.c.count + 1, at=as_time(at))
            )
            if not counted.rowcount:
                connection.execute(insert(table).values(request_id=id, count=1, at=as_time(at)))

    def end(self, id: str, person_id: str, at: datetime) -> None:
        """End the link of a request; no change if it was ended before.

        Raises:
            NotInRegister: there is no such request.
        """
        end = document_request_end
        with self._database.writing() as connection:
            if connection.scalar(select(document_request.c.id).where(document_request.c.id == id)) is None:
                raise NotInRegister(say("There is no such request; look it up in the folder."))
            if connection.scalar(select(end.c.request_id).where(end.c.request_id == id)) is None:
                connection.execute(insert(end).values(request_id=id, person_id=person_id, at=as_time(at)))

    def all(self) -> list[DocumentRequest]:
        """Return all requests, newest first; damaged ones are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(_requests().order_by(document_request.c.at.desc(), document_request.c.id))
            return _read(connection, rows)


def end_all_requests(connection: Connection, at: datetime) -> None:
    """End the link of every request in a restored register: one that was ended after the backup must not open again."""
    if not inspect(connection).has_table(document_request.name):
        return
    ended = select(document_request_end.c.request_id)
    for id in connection.scalars(select(document_request.c.id).where(document_request.c.id.not_in(ended))).all():
        connection.execute(insert(document_request_end).values(request_id=id, person_id="", at=as_time(at)))


def _requests() -> Select[Any]:
    end, opening = document_request_end.c, document_request_opening.c
    return (
        select(
            document_request,
            end.person_id.label("ended_by"),
            end.at.label("ended_at"),
            opening.count.label("openings"),
            opening.at.label("opened_at"),
        )
        .outerjoin(document_request_end, end.request_id == document_request.c.id)
        .outerjoin(document_request_opening, opening.request_id == document_request.c.id)
    )


def _read(connection: Connection, rows: Iterable[Row[Any]]) -> list[DocumentRequest]:
    """Return the requests of rows; one about a site that was merged is about the site it belongs to now."""
    merges = merge_targets_of(connection)
    return read_all(connection, rows, lambda row: _request(row, merges), "document_request")


def _request(row: Row[Any], merges: MergeTargets) -> DocumentRequest:
    return DocumentRequest(
        id=row.id,
        kind=row.kind,
        site_id=merges.target_of(row.site_id),
        agency=row.agency,
        due=date.fromisoformat(row.due),
        valid_until=date.fromisoformat(row.valid_until),
        note=row.note,
        person_id=row.person_id,
        at=moment(row.at),
        ended_by=row.ended_by,
        ended_at=None if row.ended_at is None else moment(row.ended_at),
        openings=row.openings or 0,
        opened_at=None if row.opened_at is None else moment(row.opened_at),
    )
