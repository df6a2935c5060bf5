"""Agreement of two auditors, against tables worked by hand."""

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from helpers.effort import cases
from helpers.work import work_of
from rba_audit.agreement import (
    KNOWN,
    AuditorVisit,
    agreements,
    independent_pairs,
    kappa_of,
    least_agreement,
    overlapping_pairs,
    pairs_of,
    read_differently,
)
from rba_audit.standard import OUTCOMES
from rba_audit.standard.policies import shipped_policies

C, P, D, N, U = (
    OUTCOMES.index(word) for word in ("conforms", "partial", "does_not_conform", "not_applicable", "undetermined")
)


def test_kappa_of_two_by_two_is_what_the_fractions_say():
    # 50 pairs; both yes 20, both no 15. Observed 35/50; by chance (25·30 + 25·20)/2500 = 1/2; kappa (7/10 − 1/2)/(1/2).
    kappa, error = kappa_of([[20, 5], [10, 15]])

    assert kappa == float(Fraction(2, 5))
    # Diagonal 2/5·(1−11/10·3/5)² + 3/10·(1−9/10·3/5)² = 2/5·(17/50)² + 3/10·(23/50)² = 2743/25000.
    # Off it (3/5)²·(1/10·(3/5+1/2)² + 1/5·(1/2+2/5)²) = 9/25·(121/1000 + 162/1000) = 2547/25000.
    # Less (2/5 − 1/2·3/5)² = 1/100; over 50·(1/2)².
    variance = (Fraction(2743, 25000) + Fraction(2547, 25000) - Fraction(1, 100)) / Fraction(25, 2)
    assert error == pytest.approx(float(variance) ** 0.5, rel=1e-12)


def test_kappa_of_three_by_three_is_what_the_fractions_say():
    # 100 pairs; rows 50, 30, 20; columns 45, 35, 20. Observed 79/100; by chance (2250 + 1050 + 400)/10000 = 37/100.
    kappa, error = kappa_of([[40, 7, 3], [4, 24, 2], [1, 4, 15]])

    assert kappa == pytest.approx(float(Fraction(42, 63)), rel=1e-15)
    k = Fraction(42, 63)
    table = [[40, 7, 3], [4, 24, 2], [1, 4, 15]]
    rows, columns = [50, 30, 20], [45, 35, 20]
    on = sum(Fraction(table[i][i], 100) * (1 - Fraction(rows[i] + columns[i], 100) * (1 - k)) ** 2 for i in range(3))
    off = (1 - k) ** 2 * sum(
        Fraction(table[i][j], 100) * Fraction(columns[i] + rows[j], 100) ** 2
        for i in range(3)
        for j in range(3)
        if i != j
    )
    variance = (on + off - (k - Fraction(37, 100) * (1 - k)) ** 2) / (100 * Fraction(63, 100) ** 2)
    assert error == pytest.approx(float(variance) ** 0.5, rel=1e-12)


def test_full_agreement_is_one_without_error():
    assert kappa_of([[5, 0], [0, 7]]) == (1.0, 0.0)


def test_no_better_than_chance_is_zero():
    assert kappa_of([[9, 3], [3, 1]])[0] == 0.0


def test_full_disagreement_is_minus_one():
    assert kappa_of([[0, 4], [4, 0]])[0] == -1.0


@pytest.mark.parametrize("table", [[[7, 0], [0, 0]], [[0, 0], [0, 1]], [[0, 0], [0, 0]]])
def test_kappa_without_any_variation_is_undefined_and_neither_nought_nor_one(table):
    assert kappa_of(table) == (None, None)


def test_a_pair_with_an_open_outcome_is_counted_apart(standard):
    first = np.array([[C, C, D, U, U]], dtype=np.int8)
    second = np.array([[C, D, D, D, U]], dtype=np.int8)

    (found,) = agreements(standard.requirements[:1], first, second)

    assert (found.pairs, found.open, found.observed) == (3, 2, pytest.approx(2 / 3))
    assert found.differing == (("does_not_conform", "conforms", 1),)
    assert found.kappa == pytest.approx(float(Fraction(2, 5)))  # (2/3 − 4/9) / (1 − 4/9)


def test_all_four_outcomes_are_categories_of_their_own(standard):
    row = np.array([[C, P, D, N]], dtype=np.int8)

    (found,) = agreements(standard.requirements[:1], row, row)

    assert found.table == ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    assert (found.kappa, len(KNOWN)) == (1.0, 4)


def test_each_requirement_has_a_table_of_its_own(standard):
    first = np.array([[C, D, C], [C, C, C]], dtype=np.int8)
    second = np.array([[C, D, C], [D, C, C]], dtype=np.int8)

    one, two = agreements(standard.requirements[:2], first, second)

    assert (one.observed, one.kappa) == (1.0, 1.0)
    assert (two.observed, two.kappa) == (pytest.approx(2 / 3), 0.0)


def test_without_a_pair_nothing_is_said(standard):
    none = np.zeros((1, 0), dtype=np.int8)

    (found,) = agreements(standard.requirements[:1], none, none)

    assert (found.pairs, found.open, found.observed, found.kappa, found.error) == (0, 0, None, None, None)


def reading(chain, author, day, site="a"):
    return AuditorVisit(chain, site, author, date(2026, 11, day), 0)


def pairs(*readings, window=7):
    return [(one.chain, two.chain) for one, two in pairs_of(readings, window)]


def test_two_auditors_of_one_site_within_the_window_are_a_double_audit():
    assert pairs(reading("2", "siti", 10), reading("1", "budi", 3)) == [("1", "2")]


def test_one_day_more_than_the_window_is_none():
    assert pairs(reading("1", "budi", 3), reading("2", "siti", 11)) == []


def test_the_same_auditor_twice_or_two_sites_are_none():
    assert pairs(reading("1", "budi", 3), reading("2", "budi", 3)) == []
    assert pairs(reading("1", "budi", 3), reading("2", "siti", 3, site="b")) == []


def test_three_auditors_are_three_pairs_and_the_near_one_is_not_hidden_by_the_far_one():
    assert pairs(reading("1", "budi", 1), reading("2", "siti", 8), reading("3", "dewi", 9)) == [("1", "2"), ("2", "3")]
    assert len(pairs(reading("1", "budi", 1), reading("2", "siti", 1), reading("3", "dewi", 1))) == 3


def test_of_pairs_that_share_a_visit_the_nearest_is_kept_then_the_earliest():
    budi, siti, rina = reading("1", "budi", 3), reading("2", "siti", 5), reading("3", "rina", 6)
    found = pairs_of([budi, siti, rina, reading("4", "budi", 20), reading("5", "siti", 21)], 7)

    assert [(one.chain, two.chain) for one, two in found] == [("1", "2"), ("1", "3"), ("2", "3"), ("4", "5")]
    assert overlapping_pairs(found) == 3
    assert [found[at][0].chain for at in independent_pairs(found)] == ["2", "4"]
    same = pairs_of([reading("1", "budi", 3), reading("2", "siti", 5), reading("3", "budi", 7)], 7)
    assert [(same[at][0].chain, same[at][1].chain) for at in independent_pairs(same)] == [("1", "2")]
    assert (independent_pairs([]), overlapping_pairs([])) == ([], 0)


def test_no_visit_stands_twice_and_no_pair_could_be_added_whatever_the_pairs():
    for seed in range(cases(50, 2000)):
        chance = random.Random(seed)
        readings = [
            reading(str(number), chance.choice("abc"), chance.randint(1, 28), chance.choice("xy"))
            for number in range(20)
        ]
        found = pairs_of(readings, 7)
        chance.shuffle(found)
        kept = [{each.chain for each in found[at]} for at in independent_pairs(found)]
        used = set().union(*kept)

        assert len(used) == 2 * len(kept)
        assert all(used & {one.chain, two.chain} for one, two in found)


def test_read_differently_needs_enough_pairs_and_a_kappa_below_the_limit(standard):
    shipped = shipped_policies().agreement
    kappa, pairs = replace(shipped.kappa, value=0.4), replace(shipped.minimum_pairs, value=50)
    bounds = replace(shipped, kappa=kappa, minimum_pairs=pairs)

    def of(table, times):
        first = [C] * (table[0][0] + table[0][1]) + [D] * (table[1][0] + table[1][1])
        second = [C] * table[0][0] + [D] * table[0][1] + [C] * table[1][0] + [D] * table[1][1]
        return agreements(
            standard.requirements[:1], np.array([first * times], np.int8), np.array([second * times], np.int8)
        )

    assert read_differently(of([[20, 5], [10, 15]], 1), bounds) == []  # kappa is the limit itself
    assert read_differently(of([[20, 6], [10, 14]], 1), bounds) != []
    assert read_differently(of([[10, 3], [5, 7]], 1), bounds) == []  # 25 pairs are too few to say so
    assert read_differently(of([[7, 0], [0, 0]], 10), bounds) == []  # undefined is not low


def test_least_agreement_names_no_requirement_two_people_never_differed_about(standard):
    first = np.array([[C, C], [C, C], [D, C]], dtype=np.int8)
    second = np.array([[C, C], [D, C], [C, D]], dtype=np.int8)

    found = least_agreement(agreements(standard.requirements[:3], first, second), shipped_policies().agreement)

    assert [each.requirement.id for each in found] == [standard.requirements[2].id, standard.requirements[1].id]


def test_the_limits_are_data_with_their_sources():
    bounds = shipped_policies().agreement

    kappa, error = bounds.titles
    assert bounds.kappa.value == 0.6
    assert "Landis" in kappa.en
    assert "Fleiss" in error.en
    assert bounds.window_days.value > 0
    assert bounds.minimum_pairs.value > 1


def test_the_work_for_a_thousand_pairs_grows_no_faster_than_their_number(standard):
    chance = np.random.default_rng(1)
    shape = (len(standard.requirements), 1000)
    first, second = (chance.integers(0, len(OUTCOMES), shape).astype(np.int8) for _ in range(2))

    found = agreements(standard.requirements, first, second)

    assert all(each.pairs + each.open == 1000 for each in found)
    few, many = (
        work_of(lambda n=n: agreements(standard.requirements, first[:, :n], second[:, :n])) for n in (250, 1000)
    )
    assert many.calls <= few.calls * 1.1
    assert many.peak < few.peak * 6
