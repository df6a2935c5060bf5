"""Population by kelurahan or kecamatan from a table of a statistics or registration office, joined to known boundaries.

Rows are joined by code, else by name within the kecamatan. A row that matches no boundary, or a boundary that two rows match, is
reported and not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rba_audit.errors import EvidenceError
from rba_audit.file_formats import SourceRow, SourceTable
from rba_audit.messages import Message, say
from rba_audit.sites.part_kinds import normalized_word
from rba_audit.sites.problems import quote
from rba_audit.standard.policies.coverage import PopulationTableRules
from rba_audit.whereabouts import Boundaries, Boundary

_AGES: Final = re.compile(r"(?<!\d)(\d{1,3})(?:\s*(?:-|–|—|s/?d|to|sampai)\s*(\d{1,3}))?(\s*\+|\s*(?:tahun )?(?:ke atas|lebih))?(?!\d)")  # fmt: skip
_AGE_WORDS: Final = frozenset({"umur", "usia", "tahun", "thn", "th", "age", "ages", "years", "year", "kelompok", "kel"})
_GROUPS: Final = re.compile(r"\d{1,3}([.,\s]\d{3})+")
_OLDEST: Final = 130


class AgeBand(NamedTuple):
    """Ages in years, first and last, of a column; `last` is None for an open band such as 65+."""

    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class AreaPopulation:
    """Population of one area.

    Attributes:
        people: Everybody; None if the table does not say.
        children: People of the ages of `PopulationTable.ages`; None if it does not say.
    """

    row: int
    boundary: Boundary
    people: float | None
    children: float | None


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """A table of population that was joined to boundaries.

    Attributes:
        areas: The areas with a number.
        ages: First and last age that count as children; None if the table has no bands from 0 on.
        notes: What was not used and why, and what the number of children is.
        without: Boundaries of the level of the table that no row matches.
    """

    areas: tuple[AreaPopulation, ...]
    ages: tuple[int, int] | None
    notes: tuple[Message, ...]
    without: tuple[Boundary, ...]


def read_population_table(table: SourceTable, boundaries: Boundaries, rules: PopulationTableRules) -> PopulationTable:
    """Return the population of the areas of a table.

    Raises:
        EvidenceError: it has no column of areas or of numbers, or no boundary is known.
    """
    columns = _columns(table.columns, rules)
    if not columns.area:
        raise EvidenceError(
            say("No column says which kelurahan or kecamatan a row is about; name one “kode”, “kelurahan” or “kecamatan”.")
        )  # fmt: skip
    if not boundaries:
        raise EvidenceError(say("A table is joined to boundaries, and none are known; add the boundaries first."))
    bands, ages, straddling = _child_bands(columns.ages, rules.adult_age.value)
    if not columns.total and not bands:
        raise EvidenceError(
            say("No column holds numbers of people; name one “jumlah” or give columns of ages such as 0-4, 5-9.")
        )
    areas = _Areas(boundaries, rules, finest="kelurahan" in columns.area or "kecamatan" not in columns.area)
    read: dict[str, list[AreaPopulation]] = {}
    notes: list[Message] = []
    for row in table.rows:
        boundary, why = areas.of_row({key: row.values.get(column) for key, column in columns.area.items()})
        if boundary is None:
            notes.append(say("row {row}: {why}; it is not used", row=row.number, why=why or ""))
            continue
        people = _number(row, columns.total)
        children = _sum(row, bands)
        if people is None and children is None:
            notes.append(
                say("row {row}: {area} has no number that can be read; it is not used", row=row.number, area=boundary.words)
            )  # fmt: skip
            continue
        read.setdefault(boundary.code or boundary.name, []).append(
            AreaPopulation(row.number, boundary, people, children)
        )
    notes += [
        say(
            "rows {rows}: they are all about {area}; none of them is used",
            rows=", ".join(str(area.row) for area in twice),
            area=twice[0].boundary.words,
        )
        for twice in read.values()
        if len(twice) > 1
    ]
    used = tuple(found[0] for found in read.values() if len(found) == 1)
    if ages and straddling:
        notes.append(
            say(
                "Children are those of {first} to {last}: how many of {band} are children is not known, so nobody of that age counts.",
                first=ages[0],
                last=ages[1],
                band=f"{straddling.first}–{straddling.last}" if straddling.last is not None else f"{straddling.first}+",
            )
        )
    elif columns.ages and not ages:
        notes.append(say("The columns of ages do not begin at 0 or have gaps, so they are not used."))
    if len(used) < len(read) or ages is None or any(area.children is None for area in used):
        complete = [area for area in used if area.children is not None]
        if ages is not None and len(complete) < len(used):
            notes.append(say("Not every row states all ages, so all people are counted instead of children."))
            ages = None
    matched = set(read)
    without = tuple(boundary for boundary in areas.all if (boundary.code or boundary.name) not in matched)
    return PopulationTable(used, ages, tuple(notes), without)


class _Columns(NamedTuple):
    area: Mapping[str, str]
    total: tuple[str, ...]
    ages: Mapping[AgeBand, tuple[str, ...]]


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^\w\s–—-]+|_|-(?!\s*\d)", " ", heading.casefold()).split())


def _columns(headings: Sequence[str], rules: PopulationTableRules) -> _Columns:
    """Return which columns hold the area, the total and each band of ages; a total by sexes has two columns."""
    plain = {heading: _plain(heading) for heading in headings}
    area = {
        key: heading
        for key in ("kelurahan", "kecamatan", "code")
        if (heading := next((name for name in headings if plain[name] in rules.headings[key]), ""))
    }
    total: tuple[str, ...] = tuple(name for name in headings if plain[name] in rules.headings["total"])[:1]
    if not total:
        men = [name for name in headings if plain[name] in rules.men]
        women = [name for name in headings if plain[name] in rules.women]
        total = (men[0], women[0]) if len(men) == len(women) == 1 else ()
    by_band: dict[AgeBand, dict[str, list[str]]] = {}
    for name in headings:
        if name in area.values() or name in total:
            continue
        if (found := _band(plain[name], rules)) is not None:
            by_band.setdefault(found[0], {}).setdefault(found[1], []).append(name)
    return _Columns(area, total, {band: cells for band, by_sex in by_band.items() if (cells := _cells(by_sex))})


def _cells(by_sex: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the columns whose sum is a band: that of both sexes, else the one of men and the one of women."""
    if any(len(names) > 1 for names in by_sex.values()):
        return ()
    if "both" in by_sex:
        return (by_sex["both"][0],)
    return (by_sex["men"][0], by_sex["women"][0]) if {"men", "women"} <= set(by_sex) else ()


def _band(heading: str, rules: PopulationTableRules) -> tuple[AgeBand, str] | None:
    match = _AGES.search(heading)
    if match is None:
        return None
    rest = [word for word in f"{heading[: match.start()]} {heading[match.end() :]}".split() if word not in _AGE_WORDS]
    words = " ".join(rest)
    sex = "men" if words in rules.men else "women" if words in rules.women else "both"
    if sex == "both" and words and words not in rules.total:
        return None
    first = int(match[1])
    last = None if match[3] else int(match[2]) if match[2] else first
    if first > _OLDEST or (last is not None and not first <= last <= _OLDEST):
        return None
    return AgeBand(first, last), sex


def _child_bands(
    ages: Mapping[AgeBand, tuple[str, ...]], adult_age: float
) -> tuple[list[tuple[str, ...]], tuple[int, int] | None, AgeBand | None]:
    """Return columns of the bands below the adult age without gaps from 0, the ages they cover, and the band that straddles it."""
    upcoming = 0
    bands: list[tuple[str, ...]] = []
    for band in sorted(ages, key=lambda band: (band.first, band.last or _OLDEST)):
        if band.first != upcoming or band.last is None or band.last >= adult_age:
            if band.first == upcoming and band.first < adult_age and bands:
                return bands, (0, upcoming - 1), band
            continue
        bands.append(ages[band])
        upcoming = band.last + 1
    return (bands, (0, upcoming - 1), None) if bands else ([], None, None)


class _Areas:
    """Boundaries of one level, found by code or by name within a kecamatan."""

    def __init__(self, boundaries: Boundaries, rules: PopulationTableRules, *, finest: bool) -> None:
        self._rules = rules
        levels = len(boundaries.policy.digits.value) - 1
        wanted = levels if finest else levels - 1
        coded = [boundary for boundary in boundaries.all if boundary.code]
        level = (
            wanted if any(boundary.level == wanted for boundary in coded) else max((b.level for b in coded), default=0)
        )
        self._finest = finest
        self.all = [boundary for boundary in boundaries.all if not boundary.code or boundary.level == level]
        self._named = {boundary.code: boundary.name for boundary in coded}
        self._by_code = {_digits(boundary.code): boundary for boundary in self.all if boundary.code}
        self._by_name: dict[str, list[Boundary]] = {}
        for boundary in self.all:
            self._by_name.setdefault(self._name(boundary.name), []).append(boundary)

    def of_row(self, cells: Mapping[str, object]) -> tuple[Boundary | None, Message | None]:
        """Return the boundary of a row, or why there is none."""
        code = _digits(_text(cells.get("code")))
        if code:
            if code in self._by_code:
                return self._by_code[code], None
            if not cells.get("kelurahan") and not cells.get("kecamatan"):
                return None, say("no boundary has the code {code}", code=quote(_text(cells.get("code"))))
        name = _text(cells.get("kelurahan" if self._finest else "kecamatan"))
        above = _text(cells.get("kecamatan")) if self._finest else ""
        if not name:
            return None, say("it names no area")
        candidates = self._by_name.get(self._name(name), [])
        if above:
            candidates = [area for area in candidates if self._above(area) in ("", self._name(above))]
        words = f"{name}, {above}" if above else name
        if not candidates:
            return None, say("no boundary is called {name}", name=quote(words))
        if len(candidates) > 1:
            return None, say("{count} boundaries are called {name}", count=len(candidates), name=quote(words))
        return candidates[0], None

    def _above(self, boundary: Boundary) -> str:
        return self._name(self._named.get(boundary.code.rpartition(".")[0], ""))

    def _name(self, text: str) -> str:
        words = normalized_word(text.replace(".", " ")).split()
        while len(words) > 1 and words[0] in self._rules.prefixes:
            words = words[1:]
        return "".join(words)


def _digits(text: str) -> str:
    return "".join(letter for letter in text.removesuffix(".0") if letter.isdecimal())


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())


def _sum(row: SourceRow, bands: Sequence[tuple[str, ...]]) -> float | None:
    numbers = [_number(row, columns) for columns in bands]
    return None if not numbers or None in numbers else sum(number for number in numbers if number is not None)


def _number(row: SourceRow, columns: Sequence[str]) -> float | None:
    """Return the sum of some cells; None if one of them is no count."""
    counts = list(_counts(row.values.get(column) for column in columns))
    return sum(count for count in counts if count is not None) if counts and None not in counts else None


def _counts(values: Iterator[object]) -> Iterator[float | None]:
    for value in values:
        if isinstance(value, bool):
            yield None
        elif isinstance(value, int | float):
            yield float(value) if 0 <= value < 1e10 else None
        else:
            text = _text(value)
            text = re.sub(r"[.,\s]", "", text) if _GROUPS.fullmatch(text) else text
            yield float(text) if text.isascii() and text.isdecimal() else None
