"""Conditions and answers put into words a surveyor or a planner reads; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from rba_audit.conditions import All, AnyOf, Between, Compare, Condition, Count, Includes, Is, Limit, Lookup, Sum
from rba_audit.evidence import FIRST_CHOICE, GIVEN, NOT_APPLICABLE, NOT_SEEN, OTHER, OUT_OF_RANGE, UNREADABLE
from rba_audit.standard import Question, Standard
from rba_audit.words import Words, amount, say


def answer(question: Question, code: int, number: int, raw: object = None, upper: int | None = None) -> str:
    """Return an answer as it is shown: a word of the question, or a number with its unit; empty where nothing was given.

    With another `upper`, the number is only known to lie from `number` to `upper`.
    """
    if code >= FIRST_CHOICE:
        return str(question.choices[code - FIRST_CHOICE].words)
    if code == GIVEN and question.kind == "set":
        names = [str(choice.words) for bit, choice in enumerate(question.choices) if number >> bit & 1]
        return ", ".join(names) or str(say("none of them"))
    if code == GIVEN and upper is not None and upper != number:
        return within(Fraction(number, question.scale), Fraction(upper, question.scale), question)
    if code == GIVEN:
        return measured(Fraction(number, question.scale), question)
    if code == OUT_OF_RANGE:
        value = raw if isinstance(raw, int | float | Decimal) else Fraction(number, question.scale)
        return str(say("{value} {unit} (not plausible)", value=amount(value, question.decimals), unit=question.unit))
    if code == UNREADABLE:
        return str(say("'{raw}' (not readable)", raw=raw))
    if code == OTHER:
        return str(raw if raw is not None else say("another"))
    return str({NOT_SEEN: say("not seen"), NOT_APPLICABLE: say("not applicable")}.get(code, ""))


def measured(value: Fraction, question: Question) -> str:
    """Return a number with its unit."""
    return f"{amount(value, question.decimals)} {question.unit}"


def within(low: Fraction, high: Fraction, question: Question) -> str:
    """Return a range with its unit: "≥ 300 m", "≤ 12 m" or "120–180 m"."""
    if high >= question.high:
        return f"≥ {measured(low, question)}"
    if low <= question.low:
        return f"≤ {measured(high, question)}"
    return f"{amount(low, question.decimals)}–{measured(high, question)}"


def limit_of(condition: Condition, standard: Standard, words: dict[str, str | None]) -> str:
    """Return what a simple condition wants of its answer ("≥ 1,2 m"), without naming the question.

    `words` gives the known word of each fact or choice, so that a limit that depends on one can be told.
    """
    match condition:
        case Is(name, wanted):
            question = standard.question(name)
            return _or(str(choice.words) for choice in question.choices if choice.name in wanted)
        case Between(name, low, high):
            question = standard.question(name)
            return f"{amount(low, question.decimals)}–{measured(high, question)}"
        case Includes(name, count, of):
            names = [str(choice.words) for choice in standard.question(name).choices if not of or choice.name in of]
            return str(say("at least {count} of: {names}", count=count, names=", ".join(names)))
        case Compare(str(name), at_least, limit):
            return f"{'≥' if at_least else '≤'} {_limit(limit, standard.question(name), standard, words)}"
        case Compare(Sum() as left, at_least, limit):
            return f"{_sum(left, standard)} {'≥' if at_least else '≤'} {_limit(limit, None, standard, words)}"
    return described(condition, standard, words)


def described(condition: Condition, standard: Standard, words: dict[str, str | None]) -> str:
    """Return a whole condition in words, each answer named by its question."""
    match condition:
        case All(of):
            return "; ".join(described(part, standard, words) for part in of)
        case AnyOf(of):
            return f" {say('or')} ".join(
                f"({described(part, standard, words)})"
                if isinstance(part, All | Count)
                else described(part, standard, words)
                for part in of
            )
        case Count((part,), 0, 0) if (opposite := _opposite(part, standard)) is not None:
            return opposite
        case Count(of, low, high):
            listed = "; ".join(described(part, standard, words) for part in of)
            return f"{_how_many(low, high, len(of))}: {listed}"
        case Compare(Sum(), _, _):
            return limit_of(condition, standard, words)
        case Is(name) | Between(name) | Includes(name) | Compare(name):
            return f"{short(standard.question(str(name)))}: {limit_of(condition, standard, words)}"
    raise TypeError(condition)


def _opposite(condition: Condition, standard: Standard) -> str | None:
    """Return in words what holds where a simple condition does not; None where that is no simpler than "none of"."""
    match condition:
        case Is(name, wanted) if not standard.question(name).open:
            question = standard.question(name)
            return f"{short(question)}: {_or(str(each.words) for each in question.choices if each.name not in wanted)}"
        case Compare(str(name), at_least, Fraction() as limit):
            question = standard.question(name)
            return f"{short(question)}: {'<' if at_least else '>'} {measured(limit, question)}"
    return None


def short(question: Question) -> str:
    """Return the question without its question mark, to name an answer by."""
    return str(short_words(question.ask))


def short_words(ask: Words) -> Words:
    """Return a question without its question mark in both languages, for a message that is read later."""
    return Words(ask.id.rstrip(" ?"), ask.en.rstrip(" ?"))


def _how_many(low: int, high: int, of: int) -> str:
    if high == 0:
        return str(say("none of"))
    if low == high:
        return str(say("exactly {count} of", count=low))
    if high == of:
        return str(say("at least {count} of", count=low))
    if low == 0:
        return str(say("at most {count} of", count=high))
    return str(say("{low} to {high} of", low=low, high=high))


def _limit(limit: Limit, question: Question | None, standard: Standard, words: dict[str, str | None]) -> str:
    def shown(value: Fraction) -> str:
        return measured(value, question) if question else amount(value, 2)

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
        factors = [f"[{short(standard.question(name))}]" for name in term.of]
        if term.times != 1 or not factors:
            factors.insert(0, _factor(term.times))
        parts.append(" × ".join(factors))
    return " + ".join(parts)


def _factor(value: Fraction) -> str:
    decimals = next((places for places in range(7) if (value * 10**places).denominator == 1), None)
    return f"{value.numerator}/{value.denominator}" if decimals is None else amount(value, decimals)


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
