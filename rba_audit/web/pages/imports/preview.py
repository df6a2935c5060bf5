"""Content of the preview of an import: rows by kind, page by page, with their changes, reasons and choices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rba_audit.imports import rows_to_take
from rba_audit.imports.import_plan import FieldChange, ImportPlan, PlannedRow, RowKind
from rba_audit.messages import Message, format_number, say
from rba_audit.sites import Sites
from rba_audit.standard import Standard
from rba_audit.web.pages.imports.draft_reading import DraftImport
from rba_audit.web.pages.imports.targets import target_words

ROWS_ON_A_PAGE: Final = 200
KIND_WORDS: Final[Mapping[RowKind, Message]] = {
    "new": say("new"),
    "changed": say("changed"),
    "doubtful": say("doubtful"),
    "refused": say("refused"),
    "same": say("unchanged"),
}
"""The kinds of rows, in the order in which the page shows them."""
KIND_NOTES: Final[Mapping[RowKind, Message]] = {
    "new": say("The register does not have these yet."),
    "changed": say("The register has these, and the file says something else."),
    "doubtful": say("These need your decision; nothing of them is taken unless you say so."),
    "refused": say("These cannot be taken; mend them in the file and bring it again."),
    "same": say("The register has these exactly so; nothing changes."),
}
_LONGEST_VALUE: Final = 120
_KILOMETRE: Final = 1000
_PLACES: Final = 3
_REMARKS: Final = 50


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A changed property in words; `before` is empty if the register has none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the preview; `take` says whether it would be taken now."""

    row: PlannedRow
    changes: tuple[ShownChange, ...]
    from_position: str
    take: bool
    choosable: bool


@dataclass(frozen=True, slots=True)
class GroupedNote:
    """A warning about some rows: how many, and where the first ones are."""

    words: str
    count: int
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of the preview.

    Attributes:
        kind: The kind that is shown; None for all.
        counts: Rows by kind.
        taken: Number of rows that would be taken now, by kind.
        total: How many rows would be taken now, parts included.
        places: How many of them are places and not parts.
    """

    rows: tuple[ShownRow, ...]
    kind: RowKind | None
    counts: Mapping[RowKind, int]
    taken: Mapping[RowKind, int]
    total: int
    places: int
    number: int
    pages: int


def settle_choices(content: DraftImport, plan: ImportPlan) -> None:
    """Drop choices for rows that the plan does not have, or that cannot be taken any more."""
    possible = {row.id for row in plan.rows if row.can_take and row.kind != "refused"}
    content.choices = {id: choice for id, choice in content.choices.items() if id in possible}


def preview_of(content: DraftImport, plan: ImportPlan, standard: Standard, kind: str, number: str) -> Preview:
    """Return one page of the preview; an unknown kind or page falls back to all rows and the first or last page."""
    settle_choices(content, plan)
    rows = rows_to_take(plan, content.choices, content.kinds)
    taken = {row.id for row in rows}
    wanted = next((known for known in KIND_WORDS if known == kind), None)
    order = list(KIND_WORDS)
    selected = [row for row in plan.rows if wanted is None or row.kind == wanted]
    if wanted is None:  # what needs a decision comes first, what stays as it is last
        first: list[RowKind] = ["doubtful", "refused", "changed", "new", "same"]
        selected.sort(key=lambda row: first.index(row.kind))
    pages = max(1, -(-len(selected) // ROWS_ON_A_PAGE))
    page = min(max(int(number), 1), pages) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    shown = tuple(
        _shown(row, standard, row.id in taken) for row in selected[(page - 1) * ROWS_ON_A_PAGE : page * ROWS_ON_A_PAGE]
    )
    counts = {known: plan.counts.get(known, 0) for known in order}
    by_kind = {known: sum(row.kind == known for row in rows) for known in order}
    places = sum(not row.part_of for row in rows)
    return Preview(shown, wanted, counts, by_kind, len(rows), places, page, pages)


def remarks_of(sites: Sites) -> list[GroupedNote]:
    """Return the warnings about a file, those with the same words together, the commonest first."""
    places: dict[str, list[str]] = {}
    for problem in sites.problems:
        if problem.level == "warning":
            words = str(say("{found}; {remedy}.", found=problem.found, remedy=problem.remedy))
            places.setdefault(words, []).append(problem.where)
    remarks = [GroupedNote(words, len(where), tuple(filter(None, where[:_PLACES]))) for words, where in places.items()]
    return sorted(remarks, key=lambda remark: -remark.count)[:_REMARKS]


def _shown(row: PlannedRow, standard: Standard, take: bool) -> ShownRow:
    choosable = row.can_take and row.kind in ("new", "changed", "doubtful")
    changes = tuple(_change(change, standard) for change in row.changes)
    added = ", ".join(f"{target_words(key, standard)}: {text}" for key, text in (row.from_position or {}).items())
    return ShownRow(row, changes, added, take and row.kind != "refused", choosable)


def _change(change: FieldChange, standard: Standard) -> ShownChange:
    words = target_words(change.field, standard)
    if change.field != "geometry":
        return ShownChange(words, _value(change.before), _value(change.after))
    if change.before is None or change.after is None:
        known, unknown = str(say("given")), str(say("none"))
        return ShownChange(words, *(unknown if shape is None else known for shape in (change.before, change.after)))
    if change.moved_m is None:
        return ShownChange(words, "", str(say("is another")))
    if change.moved_m >= _KILOMETRE:
        moved = say("lies {distance} km away", distance=format_number(change.moved_m / _KILOMETRE, 1))
    elif change.moved_m >= 1:
        moved = say("lies {distance} m away", distance=format_number(change.moved_m, 0))
    else:
        moved = say("is another at the same place")
    return ShownChange(words, "", str(moved))


def _value(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
