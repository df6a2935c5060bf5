"""The log of what left the register: each file that was handed out, by whom, when, and what kind; never its content.

An administrator reads it to tell within the time the law gives what could have been seen, and by whom.
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
"""The role of whoever was not signed in."""
COMMAND_LINE: Final = "command line"
"""The role of whoever used the server's own command line."""

export_log: Final = Table(
    "export_log",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("person_id", Text),  # null: nobody was signed in, or it was the command line
    Column("role", Text, nullable=False),  # as it was then
    Column("kind", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("row_count", Integer),  # null where it is not known
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
        person_id: To whom; empty where nobody was signed in, and on the command line.
        role: Their role then, `public` or `command line`.
        kind: What kind of file: the endpoint it came from, or the command.
        filter: What was asked for, in words.
        rows: How many rows it has; None where that is not known.
        photos: How many photos it holds.
    """

    at: datetime
    person_id: str
    role: str
    kind: str
    filter: str = ""
    rows: int | None = None
    photos: int = 0


class Exports:
    """The log of exports. Any thread may call any method; lines are only ever added."""

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
        """Note that a file is handed out; to be called before its first byte leaves.

        Raises:
            Unavailable: it cannot be noted; then the file must not be handed out.
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
        """Return the exports from `since` on and before `until`, newest first; without a bound, all on that side."""
        wanted = select(export_log).order_by(export_log.c.seq.desc())
        if since is not None:
            wanted = wanted.where(export_log.c.at >= as_time(since))
        if until is not None:
            wanted = wanted.where(export_log.c.at < as_time(until))
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), _export, "export_log", "seq")


def _export(row: Row[Any]) -> Export:
    return Export(moment(row.at), row.person_id or "", row.role, row.kind, row.filter, row.row_count, row.photo_count)
