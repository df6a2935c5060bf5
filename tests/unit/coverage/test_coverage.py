"""Who has a place within reach: small worlds worked out by hand, and a walk held against a plain search."""

from __future__ import annotations

import heapq
import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.public_data import KARLSRUHE
from helpers.towns import answers, feature, home, lonlat, placed, sites_at, status, street, told
from rba_audit.coverage import ANSWERS, area_rows, compute_coverage, coverage_headline, features, total_row
from rba_audit.coverage.grids import index_bounds
from rba_audit.coverage.network import network_of, spots
from rba_audit.findings import STATUSES
from rba_audit.geometry import find_nearest, length_m
from rba_audit.geometry.containment import positions_in_shapes
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.sites import read_sites, sites_from_features
from rba_audit.standard.policies import shipped_policies

# A park south of a river, homes north of it straight across, and one bridge 200 m to the east.
RIVER = (home(0, 60), street((0, 0), (200, 0)), street((200, 0), (200, 60)), street((200, 60), (0, 60)))


def test_a_river_with_one_bridge_lets_a_straight_line_cover_what_the_streets_do_not():
    park, standard = sites_at((0, 0)), status("standard")

    straight = compute_coverage(park, standard, placed(RIVER[0]), rule="300m")
    along = compute_coverage(park, standard, placed(*RIVER), rule="300m")

    assert (answers(straight), straight.pairs.along) == (["covered"], "straight")
    assert (answers(along), along.pairs.along) == (["not_covered"], "streets")
    assert "this is the most there can be" in told(straight)


def test_the_walk_over_the_bridge_is_as_long_as_its_streets():
    found = compute_coverage(sites_at((0, 0)), status("standard"), placed(*RIVER), rule="pu")

    assert answers(found) == ["perhaps"]
    assert found.pairs.metres.tolist() == [460.0]


@pytest.mark.parametrize(("metres", "answer"), [(299.9, "covered"), (300, "covered"), (300.1, "not_covered")])
@pytest.mark.parametrize("streets", [True, False])
def test_a_limit_met_exactly_covers(metres, answer, streets):
    context = placed(home(metres, 0), *([street((0, 0), (metres, 0))] if streets else []))

    assert answers(compute_coverage(sites_at((0, 0)), status("standard"), context, rule="300m")) == [answer]


@pytest.mark.parametrize(
    ("name", "standard", "nearly", "any_place"),
    [
        ("standard", "covered", "covered", "covered"),
        ("nearly_standard", "not_covered", "covered", "covered"),
        ("non_standard", "not_covered", "not_covered", "covered"),
        ("undetermined", "perhaps", "perhaps", "covered"),
        ("not_audited", "perhaps", "perhaps", "covered"),
    ],
)
def test_what_a_place_covers_is_what_its_status_lets_it(name, standard, nearly, any_place):
    found = [
        answers(compute_coverage(sites_at((0, 0)), status(name), placed(home(10, 0)), rule="300m", counting=counting))[
            0
        ]
        for counting in ("standard", "nearly", "any")
    ]

    assert found == [standard, nearly, any_place]


def test_a_home_on_no_street_is_never_covered_but_not_covered_only_where_a_straight_line_is_too_long():
    context = placed(street((0, 0), (50, 0)), home(0, 200), home(0, 290), home(0, 310), home(50, 20))
    found = compute_coverage(sites_at((0, 0)), status("standard"), context, rule="300m")

    assert answers(found) == ["perhaps", "perhaps", "not_covered", "covered"]
    assert found.off_network == 30
    assert "30 children are farther than 150 m from every street" in told(found)


def test_a_place_on_no_street_covers_nobody_for_sure():
    context = placed(street((0, 500), (50, 500)), home(0, 290), home(0, 310), home(0, 400))
    found = compute_coverage(sites_at((0, 0)), status("standard"), context, rule="300m")

    assert answers(found) == ["perhaps", "not_covered", "not_covered"]
    assert found.pairs.off_sites.tolist() == [True]


def test_a_place_that_is_not_located_is_listed_and_reaches_nobody():
    sites = sites_from_features([feature(None, "lost"), feature(shapely.Point(0, 0), "here")], "a test")
    found = compute_coverage(sites, status("standard", "non_standard"), placed(home(0, 0)))

    assert found.not_located == ("lost",)
    assert answers(found) == ["not_covered"]
    assert "1 places are not located and reach nobody: lost" in told(found)


def test_a_place_with_gates_is_entered_there_and_nowhere_else():
    park = feature(shapely.box(0, 0, 200, 100), "park")
    gate = feature(shapely.Point(200, 50), "gate", part_of="park", part="gate")
    context = placed(street((-100, -10), (0, -10), (210, -10), (210, 50)), home(-100, -10))
    distances = [
        compute_coverage(
            sites_from_features(made, "a test"), status("standard"), context, rule="400m"
        ).pairs.metres.tolist()
        for made in ([park], [park, gate])
    ]

    # From the corner: 100 m of street and 10 m to the outline. From the gate: 10 m, then 60 m, then 310 m of street.
    assert distances == [[110.0], [380.0]]


def test_streets_that_cross_without_a_shared_vertex_are_not_joined():
    crossing = street((-50, 0), (50, 0)), street((0, -20), (0, 30))
    joined = street((-50, 0), (0, 0), (50, 0)), street((0, -20), (0, 0), (0, 30))
    found = [
        answers(compute_coverage(sites_at((-50, 0)), status("standard"), placed(home(0, 30), *lines), rule="300m"))
        for lines in (crossing, joined)
    ]

    assert found == [["not_covered"], ["covered"]]


def test_a_home_and_a_place_on_one_long_street_are_as_far_apart_as_they_are_along_it():
    context = placed(street((-1000, 0), (1000, 0)), home(330, 5))
    found = compute_coverage(sites_at((40, 3)), status("standard"), context, rule="300m")

    # 3 m to the street, 290 m along it, 5 m from it.
    assert found.pairs.metres.tolist() == [298.0]


def test_a_pedestrian_area_is_walked_along_its_outline():
    square = feature(shapely.box(0, 0, 100, 100), layer="street")
    found = compute_coverage(sites_at((0, 0)), status("standard"), placed(square, home(100, 100)), rule="300m")

    assert found.pairs.metres.tolist() == [200.0]


def test_somebody_inside_a_place_has_no_way_to_go():
    park = sites_from_features([feature(shapely.box(0, 0, 400, 400), "park")], "a test")
    found = compute_coverage(park, status("standard"), placed(street((0, 0), (400, 0)), home(200, 300)), rule="300m")

    assert answers(found) == ["covered"]
    assert found.nearest[1].tolist() == [0.0]


def test_a_place_reaches_as_far_as_its_class():
    homes = placed(home(90, 0), home(290, 0), home(990, 0), home(1001, 0))
    found = {
        scale: answers(compute_coverage(sites_at((0, 0), **given), status("standard"), homes, rule="sni"))
        for scale, given in {"rt": {"scale": "rt"}, "kota": {"scale": "kota"}, "unknown": {}}.items()
    }

    assert found == {
        "rt": ["covered", "not_covered", "not_covered", "not_covered"],
        "kota": ["covered", "covered", "covered", "not_covered"],
        "unknown": ["covered", "perhaps", "perhaps", "not_covered"],
    }


def test_what_would_be_covered_is_known_for_each_place():
    homes = placed(home(0, 0), home(200, 0), home(500, 0))
    found = compute_coverage(
        sites_at((0, 0), (400, 0), (900, 0)), status("standard", "non_standard", "not_audited"), homes, rule="300m"
    )

    assert found.if_standard.toarray().tolist() == [
        [True, False, False],
        [True, True, False],
        [False, True, False],
    ]
    assert found.covered.tolist() == [True, True, False]


def test_the_headline_says_how_many_and_along_what():
    context = placed(*RIVER, home(100, 0, children=90))
    with using_language("en"):
        sentence = str(coverage_headline(compute_coverage(sites_at((0, 0)), status("standard"), context, rule="300m")))

    assert sentence == "90 of 100 children (90 %) have a standard place within reach, along streets"


# --- laws ------------------------------------------------------------------------------------------------------------

STEPS = st.integers(0, 5)
CORNER = st.tuples(STEPS, STEPS)
BLOCK_M = 97.0


def corner(point):
    return point[0] * BLOCK_M, point[1] * BLOCK_M


@st.composite
def towns(draw):
    """Draw streets between neighbouring corners of a grid, places, and homes somewhere near."""
    sides = [
        ((x, y), (x + dx, y + dy))
        for x, y in itertools.product(range(6), repeat=2)
        for dx, dy in ((1, 0), (0, 1))
        if x + dx < 6 and y + dy < 6
    ]
    lines = draw(st.lists(st.sampled_from(sides), min_size=1, max_size=40, unique=True))
    places = draw(st.lists(CORNER, min_size=1, max_size=4, unique=True))
    homes = draw(st.lists(CORNER, min_size=1, max_size=6, unique=True))
    return lines, places, homes


def shortest(lines, start):
    """Return the metres from a corner to each other one, by a plain search."""
    ways: dict = {}
    for one, other in lines:
        ends = shapely.get_coordinates([lonlat(shapely.Point(corner(each))) for each in (one, other)])
        metres = float(length_m(ends[:1], ends[1:])[0])
        ways.setdefault(one, []).append((other, metres))
        ways.setdefault(other, []).append((one, metres))
    done: dict = {}
    queue = [(0.0, start)]
    while queue:
        metres, at = heapq.heappop(queue)
        if at in done:
            continue
        done[at] = metres
        for other, step in ways.get(at, ()):
            heapq.heappush(queue, (metres + step, other))
    return done


@settings(max_examples=cases(60, 1200))
@given(town=towns())
def test_a_walk_is_as_short_as_a_plain_search_finds_it(town):
    lines, places, homes = town
    ends = {end for line in lines for end in line}
    places, homes = [each for each in places if each in ends], [each for each in homes if each in ends]
    if not places or not homes:
        return
    context = placed(*(street(corner(a), corner(b)) for a, b in lines), *(home(*corner(each)) for each in homes))
    found = compute_coverage(sites_at(*map(corner, places)), status(*["standard"] * len(places)), context, rule="400m")
    walked = {
        (cell, site): metres
        for cell, site, metres in zip(found.pairs.cell, found.pairs.site, found.pairs.metres, strict=True)
    }
    wanted = {
        (cell, site): metres
        for site, place in enumerate(places)
        for reached in [shortest(lines, place)]
        for cell, each in enumerate(homes)
        if (metres := reached.get(each, np.inf)) <= 400
    }

    assert walked.keys() == wanted.keys()
    assert all(walked[pair] == pytest.approx(wanted[pair], abs=0.06) for pair in wanted)


@settings(max_examples=cases(60, 1200))
@given(town=towns(), names=st.lists(st.sampled_from(STATUSES), min_size=4, max_size=4), raised=st.integers(0, 3))
def test_one_more_standard_place_never_lowers_coverage(town, names, raised):
    lines, places, homes = town
    context = placed(*(street(corner(a), corner(b)) for a, b in lines), *(home(*corner(each)) for each in homes))
    sites, names = sites_at(*map(corner, places)), names[: len(places)]
    better = [*names]
    better[raised % len(places)] = "standard"
    before, after = (compute_coverage(sites, status(*each), context, rule="300m") for each in (names, better))

    assert (after.covered >= before.covered).all()
    assert (after.answers == ANSWERS.index("not_covered")).sum() <= (
        before.answers == ANSWERS.index("not_covered")
    ).sum()


PLACE = st.tuples(st.integers(-300, 300), st.integers(-300, 300))


@settings(max_examples=cases(60, 1200))
@given(lines=st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=12), homes=st.lists(PLACE, min_size=1, max_size=12))
def test_a_home_is_put_on_the_nearest_street_that_is_within_reach(lines, homes):
    streets = placed(*(street(one, other) for one, other in lines if one != other))
    network = network_of(streets, shipped_policies().coverage)
    if network is None:
        return
    points = np.array([lonlat(shapely.Point(each)) for each in homes], dtype=object)
    found = spots(shapely.get_coordinates(points), network, 150)
    wanted = find_nearest(points, np.array([place.shape for place in streets], dtype=object), 150)
    near = np.nan_to_num(wanted.distance_m, nan=999) < 149.9

    assert found.offset_m[near] == pytest.approx(wanted.distance_m[near], abs=0.01)
    assert not found.is_reached[np.isnan(wanted.distance_m)].any()


BOUNDS = st.lists(st.tuples(STEPS, STEPS, STEPS, STEPS), min_size=1, max_size=12).map(
    lambda made: np.array([(x, y, x + wide, y + high) for x, y, wide, high in made], dtype=float)
)


@given(some=BOUNDS, others=BOUNDS, side=st.sampled_from([0.3, 1.0, 20.0]))
def test_an_index_finds_what_a_look_at_every_pair_finds(some, others, side):
    one, other = index_bounds(others, np.array([side, side])).touching(some)
    wanted = shapely.STRtree(shapely.box(*others.T)).query(shapely.box(*some.T))

    assert set(zip(one.tolist(), other.tolist(), strict=True)) == set(map(tuple, wanted.T.tolist()))
    assert (np.diff(one) >= 0).all()


@given(some=BOUNDS, at=st.lists(PLACE, max_size=12))
def test_what_is_inside_is_what_shapely_says(some, at):
    shapes = np.array([*shapely.box(*some.T), None, shapely.Polygon()], dtype=object)
    positions = np.array([(x / 60, y / 60) for x, y in at]).reshape(-1, 2)
    found = set(zip(*(each.tolist() for each in positions_in_shapes(shapes, positions)), strict=True))
    wanted = shapely.STRtree(shapely.points(positions)).query(shapes, predicate="intersects")

    assert found == set(map(tuple, wanted.T.tolist()))


# --- a real city -----------------------------------------------------------------------------------------------------


@pytest.mark.public_data
@pytest.mark.slow
def test_karlsruhe_is_covered_along_its_paths_less_than_in_a_straight_line():
    context = read_context([KARLSRUHE / "boundary.geojson", KARLSRUHE / "paths.geojson"])
    sites = read_sites(KARLSRUHE / "playgrounds.geojson")
    everything = np.zeros(len(sites), dtype=np.int8)
    along = compute_coverage(sites, everything, context, rule="300m")
    row = total_row(along)
    straight = compute_coverage(
        sites, everything, [place for place in context if place.layer == "boundary"], rule="300m"
    )

    assert row.total == pytest.approx(173.42e6, rel=1e-3)
    assert row.covered + row.perhaps + row.not_covered == pytest.approx(row.total)
    assert 0 < row.covered < total_row(straight).covered
    assert row.high_pct <= total_row(straight).high_pct + 1e-9
    assert [each["id"] for each in features(along)] == ["relation/62518", "everything"]
    assert len(area_rows(along)) == 2
