"""What a table of the register needs of its database: reading and writing in transactions, and where the file lies."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection


class Transactions(Protocol):
    """A database that gives connections, one for each piece of work.

    Attributes:
        path: The file of the register, absolute.
    """

    path: Path

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection that sees one state of the register throughout the block."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection whose work is kept whole at the end of the block, or not at all."""
