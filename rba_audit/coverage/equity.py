"""Inequality of access among people: the Gini index and the share of the worst served."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rba_audit.standard.policies import CoveragePolicy


@dataclass(frozen=True, slots=True)
class Equity:
    """Inequality of access.

    Attributes:
        gini: 0 if all people have the same access, towards 1 if one person has all; None if total access is zero.
        without_pct: Percent of the people without access.
        worst_pct: Percent of the people who count as the worst served.
        worst_has_pct: Percent of all access that these have; None if total access is zero.
        worst_by_area: Number of these in each area, by its index.
    """

    gini: float | None
    without_pct: float
    worst_pct: float
    worst_has_pct: float | None
    worst_by_area: tuple[float, ...]


def gini(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float | None:
    """Return the Gini index of a value per person, in groups of `weights` people; None if the total is zero.

    It is one minus twice the area under the Lorenz curve.

    >>> gini(np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4))
    0.75
    """
    amounts = values * weights
    total, people = amounts.sum(), weights.sum()
    if not total > 0:
        return None
    order = np.argsort(values, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(amounts[order])]) / total
    under = (weights[order] / people * (reached[1:] + reached[:-1])).sum()
    return float(1 - under)


def worst_served(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the part of each weight that is among the worst-served share of all; groups with equal values share proportionally."""
    _, group = np.unique(values, return_inverse=True)
    size = np.bincount(group, weights)
    wanted = share * weights.sum()
    before = np.cumsum(size) - size
    taken = np.clip(wanted - before, 0, size)
    part = np.divide(taken, size, out=np.zeros(len(size)), where=size > 0)
    worst: NDArray[np.float64] = weights * part[group]
    return worst


def equity(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    area: NDArray[np.intp],
    areas: int,
    policy: CoveragePolicy,
) -> Equity:
    """Return the inequality of access (`values`) among cells of `weights` people, each in one of `areas` areas."""
    share, people = policy.worst_share.value, float(weights.sum())
    total = float((values * weights).sum())
    worst = worst_served(values, weights, share)
    return Equity(
        gini=gini(values, weights),
        without_pct=100 * float(weights[values == 0].sum()) / people if people else 0.0,
        worst_pct=100 * share,
        worst_has_pct=100 * float((values * worst).sum()) / total if total else None,
        worst_by_area=tuple(np.bincount(area, worst, areas).tolist()),
    )
