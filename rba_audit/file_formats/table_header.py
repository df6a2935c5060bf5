"""Find the headings of a sheet or CSV file, over several rows too, and the titles above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rba_audit.file_formats.problems import check_size, shown
from rba_audit.messages import Message, say

_LISTED: Final = 5
_DEEPEST: Final = 4
"""Rows that the headings of a table may have, groups included."""
_NUMBER: Final = re.compile(r"[\s0-9.,:/°%'’()+\-−–]*[0-9][\s0-9.,:/°%'’()+\-−–]*")
_YEAR: Final = re.compile(r"\s*(?:19|20)[0-9]{2}\s*")
_COUNTED: Final = re.compile(r"\s*[(\[]?([0-9]{1,4})[)\].]?\s*")


@dataclass(frozen=True, slots=True)
class MergedCells:
    """Cells that are shown as one, by their first and last row number and column index (from 0)."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A row as it stands in a file.

    Attributes:
        number: Its row or line in the file, from 1.
        cells: Its cells from the first column on; None or a text of blanks is an empty cell.
    """

    number: int
    cells: Sequence[Any]


@dataclass(slots=True)
class TableHeader:
    """Headings of a table.

    Attributes:
        names: They, unique, without empty ones at the end.
        records: The rows of the sample that are data.
        notes: What is odd about them, and what stands above.
        unnamed: Those of the names that were made up from a position.
    """

    names: list[str]
    records: list[TableRecord] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def find_headings(sample: Sequence[TableRecord], merged: Sequence[MergedCells]) -> TableHeader:
    """Return the headings, and what of a sample of rows is data: the first row with mostly distinct texts that spans the table.

    Args:
        sample: The first rows that have something in them; at least one.
        merged: Merged cells of the sheet; those of heading rows make `group/heading`.

    Raises:
        FormatError: there are too many columns.
    """
    by_row: dict[int, list[MergedCells]] = {}
    for cells in merged:
        by_row.setdefault(cells.first_row, []).append(cells)
    counts = sorted(sum(map(is_filled, record.cells)) for record in sample)
    widest = counts[len(counts) - 1 - len(counts) // 10]
    spans = [_span(record, by_row.get(record.number, ())) for record in sample]
    start = next(
        (index for index, record in enumerate(sample) if _is_heading(record, spans[index], widest)),
        None,
    )
    if start is None:
        width = max(len(record.cells) for record in sample)
        check_size(0, width)
        note = say("no row of headings was seen; the columns are named by their position")
        return TableHeader(position_names(range(width)), list(sample), [note])
    block = _heading_rows(sample[start:], by_row)
    result = _named(block, merged)
    titles = [str(cell) for record in sample[:start] for cell in record.cells if is_filled(cell)]
    if titles:
        result.notes.insert(0, say("above the headings, not part of the table: {texts}", texts=quoted_list(titles)))
    data = list(sample[start + len(block) :])
    if data and _numbers_columns(data[0], len(result.names)):
        result.notes.append(
            say("row {row} only numbers the columns and is no data", row=str(data[0].number)),
        )
        data = data[1:]
    result.records = data
    return result


def _is_heading(record: TableRecord, span: int, widest: int) -> bool:
    """Return whether a row is the headings: as wide as half of the table, of texts that are mostly distinct."""
    filled = [cell for cell in record.cells if is_filled(cell)]
    least = 3 if widest > 3 else min(2, widest)  # two cells above a wider table are a word and its value
    if span < max(least, (widest + 1) // 2):
        return False
    texts = [cell for cell in filled if isinstance(cell, str) and not _NUMBER.fullmatch(cell)]
    others = [cell for cell in filled if not _is_heading_text(cell)]
    distinct = len({str(cell).strip() for cell in filled})
    return bool(texts) and len(others) * 5 <= len(filled) and distinct * 2 >= len(filled)


def _is_heading_text(cell: Any) -> bool:
    return (isinstance(cell, str) and not _NUMBER.fullmatch(cell)) or bool(_YEAR.fullmatch(str(cell)))


def _span(record: TableRecord, merged: Iterable[MergedCells]) -> int:
    """Return how many columns the cells of a row span, merged ones included."""
    spanned = {index for index, cell in enumerate(record.cells) if is_filled(cell)}
    count = len(spanned)
    if count > 1:  # one merged cell over the whole table is a title
        for cells in merged:
            spanned.update(range(cells.first_column, cells.last_column + 1))
    return len(spanned)


def _heading_rows(sample: Sequence[TableRecord], by_row: Mapping[int, list[MergedCells]]) -> list[TableRecord]:
    """Return the heading row and those below it that belong to it: below cells merged over columns stand their own headings."""
    block = [sample[0]]
    wide = set[int]()  # columns below a cell that spans several
    titled = set[int]()  # columns with a heading of their own
    for record in sample[1:_DEEPEST]:
        above = block[-1]
        for cells in by_row.get(above.number, ()):
            if cells.last_column > cells.first_column:
                wide.update(range(cells.first_column, cells.last_column + 1))
        titled.update(index for index, cell in enumerate(above.cells) if is_filled(cell) and index not in wide)
        filled = [index for index, cell in enumerate(record.cells) if is_filled(cell)]
        if not wide.intersection(filled) or titled.intersection(filled):
            break
        if not all(_is_heading_text(record.cells[index]) for index in filled):
            break
        block.append(record)
        wide.clear()
    return block


def _named(block: list[TableRecord], merged: Sequence[MergedCells]) -> TableHeader:
    """Return the headings of heading rows, joined downwards."""
    width = max(len(record.cells) for record in block)
    shown_at: dict[tuple[int, int], tuple[int, int]] = {}
    numbers = {record.number: record for record in block}
    for cells in merged:
        if cells.first_row in numbers:
            width = max(width, cells.last_column + 1)
            for row in range(cells.first_row, cells.last_row + 1):
                for column in range(cells.first_column, cells.last_column + 1):
                    shown_at[row, column] = (cells.first_row, cells.first_column)
    names: list[str] = []
    for column in range(width):
        parts: list[str] = []
        for number in numbers:
            row, index = shown_at.get((number, column), (number, column))
            cells_of_row = numbers[row].cells
            text = _heading_text(cells_of_row[index]) if index < len(cells_of_row) else ""
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names.append("/".join(parts))
    while names and not names[-1]:
        names.pop()
    check_size(0, len(names))
    filled = [name or position for name, position in zip(names, position_names(range(len(names))), strict=True)]
    unique, repeated = unique_names(filled)
    unnamed = [final for final, name in zip(unique, names, strict=True) if not name]
    notes: list[Message] = []
    if repeated:
        notes.append(
            say("headings that occur more than once, numbered from the second on: {names}", names=quoted_list(repeated))
        )
    return TableHeader(unique, [], notes, unnamed)


def position_names(indexes: Iterable[int]) -> list[str]:
    """Return names for columns without a heading, by their index from 0."""
    return [f"column_{index + 1}" for index in indexes]


def unique_names(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return names with “ (2)” behind a repeated one, and the repeated ones."""
    unique: list[str] = []
    used = set[str]()
    times = Counter[str]()
    repeated: dict[str, None] = {}
    for name in names:
        candidate = name
        while candidate in used:
            repeated[name] = None
            times[name] += 1
            candidate = f"{name} ({times[name] + 1})"
        used.add(candidate)
        unique.append(candidate)
    return unique, list(repeated)


def _numbers_columns(record: TableRecord, width: int) -> bool:
    """Return whether a row below the headings only counts them: (1), (2), (3) …, as statistical tables do."""
    counted = [_COUNTED.fullmatch(str(cell)) for cell in record.cells if is_filled(cell)]
    values = [int(match.group(1)) for match in counted if match]
    return len(values) == len(counted) == width >= 3 and values == list(range(1, width + 1))


def _heading_text(cell: Any) -> str:
    return " ".join(str(cell).split()) if is_filled(cell) else ""


def is_filled(cell: Any) -> bool:
    """Return whether a cell has something in it; blanks are nothing."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def quoted_list(texts: Sequence[str]) -> str:
    """Return texts of a file for a message, at most five of them."""
    listed = ", ".join(f"“{shown(text)}”" for text in texts[:_LISTED])
    return listed if len(texts) <= _LISTED else f"{listed} …"
