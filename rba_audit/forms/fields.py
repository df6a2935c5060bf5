"""One field for each kind of answer: what it offers, how it reads what was sent, and what it says when it cannot.

A field never guesses: what it cannot read stays on the page as it was typed, with a sentence beside it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

from wtforms import Field
from wtforms.validators import ValidationError

from rba_audit.errors import EvidenceError
from rba_audit.evidence import fixed_point, not_whole, read_number
from rba_audit.findings.wording import measured
from rba_audit.forms.known import Answer
from rba_audit.standard import NONE_WORD, Question
from rba_audit.standard.terms import Kind
from rba_audit.words import Message, Words, amount, as_written, say

NOTE: Final = "note."
"""What the name of the note beside a question begins with."""
LONGEST_NOTE: Final = 2000
NOT_SEEN: Final = "not_seen"
NOT_APPLICABLE: Final = "not_applicable"
_LONGEST_WORD: Final = 100
_GROUP: Final = 3  # digits between marks for thousands


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    value: str
    words: Words | Message | str
    chosen: bool
    state: bool
    """Whether it says that there is no answer, rather than what the answer is."""


class AnswerField(Field, ABC):
    """The answer to one question. `data` is the answer, or None; `text` is what was typed."""

    shape: ClassVar[str]
    """Which of the page's looks it takes."""
    note: str = ""
    """What was written beside the answer."""

    def __init__(self, question: Question, states: Sequence[str], **options: Any) -> None:
        # Before the rest: reading what was sent needs them.
        self.question = question
        self.states = tuple(states)
        self.chosen: tuple[str, ...] = ()
        self.text = ""
        super().__init__(label=question.id, **options)

    @property
    def options(self) -> list[Option]:
        """Return what can be chosen, in order."""
        return [*self._answers(), *(Option(state, _STATES[state], state in self.chosen, True) for state in self.states)]

    def _answers(self) -> list[Option]:
        return [
            Option(choice.name, choice.words, choice.name in self.chosen, False) for choice in self.question.choices
        ]

    def process_data(self, value: Answer | None) -> None:
        """Begin with what is known."""
        self.data = value
        self.chosen = () if value is None else tuple(value) if isinstance(value, list) else (str(value),)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was sent.

        Raises:
            ValueError: it cannot be read; the sentence says what to do.
        """
        self.data = None
        self.chosen = tuple(dict.fromkeys(value.strip() for value in valuelist if value.strip()))
        try:
            self.data = self._read()
        except EvidenceError as fault:
            raise ValueError(str(fault)) from fault

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        """Take the answer, and the note that was sent beside it."""
        super().process(formdata, *args, **options)
        if formdata is not None:
            self.note = " ".join(formdata.getlist(f"{NOTE}{self.name}")).strip()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # every field is given the form
        """Refuse a note that is too long.

        Raises:
            ValidationError: it is.
        """
        if len(self.note) > LONGEST_NOTE:
            raise ValidationError(str(say("This note is too long; shorten it.")))

    @abstractmethod
    def _read(self) -> Answer | None:
        """Return the answer that was sent."""

    def _one_state(self) -> str | None:
        """Return the state that was chosen, if any; with an answer beside it, it cannot be told which is meant."""
        chosen = [state for state in self.states if state in self.chosen]
        if chosen and (len(chosen) > 1 or len(self.chosen) > 1 or self.text):
            raise EvidenceError(
                say("Both an answer and “{state}” were given; keep one of them.", state=_STATES[chosen[0]])
            )
        return chosen[0] if chosen else None


class WordField(AnswerField):
    """One word of several."""

    shape = "words"

    def _answers(self) -> list[Option]:
        listed = super()._answers()
        known = {option.value for option in listed} | set(self.states)
        # An open choice keeps a word it does not list, as the site's own file wrote it.
        own = [Option(word, word, True, False) for word in self.chosen if self.question.open and word not in known]
        return [*listed, *own]

    def _read(self) -> Answer | None:
        if not self.chosen:
            return None
        known = [*(choice.name for choice in self.question.choices), *self.states]
        if len(self.chosen) == 1 and (
            self.chosen[0] in known or (self.question.open and len(self.chosen[0]) <= _LONGEST_WORD)
        ):
            return self.chosen[0]
        raise EvidenceError(say("This is not one of the answers; choose again."))


class NumberField(AnswerField):
    """A number as it is typed."""

    shape = "number"

    def process_data(self, value: Answer | None) -> None:
        """Begin with what is known, written so that it reads back as the same number: exact, without marks for thousands."""
        super().process_data(value)
        if isinstance(value, int | float):
            self.chosen = ()
            self.text = as_written(value).translate(_NO_GROUPS[amount(1000, 0)[1]])
            if len(self.text.partition(amount(0.5, 1)[1])[2]) == _GROUP:
                self.text += "0"  # three decimals could be thousands: one more makes it plain

    def _read(self) -> Answer | None:
        self.text = next((value for value in self.chosen if value not in self.states), "")
        state = self._one_state()
        if state or not self.text:
            return state
        question = self.question
        value = read_number(self.text, question.unit)
        if (
            not question.low * question.scale
            <= int(fixed_point([value], question.decimals)[0])
            <= question.high * question.scale
        ):
            raise EvidenceError(
                say(
                    "{value} is not plausible: it should lie between {low} and {high}. Correct it, or clear it.",
                    value=question.with_unit(self.text),
                    low=measured(question.low, question),
                    high=measured(question.high, question),
                )
            )
        if question.counts and value != int(value):
            raise EvidenceError(not_whole(self.text, question))
        return int(value) if value == int(value) else float(value)


class SetField(AnswerField):
    """Any number of names, or none of them."""

    shape = "set"

    def _answers(self) -> list[Option]:
        return [*super()._answers(), Option(NONE_WORD, say("None of these"), NONE_WORD in self.chosen, True)]

    def _read(self) -> Answer | None:
        state = self._one_state()
        if state or not self.chosen:
            return state
        if NONE_WORD in self.chosen and len(self.chosen) > 1:
            raise EvidenceError(say("“None of these” stands beside others; keep one or the other."))
        known = [*(choice.name for choice in self.question.choices), NONE_WORD]
        if any(name not in known for name in self.chosen):
            raise EvidenceError(say("This is not one of the answers; choose again."))
        return [name for name in known if name in self.chosen]


_STATES: Final[Mapping[str, Message]] = MappingProxyType(
    {NOT_SEEN: say("Not seen yet"), NOT_APPLICABLE: say("Does not apply")}
)
# The mark for thousands goes, by the language that writes it.
_NO_GROUPS: Final = MappingProxyType({mark: {ord(mark): None} for mark in ".,"})

FIELDS: Final[Mapping[Kind, type[AnswerField]]] = MappingProxyType(
    {
        "yes_no": WordField,
        "yes_partial_no": WordField,
        "number": NumberField,
        "choice": WordField,
        "set": SetField,
    }
)
"""The field for each kind of answer. A new kind takes a row here and a look in the template."""
