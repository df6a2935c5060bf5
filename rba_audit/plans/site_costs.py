"""Cost to make each site of a city standard, or the reason for an unknown cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rba_audit.findings import STATUSES, UNDETERMINED, Findings, Status
from rba_audit.messages import Message, say
from rba_audit.plans.prices import CostRange, Price, total_cost
from rba_audit.plans.situations import TOP, PlanRequest, Unknown, span_of, target_gap


@dataclass(frozen=True, slots=True)
class SiteCost:
    """Cost to make a site standard that is not standard yet.

    Attributes:
        site, name, position: Id and name of the site, and its index in the findings.
        cost: Cost of the cheapest plan to the top; None if there is no such plan, and `why` states the reason.
        figure: The number of `cost` that plans compare; None if `cost` is None.
        remedies: Number of remedies in the plan; `look_first` of them are for undetermined requirements.
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
    """Return the cost to bring each site that is not standard to the top, in the order of the findings.

    `refused` are ids of requirements. A site without an audit or without a position has no cost: it is never estimated.

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
    gap = target_gap(findings, site, wishes)
    chosen = gap.chosen
    if why is None and chosen is None:
        why = gap.obstacles[0].words
    indices = np.array([candidate.requirement_index for candidate in chosen or ()], dtype=np.intp)
    priced = why is None
    spans = [span_of(findings.standard, findings.standard.requirements[index]) for index in indices.tolist()]
    return SiteCost(
        site=findings.source.ids[site],
        name=findings.source[site].name,
        position=site,
        status=status,
        cost=total_cost(spans, findings.standard.currency) if priced else None,
        figure=sum(candidate.cost for candidate in chosen or ()) if priced else None,
        remedies=len(indices) if priced else 0,
        look_first=int((findings.matrix[indices, site] == UNDETERMINED).sum()) if priced else 0,
        why=why,
    )
