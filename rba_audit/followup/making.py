"""From findings to actions: which are made, and which later visit proves that one is over.

Nothing is made twice of the same evidence, and nothing is closed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

import numpy as np

from rba_audit.conditions import questions_of
from rba_audit.findings import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.followup.doing import Proof, refuse_others
from rba_audit.followup.rules import rules
from rba_audit.register import Register, Visit
from rba_audit.register.followups import Action, Asked
from rba_audit.register.people import Person
from rba_audit.standard import OUTCOMES, Outcome, Requirement

_MET: Final = (int(CONFORMS), int(DOES_NOT_APPLY))


def make_actions(
    register: Register, findings: Findings, site_ids: Collection[str] | None, by: Person, today: date
) -> tuple[Action, ...]:
    """Make an action for each counted requirement that these sites (None: all) do not, or only partly, meet.

    `findings` must rest on approved visits only. A requirement with an action that is not closed gets no other; one
    whose action is closed gets a new one only if a later visit found it unmet again. Running it again changes nothing.

    Raises:
        NotAllowed: the person's role does not include it.
    """
    refuse_others(by)
    visits = register.visits.counting()
    latest = {(each.asked.site_id, each.asked.requirement): each for each in register.followups.all()}
    seen = _Seen(register)
    wanted = [
        _asked(findings, site_id, requirement, outcome, visits.get(site_id), before)
        for site_id, requirement, outcome in _unmet(findings, site_ids)
        for before in [latest.get((site_id, requirement.id))]
        if before is None or seen.fails_again(before, requirement, visits.get(site_id))
    ]
    made = [(asked, rules().risk(asked.risk).due(today), "") for asked in wanted]
    return register.followups.make(made, by.id, today) if made else ()


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
) -> Asked:
    standard = findings.standard
    remedy = requirement.remedy
    return Asked(
        site_id=site_id,
        requirement=requirement.id,
        round=before.asked.round + 1 if before else 1,
        previous=before.id if before else "",
        edition=standard.edition,
        outcome=outcome,
        visit_id=visit.id if visit else "",
        risk=rules().risk_of(requirement.mandatory).name,
        lead=remedy.lead,
        title=requirement.title,
        remedy=remedy.what,
        lead_words=standard.agencies[remedy.lead],
        cost_words=standard.cost_bands[remedy.cost].words,
    )


# --- what later visits say ------------------------------------------------------------------------------------------


class _Seen:
    """Tells whether a visit is later than something that happened to an action."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def fails_again(self, before: Action, requirement: Requirement, visit: Visit | None) -> bool:
        """Tell whether a visit that finds a requirement unmet came after its action was closed."""
        if before.state != "closed" or visit is None or not _looked(visit, requirement):
            return False
        if before.last.visit_id:
            return self.later_than_visit(visit, before.last.visit_id)
        return _later(visit, before.last.day, before.last.at)

    def later_than_visit(self, visit: Visit, other_id: str) -> bool:
        """Tell whether a visit shows a later state of the place than another one."""
        if visit.id == other_id:
            return False
        other = self._register.visits.get(other_id)
        return _later(visit, other.day, other.recorded_at)


def _looked(visit: Visit, requirement: Requirement) -> bool:
    """Tell whether a visit itself says anything about a requirement; what it leaves open comes from the site's own data."""
    about = {question.id for question in requirement.questions}
    if requirement.applies_when is not None:
        about |= set(questions_of(requirement.applies_when))
    return not about.isdisjoint(visit.answers)


def _later(visit: Visit, day: date, at: datetime) -> bool:
    # On one and the same day only the order in which they arrived can tell.
    return visit.day > day or (visit.day == day and visit.recorded_at > at)


def proofs(register: Register, findings: Findings, actions: Iterable[Action]) -> Mapping[str, Proof]:
    """Return, by action id, the later visit that proves an action not yet closed to be over; none where there is no proof.

    A visit from before the action was last opened again proves nothing.
    """
    waiting = [each for each in actions if each.state != "closed"]
    visits = register.visits.counting() if waiting else {}
    opened = register.followups.newest("reopened") if waiting else {}
    row = {requirement.id: index for index, requirement in enumerate(findings.standard.requirements)}
    column = {site_id: index for index, site_id in enumerate(findings.source.ids)}
    seen = _Seen(register)
    found: dict[str, Proof] = {}
    for each in waiting:
        asked, visit = each.asked, visits.get(each.asked.site_id)
        if visit is None or asked.requirement not in row or asked.site_id not in column:
            continue
        if not _looked(visit, findings.standard.requirement(asked.requirement)):
            continue
        outcome = int(findings.matrix[row[asked.requirement], column[asked.site_id]])
        if outcome not in _MET or (asked.visit_id and not seen.later_than_visit(visit, asked.visit_id)):
            continue
        if each.id in opened and not _later(visit, opened[each.id].day, opened[each.id].at):
            continue
        found[each.id] = Proof(visit, outcome == CONFORMS)
    return found
