"""Where one auditor of a double audit found a requirement met that the other one found unmet: that is no proof of a repair."""

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
    """Return the visit of a double audit by which an action's requirement is met, where the other half found it unmet.

    None where no double audit speaks of it, or where somebody decided about it.
    """
    return _in_disagreement(audited, action) or _as_it_counts(register, audited, action)


def _in_disagreement(audited: RegisterAudit, action: Action) -> Visit | None:
    """Return the half that found it met, of two auditors who disagree and about whom nobody has decided."""
    asked = action.asked
    counts = audited.counts.get(asked.site_id)
    if counts is None:
        return None
    full = {each.id: each.full for each in (counts, *counts.others)}
    for each in audited.disagreements.get(asked.site_id, ()):
        if each.requirement.id == asked.requirement and each.settled is None:
            sides = ((counts.id, each.counts, each.other), (each.key, each.other, each.counts))
            for id, outcome, opposite in sides:
                if outcome in _MET_WORDS and opposite not in _MET_WORDS:
                    return full.get(id)
    return None


def _as_it_counts(register: Register, audited: RegisterAudit, action: Action) -> Visit | None:
    """Return the visit by which it is met now, where that and the visit the action was made of are a double audit."""
    asked, findings = action.asked, audited.findings
    requirement = next((each for each in findings.standard.requirements if each.id == asked.requirement), None)
    if not asked.visit_id or requirement is None or asked.site_id not in findings.source.ids:
        return None
    place = findings.standard.requirements.index(requirement), findings.source.index_of(asked.site_id)
    if int(findings.matrix[place]) not in _MET:
        return None
    visit = supporting_visit(audited, asked.site_id, requirement, found_gone=True)
    try:
        made_of = register.visits.get(asked.visit_id)
    except NotInRegister:
        return None
    agreement = audited.policies.agreement
    return visit if visit is not None and are_double_audit(visit, made_of, agreement) else None
