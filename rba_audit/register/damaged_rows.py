"""Skip and record damaged rows, so that one of them does not make a whole list fail.

A row may be damaged on the disk, or older than a check that would reject it today. It is neither changed nor removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, datetime
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row

from rba_audit.errors import NotInRegister
from rba_audit.messages import say

Read = TypeVar("Read")
ROW_ERRORS: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""The exceptions that reading a row may raise if this program did not write its content."""
_KEY: Final = "damaged"
_MAX_ROWS: Final = 1000
"""Limit of recorded rows, to bound the memory; a register with more of them needs a restore from its backup."""


class UnreadableRow(NotInRegister):
    """The requested record is in the register, but its row is damaged."""


@dataclass(frozen=True, slots=True, order=True)
class DamagedRow:
    """A row that could not be read: its table and its id there."""

    table: str
    id: str


@dataclass(slots=True)
class DamagedRows:
    """The damaged rows that were read since the register was opened. Thread-safe."""

    _found: set[DamagedRow] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def add(self, row: DamagedRow) -> None:
        """Record a row, up to a limit of 1000."""
        with self._lock:
            if len(self._found) < _MAX_ROWS:
                self._found.add(row)

    def all(self) -> tuple[DamagedRow, ...]:
        """Return the rows, sorted by table and id."""
        with self._lock:
            return tuple(sorted(self._found))


def watch_connection(connection: Connection, damaged: DamagedRows) -> None:
    """Record the damaged rows that are read over a connection in `damaged`."""
    connection.info[_KEY] = damaged


def note_damaged(connection: Connection, table: str, id: object) -> None:
    """Record that a row of a table could not be read, or only in part."""
    connection.info[_KEY].add(DamagedRow(table, str(id)))


def read_all(
    connection: Connection, rows: Iterable[Any], read: Callable[[Row[Any]], Read], table: str, id: str = "id"
) -> list[Read]:
    """Return `read(row)` for each row; a damaged one is left out and recorded by its column `id`."""
    records = []
    for row in rows:
        try:
            records.append(read(row))
        except ROW_ERRORS:
            note_damaged(connection, table, getattr(row, id))
    return records


def read_one(
    connection: Connection, row: Row[Any], read: Callable[[Row[Any]], Read], table: str, id: str = "id"
) -> Read:
    """Return `read(row)`.

    Raises:
        UnreadableRow: the row is damaged; it is recorded too.
    """
    try:
        return read(row)
    except ROW_ERRORS as error:
        name = getattr(row, id)
        note_damaged(connection, table, name)
        raise UnreadableRow(
            say("{table} {id} is in the register and cannot be read; restore it from a backup.", table=table, id=name)
        ) from error


def moment_or_none(connection: Connection, text: str | None, table: str, id: object) -> datetime | None:
    """Return the time in a column of a row; None if it is null or unreadable, in which case the row is recorded as damaged."""
    try:
        return None if text is None else moment(text)
    except ROW_ERRORS:
        note_damaged(connection, table, id)
        return None


def moment(text: str) -> datetime:
    """Return the time of an ISO 8601 text with a UTC offset.

    Raises:
        ValueError: it is no such text, or in the first or last year of `datetime`, where converting zones may overflow.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or not MINYEAR < time.year < MAXYEAR:
        raise ValueError("this is no moment that this program writes")
    return time
