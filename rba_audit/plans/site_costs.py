"""What it costs to make each site of a city standard, where that can be said; where not, why not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rba_audit.findings import STATUSES, UNDETERMINED, Findings, Status
from rba_audit.messages import Message, say
from rba_audit.plans.prices import CostRange, Price, total_cost
from rba_audit.plans.situations import TOP, PlanRequest, Unknown, span_of, target_gap


@dataclass(frozen=True, slots=True)
class SiteCost:
    """A site that is not standard, and what would make it so.

    Attributes:
        site, name, position: Its id, its name, and its place among the findings.
        cost: What the cheapest plan to the top costs; None where there is none, and `step_reason` says why not.
        figure: The one number of it that is compared; None where there is none.
        remedies: How many remedies the plan takes, `look_first` of them for what nobody knows yet.
    """

    site: str
    name: str
    position: int
    status: Status
    cost: CostRange | None
    figure: int | None
    remedies: int
    look_first: int
    why: Message | None


def costs_of_sites(
    findings: Findings,
    *,
    refused: frozenset[str] = frozenset(),
    price: Price = "high",
    unknown: Unknown = "repair",
) -> tuple[SiteCost, ...]:
    """Return what it costs to bring every site that is not standard to the top, in the order of the findings.

    `refused` are ids of requirements. A site nobody audited, or one that lies nowhere known, has no cost: it is never
    guessed.

    Raises:
        StandardError: the edition has no requirement with an id that is refused.
    """
    wishes = PlanRequest(TOP, refused, price, unknown)
    statuses = [STATUSES[code] for code in findings.conclusions.status]
    return tuple(_cost(findings, site, status, wishes) for site, status in enumerate(statuses) if status != "standard")


def _cost(findings: Findings, site: int, status: Status, wishes: PlanRequest) -> SiteCost:
    why: Message | None = None
    if findings.source.shapes[site] is None:
        why = say("It lies nowhere known; locate it first.")
    elif status == "not_audited":
        why = say("Nobody has audited it yet, so its cost is not known.")
    found = target_gap(findings, site, wishes)
    chosen = found.chosen
    if why is None and chosen is None:
        why = found.obstacles[0].words
    places = np.array([each.requirement_index for each in chosen or ()], dtype=np.intp)
    priced = why is None
    spans = [span_of(findings.standard, findings.standard.requirements[place]) for place in places.tolist()]
    return SiteCost(
        site=findings.source.ids[site],
        name=findings.source[site].name,
        position=site,
        status=status,
        cost=total_cost(spans, findings.standard.currency) if priced else None,
        figure=sum(each.cost for each in chosen or ()) if priced else None,
        remedies=len(places) if priced else 0,
        look_first=int((findings.matrix[places, site] == UNDETERMINED).sum()) if priced else 0,
        why=why,
    )
