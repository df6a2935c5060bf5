"""Find what is below the rows of a table: totals, sources and signatures are no rows of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from rba_audit.file_formats.source_tables import SourceRow
from rba_audit.file_formats.table_header import is_text

_TOTAL: Final = r"(?:grand |sub[ -]?)?total|(?:sub[ -]?)?jumlah(?: total)?|rata-rata|average|sum"
_TOTALS: Final = re.compile(
    rf"\s*(?:(?:{_TOTAL})(?:\s*[/&]\s*(?:{_TOTAL}))?\s*[:.]?\s*[0-9.,]*|(?:total|jumlah)\b[^:]{{0,40}}:\s*[0-9][0-9.,]*(?:\s\w+)?)\s*",
    re.IGNORECASE,
)
_REMARKS: Final = re.compile(
    r"\s*(?:\*+|(?:sumber|keterangan|ket|catatan|source|notes?|remarks?|data per|dicetak)\b)", re.IGNORECASE
)
_MOST: Final = 20
"""Rows that a footer may have; five times as many at the beginning are compared with it."""
_FEW: Final = 2


def count_footers(rows: Sequence[SourceRow]) -> int:
    """Return how many rows at the end are totals, remarks, or texts in columns that otherwise have numbers or nothing."""
    full = [row for row in rows[: 5 * _MOST] if len(row.values) > _FEW and not _is_total(row)]
    if not full:
        return 0
    count = 0
    while count < min(_MOST, len(rows) - 1):
        row = rows[-1 - count]
        if not (_is_total(row) or (len(row.values) <= _FEW and _is_remark(row, full))):
            break
        count += 1
    return count


def _is_total(row: SourceRow) -> bool:
    cells = list(row.values.values())
    return isinstance(cells[0], str) and bool(_TOTALS.fullmatch(cells[0])) and not any(map(is_text, cells[1:]))


def _is_remark(row: SourceRow, full: Sequence[SourceRow]) -> bool:
    if len(row.values) == 1 and _REMARKS.match(str(next(iter(row.values.values())))):
        return True
    return all(is_text(cell) and _has_no_texts(column, full) for column, cell in row.values.items())


def _has_no_texts(column: str, rows: Sequence[SourceRow]) -> bool:
    """Return whether less than one in five cells of a column is a text."""
    cells: list[Any] = [row.values[column] for row in rows if column in row.values]
    return 5 * sum(map(is_text, cells)) < max(len(cells), 1)
