"""Read a table that was sent, CSV or XLSX by its content, into rows of cells."""

from __future__ import annotations

import csv
import io
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_xlsx import MOST_COLUMNS, MOST_ROWS, RawTable, TableCell, TableRow, read_xlsx
from rba_audit.messages import say

LARGEST_TABLE_BYTES: Final = 5_000_000
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"  # also a workbook with a password
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = (";", "\t", ",")
_LONGEST_CELL: Final = 32_767
_MEGA: Final = 1_000_000
_CONTROLS: Final = frozenset(map(chr, (*range(9), *range(14, 27))))
"""Characters that no text has, but a program or a picture does."""


def read_table(data: bytes) -> RawTable:
    """Return the rows of a CSV or XLSX file, without empty ones.

    Raises:
        EvidenceError: it is empty, too large, damaged or of another kind.
    """
    if not data:
        raise EvidenceError(say("Choose the file with the table."))
    if len(data) > LARGEST_TABLE_BYTES:
        raise EvidenceError(
            say(
                "The file has more than {mb} MB; take out what is not needed, or divide it.",
                mb=LARGEST_TABLE_BYTES // _MEGA,
            )
        )
    if data.startswith(_ZIP):
        return read_xlsx(data)
    if data.startswith(_OLD_EXCEL):
        raise EvidenceError(
            say("This is a workbook of an older Excel, or one with a password; save it as XLSX without a password.")
        )
    return _read_csv(_text(data))


def _text(data: bytes) -> str:
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # as Excel for Windows saves CSV
    if not _CONTROLS.isdisjoint(text):
        raise EvidenceError(say("The file is no table; send CSV or XLSX."))
    return text


def _read_csv(text: str) -> RawTable:
    head = text[:_LONGEST_CELL]
    separator = max(_SEPARATORS, key=head.count)
    rows: list[TableRow] = []
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if len(record) > MOST_COLUMNS:
                raise _too_large()
            cells = {index: TableCell(cell.strip()) for index, cell in enumerate(record) if cell.strip()}
            if cells:
                if len(rows) >= MOST_ROWS:
                    raise _too_large()
                rows.append(TableRow(number, cells))
    except csv.Error:
        raise EvidenceError(
            say("The file is no table: a cell in it does not end; save it as XLSX and send it again.")
        ) from None
    return RawTable(tuple(rows))


def _too_large() -> EvidenceError:
    return EvidenceError(
        say(
            "The table has more than {rows} rows or {columns} columns; divide it.", rows=MOST_ROWS, columns=MOST_COLUMNS
        )
    )
