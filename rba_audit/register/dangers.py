"""Store immediate dangers, reported ahead of the visit, and their acknowledgements.

Append-only: a report is never changed or removed, and an acknowledgement is a row of its own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256 as hash_of
from typing import Any

from sqlalchemy import Connection, Index, Row, Select, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, moment_or_none, read_all
from rba_audit.register.danger_records import Danger, DangerAcknowledgement, danger, danger_of_row, danger_seen
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, site

Index("danger_by_time", danger.c.recorded_at)
Index("danger_by_photo", danger.c.photo)
KEPT.extend([danger, danger_seen])


class Dangers:
    """The dangers of a register. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, document: bytes) -> tuple[Danger, bool]:
        """Store a report as it was sent; return it, and whether it is new. Idempotent for the same bytes.

        The caller has validated the document; this method only compares it with what is stored.

        Raises:
            NotInRegister: there is no such site.
            Conflict: `differs` if the id is stored with other bytes; `kept` is the stored Danger.
        """
        fields: dict[str, Any] = json.loads(document)
        digest = hash_of(document).hexdigest()
        with self._database.writing() as connection:
            stored = connection.execute(select(danger).where(danger.c.id == fields["id"])).one_or_none()
            if stored is not None:
                if stored.sha256 != digest:
                    raise Conflict(
                        say(
                            "a danger with this id is recorded already and says something else; report this one as a new one"
                        ),
                        "differs",
                        danger_of_row(connection, stored),
                    )
                return danger_of_row(connection, stored), False
            if (
                connection.scalar(select(site.c.id).where(site.c.id == fields["site"], site.c.part_of.is_(None)))
                is None
            ):
                raise NotInRegister(
                    say("the register has no site '{id}'; look it up in the list of all sites", id=fields["site"])
                )
            connection.execute(
                insert(danger).values(
                    id=fields["id"],
                    site_id=fields["site"],
                    author=fields["author"],
                    photo=(fields.get("photo") or {}).get("sha256", ""),
                    document=document.decode(),
                    sha256=digest,
                    recorded_at=as_time(now_utc()),
                )
            )
            return danger_of_row(connection, _row(connection, fields["id"])), True

    def get(self, id: str) -> Danger:
        """Return a danger with its acknowledgements.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            row = _row(connection, id)
            return _with_seen(connection, [row])[0]

    def document(self, id: str) -> bytes:
        """Return the document of a report, byte for byte as it was sent.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            text: str = _row(connection, id).document
            return text.encode()

    def with_photo(self, sha256: str) -> list[tuple[str, str]]:
        """Return (id, author) of each danger that names a picture, sorted by id."""
        wanted = select(danger.c.id, danger.c.author).where(danger.c.photo == sha256).order_by(danger.c.id)
        with self._database.reading() as connection:
            return [(row.id, row.author) for row in connection.execute(wanted)]

    def by_author(self, author: str) -> list[Danger]:
        """Return the dangers that a person reported with a picture, newest first."""
        wanted = select(danger).where(danger.c.author == author, danger.c.photo != "")
        with self._database.reading() as connection:
            return [
                danger_of_row(connection, row)
                for row in connection.execute(wanted.order_by(danger.c.recorded_at.desc()))
            ]

    def last_sent(self, author: str) -> datetime | None:
        """Return when the last report of a person arrived; None if there is none."""
        newest = select(func.max(danger.c.recorded_at)).where(danger.c.author == author)
        with self._database.reading() as connection:
            return moment_or_none(connection, connection.scalar(newest), "danger", author)

    def open(self) -> list[Danger]:
        """Return the dangers without an acknowledgement, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_open(danger).order_by(danger.c.recorded_at.desc()))
            return [danger_of_row(connection, row) for row in rows]

    def open_count(self) -> int:
        """Return the number of dangers without an acknowledgement."""
        with self._database.reading() as connection:
            return int(connection.execute(_open(func.count(danger.c.id))).scalar_one())

    def seen(self, limit: int) -> list[Danger]:
        """Return the last `limit` acknowledged dangers, newest first."""
        wanted = (
            select(danger)
            .where(danger.c.id.in_(select(danger_seen.c.danger_id)))
            .order_by(danger.c.recorded_at.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return _with_seen(connection, list(connection.execute(wanted)))

    def acknowledge(self, id: str, person_id: str, note: str) -> Danger:
        """Record that a person has seen a danger, with a note about what they do; idempotent for the same person and note.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.writing() as connection:
            row = _row(connection, id)
            of_this = danger_seen.c.danger_id == id
            before = connection.execute(select(danger_seen).where(of_this)).all()
            if (person_id, note) not in {
                (acknowledgement.person_id, acknowledgement.note) for acknowledgement in before
            }:
                connection.execute(
                    insert(danger_seen).values(
                        danger_id=id,
                        seq=max((acknowledgement.seq for acknowledgement in before), default=0) + 1,
                        person_id=person_id,
                        at=as_time(now_utc()),
                        note=note,
                    )
                )
            return _with_seen(connection, [row])[0]


def _open(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(danger)
        .join(danger_seen, danger_seen.c.danger_id == danger.c.id, isouter=True)
        .where(danger_seen.c.danger_id.is_(None))
    )


def _row(connection: Connection, id: str) -> Row[Any]:
    row = connection.execute(select(danger).where(danger.c.id == id)).one_or_none()
    if row is None:
        raise NotInRegister(say("the register has no danger '{id}'; look it up in the list of dangers", id=id))
    return row


def _with_seen(connection: Connection, rows: list[Row[Any]]) -> list[Danger]:
    wanted = (
        select(danger_seen).where(danger_seen.c.danger_id.in_([row.id for row in rows])).order_by(danger_seen.c.seq)
    )
    seen: dict[str, list[DangerAcknowledgement]] = {}
    acknowledgements = read_all(
        connection,
        connection.execute(wanted),
        lambda row: (row.danger_id, DangerAcknowledgement(row.person_id, moment(row.at), row.note)),
        "danger_seen",
        "danger_id",
    )
    for id, acknowledgement in acknowledgements:
        seen.setdefault(id, []).append(acknowledgement)
    return [replace(danger_of_row(connection, row), seen=tuple(seen.get(row.id, ()))) for row in rows]
