"""Read trained people from a table: only the columns that the rules name are taken, and an identity number refuses all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_files import read_table
from rba_audit.kla.kha_identity import has_identity_number
from rba_audit.kla.kha_people import certificate_of, person_of, plain_text, read_day
from rba_audit.kla.kha_xlsx import RawTable, TableCell, TableRow
from rba_audit.messages import BilingualText, Message, say
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson
from rba_audit.sites import Site
from rba_audit.standard.policies.kha import KhaPolicy

_HEADINGS_WITHIN: Final = 20
"""Rows at the top in which the headings are looked for; tables often begin with a title."""
_LETTERS: Final = 26
_MARKS: Final = re.compile(r"[\W_]+")
_BETWEEN_SITES: Final = re.compile(r"[;,\n|]")
_LONGEST_HEADING: Final = 60
_EMPTY: Final = TableCell("")
_MANDATORY: Final = "name"


@dataclass(frozen=True, slots=True)
class LeftColumn:
    """A column of a table that is not taken: its letter and its heading."""

    letter: str
    heading: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A message about a row, by the number that a spreadsheet shows; `left_out` if the row is not taken."""

    row: int
    message: Message | str
    left_out: bool


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """Trained people from a table, before they are stored.

    Attributes:
        people: The people, in the order of the rows; one who is in several rows occurs several times.
        taken: The columns that are taken: words of the column and heading in the table.
        left: The columns that are not taken.
        problems: What is wrong with rows.
        rows: How many rows with content there are below the headings.
    """

    people: tuple[KhaPerson, ...]
    taken: tuple[tuple[BilingualText, str], ...]
    left: tuple[LeftColumn, ...]
    problems: tuple[RowProblem, ...]
    rows: int
    sheet: str
    other_sheets: int


def read_people_table(
    data: bytes, policy: KhaPolicy, sites: Sequence[Site], *, sector: str = "", training_id: str = ""
) -> PeopleTable:
    """Return the people of a CSV or XLSX file.

    Args:
        data: The bytes of the file.
        policy: The columns and sectors.
        sites: The sites that a row may name by id or name.
        sector: The sector of rows that state none; may be empty.
        training_id: The training of all certificates; may be empty.

    Raises:
        EvidenceError: the file cannot be read, has no column of names or no row below the headings, or any cell holds an identity
            number; then nothing may be stored.
    """
    table = read_table(data)
    headings = _headings(table, policy)
    _refuse_identity_numbers(table, headings, policy)
    columns = _columns(headings, policy)
    if headings is None or _MANDATORY not in columns:
        first = policy.columns[0]
        raise EvidenceError(
            say(
                "The table has no column “{column}”; give its first row headings such as: {known}.",
                column=first.words,
                known=", ".join(str(column.words) for column in policy.columns),
            )
        )
    reader = _RowReader(columns, policy, sites, sector, training_id, table.since_1904)
    below = [row for row in table.rows if row.number > headings.number]
    if not below:
        raise EvidenceError(say("The table has no row below its headings."))
    for row in below:
        reader.read(row)
    by_index = {index: column for column, index in columns.items()}
    words = {column.name: column.words for column in policy.columns}
    return PeopleTable(
        people=tuple(reader.people),
        taken=tuple((words[name], _shown(headings.cells[index].text)) for index, name in sorted(by_index.items())),
        left=tuple(
            LeftColumn(column_letter(index), _shown(headings.cells.get(index, _EMPTY).text))
            for index in sorted({*headings.cells, *(index for row in below for index in row.cells)} - set(by_index))
        ),
        problems=tuple(reader.problems),
        rows=len(below),
        sheet=table.sheet,
        other_sheets=table.other_sheets,
    )


def column_letter(index: int) -> str:
    """Return the letter of a column as a spreadsheet shows it: A for 0, AA for 26."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _headings(table: RawTable, policy: KhaPolicy) -> TableRow | None:
    """Return the row of headings: the first with a column of names; else the first with an identity column, else the first row."""
    names = {word for column in policy.columns if column.name == _MANDATORY for word in _all_folded(column.headings)}
    top = table.rows[:_HEADINGS_WITHIN]
    for known in (names, _all_folded(policy.identity_headings)):
        for row in top:
            if any(_folded(cell.text) in known for cell in row.cells.values()):
                return row
    return top[0] if top else None


def _columns(headings: TableRow | None, policy: KhaPolicy) -> dict[str, int]:
    """Return the index of each column that is taken, by its name; of several with one name the first."""
    columns: dict[str, int] = {}
    known = {word: column.name for column in policy.columns for word in _all_folded(column.headings)}
    for index, cell in sorted((headings.cells if headings else {}).items()):
        if name := known.get(_folded(cell.text)):
            columns.setdefault(name, index)
    return columns


def _refuse_identity_numbers(table: RawTable, headings: TableRow | None, policy: KhaPolicy) -> None:
    """Refuse a table with an identity number in any cell, or with anything in a column for them.

    Raises:
        EvidenceError: there is one; the message names row and column and never the number.
    """
    cells: Mapping[int, TableCell] = headings.cells if headings else {}
    first = headings.number if headings else 0
    refused = _all_folded(policy.identity_headings)
    identity = {index for index, cell in cells.items() if _folded(cell.text) in refused}
    for row in table.rows:
        for index, cell in row.cells.items():
            in_identity_column = index in identity and row.number > first
            if in_identity_column or has_identity_number(cell.text):
                heading = cells.get(index, _EMPTY).text
                named = (
                    f"{column_letter(index)} “{_shown(heading)}”"
                    if row.number != first and heading
                    else column_letter(index)
                )
                raise EvidenceError(
                    say(
                        "Row {row}, column {column}: an identity number (NIK) is never taken, so nothing was stored; take the "
                        "column or the number out of the table and send it again.",
                        row=str(row.number),
                        column=named if not has_identity_number(named) else column_letter(index),
                    )
                )


class _RowReader:
    """Reads rows into people, and notes what is wrong with them."""

    def __init__(
        self,
        columns: Mapping[str, int],
        policy: KhaPolicy,
        sites: Sequence[Site],
        sector: str,
        training_id: str,
        since_1904: bool,
    ) -> None:
        self.people: list[KhaPerson] = []
        self.problems: list[RowProblem] = []
        self._columns, self._sector, self._training_id, self._since_1904 = columns, sector, training_id, since_1904
        self._words = {column.name: column.words for column in policy.columns}
        self._sectors = {
            _folded(word): sector.name
            for sector in policy.sectors
            for word in (sector.name, sector.words.id, sector.words.en, *sector.also)
        }
        self._sites = {_folded(site.name): site.id for site in sites} | {_folded(site.id): site.id for site in sites}

    def read(self, row: TableRow) -> None:
        """Add the person of a row, or a problem that says why it is left out."""
        cells = {name: row.cells.get(index, _EMPTY) for name, index in self._columns.items()}
        if not any(cell.text or cell.formula for cell in cells.values()):
            return  # only columns that are not taken have something here
        try:
            for name, cell in cells.items():
                if cell.formula:
                    raise EvidenceError(
                        say("{what}: the cell holds a formula; paste its value", what=self._words[name])
                    )
            self.people.append(self._person(row.number, cells))
        except EvidenceError as error:
            self.problems.append(RowProblem(row.number, error.message, left_out=True))

    def _person(self, number: int, cells: Mapping[str, TableCell]) -> KhaPerson:
        def text(name: str) -> str:
            return plain_text(cells.get(name, _EMPTY).text, self._words[name])

        sector = self._sector
        if stated := text("sector"):
            sector = self._sectors.get(_folded(stated), "")
            if not sector:
                self._warn(
                    number, say("“{text}” is no sector of the list; the person is taken without one", text=stated)
                )
        return person_of(
            text("name"),
            text("institution"),
            sector,
            self._site_ids(number, text("sites")),
            self._certificate(cells, text("number")),
        )

    def _certificate(self, cells: Mapping[str, TableCell], number: str) -> KhaCertificate | None:
        days = [
            read_day(cell.text, self._words[name], serial=cell.number, since_1904=self._since_1904)
            for name in ("dated", "valid_until")
            for cell in (cells.get(name, _EMPTY),)
        ]
        if not (number or any(days)):
            return None  # somebody of whom no certificate is stated, whatever the training
        return certificate_of(number, days[0], days[1], self._training_id)

    def _site_ids(self, number: int, text: str) -> set[str]:
        ids = set()
        for name in filter(None, map(str.strip, _BETWEEN_SITES.split(text))):
            id = self._sites.get(_folded(text)) or self._sites.get(_folded(name))
            if id is None:
                self._warn(number, say("“{text}” is no site of the register; it is left out", text=name))
            else:
                ids.add(id)
        return ids

    def _warn(self, number: int, message: Message) -> None:
        self.problems.append(RowProblem(number, message, left_out=False))


def _folded(text: str) -> str:
    """Return a text for comparison: lower case, with one blank for all marks between its words."""
    return _MARKS.sub(" ", text.casefold()).strip()


def _all_folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_folded, texts))


def _shown(text: str) -> str:
    """Return a heading as a page shows it."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"{line[:_LONGEST_HEADING]}…" if len(line) > _LONGEST_HEADING else line
