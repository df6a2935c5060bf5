"""Find the column that identifies the sites: unique, filled in every row, and no number of a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rba_audit.imports.headings import heading_rank, is_exact
from rba_audit.imports.source_columns import SourceColumn
from rba_audit.layers.property_words import is_blank
from rba_audit.messages import Message, say
from rba_audit.sites.features import ID_PROPERTIES
from rba_audit.sites.problems import quote
from rba_audit.standard.policies import ColumnsPolicy

_LONGEST: Final = 100
_TOLD: Final = 2  # columns that are told although none is taken
_WHOLE: Final = re.compile(r"\d+(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class IdColumn:
    """What was found out about a column that may hold ids; `chosen` if it is taken."""

    heading: str
    chosen: bool
    why: Message | str


def id_columns(columns: Mapping[str, SourceColumn], rows: int, policy: ColumnsPolicy) -> tuple[IdColumn, ...]:
    """Return the columns that may hold ids: the chosen one, if any, and those that are told because they were not taken.

    Args:
        columns: The columns by heading.
        rows: Number of rows.
        policy: Usual spellings.
    """
    own = [heading for heading in ID_PROPERTIES if heading in columns and columns[heading].filled]
    told: list[IdColumn] = []
    for heading in own:
        texts = [id_text(value) for value in columns[heading].filled]
        if not _tells_nothing(texts):
            why: Message | str = ""
            if _row_numbers(texts, rows):
                why = say("it counts the rows, and another list may have the same numbers for other places")
            return (*told, IdColumn(heading, True, why))
        told.append(
            IdColumn(
                heading,
                False,
                say(
                    "it has {count} different values in {rows} rows, which tells no place from another; a hash of each row serves as its id, unless another column does",
                    count=len({*texts}),
                    rows=len(texts),
                ),
            )
        )
    return (*told, *_candidates(columns, rows, policy, {*own}))


def id_text(value: object) -> str:
    """Return an id as text, with 12 and 12.0 alike; empty if it can be none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value == value // 1:
        return str(int(value))
    return str(value).strip()


def _tells_nothing(texts: Sequence[str]) -> bool:
    """Return whether more values repeat than differ, as in the column `id` that drawing programs fill with zeros."""
    return len(texts) - len({*texts}) > len({*texts})


def _candidates(
    columns: Mapping[str, SourceColumn], rows: int, policy: ColumnsPolicy, own: set[str]
) -> tuple[IdColumn, ...]:
    ranked = _ranked(columns, policy, own)
    texts = {heading: [id_text(value) for value in columns[heading].filled] for heading, _ in ranked}
    fit = [
        heading
        for heading, rank in ranked
        if _fit(texts[heading], rows) and _sure(texts[heading], rank, columns[heading].filled)
    ]
    counting = [heading for heading in fit if _row_numbers(texts[heading], rows)]
    stable = [heading for heading in fit if heading not in counting]
    if stable:
        others = ", ".join(f"“{quote(heading)}”" for heading in fit if heading != stable[0])
        why = say("every row has another value, and its heading is that of an id")
        if others:
            why = say("every row has another value, and its heading is that of an id, as in {others}", others=others)
        return (IdColumn(stable[0], True, why),)
    if counting:
        why = say(
            "it counts the rows, and numbers of rows are no ids; name it as the id if it stays the same in later files"
        )
        return tuple(IdColumn(heading, False, why) for heading in counting[:_TOLD])
    unfit = [heading for heading, rank in ranked if is_exact(rank) and texts[heading]] if rows > 1 else []
    return tuple(IdColumn(heading, False, _unfit(columns[heading], rows)) for heading in unfit[:_TOLD])


def _ranked(columns: Mapping[str, SourceColumn], policy: ColumnsPolicy, own: set[str]) -> list[tuple[str, int]]:
    ranked = [
        (heading, rank)
        for heading in columns
        if heading not in own
        and "." not in heading  # inside an object, where it may be the id of anything
        and heading_rank(heading, policy.columns["row_number"]) is None
        and (rank := heading_rank(heading, policy.columns["id"])) is not None
    ]
    return sorted(ranked, key=lambda pair: pair[1])


def _fit(texts: Sequence[str], rows: int) -> bool:
    return len(texts) == rows and len({*texts}) == rows and all(0 < len(text) <= _LONGEST for text in texts)


def _sure(texts: Sequence[str], rank: int, values: Sequence[Any]) -> bool:
    """Return whether the values look like ids: with a single row every value is unique, and a measured number is no id."""
    if any(isinstance(value, float) and value != value // 1 for value in values):
        return False
    return len(texts) > 1 or (len(texts) == 1 and is_exact(rank) and texts[0] not in ("0", "1"))


def _row_numbers(texts: Sequence[str], rows: int) -> bool:
    """Return whether values are the numbers 0 to n-1 or 1 to n, in any order."""
    if rows < 2 or not all(_WHOLE.fullmatch(text) for text in texts):
        return False
    numbers = {int(float(text)) for text in texts if len(text) < 12}
    return len(numbers) == rows == len(texts) and (min(numbers), max(numbers)) in ((0, rows - 1), (1, rows))


def _unfit(column: SourceColumn, rows: int) -> Message:
    texts = Counter(id_text(value) for value in column.values if not is_blank(value))
    twice = sum(count for count in texts.values() if count > 1)
    if twice:
        return say("it is no id, because {count} rows share a value", count=twice)
    return say("it is no id, because {count} of {rows} rows have no value", count=rows - sum(texts.values()), rows=rows)
