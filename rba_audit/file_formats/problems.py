"""Errors and texts for files that cannot be read, as sentences with a remedy."""

from __future__ import annotations

from typing import Final

from rba_audit.errors import SiteError
from rba_audit.file_formats.limits import MB, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_TABLES
from rba_audit.messages import Message, say

_SHOWN: Final = 60


class FormatError(Exception):
    """A file cannot be read; a reader raises it without knowing the file's name, `read_source` adds it.

    Attributes:
        found: What is wrong with the file.
        remedy: What the user can do.
    """

    def __init__(self, found: Message, remedy: Message) -> None:
        super().__init__(str(found))
        self.found, self.remedy = found, remedy

    def named(self, name: str) -> SiteError:
        """Return the error for the user, with the name of the file."""
        source: str | Message = shown(name) if name else say("the file")
        return SiteError(say("{source}: {found}; {remedy}.", source=source, found=self.found, remedy=self.remedy))


def shown(text: str) -> str:
    """Return a text of a file for a message: on one line, at most 60 characters, nothing that a terminal would obey."""
    text = " ".join(text[:1000].split()).encode("utf-8", "replace").decode()
    text = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def check_size(rows: int, columns: int, tables: int = 1) -> None:
    """Check the size of a file against the limits; call it before the rows are read where the number is known.

    Args:
        rows: Rows so far, of all tables.
        columns: Columns of the widest table so far.
        tables: Tables so far.

    Raises:
        FormatError: There are too many rows, columns, cells or tables.
    """
    if tables > MOST_TABLES:
        found = say("it has more than {count} tables", count=MOST_TABLES)
        raise FormatError(found, say("save those that hold the places in a file of their own"))
    if columns > MOST_COLUMNS:
        found = say("a table has more than {count} columns", count=MOST_COLUMNS)
        raise FormatError(found, say("leave out the columns that say nothing of the places"))
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        found = say("it has more than {rows} rows or {cells} cells", rows=MOST_ROWS, cells=MOST_CELLS)
        raise FormatError(found, say("save only the places of the city, or split it into several files"))


def too_large(size: int) -> FormatError:
    """Return the error for a file or its content above `size` bytes."""
    return FormatError(say("the file is larger than {mb} MB", mb=size // MB), say("split it into smaller files"))
