"""Table columns of plans: heading, value and width in characters, for files and pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rba_audit.messages import Message, say
from rba_audit.plans.city_plans import PlannedSite
from rba_audit.plans.sentences import step_reason
from rba_audit.plans.site_costs import SiteCost
from rba_audit.plans.site_plans import PlanStep
from rba_audit.standard import Currency
from rba_audit.status_style import status_words

Cell = str | int | float | None
T = TypeVar("T")
PlanColumn = tuple[Message, Callable[[T], Cell], int]


def in_currency(heading: Message, currency: Currency) -> Message:
    """Return the heading of a money column, with the currency's symbol if it has one."""
    symbol = currency.symbol.strip()
    return say("{heading} ({symbol})", heading=heading, symbol=symbol) if symbol else heading


def step_columns(currency: Currency) -> tuple[PlanColumn[PlanStep], ...]:
    """Return the columns of a site plan."""
    return (
        (say("No."), lambda step: step.number, 6),
        (say("Requirement"), lambda step: step.requirement.id, 12),
        (say("Title"), lambda step: str(step.requirement.title), 34),
        (say("Remedy"), lambda step: str(step.remedy), 52),
        (say("Look first"), lambda step: str(say("yes")) if step.look_first else "", 10),
        (say("Lead agency"), lambda step: str(step.lead_words), 30),
        (say("Cost band"), lambda step: str(step.band), 18),
        (in_currency(say("Cost from"), currency), lambda step: step.cost.low, 16),
        (in_currency(say("Cost to"), currency), lambda step: step.cost.high, 16),
        (say("Added to the score"), lambda step: step.score_gain, 12),
        (say("Score after it"), lambda step: step.after.score, 12),
        (say("Rank after it"), lambda step: step.after.rank or str(say("no rank")), 14),
        (say("Status after it"), lambda step: status_words(step.after.status), 18),
        (say("Why here"), lambda step: str(step_reason(step)), 52),
    )


def chosen_columns(
    costs: dict[str, SiteCost], unit: Message, currency: Currency
) -> tuple[PlanColumn[tuple[int, PlannedSite]], ...]:
    """Return the columns of a city plan, for pairs of a number and a chosen site.

    `costs` are keyed by site id; `unit` names what the weights count: children, people or m².
    """
    return (
        (say("No."), lambda row: row[0], 6),
        (say("Id"), lambda row: row[1].site, 22),
        (say("Name"), lambda row: costs[row[1].site].name, 34),
        (say("Newly covered ({unit})", unit=unit), lambda row: round(row[1].gained, 3), 14),
        (say("Newly covered so far ({unit})", unit=unit), lambda row: round(row[1].gained_so_far, 3), 14),
        (in_currency(say("Cost, as compared"), currency), lambda row: row[1].cost, 18),
        (in_currency(say("Cost so far"), currency), lambda row: row[1].cost_so_far, 18),
        (in_currency(say("Cost from"), currency), lambda row: _span(costs[row[1].site])[0], 16),
        (in_currency(say("Cost to"), currency), lambda row: _span(costs[row[1].site])[1], 16),
        (say("Remedies"), lambda row: costs[row[1].site].remedies, 10),
        (say("To be looked at first"), lambda row: costs[row[1].site].look_first, 12),
    )


def _span(cost: SiteCost) -> tuple[int | None, int | None]:
    return (None, None) if cost.cost is None else (cost.cost.low, cost.cost.high)
