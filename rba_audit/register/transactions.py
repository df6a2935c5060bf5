"""Protocol of a database with read and write transactions, for modules that `sqlite` itself imports."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection


class Transactions(Protocol):
    """A database that opens a connection for each transaction.

    Attributes:
        path: The file of the register, absolute.
    """

    path: Path

    def reading(self) -> AbstractContextManager[Connection]:
        """Yield a connection with a consistent snapshot of the register for the whole block."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Yield a connection whose changes are committed at the end of the block, or rolled back on an exception."""
