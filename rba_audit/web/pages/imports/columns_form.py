"""The form of the columns of a file: what it shows page by page, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from werkzeug.datastructures import MultiDict

from rba_audit.imports import ColumnUse, column_targets
from rba_audit.standard import Standard
from rba_audit.web.pages.imports.draft_reading import ReadFile
from rba_audit.web.pages.imports.targets import target_groups, target_words

COLUMNS_ON_A_PAGE: Final = 25
MOST_UNREAD: Final = 20
"""Values of a column that are not understood and that the page asks about."""
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class ColumnsForm:
    """What came back from the form.

    Attributes:
        targets: What the changed columns become.
        values: By target and value of the file, the word it is read as.
        crs: The reference system as it was typed; empty for that of the file.
        table: Another table to read; None if the button for it was not pressed.
        stays: Whether another page of columns comes next, instead of the preview.
        next_page: The number of that page.
    """

    targets: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    crs: str = ""
    table: str | None = None
    stays: bool = False
    next_page: int = 1


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column with its select, and the values that are not understood.

    Attributes:
        index: Its index in the mapping.
        target: What is chosen in the select.
        words: That in words.
        choices: The words that a value may be read as: (name, words); empty if its answer is no word.
    """

    index: int
    use: ColumnUse
    target: str
    words: str
    unread: Sequence[tuple[str, int]]
    unread_more: int
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ColumnsView:
    """A page of columns."""

    columns: Sequence[ShownColumn]
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    tables: Sequence[tuple[str, int]]
    table: str
    crs: str
    number: int
    pages: int
    total: int


def columns_view(read: ReadFile, standard: Standard, number: str, form: ColumnsForm | None = None) -> ColumnsView:
    """Return one page of columns; after an error with what was typed."""
    uses = read.mapping.columns
    typed = form or ColumnsForm(crs=read.mapping.crs)
    pages = max(1, -(-len(uses) // COLUMNS_ON_A_PAGE))
    page = min(max(int(number), 1), pages) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    start = (page - 1) * COLUMNS_ON_A_PAGE
    tables = read.source.tables if read.source else ()
    return ColumnsView(
        [
            _shown(start + at, use, typed.targets.get(use.column, use.target), standard)
            for at, use in enumerate(uses[start : start + COLUMNS_ON_A_PAGE])
        ],
        target_groups(standard),
        [(table.name, len(table.rows)) for table in tables],
        read.mapping.table,
        typed.crs,
        page,
        pages,
        len(uses),
    )


def read_columns_form(form: MultiDict[str, str], read: ReadFile, standard: Standard) -> ColumnsForm:
    """Return what came back from a form; what no select offers is ignored."""
    if "table" in form and form.get("button") == "table":
        return ColumnsForm(table=form["table"][:_LONGEST], stays=True)
    known = {"", *column_targets(standard)}
    targets: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for index, use in enumerate(read.mapping.columns):
        chosen = form.get(f"column-{index}", use.target)
        if chosen != use.target and chosen in known:
            targets[use.column] = chosen
            continue
        if not standard.has_question(use.target):
            continue
        words = {choice.name for choice in standard.question(use.target).choices}
        texts, read_as = form.getlist(f"unread-{index}"), form.getlist(f"value-{index}")
        for text, word in zip(texts, read_as, strict=False):
            if word in words:
                values.setdefault(use.target, {})[text] = word
    button = form.get("button", "")
    go_to = button.removeprefix("page-")
    stays = button.startswith("page-") and go_to.isascii() and go_to.isdigit() and len(go_to) < 8
    crs = " ".join(form.get("crs", "").split())[:_LONGEST]
    return ColumnsForm(targets, values, crs, None, stays, int(go_to) if stays else 1)


def _shown(index: int, use: ColumnUse, target: str, standard: Standard) -> ShownColumn:
    choices: Sequence[tuple[str, str]] = ()
    if use.unread and target == use.target and standard.has_question(target):
        choices = [(choice.name, str(choice.words)) for choice in standard.question(target).choices]
    unread = use.unread[:MOST_UNREAD]
    return ShownColumn(
        index,
        use,
        target,
        target_words(target, standard) if target else "",
        unread,
        len(use.unread) - len(unread),
        choices,
    )
