"""Compare self-assessment and auditor's visit of a site, and summarize the agreement over all double audits.

Outcomes come from the answers of each visit alone and the facts of the site, under the same edition for both.
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
    """The outcomes of one requirement by the self-assessment and by the auditor.

    Attributes:
        own: The trace of the self-assessment; None without one.
        auditor: The trace of the auditor's visit; None without one.
    """

    requirement: Requirement
    own: Trace | None
    auditor: Trace | None

    @property
    def differs(self) -> bool:
        """Whether both outcomes are determined and differ."""
        return (
            self.own is not None
            and self.auditor is not None
            and self.own.outcome != self.auditor.outcome
            and "undetermined" not in (self.own.outcome, self.auditor.outcome)
        )

    @property
    def one_open(self) -> bool:
        """Whether exactly one of the two outcomes is determined."""
        return (
            self.own is not None
            and self.auditor is not None
            and (self.own.outcome == "undetermined") != (self.auditor.outcome == "undetermined")
        )


@dataclass(frozen=True, slots=True)
class StageComparison:
    """The two stages of a site side by side; each group of requirements is in the standard's order."""

    own: Visit | None
    auditor: Visit | None
    differing: tuple[StageDifference, ...]
    one_open: tuple[StageDifference, ...]
    same: tuple[StageDifference, ...]
    open: tuple[StageDifference, ...]
    """Neither of the two outcomes is determined."""


@dataclass(frozen=True, slots=True)
class DoubleAuditSummary:
    """Agreement of auditors over all double audits.

    Attributes:
        pairs: Number of double audits.
        visits: Number of distinct visits in them.
        sites: Number of distinct sites.
        sharing: Number of double audits that share a visit with another one.
        found: The agreement about each requirement, in the standard's order.
        apart: The same over the `apart_pairs` independent double audits, in which no visit occurs twice.
        policy: The rule for which two visits are a double audit.
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
    """Compare the newest self-assessment and the newest auditor's visit of a site, among full visits in `states`.

    Raises:
        NotInRegister: there is no such site.
    """
    site = register.site(site_id)
    newest: dict[Stage, Visit] = {}
    for visit in register.visits.for_site(site_id):
        if visit.scope == "full" and visit.stage not in newest and register.reviews.status(visit.root).state in states:
            newest[visit.stage] = visit
    own, auditor = newest.get("self"), newest.get("auditor")
    traces = [
        traces_for_answers(facts_and_answers(visit, site, standard), standard, site_id) if visit else None
        for visit in (own, auditor)
    ]
    rows = [
        StageDifference(
            requirement,
            traces[0][row_index] if traces[0] is not None else None,
            traces[1][row_index] if traces[1] is not None else None,
        )
        for row_index, requirement in enumerate(standard.requirements)
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
            if any(trace is not None and trace.outcome != "undetermined" for trace in (row.own, row.auditor))
        ),
        tuple(
            row
            for row in rest
            if all(trace is None or trace.outcome == "undetermined" for trace in (row.own, row.auditor))
        ),
    )


def summarize_double_audits(
    register: Register, standard: Standard, *, policy: AgreementPolicy | None = None
) -> DoubleAuditSummary:
    """Return the agreement of two auditors about each requirement, over all double audits of a register.

    The first version of each visit counts, as its author sent it before any reviewer's note: a correction after a hint is
    not an independent observation. Rejected visits are left out.
    """
    policy = policy or shipped_policies().agreement
    firsts = [visit for visit in register.reviews.first_versions("auditor", COUNTED_WITH_OPEN) if visit.scope == "full"]
    readings = [
        AuditorVisit(visit.root, visit.site_id, visit.author, visit.day, visit_index)
        for visit_index, visit in enumerate(firsts)
    ]
    pairs = pairs_of(readings, policy.window_days.value)
    # Evaluate only visits that are in a pair: most visits of a register are in none.
    used = sorted({reading.site_index for pair in pairs for reading in pair})
    column = {visit_index: column_index for column_index, visit_index in enumerate(used)}
    sites: dict[str, Site] = {}
    if used:
        sites.update((site.id, site) for site in register.sites(everything=True))
    answers = fold_all(
        [
            (
                firsts[visit_index].items,
                site_answers(
                    firsts[visit_index],
                    sites.get(firsts[visit_index].site_id) or register.site(firsts[visit_index].site_id),
                    standard,
                ),
            )
            for visit_index in used
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
        sites=len({firsts[visit_index].site_id for visit_index in used}),
        sharing=overlapping_pairs(pairs),
        found=tuple(agreements(standard.requirements, first, second)),
        apart_pairs=len(once),
        apart=tuple(agreements(standard.requirements, first[:, once], second[:, once])),
        policy=policy,
    )
