"""Visits that support an outcome, and the order of a visit and another visit or event.

The time of a visit counts, not that of its receipt. If the order on the same day is unknown, `surely_…` is False and
`perhaps_…` is True, so that callers choose the safe assumption.
"""

from __future__ import annotations

from datetime import date, datetime

from rba_audit.auditing import RegisterAudit
from rba_audit.current_answers import CurrentAnswers, are_double_audit, visits_looking_at
from rba_audit.register import Visit
from rba_audit.standard import Requirement
from rba_audit.standard.policies import AgreementPolicy


def supporting_visit(
    audited: RegisterAudit, site_id: str, requirement: Requirement, *, found_gone: bool = False
) -> Visit | None:
    """Return the newest visit that supports the outcome of a requirement; None if the outcome is from the site's own document.

    With `found_gone`, a visit that found an item gone supports it too.
    """
    counts = _counted_answers(audited, site_id, requirement)
    if counts is None:
        return None
    visits = visits_looking_at(counts, requirement, audited.findings.standard, found_gone=found_gone)
    return visits[-1] if visits else None


def document_day(audited: RegisterAudit, site_id: str, requirement: Requirement) -> date | None:
    """Return the date of the newest valid document that answers a requirement at a visited site; None without one."""
    counts = _counted_answers(audited, site_id, requirement)
    documents = {} if counts is None else counts.documents
    answers = [documents[question.id] for question in requirement.questions if question.id in documents]
    return max((answer.document.version.dated for answer in answers if answer.counts), default=None)


def _counted_answers(audited: RegisterAudit, site_id: str, requirement: Requirement) -> CurrentAnswers | None:
    """Return the answers that count at a site for a requirement; if two auditors disagree, those with the outcome that counts."""
    counts = audited.counts.get(site_id)
    if counts is None:
        return None
    findings = audited.findings
    index = findings.standard.requirements.index(requirement), findings.source.index_of(site_id)
    elsewhere = findings.read_elsewhere.get(index)
    if elsewhere is None:
        return counts
    return next(answers for answers in counts.others if answers.id == elsewhere.key)


def surely_later(visit: Visit, day: date, at: datetime) -> bool:
    """Return whether a visit certainly ended after an event, of which the date is `day` and the time `at`."""
    return visit.day > day or (visit.day == day and visit.finished_at is not None and visit.finished_at > at)


def perhaps_later(visit: Visit, day: date, at: datetime) -> bool:
    """Return whether a visit may have ended after an event, of which the date is `day` and the time `at`."""
    return visit.day > day or (visit.day == day and (visit.finished_at is None or visit.finished_at > at))


def surely_later_than(visit: Visit, other: Visit) -> bool:
    """Return whether a visit certainly shows a later state of the site than another one."""
    if visit.root == other.root:
        return False
    timed = visit.finished_at is not None and other.finished_at is not None
    return visit.day > other.day or (visit.day == other.day and timed and visit.order > other.order)


def perhaps_later_than(visit: Visit, other: Visit) -> bool:
    """Return whether a visit may show a later state of the site than another one."""
    if visit.id == other.id:
        return False
    timed = visit.finished_at is not None and other.finished_at is not None
    return visit.day > other.day or (visit.day == other.day and (not timed or visit.order > other.order))


def can_prove(visit: Visit, before: Visit, policy: AgreementPolicy) -> bool:
    """Return whether a visit can prove that a finding of `before` is over: it is surely later, and the two are no double audit."""
    return surely_later_than(visit, before) and not are_double_audit(visit, before, policy)
