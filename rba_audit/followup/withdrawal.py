"""Withdrawn actions: their visit no longer counts, moved to another site, was corrected or overruled, or they were replaced.

Withdrawal is computed and never stored: an action is active again as soon as its visit counts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from rba_audit.auditing import RegisterAudit
from rba_audit.errors import NotInRegister
from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL
from rba_audit.followup.supporting_visits import can_prove, supporting_visit
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit
from rba_audit.register.action_records import Action
from rba_audit.review_states import COUNTED

WithdrawalCause = Literal["visit", "elsewhere", "correction", "settled", "replaced"]
WITHDRAWAL_WORDS: Final[Mapping[WithdrawalCause, Message]] = {
    "visit": say("Withdrawn: the visit that found it does not count any more."),
    "elsewhere": say("Withdrawn: the visit that found it belongs to another place again."),
    "correction": say("Withdrawn: the corrected visit does not say so any more."),
    "settled": say("Withdrawn: a reviewer decided for what the other auditor found."),
    "replaced": say("Withdrawn: a newer action for the same requirement took its place."),
}
_UNMET: Final = (int(DOES_NOT_CONFORM), int(PARTIAL))


def withdrawn_actions(
    register: Register, audited: RegisterAudit, actions: Iterable[Action]
) -> dict[str, WithdrawalCause]:
    """Return why each withdrawn action is withdrawn, by action id; closed actions are never withdrawn.

    `actions` must have every action of each of its sites, and `audited` must be based on approved visits only.
    """
    every = list(actions)
    newer = {action.request.previous for action in every if action.request.previous}
    visits: dict[str, Visit | None] = {}
    counts: dict[str, bool] = {}
    causes: dict[str, WithdrawalCause] = {}
    for action in every:
        if action.state == "closed":
            continue
        if action.id in newer:
            causes[action.id] = "replaced"
            continue
        visit_id = action.request.visit_id
        if not visit_id:
            continue
        if visit_id not in visits:
            visits[visit_id] = _visit(register, visit_id)
        visit = visits[visit_id]
        if visit is None:
            continue  # the visit cannot be read; to be safe, the action remains active
        if visit.root not in counts:
            counts[visit.root] = register.reviews.status(visit.root).state in COUNTED
        if not counts[visit.root]:
            causes[action.id] = "visit"
        elif visit.site_id != action.request.site_id:  # the action was created while the two sites were merged
            causes[action.id] = "elsewhere"
        elif _is_overruled(audited, action):
            causes[action.id] = "settled"
        elif _is_corrected(audited, action, visit):
            causes[action.id] = "correction"
    return causes


def _is_overruled(audited: RegisterAudit, action: Action) -> bool:
    """Return whether a reviewer settled a disagreement against the visit that an action was created from."""
    request = action.request
    counts = audited.counts.get(request.site_id)
    for disagreement in audited.disagreements.get(request.site_id, ()):
        if (
            disagreement.requirement.id == request.requirement
            and disagreement.settled is not None
            and counts is not None
        ):
            lost = disagreement.key if disagreement.settled == "counts" else counts.id
            if lost == request.visit_id:
                return True
    return False


def _is_corrected(audited: RegisterAudit, action: Action, visit: Visit) -> bool:
    """Return whether the visit that an action was created from was corrected and no longer shows its requirement unmet."""
    request, findings = action.request, audited.findings
    counts = audited.counts.get(request.site_id)
    corrected = counts is not None and any(
        version.root == visit.root and version.id != visit.id
        for reading in (counts, *counts.others)
        for version in reading.visits
    )
    requirement = next(
        (candidate for candidate in findings.standard.requirements if candidate.id == request.requirement), None
    )
    if not corrected or requirement is None or request.site_id not in findings.source.ids:
        return False
    row, column = findings.standard.requirements.index(requirement), findings.source.index_of(request.site_id)
    if int(findings.matrix[row, column]) in _UNMET:
        return False
    if counts is not None and any(question.id in counts.documents for question in requirement.questions):
        return False  # a document changes the outcome, whatever the corrected visit says
    now = supporting_visit(audited, request.site_id, requirement, found_gone=True)
    # A later visit that proves the repair lets a person close the action, so it is not withdrawn. A visit that only
    # disagrees, or is not certainly later, is no such proof.
    return now is None or not can_prove(now, visit, audited.policies.agreement)


def _visit(register: Register, id: str) -> Visit | None:
    try:
        return register.visits.get(id)
    except NotInRegister:
        return None
