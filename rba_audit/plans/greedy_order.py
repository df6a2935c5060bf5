"""One site after the other, each time the one that gains most for its cost: an order people can follow, and a first answer."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rba_audit.plans.cell_groups import ReachMatrix


@dataclass(frozen=True, slots=True)
class GreedyStep:
    """A site in its turn, and what it adds to those before it."""

    site: int
    gained: float
    cost: int


def greedy_order(reach: ReachMatrix, costs: NDArray[np.int64], budget: int, among: Iterable[int]) -> list[GreedyStep]:
    """Return sites in the order of their gain per cost, as far as the budget goes; those that add nothing are left out.

    A site that is too dear for what is left is passed over. What costs nothing comes first; of equals, the one with the
    lower number. Gains only shrink as others are taken, so a site is looked at again only when it comes up (lazy greedy).
    """
    by_site = reach.by_site()
    left = reach.weights.copy()

    def gain(site: int) -> float:
        return float(left[by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]].sum())

    def entry(site: int) -> tuple[float, float, int]:
        gained, cost = gain(site), int(costs[site])
        return (-gained / cost if cost else -np.inf, -gained, site)

    waiting = [entry(site) for site in among]
    heapq.heapify(waiting)
    picked, money = [], budget
    while waiting:
        site = heapq.heappop(waiting)[2]
        if costs[site] > money:
            continue
        now = entry(site)
        if now[1] >= 0:
            continue
        if waiting and now > waiting[0]:
            heapq.heappush(waiting, now)
            continue
        picked.append(GreedyStep(site, -now[1], int(costs[site])))
        money -= int(costs[site])
        left[by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]] = 0
    return picked


def most_possible(reach: ReachMatrix, costs: NDArray[np.int64], budget: int, chosen: Iterable[int]) -> float:
    """Return more than any choice within the budget can gain: what `matching_lines` gain, and the best fractions of the rest.

    What others add to a choice is at most what each adds to it alone (gains only shrink), and of that a budget buys at
    most the best for their cost, the last one in part. Holds for any `matching_lines`; tight where they are nearly the best.
    """
    taken = np.zeros(reach.sites, dtype=np.bool_)
    taken[list(chosen)] = True
    open_ = reach.covers @ taken.astype(np.float64) == 0
    gains = np.asarray(reach.covers.T @ np.where(open_, reach.weights, 0.0))
    free = costs == 0
    bound = reach.gained(taken) + float(gains[free].sum())
    order = np.flatnonzero(~free & (gains > 0))
    order = order[np.argsort(-gains[order] / costs[order], kind="stable")]
    spent = np.cumsum(costs[order])
    whole = spent <= budget
    bound += float(gains[order][whole].sum())
    if not whole.all():
        first = int(np.argmin(whole))
        before = int(spent[first - 1]) if first else 0
        bound += float(gains[order[first]]) * (budget - before) / int(costs[order[first]])
    return min(bound, float(reach.weights.sum()))
