"""Answers for tests: at, just below and just above every limit, to hidden questions, and in both languages."""

from decimal import Decimal
from fractions import Fraction

from rba_audit.conditions import Between, Compare, Lookup, parts_of
from rba_audit.standard import Question, Standard, Storage, kind_of


def possible_answers(standard: Standard) -> dict[str, list[object]]:
    """Return for each question and fact the answers worth trying; None means that nobody answered."""
    limits: dict[str, set[Fraction]] = {}
    for requirement in standard.requirements:
        for condition in (requirement.applies_when, requirement.conforms_when, requirement.partial_when):
            _collect(condition, limits)
    return {
        question.id: [None, "not_seen", "belum_dilihat", *_answers(question, limits.get(question.id, set()))]
        for question in standard.questions
    }


def _collect(condition, limits):
    if condition is None:
        return
    for part in parts_of(condition):
        _collect(part, limits)
    match condition:
        case Between(name, low, high):
            limits.setdefault(name, set()).update({low, high})
        case Compare(str(name), _, Fraction() as limit):
            limits.setdefault(name, set()).add(limit)
        case Compare(str(name), _, Lookup(_, table)):
            limits.setdefault(name, set()).update(limit for _, limit in table)


def _answers(question: Question, limits: set[Fraction]) -> list[object]:
    storage = kind_of(question).storage
    if storage is Storage.NUMBER:
        step = Fraction(1, question.scale)
        spread = [question.low + (question.high - question.low) * Fraction(n, 7) for n in range(8)]
        if question.counts and question.has_word:  # a fraction is no answer to a count: one of them is enough
            spread = [*(Fraction(round(each)) for each in spread), question.low + Fraction(1, 2)]
        values = {
            *spread,
            *(limit + step * n for limit in limits for n in (-1, 0, 1)),
            question.low - step,
            question.high + step,
        }
        values |= {limit - step / 2 for limit in limits}  # half a step below rounds up to the limit
        return [*(float(value) for value in sorted(values)), "not_applicable"]
    names = [choice.name for choice in question.choices]
    if storage is Storage.MASK:
        return ["none", names[0], ",".join(names), names[: len(names) // 2] or names, "tidak_ada", "not_applicable"]
    same = {"yes": "ya", "no": "tidak", "partial": "sebagian"}
    return [*names, *(same[name] for name in names if name in same), "not_applicable"]


def exact(value: float) -> Decimal:
    """Return a float as the decimal it prints."""
    return Decimal(repr(value))
