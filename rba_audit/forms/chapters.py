"""The order of the form, and the limit in words that stands beside its questions.

Words come from the edition; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rba_audit.conditions import All, parts_of
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
