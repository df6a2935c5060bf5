"""Plan of a city or of a site as a PDF file: its result, what it was asked, its tables, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from rba_audit.messages import Message, format_number, say
from rba_audit.papers.issue import Issue
from rba_audit.papers.typesetting import typeset
from rba_audit.plans.sheets import PlanSheet

_TEMPLATE: Final = "plan.typ"
_WIDEST: Final = 40
"""The widest column, as a share."""
_LETTER: Final = 1.7
_EDGES: Final = 3
"""What the longest word of a heading needs, as shares: for each letter, and beside it."""
_DECIMALS: Final = 1
_MOST: Final = 500
"""Rows of a table; the workbook has all of them."""


def plan_paper(
    issue: Issue,
    title: str,
    about: Iterable[tuple[Message, str]],
    sheets: Sequence[PlanSheet],
    more: Message,
) -> bytes:
    """Return a plan as a PDF file in the current language.

    Args:
        issue: The office, and the moment of the data.
        title: The title of the paper.
        about: The result, what was asked, and what it rests on, as (heading, text).
        sheets: The tables.
        more: The sentence below a table whose rows do not all fit.
    """
    first, *others = facts = [(str(heading), text) for heading, text in about] or [("", "")]
    # A heading stands once above its texts.
    headings = [heading if heading != before else "" for (before, _), (heading, _) in pairwise(facts)]
    data = {
        **issue.frame(title),
        "result": [first],
        "basis_words": str(say("What the figures rest on")),
        "basis": [(heading, text) for heading, (_, text) in zip(headings, others, strict=True)],
        "tables": [
            {
                "title": str(name),
                "widths": [_width(str(heading), width) for heading, _, width in columns],
                "headings": [str(heading) for heading, _, _ in columns],
                "rows": [[_cell(value(row)) for _, value, _ in columns] for row in rows[:_MOST]],
                "more": str(more) if len(rows) > _MOST else "",
            }
            for name, columns, rows in sheets
            if rows
        ],
    }
    return typeset(_TEMPLATE, data, at=issue.at)


def _width(heading: str, width: float) -> float:
    """Return the share of a column: what its cells ask for, and at least what the longest word of its heading needs."""
    return max(min(width, _WIDEST), _LETTER * max(map(len, heading.split()), default=0) + _EDGES)


def _cell(value: str | float | None) -> dict[str, object]:
    """Return the text of a cell, and whether it is a number; a number that is not known is a dash and no 0."""
    if value is None:
        return {"text": "–", "number": True}
    if isinstance(value, str):
        return {"text": value, "number": False}
    return {"text": format_number(value, 0 if isinstance(value, int) else _DECIMALS), "number": True}
