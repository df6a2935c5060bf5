"""Notices about a new release, and whether the office has dismissed them: settings of the register.

In a new register all notices count as seen, because nothing changed for its users.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select

from rba_audit.register.tables import meta
from rba_audit.register.transactions import Transactions

MUST_FIX: Final = "must_fix"
"""The notice of sites with a changed status: an unmet must-fix requirement now forbids the status `standard`."""
_KEY: Final = "notice:"
_NOTICES: Final = (MUST_FIX,)


class Notices:
    """The notices of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def seen(self, name: str) -> bool:
        """Return whether the office has dismissed a notice."""
        with self._database.reading() as connection:
            return bool(connection.scalar(select(meta.c.value).where(meta.c.key == _KEY + name)))

    def mark_seen(self, name: str) -> None:
        """Dismiss a notice for all users; idempotent."""
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == _KEY + name))
            connection.execute(insert(meta).values(key=_KEY + name, value=1))


def mark_all_seen(connection: Connection) -> None:
    """Mark all notices of a new register as seen."""
    connection.execute(insert(meta), [{"key": _KEY + name, "value": 1} for name in _NOTICES])
