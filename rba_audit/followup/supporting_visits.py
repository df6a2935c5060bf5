"""On which visits an outcome rests, and which of two things came first.

The time of a visit counts, not that of its receipt. Where neither is known on the day itself, what protects is assumed.
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
    """Return the newest visit that the outcome of a requirement rests on; None where the site's own document says it.

    With `found_gone`, a visit that found an item gone is one too.
    """
    counts = _reading(audited, site_id, requirement)
    if counts is None:
        return None
    looked = visits_looking_at(counts, requirement, audited.findings.standard, found_gone=found_gone)
    return looked[-1] if looked else None


def _reading(audited: RegisterAudit, site_id: str, requirement: Requirement) -> CurrentAnswers | None:
    """Return what counts at a site for a requirement: of two auditors who disagree, what the one found whose outcome counts."""
    counts = audited.counts.get(site_id)
    if counts is None:
        return None
    findings = audited.findings
    place = findings.standard.requirements.index(requirement), findings.source.index_of(site_id)
    elsewhere = findings.read_elsewhere.get(place)
    if elsewhere is None:
        return counts
    return next(each for each in counts.others if each.id == elsewhere.key)


def surely_later(visit: Visit, day: date, at: datetime) -> bool:
    """Tell whether a visit certainly came after something that happened on a day, at a moment."""
    return visit.day > day or (visit.day == day and visit.finished_at is not None and visit.finished_at > at)


def perhaps_later(visit: Visit, day: date, at: datetime) -> bool:
    """Tell whether a visit may have come after something that happened on a day, at a moment."""
    return visit.day > day or (visit.day == day and (visit.finished_at is None or visit.finished_at > at))


def surely_later_than(visit: Visit, other: Visit) -> bool:
    """Tell whether a visit certainly shows a later state of the place than another one."""
    if visit.root == other.root:
        return False
    timed = visit.finished_at is not None and other.finished_at is not None
    return visit.day > other.day or (visit.day == other.day and timed and visit.order > other.order)


def perhaps_later_than(visit: Visit, other: Visit) -> bool:
    """Tell whether a visit may show a later state of the place than another one."""
    if visit.id == other.id:
        return False
    timed = visit.finished_at is not None and other.finished_at is not None
    return visit.day > other.day or (visit.day == other.day and (not timed or visit.order > other.order))


def can_prove(visit: Visit, before: Visit, policy: AgreementPolicy) -> bool:
    """Tell whether a visit can prove that what an earlier one found is over: it is surely later, and no double audit with it."""
    return surely_later_than(visit, before) and not are_double_audit(visit, before, policy)
