"""Create actions from findings, and find the later visits that prove an action to be over.

The same evidence never creates an action twice, and no action is closed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from rba_audit.auditing import RegisterAudit
from rba_audit.findings import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.followup.action_updates import Proof, refuse_others
from rba_audit.followup.supporting_visits import (
    can_prove,
    document_day,
    perhaps_later,
    perhaps_later_than,
    supporting_visit,
    surely_later,
)
from rba_audit.followup.withdrawal import withdrawn_actions
from rba_audit.register import Register, Visit
from rba_audit.register.action_records import Action, ActionRequest
from rba_audit.register.person_records import Person
from rba_audit.review_states import COUNTED
from rba_audit.standard import OUTCOMES, Outcome, Requirement
from rba_audit.standard.policies import AgreementPolicy, FollowupPolicy

_MET: Final = (int(CONFORMS), int(DOES_NOT_APPLY))


def make_actions(
    register: Register, audited: RegisterAudit, site_ids: Collection[str] | None, by: Person, today: date
) -> tuple[Action, ...]:
    """Create an action for each counted requirement that these sites (None: all) do not meet or meet only partly.

    `audited` must be based on approved visits only. A requirement with an unclosed action gets no further one. After a closed
    action it gets a new one only if a later visit or document shows it unmet again; after a withdrawn action, one for the current
    finding. Idempotent.

    Raises:
        Forbidden: the person's role does not include it.
    """
    refuse_others(by)
    policy = audited.policies.followup
    actions = register.actions.all()
    withdrawn = withdrawn_actions(register, audited, actions)
    latest = _latest(actions, withdrawn)
    wanted = []
    for site_id, requirement, outcome in _unmet(audited.findings, site_ids):
        before = latest.get((site_id, requirement.id))
        visit = supporting_visit(audited, site_id, requirement)
        since = document_day(audited, site_id, requirement)
        if before is None or before.id in withdrawn or _unmet_again(register, before, visit, since):
            wanted.append(_request(audited.findings, site_id, requirement, outcome, visit, before, policy))
    made = [(request, policy.risk(request.risk).due(today), "") for request in wanted]
    return register.actions.make(made, by.id, today) if made else ()


@dataclass(frozen=True, slots=True)
class RequirementActions:
    """Counts of unmet requirements by the state of their latest action, after `make_actions`.

    Attributes:
        open: Requirements with an action that is not closed.
        obsolete: Requirements whose action is closed and that no later visit found unmet.
    """

    open: int
    obsolete: int


def actions_by_requirement(
    register: Register, audited: RegisterAudit, site_ids: Collection[str] | None
) -> RequirementActions:
    """Return how many unmet requirements of these sites (None: all) have an open or a closed action, after `make_actions`."""
    actions = register.actions.all()
    latest = _latest(actions, withdrawn_actions(register, audited, actions))
    latest_actions = [
        latest.get((site_id, requirement.id)) for site_id, requirement, _ in _unmet(audited.findings, site_ids)
    ]
    open_count = sum(action is not None and action.state != "closed" for action in latest_actions)
    return RequirementActions(open_count, sum(action is not None for action in latest_actions) - open_count)


def _latest(actions: Iterable[Action], withdrawn: Collection[str]) -> dict[tuple[str, str], Action]:
    """Return the action of the last round by (site, requirement), preferring active ones: neither closed nor withdrawn.

    A merged site has the actions of both sites: the last action of one may be closed while the other's is active.
    """
    by_key: dict[tuple[str, str], Action] = {}
    for action in actions:
        key = action.request.site_id, action.request.requirement
        before = by_key.get(key)
        if before is None or _is_active(action, withdrawn) or not _is_active(before, withdrawn):
            by_key[key] = action
    return by_key


def _is_active(action: Action, withdrawn: Collection[str]) -> bool:
    return action.state != "closed" and action.id not in withdrawn


def _unmet(findings: Findings, site_ids: Collection[str] | None) -> Iterator[tuple[str, Requirement, Outcome]]:
    unmet = (findings.matrix == DOES_NOT_CONFORM) | (findings.matrix == PARTIAL)
    unmet &= counted(findings.standard, findings.extension)[:, None]
    wanted = None if site_ids is None else set(site_ids)
    for column, site_id in enumerate(findings.source.ids):
        if wanted is None or site_id in wanted:
            for row in np.flatnonzero(unmet[:, column]).tolist():
                yield site_id, findings.standard.requirements[row], OUTCOMES[findings.matrix[row, column]]


def _request(
    findings: Findings,
    site_id: str,
    requirement: Requirement,
    outcome: Outcome,
    visit: Visit | None,
    before: Action | None,
    policy: FollowupPolicy,
) -> ActionRequest:
    standard = findings.standard
    remedy = requirement.remedy
    return ActionRequest(
        site_id=site_id,
        requirement=requirement.id,
        round=before.request.round + 1 if before else 1,
        previous=before.id if before else "",
        edition=standard.edition,
        outcome=outcome,
        visit_id=visit.id if visit else "",
        risk=policy.risk_of(requirement.mandatory).name,
        lead=remedy.lead,
        title=requirement.title,
        remedy=remedy.what,
        lead_words=standard.agencies[remedy.lead],
        cost_words=standard.cost_bands[remedy.cost].words,
    )


def _unmet_again(register: Register, before: Action, visit: Visit | None, document: date | None) -> bool:
    """Return whether a requirement that is unmet now needs another action although the one of the last round was closed.

    It does if the visit that found it unmet came, or may have come, after the closing, or if the date of the `document` that
    answers it is later. It also does if the visit that
    closed the action is no proof any more: it no longer counts, was corrected, or belongs to another site again.
    """
    if before.state != "closed":
        return False
    if before.last.visit_id:
        proof = register.visits.get(before.last.visit_id)
        uncounted = register.reviews.status(proof.root).state not in COUNTED
        corrected = register.visits.chain(proof.root)[-1].id != proof.id
        elsewhere = proof.site_id != before.request.site_id
        newer = document is not None and document > proof.day
        return newer or uncounted or corrected or elsewhere or (visit is not None and perhaps_later_than(visit, proof))
    if document is not None and document > before.last.day:
        return True
    return visit is not None and perhaps_later(visit, before.last.day, before.last.at)


# --- proofs by later visits -----------------------------------------------------------------------------------------


def closing_proofs(register: Register, audited: RegisterAudit, actions: Iterable[Action]) -> Mapping[str, Proof]:
    """Return by action id the later visit that proves an unclosed action to be over; actions without a proof are absent.

    A visit from before the action was last reopened is no proof. Neither is the other full visit of a double audit, because
    two auditors who disagree about a site do not show a repair.
    """
    findings = audited.findings
    waiting = [action for action in actions if action.state != "closed"]
    opened = register.actions.newest("reopened") if waiting else {}
    row = {requirement.id: index for index, requirement in enumerate(findings.standard.requirements)}
    column = {site_id: index for index, site_id in enumerate(findings.source.ids)}
    proofs: dict[str, Proof] = {}
    for action in waiting:
        request = action.request
        if request.requirement not in row or request.site_id not in audited.counts or request.site_id not in column:
            continue
        outcome = int(findings.matrix[row[request.requirement], column[request.site_id]])
        if outcome not in _MET:
            continue
        visit = supporting_visit(
            audited, request.site_id, findings.standard.requirement(request.requirement), found_gone=True
        )
        if visit is None or not _proves(register, visit, request, audited.policies.agreement):
            continue
        if action.id in opened and not surely_later(visit, opened[action.id].day, opened[action.id].at):
            continue
        proofs[action.id] = Proof(visit, outcome == CONFORMS)
    return proofs


def _proves(register: Register, visit: Visit, request: ActionRequest, policy: AgreementPolicy) -> bool:
    if not request.visit_id:
        return True
    before = register.visits.get(request.visit_id)
    return can_prove(visit, before, policy)
