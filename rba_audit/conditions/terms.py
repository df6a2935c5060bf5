"""Frozen types for the conditions that a requirement may state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Trits = NDArray[np.int8]
"""Three-valued truth: 1 true, 0 unknown, -1 false."""


@dataclass(frozen=True, slots=True)
class Term:
    """A factor times the product of some numeric questions; without questions, a constant."""

    times: Fraction
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of terms, in the unit of the question it is compared with."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A limit that depends on the answer to a choice question or fact (`by`)."""

    by: str
    limits: tuple[tuple[str, Fraction], ...]


LimitValue = Fraction | Lookup | Sum


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of these words."""

    question: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A number, or a sum, is at least or at most a limit; equality satisfies both."""

    left: str | Sum
    at_least: bool
    limit: LimitValue


@dataclass(frozen=True, slots=True)
class Between:
    """A number lies between two limits, both included."""

    question: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Includes:
    """A set contains at least `count` names (of those in `of`, unless it is empty)."""

    question: str
    count: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """All of these conditions hold."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these conditions holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """From `at_least` to `at_most` of these conditions hold."""

    of: tuple[Condition, ...]
    at_least: int
    at_most: int


Condition = Is | Compare | Between | Includes | All | AnyOf | Count


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions combined in `condition`; a simple one has none."""
    return condition.of if isinstance(condition, All | AnyOf | Count) else ()


def questions_of(condition: Condition) -> Iterator[str]:
    """Yield the id of every question and fact in `condition`, with repeats."""
    match condition:
        case Is(question) | Between(question) | Includes(question):
            yield question
        case Compare(left, _, limit):
            for side in (left, limit):
                match side:
                    case str():
                        yield side
                    case Sum(terms):
                        for term in terms:
                            yield from term.of
                    case Lookup(by):
                        yield by
        case All(of) | AnyOf(of) | Count(of):
            for part in of:
                yield from questions_of(part)


def answers_of(condition: Condition) -> list[str]:
    """Return the ids of the questions that `condition` compares, each once; without those that only select a limit."""
    choosers = {
        part.limit.by for part in _simple(condition) if isinstance(part, Compare) and isinstance(part.limit, Lookup)
    }
    compared = dict.fromkeys(name for part in _simple(condition) for name in questions_of(part))
    return [name for name in compared if name not in choosers] or list(compared)


def _simple(condition: Condition) -> Iterator[Condition]:
    if not parts_of(condition):
        yield condition
    for part in parts_of(condition):
        yield from _simple(part)
