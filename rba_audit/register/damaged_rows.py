"""Rows that cannot be read: one of them never takes a list down, and which ones there are is told.

A row may be damaged on the disk, or older than a check that would refuse it today. It stays where it is.
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
"""What reading a row may raise that holds something else than was written by this program."""
_KEY: Final = "damaged"
_MOST: Final = 1000
"""Rows that are remembered; more would only fill the memory, and a register with so many is restored from its backup."""


class UnreadableRow(NotInRegister):
    """What was asked for is in the register, in a row that cannot be read."""


@dataclass(frozen=True, slots=True, order=True)
class DamagedRow:
    """A row that could not be read: its table, and what names it there."""

    table: str
    id: str


@dataclass(slots=True)
class DamagedRows:
    """The rows of one register that could not be read since it was opened. Any thread may call any method."""

    _found: set[DamagedRow] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def add(self, row: DamagedRow) -> None:
        """Remember a row."""
        with self._lock:
            if len(self._found) < _MOST:
                self._found.add(row)

    def all(self) -> tuple[DamagedRow, ...]:
        """Return the rows by table and id."""
        with self._lock:
            return tuple(sorted(self._found))


def watch_connection(connection: Connection, found: DamagedRows) -> None:
    """Let what is read over a connection tell of damaged rows in `found`."""
    connection.info[_KEY] = found


def note_damaged(connection: Connection, table: str, id: object) -> None:
    """Remember that a row of a table could not be read, or not wholly."""
    connection.info[_KEY].add(DamagedRow(table, str(id)))


def read_all(
    connection: Connection, rows: Iterable[Any], read: Callable[[Row[Any]], Read], table: str, id: str = "id"
) -> list[Read]:
    """Return what each row holds; a damaged one is left out and remembered by its column `id`."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except ROW_ERRORS:
            note_damaged(connection, table, getattr(row, id))
    return found


def read_one(
    connection: Connection, row: Row[Any], read: Callable[[Row[Any]], Read], table: str, id: str = "id"
) -> Read:
    """Return what a row holds.

    Raises:
        Unreadable: it is damaged; it is remembered too.
    """
    try:
        return read(row)
    except ROW_ERRORS as fault:
        name = getattr(row, id)
        note_damaged(connection, table, name)
        raise UnreadableRow(
            say("{table} {id} is in the register and cannot be read; restore it from a backup.", table=table, id=name)
        ) from fault


def moment_or_none(connection: Connection, text: str | None, table: str, id: object) -> datetime | None:
    """Return a moment that a row holds; None where there is none, or where it cannot be read, which is remembered."""
    try:
        return None if text is None else moment(text)
    except ROW_ERRORS:
        note_damaged(connection, table, id)
        return None


def moment(text: str) -> datetime:
    """Return a moment as this program writes one: with its time zone, and such that every place on earth has a time for it.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not MINYEAR < found.year < MAXYEAR:
        raise ValueError("this is no moment that this program writes")
    return found
