"""Double audits in which only one of the two auditors found the requirement of an action met, which proves no repair."""

from __future__ import annotations

from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.current_answers import are_double_audit
from rba_audit.errors import NotInRegister
from rba_audit.findings import CONFORMS, DOES_NOT_APPLY
from rba_audit.followup.supporting_visits import supporting_visit
from rba_audit.register import Register, Visit
from rba_audit.register.action_records import Action

_MET: Final = (int(CONFORMS), int(DOES_NOT_APPLY))
_MET_WORDS: Final = ("conforms", "not_applicable")


def met_by_other_auditor(register: Register, audited: RegisterAudit, action: Action) -> Visit | None:
    """Return the visit of a double audit that found an action's requirement met while the other visit found it unmet.

    None if no double audit disagrees about the requirement, or if a reviewer has settled the disagreement.
    """
    return _in_open_disagreement(audited, action) or _in_counted_double_audit(register, audited, action)


def _in_open_disagreement(audited: RegisterAudit, action: Action) -> Visit | None:
    """Return the visit that found the requirement met in an unsettled disagreement of two auditors; None without one."""
    request = action.request
    counts = audited.counts.get(request.site_id)
    if counts is None:
        return None
    full = {answers.id: answers.full for answers in (counts, *counts.others)}
    for disagreement in audited.disagreements.get(request.site_id, ()):
        if disagreement.requirement.id == request.requirement and disagreement.settled is None:
            sides = (
                (counts.id, disagreement.counts, disagreement.other),
                (disagreement.key, disagreement.other, disagreement.counts),
            )
            for id, outcome, opposite in sides:
                if outcome in _MET_WORDS and opposite not in _MET_WORDS:
                    return full.get(id)
    return None


def _in_counted_double_audit(register: Register, audited: RegisterAudit, action: Action) -> Visit | None:
    """Return the visit by which the requirement is met now, if it and the action's own visit are a double audit; else None."""
    request, findings = action.request, audited.findings
    requirement = next(
        (candidate for candidate in findings.standard.requirements if candidate.id == request.requirement), None
    )
    if not request.visit_id or requirement is None or request.site_id not in findings.source.ids:
        return None
    index = findings.standard.requirements.index(requirement), findings.source.index_of(request.site_id)
    if int(findings.matrix[index]) not in _MET:
        return None
    visit = supporting_visit(audited, request.site_id, requirement, found_gone=True)
    try:
        origin = register.visits.get(request.visit_id)
    except NotInRegister:
        return None
    agreement = audited.policies.agreement
    return visit if visit is not None and are_double_audit(visit, origin, agreement) else None
