"""The sites that gain most within a budget: maximum coverage, by linear and whole-number programming.

First the linear relaxation (parts of sites may be bought) gives a bound that no choice can pass, and for every site what
taking it would cost the bound. Sites that cannot be in any better choice than the one at hand are left out; what remains, the
core, is small and is solved exactly. This is what makes a city quick, and the bound is a second opinion on the solver's proof.
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

_BESIDE: Final = 40  # sites that are looked at first, beside those of the relaxation
_TOTAL: Final = 1e6  # what all weights are brought to, so that the solver's tolerances mean the same everywhere
_TOLERANCE: Final = 1e-3  # of that total, a billionth: the solver adds up in floating point
_PART: Final = 1e-7  # of a site that counts as none of it


@dataclass(frozen=True, eq=False)
class Solution:
    """A choice of sites, and how much better another could be.

    Attributes:
        chosen: Which sites.
        gained: The weight they reach.
        bound: What no choice within the budget can pass, as far as it was proven.
        relaxed: The bound of the linear relaxation, from a solve of its own; None where time ran out before.
    """

    chosen: NDArray[np.bool_]
    gained: float
    bound: float
    relaxed: float | None


def solve(reach: ReachMatrix, costs: NDArray[np.int64], budget: int, seconds: float) -> Solution:
    """Return the sites that gain most within the budget, as good as can be found in so many seconds.

    Args:
        reach: What each site would gain.
        costs: What each site costs, in whole units of money.
        budget: In whole units of money.
        seconds: When to stop. What was found by then is returned, with its bound.
    """
    until = time.monotonic() + seconds
    some = np.flatnonzero((costs <= budget) & (np.asarray(reach.covers.sum(axis=0)) > 0))
    found = np.zeros(reach.sites, dtype=np.bool_)
    found[[pick.site for pick in greedy_order(reach, costs, budget, some.tolist())]] = True
    if not some.size or int(costs[some].sum()) <= budget:
        gained = reach.gained(found)
        return Solution(found, gained, gained, gained)
    small = merge_cells(reach.covers[:, some], reach.weights)
    told = _within(small, costs[some], budget, found[some], until)
    chosen = np.zeros(reach.sites, dtype=np.bool_)
    chosen[some] = told.chosen
    return Solution(chosen, reach.gained(chosen), told.bound, told.relaxed)


def _within(
    reach: ReachMatrix, costs: NDArray[np.int64], budget: int, best: NDArray[np.bool_], until: float
) -> Solution:
    """Return the best choice, beginning with one that is known."""
    value = reach.gained(best)
    bound = min(most_possible(reach, costs, budget, np.flatnonzero(each).tolist()) for each in (best, best & False))
    scale = _TOTAL / float(reach.weights.sum())
    model = _Model(reach, costs, budget, scale)
    relaxed = model.relaxation(until)
    if relaxed is None:
        return Solution(best, value, max(bound, value), None)
    bound = min(bound, relaxed.bound)
    core = relaxed.near(relaxed.used, _BESIDE)
    while bound - value > _TOLERANCE / scale and time.monotonic() < until:
        tried = _core(reach, costs, budget, core, scale, until)
        if tried.chosen is not None:
            gained = reach.gained(tried.chosen)
            if gained > value:
                best, value = tried.chosen, gained
        # Whoever is not in here would push the bound below what is at hand.
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
    """Attributes: `bound`; `used`: sites bought at least in part; `loss`: what taking a site not bought costs the bound."""

    bound: float
    used: NDArray[np.bool_]
    loss: NDArray[np.float64]

    def near(self, core: NDArray[np.bool_], more: int) -> NDArray[np.bool_]:
        """Return a core and so many sites more, those with the smallest loss."""
        beside = np.argsort(np.where(core, np.inf, self.loss), kind="stable")[:more]
        wider = core.copy()
        wider[beside] = True
        return wider


@dataclass(frozen=True, eq=False)
class _Trial:
    chosen: NDArray[np.bool_] | None
    bound: float
    proven: bool


class _Model:
    """Maximise the weight of reached groups: a group counts as far as the sites that reach it are bought, and once at most.

    Groups that one site alone reaches are gain of that site and need no variable. Costs are divided by what they have in
    common, so that the budget is a smaller whole number; where the solver's tolerance overdraws it all the same, the sites that
    are too dear together are forbidden together.
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
        """Solve it with parts of sites; None where time runs out."""
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
        """Forbid that all of some sites are bought together."""
        row = csr_array(
            (np.ones(len(together)), (np.zeros(len(together), dtype=np.intp), together)),
            shape=(1, self.rows.shape[1]),
        )
        self.rows = csr_array(vstack([self.rows, row]))
        self.limits = np.append(self.limits, len(together) - 1)

    def whole(self, until: float) -> tuple[NDArray[np.bool_] | None, float, bool]:
        """Solve it with whole sites; return the choice, the bound, and whether both are the same."""
        done = milp(
            self.objective,
            constraints=LinearConstraint(self.rows, -np.inf, self.limits),
            integrality=np.concatenate([np.ones(self.sites), np.zeros(self.groups)]),
            bounds=Bounds(0, 1),
            # Its presolve starts over inside the search, and once proved a wrong optimum that way; see ADR 19.
            options={"time_limit": max(until - time.monotonic(), 0.1), "mip_rel_gap": 0.0, "presolve": False},
        )
        chosen = None if done.x is None else np.asarray(np.round(done.x[: self.sites]) > 0)
        bound = np.inf if done.mip_dual_bound is None else -float(done.mip_dual_bound) / self.scale
        return chosen, bound, done.status == 0


def _too_dear(costs: NDArray[np.int64], part: NDArray[np.bool_], budget: int) -> NDArray[np.intp]:
    """Return sites of a choice that passes the budget which pass it already without any other, the dearest first."""
    chosen = np.flatnonzero(part)
    dearest = chosen[np.argsort(-costs[chosen], kind="stable")]
    needed = int(np.argmax(np.cumsum(costs[dearest]) > budget)) + 1
    return dearest[:needed]


def _core(
    reach: ReachMatrix, costs: NDArray[np.int64], budget: int, core: NDArray[np.bool_], scale: float, until: float
) -> _Trial:
    """Solve for the sites of a core alone."""
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
