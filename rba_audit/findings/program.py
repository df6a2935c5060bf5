"""Compile an edition into a table of operations (ADR 0004): data that any interpreter can run, no generated code.

A condition that occurs in several requirements is one operation. Registers have three-valued results; numbers are compared
as integers, so every comparison is exact.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import lcm, prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.conditions import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Count,
    Includes,
    Is,
    Lookup,
    Sum,
    Term,
    questions_of,
)
from rba_audit.evidence import FIRST_CHOICE, GIVEN, choice_code, code_rows, number_rows
from rba_audit.standard import Question, Requirement, Standard

NO_REGISTER: Final = -1
NO_LIMIT: Final = np.iinfo(np.int64).min
"""Entry of a limit table for a word without a limit: the comparison is unknown."""


class Op(IntEnum):
    """Operation of one row of the table, with arguments a–d; the result goes to its register."""

    WORD = 0  # a: code row, b: word table
    AT_LEAST = 1  # a: code row, b: number row, c: limit
    AT_MOST = 2
    AT_LEAST_BY = 3  # a: code row, b: number row, c: limit table, d: code row of the word that chooses
    AT_MOST_BY = 4
    NOT_NEGATIVE = 5  # a, b: first and last term, c: constant; holds when the sum is zero or more
    NOT_NEGATIVE_BY = 6  # as above, with c: limit table, d: code row of the word that chooses the constant
    INCLUDES = 7  # a: code row, b: number row, c: bit mask, d: how many
    ALL = 8  # a, b: first and last register of the list
    ANY = 9
    COUNT = 10  # a, b: first and last register of the list, c: at least, d: at most


@dataclass(frozen=True)
class Program:
    """The table and its pools.

    `ops` has shape (operations, 6): op, register, a, b, c, d. `requirements` has shape (requirements, 4): the registers
    of applies, conforms and partial (or -1), and the code row whose `not_applicable` counts (or -1).
    """

    ops: NDArray[np.int64]
    requirements: NDArray[np.int64]
    registers: int
    lists: NDArray[np.int64]
    word_tables: NDArray[np.int8]
    limit_tables: NDArray[np.int64]
    terms: NDArray[np.int64]
    """(terms, 3): coefficient, first and last factor."""
    factors: NDArray[np.int64]
    """(factors, 2): code row, number row."""
    register_of: Mapping[Condition, int]
    """The register of each condition of the requirements; the conditions of guards are not in it."""
    guards: NDArray[np.int64]
    """(guards, 2): code row and register; if the register is false, the answer counts as missing."""
    stages: NDArray[np.int64]
    """(stages, 2): number of operations and of guards up to the end of each stage. Stages run before the requirements.

    Answers that the guards of earlier stages removed are missing for the conditions of a stage."""
    guarded: tuple[Guard, ...]
    """Question and reason of each row of `guards`."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Reason for an answer to count as missing: its question is not asked, or the count of a part exceeds that of the whole.

    Attributes:
        question: The id of the question whose answer is removed.
        parents: Code rows of the questions that decide whether it is asked; empty for a part of a whole.
        whole: The id of the question that counts the whole; None for a question with `asked_when`.
    """

    question: str
    parents: tuple[int, ...] = ()
    whole: str | None = None


def compile_standard(standard: Standard) -> Program:
    """Return the table of operations of an edition; it is cached per edition object until that is collected."""
    program = _COMPILED.get(id(standard))
    if program is None:
        program = _COMPILED[id(standard)] = compile_requirements(standard.questions, standard.requirements)
        weakref.finalize(standard, _COMPILED.pop, id(standard), None)
    return program


def compile_requirements(
    questions: Sequence[Question], requirements: Sequence[Requirement], *, asking: bool = True
) -> Program:
    """Return the table of some requirements over columns in the order of `questions`.

    Without `asking` there are no guards: answers count even if their question is not asked.
    """
    return _Compiler(questions).program(requirements, asking)


_COMPILED: Final[dict[int, Program]] = {}


class _Compiler:
    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions: Mapping[str, Question] = {question.id: question for question in questions}
        self._row = code_rows(questions)
        self._number_row = number_rows(questions)
        self._register: dict[Condition, int] = {}
        self._ops: list[tuple[int, ...]] = []
        self._lists: list[int] = []
        self._words: list[NDArray[np.int8]] = []
        self._limits: list[NDArray[np.int64]] = []
        self._terms: list[tuple[int, int, int]] = []
        self._factors: list[tuple[int, int]] = []

    def program(self, requirements: Sequence[Requirement], asking: bool) -> Program:
        guarded: list[Guard] = []
        guards: list[tuple[int, int]] = []
        stages: list[tuple[int, int]] = []
        for stage in self._stages(requirements, asking):
            for guard, condition in stage:
                guarded.append(guard)
                guards.append((self._row[guard.question], self._condition(condition)))
            stages.append((len(self._ops), len(guards)))
            # A guard may remove answers, so the same condition may have another value in a later stage.
            self._register = {}
        rows = [self._requirement(requirement) for requirement in requirements]
        return Program(
            ops=np.array(self._ops, dtype=np.int64).reshape(-1, 6),
            requirements=np.array(rows, dtype=np.int64).reshape(-1, 4),
            registers=len(self._ops),
            lists=np.array(self._lists, dtype=np.int64),
            word_tables=np.array(self._words, dtype=np.int8).reshape(-1, 256),
            limit_tables=np.array(self._limits, dtype=np.int64).reshape(-1, 256),
            terms=np.array(self._terms, dtype=np.int64).reshape(-1, 3),
            factors=np.array(self._factors, dtype=np.int64).reshape(-1, 2),
            register_of=self._register,
            guards=np.array(guards, dtype=np.int64).reshape(-1, 2),
            stages=np.array(stages, dtype=np.int64).reshape(-1, 2),
            guarded=tuple(guarded),
        )

    def _stages(self, requirements: Sequence[Requirement], asking: bool) -> Iterator[list[tuple[Guard, Condition]]]:
        """Yield the guards of each stage with their conditions: a question comes after its parents, parts of a whole last."""
        looked_at = dict.fromkeys(
            name
            for requirement in requirements
            for condition in (requirement.applies_when, requirement.conforms_when, requirement.partial_when)
            if condition is not None
            for name in questions_of(condition)
        )
        stages: dict[int, list[tuple[Guard, Condition]]] = {}
        for name in looked_at if asking else ():
            condition = self._questions[name].asked_when
            if condition is not None:
                parents = tuple(self._row[parent] for parent in dict.fromkeys(questions_of(condition)))
                stages.setdefault(self._depth(name), []).append((Guard(name, parents=parents), condition))
        yield from (stages[depth] for depth in sorted(stages))
        parts = [(name, whole) for name in looked_at if (whole := self._questions[name].at_most) is not None]
        if parts:
            yield [
                (Guard(name, whole=whole), Compare(name, at_least=False, limit=Sum((Term(Fraction(1), (whole,)),))))
                for name, whole in parts
            ]

    def _depth(self, name: str) -> int:
        condition = self._questions[name].asked_when
        return 0 if condition is None else 1 + max(map(self._depth, questions_of(condition)))

    def _requirement(self, requirement: Requirement) -> tuple[int, int, int, int]:
        return (
            NO_REGISTER if requirement.applies_when is None else self._condition(requirement.applies_when),
            self._condition(requirement.conforms_when),
            NO_REGISTER if requirement.partial_when is None else self._condition(requirement.partial_when),
            self._row[requirement.questions[0].id] if requirement.may_be_not_applicable else NO_REGISTER,
        )

    def _condition(self, condition: Condition) -> int:
        if condition not in self._register:
            op, *arguments = self._operation(condition)
            self._register[condition] = len(self._ops)
            self._ops.append((int(op), len(self._ops), *arguments))
        return self._register[condition]

    def _operation(self, condition: Condition) -> tuple[int, int, int, int, int]:
        match condition:
            case Is(name, words):
                return Op.WORD, self._row[name], self._word_table(self._questions[name], words), 0, 0
            case Includes(name, count, of):
                question = self._questions[name]
                names = [choice.name for choice in question.choices]
                mask = sum(1 << names.index(choice) for choice in of or names)
                return Op.INCLUDES, self._row[name], self._number_row[name], mask, count
            case Between(name, low, high):
                return self._operation(All((Compare(name, True, low), Compare(name, False, high))))
            case Compare(str(name), at_least, Fraction() as limit):
                op = Op.AT_LEAST if at_least else Op.AT_MOST
                return op, self._row[name], self._number_row[name], int(limit * self._questions[name].scale), 0
            case Compare(str(name), at_least, Lookup() as lookup):
                op = Op.AT_LEAST_BY if at_least else Op.AT_MOST_BY
                table = self._limit_table(lookup, self._questions[name].scale)
                return op, self._row[name], self._number_row[name], table, self._row[lookup.by]
            case Compare():
                return self._sum(condition)
            case All(of):
                return Op.ALL, *self._list(of), 0, 0
            case AnyOf(of):
                return Op.ANY, *self._list(of), 0, 0
            case Count(of, low, high):
                return Op.COUNT, *self._list(of), low, high

    def _list(self, conditions: Sequence[Condition]) -> tuple[int, int]:
        registers = [self._condition(condition) for condition in conditions]
        start = len(self._lists)
        self._lists.extend(registers)
        return start, len(self._lists)

    def _word_table(self, question: Question, words: Sequence[str]) -> int:
        table = np.zeros(256, dtype=np.int8)
        # False for every usable answer that is not one of the words; codes beyond the last choice are unknown.
        table[GIVEN:] = -1
        table[[choice_code(question, word) for word in words]] = 1
        table[FIRST_CHOICE + len(question.choices) :] = 0
        self._words.append(table)
        return len(self._words) - 1

    def _limit_table(self, lookup: Lookup, scale: int) -> int:
        question = self._questions[lookup.by]
        table = np.full(256, NO_LIMIT, dtype=np.int64)
        for word, limit in lookup.limits:
            table[choice_code(question, word)] = int(limit * scale)
        self._limits.append(table)
        return len(self._limits) - 1

    def _sum(self, condition: Compare) -> tuple[int, int, int, int, int]:
        """Rewrite a comparison as `sum >= 0` with integer coefficients over fixed-point numbers."""
        sign = 1 if condition.at_least else -1
        terms = [(sign * times, names) for times, names in self._side(condition.left)]
        lookup = condition.limit if isinstance(condition.limit, Lookup) else None
        if not isinstance(condition.limit, Lookup):
            terms += [(-sign * times, names) for times, names in self._side(condition.limit)]
        coefficients = [times / prod(self._questions[name].scale for name in names) for times, names in terms]
        steps = [limit for _, limit in lookup.limits] if lookup else []
        scale = lcm(*(number.denominator for number in [*coefficients, *steps]))
        constant, start = 0, len(self._terms)
        for coefficient, (_, names) in zip(coefficients, terms, strict=True):
            whole = int(coefficient * scale)
            if not names:
                constant += whole
                continue
            first = len(self._factors)
            self._factors.extend((self._row[name], self._number_row[name]) for name in names)
            self._terms.append((whole, first, len(self._factors)))
        if lookup is None:
            return Op.NOT_NEGATIVE, start, len(self._terms), constant, 0
        return (
            Op.NOT_NEGATIVE_BY,
            start,
            len(self._terms),
            self._limit_table(lookup, -sign * scale),
            self._row[lookup.by],
        )

    @staticmethod
    def _side(side: str | Fraction | Sum) -> list[tuple[Fraction, tuple[str, ...]]]:
        if isinstance(side, str):
            return [(Fraction(1), (side,))]
        if isinstance(side, Fraction):
            return [(side, ())]
        return [(term.times, term.of) for term in side.terms]
