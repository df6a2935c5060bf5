"""Conditions and answers put into words a surveyor or a planner reads; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rba_audit.conditions import All, AnyOf, Between, Compare, Condition, Count, Includes, Is, LimitValue, Lookup, Sum
from rba_audit.messages import BilingualText, format_number, say
from rba_audit.standard import Question, Standard, kind_of


def answer_words(question: Question, code: int, number: int, raw: object = None, upper: int | None = None) -> str:
    """Return an answer as it is shown: a word of the question, or a number with its unit; empty where nothing was given.

    With another `upper`, the number is only known to lie from `number` to `upper`.
    """
    return kind_of(question).show(question, code, number, raw, upper)


def number_words(value: Fraction, question: Question) -> str:
    """Return a number of a question, such as a limit, as it is shown."""
    return kind_of(question).show_amount(question, value)


def span_words(low: Fraction, high: Fraction, question: Question) -> str:
    """Return a span as it is shown."""
    return kind_of(question).show_span(question, low, high)


_NAMED = 6  # names that are listed before "none at all" says the same shorter


def limit_of(condition: Condition, standard: Standard, words: dict[str, str | None], *, holds: bool = True) -> str:
    """Return what a simple condition wants of its answer ("≥ 1,2 m"), without naming the question.

    `word_results` gives the known word of each fact or choice, so that a limit that depends on one can be told. Without `is_open_session`,
    return what is wanted where the condition may not hold ("< 1,2 m").
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

    Without `is_open_session`, return what is wanted where the condition may not hold: no reader has to turn a sentence round.
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
    """Return the one question that a condition is about, and whether it has to hold; None where it is about several."""
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
    """Return the simple condition inside combinations of one."""
    match condition:
        case Count((part,)) | All((part,)) | AnyOf((part,)):
            return innermost_condition(part)
    return condition


def question_opening(question: Question) -> str:
    """Return the question as it begins a sentence that goes on with what was wanted and found."""
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
            known = dict(limits).get(words.get(by) or "")
            if known is not None:
                return shown(known)
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
    decimals = next((places for places in range(7) if (value * 10**places).denominator == 1), None)
    return f"{value.numerator}/{value.denominator}" if decimals is None else format_number(value, decimals)


def _or(words: Iterable[str]) -> str:
    return f" {say('or')} ".join(words)


def kind_words(standard: Standard, kind: object) -> str:
    """Return what kind of place a site is, in the standard's words where it has one, else as it was written."""
    name = "" if kind is None else str(kind).strip()
    if standard.has_question("kind"):
        for choice in standard.question("kind").choices:
            if choice.name == name:
                return str(choice.words)
    return name.replace("_", " ").capitalize()
