"""Answers as typed columns, one per question of an edition: a code for each word, a fixed-point integer for each number.

Missing is a code of its own and zero, so memory nobody wrote to is an answer nobody gave.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.errors import EvidenceError
from rba_audit.evidence.measured import Measured
from rba_audit.evidence.numbers import fixed_point, read_number
from rba_audit.standard import NONE_WORD, Question, Standard
from rba_audit.words import Message, Number, say

MISSING: Final = 0
NOT_SEEN: Final = 1
NOT_APPLICABLE: Final = 2
OUT_OF_RANGE: Final = 3
UNREADABLE: Final = 4
GIVEN: Final = 5
"""A number or a set; which one stands in the numbers."""
OTHER: Final = 6
"""A word that an open choice does not list."""
FIRST_CHOICE: Final = 7
REASON: Final = ".reason"
"""What follows the name of a question in the property that says why its answer stands against a measurement."""

_SAME: Final = MappingProxyType(
    {
        "ya": "yes",
        "sebagian": "partial",
        "tidak": "no",
        "tidak_berlaku": "not_applicable",
        "belum_dilihat": "not_seen",
        "tidak_ada": NONE_WORD,
        "true": "yes",
        "false": "no",
    }
)
_STATES: Final = MappingProxyType({"not_seen": NOT_SEEN, "not_applicable": NOT_APPLICABLE})
_SEPARATORS: Final = str.maketrans(",;|{}[]\"'", "         ")


@dataclass(frozen=True, slots=True)
class Remark:
    """An answer that could not be used as it was written."""

    row: int
    question: str
    value: object
    why: Message


@dataclass(frozen=True)
class Evidence:
    """The answers of many sites to the questions of one edition.

    `codes` has shape (questions, sites); `numbers` has shape (numeric questions and sets, sites), in fixed point of
    each question's decimals, or one bit a name for a set.
    """

    questions: tuple[Question, ...]
    codes: NDArray[np.uint8]
    numbers: NDArray[np.int64]
    remarks: tuple[Remark, ...]
    unasked: Mapping[str, int]
    """Properties that look like answers but that this edition does not ask, with how many sites carry them."""
    reasons: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Why a surveyor's answer is to stand against a measurement, by site and question."""
    upper: NDArray[np.int64] | None = None
    """The upper ends of numbers that are only known to lie within a range; None where every number is certain."""
    measured: Measured | None = None
    """What a machine measured, and which of it counts; None where nothing was measured."""

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
        """Whether a surveyor answered anything at a site: facts and `not_seen` are no answers."""
        asked = [self.row[question.id] for question in self.questions if question.requirement is not None]
        codes = (self.codes if self.measured is None else self.measured.surveyed_codes)[asked]
        answered: NDArray[np.bool_] = np.any((codes != MISSING) & (codes != NOT_SEEN), axis=0)
        return answered


def code_rows(questions: Iterable[Question]) -> Mapping[str, int]:
    """Return the row of each question in the codes."""
    return {question.id: index for index, question in enumerate(questions)}


def number_rows(questions: Iterable[Question]) -> Mapping[str, int]:
    """Return the row of each numeric question and set in the numbers."""
    return {
        question.id: index
        for index, question in enumerate(each for each in questions if each.kind in ("number", "set"))
    }


def choice_code(question: Question, name: str) -> int:
    """Return the code of one of the question's own words."""
    return FIRST_CHOICE + next(index for index, choice in enumerate(question.choices) if choice.name == name)


def read_evidence(properties: Sequence[Mapping[str, object]], standard: Standard) -> Evidence:
    """Return the answers that the flat properties of sites hold; what cannot be read becomes a remark, never an answer."""
    questions = standard.questions
    row, number_row = code_rows(questions), number_rows(questions)
    codes = np.zeros((len(row), len(properties)), dtype=np.uint8)
    numbers = np.zeros((len(number_row), len(properties)), dtype=np.int64)
    readers = {question.id: _WordReader(question) for question in questions if question.kind not in ("number", "set")}
    remarks: list[Remark] = []
    unasked: Counter[str] = Counter()
    aspects = tuple(f"{aspect.code}-" for aspect in standard.aspects)
    reasons: dict[tuple[int, str], str] = {}
    measured: dict[str, tuple[list[int], list[int | float | Decimal]]] = {}
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
                if key in readers:
                    codes[at, site] = readers[key](value)
                else:
                    question = questions[at]
                    codes[at, site], found = _read_amount(question, value)
                    if found is not None and question.kind == "number":
                        sites, amounts = measured.setdefault(key, ([], []))
                        sites.append(site)
                        amounts.append(found)
                    elif found is not None:
                        numbers[number_row[key], site] = int(found)
            except EvidenceError as fault:
                codes[at, site] = UNREADABLE
                remarks.append(Remark(site, key, value, say("{problem}", problem=fault.message)))
    for key, (sites, amounts) in measured.items():
        remarks.extend(_place_numbers(questions[row[key]], codes[row[key]], numbers[number_row[key]], sites, amounts))
    return Evidence(
        questions,
        codes,
        numbers,
        tuple(sorted(remarks, key=lambda each: (each.row, row[each.question]))),
        dict(unasked),
        reasons,
    )


def _place_numbers(
    question: Question,
    codes: NDArray[np.uint8],
    numbers: NDArray[np.int64],
    sites: list[int],
    amounts: list[int | float | Decimal],
) -> list[Remark]:
    """Round to the question's decimals, then tell what lies outside its plausible range, and counts that are no whole number."""
    fixed = fixed_point(amounts, question.decimals)
    numbers[sites] = fixed
    outside = (fixed < int(question.low * question.scale)) | (fixed > int(question.high * question.scale))
    broken = np.array([question.counts and amount != int(amount) for amount in amounts], dtype=np.bool_)
    codes[sites] = np.where(outside, OUT_OF_RANGE, np.where(broken, UNREADABLE, GIVEN))
    return [
        Remark(sites[index], question.id, amounts[index], not_whole(amounts[index], question))
        for index in np.flatnonzero(broken & ~outside)
    ] + [
        Remark(
            sites[index],
            question.id,
            amounts[index],
            say(
                "{value} is outside the plausible range {low}–{high}",
                value=question.with_unit(Number(amounts[index])),
                low=Number(question.low),
                high=Number(question.high),
            ),
        )
        for index in np.flatnonzero(outside)
    ]


def not_whole(value: str | float | Decimal, question: Question) -> Message:
    """Return what is wrong with a count that is no whole number."""
    return say(
        "{value} is no whole number; write one",
        value=question.with_unit(value if isinstance(value, str) else Number(value)),
    )


def normal(word: str) -> str:
    """Return an answer word in its one spelling: lower case, English."""
    plain = word.strip().lower()
    return _SAME.get(plain, plain)


class _WordReader:
    """Turns the answers to one question into codes, remembering the spellings it has met."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._met: dict[object, int] = {}

    def __call__(self, value: object) -> int:
        if value is None:
            return MISSING
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if not isinstance(value, str):
            raise self._unreadable(value)
        code = self._met.get(value)
        if code is None:
            code = self._met[value] = self._code(value)
        return code

    def _code(self, value: str) -> int:
        word = normal(value)
        if not word:
            return MISSING
        if word in _STATES:
            return _STATES[word]
        names = [choice.name for choice in self._question.choices]
        if word in names:
            return FIRST_CHOICE + names.index(word)
        if self._question.open:
            return OTHER
        raise self._unreadable(value)

    def _unreadable(self, value: object) -> EvidenceError:
        known = ", ".join(choice.name for choice in self._question.choices)
        return EvidenceError(
            say(
                "'{value}' is not an answer to {id}; use one of: {known}, not_seen",
                value=value,
                id=self._question.id,
                known=known,
            )
        )


def _read_amount(question: Question, value: object) -> tuple[int, int | float | Decimal | None]:
    """Return the code and the number (or bit mask) of an answer to a numeric question or a set."""
    if value is None or (isinstance(value, str) and not value.strip()) or value == []:
        return MISSING, None
    if isinstance(value, str) and normal(value) in _STATES:
        return _STATES[normal(value)], None
    if question.kind == "set":
        return GIVEN, _mask(question, value)
    if isinstance(value, str):
        return GIVEN, read_number(value, question.unit)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or _is_endless(value):
        raise EvidenceError(
            say(
                "'{value}' is not a number; {id} is measured in {unit}", value=value, id=question.id, unit=question.unit
            )
        )
    return GIVEN, value


def _is_endless(value: float | Decimal) -> bool:
    # A whole number of any length is finite; asking that of one too long for a float would itself fail.
    return not isinstance(value, int) and not math.isfinite(value)


def _mask(question: Question, value: object) -> int:
    items = value.translate(_SEPARATORS).split() if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise EvidenceError(say("'{value}' is not a list of names; write them with a comma between", value=value))
    names = [normal(item) for item in items]
    known = [choice.name for choice in question.choices]
    strange = [name for name in names if name not in known and name != NONE_WORD]
    if strange or (NONE_WORD in names and len(set(names)) > 1):
        raise EvidenceError(
            say(
                "'{value}' is not an answer to {id}; use some of: {known}, or none",
                value=value,
                id=question.id,
                known=", ".join(known),
            )
        )
    return sum(1 << known.index(name) for name in set(names) if name != NONE_WORD)
