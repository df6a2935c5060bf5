"""Answers as typed columns, one per question of an edition: a code for each word, a fixed-point integer for each number.

The code for a missing answer is zero, so that an array cell that was never written is a missing answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.errors import EvidenceError
from rba_audit.evidence.document_sources import DocumentSource
from rba_audit.evidence.measurements import MeasurementSet
from rba_audit.messages import Message, say
from rba_audit.standard import Question, Standard, Storage, kind_of
from rba_audit.standard.kinds import FIRST_CHOICE, MISSING, NOT_SEEN, UNREADABLE, Amount

REASON: Final = ".reason"
"""Suffix of a question's id in the property with the reason why its answer counts instead of a measurement."""


@dataclass(frozen=True, slots=True)
class AnswerWarning:
    """An answer that could not be used as it was written."""

    row: int
    question: str
    value: object
    why: Message


@dataclass(frozen=True)
class Evidence:
    """The answers of many sites to the questions of one edition.

    `codes` has shape (questions, sites); `numbers` has shape (numeric questions and sets, sites): fixed point with the
    question's decimals, or a bit mask with one bit per name for a set.
    """

    questions: tuple[Question, ...]
    codes: NDArray[np.uint8]
    numbers: NDArray[np.int64]
    remarks: tuple[AnswerWarning, ...]
    unasked: Mapping[str, int]
    """Properties that look like answers but that this edition does not ask, with the number of sites that have them."""
    reasons: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """By (site index, question id): the reason why a surveyor's answer counts instead of a measurement."""
    upper: NDArray[np.int64] | None = None
    """Upper ends of numbers that are only known to lie within a range, shape as `numbers`; None if every number is certain."""
    measured: MeasurementSet | None = None
    """The measurements, and which of them count; None if nothing was measured."""
    documents: Mapping[tuple[int, str], DocumentSource] = field(default_factory=dict)
    """By (site index, question id): the document that gives the answer, or that left it open when it expired or was withdrawn."""

    @cached_property
    def row(self) -> Mapping[str, int]:
        """The row of each question in `codes`."""
        return code_rows(self.questions)

    @cached_property
    def number_row(self) -> Mapping[str, int]:
        """The row of each numeric question and set in `numbers`."""
        return number_rows(self.questions)

    @property
    def audited(self) -> NDArray[np.bool_]:
        """(sites,): whether a surveyor answered any question at a site; facts, `not_seen` and documents do not count."""
        asked = [question.id for question in self.questions if question.requirement is not None]
        codes = self.codes if self.measured is None else self.measured.surveyed_codes
        codes = codes[[self.row[question] for question in asked]]
        answered = (codes != MISSING) & (codes != NOT_SEEN)
        index = {question: number for number, question in enumerate(asked)}
        for (site, question), document in self.documents.items():
            answered[index[question], site] = document.over_answer
        audited: NDArray[np.bool_] = np.any(answered, axis=0)
        return audited


def code_rows(questions: Iterable[Question]) -> Mapping[str, int]:
    """Return the row of each question in the codes."""
    return {question.id: index for index, question in enumerate(questions)}


def number_rows(questions: Iterable[Question]) -> Mapping[str, int]:
    """Return the row of each numeric question and set in the numbers."""
    return {
        question.id: index
        for index, question in enumerate(asked for asked in questions if kind_of(asked).storage is not Storage.WORD)
    }


def is_answered(question: Question, value: object) -> bool:
    """Return whether a value in the properties of a site is an answer, if only an unreadable one; `not_seen` is none."""
    if value is None:
        return False
    try:
        return kind_of(question).encoder(question)(value)[0] not in (MISSING, NOT_SEEN)
    except EvidenceError:
        return True


def choice_code(question: Question, name: str) -> int:
    """Return the code of one of the question's own words."""
    return FIRST_CHOICE + next(index for index, choice in enumerate(question.choices) if choice.name == name)


def read_evidence(properties: Sequence[Mapping[str, object]], standard: Standard) -> Evidence:
    """Return the answers in the flat properties of sites; a value that cannot be read becomes a warning, never an answer."""
    questions = standard.questions
    row, number_row = code_rows(questions), number_rows(questions)
    codes = np.zeros((len(row), len(properties)), dtype=np.uint8)
    numbers = np.zeros((len(number_row), len(properties)), dtype=np.int64)
    encoders = [kind_of(question).encoder(question) for question in questions]
    warnings: list[AnswerWarning] = []
    unasked: Counter[str] = Counter()
    aspects = tuple(f"{aspect.code}-" for aspect in standard.aspects)
    reasons: dict[tuple[int, str], str] = {}
    given: dict[int, tuple[list[int], list[Amount]]] = {}
    for site, answers in enumerate(properties):
        for key, value in answers.items():
            at = row.get(key)
            if at is None:
                if key.endswith(REASON) and key.removesuffix(REASON) in row:
                    if isinstance(value, str) and value.strip():
                        reasons[site, key.removesuffix(REASON)] = value.strip()
                elif key.startswith(aspects):
                    unasked[key] += 1
                continue
            try:
                codes[at, site], amount = encoders[at](value)
                if amount is not None:
                    sites, amounts = given.setdefault(at, ([], []))
                    sites.append(site)
                    amounts.append(amount)
            except EvidenceError as error:
                codes[at, site] = UNREADABLE
                warnings.append(AnswerWarning(site, key, value, say("{problem}", problem=error.message)))
    for at, (sites, amounts) in given.items():
        question = questions[at]
        problems = encoders[at].store(codes[at], numbers[number_row[question.id]], sites, amounts)
        warnings.extend(AnswerWarning(sites[index], question.id, amounts[index], why) for index, why in problems)
    return Evidence(
        questions,
        codes,
        numbers,
        tuple(sorted(warnings, key=lambda warning: (warning.row, row[warning.question]))),
        dict(unasked),
        reasons,
    )
