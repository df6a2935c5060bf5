"""Single-word answers: yes or no, yes, partly or no, or one of the edition's own choices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.messages import BilingualText, Message, say
from rba_audit.standard.kinds.codes import FIRST_CHOICE, MISSING, NONE_WORD, OTHER, RESERVED, normalize_word
from rba_audit.standard.kinds.kind import (
    Answer,
    AnswerKind,
    Encoded,
    Encoder,
    FormField,
    not_offered,
    state_of,
    unknown_name,
)
from rba_audit.standard.terms import Choice, Question
from rba_audit.standard.toml_tables import Table

# A set is stored as a bit mask in a signed 64-bit column.
MOST_CHOICES: Final = 62
_LONGEST_WORD: Final = 100
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_]*")
_YES: Final = Choice("yes", BilingualText("Ya", "Yes"))
_PARTIAL: Final = Choice("partial", BilingualText("Sebagian", "Partly"))
_NO: Final = Choice("no", BilingualText("Tidak", "No"))


class WordEncoder(Encoder):
    """Converts words into codes; caches the code of each spelling."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._names = [choice.name for choice in question.choices]
        self._cache: dict[str, Encoded] = {}

    def __call__(self, value: object) -> Encoded:
        """Return the code of a word or a boolean.

        Raises:
            EvidenceError: it is no answer to the question.
        """
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if value is None:
            return MISSING, None
        if not isinstance(value, str):
            raise self._unreadable(value)
        encoded = self._cache.get(value)
        if encoded is None:
            encoded = self._cache[value] = self._code(value), None
        return encoded

    def _code(self, value: str) -> int:
        state = state_of(value)
        if state is not None:
            return state
        word = normalize_word(value)
        if word in self._names:
            return FIRST_CHOICE + self._names.index(word)
        if self._question.open:
            return OTHER
        raise self._unreadable(value)

    def _unreadable(self, value: object) -> EvidenceError:
        return EvidenceError(
            say(
                "'{value}' is not an answer to {id}; use one of: {known}, not_seen",
                value=value,
                id=self._question.id,
                known=", ".join(self._names),
            )
        )


class WordKind(AnswerKind):
    """One word of several."""

    form = FormField("one")

    def encoder(self, question: Question) -> Encoder:
        """Return the encoder for words."""
        return WordEncoder(question)

    def word_problems(self, question: Question, words: Iterable[str]) -> Iterator[Message]:
        """Yield a problem for each word that is none of the choices."""
        return unknown_names(question, words)

    def example_problems(self, question: Question, value: object) -> Iterator[Message]:
        """Yield a problem for a word that is none of the choices."""
        known = {*RESERVED, *(choice.name for choice in question.choices)}
        if not question.open and not isinstance(value, bool) and value not in known:
            yield unknown_name(question, value, sorted(known))

    def parse(self, question: Question, given: Sequence[str]) -> Answer:
        """Return the selected word; an open choice accepts any word of up to 100 characters.

        Raises:
            EvidenceError: the word is not offered.
        """
        if len(given) == 1:
            known = {choice.name for choice in question.choices}
            if given[0] in known or (question.open and len(given[0]) <= _LONGEST_WORD):
                return given[0]
        raise not_offered()


class YesNoKind(WordKind):
    """Yes or no."""

    name = "yes_no"
    yes_or_no = True

    def read_keys(self, table: Table, question: Question) -> Question:  # noqa: ARG002  # takes no key
        """Add the two choices."""
        return replace(question, choices=(_YES, _NO))

    def describe(self, question: Question) -> str:  # noqa: ARG002  # the same for every question
        """Name the answers."""
        return str(say("yes / no"))


class YesPartialNoKind(WordKind):
    """Yes, partly or no."""

    name = "yes_partial_no"

    def read_keys(self, table: Table, question: Question) -> Question:
        """Add the three choices, and the meaning of "partly" for this question."""
        return replace(question, choices=(_YES, _PARTIAL, _NO), partial_means=table.words("partial_means"))

    def describe(self, question: Question) -> str:  # noqa: ARG002  # the same for every question
        """Name the answers."""
        return str(say("yes / partly / no"))


class ChoiceKind(WordKind):
    """One of the edition's own words; an open choice also accepts words that it does not list."""

    name = "choice"
    form = FormField("one", rows=True)

    def read_keys(self, table: Table, question: Question) -> Question:
        """Add the choices, and whether other words are accepted."""
        return replace(question, choices=read_choices(table, RESERVED - {NONE_WORD}), open=table.flag("open"))

    def describe(self, question: Question) -> str:
        """Return the choices."""
        return choice_list(question)


def read_choices(table: Table, reserved: frozenset[str]) -> tuple[Choice, ...]:
    """Return the `choices` of a question.

    Raises:
        StandardError: a name is not lower case, is in `reserved` or occurs twice, or there are more than `MOST_CHOICES` names.
    """
    choices = []
    for item in table.tables("choices"):
        choice = Table(item, table.where)
        name = choice.text("name")
        if not _NAME.fullmatch(name) or name in reserved:
            raise table.fault(
                say(
                    "the choice '{name}' must be lower case with '_' and not a word with a meaning of its own",
                    name=name,
                )
            )
        choices.append(Choice(name, choice.words_of({code: choice.text(code) for code in ("id", "en")}, name)))
        choice.refuse_unknown_keys()
    names = [choice.name for choice in choices]
    if len(set(names)) != len(names) or len(names) > MOST_CHOICES:
        raise table.fault(say("'choices' has a name twice, or more than {most} names", most=MOST_CHOICES))
    return tuple(choices)


def unknown_names(question: Question, words: Iterable[str]) -> Iterator[Message]:
    """Yield a problem for each word that is none of the question's choices."""
    known = [choice.name for choice in question.choices]
    for word in words:
        if word not in known:
            yield unknown_name(question, word, known)


def choice_list(question: Question) -> str:
    """Return the words of the choices as they are shown."""
    return " / ".join(str(choice.words) for choice in question.choices)
