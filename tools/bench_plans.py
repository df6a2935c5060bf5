"""Time a plan for a city of 1,000 sites and 100,000 cells, compared with plain greedy and with the solver alone.

The cities are made up: sites lie in clusters, as parks do, reach what lies within their radius, and children live denser
near the clusters. Every run is the same city (the seed is fixed). Wall seconds, median of the rounds. With `--alone` the solver
gets the whole problem as well, and twelve times the limit.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack
from scipy.spatial import cKDTree

from rba_audit.cli.plan_files import quiet
from rba_audit.plans import CityPlan, city_plan
from rba_audit.plans.cell_groups import merge_cells
from rba_audit.plans.greedy_order import greedy_order
from rba_audit.plans.minimum_cost import Candidate, cheapest_remedies

SITES, CELLS = 1_000, 100_000
SIDE_M = 16_000.0
ROUNDS = 3
SECONDS = 5.0
UNIT = 5_000_000  # rupiah


@dataclass(frozen=True)
class City:
    """A made-up city; `radii` are the metres that its sites reach, in shares of 40, 30, 20 and 10 percent."""

    name: str
    seed: int
    radii: tuple[float, float, float, float]

    def made(self) -> tuple[list[int], csr_array, NDArray[np.float64]]:
        """Return costs, cells × sites, and children in each cell."""
        chance = np.random.default_rng(self.seed)
        side = int(np.ceil(CELLS**0.5))
        line = (np.arange(side) + 0.5) * SIDE_M / side
        cells = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)[:CELLS]
        centres = chance.uniform(0, SIDE_M, (40, 2))
        sites = np.clip(centres[chance.integers(40, size=SITES)] + chance.normal(0, 900, (SITES, 2)), 0, SIDE_M)
        away = cKDTree(centres).query(cells)[0]
        children = chance.poisson(12 * np.exp(-away / 1_500) + 0.5).astype(np.float64)
        reached = cKDTree(cells).query_ball_point(sites, chance.choice(self.radii, size=SITES, p=(0.4, 0.3, 0.2, 0.1)))
        ends = np.cumsum([0, *(len(each) for each in reached)])
        covers = csc_array(
            (
                np.ones(ends[-1], dtype=np.bool_),
                np.concatenate([np.array(each, dtype=np.int64) for each in reached]),
                ends,
            ),
            shape=(CELLS, SITES),
        )
        return (chance.integers(2, 220, size=SITES) * UNIT).tolist(), csr_array(covers), children


CITIES = (
    City("walks of 300–1,000 m", 0, (300, 400, 600, 1_000)),
    City("walks of 600–1,500 m", 0, (600, 800, 1_000, 1_500)),
)


def main() -> None:
    """Print the tables."""
    alone = "--alone" in sys.argv
    print(f"{SITES:,} sites, {CELLS:,} cells; a limit of {SECONDS:g} s; wall seconds, median of {ROUNDS}")
    print(
        f"{'city':<24}{'budget':>8}{'covered':>10}{'greedy':>10}{'less':>8}{'gap':>9}{'LP gap':>9}{'s':>7}{'greedy s':>10}"
    )
    for city in CITIES:
        costs, covers, children = city.made()
        for share in (0.005, 0.02, 0.05, 0.1):
            _row(city, share, costs, covers, children, alone)
    _site()


def _row(
    city: City, share: float, costs: list[int], covers: csr_array, children: NDArray[np.float64], alone: bool
) -> None:
    budget, nobody = int(sum(costs) * share) // UNIT * UNIT, np.zeros(CELLS, dtype=np.bool_)
    times, greedy_times, plans = [], [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        with quiet():
            plans.append(city_plan(costs, covers, children, nobody, budget, seconds=SECONDS))
        times.append(time.perf_counter() - started)
        started = time.perf_counter()
        greedy_order(merge_cells(covers, children), np.array(costs), budget, range(SITES))
        greedy_times.append(time.perf_counter() - started)
    plan: CityPlan = min(plans, key=lambda each: each.gained)
    lp = "–" if plan.relaxed_gap is None else f"{plan.relaxed_gap:.3%}"
    print(
        f"{city.name:<24}{share:>8.1%}{plan.gained:>10,.0f}{plan.greedy_gained:>10,.0f}"
        f"{1 - plan.greedy_gained / plan.gained:>8.2%}{max(each.gap for each in plans):>9.3%}{lp:>9}"
        f"{statistics.median(times):>7.2f}{statistics.median(greedy_times):>10.2f}",
        flush=True,
    )
    if alone:
        with quiet():
            told = _alone(costs, covers, children, budget)
        print(f"{'  solver left to itself':<24}{told}", flush=True)


def _alone(costs: list[int], covers: csr_array, children: NDArray[np.float64], budget: int) -> str:
    """Give the whole problem to the solver, with merged cells but without a core, and twelve times the limit."""
    reach = merge_cells(covers, children)
    groups = len(reach.weights)
    money = np.concatenate([np.array(costs) / UNIT, np.zeros(groups)]).reshape(1, -1)
    started = time.perf_counter()
    done = milp(
        -np.concatenate([np.zeros(SITES), reach.weights]),
        constraints=LinearConstraint(
            csr_array(vstack([hstack([-reach.covers, eye_array(groups)]), csr_array(money)])),
            -np.inf,
            np.concatenate([np.zeros(groups), [budget / UNIT]]),
        ),
        integrality=np.concatenate([np.ones(SITES), np.zeros(groups)]),
        bounds=Bounds(0, 1),
        options={"time_limit": 12 * SECONDS, "mip_rel_gap": 0.0},
    )
    found = "nothing" if done.x is None else f"{-done.fun:,.0f}, gap {done.mip_gap:.3%}"
    return f"{found}, {time.perf_counter() - started:.1f} s"


def _site() -> None:
    """Time the plan of one site, counted and by the solver."""
    chance = np.random.default_rng(1)
    candidates = [
        Candidate(place, int(gain), int(cost))
        for place, (gain, cost) in enumerate(
            zip(chance.choice([2, 5], 146), chance.choice([0, 5, 50, 200], 146), strict=True)
        )
    ]
    needed = sum(each.gain for each in candidates) // 2
    started = time.perf_counter()
    for _ in range(100):
        counted = cheapest_remedies(candidates, needed)
    ours = (time.perf_counter() - started) / 100
    started = time.perf_counter()
    solved = milp(
        [each.cost for each in candidates],
        constraints=LinearConstraint([[each.gain for each in candidates]], needed, np.inf),
        integrality=np.ones(len(candidates)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    theirs = time.perf_counter() - started
    if counted is None or sum(each.cost for each in counted) != round(solved.fun):
        raise SystemExit("the two ways to the cheapest remedies disagree")
    print(
        f"\none site, {len(candidates)} remedies: counted {1000 * ours:.2f} ms, solver {1000 * theirs:.2f} ms, same cost"
    )


if __name__ == "__main__":
    main()
