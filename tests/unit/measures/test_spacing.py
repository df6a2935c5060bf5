"""What is measured between the parts of a site, and what is left open because a part or what it states is missing."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.grounds import GEOD, box, country, line, part, point, site, sites, thing
from helpers.work import work_of
from rba_audit import audit
from rba_audit.evidence import MISSING, choice_code
from rba_audit.measures import MeasurementInputs, measure_sites
from rba_audit.measures.object_pairs import between_items
from rba_audit.messages import using_language
from rba_audit.standard import OUTCOMES, default_edition, load_published

STANDARD = load_published(default_edition())
PARK = site(box(-40, -40, 40, 40), parts_complete="yes")
OPEN = site(box(-40, -40, 40, 40))


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def measured(question, *features, context=()):
    """Return what is measured for a question at the first site: a range, a word, or None."""
    found = next(each for each in measure_sites(sites(*features), STANDARD, context) if each.question == question)
    asked = STANDARD.question(question)
    if found.codes[0] == MISSING:
        return None
    if asked.kind == "number":
        low, high = int(found.low[0]) / asked.scale, int(found.high[0]) / asked.scale
        return low if low == high else (low, high)
    return "yes" if found.codes[0] == choice_code(asked, "yes") else "no"


def told(question, *features, context=()):
    found = next(each for each in measure_sites(sites(*features), STANDARD, context) if each.question == question)
    return str(found.account(0).text)


def item(id, geometry, type="climber", of="taman", **properties):
    return part("equipment", geometry, id, of, type=type, **properties)


def two(gap_m, **properties):
    """Return two items so far apart, edge to edge."""
    return [item("a", box(0, 0, 2, 2), **properties), item("b", box(2 + gap_m, 0, 4 + gap_m, 2), **properties)]


def outcomes(*features):
    return outcomes_of([features])[0]


def outcomes_of(scenes):
    """The outcomes of several scenes of one site each, judged together."""
    findings = audit(sites(*(apart(each, at) for at, scene in enumerate(scenes) for each in scene)), STANDARD)
    return [
        {requirement.id: OUTCOMES[code] for requirement, code in zip(STANDARD.requirements, codes, strict=True)}
        for codes in findings.matrix.T.tolist()
    ]


def apart(feature, at):
    """The feature with ids that are of scene `at` only."""
    properties = dict(feature["properties"])
    if "part_of" in properties:
        properties["part_of"] = f"{properties['part_of']}#{at}"
    return {**feature, "id": f"{feature['id']}#{at}", "properties": properties}


def changed(before, after):
    one, other = outcomes(*before), outcomes(*after)
    return {key: (one[key], other[key]) for key in one if one[key] != other[key]}


# --- gaps between items -----------------------------------------------------------------------------------------------


def test_one_centimetre_over_the_limit_changes_exactly_the_gap():
    low = {"height_m": 0.5}

    assert changed([PARK, *two(1.80, **low)], [PARK, *two(1.79, **low)]) == {"PRL-03": ("conforms", "partial")}
    assert changed([PARK, *two(1.83, **low)], [PARK, *two(1.82, **low)]) == {"PRL-04": ("conforms", "partial")}


@pytest.mark.parametrize("gap_m", [1.81, 5.0, 12.0])
def test_a_centimetre_that_crosses_no_limit_changes_nothing(gap_m):
    assert changed([PARK, *two(gap_m, height_m=0.5)], [PARK, *two(gap_m + 0.01, height_m=0.5)]) == {}


@pytest.mark.parametrize(
    ("gap_m", "height_m", "expected"),
    [
        (2.70, 0.77, "conforms"),
        (2.69, 0.77, "does_not_conform"),
        (2.69, 0.76, "conforms"),
        (1.80, 0.76, "conforms"),
        (1.79, 0.76, "partial"),
        (1.50, 0.76, "partial"),
        (1.49, 0.76, "does_not_conform"),
    ],
)
def test_two_high_items_keep_the_greater_gap(gap_m, height_m, expected):
    assert outcomes(PARK, *two(gap_m, height_m=height_m))["PRL-03"] == expected


def test_one_centimetre_between_high_items_changes_exactly_the_gap():
    high = {"height_m": 1.2, "fall_height_m": 0.6}

    assert changed([PARK, *two(2.70, **high)], [PARK, *two(2.69, **high)]) == {
        "PRL-03": ("conforms", "does_not_conform")
    }


def test_the_height_of_the_play_surface_counts_before_that_of_the_item():
    assert measured("PRL-03.both_high", PARK, *two(2, height_m=2.4, play_surface_m=0.5)) == "no"


def test_unknown_heights_leave_the_gap_open():
    one, other = item("a", box(0, 0, 2, 2), height_m=1.5), item("b", box(4, 0, 6, 2))

    assert outcomes(PARK, one, other)["PRL-03"] == "undetermined"
    assert measured("PRL-03.gap", PARK, one, other) == 2
    assert measured("PRL-03.both_high", PARK, one, other) is None
    assert measured("PRL-03.high_gap", PARK, one, other) == (2, 200)
    assert "climber [b]" in told("PRL-03.high_gap", PARK, one, other)
    assert "play_surface_m" in told("PRL-03.both_high", PARK, one, other)


def test_heights_that_nobody_knows_do_not_matter_where_there_is_room_for_high_ones():
    assert measured("PRL-03.high_gap", PARK, *two(3)) == (3, 200)


def test_a_list_that_is_not_complete_never_passes_and_may_fail():
    for gap_m, expected in ((30, "undetermined"), (5, "undetermined"), (1.2, "does_not_conform")):
        missing = site(box(-40, -40, 40, 40), parts_missing="equipment")

        assert outcomes(missing, *two(gap_m, height_m=0.5))["PRL-03"] == expected


def test_the_finding_names_both_items_and_the_metres():
    findings = audit(sites(PARK, *two(1.49, height_m=0.5)), STANDARD)
    trace = findings.explain("taman", "PRL-03")

    assert "climber [a] and climber [b], 1.49 m apart" in trace.observed
    assert trace.evidence_source == "measured:parts@undated"


def test_items_that_touch_have_no_gap():
    assert measured("PRL-03.gap", PARK, *two(0)) == 0


def test_nothing_near_is_at_least_as_far_as_was_looked():
    assert measured("PRL-03.gap", PARK, *two(30)) == (20, 200)
    assert measured("PRL-03.gap", PARK, item("a", point(0, 0))) == (20, 200)


def test_a_piece_drawn_inside_an_item_is_not_apart_from_it():
    frame, slide = item("a", box(0, 0, 6, 6), "structure"), item("b", point(1, 1), "slide")
    other = item("c", box(9, 3, 10, 4))

    assert measured("PRL-03.gap", PARK, frame, slide, other) == (0, 3)
    assert measured("PRL-03.gap", PARK, frame, item("b", box(1, 1, 2, 2), "slide"), other) == 3
    assert measured("PRL-01.items", PARK, frame, slide, other) == (2, 3)


@pytest.mark.parametrize("question", ["PRL-03.gap", "PRL-03.both_high", "PRL-04", "PRL-05.front", "PRL-01.items"])
def test_without_parts_nothing_is_measured_and_the_missing_part_is_named(question):
    assert measured(question, OPEN) is None
    assert "equipment" in told(question, OPEN)


def test_parts_that_only_illustrate_are_not_measured():
    drawn = site(box(-40, -40, 40, 40), parts_complete="yes", outline="illustrative")

    assert measured("PRL-03.gap", drawn, *two(1)) is None
    assert measured("PRL-01.items", drawn, *two(1)) is None
    assert measured("has_swing", drawn, *two(1)) is None


def test_an_item_without_a_shape_keeps_the_list_from_being_complete():
    lost = item("c", None)

    assert measured("PRL-03.gap", PARK, *two(3), lost) == (0, 3)


def test_items_of_different_sites_are_never_neighbours():
    other = site(box(3, -40, 60, 40), "lain", parts_complete="yes")

    assert measured("PRL-03.gap", PARK, other, item("a", point(0, 0)), item("b", point(1, 0), of="lain")) == (20, 200)


# --- free space -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["bench", "tree", "lamp", "bin", "fence", "toilet", "guard_post", "camera"])
def test_anything_that_stands_near_takes_free_space(kind):
    by_nature = kind in ("tree", "lamp", "camera")
    shape = point(2, 1) if by_nature else line((2, -5), (2, 5)) if kind == "fence" else box(2, 0, 3, 1)
    near = part(kind, shape, "x")

    assert measured("PRL-04", PARK, item("a", box(0, 0, 1, 2)), near) == 1
    assert f"{kind} x" in told("PRL-04", PARK, item("a", box(0, 0, 1, 2)), near)


def test_what_touches_an_item_leaves_no_free_space():
    assert measured("PRL-04", PARK, item("a", box(0, 0, 1, 2)), part("lamp", point(1, 1), "x")) == 0


def test_free_space_counts_only_where_every_kind_is_completely_mapped():
    alone, bench = item("a", box(0, 0, 1, 2)), part("bench", box(4, 1, 5, 2), "x")

    assert measured("PRL-04", OPEN, alone) is None
    assert measured("PRL-04", OPEN, alone, bench) == (0, 3)
    assert measured("PRL-04", PARK, alone, bench) == 3
    assert measured("PRL-04", PARK, alone) == (20, 200)
    assert "tree" in told("PRL-04", OPEN, alone, bench)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [({}, (0, 1.85)), ({"radius_m": 0.25}, 1.35), ({"diameter_m": 2}, 0), ({"radius_m": 0}, 1.85)],
)
def test_items_drawn_as_points_are_no_farther_apart_than_they_are_drawn(stated, expected):
    two_points = item("a", point(0, 0), **stated), item("b", point(1.85, 0), **stated)

    assert measured("PRL-03.gap", PARK, *two_points) == expected


def test_free_space_beside_a_point_may_fail_and_never_passes():
    climber = item("a", point(0, 0))

    assert outcomes(PARK, climber, part("tree", point(1.9, 0), "x"))["PRL-04"] == "undetermined"
    assert outcomes(PARK, climber, part("tree", point(1.4, 0), "x"))["PRL-04"] == "does_not_conform"
    bench = part("bench", point(4, 1), "x")
    assert measured("PRL-04", PARK, item("a", box(0, 0, 1, 2)), bench) == (1, 3)
    assert "a point may be of any size" in told("PRL-04", PARK, item("a", box(0, 0, 1, 2)), bench)


# --- swings -----------------------------------------------------------------------------------------------------------


def beam(id="ayunan", pivot_m=2.4, at=0.0, **properties):
    """Return a swing whose beam runs four metres east."""
    return item(id, line((at, 0), (at + 4, 0)), "swing", pivot_height_m=pivot_m, **properties)


def swing_space(*features):
    return tuple(measured(f"PRL-05.{each}", PARK, *features) for each in ("pivot", "front", "back", "side"))


def test_front_and_back_run_across_the_beam_and_sides_lie_beyond_its_ends():
    around = [part("tree", point(2, 5), "u"), part("camera", point(1, -6), "s"), part("lamp", point(7, 1), "t")]

    assert swing_space(beam(), *around) == (2.4, 5, 6, pytest.approx(math.hypot(3, 1), abs=0.01))


def test_the_front_is_where_the_swing_says_it_is():
    bench = part("tree", point(2, 5), "u")

    assert swing_space(beam(front_bearing_deg=180), bench)[1:3] == ((20, 100), 5)
    assert swing_space(beam(front_bearing_deg=0), bench)[1:3] == (5, (20, 100))


def test_nothing_around_a_swing_is_as_free_as_was_looked():
    assert swing_space(beam()) == (2.4, (20, 100), (20, 100), (20, 100))
    assert measured("PRL-05.overlap", PARK, beam()) == "no"
    assert outcomes(PARK, beam())["PRL-05"] == "conforms"


@pytest.mark.parametrize(
    "shape",
    [
        item("ayunan", box(0, -0.8, 4, 0.8), "swing", pivot_height_m=2.4),
        item("ayunan", point(2, 0), "swing", pivot_height_m=2.4, bearing_deg=90, width_m=4),
        item("ayunan", box(0, -2, 4, 2), "swing", pivot_height_m=2.4, bearing_deg=90),
        item("ayunan", line((0, 0), (2, 0), (4, 0)), "swing", pivot_height_m=2.4),
    ],
)
def test_a_beam_is_found_in_whatever_is_drawn_of_a_swing(shape):
    around = [part("tree", point(2, 5), "u"), part("camera", point(1, -6), "s"), part("lamp", point(7, 0), "t")]

    assert swing_space(shape, *around) == (2.4, 5, 6, 3)


def test_a_beam_may_run_any_way():
    turned = item("ayunan", point(0, 0), "swing", pivot_height_m=2.4, bearing_deg=45, width_m=4)
    before = part("tree", point(3, -3), "u")

    assert swing_space(turned, before)[1] == pytest.approx(math.hypot(3, 3), abs=0.01)


@pytest.mark.parametrize("shape", [point(0, 0), box(-1, -1, 1, 1)])
def test_a_swing_without_a_beam_settles_nothing_but_that_there_is_room_enough(shape):
    swing = item("ayunan", shape, "swing", pivot_height_m=2.4)
    bench = part("tree", point(0, 9), "u")

    assert "bearing_deg" in told("PRL-05.front", PARK, swing, bench)
    assert outcomes(PARK, swing, bench)["PRL-05"] == "undetermined"
    assert measured("PRL-05.front", PARK, swing, bench) == (None if shape["type"] == "Point" else (8, 100))


def test_a_swing_of_known_width_has_as_much_room_as_it_has_whichever_way_it_runs():
    swing = item("ayunan", point(0, 0), "swing", pivot_height_m=2.4, width_m=6)

    assert swing_space(swing, part("tree", point(0, 5), "u")) == (2.4, (4, 100), (4, 100), (2, 100))


@pytest.mark.parametrize(
    ("metres", "expected"), [(4.80, "conforms"), (4.79, "partial"), (4.20, "partial"), (4.19, "does_not_conform")]
)
def test_a_centimetre_before_a_swing_decides(metres, expected):
    assert outcomes(PARK, beam(), part("tree", point(2, metres), "u"))["PRL-05"] == expected


def test_a_centimetre_before_a_swing_changes_nothing_else():
    one, other = ([PARK, beam(), part("tree", point(2, metres), "u")] for metres in (4.80, 4.79))

    assert changed(one, other) == {"PRL-05": ("conforms", "partial")}


@pytest.mark.parametrize(("metres", "expected"), [(1.83, "conforms"), (1.82, "does_not_conform")])
def test_a_centimetre_beside_a_swing_decides(metres, expected):
    assert outcomes(PARK, beam(), part("tree", point(4 + metres, 0), "u"))["PRL-05"] == expected


def test_of_several_swings_the_one_with_the_least_room_for_its_height_counts():
    roomy, tight = beam("tinggi", 3.0), beam("rendah", 2.0, at=20)
    around = [part("tree", point(2, 6.1), "u"), part("tree", point(22, 4), "v"), part("tree", point(26.5, 0), "w")]

    assert swing_space(roomy, tight, *around) == (2.0, 4, (20, 100), 2.5)
    assert "rendah" in told("PRL-05.pivot", PARK, roomy, tight, *around)


def test_a_pivot_nobody_knows_leaves_the_swings_open_and_is_named():
    known, unknown = beam("satu"), beam("dua", None, at=30)
    bench = part("tree", point(2, 8), "u")

    assert swing_space(known, unknown, bench) == (None, (8, 100), (20, 100), (20, 100))
    assert "dua" in told("PRL-05.pivot", PARK, known, unknown, bench)
    assert outcomes(PARK, known, unknown, bench)["PRL-05"] == "undetermined"


def test_a_swing_beside_one_whose_beam_nobody_knows_does_not_answer_for_it():
    point_swing = item("titik", point(20, 20), "swing", pivot_height_m=2.4)

    assert outcomes(PARK, beam(), point_swing)["PRL-05"] == "undetermined"


def test_a_structure_may_hold_a_swing_unless_it_says_that_it_does_not():
    tower = box(20, 20, 24, 24)

    assert outcomes(PARK, beam(), item("menara", tower, "structure"))["PRL-05"] == "undetermined"
    assert "menara" in told("PRL-05.front", PARK, beam(), item("menara", tower, "structure"))
    assert outcomes(PARK, beam(), item("menara", tower, "structure", has_swing="no"))["PRL-05"] == "conforms"


def test_a_site_without_swings_has_none_to_measure():
    assert swing_space(item("a", point(0, 0))) == (None, None, None, None)


# The corridor reaches 4.8 m, the item's own strip 1.83 m; beside the frame both have a strip of 1.83 m.
@pytest.mark.parametrize(
    ("east", "north", "expected"),
    [(2, 6.63, "no"), (2, 6.62, "yes"), (7.66, 0, "no"), (7.65, 0, "yes"), (5.83, 4.8, "no"), (5.82, 4.8, "yes")],
)
def test_zones_that_only_touch_are_not_shared(east, north, expected):
    assert measured("PRL-05.overlap", PARK, beam(), item("a", point(east, north))) == expected


@pytest.mark.parametrize(("north", "expected"), [(9.61, "no"), (9.59, "yes")])
def test_the_corridors_of_two_swings_may_meet(north, expected):
    other = item("b", line((0, north), (4, north)), "swing", pivot_height_m=2.4)

    assert measured("PRL-05.overlap", PARK, beam(), other) == expected


@pytest.mark.parametrize(("north", "expected"), [(5.81, "no"), (5.79, "yes")])
def test_a_path_through_the_zone_shares_it(north, expected):
    path = part("path", line((-20, north), (20, north)), "jalur", width_m=2)

    assert measured("PRL-05.overlap", PARK, beam(), path) == expected


def test_a_path_of_unknown_width_may_reach_into_the_zone():
    path = part("path", line((-20, 6), (20, 6)), "jalur")

    assert measured("PRL-05.overlap", PARK, beam(), path) is None
    assert "jalur" in told("PRL-05.overlap", PARK, beam(), path)


def test_no_shared_zone_counts_only_where_all_is_mapped_and_the_height_is_known():
    assert measured("PRL-05.overlap", OPEN, beam()) is None
    assert "path" in told("PRL-05.overlap", OPEN, beam())
    assert measured("PRL-05.overlap", PARK, beam(pivot_m=None)) is None
    assert measured("PRL-05.overlap", OPEN, beam(pivot_m=None), item("a", point(2, 3))) == "yes"


# --- surfacing --------------------------------------------------------------------------------------------------------


def mat(id, west, south, east, north, **properties):
    return part("surfacing", box(west, south, east, north), id, **properties)


def surfaced(*features, ground=PARK):
    return measured("SLM-03.reach", ground, *features), measured("SLM-03.fall_height", ground, *features)


def test_surfacing_reaches_out_to_its_nearest_edge():
    climber = item("a", box(0, 0, 2, 2), fall_height_m=1.5)

    assert surfaced(climber, mat("alas", -1.5, -3, 5, 5)) == (1.5, 1.5)
    assert surfaced(climber, mat("alas", 0.5, -3, 5, 5)) == (0, 1.5)


def test_two_mats_side_by_side_are_one():
    climber = item("a", box(0, 0, 2, 2), fall_height_m=1.5)

    assert surfaced(climber, mat("kiri", -3, -3, 1, 5), mat("kanan", 1.01, -3, 6, 5)) == (3, 1.5)


def test_the_item_with_the_least_surfacing_counts_and_low_ones_need_none():
    high, low = item("a", box(0, 0, 2, 2), fall_height_m=2), item("b", box(20, 0, 22, 2), fall_height_m=0.6)

    assert surfaced(high, low, mat("alas", -2, -2, 4, 4)) == (2, 2)


def test_the_height_of_an_item_serves_where_its_fall_height_is_not_given():
    assert surfaced(item("a", box(0, 0, 2, 2), height_m=1.9), mat("alas", -2, -2, 4, 4)) == (2, 1.9)


def test_an_item_of_unknown_height_may_be_the_one_with_the_least_surfacing():
    high, unknown = item("a", box(0, 0, 2, 2), fall_height_m=2), item("b", box(20, 0, 22, 2))

    assert surfaced(high, unknown, mat("alas", -2, -2, 4, 4)) == ((0, 2), None)
    assert "b" in told("SLM-03.reach", PARK, high, unknown, mat("alas", -2, -2, 4, 4))


def test_a_play_zone_of_an_impact_absorbing_surface_is_surfacing():
    climber = item("a", box(0, 0, 2, 2), fall_height_m=2)

    assert surfaced(climber, part("play_zone", box(-2, -2, 4, 4), "z", surface="sand")) == (2, 2)
    assert surfaced(climber, part("play_zone", box(-2, -2, 4, 4), "z", surface="asphalt")) == (0, 2)


def test_without_surfacing_parts_nothing_is_said_about_surfacing():
    climber = item("a", box(0, 0, 2, 2), fall_height_m=2)

    assert surfaced(climber, ground=OPEN) == (None, None)
    assert "surfacing" in told("SLM-03.reach", OPEN, climber)


@pytest.mark.parametrize(("metres", "expected"), [(1.50, "partial"), (1.49, "does_not_conform")])
def test_a_centimetre_of_surfacing_decides(metres, expected):
    climber = item("a", box(0, 0, 2, 2), fall_height_m=2)
    mats = mat("alas", -metres, -5, 9, 9)

    assert outcomes(PARK, climber, mats)["SLM-03"] == expected


# --- counts and facts -------------------------------------------------------------------------------------------------


def test_parts_are_counted_and_an_open_list_gives_the_least():
    lamps = [part("lamp", point(at, 0), f"l{at}", works=works) for at, works in enumerate(["yes", "no", "yes"])]
    open_list = site(box(-40, -40, 40, 40), parts_missing="lamp")

    assert measured("CHY-03.lamps", PARK, *lamps) == 3
    assert measured("CHY-03.working", PARK, *lamps) == 2
    assert measured("CHY-03.lamps", open_list, *lamps) == (3, 2000)
    assert measured("CHY-03.working", PARK, *lamps, part("lamp", point(9, 9), "l9")) == (2, 3)
    assert "l9" in told("CHY-03.working", PARK, *lamps, part("lamp", point(9, 9), "l9"))


def test_none_at_all_is_counted_only_where_the_site_says_that_all_is_mapped():
    assert measured("CHY-03.lamps", PARK) == 0
    assert measured("CHY-03.lamps", OPEN) is None
    assert measured("AMN-04.gates", PARK) is None


def test_a_tree_is_a_shade_tree_only_where_it_says_so():
    trees = [part("tree", point(at, 0), f"t{at}", shade=shade) for at, shade in enumerate(["yes", "no", None])]

    assert measured("VEG-04", PARK, *trees) == (1, 2)


def test_facts_follow_from_the_kinds_of_the_mapped_items():
    swing, seesaw, tower = beam(), item("j", point(9, 9), "seesaw"), item("m", point(20, 9), "structure")

    assert measured("has_swing", OPEN, swing) == "yes"
    assert measured("has_swing", PARK, seesaw) == "no"
    assert measured("has_swing", PARK, seesaw, tower) is None
    assert measured("has_swing", OPEN, seesaw) == "no"
    assert measured("has_swing", site(box(0, 0, 9, 9), parts_missing="equipment"), seesaw) is None
    assert measured("has_platform", OPEN, tower) == "yes"
    assert measured("has_chains", OPEN, item("j", point(9, 9), "seesaw", has_chains="yes")) == "yes"
    assert measured("has_fixed_equipment", OPEN, item("x", point(0, 0), "unheard-of")) is None


def test_a_camera_shows_that_there_is_one_and_none_shows_nothing():
    assert measured("has_cctv", OPEN, part("camera", point(0, 0), "k")) == "yes"
    assert measured("has_cctv", OPEN) is None
    assert measured("has_cctv", PARK) == "no"


def test_the_greatest_fall_height_is_open_upwards_while_one_is_unknown():
    one, other = item("a", point(0, 0), fall_height_m=1.5), item("b", point(9, 0))

    assert measured("PRL-08.fall_height", PARK, one) == 1.5
    assert measured("PRL-08.fall_height", PARK, one, other) == (1.5, 15)
    assert measured("has_high_equipment", PARK, one, other) == "yes"
    assert measured("has_high_equipment", PARK, item("c", point(5, 5), fall_height_m=0.6)) == "no"
    assert measured("has_high_equipment", PARK, other) is None


def test_items_on_a_map_lie_in_the_outline_and_are_never_all_there_are():
    swing = thing("equipment", point(0, 0), "node/1", playground="basketswing")
    slide = thing("equipment", point(1.2, 0), "node/2", playground="slide")

    assert measured("PRL-03.gap", OPEN, context=[swing, slide]) == (0, 1.2)
    assert measured("has_swing", OPEN, context=[swing, slide]) == "yes"
    assert measured("PRL-01.items", OPEN, context=[swing, slide]) == (2, 500)


@settings(max_examples=cases(25, 500))
@given(seed=st.integers(0, 2**32 - 1))
def test_knowing_less_never_settles_more(seed):
    chance = np.random.default_rng(seed)
    kinds = ["bench", "lamp", "path", "surfacing"]
    scene = []
    for at in range(int(chance.integers(1, 5))):
        east, north = chance.uniform(-20, 20, 2)
        wide, deep = chance.choice([1.5, 2.0, 4.0]), chance.choice([0.5, 2.0])
        shape = [
            box(east, north, east + wide, north + deep),
            line((east, north), (east + wide, north)),
            point(east, north),
        ]
        stated = {
            "height_m": 1.9,
            "fall_height_m": 1.2,
            "pivot_height_m": 2.2,
            "bearing_deg": 90,
            "width_m": 3,
            "front_bearing_deg": 0,
        }
        given_ = {key: value for key, value in stated.items() if chance.random() < 0.8}
        type_ = chance.choice(["swing", "swing", "slide", "climber", "structure"])
        scene.append(item(f"i{at}", shape[int(chance.integers(3))], type_, **given_))
    for at in range(int(chance.integers(0, 4))):
        east, north = chance.uniform(-25, 25, 2)
        kind = kinds[int(chance.integers(len(kinds)))]
        shape = {"path": line((east, -30), (north, 30)), "surfacing": box(-30, -30, east, north)}.get(
            kind, point(east, north)
        )
        scene.append(part(kind, shape, f"p{at}", width_m=2.0, works="yes"))
    less = []
    for at, feature in enumerate(scene):
        for key in feature["properties"].keys() - {"part", "part_of", "fall_height_m"}:
            properties = {name: value for name, value in feature["properties"].items() if name != key}
            less.append([PARK, *scene[:at], {**feature, "properties": properties}, *scene[at + 1 :]])
    every = ["equipment", *kinds, "tree", "bin", "fence", "toilet", "guard_post", "camera", "play_zone", "gate"]
    for kind in ("equipment", *kinds):
        known = [each for each in every if each != kind]
        less.append([site(box(-40, -40, 40, 40), parts_complete=known, parts_missing=kind), *scene])

    whole, *rest = outcomes_of([[PARK, *scene], *less])
    for found in rest:
        assert {key: found[key] for key in whole if found[key] not in (whole[key], "undetermined")} == {}


# --- truth and speed --------------------------------------------------------------------------------------------------


@settings(max_examples=cases(60, 1200))
@given(
    lon=st.floats(95, 141),
    lat=st.floats(-11, 6),
    metres=st.floats(0.3, 19.5),
    turn=st.floats(0, 360),
    far=st.floats(0, 300),
)
def test_gaps_anywhere_in_indonesia_are_geodesic_to_a_thousandth(lon, lat, metres, turn, far):
    start = GEOD.fwd(lon, lat, 45, far)[:2]
    end = GEOD.fwd(*start, turn, metres)[:2]
    park = site(shapely.geometry.mapping(shapely.box(lon - 0.003, lat - 0.003, lon + 0.003, lat + 0.003)))
    spots = [item(each, {"type": "Point", "coordinates": list(at)}) for each, at in (("a", start), ("b", end))]
    parts = MeasurementInputs(sites(park, *spots), STANDARD).parts("equipment")

    assert between_items(parts, 25).metres.tolist() == [pytest.approx(metres, rel=1e-3)]


def test_the_work_for_a_country_of_items_grows_no_faster_than_their_number():
    few, many = (work_of(partial(measure_sites, country(count), STANDARD)) for count in (50, 200))

    assert many.calls < few.calls * 6
    assert many.peak < few.peak * 6
