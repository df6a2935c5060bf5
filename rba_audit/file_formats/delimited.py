"""Read CSV and TSV files: encoding, separator and quotation mark by content, every cell as the text that it is.

The file is read line by line; only its rows are kept in memory.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rba_audit.file_formats.limits import MB
from rba_audit.file_formats.problems import FormatError, too_large
from rba_audit.file_formats.source_tables import SourceTable
from rba_audit.file_formats.table_header import TableRecord
from rba_audit.file_formats.table_rows import row_list, table_of_records
from rba_audit.messages import Message, say

_MOST_BYTES: Final = 50 * MB
_MOST_CELLS: Final = 2_000_000
LONGEST_CELL: Final = 1_000_000
"""Characters of a cell: an outline with some ten thousand corners."""
_MOST_STRAY: Final = 200
"""Lines with a stray quotation mark; each may cost a look at a million characters."""
_HEAD: Final = 1 << 16
_SAMPLE: Final = 200
_SEPARATORS: Final = (";", "\t", "|", ",")
"""In the order in which they win when all fit: a comma also stands in numbers and addresses."""
_NO_SEPARATOR: Final = "\x1f"
"""For a file of one column; no text has it."""
_SHARE: Final = 0.4
"""Share of the rows that must have the usual number of cells before a character counts as the separator."""
_STATED: Final = re.compile(r"sep=(\\t|[^\r\n])[;,\t ]*\r?\n?", re.IGNORECASE)
_BINARY: Final = re.compile("[\x00-\x08\x0e-\x1a]")


class _TextCodec(NamedTuple):
    name: str
    notes: tuple[Message, ...] = ()


class _Layout(NamedTuple):
    separator: str
    quote: str
    blanks: bool  # whether blanks stand between separators and quotation marks

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(
            lines, delimiter=self.separator, quotechar=self.quote, skipinitialspace=self.blanks, strict=True
        )


def read_delimited(data: bytes) -> tuple[SourceTable, ...]:
    """Return the table of a file of separated values; row numbers are lines of the file.

    Args:
        data: The bytes of the file.

    Raises:
        FormatError: it is empty, larger than the limits or no text.
    """
    if len(data) > _MOST_BYTES:
        raise too_large(_MOST_BYTES)
    encoding = _encoding(data)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    head = _head(data, encoding.name)
    if _BINARY.search(head):
        raise FormatError(say("it is no table of texts"), say("save the table as CSV or XLSX"))
    stated = _STATED.match(head)
    quote = _quote(head)
    separator = _stated_separator(stated) if stated else _separator(head, quote)
    layout = _Layout(separator, quote, f"{separator} {quote}" in head and f"{separator}{quote}" not in head)
    lines = _Lines(io.TextIOWrapper(io.BytesIO(data), encoding.name, newline=""), skipped=1 if stated else 0)
    stray: list[int] = []
    table = table_of_records(
        "", _records(lines, layout, stray), notes=encoding.notes, most_cells=_MOST_CELLS, fixed_width=False
    )
    if table is None:
        raise FormatError(say("the file is empty"), say("send one with rows in it"))
    if not stray:
        return (table,)
    note = say(
        "lines with a quotation mark that does not fit: {rows}; it was read as part of the text", rows=row_list(stray)
    )
    return (SourceTable(table.name, table.columns, table.rows, table.crs, (*table.notes, note)),)


class _Lines(Iterator[str]):
    """Lines of a file for the csv module; those of the last record can be given back.

    Attributes:
        number: Lines that were given out.
        taken: Lines of the current record.
    """

    def __init__(self, file: io.TextIOWrapper, *, skipped: int) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []
        for _ in range(skipped):
            self.readline()

    def __next__(self) -> str:
        line = self.readline()
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def readline(self) -> str:
        """Return the next line with its end; empty at the end of the file.

        Raises:
            FormatError: it is longer than a line can be.
        """
        self.number += 1
        if self._again:
            return self._again.popleft()
        line = self._file.readline(4 * LONGEST_CELL)
        if len(line) >= 4 * LONGEST_CELL:
            raise FormatError(
                say("line {line} has more than {count} characters", line=str(self.number), count=4 * LONGEST_CELL),
                say("look whether the file is a table"),
            )
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        """Read these lines again."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def _records(lines: _Lines, layout: _Layout, stray: list[int]) -> Iterator[TableRecord]:
    """Yield the rows; a line whose quotation marks do not fit is read by itself, its number added to `stray`.

    Raises:
        FormatError: a cell is too long, or too many lines do not fit.
    """
    reader = layout.reader(lines)
    while True:
        lines.taken.clear()
        start = lines.number + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if not lines.taken:
                return
            if len(lines.taken[0]) > LONGEST_CELL:
                raise _long_cell(start) from None
            stray.append(start)
            if len(stray) > _MOST_STRAY:
                raise FormatError(
                    say("more than {count} lines have a quotation mark that does not fit", count=_MOST_STRAY),
                    say("save it again as CSV, or as XLSX"),
                ) from None
            lines.give_back(lines.taken[1:])
            record = _loose_cells(lines.taken[0], layout)
            reader = layout.reader(lines)
        yield TableRecord(start, record)


def _loose_cells(line: str, layout: _Layout) -> list[str]:
    """Return the cells of one line, with quotation marks left out only where they enclose a cell."""
    quote, cells = layout.quote, line.rstrip("\r\n").split(layout.separator)
    return [
        cell[1:-1].replace(quote * 2, quote)
        if len(cell) > 1 and cell.startswith(quote) and cell.endswith(quote)
        else cell
        for cell in cells
    ]


def _long_cell(line: int) -> FormatError:
    return FormatError(
        say("a cell in line {line} has more than {count} characters", line=str(line), count=LONGEST_CELL),
        say("look whether the file is a table"),
    )


def _encoding(data: bytes) -> _TextCodec:
    """Return the encoding of a text, by its mark or by what decodes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(data, "utf-16")
    pairs = data[: 2 * (min(len(data), 4096) // 2)]
    if pairs and b"\0" in pairs:  # UTF-16 without a mark: half of the bytes of Latin letters are zero
        for name, zeros in (("utf-16-le", pairs[1::2]), ("utf-16-be", pairs[::2])):
            if zeros.count(0) * 2 > len(zeros):
                return _checked(data, name)
    if _decodes(data, "utf-8-sig"):
        return _TextCodec("utf-8-sig")
    name = "cp1252" if _decodes(data, "cp1252") else "latin-1"
    note = say("the text is no UTF-8 and was read as Windows-1252; look whether accents and signs are right")
    return _TextCodec(name, (note,))


def _checked(data: bytes, name: str) -> _TextCodec:
    if not _decodes(data, name):
        raise FormatError(say("its text is damaged"), say("save it again as CSV in UTF-8"))
    return _TextCodec(name)


def _decodes(data: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(data), MB):
            decoder.decode(data[start : start + MB])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _head(data: bytes, encoding: str) -> str:
    """Return the first lines of a file, without the one that was cut off."""
    text = codecs.getincrementaldecoder(encoding)().decode(data[:_HEAD])
    if len(data) <= _HEAD or "\n" not in text:
        return text
    return text[: text.rindex("\n") + 1]


def _stated_separator(stated: re.Match[str]) -> str:
    return "\t" if stated.group(1) == "\\t" else stated.group(1)


def _quote(head: str) -> str:
    """Return the quotation mark: an apostrophe only if it encloses every cell of the first line."""
    first = head.lstrip().partition("\n")[0].strip()
    cells = re.split(r"'[;\t|,]'", first)
    apostrophes = first.startswith("'") and first.endswith("'") and len(first) > 1 and '"' not in first
    return "'" if apostrophes and all("'" not in cell for cell in cells[1:-1]) else '"'


def _separator(head: str, quote: str) -> str:
    """Return the separator: most rows have the same number of cells, and fewest differ below the headings."""
    best, best_score = ",", (_SHARE, 0.0)
    alone = 1.0  # least share of rows that a character leaves as one cell
    for separator in _SEPARATORS:
        widths = _widths(head, separator, quote)
        if widths:
            alone = min(alone, widths.count(1) / len(widths))
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        usual, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        below = widths[widths.index(usual) :]
        score = (count / len(widths), below.count(usual) / len(below))
        if score > best_score:
            best, best_score = separator, score
    return best if best_score[1] or alone <= _SHARE else _NO_SEPARATOR


def _widths(head: str, separator: str, quote: str) -> list[int]:
    """Return the number of cells of the first rows that are not empty."""
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(head, newline=""), delimiter=separator, quotechar=quote):
            if len(record) > 1 or any(cell.strip() for cell in record):
                widths.append(len(record))
            if len(widths) == _SAMPLE:
                break
    except csv.Error:
        return widths
    return widths
