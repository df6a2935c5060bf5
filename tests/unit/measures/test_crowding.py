"""Thousands of parts in one spot are left out and told; few are compared as ever."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.grounds import box, part, site, sites
from helpers.work import work_of
from rba_audit.evidence import MISSING
from rba_audit.measures import MeasurementInputs, measure_sites
from rba_audit.measures.crowding import REACH_M, crowded_sites
from rba_audit.messages import using_language
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())
PARK = site(box(-40, -40, 40, 40), parts_complete="yes")


@settings(max_examples=cases(50, 2000), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(0, 60)), max_size=14),
    st.integers(1, 60),
)
def test_pairs_are_counted_as_a_plain_count_does(drawn, most):
    site_of = np.array([each[0] for each in drawn], dtype=np.intp)
    shapes = np.array([shapely.Point(east, north) for _, east, north in drawn], dtype=object)
    plain = [
        sum(
            max(abs(one.x - other.x), abs(one.y - other.y)) <= REACH_M
            for one in shapes[site_of == at]
            for other in shapes[site_of == at]
        )
        for at in range(3)
    ]

    assert crowded_sites(site_of, shapes, 3, most).tolist() == [count > most for count in plain]


def swings(count, spread):
    return [
        part("equipment", box(at * spread, 0, at * spread + 1, 1), f"s{at}", "taman", type="swing", pivot_height_m=2)
        for at in range(count)
    ]


def test_a_thousand_items_in_one_spot_leave_open_what_they_would_answer():
    ground = MeasurementInputs(sites(PARK, *swings(1000, 0.001)), STANDARD)

    assert ground.parts("equipment").crowded.tolist() == [True]
    assert len(ground.parts("equipment")) == 0
    assert not ground.parts("equipment").complete[0]


def test_it_is_told_in_a_sentence_and_never_measured():
    with using_language("en"):
        found = measure_sites(sites(PARK, *swings(1000, 0.001)), STANDARD, [])
        gaps = [each for each in found if "lie in one spot" in str(each.account(0).text)]

    assert gaps
    assert all(each.codes[0] == MISSING for each in gaps)


def test_a_thousand_items_in_a_row_are_measured_as_ever():
    ground = MeasurementInputs(sites(PARK, *swings(1000, 5)), STANDARD)

    assert not ground.parts("equipment").crowded.any()
    assert len(ground.parts("equipment")) == 1000


def test_twice_as_many_in_one_spot_are_no_more_than_twice_the_work():
    few, many = (sites(PARK, *swings(count, 0.001)) for count in (1000, 2000))
    small, large = (work_of(lambda made=made: list(measure_sites(made, STANDARD, []))) for made in (few, many))

    assert large.calls <= 2.2 * small.calls
    assert large.peak <= 2.5 * small.peak
