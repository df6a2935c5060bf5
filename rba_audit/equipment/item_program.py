"""Compile what is needed to evaluate items: requirements, questions and table of operations, once per edition.

It depends on the edition only; items are evaluated in `aggregation`.
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
"""One item as a visit's document has it: `id`, `kind`, `name`, `gone`, `same_as`, `answers`, `note`."""


@dataclass(frozen=True)
class ItemProgram:
    """Requirements, questions and table of operations for evaluating the items of an edition.

    Attributes:
        asked_of_items: The requirements that are evaluated per item.
        counted: The requirements of the site whose questions are answered by counting items.
        asked: Ids of the questions of `asked_of_items`, and of the facts that each item has.
        asked_of_site: Ids of the other questions in their conditions: site answers that every item is evaluated with.
        beside: Ids of all site questions that the list of items answers too, or that decide whether they apply.
        program: The table of operations of `asked_of_items`, then `counted`.
    """

    asked_of_items: tuple[Requirement, ...]
    counted: tuple[Requirement, ...]
    asked: frozenset[str]
    asked_of_site: frozenset[str]
    beside: frozenset[str]
    program: Program


_PLANS: Final[dict[int, ItemProgram]] = {}


def plan_of(standard: Standard) -> ItemProgram:
    """Return the item program of an edition; it is cached per edition object until that is collected."""
    plan = _PLANS.get(id(standard))
    if plan is None:
        plan = _PLANS[id(standard)] = _compile(standard)
        weakref.finalize(standard, _PLANS.pop, id(standard), None)
    return plan


def _compile(standard: Standard) -> ItemProgram:
    per_item = tuple(standard.requirement(name) for name in standard.equipment.each)
    counted = counted_by_items(standard)
    asked = {question.id for requirement in per_item for question in requirement.questions}
    asked |= {*standard.equipment.facts}
    both = (*per_item, *counted)
    own = {question.id for requirement in counted for question in requirement.questions}
    return ItemProgram(
        per_item,
        counted,
        frozenset(asked),
        frozenset(looked_at(per_item) - asked),
        frozenset(asked | looked_at(both) | own),
        compile_requirements(standard.questions, both),
    )


def word_of(value: object) -> str | None:
    """Return an answer as a word in its normalized spelling; None without an answer, and "" for a value that is no word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return normalize_word(value) or None if isinstance(value, str) else None if value is None else ""
