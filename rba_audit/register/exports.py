"""Log of exports: each file that the register handed out, to whom, when and of which kind; never its content.

After a data breach an administrator reads it to report, within the legal deadline, which data was seen and by whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, Integer, Row, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

PUBLIC: Final = "public"
"""The role logged for a user who is not signed in."""
COMMAND_LINE: Final = "command line"
"""The role logged for the command line of the server."""

export_log: Final = Table(
    "export_log",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("person_id", Text),  # null: not signed in, or the command line
    Column("role", Text, nullable=False),  # at that time
    Column("kind", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("row_count", Integer),  # null if unknown
    Column("photo_count", Integer, nullable=False),
    sqlite_strict=True,
)
Index("export_log_by_time", export_log.c.at)
KEPT.append(export_log)


@dataclass(frozen=True, slots=True)
class Export:
    """One file that was handed out.

    Attributes:
        at: When.
        person_id: To whom; empty if not signed in, or on the command line.
        role: Their role at that time, `public` or `command line`.
        kind: The endpoint that served the file, or the command.
        filter: The query, in words.
        rows: Number of rows in it; None if unknown.
        photos: Number of photos in it.
    """

    at: datetime
    person_id: str
    role: str
    kind: str
    filter: str = ""
    rows: int | None = None
    photos: int = 0


class Exports:
    """The log of exports. Thread-safe and append-only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        kind: str,
        *,
        role: str = COMMAND_LINE,
        person_id: str = "",
        filter: str = "",
        rows: int | None = None,
        photos: int = 0,
        at: datetime | None = None,
    ) -> None:
        """Log an export; call it before the first byte is sent.

        Raises:
            Unavailable: it cannot be logged; then the file must not be sent.
        """
        with self._database.writing() as connection:
            connection.execute(
                insert(export_log).values(
                    at=as_time(at or now_utc()),
                    person_id=person_id or None,
                    role=role,
                    kind=kind,
                    filter=filter,
                    row_count=rows,
                    photo_count=photos,
                )
            )

    def between(self, since: datetime | None = None, until: datetime | None = None) -> list[Export]:
        """Return the exports in [`since`, `until`), newest first; None leaves that side open."""
        wanted = select(export_log).order_by(export_log.c.seq.desc())
        if since is not None:
            wanted = wanted.where(export_log.c.at >= as_time(since))
        if until is not None:
            wanted = wanted.where(export_log.c.at < as_time(until))
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), _export, "export_log", "seq")


def _export(row: Row[Any]) -> Export:
    return Export(moment(row.at), row.person_id or "", row.role, row.kind, row.filter, row.row_count, row.photo_count)
