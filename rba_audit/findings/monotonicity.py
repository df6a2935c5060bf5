"""Prove by exhaustive trial that the outcomes of every requirement are monotone in the answers.

Monotone: one more answer may decide an undetermined outcome, and never changes a decided one. The trial combines answers at,
just under and just over every limit with hidden (missing) ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from rba_audit.conditions import questions_of
from rba_audit.errors import StandardError
from rba_audit.evidence import (
    OUT_OF_RANGE,
    code_rows,
    number_rows,
    read_evidence,
)
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, guard_registers, outcomes
from rba_audit.findings.program import compile_requirements, compile_standard
from rba_audit.findings.trial_answers import MOST_CASES, State, shown, states_to_try
from rba_audit.messages import Message, say
from rba_audit.standard import OUTCOMES, Question, Requirement, Standard


def violations(standard: Standard) -> Iterator[StandardError]:
    """Yield an error for each requirement that is not monotone, can never conform or never fail, and for each false example."""
    for requirement in standard.requirements:
        yield from _requirement_breaches(standard, requirement)
    yield from _false_examples(standard)


def _false_examples(standard: Standard) -> Iterator[StandardError]:
    evidence = read_evidence([example.given for example in standard.examples], standard)
    for warning in evidence.remarks:
        if evidence.codes[evidence.row[warning.question], warning.row] == OUT_OF_RANGE:
            continue
        yield StandardError(say("{where}: {problem}", where=standard.examples[warning.row].where, problem=warning.why))
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
    index = {requirement.id: number for number, requirement in enumerate(standard.requirements)}
    for site, example in enumerate(standard.examples):
        outcome = OUTCOMES[matrix[index[example.requirement], site]]
        if outcome != example.outcome:
            yield StandardError(
                say(
                    "{where}: \"{says}\" is said to be '{wanted}' for {id}, but comes out as '{found}'; correct the example or the condition",
                    where=example.where,
                    says=example.says,
                    wanted=example.outcome,
                    id=example.requirement,
                    found=outcome,
                )
            )


def _requirement_breaches(standard: Standard, requirement: Requirement) -> Iterator[StandardError]:
    where = f"{requirement.edition}, {requirement.id}"
    conditions = [
        condition
        for condition in (requirement.applies_when, requirement.conforms_when, requirement.partial_when)
        if condition is not None
    ]
    looked_at = dict.fromkeys(name for condition in conditions for name in questions_of(condition))
    wholes = [whole for name in looked_at if (whole := standard.question(name).at_most) is not None]
    asked_when = [condition for name in looked_at if (condition := standard.question(name).asked_when) is not None]
    conditions += asked_when
    parents = (name for condition in asked_when for name in questions_of(condition))
    names = dict.fromkeys([*looked_at, *wholes, *parents])
    questions = [standard.question(name) for name in names]
    states = [states_to_try(question, questions, conditions, requirement) for question in questions]
    if prod(map(len, states)) > MOST_CASES:
        yield StandardError(
            say("{where}: it looks at too many answers at once to be proved; split the requirement", where=where)
        )
        return
    grid = _all_outcomes(requirement, questions, states)
    yield from _not_asked_breaches(where, requirement, questions, states, grid)
    for axis, question in enumerate(questions):
        hidden = np.take(grid, [0], axis=axis)
        changed = (hidden != UNDETERMINED) & (grid != hidden)
        if changed.any():
            yield StandardError(
                _change_message(where, question, questions, states, grid, np.argwhere(changed)[0], axis)
            )
    for outcome, wanted in ((CONFORMS, "conforms"), (DOES_NOT_CONFORM, "does_not_conform"), (PARTIAL, "partial")):
        if wanted == "partial" and requirement.partial_when is None:
            continue
        if not (grid == outcome).any():
            yield StandardError(
                say("{where}: no answers make it '{outcome}'; correct its conditions", where=where, outcome=wanted)
            )


def _not_asked_breaches(
    where: str,
    requirement: Requirement,
    questions: Sequence[Question],
    states: Sequence[Sequence[State]],
    grid: NDArray[np.int8],
) -> Iterator[StandardError]:
    """Yield an error for each question whose value changes an outcome although the question is not asked.

    Also one for each question for which `asked_when` stays unknown, because its parent is itself not asked.
    """
    program = compile_requirements(questions, [requirement])
    values = guard_registers(program, *_columns(questions, states)).reshape(-1, *grid.shape)
    axes = {question.id: axis for axis, question in enumerate(questions)}
    not_asked = {
        axes[guard.question]: value < 0
        for guard, value in zip(program.guarded, values, strict=True)
        if guard.whole is None
    }
    for guard, value in zip(program.guarded, values, strict=True):
        axis = axes[guard.question]
        dependent_parents = [parent for parent in guard.parents if parent in not_asked]
        answered = [
            np.arange(grid.shape[parent]).reshape([-1 if at == parent else 1 for at in range(grid.ndim)]) > 0
            for parent in guard.parents
        ]
        if dependent_parents:
            settled = np.logical_and.reduce(
                [
                    np.broadcast_to(given | not_asked.get(parent, False), grid.shape)
                    for parent, given in zip(guard.parents, answered, strict=True)
                ]
            )
            lost = settled & (value == 0) & np.logical_or.reduce([not_asked[parent] for parent in dependent_parents])
            if lost.any():
                yield StandardError(
                    say(
                        "{where}: with {given} what decides whether '{id}' is asked is not asked itself; say in 'asked_when' what holds then",
                        where=where,
                        given=_given(questions, states, np.argwhere(lost)[0], axis),
                        id=guard.question,
                    )
                )
        changed = (value < 0) & (grid != np.take(grid, [0], axis=axis))
        if guard.whole is None and changed.any():
            at = np.argwhere(changed)[0]
            before = at.copy()
            before[axis] = 0
            yield StandardError(
                say(
                    "{where}: with {given} '{id}' is not asked, yet {value} would make '{before}' into '{after}'; correct 'asked_when' or the conditions",
                    where=where,
                    given=_given(questions, states, at, axis),
                    id=guard.question,
                    value=shown(questions[axis], states[axis][at[axis]]),
                    before=OUTCOMES[grid[tuple(before)]],
                    after=OUTCOMES[grid[tuple(at)]],
                )
            )


def _given(questions: Sequence[Question], states: Sequence[Sequence[State]], at: NDArray[np.intp], without: int) -> str:
    """Return the answers of the cell `at` in words, except those missing and that of the axis `without`."""
    given = (
        f"{question.id} = {shown(question, states[axis][at[axis]])}"
        for axis, question in enumerate(questions)
        if at[axis] and axis != without
    )
    return ", ".join(given) or "-"


def _change_message(
    where: str,
    question: Question,
    questions: Sequence[Question],
    states: Sequence[Sequence[State]],
    grid: NDArray[np.int8],
    at: NDArray[np.intp],
    axis: int,
) -> Message:
    """Return the message that the answer at `axis` of the cell `at` changes an outcome that is decided without it."""
    before = at.copy()
    before[axis] = 0
    part = next((other.id for other in questions if other.at_most == question.id), None)
    if part is not None and OUTCOMES[grid[tuple(at)]] == "undetermined":
        return say(
            "{where}: '{part}' settles it as '{before}' while '{id}', of which it counts a part, is unknown; let the conditions look at both",
            where=where,
            part=part,
            before=OUTCOMES[grid[tuple(before)]],
            id=question.id,
        )
    return say(
        "{where}: with {given} it is already '{before}', yet {id} = {value} would turn it into '{after}'; say in 'partial_when' what falls short",
        where=where,
        given=_given(questions, states, at, axis),
        before=OUTCOMES[grid[tuple(before)]],
        id=question.id,
        value=shown(question, states[axis][at[axis]]),
        after=OUTCOMES[grid[tuple(at)]],
    )


def _all_outcomes(
    requirement: Requirement, questions: Sequence[Question], states: Sequence[Sequence[State]]
) -> NDArray[np.int8]:
    """Return the outcome of every combination of states, with one axis per question; index 0 of an axis is the hidden answer."""
    codes, numbers = _columns(questions, states)
    program = compile_requirements(questions, [requirement], asking=False)
    grid: NDArray[np.int8] = outcomes(program, codes, numbers)[0].reshape(tuple(map(len, states)))
    return grid


def _columns(
    questions: Sequence[Question], states: Sequence[Sequence[State]]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the codes (questions, combinations) and numbers (numeric questions, combinations) of every combination of states."""
    shape = tuple(map(len, states))
    indexes = np.indices(shape, dtype=np.int32).reshape(len(shape), -1)
    codes = np.zeros((len(questions), indexes.shape[1]), dtype=np.uint8)
    rows = number_rows(questions)
    numbers = np.zeros((len(rows), indexes.shape[1]), dtype=np.int64)
    for question, row in code_rows(questions).items():
        table = np.array(states[row], dtype=np.int64)
        codes[row] = table[indexes[row], 0]
        if question in rows:
            numbers[rows[question]] = table[indexes[row], 1]
    return codes, numbers
