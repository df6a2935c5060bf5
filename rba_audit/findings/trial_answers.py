"""Trial answers for the proofs about an edition: at, just under and just over every limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import floor, prod
from typing import Final

from rba_audit.conditions import Between, Compare, Condition, Includes, Lookup, Sum, parts_of, questions_of
from rba_audit.evidence import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_APPLICABLE,
    OTHER,
)
from rba_audit.standard import Question, Requirement, Storage, kind_of

MOST_CASES: Final = 4_000_000
State = tuple[int, int]
"""Code and fixed-point number of one possible answer."""


def shown(question: Question, state: State) -> str:
    """Return a state of a question as an example in TOML states it."""
    code, number = state
    if code == NOT_APPLICABLE:
        return "not_applicable"
    if code == OTHER:
        return "(other)"
    value = kind_of(question).decode(question, code, number)
    if isinstance(value, list):
        return "+".join(value)
    return str(float(value)) if isinstance(value, int | float) else str(value)


def states_to_try(
    question: Question, questions: Sequence[Question], conditions: Sequence[Condition], requirement: Requirement
) -> list[State]:
    """Return the states of a question that its conditions can distinguish; the first is the missing answer."""
    states: list[State] = [(MISSING, 0)]
    if requirement.may_be_not_applicable and question.id == requirement.questions[0].id:
        states.append((NOT_APPLICABLE, 0))
    match kind_of(question).storage:
        case Storage.NUMBER:
            numbers = {*_numbers_to_try(question, questions, conditions)}
            if question.at_most is not None or any(other.at_most == question.id for other in questions):
                numbers |= {int(value * question.scale) for value in (*_spread(question), question.low, question.high)}
            return states + [(GIVEN, value) for value in sorted(numbers)]
        case Storage.MASK:
            return states + [(GIVEN, mask) for mask in _masks_to_try(question, conditions)]
        case Storage.WORD:
            states += [(OTHER, 0)] if question.open else []
            return states + [(FIRST_CHOICE + number, 0) for number in range(len(question.choices))]


def _numbers_to_try(question: Question, questions: Sequence[Question], conditions: Sequence[Condition]) -> list[int]:
    """Return values at, just under and just over every limit; a limit may depend on the other numbers of a sum."""
    low, high = int(question.low * question.scale), int(question.high * question.scale)
    values = {low, high}
    for leaf in _leaves(conditions):
        match leaf:
            case Between(question.id, bottom, top):
                limits: list[Fraction] = [bottom, top]
            case Compare(question.id, _, Fraction() as limit):
                limits = [limit]
            case Compare(question.id, _, Lookup(_, table)):
                limits = [limit for _, limit in table]
            case Compare() if question.id in questions_of(leaf):
                limits = [*_spread(question), *_tipping_points(question, questions, leaf)]
            case _:
                limits = []
        for limit in limits:
            at = floor(limit * question.scale)
            values.update({at - 1, at, at + 1})
    return sorted(value for value in values if low <= value <= high)


def _spread(question: Question) -> list[Fraction]:
    """Return the values at 1/10 and 3/5 of a question's range, at its precision."""
    steps = (Fraction(1, 10), Fraction(3, 5))
    return [
        Fraction(floor((question.low + (question.high - question.low) * step) * question.scale), question.scale)
        for step in steps
    ]


def _tipping_points(question: Question, questions: Sequence[Question], compare: Compare) -> list[Fraction]:
    """Return the values of `question` at which a sum equals its limit, for some values of the other numbers in it."""
    others = [
        other
        for other in questions
        if kind_of(other).storage is Storage.NUMBER and other.id != question.id and other.id in questions_of(compare)
    ]
    limits = [limit for _, limit in compare.limit.limits] if isinstance(compare.limit, Lookup) else [compare.limit]
    points = []
    for values in product(*map(_spread, others)):
        given = {other.id: value for other, value in zip(others, values, strict=True)}
        for limit in limits:
            at_zero, at_one = (
                _value(compare.left, {**given, question.id: x}) - _value(limit, {**given, question.id: x})
                for x in (Fraction(0), Fraction(1))
            )
            if at_zero != at_one:
                points.append(at_zero / (at_zero - at_one))
    return points


def _value(side: str | Fraction | Sum, given: Mapping[str, Fraction]) -> Fraction:
    if isinstance(side, str):
        return given[side]
    if isinstance(side, Fraction):
        return side
    return sum(
        (term.times * prod((given[name] for name in term.of), start=Fraction(1)) for term in side.terms),
        start=Fraction(0),
    )


def _masks_to_try(question: Question, conditions: Sequence[Condition]) -> list[int]:
    """Return bit masks of choices with every number of the names that a condition counts."""
    masks = {0, (1 << len(question.choices)) - 1}
    names = [choice.name for choice in question.choices]
    for leaf in _leaves(conditions):
        if isinstance(leaf, Includes) and leaf.question == question.id:
            mask = 0
            for name in leaf.of or names:
                mask |= 1 << names.index(name)
                masks.add(mask)
    return sorted(masks)


def _leaves(conditions: Sequence[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        parts = parts_of(condition)
        if parts:
            yield from _leaves(parts)
        else:
            yield condition
