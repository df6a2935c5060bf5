"""Workbook sheets of plans: each a name, columns and rows. The first sheet is also exported as the only table (CSV)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rba_audit.messages import Message, say
from rba_audit.plans.city_plans import CityPlan
from rba_audit.plans.exclusions import WHY_WORDS, ExcludedSite, excluded_sites
from rba_audit.plans.sensitivity import RemedyExclusion
from rba_audit.plans.sentences import remedy_exclusion_words
from rba_audit.plans.site_costs import SiteCost
from rba_audit.plans.site_plans import AgencyShare, SitePlan
from rba_audit.plans.tables import PlanColumn, chosen_columns, in_currency, step_columns
from rba_audit.standard import Currency

PlanSheet = tuple[Message, Sequence[PlanColumn[Any]], Sequence[Any]]


def site_sheets(plan: SitePlan, apart: Sequence[RemedyExclusion]) -> list[PlanSheet]:
    """Return the sheets of a site plan: its steps, the shares of the agencies, and the effect of refusing each remedy."""
    currency = plan.cost.currency
    return [
        (say("Plan"), step_columns(currency), plan.steps),
        (say("By agency"), _agency_columns(currency), plan.agencies),
        (say("If refused"), _refusal_columns(currency), apart),
    ]


def city_sheets(
    plan: CityPlan, others: Sequence[CityPlan], costs: Mapping[str, SiteCost], unit: Message, currency: Currency
) -> list[PlanSheet]:
    """Return the sheets of a city plan: its sites, the sites left out, and the results for other budgets.

    `costs` are keyed by site id; `unit` names what the weights count: children, people or m².
    """
    return [
        (say("Plan"), chosen_columns(dict(costs), unit, currency), list(enumerate(plan.chosen, start=1))),
        (say("Not in the plan"), _left_out_columns(costs, unit, currency), excluded_sites(plan)),
        (say("Other budgets"), _budget_columns(unit, currency), others),
    ]


def _agency_columns(currency: Currency) -> tuple[PlanColumn[AgencyShare], ...]:
    return (
        (say("Lead agency"), lambda share: str(share.words), 40),
        (say("Remedies"), lambda share: len(share.requirements), 10),
        (in_currency(say("Cost from"), currency), lambda share: share.cost.low, 16),
        (in_currency(say("Cost to"), currency), lambda share: share.cost.high, 16),
        (say("Requirements"), lambda share: ", ".join(share.requirements), 60),
    )


def _refusal_columns(currency: Currency) -> tuple[PlanColumn[RemedyExclusion], ...]:
    return (
        (say("Requirement"), lambda exclusion: exclusion.requirement.id, 12),
        (say("Title"), lambda exclusion: str(exclusion.requirement.title), 34),
        (say("Still possible without it"), lambda exclusion: str(say("yes") if exclusion.possible else say("no")), 14),
        (
            in_currency(say("Costs more"), currency),
            lambda exclusion: exclusion.extra if exclusion.possible else None,
            16,
        ),
        (say("What becomes of the plan"), lambda exclusion: str(remedy_exclusion_words(exclusion)), 70),
    )


def _left_out_columns(
    costs: Mapping[str, SiteCost], unit: Message, currency: Currency
) -> tuple[PlanColumn[ExcludedSite], ...]:
    return (
        (say("Id"), lambda site: site.site, 22),
        (say("Name"), lambda site: costs[site.site].name, 34),
        (say("Why it is not in the plan"), lambda site: str(costs[site.site].why or WHY_WORDS[site.why]), 70),
        (in_currency(say("Cost, as compared"), currency), lambda site: site.cost, 18),
        (say("Would add to the plan ({unit})", unit=unit), lambda site: round(site.adds, 3), 14),
    )


def _budget_columns(unit: Message, currency: Currency) -> tuple[PlanColumn[CityPlan], ...]:
    return (
        (in_currency(say("Budget"), currency), lambda plan: plan.budget, 18),
        (say("Sites"), lambda plan: len(plan.chosen), 8),
        (say("Newly covered ({unit})", unit=unit), lambda plan: round(plan.gained, 3), 14),
        (say("No choice can pass ({unit})", unit=unit), lambda plan: round(plan.bound, 3), 14),
        (in_currency(say("Cost, as compared"), currency), lambda plan: plan.cost, 18),
        (say("Without looking ahead ({unit})", unit=unit), lambda plan: round(plan.greedy_gained, 3), 14),
    )
