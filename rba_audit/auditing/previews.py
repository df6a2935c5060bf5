"""Preview a decision about a visit: what would change at its site if the visit counted, or counted no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rba_audit.auditing.register_audit import RegisterAudit, audit_visits, only_sites
from rba_audit.current_answers import CurrentAnswers
from rba_audit.equipment.item_history import KnownItem
from rba_audit.findings import UNDETERMINED
from rba_audit.findings.conclusions import counted
from rba_audit.findings.double_audits import Disagreement
from rba_audit.layers import ContextFeature
from rba_audit.register import Register, Visit
from rba_audit.standard import OUTCOMES, WORST_FIRST, Outcome, Requirement

_UNMET: Final[tuple[Outcome, ...]] = ("does_not_conform", "partial")


@dataclass(frozen=True)
class ApprovalPreview:
    """A site as it would stand if one more visit counted.

    Attributes:
        counts: What its visits would come to.
        lost: The requirements that count, are settled now and would not be any more.
        left_out: The items that are known and would not have been looked at, where the visit is a full one.
        disagreements: What the visit and another auditor's found differently.
        heard: Whether anything of the visit would count: an older one, or a manager's beside an audit, may not.
    """

    counts: CurrentAnswers
    lost: tuple[Requirement, ...]
    left_out: tuple[KnownItem, ...]
    disagreements: tuple[Disagreement, ...]
    heard: bool


def worse_if_removed(
    register: Register, now: RegisterAudit, visit: Visit, context: Sequence[ContextFeature] = ()
) -> tuple[Requirement, ...]:
    """Return the requirements that are not, or only partly, met now and would look better if an approved visit counted no more.

    `now` is the register as the approved visits have it.
    """
    site_id, standard = visit.site_id, now.findings.standard
    after = _with_visits(register, now, site_id, _others(register, visit), context)
    column = now.findings.source.index_of(site_id)
    found, wanted = [], counted(standard, now.findings.extension)
    for row, requirement in enumerate(standard.requirements):
        before, then = (OUTCOMES[each] for each in (now.findings.matrix[row, column], after.findings.matrix[row, 0]))
        if wanted[row] and before in _UNMET and WORST_FIRST.index(then) > WORST_FIRST.index(before):
            found.append(requirement)
    return tuple(found)


def preview_approval(
    register: Register, now: RegisterAudit, visit: Visit, context: Sequence[ContextFeature] = ()
) -> ApprovalPreview:
    """Return how the site of a visit would stand if the visit counted, in the place of any other version of it.

    `now` is the register as the approved visits have it.
    """
    site_id, standard = visit.site_id, now.findings.standard
    visits = sorted([*_others(register, visit), visit], key=lambda each: each.order)
    after = _with_visits(register, now, site_id, visits, context)
    counts = after.counts[site_id]
    before = now.findings.matrix[:, now.findings.source.index_of(site_id)]
    lost = (before != UNDETERMINED) & (after.findings.matrix[:, 0] == UNDETERMINED)
    lost &= counted(standard, now.findings.extension)
    return ApprovalPreview(
        counts=counts,
        lost=tuple(standard.requirements[row] for row in np.flatnonzero(lost).tolist()),
        left_out=counts.left_out if counts.full is not None and counts.full.id == visit.id else (),
        disagreements=tuple(each for each in after.disagreements.get(site_id, ()) if visit.id in (each.key, counts.id)),
        heard=visit in counts.visits
        or any(visit in each.visits for each in counts.others)
        or any(item.listed == visit.id for item in counts.items),
    )


def _others(register: Register, visit: Visit) -> list[Visit]:
    """Return the approved visits of the site of a visit that are no version of it, the oldest first."""
    site_id = visit.site_id
    return [each for each in register.visits.by_site(site_id=site_id).get(site_id, []) if each.root != visit.root]


def _with_visits(
    register: Register, now: RegisterAudit, site_id: str, visits: Sequence[Visit], context: Sequence[ContextFeature]
) -> RegisterAudit:
    """Judge one site by the given visits alone."""
    settled = register.disagreements.latest_decisions()
    sites = only_sites(now.sites, {site_id})
    return audit_visits(sites, {site_id: visits}, now.findings.standard, settled, context, policies=now.policies)
