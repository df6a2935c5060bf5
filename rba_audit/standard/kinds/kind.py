"""What every kind of answer can do; each kind is a class of its own beside this module."""

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
"""An answer as a form, JSON and GeoJSON have it: a word, a number, or the names of a set (`["none"]` where it is empty)."""
Amount = int | float | Decimal
"""A number before it is brought to the fixed point of its question."""
Encoded = tuple[int, Amount | None]
"""The code of an answer, and its number where the kind keeps one."""
AnswerProblem = tuple[int, Message]
"""The index of an answer in a list, and why it cannot be used."""


class Storage(Enum):
    """What a column of answers holds beside the codes; the operations of a program depend on it."""

    WORD = "word"
    """Nothing: the code is the answer."""
    NUMBER = "number"
    """A fixed-point number at the decimals of the question."""
    MASK = "mask"
    """One bit for each choice."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """A choice that a form offers beside those of the question."""

    value: str
    words: Message


@dataclass(frozen=True, slots=True)
class FormField:
    """How a form asks for an answer, as data.

    Attributes:
        widget: `one` of the options, `several` of them, or a text that is `typed`.
        rows: Whether each option has a line of its own.
        options: Options beside the choices of the question, which stand alone.
        attributes: The HTML attributes of the input of a typed answer.
    """

    widget: Literal["one", "several", "typed"]
    rows: bool = False
    options: tuple[FormOption, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Encoder(ABC):
    """Reads the answers to one question into its columns."""

    @abstractmethod
    def __call__(self, value: object) -> Encoded:
        """Return the code and the number of one answer.

        Raises:
            EvidenceError: it is no answer to the question.
        """

    def store(
        self, codes: NDArray[np.uint8], numbers: NDArray[np.int64], sites: Sequence[int], amounts: Sequence[Amount]
    ) -> list[AnswerProblem]:
        """Put the numbers of the answers of some sites into the question's columns, and correct the codes of those that cannot be used."""
        del codes
        numbers[sites] = amounts
        return []


class AnswerKind(ABC):
    """One kind of answer, from the edition's file to the column, the page, the form and the browser."""

    name: ClassVar[str]
    """The word for it in the files of an edition and in the browser."""
    storage: ClassVar[Storage] = Storage.WORD
    yes_or_no: ClassVar[bool] = False
    """Whether yes and no are all its answers."""
    form: ClassVar[FormField]
    """How a form asks for it."""

    # --- the edition ---------------------------------------------------------------------------------------------

    @abstractmethod
    def read_keys(self, table: Table, question: Question) -> Question:
        """Return the question with those keys of its table that belong to this kind.

        Raises:
            StandardError: one is missing or cannot be used.
        """

    @abstractmethod
    def describe(self, question: Question) -> str:
        """Return what can be answered, in a few words."""

    def word_problems(self, question: Question, words: Iterable[str]) -> Iterator[Message]:  # noqa: ARG002  # for kinds that have words
        """Yield why a condition cannot compare the answer with `word_results`."""
        yield say("'{id}' is no single word ({kind}); compare it otherwise", id=question.id, kind=self.name)

    def includes_problems(self, question: Question, count: int, of: Sequence[str]) -> Iterator[Message]:  # noqa: ARG002  # for sets
        """Yield why a condition cannot count the names of the answer."""
        yield say("'{id}' is not a set; ask for several names with kind = \"set\"", id=question.id)

    def limit_problems(self, question: Question, limits: Iterable[Fraction]) -> Iterator[Message]:  # noqa: ARG002  # for numbers
        """Yield why a condition cannot hold the answer against `limits`."""
        yield say("'{id}' is not a number; compare its word with 'is'", id=question.id)

    def example_problems(self, question: Question, value: object) -> Iterator[Message]:  # noqa: ARG002  # not every kind has some
        """Yield what is wrong with an answer in an example; what is left is found when the example is judged."""
        yield from ()

    def is_plausible(self, question: Question, value: object) -> bool:  # noqa: ARG002  # only some have a range
        """Tell whether an answer lies in the question's range."""
        return True

    # --- the column ----------------------------------------------------------------------------------------------

    @abstractmethod
    def encoder(self, question: Question) -> Encoder:
        """Return what reads the answers to a question into its columns."""

    def decode(self, question: Question, code: int, number: int, raw: object = None) -> Answer | None:
        """Return an answer as forms and JSON have it; None where it is missing or cannot be used.

        `raw` is the answer as it was written, which an open choice keeps.
        """
        if code >= FIRST_CHOICE:
            return question.choices[code - FIRST_CHOICE].name
        if code == GIVEN:
            return self.value(question, number)
        if code == OTHER:
            return str(raw).strip()
        return NOT_SEEN_WORD if code == NOT_SEEN else None

    def value(self, question: Question, number: int) -> Answer:
        """Return the answer that is stored as `number`."""
        raise TypeError(f"{question.id}: {self.name} keeps no number, so {number} is no answer")

    # --- people --------------------------------------------------------------------------------------------------

    def show(self, question: Question, code: int, number: int, raw: object = None, upper: int | None = None) -> str:
        """Return an answer as people read it, on a page and in a table; empty where nothing was given.

        With another `upper`, the number is only known to lie from `number` to `upper`.
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
        """Return the answer that is stored as `number` as people read it."""
        return self.show_amount(question, Fraction(number, question.scale))

    def show_amount(self, question: Question, value: Fraction) -> str:
        """Return a number of this kind, such as a limit, as people read it."""
        return format_number(value, question.decimals)

    def show_raw(self, question: Question, number: int, raw: object) -> str:
        """Return a number outside the question's range as it was written."""
        del raw
        return self.show_number(question, number)

    def show_span(self, question: Question, low: Fraction, high: Fraction) -> str:
        """Return two ends as people read them: "120–180 m"."""
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
        """Return the answer that a form sent: the options that were chosen, or the one text that was typed.

        Raises:
            EvidenceError: it is no answer; the sentence says what to do.
        """

    def as_typed(self, value: object) -> str | None:
        """Return an answer as somebody would type it, so that it reads back as the same; None where nothing would be typed."""
        return str(value)

    # --- the browser ---------------------------------------------------------------------------------------------

    def portable(self, question: Question) -> dict[str, object]:
        """Return a question as JSON for the browser: whole numbers in the fixed point of its decimals."""
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
    """Return the code of an answer that is blank or one of `STATES`; None where it says more."""
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return MISSING
    return STATES.get(normalize_word(value)) if isinstance(value, str) else None


def unknown_name(question: Question, name: object, known: Iterable[str]) -> Message:
    """Return that a question has no such answer, and those it has."""
    return say("'{id}' has no answer '{word}'; use one of: {known}", id=question.id, word=name, known=", ".join(known))


def not_offered() -> EvidenceError:
    """Return that a form sent what it does not offer."""
    return EvidenceError(say("This is not one of the answers; choose again."))
