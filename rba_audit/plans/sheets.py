"""Plans as sheets of a workbook: a name, columns and rows each; the first one is also the plan as a single table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rba_audit.plans.city_plans import CityPlan
from rba_audit.plans.left_out import WHY_WORDS, LeftOut, left_out
from rba_audit.plans.refusals import Refusal
from rba_audit.plans.site_costs import SiteCost
from rba_audit.plans.site_plans import Share, SitePlan
from rba_audit.plans.tables import STEP_COLUMNS, Column, chosen_columns
from rba_audit.plans.telling import refused
from rba_audit.words import Message, say

Sheet = tuple[Message, Sequence[Column[Any]], Sequence[Any]]

_AGENCY_COLUMNS: Final[tuple[Column[Share], ...]] = (
    (say("Lead agency"), lambda share: str(share.words), 40),
    (say("Remedies"), lambda share: len(share.requirements), 10),
    (say("Cost from (Rp)"), lambda share: share.cost.low, 16),
    (say("Cost to (Rp)"), lambda share: share.cost.high, 16),
    (say("Requirements"), lambda share: ", ".join(share.requirements), 60),
)
_REFUSAL_COLUMNS: Final[tuple[Column[Refusal], ...]] = (
    (say("Requirement"), lambda each: each.requirement.id, 12),
    (say("Title"), lambda each: str(each.requirement.title), 34),
    (say("Still possible without it"), lambda each: str(say("yes") if each.possible else say("no")), 14),
    (say("Costs more (Rp)"), lambda each: each.extra if each.possible else None, 16),
    (say("What becomes of the plan"), lambda each: str(refused(each)), 70),
)


def site_sheets(plan: SitePlan, apart: Sequence[Refusal]) -> list[Sheet]:
    """Return the steps of a plan for a site, what falls to whom, and what becomes of it without each remedy."""
    return [
        (say("Plan"), STEP_COLUMNS, plan.steps),
        (say("By agency"), _AGENCY_COLUMNS, plan.agencies),
        (say("If refused"), _REFUSAL_COLUMNS, apart),
    ]


def city_sheets(
    plan: CityPlan, others: Sequence[CityPlan], costs: Mapping[str, SiteCost], unit: Message
) -> list[Sheet]:
    """Return the sites of a plan for a city, those that are not in it, and what other budgets bring.

    `costs` are by site id; `unit` is what weights count: children, people or m².
    """
    return [
        (say("Plan"), chosen_columns(dict(costs), unit), list(enumerate(plan.chosen, start=1))),
        (say("Not in the plan"), _left_out_columns(costs, unit), left_out(plan)),
        (say("Other budgets"), _budget_columns(unit), others),
    ]


def _left_out_columns(costs: Mapping[str, SiteCost], unit: Message) -> tuple[Column[LeftOut], ...]:
    return (
        (say("Id"), lambda each: each.site, 22),
        (say("Name"), lambda each: costs[each.site].name, 34),
        (say("Why it is not in the plan"), lambda each: str(costs[each.site].why or WHY_WORDS[each.why]), 70),
        (say("Cost, as compared (Rp)"), lambda each: each.cost, 18),
        (say("Would add to the plan ({unit})", unit=unit), lambda each: round(each.adds, 3), 14),
    )


def _budget_columns(unit: Message) -> tuple[Column[CityPlan], ...]:
    return (
        (say("Budget (Rp)"), lambda plan: plan.budget, 18),
        (say("Sites"), lambda plan: len(plan.chosen), 8),
        (say("Newly covered ({unit})", unit=unit), lambda plan: round(plan.gained, 3), 14),
        (say("No choice can pass ({unit})", unit=unit), lambda plan: round(plan.bound, 3), 14),
        (say("Cost, as compared (Rp)"), lambda plan: plan.cost, 18),
        (say("Without looking ahead ({unit})", unit=unit), lambda plan: round(plan.greedy_gained, 3), 14),
    )
