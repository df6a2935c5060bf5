"""Scan an ODS workbook before it is read: true size, merged cells, and cells with an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rba_audit.file_formats.archives import ArchiveEntry
from rba_audit.file_formats.limits import MOST_CELLS, MOST_COLUMNS
from rba_audit.file_formats.sheet_scan import SheetScan, check_sheet, parse_part
from rba_audit.file_formats.table_header import MergedCells

_MOST_LISTED: Final = 5
_ERROR_TEXT: Final = re.compile(r"#[A-Z0-9/!?]+|Err:[0-9]+")


def scan_ods(data: bytes, content: ArchiveEntry) -> Mapping[str, SheetScan]:
    """Return the scan of each sheet of an ODS workbook by its name.

    Raises:
        FormatError: it is damaged, or a sheet is larger than the limits.
    """
    scanner = _OdsScanner()
    parse_part(data, content, scanner.start, scanner.end, scanner.text)
    return scanner.scans


class _OdsScanner:
    """Rows, columns and errors of the sheets of an ODS workbook, with repeated rows and cells counted as often as they stand for."""

    def __init__(self) -> None:
        self.scans: dict[str, SheetScan] = {}
        self._scan = SheetScan()
        self._row = self._rows = self._column = self._last_row = self._last_column = self._cells = 0
        self._suspect = self._reads = False
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        values = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if name == "table":
            self._scan = self.scans.setdefault(values.get("name", ""), SheetScan())
            self._row = self._rows = self._last_row = self._last_column = 0
        elif name == "table-row":
            self._row += self._rows
            self._rows, self._column = _repeats(values.get("number-rows-repeated")), 0
        elif name in ("table-cell", "covered-table-cell"):
            self._start_cell(attributes, values)
        elif name == "p" and self._suspect:
            self._reads = True

    def _start_cell(self, attributes: dict[str, str], values: dict[str, str]) -> None:
        repeats = _repeats(values.get("number-columns-repeated"))
        self._cells += 1
        if any(key.endswith((":value-type", ":formula")) for key in attributes):
            self._last_row = max(self._last_row, self._row + self._rows)
            self._last_column = max(self._last_column, self._column + repeats)
            check_sheet(self._last_row, self._last_column, self._cells)
            self._suspect, self._pieces = "formula" in values or attributes.get("calcext:value-type") == "error", []
            across, down = _repeats(values.get("number-columns-spanned")), _repeats(values.get("number-rows-spanned"))
            if (across > 1 or down > 1) and len(self._scan.merged) < MOST_COLUMNS:
                row, column = self._row + 1, self._column
                self._scan.merged.append(MergedCells(row, column, row + down - 1, column + across - 1))
        elif self._cells > MOST_CELLS:
            check_sheet(0, 0, self._cells)
        self._column += repeats

    def text(self, data: str) -> None:
        if self._reads and len(self._pieces) < _MOST_LISTED:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if name == "table-cell" and self._suspect:
            error = "".join(self._pieces).strip()
            if _ERROR_TEXT.fullmatch(error):
                self._scan.add_error(f"{_column_letters(self._column)}{self._row + 1}", error)
            self._suspect = self._reads = False
        elif name == "p":
            self._reads = False


def _repeats(text: str | None) -> int:
    return max(1, min(int(text), 1 << 24)) if text is not None and text.isdecimal() and len(text) < 12 else 1


def _column_letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
