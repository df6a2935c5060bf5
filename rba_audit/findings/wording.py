"""Conditions, limits and answers in words for surveyors and planners; outcomes are computed elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rba_audit.conditions import All, AnyOf, Between, Compare, Condition, Count, Includes, Is, LimitValue, Lookup, Sum
from rba_audit.messages import BilingualText, format_number, say
from rba_audit.standard import Question, Standard, kind_of


def answer_words(question: Question, code: int, number: int, raw: object = None, upper: int | None = None) -> str:
    """Return an answer as it is shown: a word of the question, or a number with its unit; empty if there is no answer.

    If `upper` differs from `number`, the answer is only known to lie between the two.
    """
    return kind_of(question).show(question, code, number, raw, upper)


def number_words(value: Fraction, question: Question) -> str:
    """Return a number of a question, such as a limit, as it is shown."""
    return kind_of(question).show_amount(question, value)


def span_words(low: Fraction, high: Fraction, question: Question) -> str:
    """Return a span from `low` to `high` as it is shown."""
    return kind_of(question).show_span(question, low, high)


_NAMED = 6  # a list of more names that covers all choices is replaced by "none"


def limit_of(condition: Condition, standard: Standard, words: dict[str, str | None], *, holds: bool = True) -> str:
    """Return the limit that a simple condition sets for its answer ("≥ 1,2 m"), without the name of the question.

    `words` has the known word of each fact or choice, to select a limit that depends on one. With `holds` False, return the
    limit of the negated condition ("< 1,2 m").
    """
    match condition:
        case Is(name, wanted):
            question = standard.question(name)
            return _or(str(choice.words) for choice in question.choices if (choice.name in wanted) == holds)
        case Between(name, low, high):
            question = standard.question(name)
            if not holds:
                return _or([f"< {number_words(low, question)}", f"> {number_words(high, question)}"])
            return span_words(low, high, question)
        case Includes(name, count, of):
            choices = standard.question(name).choices
            names = [str(choice.words) for choice in choices if not of or choice.name in of]
            if holds:
                return str(say("at least {count} of: {names}", count=count, names=", ".join(names)))
            if count > 1:
                return str(say("at most {count} of: {names}", count=count - 1, names=", ".join(names)))
            if len(names) == len(choices) and len(names) > _NAMED:
                return str(say("there may be none"))
            return str(say("there may be none of these: {names}", names=", ".join(names)))
        case Compare(left, at_least, limit):
            sign = {(True, True): "≥", (True, False): "<", (False, True): "≤", (False, False): ">"}[at_least, holds]
            if isinstance(left, str) and not at_least and holds and limit == standard.question(left).low:
                return number_words(standard.question(left).low, standard.question(left))
            if isinstance(left, Sum):
                return f"{_sum(left, standard)} {sign} {_limit(limit, None, standard, words)}"
            return f"{sign} {_limit(limit, standard.question(left), standard, words)}"
    return condition_words(condition, standard, words, holds=holds)


def condition_words(
    condition: Condition, standard: Standard, words: dict[str, str | None], *, holds: bool = True
) -> str:
    """Return a whole condition in words, each answer named by its question.

    With `holds` False, return the negated condition, worded so that the reader need not invert it.
    """

    def every(of: Iterable[Condition], holds: bool) -> str:
        return "; ".join(condition_words(part, standard, words, holds=holds) for part in of)

    def any_of(of: Iterable[Condition], holds: bool) -> str:
        return _or(
            f"({condition_words(part, standard, words, holds=holds)})"
            if isinstance(part, All | AnyOf | Count)
            else condition_words(part, standard, words, holds=holds)
            for part in of
        )

    match condition:
        case All(of):
            return every(of, True) if holds else any_of(of, False)
        case AnyOf(of):
            return any_of(of, True) if holds else every(of, False)
        case Count(of, low, high):
            if holds and high == 0:
                return every(of, False)
            if not holds:
                return str(say("not so: {condition}", condition=condition_words(condition, standard, words)))
            return f"{_how_many(low, high, len(of))}: {every(of, True)}"
        case Compare(Sum(), _, _):
            return limit_of(condition, standard, words, holds=holds)
        case Is(name) | Between(name) | Includes(name) | Compare(name):
            return f"{question_name(standard.question(str(name)))}: {limit_of(condition, standard, words, holds=holds)}"
    raise TypeError(condition)


def simple_question(condition: Condition) -> tuple[str, bool] | None:
    """Return the question of a condition and whether its simple condition must hold; None if it has several questions."""
    match condition:
        case Is(name) | Between(name) | Includes(name):
            return name, True
        case Compare(str(name)):
            return name, True
        case Count((part,), _, 0):
            inner = simple_question(part)
            return (inner[0], not inner[1]) if inner else None
        case All((part,)) | AnyOf((part,)):
            return simple_question(part)
    return None


def innermost_condition(condition: Condition) -> Condition:
    """Return the simple condition inside nested combinations of a single part."""
    match condition:
        case Count((part,)) | All((part,)) | AnyOf((part,)):
            return innermost_condition(part)
    return condition


def question_opening(question: Question) -> str:
    """Return the question as the beginning of a sentence: with its question mark, or with a colon."""
    ask = str(question.ask).rstrip()
    return ask if ask.endswith("?") else f"{ask}:"


def question_name(question: Question) -> str:
    """Return the question without its question mark, to name an answer by."""
    return str(question_name_words(question.ask))


def question_name_words(ask: BilingualText) -> BilingualText:
    """Return a question without its question mark in both languages, for a message that is read later."""
    return BilingualText(ask.id.rstrip(" ?"), ask.en.rstrip(" ?"))


def _how_many(low: int, high: int, of: int) -> str:
    if low == high:
        return str(say("exactly {count} of", count=low))
    if high == of:
        return str(say("at least {count} of", count=low))
    if low == 0:
        return str(say("at most {count} of", count=high))
    return str(say("{low} to {high} of", low=low, high=high))


def _limit(limit: LimitValue, question: Question | None, standard: Standard, words: dict[str, str | None]) -> str:
    def shown(value: Fraction) -> str:
        return number_words(value, question) if question else format_number(value, 2)

    match limit:
        case Sum():
            return _sum(limit, standard)
        case Lookup(by, limits):
            limit_of_word = dict(limits).get(words.get(by) or "")
            if limit_of_word is not None:
                return shown(limit_of_word)
            chooser = standard.question(by)
            names = {choice.name: str(choice.words) for choice in chooser.choices}
            return ", ".join(f"{shown(value)} ({names[word]})" for word, value in limits)
        case _:
            return shown(limit)


def _sum(side: Sum, standard: Standard) -> str:
    parts = []
    for term in side.terms:
        factors = [f"[{question_name(standard.question(name))}]" for name in term.of]
        if term.times != 1 or not factors:
            factors.insert(0, _factor(term.times))
        parts.append(" × ".join(factors))
    return " + ".join(parts)


def _factor(value: Fraction) -> str:
    decimals = next((digits for digits in range(7) if (value * 10**digits).denominator == 1), None)
    return f"{value.numerator}/{value.denominator}" if decimals is None else format_number(value, decimals)


def _or(words: Iterable[str]) -> str:
    return f" {say('or')} ".join(words)


def kind_words(standard: Standard, kind: object) -> str:
    """Return the kind of a site in the words of the standard, or as it was written if the standard has no such kind."""
    name = "" if kind is None else str(kind).strip()
    if standard.has_question("kind"):
        for choice in standard.question("kind").choices:
            if choice.name == name:
                return str(choice.words)
    return name.replace("_", " ").capitalize()
