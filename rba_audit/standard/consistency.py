"""Check an edition across its files: references resolve, limits can be met, and every outcome has an example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from fractions import Fraction
from math import lcm
from typing import Final

from rba_audit.conditions import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Count,
    Includes,
    Is,
    Lookup,
    Sum,
    parts_of,
    questions_of,
)
from rba_audit.errors import StandardError
from rba_audit.messages import Message, say
from rba_audit.standard.dependent_questions import asking_problems
from rba_audit.standard.edition import Standard
from rba_audit.standard.kinds import kind_of
from rba_audit.standard.terms import Question, Requirement

# Both sides of a comparison are summed in one 64-bit integer; this limit leaves one bit more free than necessary.
_LARGEST: Final = 2**62


def faults_of(standard: Standard) -> list[StandardError]:
    """Return the errors of an edition as a whole; each names the edition, the requirement and what to do."""
    return [
        *_doubled_questions(standard),
        *_empty_aspects(standard),
        *(
            error
            for each in standard.situations.items()
            for error in _condition_errors(standard, f"{standard.edition}, profile.toml, {each[0]}", each[1])
        ),
        *(error for requirement in standard.requirements for error in _requirement_errors(standard, requirement)),
        *_example_errors(standard),
    ]


def _error(where: str, problem: Message) -> StandardError:
    return StandardError(say("{where}: {problem}", where=where, problem=problem))


def _doubled_questions(standard: Standard) -> Iterator[StandardError]:
    ids = [question.id for question in standard.facts]
    ids += [standard.equipment.complete.id] if standard.equipment.complete else []
    ids += [question.id for requirement in standard.requirements for question in requirement.questions]
    for name, times in Counter(ids).items():
        if times > 1:
            yield _error(
                standard.edition,
                say("the question '{id}' stands {times} times; give each its own id", id=name, times=times),
            )


def _empty_aspects(standard: Standard) -> Iterator[StandardError]:
    used = {requirement.aspect for requirement in standard.requirements}
    for aspect in standard.aspects:
        if aspect.code not in used:
            yield _error(
                standard.edition,
                say(
                    "the aspect {code} has no requirement; write {file}.toml",
                    code=aspect.code,
                    file=aspect.code.lower(),
                ),
            )


def _requirement_errors(standard: Standard, requirement: Requirement) -> Iterator[StandardError]:
    where = f"{requirement.edition}, {requirement.id}"
    for condition in (requirement.applies_when, requirement.conforms_when, requirement.partial_when):
        if condition is not None:
            yield from _condition_errors(standard, where, condition)
    asked = set(_looked_at(requirement))
    for question in requirement.questions:
        if question.id not in asked:
            yield _error(
                where, say("nothing looks at the question '{id}'; use it in a condition or take it out", id=question.id)
            )
        if question.asked_when is not None:
            yield from _condition_errors(standard, where, question.asked_when)
    for problem in asking_problems(standard, requirement):
        yield _error(where, problem)
    yield from _missing_examples(standard, requirement, where)


def _looked_at(requirement: Requirement) -> Iterator[str]:
    for condition in (requirement.applies_when, requirement.conforms_when, requirement.partial_when):
        if condition is not None:
            yield from questions_of(condition)


# --- conditions ------------------------------------------------------------------------------------------------------


def _condition_errors(standard: Standard, where: str, condition: Condition) -> Iterator[StandardError]:
    seen: set[str] = set()
    for problem in _condition_problems(standard, condition):
        text = str(problem)
        if text not in seen:
            seen.add(text)
            yield _error(where, problem)


def _condition_problems(standard: Standard, condition: Condition) -> Iterator[Message]:
    for part in parts_of(condition):
        yield from _condition_problems(standard, part)
    match condition:
        case Is(name, words):
            yield from _problems_with(standard, name, lambda question: kind_of(question).word_problems(question, words))
        case Includes(name, count, of):
            yield from _problems_with(
                standard, name, lambda question: kind_of(question).includes_problems(question, count, of)
            )
        case Between(name, low, high):
            yield from _problems_with(
                standard, name, lambda question: kind_of(question).limit_problems(question, (low, high))
            )
        case Compare(left, _, limit):
            yield from _compare_problems(standard, left, limit)
        case All() | AnyOf() | Count():
            pass


def _problems_with(standard: Standard, name: str, check: Callable[[Question], Iterable[Message]]) -> Iterator[Message]:
    if standard.has_question(name):
        yield from check(standard.question(name))
        return
    close = get_close_matches(name, [question.id for question in standard.questions], n=1)
    hint = say("did you mean '{close}'?", close=close[0]) if close else say("ask it, or name another")
    yield say("no question is called '{name}'; {hint}", name=name, hint=hint)


def _compare_problems(standard: Standard, left: str | Sum, limit: Fraction | Lookup | Sum) -> Iterator[Message]:
    if isinstance(limit, Lookup):
        yield from _problems_with(
            standard,
            limit.by,
            lambda question: kind_of(question).word_problems(question, tuple(word for word, _ in limit.limits)),
        )
    if isinstance(left, str):
        limits = (
            [limit]
            if isinstance(limit, Fraction)
            else [value for _, value in limit.limits]
            if isinstance(limit, Lookup)
            else []
        )
        yield from _problems_with(standard, left, lambda question: kind_of(question).limit_problems(question, limits))
    terms = [side for side in (left, limit) if isinstance(side, Sum)]
    for side in terms:
        for term in side.terms:
            for name in term.of:
                yield from _problems_with(
                    standard, name, lambda question: kind_of(question).limit_problems(question, ())
                )
    if terms and _too_large(standard, left, limit):
        yield say("the sum can grow beyond what 64 bits hold; use fewer decimals or narrower ranges")


def _too_large(standard: Standard, left: str | Sum, limit: Fraction | Lookup | Sum) -> bool:
    """Return whether the sum of both sides, as integers in their common scale, may exceed 64 bits."""
    largest, denominators = Fraction(0), [1]
    for side in (left, limit):
        sizes = [Fraction(0)]
        for times, names in _terms_of(side):
            size, scale = abs(times), 1
            for name in names:
                if not standard.has_question(name):
                    return False
                question = standard.question(name)
                size *= max(abs(question.low), abs(question.high))
                scale *= question.scale
            sizes.append(size)
            denominators.append(times.denominator * scale)
        # Only one limit of a lookup applies at a time, so its largest counts instead of the sum.
        largest += max(sizes) if isinstance(side, Lookup) else sum(sizes)
    return largest * lcm(*denominators) > _LARGEST


def _terms_of(side: str | Fraction | Lookup | Sum) -> list[tuple[Fraction, tuple[str, ...]]]:
    match side:
        case str():
            return [(Fraction(1), (side,))]
        case Fraction():
            return [(side, ())]
        case Lookup():
            return [(limit, ()) for _, limit in side.limits]
        case Sum():
            return [(term.times, term.of) for term in side.terms]


# --- examples --------------------------------------------------------------------------------------------------------


def _missing_examples(standard: Standard, requirement: Requirement, where: str) -> Iterator[StandardError]:
    covered = {example.outcome for example in standard.examples if example.requirement == requirement.id}
    outcomes = ["conforms", "does_not_conform", "undetermined"]
    outcomes += ["partial"] if requirement.partial_when is not None else []
    outcomes += ["not_applicable"] if requirement.applies_when is not None or requirement.may_be_not_applicable else []
    for outcome in outcomes:
        if outcome not in covered:
            yield _error(
                where,
                say(
                    "no example has the outcome '{outcome}'; add one to examples/{file}.toml",
                    outcome=outcome,
                    file=requirement.aspect.lower(),
                ),
            )


def _example_errors(standard: Standard) -> Iterator[StandardError]:
    known = {requirement.id for requirement in standard.requirements}
    for example in standard.examples:
        if example.requirement not in known:
            yield _error(
                example.where,
                say("no requirement is called '{id}'; correct it or take the example away", id=example.requirement),
            )
        for name, value in example.given.items():
            for problem in _given_problems(standard, name, value):
                yield _error(example.where, problem)


def _given_problems(standard: Standard, name: str, value: object) -> Iterator[Message]:
    yield from _problems_with(standard, name, lambda question: kind_of(question).example_problems(question, value))
