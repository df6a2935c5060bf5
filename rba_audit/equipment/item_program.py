"""What judging items takes, worked out once for an edition, and what their answers are made of.

Only the edition speaks here; no item is judged.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rba_audit.evidence import normalize_word
from rba_audit.findings.program import Program, compile_requirements
from rba_audit.findings.program_json import counted_by_items, looked_at
from rba_audit.standard import Requirement, Standard

Item = Mapping[str, Any]
"""One item as a visit's document has it: `id`, `kind`, `name`, `gone`, `answers`, `note_damaged`."""


@dataclass(frozen=True)
class ItemProgram:
    """What judging items takes, worked out once for an edition.

    Attributes:
        asked_of_items: The requirements that are asked of items.
        counted: The requirements of the place whose questions are answered by counting items.
        asked: Their questions, and the facts an item has for itself.
        asked_of_site: What else they look at: the answers of the place that every item is judged with.
        beside: Every answer of the place that speaks of what the list of items answers, or decides whether it applies.
        program: The table of operations of both.
    """

    asked_of_items: tuple[Requirement, ...]
    counted: tuple[Requirement, ...]
    asked: frozenset[str]
    asked_of_site: frozenset[str]
    beside: frozenset[str]
    program: Program


_PLANS: Final[dict[int, ItemProgram]] = {}


def plan_of(standard: Standard) -> ItemProgram:
    """Return the plan of an edition; an edition object is planned once."""
    plan = _PLANS.get(id(standard))
    if plan is None:
        plan = _PLANS[id(standard)] = _planned(standard)
        weakref.finalize(standard, _PLANS.pop, id(standard), None)
    return plan


def _planned(standard: Standard) -> ItemProgram:
    each = tuple(standard.requirement(name) for name in standard.equipment.each)
    counted = counted_by_items(standard)
    asked = {question.id for requirement in each for question in requirement.questions} | {*standard.equipment.facts}
    both = (*each, *counted)
    return ItemProgram(
        each,
        counted,
        frozenset(asked),
        frozenset(looked_at(each) - asked),
        frozenset(asked | looked_at(both) | {question.id for one in counted for question in one.questions}),
        compile_requirements(standard.questions, both),
    )


def word_of(value: object) -> str | None:
    """Return an answer as a word in its one spelling; None where nothing was said."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return normalize_word(value) or None if isinstance(value, str) else None if value is None else ""
