"""A plan for one site taken apart: what changes if one of its remedies is refused, each time solved anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rba_audit.findings import Findings
from rba_audit.plans.prices import CostRange
from rba_audit.plans.site_plans import SitePlan, plan_for
from rba_audit.plans.situations import Obstacle
from rba_audit.standard import Requirement


@dataclass(frozen=True, slots=True)
class RemedyExclusion:
    """What becomes of a plan without one of its remedies.

    Attributes:
        requirement: Whose remedy is refused.
        possible: Whether the target can still be reached; otherwise `obstacles` say why not.
        extra: What the cheapest plan costs more by the figure that is compared; 0 where another does as well.
        cost: What it then costs.
        instead: Requirements that the plan then takes and did not before.
        dropped: Those it does not take any more, besides the refused one.
    """

    requirement: Requirement
    possible: bool
    extra: int
    cost: CostRange
    instead: tuple[Requirement, ...]
    dropped: tuple[Requirement, ...]
    obstacles: tuple[Obstacle, ...]


def plan_without_remedy(findings: Findings, plan: SitePlan, requirement_id: str) -> RemedyExclusion:
    """Return what becomes of a plan if the remedy of one requirement is refused as well.

    `findings` are those the plan was made from.

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
    before, after = ({step.requirement.id: step.requirement for step in each.steps} for each in (plan, anew))
    return RemedyExclusion(
        refused,
        anew.possible,
        anew.figure - plan.figure if anew.possible else 0,
        anew.cost,
        tuple(each for name, each in after.items() if name not in before),
        tuple(each for name, each in before.items() if name not in after and name != refused.id)
        if anew.possible
        else (),
        anew.obstacles,
    )


def plans_without_each_remedy(findings: Findings, plan: SitePlan) -> tuple[RemedyExclusion, ...]:
    """Return what becomes of a plan if each of its remedies is refused, in the order of its steps."""
    return tuple(plan_without_remedy(findings, plan, step.requirement.id) for step in plan.steps)
