"""Number answers with a unit: counts, lengths, prices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.conditions import exact
from rba_audit.errors import EvidenceError
from rba_audit.messages import BilingualText, LocalizedNumber, Message, format_exact, format_number, say
from rba_audit.standard.kinds.codes import GIVEN, OUT_OF_RANGE, RESERVED, UNREADABLE
from rba_audit.standard.kinds.kind import (
    Amount,
    Answer,
    AnswerKind,
    AnswerProblem,
    Encoded,
    Encoder,
    FormField,
    Storage,
    state_of,
)
from rba_audit.standard.numbers import fixed_point, read_number
from rba_audit.standard.terms import Question
from rba_audit.standard.toml_tables import Table

_GROUP: Final = 3  # digits between thousands separators
# By thousands separator (it depends on the language), the translation table that removes it.
_NO_GROUPS: Final = MappingProxyType({mark: {ord(mark): None} for mark in ".,"})


class NumberEncoder(Encoder):
    """Reads numbers one by one, and converts them to fixed point together."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def __call__(self, value: object) -> Encoded:
        """Return `GIVEN` and the number before rounding, or the code of a state."""
        question = self._question
        state = state_of(value)
        if state is not None:
            return state, None
        if isinstance(value, str):
            return GIVEN, read_number(value, question.unit)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or _is_endless(value):
            raise EvidenceError(
                say(
                    "'{value}' is not a number; {id} is measured in {unit}",
                    value=value,
                    id=question.id,
                    unit=question.unit,
                )
            )
        return GIVEN, value

    def store(
        self, codes: NDArray[np.uint8], numbers: NDArray[np.int64], sites: Sequence[int], amounts: Sequence[Amount]
    ) -> list[AnswerProblem]:
        """Round the numbers and return the problems: numbers outside the plausible range, and counts that are not integers."""
        question = self._question
        fixed = fixed_point(amounts, question.decimals)
        numbers[sites] = fixed
        outside = (fixed < int(question.low * question.scale)) | (fixed > int(question.high * question.scale))
        broken = np.array([question.counts and amount != int(amount) for amount in amounts], dtype=np.bool_)
        codes[sites] = np.where(outside, OUT_OF_RANGE, np.where(broken, UNREADABLE, GIVEN))
        return [
            (index, count_problem(amounts[index], question)) for index in np.flatnonzero(broken & ~outside).tolist()
        ] + [
            (
                index,
                say(
                    "{value} is outside the plausible range {low}–{high}",
                    value=question.with_unit(LocalizedNumber(amounts[index])),
                    low=LocalizedNumber(question.low),
                    high=LocalizedNumber(question.high),
                ),
            )
            for index in np.flatnonzero(outside).tolist()
        ]


class NumberKind(AnswerKind):
    """A number with the decimals of the question, within its range."""

    name = "number"
    storage = Storage.NUMBER
    form = FormField(
        "typed",
        attributes=MappingProxyType(
            {"type": "text", "inputmode": "decimal", "autocomplete": "off", "enterkeyhint": "next", "maxlength": "40"}
        ),
    )

    def read_keys(self, table: Table, question: Question) -> Question:
        """Add unit, decimals and range, and `at_most` if it counts part of a whole.

        Raises:
            StandardError: a key is missing, has the wrong type or contradicts another one.
        """
        unit, decimals = _unit(table), table.whole("decimals")
        low, high = _range(table, decimals)
        whole = table.flag("whole") if table.has("whole") else None
        if whole and decimals:
            raise table.fault(say("'whole' is true, so 'decimals' must be 0"))
        fact = question.requirement is None
        return replace(
            question,
            unit=unit,
            decimals=decimals,
            low=low,
            high=high,
            whole=whole,
            unit_first=table.flag("unit_first"),
            at_most=table.text("at_most") if not fact and table.has("at_most") else None,
        )

    def describe(self, question: Question) -> str:
        """Return the unit."""
        return str(say("a number, {unit}", unit=question.unit) if str(question.unit) else say("a number"))

    def limit_problems(self, question: Question, limits: Iterable[Fraction]) -> Iterator[Message]:
        """Yield a problem for each limit that needs more decimals than the question has, or lies outside its range."""
        for limit in limits:
            if (limit * question.scale).denominator != 1:
                yield say(
                    "the limit {limit} needs more than the {decimals} decimals of '{id}'; raise 'decimals'",
                    limit=float(limit),
                    decimals=question.decimals,
                    id=question.id,
                )
            if not question.low <= limit <= question.high:
                yield say(
                    "the limit {limit} lies outside the range of '{id}'; widen 'range'",
                    limit=float(limit),
                    id=question.id,
                )

    def example_problems(self, question: Question, value: object) -> Iterator[Message]:
        """Yield a problem for a text that is not a reserved word."""
        if isinstance(value, str) and value not in RESERVED:
            yield say("'{id}' is a number, not {found}", id=question.id, found=repr(value))

    def is_plausible(self, question: Question, value: object) -> bool:
        """Return whether a number lies in the question's range."""
        return not isinstance(value, int | float) or question.low <= Fraction(str(value)) <= question.high

    def encoder(self, question: Question) -> Encoder:
        """Return the encoder for numbers."""
        return NumberEncoder(question)

    def value(self, question: Question, number: int) -> Answer:
        """Return an integer as int, any other number as float."""
        return _plain(Fraction(number, question.scale))

    def show_amount(self, question: Question, value: Fraction) -> str:
        """Return a number with its unit."""
        return str(question.with_unit(format_number(value, question.decimals)))

    def show_raw(self, question: Question, number: int, raw: object) -> str:
        """Return a number as it was written, with its unit."""
        value = raw if isinstance(raw, int | float | Decimal) else Fraction(number, question.scale)
        return str(question.with_unit(format_exact(value)))

    def show_span(self, question: Question, low: Fraction, high: Fraction) -> str:
        """Return both ends with the unit after the second, or before both if the unit comes first."""
        first = self.show_amount(question, low) if question.unit_first else format_number(low, question.decimals)
        return f"{first}–{self.show_amount(question, high)}"

    def parse(self, question: Question, given: Sequence[str]) -> Answer:
        """Return the typed number, not rounded.

        Raises:
            EvidenceError: it is no number, is not plausible, or is a count but no integer.
        """
        (text,) = given
        value = read_number(text, question.unit)
        fixed = int(fixed_point([value], question.decimals)[0])
        if not question.low * question.scale <= fixed <= question.high * question.scale:
            raise EvidenceError(
                say(
                    "{value} is not plausible: it should lie between {low} and {high}. Correct it, or clear it.",
                    value=question.with_unit(text),
                    low=self.show_amount(question, question.low),
                    high=self.show_amount(question, question.high),
                )
            )
        if question.counts and value != int(value):
            raise EvidenceError(count_problem(text, question))
        return _plain(value)

    def as_typed(self, value: object) -> str | None:
        """Return a number exactly, without thousands separators."""
        if not isinstance(value, int | float):
            return None
        text = format_exact(value).translate(_NO_GROUPS[format_number(1000, 0)[1]])
        # Three decimals could be read as thousands; a fourth makes the number unambiguous.
        return text + "0" if len(text.partition(format_number(0.5, 1)[1])[2]) == _GROUP else text


def count_problem(value: str | float | Decimal, question: Question) -> Message:
    """Return the message for a count that is not an integer."""
    return say(
        "{value} is no whole number; write one",
        value=question.with_unit(value if isinstance(value, str) else LocalizedNumber(value)),
    )


def _plain(value: Fraction | Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _is_endless(value: float | Decimal) -> bool:
    # Integers are finite; `math.isfinite` would raise OverflowError for one too large for a float.
    return not isinstance(value, int) and not math.isfinite(value)


def _unit(table: Table) -> BilingualText:
    """Return the unit: a symbol is the same text in both languages, a word such as "children" has two texts."""
    unit = table.take("unit")
    return BilingualText(unit, unit) if isinstance(unit, str) and unit.strip() else table.words_of(unit, "unit")


def _range(table: Table, decimals: int) -> tuple[Fraction, Fraction]:
    ends = table.take("range")
    if not isinstance(ends, list) or len(ends) != 2 or exact(ends[0]) >= exact(ends[1]):
        raise table.fault(say("'range' must be [low, high], not {found}", found=repr(ends)))
    low, high = exact(ends[0]), exact(ends[1])
    if decimals > 6 or max(abs(low), abs(high)) > 10**9:
        raise table.fault(say("'range' or 'decimals' is larger than a column can hold; use another unit"))
    if any((end * 10**decimals).denominator != 1 for end in (low, high)):
        raise table.fault(say("'range' needs more than {decimals} decimals; raise 'decimals'", decimals=decimals))
    return low, high
