"""How unequally something is shared out among people: the Gini index, and the worst-served share of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rba_audit.standard.policies import CoveragePolicy


@dataclass(frozen=True, slots=True)
class Equity:
    """How unequal access is.

    Attributes:
        gini: 0 where everybody has the same, towards 1 where one has all; None where nobody has anything.
        without_pct: Percent of the people who have nothing.
        worst_pct: Which percent of the people is looked at as the worst served.
        worst_has_pct: Percent of all access that they have; None where nobody has anything.
        worst_by_area: How many of them live in each area, by its position.
    """

    gini: float | None
    without_pct: float
    worst_pct: float
    worst_has_pct: float | None
    worst_by_area: tuple[float, ...]


def gini(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float | None:
    """Return the Gini index of a value that is shared by people, `weights` of them each; None where all have nothing.

    It is one minus twice the area under the Lorenz curve.

    >>> gini(np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4))
    0.75
    """
    held = values * weights
    total, people = held.sum(), weights.sum()
    if not total > 0:
        return None
    order = np.argsort(values, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(held[order])]) / total
    under = (weights[order] / people * (reached[1:] + reached[:-1])).sum()
    return float(1 - under)


def worst_served(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return how much of each weight is among the worst-served share of all; those with the same value share alike."""
    _, group = np.unique(values, return_inverse=True)
    size = np.bincount(group, weights)
    wanted = share * weights.sum()
    before = np.cumsum(size) - size
    taken = np.clip(wanted - before, 0, size)
    part = np.divide(taken, size, out=np.zeros(len(size)), where=size > 0)
    found: NDArray[np.float64] = weights * part[group]
    return found


def equity(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    area: NDArray[np.intp],
    areas: int,
    policy: CoveragePolicy,
) -> Equity:
    """Return how unequal access is among cells of so many people, each in one of `areas` areas."""
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
