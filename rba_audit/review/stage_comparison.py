"""Two visits of one site held beside each other: self-assessment and auditor, and the double audits of two auditors.

Each visit speaks for itself: outcomes come from its own answers and the facts of the site, under one edition for both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from rba_audit.agreement import (
    AuditorAgreement,
    AuditorVisit,
    agreements,
    independent_pairs,
    overlapping_pairs,
    pairs_of,
)
from rba_audit.equipment import fold_all
from rba_audit.evidence import read_evidence
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.findings.trace import Trace
from rba_audit.register import Register, Stage, Visit
from rba_audit.review.visit_answers import facts_and_answers, site_answers, traces_for_answers
from rba_audit.review_states import COUNTED, COUNTED_WITH_OPEN, State
from rba_audit.sites import Site
from rba_audit.standard import Requirement, Standard
from rba_audit.standard.policies import AgreementPolicy, shipped_policies


@dataclass(frozen=True, slots=True)
class StageDifference:
    """One requirement as the manager and as the auditor found it.

    Attributes:
        own: From the self-assessment; None without one.
        auditor: From the auditor's visit; None without one.
    """

    requirement: Requirement
    own: Trace | None
    auditor: Trace | None

    @property
    def differs(self) -> bool:
        """Whether both found something, and not the same."""
        return (
            self.own is not None
            and self.auditor is not None
            and self.own.outcome != self.auditor.outcome
            and "undetermined" not in (self.own.outcome, self.auditor.outcome)
        )

    @property
    def one_open(self) -> bool:
        """Whether only one of them found something."""
        return (
            self.own is not None
            and self.auditor is not None
            and (self.own.outcome == "undetermined") != (self.auditor.outcome == "undetermined")
        )


@dataclass(frozen=True, slots=True)
class StageComparison:
    """The two stages of a site side by side; those that differ stand first, in the standard's order."""

    own: Visit | None
    auditor: Visit | None
    differing: tuple[StageDifference, ...]
    one_open: tuple[StageDifference, ...]
    same: tuple[StageDifference, ...]
    open: tuple[StageDifference, ...]
    """Neither of the two could be determined."""


@dataclass(frozen=True, slots=True)
class DoubleAuditSummary:
    """How far auditors agree.

    Attributes:
        pairs: How many double audits there are.
        visits: How many visits they are made of.
        sites: At how many sites.
        sharing: How many of the double audits share a visit with another one.
        found: The agreement about each requirement, in the standard's order.
        apart: The same over `apart_pairs` double audits in which no visit stands twice.
        policy: What makes two visits a double audit.
    """

    pairs: int
    visits: int
    sites: int
    sharing: int
    found: tuple[AuditorAgreement, ...]
    apart_pairs: int
    apart: tuple[AuditorAgreement, ...]
    policy: AgreementPolicy


def compare_stages(
    register: Register, standard: Standard, site_id: str, states: Collection[State] = COUNTED
) -> StageComparison:
    """Return the newest self-assessment of a site beside the newest auditor's visit, of those in `states`; no checks.

    Raises:
        NotInRegister: there is no such site.
    """
    site = register.site(site_id)
    found: dict[Stage, Visit] = {}
    for visit in register.visits.for_site(site_id):
        if visit.scope == "full" and visit.stage not in found and register.reviews.status(visit.root).state in states:
            found[visit.stage] = visit
    own, auditor = found.get("self"), found.get("auditor")
    traces = [
        traces_for_answers(facts_and_answers(visit, site, standard), standard, site_id) if visit else None
        for visit in (own, auditor)
    ]
    rows = [
        StageDifference(
            requirement,
            traces[0][place] if traces[0] is not None else None,
            traces[1][place] if traces[1] is not None else None,
        )
        for place, requirement in enumerate(standard.requirements)
    ]
    rest = [row for row in rows if not row.differs and not row.one_open]
    return StageComparison(
        own,
        auditor,
        tuple(row for row in rows if row.differs),
        tuple(row for row in rows if row.one_open),
        tuple(
            row
            for row in rest
            if any(each is not None and each.outcome != "undetermined" for each in (row.own, row.auditor))
        ),
        tuple(
            row
            for row in rest
            if all(each is None or each.outcome == "undetermined" for each in (row.own, row.auditor))
        ),
    )


def summarize_double_audits(
    register: Register, standard: Standard, *, policy: AgreementPolicy | None = None
) -> DoubleAuditSummary:
    """Return how far two auditors agree about each requirement, over all double audits of a register.

    Of each visit the first version counts, as its author sent it before any reviewer wrote to them: a correction made
    after a hint is no reading of its own. Visits that were rejected are left out.
    """
    policy = policy or shipped_policies().agreement
    firsts = [visit for visit in register.reviews.first_versions("auditor", COUNTED_WITH_OPEN) if visit.scope == "full"]
    readings = [
        AuditorVisit(visit.root, visit.site_id, visit.author, visit.day, place) for place, visit in enumerate(firsts)
    ]
    pairs = pairs_of(readings, policy.window_days.value)
    # Only visits that are in a pair are judged: a register holds many more that are not.
    used = sorted({each.site_index for pair in pairs for each in pair})
    column = {place: at for at, place in enumerate(used)}
    sites: dict[str, Site] = {}
    if used:
        sites.update((site.id, site) for site in register.sites(everything=True))
    answers = fold_all(
        [
            (
                firsts[place].items,
                site_answers(
                    firsts[place],
                    sites.get(firsts[place].site_id) or register.site(firsts[place].site_id),
                    standard,
                ),
            )
            for place in used
        ],
        standard,
    )
    evidence = read_evidence(answers, standard)
    matrix = evaluate_outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
    first, second = (
        matrix[:, np.array([column[pair[side].site_index] for pair in pairs], dtype=np.intp)] for side in (0, 1)
    )
    once = np.array(independent_pairs(pairs), dtype=np.intp)
    return DoubleAuditSummary(
        pairs=len(pairs),
        visits=len(used),
        sites=len({firsts[place].site_id for place in used}),
        sharing=overlapping_pairs(pairs),
        found=tuple(agreements(standard.requirements, first, second)),
        apart_pairs=len(once),
        apart=tuple(agreements(standard.requirements, first[:, once], second[:, once])),
        policy=policy,
    )
