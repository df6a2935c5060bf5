"""Status of the questions that depend on others or count part of a whole, per site, and the answers that are ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence import MISSING, NOT_SEEN, Evidence
from rba_audit.findings.kernel import guard_registers
from rba_audit.findings.program import Program
from rba_audit.findings.wording import condition_words, question_name_words
from rba_audit.messages import Message, say
from rba_audit.standard import Question, Standard


class QuestionStatus(IntEnum):
    """Whether a question is asked, and whether an answer to it counts."""

    ASKED = 0
    WAITING = 1
    """A parent that decides whether it is asked has no answer yet; an answer to the question counts all the same."""
    NOT_ASKED = 2
    """An answer is stored but does not count."""
    ABOVE_WHOLE = 3
    """The answer is larger than that of the question for the whole, so it does not count."""


def question_statuses(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None = None
) -> dict[str, NDArray[np.int8]]:
    """Return the `QuestionStatus` at every site (shape (sites,)) of each question that has a guard in `program`.

    `codes`, `numbers` and `upper` are columns of answers as in `Evidence`.
    """
    values = guard_registers(program, codes, numbers, upper)
    statuses: dict[str, NDArray[np.int8]] = {}
    by_row: dict[int, NDArray[np.int8]] = {}
    for guard, (row, _), value in zip(program.guarded, program.guards.tolist(), values, strict=True):
        if guard.whole is not None:
            before = statuses.get(guard.question, np.zeros(len(value), dtype=np.int8))
            above = (value < 0) & (before != QuestionStatus.NOT_ASKED)
            statuses[guard.question] = np.where(above, np.int8(QuestionStatus.ABOVE_WHOLE), before)
            continue
        open_ = np.zeros(len(value), dtype=np.bool_)
        for parent in guard.parents:
            parent_status = by_row.get(parent)
            asked = True if parent_status is None else parent_status != QuestionStatus.NOT_ASKED
            open_ |= (codes[parent] == MISSING) & asked
        waiting = np.where(open_, np.int8(QuestionStatus.WAITING), np.int8(QuestionStatus.ASKED))
        statuses[guard.question] = by_row[row] = np.where(
            value < 0, np.int8(QuestionStatus.NOT_ASKED), np.where(value > 0, np.int8(QuestionStatus.ASKED), waiting)
        )
    return statuses


def ignored_answers(
    standard: Standard, program: Program, evidence: Evidence
) -> Iterator[tuple[int, Question, Message]]:
    """Yield the site index, the question and the reason of each answer that was given but does not count."""
    statuses = question_statuses(program, evidence.codes, evidence.numbers, evidence.upper)
    for name, status in statuses.items():
        # Only surveyed answers: a measurement for a question that is not asked is not an answer of a surveyor.
        answers = evidence.codes if evidence.measured is None else evidence.measured.surveyed_codes
        codes = answers[evidence.row[name]]
        given = (codes != MISSING) & (codes != NOT_SEEN)
        for site in np.flatnonzero(given & (status >= QuestionStatus.NOT_ASKED)).tolist():
            yield site, standard.question(name), why_ignored(standard, name, QuestionStatus(int(status[site])))


def why_ignored(standard: Standard, question_id: str, status: QuestionStatus, *, answered: bool = True) -> Message:
    """Return the reason why an answer does not count; with `answered` False, why a measurement without an answer does not."""
    question = standard.question(question_id)
    if status is QuestionStatus.ABOVE_WHOLE:
        return say(
            "more than the whole it is a part of ({whole}), so it counts as not given",
            whole=question_name_words(standard.question(str(question.at_most)).ask),
        )
    if not answered:
        return say("not asked here, and not judged")
    return say("answered though it is not asked here; kept, and not judged")


def asking_words(standard: Standard, question: Question, known: Mapping[str, str | None]) -> str:
    """Return the condition under which a question is asked in words ("only if …"); empty if it is always asked."""
    if question.asked_when is None:
        return ""
    return str(say("only if {condition}", condition=condition_words(question.asked_when, standard, dict(known))))
