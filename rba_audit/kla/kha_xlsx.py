"""Read the first visible sheet of an XLSX workbook: texts and numbers only, within limits on size, and no other part of the file.

Nothing is evaluated: a formula is marked, with the value that its spreadsheet stored. A document type definition, with which
XML can grow without bounds, is refused. It is no `file_formats.workbooks`: that one cannot say which cells are formulas or how a
day is stored, and both decide here what a person's entry means.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from rba_audit.errors import EvidenceError
from rba_audit.messages import say

MOST_ROWS: Final = 20_000
"""Rows with something in them, the headings too."""
MOST_COLUMNS: Final = 200
_MOST_BYTES: Final = 30_000_000
"""Bytes of one part of a workbook after decompression."""
_MOST_PARTS: Final = 1_000
_MOST_ELEMENTS: Final = 3_000_000
_CHUNK: Final = 1 << 16
_MEGA: Final = 1_000_000
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_LONGEST_WHOLE: Final = 1e15
"""From this size on a stored number is a whole one, whatever its decimals."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table.

    Attributes:
        text: Its content without blanks around it.
        number: Its value if the file stores it as a number.
        formula: Whether it is the result of a formula.
    """

    text: str
    number: float | None = None
    formula: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its number as a spreadsheet shows it, and its cells that are not empty by index from 0."""

    number: int
    cells: Mapping[int, TableCell]


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of a file, without empty ones.

    Attributes:
        rows: In order.
        sheet: Name of the sheet; empty for CSV.
        other_sheets: How many sheets of the workbook are not read.
        since_1904: Whether days are counted from 1904 instead of 1900.
    """

    rows: tuple[TableRow, ...]
    sheet: str = ""
    other_sheets: int = 0
    since_1904: bool = False


def read_xlsx(data: bytes) -> RawTable:
    """Return the first visible sheet of a workbook.

    Raises:
        EvidenceError: the file is damaged, protected by a password, too large, or no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MOST_PARTS:
                raise _too_large()
            book = _Workbook()
            _parse(archive, "xl/workbook.xml", book.start)
            links = _Links()
            _parse(archive, "xl/_rels/workbook.xml.rels", links.start)
            names = [sheet for sheet in book.sheets if not sheet.hidden]
            if not names:
                raise _damaged()
            sheet = names[0]
            part = links.parts.get(sheet.link, "")
            path = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
            strings = _SharedTexts()
            if "xl/sharedStrings.xml" in archive.namelist():
                _parse(archive, "xl/sharedStrings.xml", strings.start, strings.end, strings.text)
            cells = _Cells(strings.texts)
            _parse(archive, path, cells.start, cells.end, cells.text)
            return RawTable(tuple(cells.rows), sheet.name, len(book.sheets) - 1, book.since_1904)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, EOFError, NotImplementedError) as error:
        raise _damaged() from error
    except (RuntimeError, ValueError, IndexError, OverflowError) as error:  # RuntimeError: a part is encrypted
        raise _damaged() from error


def _damaged() -> EvidenceError:
    return EvidenceError(
        say(
            "The file is no workbook that can be read; save it as XLSX without a password, or as CSV, and send it again."
        )
    )


def _too_large() -> EvidenceError:
    return EvidenceError(
        say(
            "The workbook is too large: at most {rows} rows, {columns} columns and {mb} MB of content are taken; divide it.",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
            mb=_MOST_BYTES // _MEGA,
        )
    )


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse one part of a workbook; the handlers get names without their namespace.

    Raises:
        EvidenceError: it is too large, or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    count = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS:
            raise _too_large()
        start(name.rpartition(":")[2], attributes)

    def refuse(*_arguments: object) -> None:
        raise _damaged()

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    if end is not None:
        ended = end
        parser.EndElementHandler = lambda name: ended(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    for chunk in _chunks(archive, part):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    total = 0
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            total += len(chunk)
            if total > _MOST_BYTES:
                raise _too_large()
            yield chunk


@dataclass(frozen=True, slots=True)
class _SheetName:
    name: str
    link: str
    hidden: bool


@dataclass(slots=True)
class _Workbook:
    sheets: list[_SheetName] = field(default_factory=list)
    since_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(_SheetName(attributes.get("name", ""), link, hidden))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in ("1", "true")


@dataclass(slots=True)
class _Links:
    parts: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.parts[attributes["Id"]] = attributes["Target"]


@dataclass(slots=True)
class _SharedTexts:
    texts: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _reads: bool = False
    _aside: int = 0  # within a reading aid for the characters of a text

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside += 1
        elif name == "t":
            self._reads = not self._aside

    def text(self, data: str) -> None:
        if self._reads:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if name == "si":
            self.texts.append("".join(self._pieces))
        elif name == "rPh":
            self._aside -= 1
        elif name == "t":
            self._reads = False


@dataclass(slots=True)
class _Cells:
    strings: list[str]
    rows: list[TableRow] = field(default_factory=list)
    _cells: dict[int, TableCell] = field(default_factory=dict)
    _number: int = 0
    _column: int = -1
    _kind: str = ""
    _formula: bool = False
    _reads: bool = False
    _pieces: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._cells, self._column = {}, -1
        elif name == "c":
            reference = attributes.get("r")
            self._column = self._column + 1 if reference is None else _index(reference)
            self._kind, self._formula, self._pieces = attributes.get("t", "n"), False, []
        elif name == "f":
            self._formula = True
        elif name in ("v", "t"):
            self._reads = True

    def text(self, data: str) -> None:
        if self._reads:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._reads = False
        elif name == "c":
            cell = _cell(self._kind, "".join(self._pieces), self.strings, formula=self._formula)
            if cell is not None:
                if self._column >= MOST_COLUMNS:
                    raise _too_large()
                self._cells[self._column] = cell
        elif name == "row" and self._cells:
            if len(self.rows) >= MOST_ROWS:
                raise _too_large()
            self.rows.append(TableRow(self._number, self._cells))


def _index(reference: str) -> int:
    """Return the index of a column from the reference of a cell, such as 1 for B7."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise _damaged()
    index = 0
    for letter in match.group(1):
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _cell(kind: str, raw: str, strings: list[str], *, formula: bool) -> TableCell | None:
    """Return a cell; None if it is empty."""
    number: Any = None
    text = raw
    if kind == "s" and raw.strip():
        text = strings[int(raw)]
    elif kind == "n" and raw.strip():
        number = float(raw)
        # A double has more digits than its user typed; ten are enough for a day with its hour.
        text = str(int(number)) if number.is_integer() or abs(number) >= _LONGEST_WHOLE else format(number, ".10g")
    text = text.strip()
    return TableCell(text, number, formula) if text or formula else None
