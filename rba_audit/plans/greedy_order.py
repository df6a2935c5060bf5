"""Greedy order of sites by gain per cost, and an upper bound derived from it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rba_audit.plans.cell_groups import ReachMatrix


@dataclass(frozen=True, slots=True)
class GreedyStep:
    """A site in greedy order, and the weight it adds to the sites before it."""

    site: int
    gained: float
    cost: int


def greedy_order(reach: ReachMatrix, costs: NDArray[np.int64], budget: int, among: Iterable[int]) -> list[GreedyStep]:
    """Return sites in the order of their gain per cost within the budget; sites that add nothing are left out.

    A site that exceeds the remaining budget is skipped. Free sites come first; ties go to the lower index. Gains only
    shrink as sites are taken, so a gain is recomputed only when its site reaches the top of the heap (lazy greedy).
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
    """Return an upper bound of the gain within the budget: the gain of `chosen` plus the best fractions of the other sites.

    Coverage is submodular: other sites together add at most the sum of what each adds to `chosen` alone. The most of that sum
    within a budget is bought in order of gain per cost, with a fraction of the last site. Valid for any `chosen`; tight if `chosen` is nearly optimal.
    """
    is_chosen = np.zeros(reach.sites, dtype=np.bool_)
    is_chosen[list(chosen)] = True
    open_ = reach.covers @ is_chosen.astype(np.float64) == 0
    gains = np.asarray(reach.covers.T @ np.where(open_, reach.weights, 0.0))
    free = costs == 0
    bound = reach.gained(is_chosen) + float(gains[free].sum())
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
