"""Zones within the reach of cameras and lamps, and how much of them lies in the shade; of the land, how much is planted."""

from __future__ import annotations

from math import pi

import pytest
import shapely

from helpers.grounds import box, line, part, point, site
from helpers.measuring_inside import account, measured, told
from rba_audit.measures.discs import SAME_AREA, WITHIN, WITHOUT, disc

PARK = site(box(-50, -50, 50, 50))
ZONE = part("play_zone", box(0, 0, 8, 6), "zone")
# From the corner of the zone to the opposite one it is 10 m.
SEEN = part("camera", point(0, 0), "cctv", reach_m=10, works="yes")
GATE = part("gate", point(0, -3), "gate")
PATH = part("path", line((0, -3), (0, 0)), "path")
LAMP = part("lamp", point(0, 0), "lamp", reach_m=10, works="yes")


def camera(**said):
    return part("camera", point(0, 0), "cctv", **said)


def cameras(*features):
    return measured("AMN-01.coverage", *features)[0]


def lit(*features):
    return measured("CHY-01.lit", *features)[0]


def shade(*features):
    return measured("VEG-06", *features)[0]


def planted(*features):
    return measured("VEG-05", *features)[0]


def without_list(*kinds):
    return site(box(-50, -50, 50, 50), parts_missing=list(kinds))


def with_all(*kinds):
    return site(box(-50, -50, 50, 50), parts_complete=list(kinds))


def test_polygons_for_discs_differ_from_them_by_less_than_a_ten_thousandth():
    middle = shapely.Point(0, 0)
    areas = [disc(middle, 20, how).area / (pi * 400) for how in (WITHIN, SAME_AREA, WITHOUT)]

    assert areas == pytest.approx([1, 1, 1], abs=1e-4)
    assert areas[0] < 1 < areas[2]
    assert areas[1] == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("reach_m", "expected"), [(10.01, "all"), (10, "all"), (9.99, "some"), (0.5, "some")])
def test_a_camera_covers_a_zone_only_if_it_reaches_its_farthest_corner(reach_m, expected):
    assert cameras(PARK, ZONE, camera(reach_m=reach_m, works="yes")) == expected


def test_two_cameras_cover_together_what_neither_does_alone():
    one = part("camera", point(4, 0), "one", reach_m=7.3, works="yes")
    two = part("camera", point(0, 3), "two", reach_m=5.1, works="yes")
    other = part("camera", point(8, 3), "other", reach_m=5.1, works="yes")

    assert cameras(PARK, ZONE, two) == "some"
    assert cameras(PARK, ZONE, other) == "some"
    assert cameras(PARK, ZONE, two, other) == "all"
    assert cameras(PARK, ZONE, one) == "all"


def test_a_gap_of_a_centimetre_between_two_cameras_is_not_covered():
    # On the middle line x = 4 two discs of 5 m about (0, 3) and (8, 3) meet at y = 0 and y = 6, the edges of the zone.
    def pair(reach_m):
        return [part("camera", point(x, 3), f"at-{x}", reach_m=reach_m, works="yes") for x in (0, 8)]

    assert cameras(PARK, ZONE, *pair(5.01)) == "all"
    assert cameras(PARK, ZONE, *pair(4.99)) == "some"


def test_a_dead_camera_covers_nothing():
    assert cameras(PARK, ZONE, camera(reach_m=99, works="no")) == "none"
    assert "not working: cctv" in told("AMN-01.coverage", PARK, ZONE, camera(reach_m=99, works="no"))


def test_a_camera_that_looks_elsewhere_covers_nothing():
    assert cameras(PARK, ZONE, part("camera", point(-20, 0), "cctv", reach_m=15, works="yes")) == "none"


@pytest.mark.parametrize(("said", "missing"), [({"reach_m": 10}, "works"), ({"works": "yes"}, "reach_m")])
def test_what_a_camera_does_not_say_leaves_it_open_and_is_named(said, missing):
    assert cameras(PARK, ZONE, camera(**said)) is None
    assert told("AMN-01.coverage", PARK, ZONE, camera(**said)) == f"“{missing}” is not stated at cctv"


def test_a_silent_camera_does_not_matter_where_the_others_cover_all():
    assert cameras(PARK, ZONE, SEEN, part("camera", point(9, 9), "silent")) == "all"


def test_a_camera_that_looks_one_way_is_not_taken_to_look_all_around():
    fixed = camera(reach_m=10, works="yes", **{"camera:type": "fixed"})

    assert cameras(PARK, ZONE, fixed) is None
    assert "which way" in told("AMN-01.coverage", PARK, ZONE, fixed)


def test_more_cameras_could_cover_more_and_never_less():
    park = without_list("camera")

    assert cameras(park, ZONE, SEEN) == "all"
    assert cameras(park, ZONE, camera(reach_m=9, works="yes")) is None
    assert cameras(park, ZONE, camera(reach_m=9, works="no")) is None


def test_one_more_zone_could_be_out_of_reach():
    park = without_list("play_zone")

    assert cameras(park, ZONE, SEEN) is None
    assert cameras(park, ZONE, camera(reach_m=9, works="yes")) == "some"
    assert cameras(park, ZONE, camera(reach_m=9, works="no")) == "none"


def test_without_zones_or_cameras_nothing_is_known_of_the_cover():
    assert cameras(PARK, SEEN) is None
    assert "“play zone”" in told("AMN-01.coverage", PARK, SEEN)
    assert cameras(PARK, ZONE) is None
    assert "“CCTV camera”" in told("AMN-01.coverage", PARK, ZONE)
    assert cameras(with_all("camera"), ZONE) == "none"


def test_a_zone_drawn_as_a_point_is_never_known_to_be_covered_whole():
    zone = part("play_zone", point(1, 1), "zone")

    assert cameras(PARK, zone, SEEN) is None
    assert "zone: drawn as a point" in told("AMN-01.coverage", PARK, zone, SEEN)


def test_the_account_tells_the_reach_and_that_walls_are_not_looked_at():
    found = account("AMN-01.coverage", PARK, ZONE, SEEN)

    assert found.layer == "parts"
    assert told("AMN-01.coverage", PARK, ZONE, SEEN) == (
        "within the reach of cctv 10 m; what stands in between is not looked at"
    )


def test_lamps_must_reach_the_paths_and_gates_too():
    assert lit(PARK, ZONE, GATE, PATH, LAMP) == "all_zones"
    assert lit(PARK, ZONE, part("gate", point(0, -30), "gate"), PATH, LAMP) == "some_zones"


def test_all_is_lit_only_where_paths_and_gates_are_mapped():
    assert lit(PARK, ZONE, LAMP) is None
    assert lit(with_all("path"), ZONE, GATE, LAMP) == "all_zones"


def test_a_dead_lamp_leaves_all_dark():
    dead = part("lamp", point(0, 0), "lamp", reach_m=10, works="no")

    assert lit(PARK, ZONE, GATE, PATH, dead) == "no_zone"
    assert lit(PARK, ZONE, GATE, PATH, LAMP, dead | {"id": "dead"}) == "all_zones"


def test_a_crown_shades_what_lies_straight_below():
    # A quarter of a crown of 8 m falls into the corner of the zone: 4π of 48 m².
    tree = part("tree", point(0, 0), "ketapang", crown_m=8)

    assert shade(with_all("shelter"), ZONE, tree) == (26, 26)
    assert 100 * 4 * pi / 48 == pytest.approx(26.18, abs=0.01)
    assert "26.2 %" in told("VEG-06", with_all("shelter"), ZONE, tree)


def test_crowns_and_roofs_that_overlap_count_once():
    roof = part("shelter", box(0, 0, 4, 6), "roof")
    tree = part("tree", point(2, 3), "tree", crown_m=2)

    assert shade(PARK, ZONE, roof, tree) == (50, 50)


def test_a_crown_that_is_drawn_needs_no_width():
    assert shade(with_all("shelter"), ZONE, part("tree", box(4, 0, 9, 6), "crown")) == (50, 50)


def test_a_crown_nobody_measured_leaves_only_a_lower_end():
    park, roof = with_all("shelter"), part("shelter", box(0, 0, 4, 6), "roof")
    tree = part("tree", point(7, 3), "tree")

    assert shade(park, ZONE, roof, tree) == (50, 100)
    assert "how large they are is not stated: tree" in told("VEG-06", park, ZONE, roof, tree)
    assert shade(park, ZONE, tree) is None


def test_more_trees_or_roofs_than_are_mapped_could_shade_more():
    tree = part("tree", point(0, 0), "tree", crown_m=8)

    assert shade(PARK, ZONE, tree) == (26, 100)
    assert "“shelter”" in told("VEG-06", PARK, ZONE, tree)
    assert shade(site(box(-50, -50, 50, 50), parts_complete=["shelter"], parts_missing="tree"), ZONE) is None


def test_a_place_that_says_it_has_neither_tree_nor_roof_has_no_shade():
    assert shade(with_all("tree", "shelter"), ZONE) == (0, 0)
    assert shade(PARK, ZONE) is None
    assert "“tree”" in told("VEG-06", PARK, ZONE)


def test_what_is_wholly_shaded_stays_so_whatever_else_may_stand_there():
    assert shade(PARK, ZONE, part("shelter", box(-1, -1, 9, 7), "roof")) == (100, 100)


@pytest.mark.parametrize(
    ("park", "zones", "missing"),
    [
        (PARK, [], "no part “play zone”"),
        (without_list("play_zone"), [ZONE], "not every part “play zone”"),
        (PARK, [part("play_zone", point(0, 0), "zone")], "zone: drawn as a point"),
    ],
)
def test_the_shade_of_zones_that_are_not_all_drawn_is_not_known(park, zones, missing):
    tree = part("tree", point(0, 0), "tree", crown_m=8)

    assert shade(park, *zones, tree) is None
    assert missing in told("VEG-06", park, *zones, tree)


def test_the_planted_share_is_that_of_the_outline():
    lawn = part("planting", box(-50, -50, 50, 20), "lawn")

    assert planted(PARK, lawn) == (70, 70)
    assert planted(PARK, lawn, part("planting", box(40, 0, 90, 20), "beyond")) == (70, 70)
    assert planted(without_list("planting"), lawn) == (70, 100)


def test_a_hedge_drawn_as_a_line_has_no_known_area():
    lawn, hedge = part("planting", box(-50, -50, 50, 20), "lawn"), part("planting", line((0, 30), (9, 30)), "hedge")

    assert planted(PARK, lawn, hedge) == (70, 100)


def test_without_an_outline_or_plants_the_planted_share_is_not_known():
    lawn = part("planting", box(-50, -50, 50, 20), "lawn")

    assert planted(site(point(0, 0)), lawn) is None
    assert "drawn as a point" in told("VEG-05", site(point(0, 0)), lawn)
    assert planted(PARK) is None
    assert "“planting”" in told("VEG-05", PARK)


def test_what_is_left_out_and_said_to_be_missing_never_changes_an_answer_into_another_one():
    parts = [
        ZONE,
        part("play_zone", box(20, 0, 28, 6), "far-zone"),
        SEEN,
        part("camera", point(24, 3), "second", reach_m=4, works="yes"),
        GATE,
        PATH,
        LAMP,
        part("lamp", point(24, 3), "far-lamp", reach_m=3, works="no"),
        part("tree", point(0, 0), "tree", crown_m=8),
        part("tree", point(24, 3), "second-tree", crown_m=6),
        part("shelter", box(4, 0, 8, 6), "roof"),
    ]
    whole = {question: measured(question, PARK, *parts)[0] for question in ("AMN-01.coverage", "CHY-01.lit")}
    low, high = shade(PARK, *parts)
    for gone in parts:
        park = without_list(gone["properties"]["part"])
        kept = [each for each in parts if each is not gone]
        least, most = shade(park, *kept) or (0, 100)

        assert all(measured(question, park, *kept)[0] in (None, found) for question, found in whole.items())
        assert least <= low
        assert high <= most
