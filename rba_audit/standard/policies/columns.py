"""`ColumnsPolicy`: the usual spellings of the columns of tables and files (`columns.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rba_audit.messages import say
from rba_audit.standard.policies.sourced_numbers import rules_table
from rba_audit.standard.toml_tables import Table

Direction = Literal["north", "south", "east", "west"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("north", "south", "east", "west")
TARGETS: Final = (
    "id",
    "row_number",
    "name",
    "kind",
    "kelurahan",
    "kelurahan_code",
    "kecamatan",
    "address",
    "manager",
    "position_accuracy_m",
    "longitude",
    "latitude",
    "x",
    "y",
    "easting",
    "northing",
    "zone",
    "coordinates",
    "wkt",
)
"""What a column may be: a property of a site, a piece of a position, or a number of a row."""
ANSWERS: Final = ("yes", "no", "partial")
_ZONE: Final = "{zone}"


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """Spellings of one column.

    Attributes:
        words: Whole headings, the most certain first.
        within: Words that a heading may have among others.
        begins: Beginnings of a heading of one word.
        ends: Ends of a heading of one word.
        without: Words that say that a heading means something else.
    """

    words: tuple[str, ...]
    within: tuple[str, ...]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnsPolicy:
    """Content of `columns.toml`.

    Attributes:
        columns: By what a column becomes: `id`, a property such as `name`, or a piece of a position.
        directions: By direction, the words beside a number of degrees.
        utm: Words for the grid UTM.
        tm3: Words for the grid TM-3.
        tm3_name: The name of a zone of TM-3 as reference system, with `{zone}` in it.
        below: First words of a total or note below a table, which is no place.
        answers: By the answer `yes`, `no` or `partial`, further words for it in cells.
    """

    columns: Mapping[str, ColumnWords]
    directions: Mapping[Direction, tuple[str, ...]]
    utm: tuple[str, ...]
    tm3: tuple[str, ...]
    tm3_name: str
    below: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...]]


def read_columns(path: Path) -> ColumnsPolicy:
    """Return the content of a `columns.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    columns, directions, grids, answers = (table.table(key) for key in ("column", "directions", "grids", "answers"))
    below = table.table("below")
    policy = ColumnsPolicy(
        columns={target: _column_words(columns.table(target)) for target in TARGETS},
        directions={direction: directions.texts(direction) for direction in DIRECTIONS},
        utm=grids.texts("utm"),
        tm3=grids.texts("tm3"),
        tm3_name=grids.text("tm3_name"),
        below=below.texts("words"),
        answers={answer: answers.texts(answer) for answer in ANSWERS},
    )
    if _ZONE not in policy.tm3_name:
        raise grids.fault(say("'{key}' must have {zone} in it", key="tm3_name", zone=_ZONE))
    for part in (columns, directions, grids, below, answers, table):
        part.refuse_unknown_keys()
    return policy


def _column_words(table: Table) -> ColumnWords:
    words = ColumnWords(
        table.texts("words"), *(table.texts(key, default=()) for key in ("within", "begins", "ends", "without"))
    )
    table.refuse_unknown_keys()
    return words
