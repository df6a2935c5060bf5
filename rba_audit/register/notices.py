"""Which notices about a new release the office has seen, as a setting of the register.

A new register has nothing to be told of: its notices count as seen from the beginning.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select

from rba_audit.register.tables import meta
from rba_audit.register.transactions import Transactions

MUST_FIX: Final = "must_fix"
"""Which places have another status since what must be fixed first keeps them from being standard."""
_KEY: Final = "notice:"
_NOTICES: Final = (MUST_FIX,)


class Notices:
    """The notices of a register. Any thread may call any method; each call is one transaction."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def seen(self, name: str) -> bool:
        """Tell whether the office has put a notice away."""
        with self._database.reading() as connection:
            return bool(connection.scalar(select(meta.c.value).where(meta.c.key == _KEY + name)))

    def mark_seen(self, name: str) -> None:
        """Put a notice away for everybody; again changes nothing."""
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == _KEY + name))
            connection.execute(insert(meta).values(key=_KEY + name, value=1))


def mark_all_seen(connection: Connection) -> None:
    """Note in a new register that it has nothing to be told of."""
    connection.execute(insert(meta), [{"key": _KEY + name, "value": 1} for name in _NOTICES])
