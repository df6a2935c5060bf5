"""Write tables as CSV and XLSX, with formulas in cells escaped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

import xlsxwriter
import xlsxwriter.format
import xlsxwriter.worksheet

from rba_audit.messages import Message, say
from rba_audit.reports.columns import Cell, Column
from rba_audit.reports.provenance import Provenance
from rba_audit.reports.sheet_layout import MOST_LINES, row_points, set_pages, wrapped_lines

Separator = Literal[",", ";"]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM: Final = "\ufeff"
_LONGEST_CELL: Final = 32_767
_MOST_ROWS: Final = 1_048_574  # of a sheet, without its heading and the note above it
_LONGEST_NAME: Final = 31  # of a sheet
_FROZEN: Final = 2  # columns
_DAY: Final = "yyyy-mm-dd"
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
T = TypeVar("T")


def escape_formula(value: Cell) -> Cell:
    """Prefix a text that begins like a formula with an apostrophe, so that no spreadsheet evaluates it (CSV injection)."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value


def csv_text(
    columns: Sequence[Column[T]],
    rows: Sequence[T],
    provenance: Provenance | None = None,
    *,
    separator: Separator = ",",
) -> str:
    """Return rows as CSV with a byte-order mark, so that Excel reads it as UTF-8; `provenance` becomes its last columns.

    With `;` between cells, numbers have a decimal comma: so Excel with Indonesian settings reads it.
    """
    all_columns = [*columns, *(provenance.columns() if provenance else ())]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow([str(column.heading) for column in all_columns])
    writer.writerows([[_csv_cell(column.value(row), separator) for column in all_columns] for row in rows])
    return _BOM + buffer.getvalue()


def _csv_cell(value: Cell, separator: Separator) -> Cell:
    if isinstance(value, float) and separator == ";":
        return repr(value).replace(".", ",")
    return escape_formula(value)


@dataclass(frozen=True, slots=True)
class _SheetRow:
    """Cells of a row, its height in points, and whether a cell holds more than the sheet shows."""

    cells: Sequence[Cell]
    height: float
    cut: bool


class Book:
    """An XLSX workbook that is written sheet by sheet; no cell of it is a formula or a link."""

    def __init__(self, *, created: datetime | None = None) -> None:
        """Begin a workbook; with `created`, the moment that it states, the same rows give the same bytes."""
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, _OPTIONS)
        if created is not None:
            self._book.set_properties({"created": created})
        self._heading = self._book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E7F1EF", "bottom": 1}
        )
        self._note = self._book.add_format({"bold": True})
        self._total = self._book.add_format({"bold": True, "top": 1, "num_format": "#,##0"})
        self._cells: dict[str, xlsxwriter.format.Format] = {}
        self.cut = False
        """Whether a sheet written so far holds or shows less than its rows have."""

    def sheet(self, name: str) -> xlsxwriter.worksheet.Worksheet:
        """Add an empty sheet; sheets stand in the order in which they are added, whichever is filled first."""
        # Excel allows no slash in the name of a sheet and at most 31 characters.
        return self._book.add_worksheet(name.replace("/", "-")[:_LONGEST_NAME])

    def fill(
        self,
        sheet: xlsxwriter.worksheet.Worksheet,
        columns: Sequence[Column[T]],
        rows: Iterable[T],
        *,
        note: str = "",
        note_if_cut: str = "",
        totals: Sequence[Cell] = (),
        title: str = "",
    ) -> None:
        """Write rows under their headings, and above these a note if there is one.

        Args:
            sheet: An empty sheet of this workbook.
            columns: The columns, in order.
            rows: The rows, each read once.
            note: A sentence for the first line.
            note_if_cut: Added to the note if a cell of this or of an earlier sheet is cut.
            totals: The cells of a last line, below the rows.
            title: What stands at the top of each printed page.
        """
        lines: Iterable[_SheetRow] = _sheet_rows(columns, rows)
        if note_if_cut:
            lines = list(lines)
            note = " ".join(filter(None, (note, note_if_cut if self.cut or any(row.cut for row in lines) else "")))
        first = 1 if note else 0
        if note:
            sheet.write_string(0, 0, str(escape_formula(note)), self._note)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        headings = [str(column.heading) for column in columns]
        # Bold letters are wider.
        tallest = max(wrapped_lines(text, column.width - 2) for text, column in zip(headings, columns, strict=True))
        sheet.set_row(first, row_points(tallest))
        for index, text in enumerate(headings):
            sheet.write_string(first, index, text, self._heading)
        last = first
        for last, row in enumerate(lines, start=first + 1):
            if last - first == _MOST_ROWS:
                words = str(say("A sheet holds no more lines; audit fewer sites at once"))
                sheet.write_string(last, 0, words, self._heading)
                self.cut = True
                break
            self._write(sheet, last, columns, row)
        for index, value in enumerate(totals):
            sheet.write(last + 1, index, escape_formula(value), self._total)
        sheet.freeze_panes(first + 1, _FROZEN)
        sheet.autofilter(first, 0, max(last, first + 1), len(columns) - 1)
        set_pages(sheet, [column.width for column in columns], first, min(_FROZEN, len(columns) - 1), title)

    def _write(
        self, sheet: xlsxwriter.worksheet.Worksheet, at: int, columns: Sequence[Column[Any]], row: _SheetRow
    ) -> None:
        self.cut = self.cut or row.cut
        sheet.set_row(at, row.height)
        for index, (value, column) in enumerate(zip(row.cells, columns, strict=True)):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(at, index, value[:_LONGEST_CELL], self._cell(""))
            elif isinstance(value, date):
                sheet.write_datetime(at, index, value, self._cell(_DAY))
            else:
                sheet.write_number(at, index, value, self._cell(column.number_format))

    def _cell(self, number_format: str) -> xlsxwriter.format.Format:
        if number_format not in self._cells:
            style = {"text_wrap": True, "valign": "top", **({"num_format": number_format} if number_format else {})}
            self._cells[number_format] = self._book.add_format(style)
        return self._cells[number_format]

    def about(self, lines: Sequence[tuple[Message, str]]) -> None:
        """Add the last sheet: pairs of heading and text."""
        sheet = self.sheet(str(say("About")))
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 80)
        for line, (heading, text) in enumerate(lines):
            sheet.set_row(line, row_points(max(wrapped_lines(text, 80), wrapped_lines(str(heading), 20))))
            sheet.write_string(line, 0, str(heading), self._heading)
            sheet.write_string(line, 1, str(escape_formula(text))[:_LONGEST_CELL], self._cell(""))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def content(self) -> bytes:
        """Finish the workbook and return it."""
        self._book.close()
        return self._buffer.getvalue()


def table_workbook(
    sheets: Sequence[tuple[str, Sequence[Column[T]], Sequence[T]]], about: Sequence[tuple[Message, str]]
) -> bytes:
    """Return an XLSX workbook with one sheet per (name, columns, rows), and `about` on the last sheet."""
    book = Book()
    for name, columns, rows in sheets:
        book.fill(book.sheet(name), columns, rows)
    book.about(about)
    return book.content()


def _sheet_rows(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[_SheetRow]:
    for row in rows:
        cells = [escape_formula(column.value(row)) for column in columns]
        texts = [
            (cell, column.width) for cell, column in zip(cells, columns, strict=True) if isinstance(cell, str) and cell
        ]
        lines = max((wrapped_lines(text, width) for text, width in texts), default=1)
        cut = lines > MOST_LINES or any(len(text) > _LONGEST_CELL for text, _ in texts)
        yield _SheetRow(cells, row_points(lines), cut)
