"""Questions that apply at a site, and stored answers that do not count because their question is not asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rba_audit.evidence import GIVEN, Evidence, read_evidence
from rba_audit.findings.dependent_questions import QuestionStatus, ignored_answers, question_statuses
from rba_audit.findings.kernel import registers_of
from rba_audit.findings.program import compile_standard
from rba_audit.findings.wording import question_name_words
from rba_audit.messages import Message, say
from rba_audit.standard import Question, Standard


def questions_asked(standard: Standard, evidence: Evidence, site: int = 0) -> list[Question]:
    """Return the questions of core requirements that a form with scripts shows at the site with index `site` in `evidence`.

    Left out are questions of requirements that certainly do not apply, questions that are not asked, and unanswered questions
    that wait for the answer to another question.
    """
    column = slice(site, site + 1)
    upper = None if evidence.upper is None else evidence.upper[:, column]
    columns = evidence.codes[:, column], evidence.numbers[:, column], upper
    program = compile_standard(standard)
    registers = registers_of(program, *columns)
    statuses = question_statuses(program, *columns)

    def is_asked(question: Question) -> bool:
        status = statuses[question.id][0] if question.id in statuses else QuestionStatus.ASKED
        if status == QuestionStatus.WAITING:
            return bool(evidence.codes[evidence.row[question.id], site] >= GIVEN)
        return bool(status != QuestionStatus.NOT_ASKED)

    return [
        question
        for requirement in standard.requirements
        if requirement.tier == "core"
        if requirement.applies_when is None or registers[program.register_of[requirement.applies_when], 0] >= 0
        for question in requirement.questions
        if is_asked(question)
    ]


def answers_set_aside(known: Mapping[str, object], standard: Standard, among: Collection[str]) -> list[Message]:
    """Return a message for each answer that is stored but does not count.

    Args:
        known: All facts and answers of one site, by question id.
        standard: The edition of the answers.
        among: Ids of the questions to report on.
    """
    evidence = read_evidence([known], standard)
    return [
        say("{question}: {why}", question=question_name_words(question.ask), why=why)
        for _, question, why in ignored_answers(standard, compile_standard(standard), evidence)
        if question.id in among
    ]
