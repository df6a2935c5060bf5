"""Scan a workbook before it is read: its true size, and cells whose error or missing value its reader would pass over.

A reader lays the cells of a sheet out as a rectangle, so two cells far apart take as much memory as all between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from rba_audit.file_formats.archives import ArchiveEntry, entries_of
from rba_audit.file_formats.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from rba_audit.file_formats.problems import FormatError, check_size
from rba_audit.file_formats.table_header import MergedCells
from rba_audit.messages import say

_ZIP: Final = b"PK"
_MOST_LISTED: Final = 5
_LONGEST_CELL: Final = 200_000
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
_FILLED: Final = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]+)[\"'](?:[^>]*[^>/])?>")
_ERROR: Final = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>.{0,9000}?<(?:\w+:)?v>([^<]{1,20})<", re.DOTALL
)
_NO_VALUE: Final = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*[^>/])>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT_RESULT: Final = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_REFERENCE: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']")
_ERROR_TEXT: Final = re.compile(r"#[A-Z0-9/!?]+|Err:[0-9]+")


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


def scan_workbook(data: bytes) -> Mapping[str, SheetScan]:
    """Return the scan of each sheet by its name; of an old XLS workbook none.

    Raises:
        FormatError: the file is damaged, declares a document type, or a sheet is larger than the limits.
    """
    if not data.startswith(_ZIP):
        return {}
    entries = entries_of(data)
    by_name = {entry.name: entry for entry in entries}
    if "content.xml" in by_name:
        return _scan_ods(data, by_name["content.xml"])
    scans = {entry.name: _scan_part(data, entry) for entry in entries}
    book, links = by_name.get("xl/workbook.xml"), by_name.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", ""), link))

    def link(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    _parse(data, book, sheet)
    _parse(data, links, link)
    return {name: scans[targets[id]] for name, id in sheets if targets.get(id) in scans}


def _scan_part(data: bytes, entry: ArchiveEntry) -> SheetScan:
    """Scan a part of an XLSX workbook; parts that are no sheets have no cells.

    Raises:
        FormatError: it is damaged, declares a document type, or has more than the limits.
    """
    scan = SheetScan()
    is_xml = entry.name.lower().endswith((".xml", ".rels"))
    cells = last_row = last_column = 0
    rest = b""
    first = True
    for chunk in entry.chunks(data):
        if not is_xml and not entry.name.lower().startswith("xl/worksheets"):
            continue
        if first and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise damaged_workbook()
        first = False
        content = rest + chunk
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise damaged_workbook()
        cut = content.rfind(b"<c ")
        cut = cut if cut > 0 and len(content) - cut < _LONGEST_CELL else len(content)
        row, column, count = _scan_cells(content[:cut], scan)
        last_row, last_column, cells = max(last_row, row), max(last_column, column), cells + count
        _check(last_row, last_column, cells)
        rest = content[cut:]
    row, column, count = _scan_cells(rest, scan)
    _check(max(last_row, row), max(last_column, column), cells + count)
    return scan


def _scan_cells(content: bytes, scan: SheetScan) -> tuple[int, int, int]:
    """Return the last row and column with something in it, and the number of cells; add errors to the scan."""
    count = len(_CELL.findall(content))
    if not count:
        return 0, 0, 0
    filled = _FILLED.findall(content)
    rows = {row for _, row in filled}
    columns = {column.upper() for column, _ in filled}
    for attributes, error in _ERROR.findall(content):
        scan.add_error(_reference(attributes), error.decode("utf-8", "replace"))
    for attributes in _NO_VALUE.findall(content):
        if not _TEXT_RESULT.search(attributes):
            scan.add_without_value(_reference(attributes))
    return max(map(int, rows), default=0), max(map(_column_number, columns), default=0), count


def _check(rows: int, columns: int, cells: int) -> None:
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


def _reference(attributes: bytes) -> str:
    match = _REFERENCE.search(attributes)
    return match.group(1).decode("ascii") if match else "?"


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def damaged_workbook() -> FormatError:
    """Return the error for a workbook that no spreadsheet program writes."""
    return FormatError(say("the workbook is damaged"), say("save it again as XLSX, or as CSV"))


def _parse(
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


def _scan_ods(data: bytes, content: ArchiveEntry) -> Mapping[str, SheetScan]:
    scanner = _OdsScanner()
    _parse(data, content, scanner.start, scanner.end, scanner.text)
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
            _check(self._last_row, self._last_column, self._cells)
            self._suspect, self._pieces = "formula" in values or attributes.get("calcext:value-type") == "error", []
            across, down = _repeats(values.get("number-columns-spanned")), _repeats(values.get("number-rows-spanned"))
            if (across > 1 or down > 1) and len(self._scan.merged) < MOST_COLUMNS:
                row, column = self._row + 1, self._column
                self._scan.merged.append(MergedCells(row, column, row + down - 1, column + across - 1))
        elif self._cells > MOST_CELLS:
            _check(0, 0, self._cells)
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
