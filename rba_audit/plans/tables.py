"""Plans as columns of a table: heading, value and width in characters, for whoever writes files or pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from rba_audit.looks import status_words
from rba_audit.plans.city_plans import Chosen
from rba_audit.plans.site_costs import SiteCost
from rba_audit.plans.site_plans import Step
from rba_audit.plans.telling import why
from rba_audit.words import Message, say

Cell = str | int | float | None
T = TypeVar("T")
Column = tuple[Message, Callable[[T], Cell], int]

STEP_COLUMNS: Final[tuple[Column[Step], ...]] = (
    (say("No."), lambda step: step.number, 6),
    (say("Requirement"), lambda step: step.requirement.id, 12),
    (say("Title"), lambda step: str(step.requirement.title), 34),
    (say("Remedy"), lambda step: str(step.remedy), 52),
    (say("Look first"), lambda step: str(say("yes")) if step.look_first else "", 10),
    (say("Lead agency"), lambda step: str(step.lead_words), 30),
    (say("Cost band"), lambda step: str(step.band), 18),
    (say("Cost from (Rp)"), lambda step: step.cost.low, 16),
    (say("Cost to (Rp)"), lambda step: step.cost.high, 16),
    (say("Added to the score"), lambda step: step.score_gain, 12),
    (say("Score after it"), lambda step: step.after.score, 12),
    (say("Rank after it"), lambda step: step.after.rank or str(say("no rank")), 14),
    (say("Status after it"), lambda step: status_words(step.after.status), 18),
    (say("Why here"), lambda step: str(why(step)), 52),
)


def chosen_columns(costs: dict[str, SiteCost], unit: Message) -> tuple[Column[tuple[int, Chosen]], ...]:
    """Return the columns of a plan for a city, for pairs of a number and a chosen site.

    `costs` are by site id; `unit` is what weights count: children, people or m².
    """
    return (
        (say("No."), lambda row: row[0], 6),
        (say("Id"), lambda row: row[1].site, 22),
        (say("Name"), lambda row: costs[row[1].site].name, 34),
        (say("Newly covered ({unit})", unit=unit), lambda row: round(row[1].gained, 3), 14),
        (say("Newly covered so far ({unit})", unit=unit), lambda row: round(row[1].gained_so_far, 3), 14),
        (say("Cost, as compared (Rp)"), lambda row: row[1].cost, 18),
        (say("Cost so far (Rp)"), lambda row: row[1].cost_so_far, 18),
        (say("Cost from (Rp)"), lambda row: _span(costs[row[1].site])[0], 16),
        (say("Cost to (Rp)"), lambda row: _span(costs[row[1].site])[1], 16),
        (say("Remedies"), lambda row: costs[row[1].site].remedies, 10),
        (say("To be looked at first"), lambda row: costs[row[1].site].look_first, 12),
    )


def _span(cost: SiteCost) -> tuple[int | None, int | None]:
    return (None, None) if cost.cost is None else (cost.cost.low, cost.cost.high)
