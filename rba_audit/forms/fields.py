"""The form field of an answer: what it offers, how it reads what was sent, and what it says when it cannot.

The kind of answer says how (`rba_audit/standard/kinds`). A field never guesses: what it cannot read stays on the page as it
was typed, with a sentence beside it.
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
"""What the name of the note beside a question begins with."""
LONGEST_NOTE: Final = 2000


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One thing that can be chosen."""

    value: str
    words: BilingualText | Message | str
    chosen: bool
    state: bool
    """Whether it says that there is no answer, rather than what the answer is."""


class AnswerField(Field):
    """The answer to one question, by the widget that its kind asks for. `data` is the answer, or None; `text` is what was typed."""

    note: str = ""
    """What was written beside the answer."""

    def __init__(self, question: Question, states: Sequence[str], **options: Any) -> None:
        # Before the rest: reading what was sent needs them.
        self.question = question
        self.kind = kind_of(question)
        self.states = tuple(states)
        self.chosen: tuple[str, ...] = ()
        self.text = ""
        super().__init__(label=question.id, **options)

    @property
    def options(self) -> list[FieldOption]:
        """Return what can be chosen, in order."""
        offered = [
            FieldOption(choice.name, choice.words, choice.name in self.chosen, False)
            for choice in self.question.choices
        ]
        more = [FieldOption(each.value, each.words, each.value in self.chosen, True) for each in self.kind.form.options]
        states = [FieldOption(state, _STATES[state], state in self.chosen, True) for state in self.states]
        known = {option.value for option in (*offered, *more, *states)}
        # An open choice keeps a word it does not list, as the site's own file wrote it.
        own = [FieldOption(word, word, True, False) for word in self.chosen if self.question.open and word not in known]
        return [*offered, *own, *more, *states]

    def process_data(self, value: Answer | None) -> None:
        """Begin with what is known; a typed answer is written so that it reads back as the same."""
        self.data = value
        self.chosen = () if value is None else tuple(value) if isinstance(value, list) else (str(value),)
        typed = (
            self.kind.as_typed(value) if self.kind.form.widget == "typed" and value not in (None, *_STATES) else None
        )
        if typed is not None:
            self.chosen, self.text = (), typed

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

    def _read(self) -> Answer | None:
        """Return the answer that was sent."""
        given = self.chosen
        if self.kind.form.widget == "typed":
            given = tuple(value for value in self.chosen if value not in self.states)[:1]
            self.text = next(iter(given), "")
        # Of options of which one is chosen, a page sends no more: two are no answer, whichever they are.
        state = self._one_state() if self.kind.form.widget != "one" or len(self.chosen) == 1 else None
        if state or not given:
            return state
        return self.kind.parse(self.question, given)

    def _one_state(self) -> str | None:
        """Return the state that was chosen, if any; with an answer beside it, it cannot be told which is meant."""
        chosen = [state for state in self.states if state in self.chosen]
        if chosen and (len(chosen) > 1 or len(self.chosen) > 1 or self.text):
            raise EvidenceError(
                say("Both an answer and “{state}” were given; keep one of them.", state=_STATES[chosen[0]])
            )
        return chosen[0] if chosen else None


_STATES: Final[Mapping[str, Message]] = MappingProxyType(
    {NOT_SEEN_WORD: say("Not seen yet"), NOT_APPLICABLE_WORD: say("Does not apply")}
)
