"""Sites left out of a city plan, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rba_audit.messages import Message, say
from rba_audit.plans.city_plans import CityPlan

Why = Literal["refused", "no_money", "too_dear", "adds_nothing", "not_priced"]
WHY_WORDS: Final[dict[Why, Message]] = {
    "refused": say("It was refused."),
    "no_money": say("The money brings more elsewhere."),
    "too_dear": say("It costs more than the whole budget."),
    "adds_nothing": say("All that it reaches has a standard place within reach already, or gets one by this plan."),
    "not_priced": say("Nobody can say what it costs, or it cannot be made standard."),
}


@dataclass(frozen=True, slots=True)
class ExcludedSite:
    """A site left out of a plan.

    Attributes:
        cost: In the edition's currency; None if unknown.
        adds: Weight that it would add to the sites of the plan.
    """

    site: str
    why: Why
    cost: int | None
    adds: float


def excluded_sites(plan: CityPlan) -> tuple[ExcludedSite, ...]:
    """Return the sites left out of a plan, sorted by reason, then by the weight they would add, largest first."""
    case, chosen = plan.case, np.zeros(len(plan.case.names), dtype=np.bool_)
    chosen[[site.position for site in plan.chosen]] = True
    reached = case.covered | (case.covers.astype(np.float64) @ chosen.astype(np.float64) > 0)
    adds = np.asarray(case.covers.astype(np.float64).T @ np.where(reached, 0.0, case.weights))
    excluded = [
        ExcludedSite(name, _why(plan, name, cost, gain), cost, gain)
        for name, cost, gain, is_chosen in zip(case.names, case.costs, adds.tolist(), chosen.tolist(), strict=True)
        if not is_chosen
    ]
    order = list(WHY_WORDS)
    return tuple(sorted(excluded, key=lambda site: (order.index(site.why), -site.adds, site.site)))


def _why(plan: CityPlan, name: str, cost: int | None, adds: float) -> Why:
    if name in plan.refused:
        return "refused"
    if cost is None:
        return "not_priced"
    if adds <= 0:
        return "adds_nothing"
    return "too_dear" if cost > plan.budget else "no_money"
