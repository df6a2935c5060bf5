"""Set answers: any number of the edition's own words, or none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.messages import Message, say
from rba_audit.standard.kinds.codes import GIVEN, NONE_WORD, RESERVED, normalize_word
from rba_audit.standard.kinds.kind import (
    Answer,
    AnswerKind,
    Encoded,
    Encoder,
    FormField,
    FormOption,
    Storage,
    not_offered,
    state_of,
)
from rba_audit.standard.kinds.words import choice_list, read_choices, unknown_names
from rba_audit.standard.terms import Choice, Question
from rba_audit.standard.toml_tables import Table

_SEPARATORS: Final = str.maketrans(",;|{}[]\"'", "         ")


class SetEncoder(Encoder):
    """Converts names into a bit mask with one bit per choice."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._names = [choice.name for choice in question.choices]

    def __call__(self, value: object) -> Encoded:
        """Return `GIVEN` and the bit mask of a list of names, or of a text of names with separators."""
        state = state_of(value)
        return (GIVEN, self._mask(value)) if state is None else (state, None)

    def _mask(self, value: object) -> int:
        items = value.translate(_SEPARATORS).split() if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise EvidenceError(say("'{value}' is not a list of names; write them with a comma between", value=value))
        names = [normalize_word(item) for item in items]
        strange = [name for name in names if name not in self._names and name != NONE_WORD]
        if strange or (NONE_WORD in names and len(set(names)) > 1):
            raise EvidenceError(
                say(
                    "'{value}' is not an answer to {id}; use some of: {known}, or none",
                    value=value,
                    id=self._question.id,
                    known=", ".join(self._names),
                )
            )
        return sum(1 << self._names.index(name) for name in set(names) if name != NONE_WORD)


class SetKind(AnswerKind):
    """Any number of the choices."""

    name = "set"
    storage = Storage.MASK
    form = FormField("several", rows=True, options=(FormOption(NONE_WORD, say("None of these")),))

    def read_keys(self, table: Table, question: Question) -> Question:
        """Add the choices."""
        return replace(question, choices=read_choices(table, RESERVED))

    def describe(self, question: Question) -> str:
        """Return the choices."""
        return f"{choice_list(question)} ({say('several')})"

    def includes_problems(self, question: Question, count: int, of: Sequence[str]) -> Iterator[Message]:
        """Yield a problem for each name that is no choice, and for a count that cannot be reached."""
        yield from unknown_names(question, of)
        if not 0 < count <= len(of or question.choices):
            yield say("'{id}' can never include {count} names", id=question.id, count=count)

    def encoder(self, question: Question) -> Encoder:
        """Return the encoder for lists of names."""
        return SetEncoder(question)

    def value(self, question: Question, number: int) -> Answer:
        """Return the names of the set bits, or `NONE_WORD` for an empty set."""
        return [choice.name for choice in _set_choices(question, number)] or [NONE_WORD]

    def show_number(self, question: Question, number: int) -> str:
        """Return the choices as they are shown."""
        return ", ".join(str(choice.words) for choice in _set_choices(question, number)) or str(say("none of them"))

    def parse(self, question: Question, given: Sequence[str]) -> Answer:
        """Return the selected names, in the order of the choices.

        Raises:
            EvidenceError: "none" is selected together with others, or a name is not offered.
        """
        if NONE_WORD in given and len(given) > 1:
            raise EvidenceError(say("“None of these” stands beside others; keep one or the other."))
        known = [*(choice.name for choice in question.choices), NONE_WORD]
        if any(name not in known for name in given):
            raise not_offered()
        return [name for name in known if name in given]


def _set_choices(question: Question, mask: int) -> list[Choice]:
    return [choice for bit, choice in enumerate(question.choices) if mask >> bit & 1]
