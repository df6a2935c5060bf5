"""No coordinate takes coverage down: far sites are named and left out, the others are computed as if they were alone."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.towns import feature, placed, status, street, told
from rba_audit.coverage import compute_coverage, total_row
from rba_audit.coverage.remote_sites import remote_sites
from rba_audit.errors import SiteError
from rba_audit.geometry import length_m
from rba_audit.messages import using_language
from rba_audit.sites import sites_from_features
from rba_audit.standard.policies import shipped_policies

SERANG = ((106.15, -6.12), (106.16, -6.11), (106.17, -6.12))
FAR = [(0, 0), (180, -6), (-180, -6), (106, 90), (106, -90), (-73.85, 6.12), (20, 50), (106.15, 6.12)]


def sites(*positions):
    made = [
        {"type": "Feature", "id": f"site-{at}", "geometry": {"type": "Point", "coordinates": each}, "properties": {}}
        for at, each in enumerate(positions)
    ]
    return sites_from_features(made, "a test")


def covered(*positions, context=()):
    return compute_coverage(sites(*positions), status(*["standard"] * len(positions)), context)


@pytest.mark.parametrize("far", FAR)
def test_a_far_site_is_named_and_the_others_are_computed_as_without_it(far):
    found, without = covered(*SERANG, far), covered(*SERANG)

    assert found.left_out == ("site-3",)
    assert "site-3" in told(found)
    assert total_row(found).total == total_row(without).total
    assert total_row(found).covered == total_row(without).covered


@pytest.mark.parametrize("far", FAR)
def test_a_site_alone_is_computed_wherever_it_lies_but_at_a_pole(far):
    if abs(far[1]) == 90:
        with using_language("en"), pytest.raises(SiteError, match="site-0"):
            covered(far)
    else:
        assert total_row(covered(far)).covered > 0


def test_of_two_sites_far_apart_the_first_is_computed():
    assert covered((106, -6), (20, 50)).left_out == ("site-1",)


def test_places_on_both_sides_of_longitude_180_are_one_neighbourhood():
    split, whole = covered((179.999, -6.12), (-179.999, -6.12)), covered((106.149, -6.12), (106.151, -6.12))

    assert not split.left_out
    for answer in ("covered", "not_covered", "perhaps"):
        assert split.weight(answer) == pytest.approx(whole.weight(answer), rel=0.01, abs=20_000)
    assert len(split.demand) < 3 * len(whole.demand)


def test_with_boundaries_a_far_site_is_no_reason_to_leave_anything_out():
    boundary = feature(shapely.box(-500, -500, 500, 500), "36.73.01.1004", layer="boundary", code="36.73.01.1004")

    assert not covered(*SERANG, (20, 50), context=placed(boundary)).left_out


def test_a_boundary_over_half_the_world_is_refused_in_a_sentence():
    boundary = {
        "type": "Feature",
        "id": "world",
        "geometry": shapely.geometry.mapping(shapely.box(-170, -80, 170, 80)),
        "properties": {"layer": "boundary", "code": "36.73.01.1004"},
    }
    with using_language("en"), pytest.raises(SiteError, match="too large to be computed"):
        covered(*SERANG, context=placed(boundary))


def test_a_street_over_half_the_world_is_not_walked_and_told():
    context = placed(street((0, 0), (300, 0)), street((0, 0), (9_000_000, 3_000_000)))
    found = covered(*SERANG, context=context)

    assert found.pairs.too_long == 1
    assert "1 segments of streets are longer" in told(found)


@settings(max_examples=cases(40, 2000), deadline=None)
@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(-0.1, 0.1)), min_size=0, max_size=6),
)
def test_whatever_is_kept_lies_together(anywhere, together):
    at = np.array([*anywhere, *((106.15 + east, -6.12 + north) for east, north in together)])
    within_m = shipped_policies().coverage.apart_m.value
    left_out = remote_sites(shapely.points(at), within_m, together=True)
    kept = at[~left_out]

    assert not (np.abs(kept[:, 1]) > 85).any()
    for each in kept:
        assert (length_m(np.broadcast_to(each, kept.shape), kept) <= 2.02 * within_m).all()
    if len(together) > len(anywhere):
        assert not left_out[len(anywhere) :].any()
