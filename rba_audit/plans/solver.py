"""Budgeted maximum coverage of sites, solved by linear relaxation and mixed-integer programming (HiGHS).

The linear relaxation (parts of sites may be bought) gives an upper bound, and for every site the reduced cost: the loss of the
bound if the site is taken. Sites whose loss exceeds the gap to the incumbent cannot be in a better choice and are left out.
The rest, the core, is small and is solved exactly. This makes a whole city fast, and the bound checks the solver's proof.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from rba_audit.plans.cell_groups import ReachMatrix, merge_cells
from rba_audit.plans.greedy_order import greedy_order, most_possible

_FIRST_CORE_EXTRA: Final = 40  # sites added to those of the relaxation in the first core
_TOTAL: Final = 1e6  # the weights are scaled to this sum, so that the solver's tolerances are relative
_TOLERANCE: Final = 1e-3  # a billionth of `_TOTAL`, because the solver adds in floating point
_PART: Final = 1e-7  # smaller parts of a site count as zero


@dataclass(frozen=True, eq=False)
class Solution:
    """A choice of sites, and the upper bounds of any choice.

    Attributes:
        chosen: Mask over the sites.
        gained: Weight that the chosen sites reach.
        bound: Proven upper bound of the gain of any choice within the budget.
        relaxed: Bound of the linear relaxation, from a separate solve; None if time ran out before it.
    """

    chosen: NDArray[np.bool_]
    gained: float
    bound: float
    relaxed: float | None


def solve(reach: ReachMatrix, costs: NDArray[np.int64], budget: int, seconds: float) -> Solution:
    """Return the best choice of sites within the budget that is found in the time given.

    Args:
        reach: The cell groups that each site reaches.
        costs: Cost of each site, in whole units of money; one per site of `reach`.
        budget: In whole units of money.
        seconds: Time limit. The best choice so far is returned with its bound.
    """
    until = time.monotonic() + seconds
    some = np.flatnonzero((costs <= budget) & (np.asarray(reach.covers.sum(axis=0)) > 0))
    greedy = np.zeros(reach.sites, dtype=np.bool_)
    greedy[[pick.site for pick in greedy_order(reach, costs, budget, some.tolist())]] = True
    if not some.size or int(costs[some].sum()) <= budget:
        gained = reach.gained(greedy)
        return Solution(greedy, gained, gained, gained)
    small = merge_cells(reach.covers[:, some], reach.weights)
    solution = _within(small, costs[some], budget, greedy[some], until)
    chosen = np.zeros(reach.sites, dtype=np.bool_)
    chosen[some] = solution.chosen
    return Solution(chosen, reach.gained(chosen), solution.bound, solution.relaxed)


def _within(
    reach: ReachMatrix, costs: NDArray[np.int64], budget: int, best: NDArray[np.bool_], until: float
) -> Solution:
    """Improve an initial choice until it is proven optimal or the time runs out."""
    value = reach.gained(best)
    bound = min(most_possible(reach, costs, budget, np.flatnonzero(start).tolist()) for start in (best, best & False))
    scale = _TOTAL / float(reach.weights.sum())
    model = _Model(reach, costs, budget, scale)
    relaxed = model.relaxation(until)
    if relaxed is None:
        return Solution(best, value, max(bound, value), None)
    bound = min(bound, relaxed.bound)
    core = relaxed.near(relaxed.used, _FIRST_CORE_EXTRA)
    while bound - value > _TOLERANCE / scale and time.monotonic() < until:
        tried = _core(reach, costs, budget, core, scale, until)
        if tried.chosen is not None:
            gained = reach.gained(tried.chosen)
            if gained > value:
                best, value = tried.chosen, gained
        # A choice with a site outside this set has an upper bound below the incumbent.
        possible = relaxed.used | (relaxed.loss <= bound - value + _TOLERANCE / scale)
        if not (possible & ~core).any():
            bound = min(bound, max(tried.bound, value))
            break
        if not tried.proven:
            break
        core = core | possible
    if bound - value <= _TOLERANCE / scale:
        bound = value
    return Solution(best, value, bound, relaxed.bound)


@dataclass(frozen=True, eq=False)
class _Relaxation:
    """Attributes: `bound`; `used`: sites bought at least in part; `loss`: reduced cost of taking a site that is not bought."""

    bound: float
    used: NDArray[np.bool_]
    loss: NDArray[np.float64]

    def near(self, core: NDArray[np.bool_], more: int) -> NDArray[np.bool_]:
        """Return the core extended by the `more` sites with the smallest loss."""
        nearest = np.argsort(np.where(core, np.inf, self.loss), kind="stable")[:more]
        wider = core.copy()
        wider[nearest] = True
        return wider


@dataclass(frozen=True, eq=False)
class _Trial:
    chosen: NDArray[np.bool_] | None
    bound: float
    proven: bool


class _Model:
    """Model that maximises the weight of reached groups: a group counts in proportion to its bought sites, at most once.

    Groups that only one site reaches are added to that site's gain and need no variable. Costs are divided by their greatest
    common divisor, so that the budget is a smaller integer. If the solver's tolerance still exceeds the budget, a constraint
    forbids that combination of sites.
    """

    def __init__(self, reach: ReachMatrix, costs: NDArray[np.int64], budget: int, scale: float) -> None:
        alone = np.diff(reach.covers.indptr) == 1
        shared = reach.covers[~alone]
        groups, self.sites = shared.shape
        unit = max(math.gcd(*costs.tolist()), 1)
        own = np.asarray(reach.covers[alone].T @ reach.weights[alone])
        self.groups, self.scale = groups, scale
        self.objective = -scale * np.concatenate([own, reach.weights[~alone]])
        money = np.concatenate([costs // unit, np.zeros(groups, dtype=np.int64)]).astype(np.float64)
        self.rows = csr_array(
            vstack([hstack([-shared, eye_array(groups)]), csr_array(money.reshape(1, -1))])
            if groups
            else csr_array(money.reshape(1, -1))
        )
        self.limits = np.concatenate([np.zeros(groups), [budget // unit]])

    def relaxation(self, until: float) -> _Relaxation | None:
        """Solve the linear relaxation; None if time runs out."""
        options = {"time_limit": max(until - time.monotonic(), 0.1)}
        done = linprog(self.objective, A_ub=self.rows, b_ub=self.limits, bounds=(0, 1), method="highs", options=options)
        if done.status != 0:
            return None
        return _Relaxation(
            -float(done.fun) / self.scale,
            np.asarray(done.x[: self.sites] > _PART),
            np.maximum(np.asarray(done.lower.marginals[: self.sites], dtype=np.float64), 0.0) / self.scale,
        )

    def forbid(self, together: NDArray[np.intp]) -> None:
        """Add a constraint that not all of these sites are bought together."""
        row = csr_array(
            (np.ones(len(together)), (np.zeros(len(together), dtype=np.intp), together)),
            shape=(1, self.rows.shape[1]),
        )
        self.rows = csr_array(vstack([self.rows, row]))
        self.limits = np.append(self.limits, len(together) - 1)

    def whole(self, until: float) -> tuple[NDArray[np.bool_] | None, float, bool]:
        """Solve with whole sites; return the choice, the bound, and whether the choice is proven optimal."""
        done = milp(
            self.objective,
            constraints=LinearConstraint(self.rows, -np.inf, self.limits),
            integrality=np.concatenate([np.ones(self.sites), np.zeros(self.groups)]),
            bounds=Bounds(0, 1),
            # HiGHS restarts presolve inside the search and once proved a wrong optimum that way; see ADR 0019.
            options={"time_limit": max(until - time.monotonic(), 0.1), "mip_rel_gap": 0.0, "presolve": False},
        )
        chosen = None if done.x is None else np.asarray(np.round(done.x[: self.sites]) > 0)
        bound = np.inf if done.mip_dual_bound is None else -float(done.mip_dual_bound) / self.scale
        return chosen, bound, done.status == 0


def _too_dear(costs: NDArray[np.int64], part: NDArray[np.bool_], budget: int) -> NDArray[np.intp]:
    """Return the fewest sites of a choice that exceed the budget by themselves, most expensive first."""
    chosen = np.flatnonzero(part)
    dearest = chosen[np.argsort(-costs[chosen], kind="stable")]
    needed = int(np.argmax(np.cumsum(costs[dearest]) > budget)) + 1
    return dearest[:needed]


def _core(
    reach: ReachMatrix, costs: NDArray[np.int64], budget: int, core: NDArray[np.bool_], scale: float, until: float
) -> _Trial:
    """Solve for the sites of the core only."""
    sites = np.flatnonzero(core)
    model = _Model(merge_cells(reach.covers[:, sites], reach.weights), costs[sites], budget, scale)
    part, bound, proven = model.whole(until)
    while part is not None and int(costs[sites][part].sum()) > budget and time.monotonic() < until:
        model.forbid(_too_dear(costs[sites], part, budget))
        part, bound, proven = model.whole(until)
    if part is None or int(costs[sites][part].sum()) > budget:
        return _Trial(None, bound, proven=False)
    chosen = np.zeros(len(core), dtype=np.bool_)
    chosen[sites[part]] = True
    return _Trial(chosen, bound, proven)
