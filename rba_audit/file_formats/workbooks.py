"""Read XLSX, XLS and ODS workbooks: each visible sheet as a table, with the values that their program stored."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from rba_audit.file_formats.limits import MOST_CELLS
from rba_audit.file_formats.problems import FormatError, shown
from rba_audit.file_formats.source_tables import SourceTable
from rba_audit.file_formats.table_header import MergedCells, TableRecord, quoted_list
from rba_audit.file_formats.table_rows import table_of_records
from rba_audit.file_formats.workbook_scan import SheetScan, damaged_workbook, scan_workbook
from rba_audit.messages import Message, say

_MOST_MERGED: Final = 100_000
_EXACT_WHOLE: Final = 2**53
"""Up to here a stored number is exactly the whole number that it shows."""


def read_workbook(path: Path) -> tuple[SourceTable, ...]:
    """Return the visible sheets of a workbook that have something in them; row numbers are those of the sheet.

    A formula has the value that its program stored; days are ISO dates; a whole number has no decimals.

    Raises:
        FormatError: the file is damaged, has a password, no visible sheet with something in it, or is larger than the limits.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    data = path.read_bytes()
    scans = scan_workbook(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
        tables: list[SourceTable] = []
        for sheet in sheets:
            if sheet.name in hidden:
                continue
            scan = scans.get(sheet.name) or SheetScan()
            rows = sum(len(table.rows) for table in tables)
            table = _sheet_table(book.get_sheet_by_name(sheet.name), scan, rows)
            if table is not None:
                tables.append(table)
    except PasswordError as error:
        raise FormatError(say("the workbook has a password"), say("save it without one")) from error
    except CalamineError as error:
        raise damaged_workbook() from error
    if not tables:
        raise FormatError(
            say("no visible sheet of the workbook has anything in it"),
            say("show the sheet with the places, and save it"),
        )
    if hidden:
        first = tables[0]
        note = say("hidden sheets, not read: {names}", names=quoted_list(hidden))
        tables[0] = SourceTable(first.name, first.columns, first.rows, first.crs, (note, *first.notes))
    return tuple(tables)


def _sheet_table(sheet: Any, scan: SheetScan, rows_so_far: int) -> SourceTable | None:
    merged = list(scan.merged)
    for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())[:_MOST_MERGED]:
        merged.append(MergedCells(top + 1, left, bottom + 1, right))
    return table_of_records(
        sheet.name,
        _records(sheet),
        merged=merged,
        notes=tuple(_notes(scan)),
        most_cells=MOST_CELLS,
        rows_so_far=rows_so_far,
    )


def _records(sheet: Any) -> Iterator[TableRecord]:
    """Yield the rows of a sheet from its first row on; its cells begin at its first column with something in it."""
    if sheet.start is None:
        return
    before = (None,) * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield TableRecord(number, (*before, *map(_value, cells)))


def _notes(scan: SheetScan) -> Iterator[Message]:
    if scan.error_count:
        yield say(
            "cells with an error instead of a value, read as empty: {cells} ({count})",
            cells=", ".join(shown(cell) for cell in scan.errors),
            count=scan.error_count,
        )
    if scan.without_value_count:
        yield say(
            "formulas without a stored value, read as empty: {cells} ({count}); open the file in a spreadsheet program, save it and "
            "bring it again",
            cells=", ".join(scan.without_value),
            count=scan.without_value_count,
        )


def _value(cell: Any) -> Any:
    """Return a cell as a JSON value; None if it is empty."""
    match cell:
        case "":
            return None
        case bool() | str():
            return cell
        case float() if not math.isfinite(cell):
            return str(cell)
        case float() if cell.is_integer() and abs(cell) <= _EXACT_WHOLE:
            return int(cell)
        case float():
            return float(f"{cell:.15g}")  # a spreadsheet has 15 digits; the others are how the number is stored
        case datetime():
            return _whole_second(cell).isoformat()
        case date() | time():
            return cell.isoformat()
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return cell


def _whole_second(moment: datetime) -> datetime:
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0) if moment.microsecond else moment
