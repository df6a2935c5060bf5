"""Recognise columns that hold facts or answers of an edition, and read their cells: ids, shortened headings, labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rba_audit.errors import EvidenceError
from rba_audit.evidence import OTHER, bare_key, names_by_bare_key, resembled_name
from rba_audit.imports.headings import SHORTENED, plain_heading
from rba_audit.layers.property_words import is_blank
from rba_audit.messages import Message, say
from rba_audit.sites.names import property_text
from rba_audit.standard import Question, Standard, kind_of
from rba_audit.standard.kinds import Storage
from rba_audit.standard.policies import ColumnsPolicy

SITE_PROPERTIES: Final = ("kind", "kelurahan_code", "manager")
"""Properties of a site that a key may resemble, as it may resemble a question."""
_CODE: Final = re.compile(r"\s*[A-Za-z]+[\s_\-.]?[0-9]+(?:\.[a-z_]+)?[\s.:)\-–]+(?P<text>.*\S)\s*", re.DOTALL)
_SEPARATORS: Final = re.compile(r"\s*[,;|\n]\s*")
_LEAST: Final = 4  # letters of a shortened heading, so that no short word counts as the beginning of a longer one


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """How the cells of a column answer a question.

    Attributes:
        words: By text of a cell, the answer that it is read as; without those that are answers as they stand.
        unread: Cells that are no answer, with their number, commonest first.
        read: Number of cells that are answers.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[tuple[str, int], ...] = ()
    read: int = 0


class QuestionHeadings:
    """The questions and facts of an edition by the headings that they may have."""

    def __init__(self, standard: Standard) -> None:
        self._standard = standard
        self._known = names_by_bare_key(standard)
        labels: dict[str, set[str]] = {}
        for question in standard.questions:
            for text in question.ask:
                labels.setdefault(plain_heading(text), set()).add(question.id)
        self._labels = {label: ids.copy().pop() for label, ids in labels.items() if len(ids) == 1}

    def target(self, heading: str) -> tuple[str, Message | str] | None:
        """Return the question, fact or property that a heading means, and why; None if it means none or several."""
        if self._standard.has_question(heading) or heading in SITE_PROPERTIES:
            return heading, ""
        name = resembled_name(heading, self._known)
        if name is not None and (self._standard.has_question(name) or name in SITE_PROPERTIES):
            return name, say("it is another spelling of {target}", target=name)
        label = self._by_label(heading)
        if label is not None:
            return label, say("it is the text of {target}", target=label)
        shortened = self._shortened(heading)
        return (shortened, say("it is {target}, cut to ten letters", target=shortened)) if shortened else None

    def _by_label(self, heading: str) -> str | None:
        steps = heading.split("/")
        for at in range(len(steps)):
            text = "/".join(steps[at:])
            code = _CODE.fullmatch(text)
            for form in (text, *((code["text"],) if code else ())):
                if plain_heading(form) in self._labels:
                    return self._labels[plain_heading(form)]
        return None

    def _shortened(self, heading: str) -> str | None:
        if len(heading) != SHORTENED:
            return None
        bare = bare_key(heading)
        names = {
            name for key, name in self._known.items() if key.startswith(bare) and self._standard.has_question(name)
        }
        return names.pop() if len(names) == 1 and len(bare) >= _LEAST else None


def read_answers(question: Question, values: Sequence[Any], policy: ColumnsPolicy) -> ReadAnswers:
    """Return how the cells of a column answer a question, by the reader of its kind and by the labels of its choices."""
    encoder = kind_of(question).encoder(question)
    counts: Counter[str] = Counter()
    first: dict[str, Any] = {}
    for value in values:
        if not is_blank(value):
            text = cell_text(value)
            counts[text] += 1
            first.setdefault(text, value)
    labels = _labels(question, policy)
    words: dict[str, str] = {}
    unread: Counter[str] = Counter()
    for text, count in counts.items():
        try:
            code = encoder(first[text])[0]
        except EvidenceError:
            code = None
        if code is not None and code != OTHER:
            continue
        word = _by_label(question, text, labels)
        if word is not None:
            words[text] = word
        elif code is None:
            unread[text] = count
    return ReadAnswers(words, tuple(unread.most_common()), sum(counts.values()) - sum(unread.values()))


def cell_text(value: object) -> str:
    """Return a cell as text, by which its answer is looked up."""
    if isinstance(value, bool):
        return str(value).lower()
    return property_text(value) or str(value)


def _by_label(question: Question, text: str, labels: Mapping[str, str]) -> str | None:
    word = labels.get(_plain(text))
    if word is not None or kind_of(question).storage is not Storage.MASK:
        return word
    pieces = [labels.get(_plain(piece)) for piece in _SEPARATORS.split(text) if piece]
    return ", ".join(piece for piece in pieces if piece) if pieces and None not in pieces else None


def _plain(text: str) -> str:
    return plain_heading(text) or text.strip().casefold()


def _labels(question: Question, policy: ColumnsPolicy) -> Mapping[str, str]:
    """Return the words of a question by its labels in both languages; a label of two words is left out."""
    by_label: dict[str, set[str]] = {}
    names = {choice.name for choice in question.choices}
    for choice in question.choices:
        for text in (*choice.words, choice.name):
            by_label.setdefault(_plain(text), set()).add(choice.name)
    if {"yes", "no"} <= names <= policy.answers.keys():
        for answer in names:
            for text in policy.answers[answer]:
                by_label.setdefault(_plain(text), set()).add(answer)
    return {label: found.copy().pop() for label, found in by_label.items() if len(found) == 1}
