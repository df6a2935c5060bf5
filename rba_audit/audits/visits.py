"""Taking the answers of one visit into a register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from rba_audit.days import newest_day
from rba_audit.errors import EvidenceError
from rba_audit.evidence import MISSING, NOT_APPLICABLE, read_evidence
from rba_audit.register import Register, Scope, Stage, Visit
from rba_audit.standard import Standard
from rba_audit.words import say


def take_visit(
    register: Register,
    standard: Standard,
    site_id: str,
    answers: Mapping[str, object],
    *,
    auditor: str,
    day: date,
    stage: Stage,
    note: str,
    notes: Mapping[str, str] | None = None,
    author: str = "",
    id: str | None = None,
    scope: Scope = "full",
) -> Visit:
    """Record the answers of one day at one site and return the visit as it is kept; `author` is who is signed in.

    `notes` are those beside questions; one is the reason why its answer stands against a measurement. With `id` (a UUID
    that was made when the visit began), taking the same visit twice keeps one.

    Raises:
        NotInRegister: there is no such site.
        EvidenceError: nothing was answered, an answer cannot be used, or auditor or day are missing or wrong.
    """
    if not auditor.strip():
        raise EvidenceError(say("The visit names no auditor; write who answered."))
    if day > newest_day():
        raise EvidenceError(say("The day of the visit, {day}, has not come yet; correct it.", day=day))
    refuse_unusable(answers, standard)
    visit = Visit(
        id or str(uuid4()),
        site_id,
        standard.edition,
        stage,
        auditor.strip(),
        day,
        dict(answers),
        note.strip(),
        author=author,
        notes=dict(notes or {}),
        scope=scope,
    )
    return register.visits.add(visit)


def refuse_unusable(answers: Mapping[str, object], standard: Standard) -> None:
    """Refuse answers that would be recorded and then count for nothing.

    Raises:
        EvidenceError: the edition does not ask one of them, or cannot use it; or nothing was answered.
    """
    strange = [key for key in answers if not standard.has_question(key)]
    if strange:
        raise EvidenceError(
            say(
                "{edition} does not ask {questions}; leave it out",
                edition=standard.edition,
                questions=", ".join(strange),
            )
        )
    evidence = read_evidence([answers], standard)
    for remark in evidence.remarks:
        raise EvidenceError(
            say("{question}: {why}; correct it or leave it open", question=remark.question, why=remark.why)
        )
    if not (evidence.codes != MISSING).any():
        raise EvidenceError(say("Nothing was answered; answer one question at least."))
    for question, code in zip(evidence.questions, evidence.codes[:, 0].tolist(), strict=True):
        allowed = question.requirement is not None and standard.requirement(question.requirement).may_be_not_applicable
        if code == NOT_APPLICABLE and not allowed:
            raise EvidenceError(
                say("{question}: 'not applicable' is no answer here; answer it or leave it open", question=question.id)
            )
