"""WTForms field for the answer to a question: options, parsing and error messages.

The kind of answer (`rba_audit/standard/kinds`) determines all three. A field never guesses: unreadable input stays on the page
as it was typed, with an error message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from wtforms import Field
from wtforms.validators import ValidationError

from rba_audit.errors import EvidenceError
from rba_audit.messages import BilingualText, Message, say
from rba_audit.standard import Question, kind_of
from rba_audit.standard.kinds import NOT_APPLICABLE_WORD, NOT_SEEN_WORD, Answer

NOTE: Final = "note."
"""Prefix of the name of a question's note field."""
LONGEST_NOTE: Final = 2000


@dataclass(frozen=True, slots=True)
class FieldOption:
    """An option of a field."""

    value: str
    words: BilingualText | Message | str
    chosen: bool
    state: bool
    """Whether it states that there is no answer, such as "not seen yet", rather than an answer."""


class AnswerField(Field):
    """The answer to one question, with the widget of its kind. `data` is the answer or None; `text` is the typed text."""

    note: str = ""
    """The note written with the answer."""

    def __init__(self, question: Question, states: Sequence[str], **options: Any) -> None:
        # Set before super().__init__, because processing the form data uses them.
        self.question = question
        self.kind = kind_of(question)
        self.states = tuple(states)
        self.chosen: tuple[str, ...] = ()
        self.text = ""
        super().__init__(label=question.id, **options)

    @property
    def options(self) -> list[FieldOption]:
        """Return the options in display order."""
        offered = [
            FieldOption(choice.name, choice.words, choice.name in self.chosen, False)
            for choice in self.question.choices
        ]
        more = [
            FieldOption(state_option.value, state_option.words, state_option.value in self.chosen, True)
            for state_option in self.kind.form.options
        ]
        states = [FieldOption(state, _STATES[state], state in self.chosen, True) for state in self.states]
        listed = {option.value for option in (*offered, *more, *states)}
        # A question with open choices keeps an unlisted word as the site's file wrote it.
        own = [
            FieldOption(word, word, True, False) for word in self.chosen if self.question.open and word not in listed
        ]
        return [*offered, *own, *more, *states]

    def process_data(self, value: Answer | None) -> None:
        """Fill the field with a known answer; typed text is formatted so that parsing it gives the same answer."""
        self.data = value
        self.chosen = () if value is None else tuple(value) if isinstance(value, list) else (str(value),)
        typed = (
            self.kind.as_typed(value) if self.kind.form.widget == "typed" and value not in (None, *_STATES) else None
        )
        if typed is not None:
            self.chosen, self.text = (), typed

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse the submitted values.

        Raises:
            ValueError: they cannot be read; its message tells the user what to do.
        """
        self.data = None
        self.chosen = tuple(dict.fromkeys(value.strip() for value in valuelist if value.strip()))
        try:
            self.data = self._read()
        except EvidenceError as fault:
            raise ValueError(str(fault)) from fault

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        """Read the answer and its note from the form data."""
        super().process(formdata, *args, **options)
        if formdata is not None:
            self.note = " ".join(formdata.getlist(f"{NOTE}{self.name}")).strip()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms passes the form
        """Validate the length of the note.

        Raises:
            ValidationError: the note is longer than `LONGEST_NOTE` characters.
        """
        if len(self.note) > LONGEST_NOTE:
            raise ValidationError(str(say("This note is too long; shorten it.")))

    def _read(self) -> Answer | None:
        """Return the submitted answer.

        Raises:
            EvidenceError: it cannot be parsed, or contradicts a state that was chosen as well.
        """
        given = self.chosen
        if self.kind.form.widget == "typed":
            given = tuple(value for value in self.chosen if value not in self.states)[:1]
            self.text = next(iter(given), "")
        # For a widget with one choice a page sends at most one value, so several values are not read as a state.
        state = self._one_state() if self.kind.form.widget != "one" or len(self.chosen) == 1 else None
        if state or not given:
            return state
        return self.kind.parse(self.question, given)

    def _one_state(self) -> str | None:
        """Return the chosen state, or None.

        Raises:
            EvidenceError: an answer or a second state was chosen too, so that the meaning is unclear.
        """
        chosen = [state for state in self.states if state in self.chosen]
        if chosen and (len(chosen) > 1 or len(self.chosen) > 1 or self.text):
            raise EvidenceError(
                say("Both an answer and “{state}” were given; keep one of them.", state=_STATES[chosen[0]])
            )
        return chosen[0] if chosen else None


_STATES: Final[Mapping[str, Message]] = MappingProxyType(
    {NOT_SEEN_WORD: say("Not seen yet"), NOT_APPLICABLE_WORD: say("Does not apply")}
)
