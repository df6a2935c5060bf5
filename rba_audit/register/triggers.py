"""Triggers that make a table append-only, and a context manager that suspends them.

Only the erasure of a person suspends them, inside a transaction; see `erasure`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Table

_ACTIONS: Final = ("UPDATE", "DELETE")


def make_append_only(connection: Connection, table: Table) -> None:
    """Create triggers that abort every UPDATE and DELETE of rows of `table`."""
    for action in _ACTIONS:
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS {_name(table, action)} BEFORE {action} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table.name} are kept as they are'); END"
        )


@contextmanager
def allow_changes(connection: Connection, table: Table) -> Iterator[None]:
    """Permit changes of rows of `table` inside the block; the transaction hides the missing triggers from other connections."""
    for action in _ACTIONS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(table, action)}")
    yield
    make_append_only(connection, table)


def _name(table: Table, action: str) -> str:
    return f"{table.name}_no_{action.lower()}"
