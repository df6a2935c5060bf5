"""Plan of a city: the sites to upgrade within a budget that bring most children within reach.

A plan states the order of its sites, the gain of each, the optimality gap, and can be solved again without one of its sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.errors import EvidenceError, SiteError
from rba_audit.messages import say
from rba_audit.plans.cell_groups import merge_cells
from rba_audit.plans.greedy_order import GreedyStep, greedy_order

if TYPE_CHECKING:
    from scipy.sparse import csr_array, sparray

SECONDS: Final = 5.0


@dataclass(frozen=True, eq=False)
class CityCase:
    """Input of a city plan.

    Attributes:
        names: Ids of the sites.
        costs: Cost to make each site standard, in whole units of money; None if unknown or impossible.
        covers: Cells × sites, sparse: whether a cell would be covered if a site were standard.
        weights: Children (or people, or m²) in each cell.
        covered: Mask of the cells that are covered already.
    """

    names: tuple[str, ...]
    costs: tuple[int | None, ...]
    covers: csr_array
    weights: NDArray[np.float64]
    covered: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """A site of a city plan, in the order of upgrading.

    Attributes:
        position: Index of the site in the case.
        gained: Weight it adds to the sites before it; `gained_so_far` is the sum including them.
        cost: In whole units of money; `cost_so_far` is the sum including the sites before it.
    """

    site: str
    position: int
    gained: float
    cost: int
    gained_so_far: float
    cost_so_far: int


@dataclass(frozen=True, eq=False)
class CityPlan:
    """The sites to upgrade within a budget, with the proof of how good the choice is.

    Attributes:
        chosen: Sites in greedy order: the largest gain per cost next.
        gained: Weight newly covered by all chosen sites.
        cost: Cost of all chosen sites, in whole units of money.
        bound: Proven upper bound of the gain of any choice within the budget.
        gap: Optimality gap as a share of `bound`; 0 if the solver proved this choice optimal.
        relaxed_gap: Gap to the bound of the linear relaxation, from a separate solve; None if time ran out.
        greedy: The greedy choice among all sites, for comparison.
        already: Weight covered before the plan.
        within_reach: Weight that all sites with a cost would add.
        everybody: Weight of all cells.
        not_priced: Sites whose cost is unknown or that cannot be made standard; costs are never estimated.
        refused: Sites excluded by the request.
        too_dear: Sites that cost more than the whole budget.
    """

    budget: int
    chosen: tuple[PlannedSite, ...]
    gained: float
    cost: int
    bound: float
    gap: float
    relaxed_gap: float | None
    greedy: tuple[PlannedSite, ...]
    already: float
    within_reach: float
    everybody: float
    not_priced: tuple[str, ...]
    refused: tuple[str, ...]
    too_dear: tuple[str, ...]
    case: CityCase = field(repr=False)
    seconds: float = SECONDS

    @property
    def proven(self) -> bool:
        """Whether the choice is proven optimal within the budget."""
        return self.gap == 0

    @property
    def greedy_gained(self) -> float:
        """Weight newly covered by the greedy choice."""
        return self.greedy[-1].gained_so_far if self.greedy else 0.0


def city_plan(
    costs: Sequence[int | None],
    covers: sparray,
    weights: NDArray[np.float64],
    covered: NDArray[np.bool_],
    budget: int,
    *,
    names: Sequence[str] | None = None,
    refused: frozenset[str] = frozenset(),
    seconds: float = SECONDS,
) -> CityPlan:
    """Return the plan whose sites newly cover the largest weight within a budget.

    Args:
        costs: Cost to make each site standard, in whole units of money; None if unknown or impossible.
        covers: Cells × sites, sparse: whether a cell would be covered if a site were standard.
        weights: Children (or people, or m²) in each cell.
        covered: Mask of the cells that are covered already.
        budget: In whole units of money.
        names: Ids of the sites; default: their indices as text.
        refused: Ids of sites that the plan may not use.
        seconds: Time limit of the solver; the gap states what is unproven when it stops.

    Raises:
        EvidenceError: a cost, a weight or the budget is negative or not a number, or the lengths do not match the
            shape of `covers`.
        SiteError: a refused site is not among `names`.
    """
    from scipy.sparse import csr_array

    ids = tuple(names) if names is not None else tuple(str(site) for site in range(len(costs)))
    case = CityCase(
        ids, tuple(costs), csr_array(covers), np.asarray(weights, dtype=np.float64), np.asarray(covered, dtype=np.bool_)
    )
    _check(case, budget, refused)
    return plan_city(case, budget, refused, seconds)


def _check(case: CityCase, budget: int, refused: frozenset[str]) -> None:
    cells, sites = case.covers.shape
    if {sites} != {len(case.names), len(case.costs)} or {cells} != {len(case.weights), len(case.covered)}:
        raise EvidenceError(
            say(
                "{cells} cells and {sites} sites are named, but there is not one cost for each site and one weight for each cell; give all of them",
                cells=cells,
                sites=sites,
            )
        )
    if not (np.isfinite(case.weights).all() and (case.weights >= 0).all()):
        raise EvidenceError(say("A cell has a negative number of people, or none that can be read; correct it."))
    if budget < 0 or any(cost is not None and cost < 0 for cost in case.costs):
        raise EvidenceError(say("A cost or the budget is negative; correct it."))
    strange = sorted(refused - set(case.names))
    if strange:
        raise SiteError(say("No site has the id “{id}”, so it cannot be refused; look it up.", id=strange[0]))


def plan_city(case: CityCase, budget: int, refused: frozenset[str], seconds: float) -> CityPlan:
    """Return the plan for a checked case: the sites that newly cover most within a budget, without the refused ones."""
    from rba_audit.plans.solver import (
        solve,
    )  # imported here because SciPy's optimizer is slow to load and only this function needs it

    usable = [
        index
        for index, (name, cost) in enumerate(zip(case.names, case.costs, strict=True))
        if cost is not None and name not in refused
    ]
    costs = np.array([case.costs[index] for index in usable], dtype=np.int64)
    reach = merge_cells(case.covers[:, usable], np.where(case.covered, 0.0, case.weights))
    solved = solve(reach, costs, budget, seconds)
    chosen = greedy_order(reach, costs, budget, np.flatnonzero(solved.chosen).tolist())
    greedy = greedy_order(reach, costs, budget, range(len(usable)))

    def planned_sites(picks: Sequence[GreedyStep]) -> tuple[PlannedSite, ...]:
        gained = np.cumsum([pick.gained for pick in picks]).tolist()
        spent = np.cumsum([pick.cost for pick in picks], dtype=np.int64).tolist()
        return tuple(
            PlannedSite(case.names[usable[pick.site]], usable[pick.site], pick.gained, pick.cost, so_far, money)
            for pick, so_far, money in zip(picks, gained, spent, strict=True)
        )

    return CityPlan(
        budget=budget,
        chosen=planned_sites(chosen),
        gained=solved.gained,
        cost=sum(pick.cost for pick in chosen),
        bound=solved.bound,
        gap=_gap(solved.gained, solved.bound),
        relaxed_gap=None if solved.relaxed is None else _gap(solved.gained, solved.relaxed),
        greedy=planned_sites(greedy),
        already=float(case.weights[case.covered].sum()),
        within_reach=float(reach.weights.sum()),
        everybody=float(case.weights.sum()),
        not_priced=tuple(name for name, cost in zip(case.names, case.costs, strict=True) if cost is None),
        refused=tuple(name for name in case.names if name in refused),
        too_dear=tuple(case.names[index] for index, cost in zip(usable, costs.tolist(), strict=True) if cost > budget),
        case=case,
        seconds=seconds,
    )


def _gap(gained: float, bound: float) -> float:
    return max(bound - gained, 0.0) / bound if bound > 0 else 0.0


@dataclass(frozen=True, eq=False)
class SiteRemoval:
    """Effect of removing one site from a plan, solved again.

    Attributes:
        site: Id of the removed site.
        lost: Weight that is no longer covered.
        instead: Sites that are added.
        dropped: Other sites that leave the plan.
        plan: The plan without the site; its gap states how far the comparison is proven.
    """

    site: str
    lost: float
    instead: tuple[str, ...]
    dropped: tuple[str, ...]
    plan: CityPlan


def without_site(plan: CityPlan, site: str) -> SiteRemoval:
    """Return the effect of removing one site from a plan.

    Raises:
        SiteError: there is no such site.
    """
    refused = frozenset({*plan.refused, site})
    _check(plan.case, plan.budget, refused)
    anew = plan_city(plan.case, plan.budget, refused, plan.seconds)
    before, after = ([site.site for site in compared.chosen] for compared in (plan, anew))
    return SiteRemoval(
        site,
        plan.gained - anew.gained,
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after and name != site),
        anew,
    )


def plans_by_budget(plan: CityPlan, budgets: Sequence[int]) -> tuple[CityPlan, ...]:
    """Return the plans of the same case for other budgets, each solved separately."""
    return tuple(plan_city(plan.case, budget, frozenset(plan.refused), plan.seconds) for budget in budgets)
