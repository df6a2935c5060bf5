"""From findings to actions: which are made, and which later visit proves that one is over.

Nothing is made twice of the same evidence, and nothing is closed here.
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
    """Make an action for each counted requirement that these sites (None: all) do not, or only partly, meet.

    `audited` must rest on approved visits only. A requirement with an action that is not closed gets no other; one whose
    action is closed gets a new one only if a later visit found it unmet again, one whose action is withdrawn gets one for
    what is found now. Running it again changes nothing.

    Raises:
        NotAllowed: the person's role does not include it.
    """
    refuse_others(by)
    policy = audited.policies.followup
    actions = register.actions.all()
    gone = withdrawn_actions(register, audited, actions)
    latest = _latest(actions, gone)
    wanted = []
    for site_id, requirement, outcome in _unmet(audited.findings, site_ids):
        before = latest.get((site_id, requirement.id))
        visit = supporting_visit(audited, site_id, requirement)
        if before is None or before.id in gone or _fails_again(register, before, visit):
            wanted.append(_asked(audited.findings, site_id, requirement, outcome, visit, before, policy))
    made = [(asked, policy.risk(asked.risk).due(today), "") for asked in wanted]
    return register.actions.make(made, by.id, today) if made else ()


@dataclass(frozen=True, slots=True)
class RequirementActions:
    """What requirements that are not met have, where none of them wants another action.

    Attributes:
        open: How many have an action that is not closed.
        obsolete: How many had one that is closed, and were found unmet by no later visit.
    """

    open: int
    obsolete: int


def actions_by_requirement(
    register: Register, audited: RegisterAudit, site_ids: Collection[str] | None
) -> RequirementActions:
    """Return what the requirements that these sites (None: all) do not meet have, after `make_actions`."""
    actions = register.actions.all()
    latest = _latest(actions, withdrawn_actions(register, audited, actions))
    found = [latest.get((site_id, requirement.id)) for site_id, requirement, _ in _unmet(audited.findings, site_ids)]
    standing = sum(each is not None and each.state != "closed" for each in found)
    return RequirementActions(standing, sum(each is not None for each in found) - standing)


def _latest(actions: Iterable[Action], gone: Collection[str]) -> dict[tuple[str, str], Action]:
    """Return, by site and requirement, the action of the last round; one that stands before those that do not.

    A place into which another went has the actions of both: the last round of one may be closed while the other's stands.
    """
    found: dict[tuple[str, str], Action] = {}
    for each in actions:
        key = each.asked.site_id, each.asked.requirement
        before = found.get(key)
        if before is None or _stands(each, gone) or not _stands(before, gone):
            found[key] = each
    return found


def _stands(action: Action, gone: Collection[str]) -> bool:
    return action.state != "closed" and action.id not in gone


def _unmet(findings: Findings, site_ids: Collection[str] | None) -> Iterator[tuple[str, Requirement, Outcome]]:
    unmet = (findings.matrix == DOES_NOT_CONFORM) | (findings.matrix == PARTIAL)
    unmet &= counted(findings.standard, findings.extension)[:, None]
    chosen = None if site_ids is None else set(site_ids)
    for position, site_id in enumerate(findings.source.ids):
        if chosen is None or site_id in chosen:
            for index in np.flatnonzero(unmet[:, position]).tolist():
                yield site_id, findings.standard.requirements[index], OUTCOMES[findings.matrix[index, position]]


def _asked(
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
        round=before.asked.round + 1 if before else 1,
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


def _fails_again(register: Register, before: Action, visit: Visit | None) -> bool:
    """Tell whether a requirement that is unmet now needs another action although that of the round before was closed.

    It does where a visit by which it is unmet came, or may have come, after that; and where what closed it was a visit that
    counts no more, was corrected, or belongs to another place again: what it proved is proved no more.
    """
    if before.state != "closed":
        return False
    if before.last.visit_id:
        proof = register.visits.get(before.last.visit_id)
        gone = register.reviews.status(proof.root).state not in COUNTED
        corrected = register.visits.chain(proof.root)[-1].id != proof.id
        elsewhere = proof.site_id != before.asked.site_id
        return gone or corrected or elsewhere or (visit is not None and perhaps_later_than(visit, proof))
    return visit is not None and perhaps_later(visit, before.last.day, before.last.at)


# --- what later visits prove ----------------------------------------------------------------------------------------


def closing_proofs(register: Register, audited: RegisterAudit, actions: Iterable[Action]) -> Mapping[str, Proof]:
    """Return, by action id, the later visit that proves an action not yet closed to be over; none where there is no proof.

    A visit from before the action was last opened again proves nothing, nor does the other full visit of a double audit:
    two auditors who saw the same place differently repaired nothing.
    """
    findings = audited.findings
    waiting = [each for each in actions if each.state != "closed"]
    opened = register.actions.newest("reopened") if waiting else {}
    row = {requirement.id: index for index, requirement in enumerate(findings.standard.requirements)}
    column = {site_id: index for index, site_id in enumerate(findings.source.ids)}
    found: dict[str, Proof] = {}
    for each in waiting:
        asked = each.asked
        if asked.requirement not in row or asked.site_id not in audited.counts or asked.site_id not in column:
            continue
        outcome = int(findings.matrix[row[asked.requirement], column[asked.site_id]])
        if outcome not in _MET:
            continue
        visit = supporting_visit(
            audited, asked.site_id, findings.standard.requirement(asked.requirement), found_gone=True
        )
        if visit is None or not _proves(register, visit, asked, audited.policies.agreement):
            continue
        if each.id in opened and not surely_later(visit, opened[each.id].day, opened[each.id].at):
            continue
        found[each.id] = Proof(visit, outcome == CONFORMS)
    return found


def _proves(register: Register, visit: Visit, asked: ActionRequest, policy: AgreementPolicy) -> bool:
    if not asked.visit_id:
        return True
    before = register.visits.get(asked.visit_id)
    return can_prove(visit, before, policy)
