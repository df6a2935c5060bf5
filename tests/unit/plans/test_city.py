"""A city's plan covers the most there is to cover for its budget, says how sure that is, and what a site is worth to it."""

import random
from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from helpers.effort import cases, over_seeds
from rba_audit.errors import EvidenceError, SiteError
from rba_audit.plans import city_plan, plans_by_budget, without_site
from rba_audit.plans.cell_groups import merge_cells
from rba_audit.plans.greedy_order import greedy_order, most_possible
from rba_audit.plans.solver import solve


def random_city(seed, sites=10, cells=30, unpriced=True):
    chance = np.random.default_rng(seed)
    covers = chance.random((cells, sites)) < chance.choice([0.1, 0.25, 0.5])
    costs = [int(each) for each in chance.integers(0, 9, sites) * 5_000_000]
    weights = chance.choice([0, 1, 3, 7.5, 20], cells).astype(float)
    covered = chance.random(cells) < 0.2
    known = [None if unpriced and chance.random() < 0.1 else cost for cost in costs]
    return known, csr_array(covers), weights, covered, int(chance.integers(0, 40)) * 1_000_000


def value(chosen, covers, weights, covered):
    reached = np.asarray(covers.toarray()[:, list(chosen)].any(axis=1))
    return float(weights[reached & ~covered].sum())


def brute_force(costs, covers, weights, covered, budget, refused=()):
    usable = [site for site, cost in enumerate(costs) if cost is not None and str(site) not in refused]
    return max(
        value(chosen, covers, weights, covered)
        for size in range(len(usable) + 1)
        for chosen in combinations(usable, size)
        if sum(costs[site] for site in chosen) <= budget
    )


def test_on_random_small_cities_nothing_that_can_be_afforded_covers_more():
    for seed in range(cases(80, 4000)):
        costs, covers, weights, covered, budget = random_city(seed, sites=random.Random(seed).randint(1, 10))

        plan = city_plan(costs, covers, weights, covered, budget)

        assert plan.gained == pytest.approx(brute_force(costs, covers, weights, covered, budget)), seed
        assert plan.proven, seed
        assert plan.cost <= budget
        positions = [each.position for each in plan.chosen]
        assert plan.gained == pytest.approx(value(positions, covers, weights, covered))
        assert plan.cost == sum(costs[each] for each in positions)


@over_seeds(40, 800)
def test_a_plan_without_one_of_its_sites_is_the_best_without_it_and_says_what_is_lost(seed):
    costs, covers, weights, covered, budget = random_city(seed, sites=8)
    plan = city_plan(costs, covers, weights, covered, budget)

    for each in plan.chosen:
        loss = without_site(plan, each.site)
        best = brute_force(costs, covers, weights, covered, budget, refused={each.site})
        assert loss.lost == pytest.approx(plan.gained - best)
        assert loss.lost >= -1e-9
        names = {one.site for one in plan.chosen}
        assert {one.site for one in loss.plan.chosen} == names - {each.site} - set(loss.dropped) | set(loss.instead)


@over_seeds(30, 600)
def test_the_order_adds_up_and_gives_every_site_what_it_adds_to_those_before_it(seed):
    costs, covers, weights, covered, budget = random_city(seed)
    plan = city_plan(costs, covers, weights, covered, budget)

    so_far = 0.0
    for number, each in enumerate(plan.chosen, start=1):
        reached = value([one.position for one in plan.chosen[:number]], covers, weights, covered)
        assert each.gained == pytest.approx(reached - so_far)
        assert each.gained > 0
        assert each.gained_so_far == pytest.approx(reached)
        assert each.cost_so_far == sum(one.cost for one in plan.chosen[:number])
        so_far = reached
    assert plan.greedy_gained <= plan.gained + 1e-9


@over_seeds(60, 1200)
def test_the_quick_bound_is_never_below_what_can_be_had(seed):
    costs, covers, weights, covered, budget = random_city(seed, sites=8, unpriced=False)
    reach, prices = merge_cells(covers, np.where(covered, 0.0, weights)), np.array(costs)
    best = brute_force(costs, covers, weights, covered, budget)
    greedy = [pick.site for pick in greedy_order(reach, prices, budget, range(8))]

    assert most_possible(reach, prices, budget, []) >= best - 1e-9
    assert most_possible(reach, prices, budget, greedy) >= best - 1e-9


def test_cells_that_the_same_sites_reach_become_one_and_nothing_is_lost():
    chance = np.random.default_rng(5)
    covers = chance.random((4_000, 6)) < 0.4
    weights = chance.integers(0, 9, 4_000).astype(float)
    reach = merge_cells(csr_array(covers), weights)

    rows = [tuple(row) for row in reach.covers.toarray().astype(bool).tolist()]
    assert len(set(rows)) == len(rows)
    wanted = {}
    for row, weight in zip(covers.tolist(), weights.tolist(), strict=True):
        if any(row) and weight:
            wanted[tuple(row)] = wanted.get(tuple(row), 0) + weight
    assert dict(zip(rows, reach.weights.tolist(), strict=True)) == wanted


def test_looking_ahead_beats_taking_the_best_bargain_first():
    # The bargain leaves too little for the site that would have covered all.
    covers = csr_array(np.array([[1, 0], [1, 1]], dtype=bool))
    plan = city_plan([100, 10], covers, np.array([60.0, 30.0]), np.array([False, False]), 100, names=["large", "small"])

    assert [each.site for each in plan.chosen] == ["large"]
    assert [each.site for each in plan.greedy] == ["small"]
    assert (plan.gained, plan.greedy_gained) == (90, 30)


def test_with_no_budget_only_what_costs_nothing_is_chosen():
    covers = csr_array(np.eye(3, dtype=bool))
    weights, nobody = np.array([5.0, 6.0, 7.0]), np.zeros(3, dtype=bool)

    nothing = city_plan([10, 20, 30], covers, weights, nobody, 0)
    free = city_plan([10, 0, 30], covers, weights, nobody, 0)

    assert (nothing.chosen, nothing.gained, nothing.cost, nothing.gap) == ((), 0, 0, 0)
    assert ([each.site for each in free.chosen], free.gained, free.cost) == (["1"], 6, 0)


def test_a_site_without_a_price_is_listed_and_never_chosen_and_so_is_one_beyond_the_budget():
    covers = csr_array(np.eye(3, dtype=bool))
    plan = city_plan(
        [None, 500, 50], covers, np.array([100.0, 80.0, 1.0]), np.zeros(3, dtype=bool), 60, names=["a", "b", "c"]
    )

    assert (plan.not_priced, plan.too_dear) == (("a",), ("b",))
    assert [each.site for each in plan.chosen] == ["c"]
    assert (plan.within_reach, plan.everybody) == (81, 181)


def test_cells_covered_already_are_not_gained_again():
    plan = city_plan([1], csr_array(np.ones((2, 1), dtype=bool)), np.array([4.0, 9.0]), np.array([True, False]), 1)

    assert (plan.already, plan.gained) == (4, 9)


def test_a_refused_site_is_not_used_and_one_that_is_not_there_is_an_error():
    covers = csr_array(np.ones((1, 2), dtype=bool))
    plan = city_plan([1, 2], covers, np.ones(1), np.zeros(1, dtype=bool), 5, names=["a", "b"], refused=frozenset({"a"}))

    assert [each.site for each in plan.chosen] == ["b"]
    with pytest.raises(SiteError, match="c"):
        without_site(plan, "c")


@pytest.mark.parametrize(
    ("costs", "weights", "budget"),
    [([1], [1.0, 2.0], 5), ([1, 1], [np.nan], 5), ([1, 1], [-1.0], 5), ([1, -1], [1.0], 5), ([1, 1], [1.0], -1)],
)
def test_numbers_that_cannot_be_are_refused(costs, weights, budget):
    covers = csr_array(np.ones((1, 2), dtype=bool))

    with pytest.raises(EvidenceError):
        city_plan(costs, covers, np.array(weights), np.zeros(1, dtype=bool), budget)


def test_more_budget_never_covers_less():
    costs, covers, weights, covered, _ = random_city(7, sites=10, unpriced=False)
    plan = city_plan(costs, covers, weights, covered, 10_000_000)
    gains = [each.gained for each in plans_by_budget(plan, [0, 5_000_000, 20_000_000, 80_000_000, 10**12])]

    assert gains == sorted(gains)
    assert gains[-1] == pytest.approx(plan.within_reach)


def clustered(seed, sites, cells):
    """A city in which sites reach what lies around them."""
    chance = np.random.default_rng(seed)
    at, homes = chance.random((sites, 2)), chance.random((cells, 2))
    near = ((homes[:, None] - at[None]) ** 2).sum(axis=2) < chance.uniform(0.05, 0.12, sites) ** 2
    return chance.integers(1, 40, sites) * 5_000_000, csr_array(near), chance.integers(1, 30, cells).astype(float)


def test_a_middling_city_is_proven_and_the_two_bounds_agree_with_it():
    costs, covers, weights = clustered(3, 150, 4_000)
    plan = city_plan(costs.tolist(), covers, weights, np.zeros(4_000, dtype=bool), 900_000_000, seconds=60)

    assert plan.proven
    assert plan.bound == plan.gained
    assert 0 <= plan.relaxed_gap < 0.02
    assert plan.greedy_gained <= plan.gained


def test_out_of_time_the_greedy_choice_is_given_with_a_gap_that_is_honest():
    costs, covers, weights = clustered(3, 150, 4_000)
    nobody = np.zeros(4_000, dtype=bool)
    best = city_plan(costs.tolist(), covers, weights, nobody, 900_000_000, seconds=60)
    hurried = city_plan(costs.tolist(), covers, weights, nobody, 900_000_000, seconds=0)

    assert hurried.gained <= best.gained
    assert hurried.bound >= best.gained
    assert 0 < hurried.gap < 0.5
    assert not hurried.proven


def test_the_same_city_gives_the_same_plan():
    costs, covers, weights = clustered(4, 60, 1_500)
    reach = merge_cells(covers, weights)
    first, second = (solve(reach, costs, 400_000_000, 60) for _ in range(2))

    assert (first.chosen == second.chosen).all()
    assert first.gained == second.gained


def test_prices_of_any_size_beside_each_other_are_proven_and_never_overdraw_the_budget():
    covers, weights = csr_array(np.eye(3, dtype=bool)), np.array([3.0, 4.0, 5.0])

    plan = city_plan([50, 50, 10**10], covers, weights, np.zeros(3, dtype=bool), 10**10)

    assert (plan.gained, plan.cost, plan.proven) == (7, 100, True)


def test_on_random_cities_with_prices_of_any_size_nothing_that_can_be_afforded_covers_more():
    for seed in range(cases(40, 400)):
        chance = random.Random(seed)
        costs, covers, weights, covered, _ = random_city(seed, sites=7, cells=15, unpriced=False)
        costs = [chance.choice([1, 7, 50, 10**6, 10**9, 10**10]) * chance.randint(1, 9) for _ in costs]
        budget = chance.choice([sum(costs) // 2, max(costs), max(costs) + 1])

        plan = city_plan(costs, covers, weights, covered, budget)

        assert plan.cost <= budget, seed
        assert plan.gained == pytest.approx(brute_force(costs, covers, weights, covered, budget)), seed
        assert plan.proven, seed
