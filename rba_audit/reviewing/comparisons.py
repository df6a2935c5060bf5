"""Two visits of one site held beside each other: self-assessment and auditor, and the double audits of two auditors.

Each visit speaks for itself: outcomes come from its own answers and the facts of the site, under one edition for both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from rba_audit.agreement import Agreement, Reading, agreements, independent, pairs_of, sharing
from rba_audit.equipment import fold_all
from rba_audit.evidence import read_evidence
from rba_audit.findings import outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.findings.traces import Trace
from rba_audit.moves import COUNTED, COUNTED_WITH_OPEN, State
from rba_audit.register import Register, Stage, Visit
from rba_audit.reviewing.readings import facts_and_answers, held_against, said_of_place
from rba_audit.sites import Site
from rba_audit.standard import Requirement, Standard
from rba_audit.standard.policies import AgreementPolicy, shipped_policies


@dataclass(frozen=True, slots=True)
class Beside:
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
class Stages:
    """The two stages of a site side by side; those that differ stand first, in the standard's order."""

    own: Visit | None
    auditor: Visit | None
    differing: tuple[Beside, ...]
    one_open: tuple[Beside, ...]
    same: tuple[Beside, ...]
    open: tuple[Beside, ...]
    """Neither of the two could be determined."""


@dataclass(frozen=True, slots=True)
class DoubleAudits:
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
    found: tuple[Agreement, ...]
    apart_pairs: int
    apart: tuple[Agreement, ...]
    policy: AgreementPolicy


def stages(register: Register, standard: Standard, site_id: str, states: Collection[State] = COUNTED) -> Stages:
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
        held_against(facts_and_answers(visit, site, standard), standard, site_id) if visit else None
        for visit in (own, auditor)
    ]
    rows = [
        Beside(
            requirement,
            traces[0][place] if traces[0] is not None else None,
            traces[1][place] if traces[1] is not None else None,
        )
        for place, requirement in enumerate(standard.requirements)
    ]
    rest = [row for row in rows if not row.differs and not row.one_open]
    return Stages(
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


def double_audits(register: Register, standard: Standard, *, policy: AgreementPolicy | None = None) -> DoubleAudits:
    """Return how far two auditors agree about each requirement, over all double audits of a register.

    Of each visit the first version counts, as its author sent it before any reviewer wrote to them: a correction made
    after a hint is no reading of its own. Visits that were rejected are left out.
    """
    policy = policy or shipped_policies().agreement
    firsts = [visit for visit in register.reviews.first_versions("auditor", COUNTED_WITH_OPEN) if visit.scope == "full"]
    readings = [
        Reading(visit.root, visit.site_id, visit.author, visit.day, place) for place, visit in enumerate(firsts)
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
                said_of_place(
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
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
    first, second = (
        matrix[:, np.array([column[pair[side].site_index] for pair in pairs], dtype=np.intp)] for side in (0, 1)
    )
    once = np.array(independent(pairs), dtype=np.intp)
    return DoubleAudits(
        pairs=len(pairs),
        visits=len(used),
        sites=len({firsts[place].site_id for place in used}),
        sharing=sharing(pairs),
        found=tuple(agreements(standard.requirements, first, second)),
        apart_pairs=len(once),
        apart=tuple(agreements(standard.requirements, first[:, once], second[:, once])),
        policy=policy,
    )
