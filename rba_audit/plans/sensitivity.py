"""Sensitivity of a site plan: solve it again without one of its remedies and compare."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rba_audit.findings import Findings
from rba_audit.plans.prices import CostRange
from rba_audit.plans.site_plans import SitePlan, plan_for
from rba_audit.plans.situations import Obstacle
from rba_audit.standard import Requirement


@dataclass(frozen=True, slots=True)
class RemedyExclusion:
    """Effect of refusing one remedy of a plan.

    Attributes:
        requirement: The requirement whose remedy is refused.
        possible: Whether the target can still be reached; if not, `obstacles` state why.
        extra: Additional cost of the cheapest plan, by the compared figure; 0 if another plan costs the same.
        cost: Cost of the new plan.
        instead: Requirements that the new plan adds.
        dropped: Requirements that the new plan no longer contains, without the refused one.
    """

    requirement: Requirement
    possible: bool
    extra: int
    cost: CostRange
    instead: tuple[Requirement, ...]
    dropped: tuple[Requirement, ...]
    obstacles: tuple[Obstacle, ...]


def plan_without_remedy(findings: Findings, plan: SitePlan, requirement_id: str) -> RemedyExclusion:
    """Return the effect of also refusing the remedy of one requirement.

    `findings` must be those that the plan was made from.

    Raises:
        StandardError: the edition has no such requirement.
    """
    refused = findings.standard.requirement(requirement_id)
    anew = plan_for(
        findings,
        plan.position,
        replace(plan.wishes, target=plan.target.name, refused=plan.wishes.refused | {refused.id}),
        plan.policy,
    )
    before, after = ({step.requirement.id: step.requirement for step in compared.steps} for compared in (plan, anew))
    return RemedyExclusion(
        refused,
        anew.possible,
        anew.figure - plan.figure if anew.possible else 0,
        anew.cost,
        tuple(requirement for requirement_id, requirement in after.items() if requirement_id not in before),
        tuple(
            requirement
            for requirement_id, requirement in before.items()
            if requirement_id not in after and requirement_id != refused.id
        )
        if anew.possible
        else (),
        anew.obstacles,
    )


def plans_without_each_remedy(findings: Findings, plan: SitePlan) -> tuple[RemedyExclusion, ...]:
    """Return the effect of refusing each remedy of a plan by itself, in the order of its steps."""
    return tuple(plan_without_remedy(findings, plan, step.requirement.id) for step in plan.steps)
