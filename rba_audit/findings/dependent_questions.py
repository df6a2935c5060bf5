"""How each question stands at each site that depends on others or counts a part of a whole, and the answers that do not count for it."""

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
    """What decides it was not answered yet; an answer counts all the same."""
    NOT_ASKED = 2
    """An answer is kept and does not count."""
    ABOVE_WHOLE = 3
    """It counts more than the whole it is a part of, and so does not count."""


def question_statuses(
    program: Program, codes: NDArray[np.uint8], numbers: NDArray[np.int64], upper: NDArray[np.int64] | None = None
) -> dict[str, NDArray[np.int8]]:
    """Return the `Standing` at every site (shape (sites,)) of each question that has a guard in `program`.

    `codes`, `number_results` and `upper` are columns of answers as in `Evidence`.
    """
    values = guard_registers(program, codes, numbers, upper)
    found: dict[str, NDArray[np.int8]] = {}
    by_row: dict[int, NDArray[np.int8]] = {}
    for guard, (row, _), value in zip(program.guarded, program.guards.tolist(), values, strict=True):
        if guard.whole is not None:
            before = found.get(guard.question, np.zeros(len(value), dtype=np.int8))
            above = (value < 0) & (before != QuestionStatus.NOT_ASKED)
            found[guard.question] = np.where(above, np.int8(QuestionStatus.ABOVE_WHOLE), before)
            continue
        open_ = np.zeros(len(value), dtype=np.bool_)
        for parent in guard.parents:
            left = by_row.get(parent)
            open_ |= (codes[parent] == MISSING) & (True if left is None else left != QuestionStatus.NOT_ASKED)
        waiting = np.where(open_, np.int8(QuestionStatus.WAITING), np.int8(QuestionStatus.ASKED))
        found[guard.question] = by_row[row] = np.where(
            value < 0, np.int8(QuestionStatus.NOT_ASKED), np.where(value > 0, np.int8(QuestionStatus.ASKED), waiting)
        )
    return found


def ignored_answers(
    standard: Standard, program: Program, evidence: Evidence
) -> Iterator[tuple[int, Question, Message]]:
    """Yield each answer that was given and does not count, with its site and why."""
    found = question_statuses(program, evidence.codes, evidence.numbers, evidence.upper)
    for name, standing in found.items():
        # What was measured though it is not asked is no answer that anybody gave.
        answers = evidence.codes if evidence.measured is None else evidence.measured.surveyed_codes
        codes = answers[evidence.row[name]]
        given = (codes != MISSING) & (codes != NOT_SEEN)
        for at in np.flatnonzero(given & (standing >= QuestionStatus.NOT_ASKED)).tolist():
            yield at, standard.question(name), why_ignored(standard, name, QuestionStatus(int(standing[at])))


def why_ignored(standard: Standard, question_id: str, standing: QuestionStatus, *, answered: bool = True) -> Message:
    """Return why an answer to a question, or what was measured for it without one, does not count."""
    question = standard.question(question_id)
    if standing is QuestionStatus.ABOVE_WHOLE:
        return say(
            "more than the whole it is a part of ({whole}), so it counts as not given",
            whole=question_name_words(standard.question(str(question.at_most)).ask),
        )
    if not answered:
        return say("not asked here, and not judged")
    return say("answered though it is not asked here; kept, and not judged")


def asking_words(standard: Standard, question: Question, known: Mapping[str, str | None]) -> str:
    """Return when a question is asked, in words ("only if …"); empty where it always is."""
    if question.asked_when is None:
        return ""
    return str(say("only if {condition}", condition=condition_words(question.asked_when, standard, dict(known))))
