"""Make a table of the rows of a sheet or CSV file: nothing above, between or next to its headings is lost without a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from rba_audit.file_formats.limits import MOST_CELLS, MOST_ROWS
from rba_audit.file_formats.problems import FormatError, check_size
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.file_formats.table_header import (
    MergedCells,
    TableHeader,
    TableRecord,
    find_headings,
    is_filled,
    position_names,
    quoted_list,
    unique_names,
)
from rba_audit.messages import Message, say

_SAMPLE: Final = 60
"""Rows that are looked at to find the headings."""
_LISTED: Final = 5


def table_of_records(
    name: str,
    records: Iterable[TableRecord],
    *,
    merged: Sequence[MergedCells] = (),
    notes: Sequence[Message] = (),
    most_cells: int = MOST_CELLS,
    rows_so_far: int = 0,
    fixed_width: bool = True,
) -> SourceTable | None:
    """Return the table of the rows of a sheet or CSV file; None if it has nothing in it.

    Args:
        name: Name of the sheet; empty for CSV.
        records: Its rows in order; they are read once.
        merged: Its merged cells; those of heading rows make `group/heading`.
        notes: Further notes, put before those of this function.
        most_cells: Cells with something in them that the table may have.
        rows_so_far: Rows of the tables before this one in the same file.
        fixed_width: Whether every row has as many cells as the sheet; if not, a row with fewer cells than headings is noted.

    Raises:
        FormatError: there are too many rows, columns or cells.
    """
    rest = iter(record for record in records if any(map(is_filled, record.cells)))
    sample = list(islice(rest, _SAMPLE))
    if not sample:
        return None
    headings = find_headings(sample, merged)
    builder = _TableRows(headings, most_cells, rows_so_far, fixed_width)
    for record in chain(headings.records, rest):
        builder.add(record)
    return SourceTable(name, builder.columns(), tuple(builder.rows), None, (*notes, *headings.notes, *builder.notes()))


def row_list(numbers: Sequence[int]) -> str:
    """Return row numbers for a message, at most five of them, without separators of thousands."""
    listed = ", ".join(str(number) for number in numbers[:_LISTED])
    return listed if len(numbers) <= _LISTED else f"{listed} …"


class _TableRows:
    """Rows of a table, with columns added for cells beyond the headings."""

    def __init__(self, headings: TableHeader, most_cells: int, rows_so_far: int, fixed_width: bool) -> None:
        self._names = headings.names
        self._unnamed = set(headings.unnamed)
        self._used = set[str]()
        self.rows: list[SourceRow] = []
        self._width = len(headings.names)
        self._most_cells, self._cells = most_cells, 0
        self._rows_so_far = rows_so_far
        self._fixed_width = fixed_width
        self._long: list[int] = []
        self._short: list[int] = []
        self._added: list[str] = []

    def add(self, record: TableRecord) -> None:
        """Add a row.

        Raises:
            FormatError: there are too many rows, columns or cells.
        """
        cells = record.cells
        last = max(index for index, cell in enumerate(cells) if is_filled(cell))
        if last >= self._width:
            self._long.append(record.number)
        elif not self._fixed_width and len(cells) < self._width:
            self._short.append(record.number)
        if last >= len(self._names):
            check_size(0, last + 1)
            names = [*self._names, *position_names(range(len(self._names), last + 1))]
            self._names[:] = unique_names(names)[0]
            self._added += self._names[self._width + len(self._added) :]
        values = {name: cell for name, cell in zip(self._names, cells, strict=False) if is_filled(cell)}
        self._used.update(values)
        self._cells += len(values)
        check_size(self._rows_so_far + len(self.rows) + 1, 1)
        if self._cells > self._most_cells:
            found = say("it has more than {rows} rows or {cells} cells", rows=MOST_ROWS, cells=self._most_cells)
            raise FormatError(found, say("save only the places of the city, or split it into several files"))
        self.rows.append(SourceRow(record.number, values))

    def columns(self) -> tuple[str, ...]:
        """Return the headings; those made up from a position only where something is in the column."""
        made_up = self._unnamed.union(self._added)
        return tuple(name for name in self._names if name not in made_up or name in self._used)

    def notes(self) -> Iterator[Message]:
        """Yield notes on columns without a heading and on rows that are longer or shorter than the headings."""
        unnamed = [name for name in self._names if name in self._unnamed and name in self._used]
        if unnamed:
            yield say("columns without a heading, named by their position: {names}", names=quoted_list(unnamed))
        if self._long:
            yield say(
                "rows with more cells than there are headings: {rows} ({count}); the further cells are under {headings}",
                rows=row_list(self._long),
                count=len(self._long),
                headings=quoted_list([name for name in self._added if name in self._used]),
            )
        if self._short:
            yield say(
                "rows with fewer cells than there are headings: {rows} ({count}); what they lack at the end is empty, look whether their cells "
                "are in the right columns",
                rows=row_list(self._short),
                count=len(self._short),
            )
