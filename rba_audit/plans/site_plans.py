"""Cheapest plan that raises a site's rank: ordered steps with lead agency, cost and guaranteed result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from rba_audit.findings import CONFORMS, STATUSES, UNDETERMINED, Findings, Status
from rba_audit.findings.conclusions import NO_SCORE, conclude
from rba_audit.messages import BilingualText, Message
from rba_audit.plans.assumption_sentences import plan_assumptions
from rba_audit.plans.minimum_cost import Candidate
from rba_audit.plans.prices import CostRange, Price, total_cost
from rba_audit.plans.situations import NEXT, Obstacle, PlanRequest, Unknown, span_of, target_gap
from rba_audit.standard import OUTCOMES, Outcome, Requirement, Rung, Standard
from rba_audit.standard.policies import PlansPolicy, Urgency, shipped_policies


@dataclass(frozen=True, slots=True)
class GuaranteedResult:
    """Guaranteed result of a site: lowest score (None without a score), lowest rank (None below the first rung) and status."""

    score: int | None
    rank: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One remedy of a plan.

    Attributes:
        number: Number of the step, from 1.
        outcome: Outcome of its requirement today.
        look_first: Whether the outcome is undetermined: the requirement may be met already and cost nothing.
        remedy: What to do.
        lead, lead_words: The lead agency: its key in the edition, and its name.
        cost: Range of its cost band; `band` is the name of the band.
        marks: Certain marks it adds.
        score_gain: Points it adds to the lowest score.
        after: Guaranteed result once this step and all steps before it are done.
        urgency: The urgency group that determines its position in the order.
    """

    number: int
    requirement: Requirement
    outcome: Outcome
    look_first: bool
    remedy: BilingualText
    lead: str
    lead_words: BilingualText
    cost: CostRange
    band: BilingualText
    marks: int
    score_gain: int
    after: GuaranteedResult
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """Requirements and cost of the steps that one agency leads."""

    lead: str
    words: BilingualText
    requirements: tuple[str, ...]
    cost: CostRange


@dataclass(frozen=True, slots=True)
class SitePlan:
    """The cheapest set of remedies that brings a site to a target, or the obstacles if there is none.

    Attributes:
        site, name, position: Id and name of the site, and its index in the findings.
        status: Status of the site today; without an audit, all its requirements are undetermined.
        target: The target rung; `top` is the name of the highest rung.
        reached: Whether the target is certainly reached already (at the top: with the status `standard`); then there are no steps.
        possible: Whether the target can be reached; if not, `obstacles` state why, and there are no steps.
        before, after: Guaranteed result today, and after all steps.
        cost: Cost of all steps; `figure` is the number of it that was minimised.
        must_fix_left: Must-fix requirements that no step repairs; empty if the plan leads to the status `standard`.
        look_first: Part of `cost` for requirements that may be met already.
        agencies: Share of each lead agency, most expensive first.
        assumes: Assumptions of the plan, as messages.
        wishes: The request that the plan answers.
        policy: Policy that orders the remedies.
    """

    site: str
    name: str
    position: int
    status: Status
    edition: str
    target: Rung
    top: str
    reached: bool
    possible: bool
    before: GuaranteedResult
    after: GuaranteedResult
    steps: tuple[PlanStep, ...]
    cost: CostRange
    figure: int
    look_first: CostRange
    agencies: tuple[AgencyShare, ...]
    obstacles: tuple[Obstacle, ...]
    must_fix_left: tuple[Requirement, ...]
    assumes: tuple[Message, ...]
    wishes: PlanRequest
    policy: PlansPolicy


def site_plan(
    findings: Findings,
    site: int,
    *,
    target: str = NEXT,
    refused: frozenset[str] = frozenset(),
    price: Price = "high",
    unknown: Unknown = "repair",
    policy: PlansPolicy | None = None,
) -> SitePlan:
    """Return the cheapest plan for the site at index `site`.

    Args:
        findings: Outcomes of all sites.
        site: Index of the site in `findings`.
        target: `next` (the rung above its lowest rank), `top`, or the name of a rung.
        refused: Ids of requirements whose remedies may not be used.
        price: The end of each cost band whose sum is made as small as possible.
        unknown: `repair`: an undetermined requirement may be repaired, as if it were unmet (the worst case). `leave`: it
            stays undetermined and earns nothing.
        policy: Policy that orders the remedies; default: the shipped one.

    Raises:
        StandardError: the edition has no such rung, or no requirement with an id that is refused.
    """
    wishes = PlanRequest(target, refused, price, unknown)
    return plan_for(findings, site, wishes, policy or shipped_policies().plans)


def plan_for(findings: Findings, site: int, wishes: PlanRequest, policy: PlansPolicy) -> SitePlan:
    """Return the cheapest plan for the site at index `site`.

    Raises:
        StandardError: the edition has no such rung, or no requirement with an id that is refused.
    """
    standard = findings.standard
    gap = target_gap(findings, site, wishes)
    chosen = gap.chosen
    ordered = remedies_in_order(standard, chosen or (), policy)
    results = _guaranteed_results(findings, site, [candidate.requirement_index for candidate in ordered])
    steps = tuple(
        _step(findings, site, number, candidate, results, policy) for number, candidate in enumerate(ordered, start=1)
    )
    repaired = {step.requirement.id for step in steps}
    must_fix_left = tuple(
        standard.requirement(requirement_id)
        for requirement_id in findings.must_fix(site)
        if requirement_id not in repaired
    )
    return SitePlan(
        site=findings.source.ids[site],
        name=findings.source[site].name,
        position=site,
        status=STATUSES[findings.conclusions.status[site]],
        edition=standard.edition,
        target=standard.ladder.rungs[gap.rung - 1],
        top=standard.ladder.rungs[-1].name,
        reached=gap.reached,
        possible=chosen is not None,
        before=results[0],
        after=results[-1],
        steps=steps,
        cost=total_cost((step.cost for step in steps), standard.currency),
        figure=sum(candidate.cost for candidate in ordered),
        look_first=total_cost((step.cost for step in steps if step.look_first), standard.currency),
        agencies=_shares(standard, steps),
        obstacles=gap.obstacles if chosen is None else (),
        must_fix_left=must_fix_left,
        assumes=plan_assumptions(
            findings,
            site,
            wishes,
            standard.ladder.rungs[gap.rung - 1],
            origins=sorted({step.requirement.remedy.origin for step in steps}),
            look=sum(step.look_first for step in steps),
            left=must_fix_left,
        ),
        wishes=wishes,
        policy=policy,
    )


def remedies_in_order(standard: Standard, chosen: Sequence[Candidate], policy: PlansPolicy) -> list[Candidate]:
    """Sort remedies into the recommended order: most urgent first, then free ones, then most marks per cost."""

    def sort_key(candidate: Candidate) -> tuple[int, bool, Fraction, int]:
        worth = Fraction(candidate.gain, candidate.cost) if candidate.cost else Fraction(candidate.gain)
        return (
            policy.urgency_of(standard.requirements[candidate.requirement_index].mandatory),
            candidate.cost > 0,
            -worth,
            candidate.requirement_index,
        )

    return sorted(chosen, key=sort_key)


def _guaranteed_results(findings: Findings, site: int, indices: Sequence[int]) -> list[GuaranteedResult]:
    """Return the guaranteed result today and after each of these requirements, one by one, has been made to conform."""
    matrix = np.repeat(findings.matrix[:, [site]], len(indices) + 1, axis=1)
    for number, index in enumerate(indices, start=1):
        matrix[index, number:] = CONFORMS
    conclusions = conclude(findings.standard, matrix, np.ones(matrix.shape[1], dtype=np.bool_), findings.extension)
    return [
        GuaranteedResult(
            int(score) if score != NO_SCORE else None,
            findings.rank(int(rank)) if score != NO_SCORE else None,
            STATUSES[status],
        )
        for score, rank, status in zip(conclusions.score_low, conclusions.rank_low, conclusions.status, strict=True)
    ]


def _step(
    findings: Findings,
    site: int,
    number: int,
    chosen: Candidate,
    results: Sequence[GuaranteedResult],
    policy: PlansPolicy,
) -> PlanStep:
    standard = findings.standard
    requirement, outcome = (
        standard.requirements[chosen.requirement_index],
        int(findings.matrix[chosen.requirement_index, site]),
    )
    remedy = requirement.remedy
    return PlanStep(
        number=number,
        requirement=requirement,
        outcome=OUTCOMES[outcome],
        look_first=outcome == int(UNDETERMINED),
        remedy=remedy.what,
        lead=remedy.lead,
        lead_words=standard.agencies[remedy.lead],
        cost=span_of(standard, requirement),
        band=standard.cost_bands[remedy.cost].words,
        marks=chosen.gain,
        score_gain=(results[number].score or 0) - (results[number - 1].score or 0),
        after=results[number],
        urgency=policy.urgencies[policy.urgency_of(requirement.mandatory)],
    )


def _shares(standard: Standard, steps: Sequence[PlanStep]) -> tuple[AgencyShare, ...]:
    of: dict[str, list[PlanStep]] = {}
    for step in steps:
        of.setdefault(step.lead, []).append(step)
    shares = [
        AgencyShare(
            lead,
            standard.agencies[lead],
            tuple(step.requirement.id for step in part),
            total_cost((step.cost for step in part), standard.currency),
        )
        for lead, part in of.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.cost.high, -share.cost.low, share.lead)))
