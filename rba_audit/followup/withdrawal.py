"""Actions that nothing is behind any more: their visit no longer counts, or its correction no longer says so.

Nothing is written for that. An action stands as long as its visit does, and stands again when the visit counts again.
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
    """Return the actions not yet closed that are withdrawn, by id, and why.

    `actions` must hold every action of each site it speaks of, and `audited` rest on approved visits only.
    """
    every = list(actions)
    newer = {each.asked.previous for each in every if each.asked.previous}
    visits: dict[str, Visit | None] = {}
    counts: dict[str, bool] = {}
    found: dict[str, WithdrawalCause] = {}
    for each in every:
        if each.state == "closed":
            continue
        if each.id in newer:
            found[each.id] = "replaced"
            continue
        made_of = each.asked.visit_id
        if not made_of:
            continue
        if made_of not in visits:
            visits[made_of] = _visit(register, made_of)
        visit = visits[made_of]
        if visit is None:
            continue  # it cannot be read; what protects stays
        if visit.root not in counts:
            counts[visit.root] = register.reviews.status(visit.root).state in COUNTED
        if not counts[visit.root]:
            found[each.id] = "visit"
        elif visit.site_id != each.asked.site_id:  # it was made while both were one place
            found[each.id] = "elsewhere"
        elif _overruled(audited, each):
            found[each.id] = "settled"
        elif _taken_back(audited, each, visit):
            found[each.id] = "correction"
    return found


def _overruled(audited: RegisterAudit, action: Action) -> bool:
    """Tell whether a reviewer decided against the visit that an action was made of."""
    asked = action.asked
    counts = audited.counts.get(asked.site_id)
    for each in audited.disagreements.get(asked.site_id, ()):
        if each.requirement.id == asked.requirement and each.settled is not None and counts is not None:
            lost = each.key if each.settled == "counts" else counts.id
            if lost == asked.visit_id:
                return True
    return False


def _taken_back(audited: RegisterAudit, action: Action, visit: Visit) -> bool:
    """Tell whether the visit that an action was made of was corrected, and no longer says what the action is about."""
    asked, findings = action.asked, audited.findings
    counts = audited.counts.get(asked.site_id)
    corrected = counts is not None and any(
        each.root == visit.root and each.id != visit.id
        for reading in (counts, *counts.others)
        for each in reading.visits
    )
    requirement = next((each for each in findings.standard.requirements if each.id == asked.requirement), None)
    if not corrected or requirement is None or asked.site_id not in findings.source.ids:
        return False
    row, column = findings.standard.requirements.index(requirement), findings.source.index_of(asked.site_id)
    if int(findings.matrix[row, column]) in _UNMET:
        return False
    now = supporting_visit(audited, asked.site_id, requirement, found_gone=True)
    # A later visit that can prove it over closes the action; what only says so beside or before it does not.
    return now is None or not can_prove(now, visit, audited.policies.agreement)


def _visit(register: Register, id: str) -> Visit | None:
    try:
        return register.visits.get(id)
    except NotInRegister:
        return None
