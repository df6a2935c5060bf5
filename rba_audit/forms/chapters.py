"""The order of the form and what stands beside its questions: its limit in words, and when they apply.

Words and conditions come from the edition; nothing is decided here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from rba_audit.conditions import All, AnyOf, Condition, Count, Is, parts_of
from rba_audit.findings.wording import described, limit_of
from rba_audit.standard import Aspect, Requirement, Standard


@dataclass(frozen=True, slots=True)
class Chapter:
    """An aspect with its requirements, those that count first."""

    aspect: Aspect
    core: tuple[Requirement, ...]
    extension: tuple[Requirement, ...]


def chapters(standard: Standard) -> tuple[Chapter, ...]:
    """Return the aspects of an edition in order, each with its requirements."""

    def of(aspect: Aspect, tier: str) -> tuple[Requirement, ...]:
        return tuple(each for each in standard.requirements if each.aspect == aspect.code and each.tier == tier)

    return tuple(Chapter(aspect, of(aspect, "core"), of(aspect, "extension")) for aspect in standard.aspects)


def limit_words(requirement: Requirement, standard: Standard, known: Mapping[str, object]) -> list[str]:
    """Return what conforms, in words, one line for each thing that must hold.

    A limit that depends on a fact is told for the fact as `known` has it.
    """
    words = {name: value if isinstance(value, str) else None for name, value in known.items()}
    condition = requirement.conforms_when
    if len(requirement.questions) == 1 and not parts_of(condition):
        return [limit_of(condition, standard, words)]
    return [described(part, standard, words) for part in (condition.of if isinstance(condition, All) else (condition,))]


def as_data(condition: Condition | None) -> str:
    """Return a condition as JSON for the page; empty where there is none.

    What the page cannot decide from words alone is `null`, and null is unknown.
    """
    return "" if condition is None else json.dumps(_data(condition), separators=(",", ":"))


def _data(condition: Condition) -> object:
    match condition:
        case Is(question, words):
            return ["is", question, list(words)]
        case All(of):
            return ["all", [_data(part) for part in of]]
        case AnyOf(of):
            return ["any", [_data(part) for part in of]]
        case Count(of, low, high):
            return ["count", low, high, [_data(part) for part in of]]
    return None
