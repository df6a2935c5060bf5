"""Preview a review decision: the changes at a site if a visit counted, or no longer counted."""

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
    """The result at a site if one more visit counted.

    Attributes:
        counts: The answers that would count at the site.
        lost: Counted requirements that are settled now and would be undetermined.
        left_out: Known items that the visit leaves out, if it is a full one.
        disagreements: Requirements that the visit and another auditor's visit found differently.
        heard: Whether any part of the visit would count; an older visit, or a self-assessment next to an audit, may not.
    """

    counts: CurrentAnswers
    lost: tuple[Requirement, ...]
    left_out: tuple[KnownItem, ...]
    disagreements: tuple[Disagreement, ...]
    heard: bool


def worse_if_removed(
    register: Register, now: RegisterAudit, visit: Visit, context: Sequence[ContextFeature] = ()
) -> tuple[Requirement, ...]:
    """Return the counted requirements that are unmet or partly met now and would be better if an approved visit no longer counted.

    `now` is the audit of the register by its approved visits.
    """
    site_id, standard = visit.site_id, now.findings.standard
    after = _with_visits(register, now, site_id, _others(register, visit), context)
    column = now.findings.source.index_of(site_id)
    improved, wanted = [], counted(standard, now.findings.extension)
    for row, requirement in enumerate(standard.requirements):
        before, then = (OUTCOMES[code] for code in (now.findings.matrix[row, column], after.findings.matrix[row, 0]))
        if wanted[row] and before in _UNMET and WORST_FIRST.index(then) > WORST_FIRST.index(before):
            improved.append(requirement)
    return tuple(improved)


def preview_approval(
    register: Register, now: RegisterAudit, visit: Visit, context: Sequence[ContextFeature] = ()
) -> ApprovalPreview:
    """Return the result at the site of a visit if the visit counted instead of any other version of it.

    `now` is the audit of the register by its approved visits.
    """
    site_id, standard = visit.site_id, now.findings.standard
    visits = sorted([*_others(register, visit), visit], key=lambda approved: approved.order)
    after = _with_visits(register, now, site_id, visits, context)
    counts = after.counts[site_id]
    before = now.findings.matrix[:, now.findings.source.index_of(site_id)]
    lost = (before != UNDETERMINED) & (after.findings.matrix[:, 0] == UNDETERMINED)
    lost &= counted(standard, now.findings.extension)
    return ApprovalPreview(
        counts=counts,
        lost=tuple(standard.requirements[row] for row in np.flatnonzero(lost).tolist()),
        left_out=counts.left_out if counts.full is not None and counts.full.id == visit.id else (),
        disagreements=tuple(
            disagreement
            for disagreement in after.disagreements.get(site_id, ())
            if visit.id in (disagreement.key, counts.id)
        ),
        heard=visit in counts.visits
        or any(visit in other.visits for other in counts.others)
        or any(item.listed == visit.id for item in counts.items),
    )


def _others(register: Register, visit: Visit) -> list[Visit]:
    """Return the other approved visits of the site of a visit (no versions of it), oldest first."""
    site_id = visit.site_id
    return [other for other in register.visits.by_site(site_id=site_id).get(site_id, []) if other.root != visit.root]


def _with_visits(
    register: Register, now: RegisterAudit, site_id: str, visits: Sequence[Visit], context: Sequence[ContextFeature]
) -> RegisterAudit:
    """Audit one site by the given visits only, and the documents that count now."""
    settled = register.disagreements.latest_decisions()
    sites = only_sites(now.sites, {site_id})
    return audit_visits(
        sites,
        {site_id: visits},
        now.findings.standard,
        settled,
        context,
        documents=now.documents,
        policies=now.policies,
    )
