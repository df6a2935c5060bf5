"""Base class of the kinds of answer: how an answer is read, stored, shown and asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.errors import EvidenceError
from rba_audit.messages import Message, format_number, say
from rba_audit.standard.kinds.codes import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_APPLICABLE,
    NOT_SEEN,
    NOT_SEEN_WORD,
    OTHER,
    OUT_OF_RANGE,
    STATES,
    UNREADABLE,
    normalize_word,
)
from rba_audit.standard.terms import Question
from rba_audit.standard.toml_tables import Table

Answer = str | int | float | list[str]
"""An answer as in forms, JSON and GeoJSON: a word, a number, or the names of a set (`["none"]` if it is empty)."""
Amount = int | float | Decimal
"""A number before conversion to the fixed point of its question."""
Encoded = tuple[int, Amount | None]
"""The code of an answer, and its number if the kind stores one."""
AnswerProblem = tuple[int, Message]
"""The index of an answer in a list, and the reason why it cannot be used."""


class Storage(Enum):
    """Content of the number column of a question, in addition to its codes; the operations of a program depend on it."""

    WORD = "word"
    """No number column: the code is the answer."""
    NUMBER = "number"
    """A fixed-point number with the decimals of the question."""
    MASK = "mask"
    """A bit mask with one bit per choice."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """A choice that a form offers in addition to those of the question."""

    value: str
    words: Message


@dataclass(frozen=True, slots=True)
class FormField:
    """Description of the form field for an answer.

    Attributes:
        widget: `one` of the options, `several` of them, or a `typed` text.
        rows: Whether each option has a line of its own.
        options: Options in addition to the choices of the question; each excludes all other options.
        attributes: The HTML attributes of the input of a typed answer.
    """

    widget: Literal["one", "several", "typed"]
    rows: bool = False
    options: tuple[FormOption, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Encoder(ABC):
    """Converts the answers to one question into codes and numbers."""

    @abstractmethod
    def __call__(self, value: object) -> Encoded:
        """Return the code and the number of one answer.

        Raises:
            EvidenceError: it is no answer to the question.
        """

    def store(
        self, codes: NDArray[np.uint8], numbers: NDArray[np.int64], sites: Sequence[int], amounts: Sequence[Amount]
    ) -> list[AnswerProblem]:
        """Write the numbers of some sites into the question's column, and set the codes of numbers that cannot be used.

        Args:
            codes: (sites,): the question's codes, changed in place.
            numbers: (sites,): the question's numbers, changed in place.
            sites: The indexes of the sites.
            amounts: The number at each of `sites`.

        Returns:
            The problems, by index into `amounts`.
        """
        del codes
        numbers[sites] = amounts
        return []


class AnswerKind(ABC):
    """Base class of one kind of answer: its part in the edition's file, the columns, the pages, the form and the browser."""

    name: ClassVar[str]
    """The name of the kind in the files of an edition and in the browser."""
    storage: ClassVar[Storage] = Storage.WORD
    yes_or_no: ClassVar[bool] = False
    """Whether yes and no are its only answers."""
    form: ClassVar[FormField]
    """The form field for it."""

    # --- the edition ---------------------------------------------------------------------------------------------

    @abstractmethod
    def read_keys(self, table: Table, question: Question) -> Question:
        """Return the question with the keys of its table that belong to this kind.

        Raises:
            StandardError: a key is missing or cannot be used.
        """

    @abstractmethod
    def describe(self, question: Question) -> str:
        """Return the possible answers in a few words."""

    def word_problems(self, question: Question, words: Iterable[str]) -> Iterator[Message]:  # noqa: ARG002  # for kinds that have words
        """Yield the problems of a condition that compares the answer with `words`."""
        yield say("'{id}' is no single word ({kind}); compare it otherwise", id=question.id, kind=self.name)

    def includes_problems(self, question: Question, count: int, of: Sequence[str]) -> Iterator[Message]:  # noqa: ARG002  # for sets
        """Yield the problems of a condition that requires at least `count` names of the answer to be in `of`."""
        yield say("'{id}' is not a set; ask for several names with kind = \"set\"", id=question.id)

    def limit_problems(self, question: Question, limits: Iterable[Fraction]) -> Iterator[Message]:  # noqa: ARG002  # for numbers
        """Yield the problems of a condition that compares the answer with `limits`."""
        yield say("'{id}' is not a number; compare its word with 'is'", id=question.id)

    def example_problems(self, question: Question, value: object) -> Iterator[Message]:  # noqa: ARG002  # not every kind has some
        """Yield the problems of an answer in an example; other problems appear when the example is evaluated."""
        yield from ()

    def is_plausible(self, question: Question, value: object) -> bool:  # noqa: ARG002  # only some have a range
        """Return whether an answer lies in the question's range."""
        return True

    # --- the column ----------------------------------------------------------------------------------------------

    @abstractmethod
    def encoder(self, question: Question) -> Encoder:
        """Return the encoder that converts answers to a question into codes and numbers."""

    def decode(self, question: Question, code: int, number: int, raw: object = None) -> Answer | None:
        """Return an answer as in forms and JSON; None if it is missing or cannot be used.

        `raw` is the answer as it was written, which is returned for an open choice.
        """
        if code >= FIRST_CHOICE:
            return question.choices[code - FIRST_CHOICE].name
        if code == GIVEN:
            return self.value(question, number)
        if code == OTHER:
            return str(raw).strip()
        return NOT_SEEN_WORD if code == NOT_SEEN else None

    def value(self, question: Question, number: int) -> Answer:
        """Return the answer that is stored as `number`.

        Raises:
            TypeError: this kind stores no number.
        """
        raise TypeError(f"{question.id}: {self.name} keeps no number, so {number} is no answer")

    # --- people --------------------------------------------------------------------------------------------------

    def show(self, question: Question, code: int, number: int, raw: object = None, upper: int | None = None) -> str:
        """Return an answer as it is shown on pages and in tables; empty if there is no answer.

        If `upper` differs from `number`, the answer is only known to lie between the two.
        """
        if code >= FIRST_CHOICE:
            return str(question.choices[code - FIRST_CHOICE].words)
        if code == GIVEN and upper is not None and upper != number:
            return self.show_range(question, Fraction(number, question.scale), Fraction(upper, question.scale))
        if code == GIVEN:
            return self.show_number(question, number)
        if code == OUT_OF_RANGE:
            return str(say("{value} (not plausible)", value=self.show_raw(question, number, raw)))
        if code == UNREADABLE:
            return str(say("'{raw}' (not readable)", raw=raw))
        if code == OTHER:
            return str(raw if raw is not None else say("another"))
        return str({NOT_SEEN: say("not seen"), NOT_APPLICABLE: say("not applicable")}.get(code, ""))

    def show_number(self, question: Question, number: int) -> str:
        """Return the answer that is stored as `number` as it is shown."""
        return self.show_amount(question, Fraction(number, question.scale))

    def show_amount(self, question: Question, value: Fraction) -> str:
        """Return a number of this kind, such as a limit, as it is shown."""
        return format_number(value, question.decimals)

    def show_raw(self, question: Question, number: int, raw: object) -> str:
        """Return a number outside the question's range as it was written."""
        del raw
        return self.show_number(question, number)

    def show_span(self, question: Question, low: Fraction, high: Fraction) -> str:
        """Return two ends as they are shown: "120–180 m"."""
        return f"{self.show_amount(question, low)}–{self.show_amount(question, high)}"

    def show_range(self, question: Question, low: Fraction, high: Fraction) -> str:
        """Return a range in which an answer lies: "≥ 300 m", "≤ 12 m" or "120–180 m"."""
        if high >= question.high:
            return f"≥ {self.show_amount(question, low)}"
        if low <= question.low:
            return f"≤ {self.show_amount(question, high)}"
        return self.show_span(question, low, high)

    # --- the form ------------------------------------------------------------------------------------------------

    @abstractmethod
    def parse(self, question: Question, given: Sequence[str]) -> Answer:
        """Return the answer that a form sent: the selected options, or a single typed text.

        Raises:
            EvidenceError: it is no answer; the message says what to do.
        """

    def as_typed(self, value: object) -> str | None:
        """Return an answer as a user would type it, such that `parse` reads it back; None if it cannot be typed."""
        return str(value)

    # --- the browser ---------------------------------------------------------------------------------------------

    def portable(self, question: Question) -> dict[str, object]:
        """Return a question as JSON for the browser; its range is in fixed point with its decimals."""
        return {
            "id": question.id,
            "kind": self.name,
            "fact": question.requirement is None,
            "open": question.open,
            "choices": [choice.name for choice in question.choices],
            "units": list(question.unit),
            "decimals": question.decimals,
            "counts": question.counts,
            "unit_first": question.unit_first,
            "low": int(question.low * question.scale),
            "high": int(question.high * question.scale),
        }


def state_of(value: object) -> int | None:
    """Return the code of an answer that is blank or one of `STATES`; None for any other answer."""
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return MISSING
    return STATES.get(normalize_word(value)) if isinstance(value, str) else None


def unknown_name(question: Question, name: object, known: Iterable[str]) -> Message:
    """Return the message that a question has no such answer, with the answers that it has."""
    return say("'{id}' has no answer '{word}'; use one of: {known}", id=question.id, word=name, known=", ".join(known))


def not_offered() -> EvidenceError:
    """Return the error for an option that the form does not offer."""
    return EvidenceError(say("This is not one of the answers; choose again."))
