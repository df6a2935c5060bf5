"""Triggers that keep the rows of a table as they are, and the one way around them.

Only the erasure of a person goes around them, inside a transaction of its own; see `erasing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Table

_ACTIONS: Final = ("UPDATE", "DELETE")


def make_append_only(connection: Connection, table: Table) -> None:
    """Refuse every change and removal of a row of `table` from now on."""
    for action in _ACTIONS:
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS {_name(table, action)} BEFORE {action} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table.name} are kept as they are'); END"
        )


@contextmanager
def allow_changes(connection: Connection, table: Table) -> Iterator[None]:
    """Let rows of `table` be changed inside the block; no other connection sees the table without its guard."""
    for action in _ACTIONS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(table, action)}")
    yield
    make_append_only(connection, table)


def _name(table: Table, action: str) -> str:
    return f"{table.name}_no_{action.lower()}"
