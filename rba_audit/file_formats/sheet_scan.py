"""Scan of one sheet of a workbook: what its reader does not say, and the checks of its size and its XML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from rba_audit.file_formats.archives import ArchiveEntry
from rba_audit.file_formats.limits import MOST_CELLS, MOST_ROWS
from rba_audit.file_formats.problems import FormatError, check_size
from rba_audit.file_formats.table_header import MergedCells
from rba_audit.messages import say

_MOST_LISTED: Final = 5


@dataclass(slots=True)
class SheetScan:
    """What a sheet holds that its reader does not say.

    Attributes:
        errors: The first cells with an error as reference and error, such as `B5 (#N/A)`.
        error_count: How many there are.
        without_value: References of the first formulas without a stored value.
        without_value_count: How many there are.
        merged: Merged cells, where the reader does not know them.
    """

    errors: list[str] = field(default_factory=list)
    error_count: int = 0
    without_value: list[str] = field(default_factory=list)
    without_value_count: int = 0
    merged: list[MergedCells] = field(default_factory=list)

    def add_error(self, reference: str, error: str) -> None:
        """Count a cell with an error."""
        self.error_count += 1
        if len(self.errors) < _MOST_LISTED:
            self.errors.append(f"{reference} ({error})")

    def add_without_value(self, reference: str) -> None:
        """Count a formula without a stored value."""
        self.without_value_count += 1
        if len(self.without_value) < _MOST_LISTED:
            self.without_value.append(reference)


def check_sheet(rows: int, columns: int, cells: int) -> None:
    """Check the size of one sheet.

    Raises:
        FormatError: it is too large.
    """
    check_size(0, columns)
    if rows > MOST_ROWS or rows * columns > MOST_CELLS or cells > MOST_CELLS:
        raise FormatError(
            say("a sheet has something in row {row}, column {column}: it is too large", row=str(rows), column=columns),
            say("delete what is far away from the table, or save only the places of the city"),
        )


def damaged_workbook() -> FormatError:
    """Return the error for a workbook that no spreadsheet program writes."""
    return FormatError(say("the workbook is damaged"), say("save it again as XLSX, or as CSV"))


def parse_part(
    data: bytes,
    entry: ArchiveEntry,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part of a workbook; the handlers get names without their prefix.

    Raises:
        FormatError: it is no XML, or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_arguments: object) -> None:
        raise damaged_workbook()

    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.StartDoctypeDeclHandler = refuse
    if end is not None:
        ended = end
        parser.EndElementHandler = lambda name: ended(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for chunk in entry.chunks(data):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged_workbook() from error
