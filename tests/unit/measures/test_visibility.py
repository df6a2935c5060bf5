"""How much of the play zones is seen from the guard post and the street, past walls that were reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.grounds import box, extent, line, part, point, site, thing
from helpers.measuring_inside import account, measured, told
from rba_audit.measures.shadows import edges_of, out_of_sight

THINGS = ("toilet", "fence", "shelter")
ALL_AROUND = (extent("building", "street"),)
ZONE = part("play_zone", box(-10, 10, 10, 20), "zone")
POST = part("guard_post", point(0, 0), "post")


def park(*complete, missing=(), **said):
    return site(box(-30, -30, 30, 30), parts_complete=list(complete or THINGS), parts_missing=list(missing), **said)


def wall(west, east, north=5.0, **said):
    return part("fence", line((west, north), (east, north)), "wall", **{"see_through": "no", **said})


def seen(*features, context=ALL_AROUND):
    return measured("AMN-05", *features, context=context)[0]


def why(*features, context=ALL_AROUND):
    return told("AMN-05", *features, context=context)


def test_an_open_zone_is_seen_whole():
    assert seen(park(), ZONE, POST) == (100, 100)


def test_a_wall_hides_exactly_the_half_of_the_zone_behind_it():
    assert seen(park(), ZONE, POST, wall(0, 20)) == (50, 50)


def test_the_shadow_of_a_wall_widens_behind_it():
    # Two metres of wall at 5 m hide 0.4 m for each metre of depth: 60 of 200 m² between 10 and 20 m.
    assert seen(park(), ZONE, POST, wall(0, 2)) == (70, 70)


def test_walls_at_an_angle_leave_no_crack_between_them():
    bent = part("fence", line((-20, 5), (0, 3), (20, 5)), "bent", see_through="no")

    assert seen(park(), ZONE, POST, bent) == (0, 0)


def test_a_wall_close_before_the_eyes_hides_all_that_is_behind_it():
    assert seen(park(), ZONE, POST, wall(-30, 30, 0.2)) == (0, 0)
    assert seen(park(), ZONE, POST, wall(-30, 30, -0.2)) == (100, 100)


def test_two_posts_see_what_either_of_them_sees():
    east = part("guard_post", point(30, 15), "east")

    assert seen(park(), ZONE, POST, wall(0, 20)) == (50, 50)
    assert seen(park(), ZONE, POST, east, wall(0, 20)) == (100, 100)


@pytest.mark.parametrize(
    ("thing_", "expected"),
    [
        (part("toilet", box(0, 4, 20, 5), "wc"), (50, 50)),
        (part("shelter", box(0, 4, 20, 5), "kiosk", walls="yes"), (50, 50)),
        (part("shelter", box(0, 4, 20, 5), "roof", walls="no"), (100, 100)),
        (part("shelter", box(0, 4, 20, 5), "either"), (50, 100)),
        (wall(0, 20, see_through="yes"), (100, 100)),
        (wall(0, 20, see_through=None), (50, 100)),
        # How large a toilet is nobody drew; it may hide everything, and that says nothing.
        (part("toilet", point(0, 5), "wc"), None),
    ],
)
def test_what_hides_and_what_does_not(thing_, expected):
    assert seen(park(), ZONE, POST, thing_) == expected


def test_a_wall_that_does_not_say_whether_one_sees_through_is_named():
    assert "whether one sees through is not stated at wall" in why(park(), ZONE, POST, wall(0, 20, see_through=None))


def test_a_building_of_the_map_hides_what_is_behind_it():
    house = thing("building", box(0, 4, 20, 5), "way/9", "2026-04-06", name="Balai")

    assert seen(park(), ZONE, POST, context=(house, *ALL_AROUND)) == (50, 50)
    assert all(each in why(park(), ZONE, POST, context=(house, *ALL_AROUND)) for each in ("50 %", "post", "Balai"))
    assert account("AMN-05", park(), ZONE, POST, context=(house, *ALL_AROUND)).date == "2026-04-06"


def test_without_the_buildings_only_the_most_that_can_be_seen_is_known():
    streets = (extent("street"),)

    assert seen(park(), ZONE, POST, wall(0, 20), context=streets) == (0, 50)
    assert "“building”" in why(park(), ZONE, POST, wall(0, 20), context=streets)
    assert seen(park(), ZONE, POST, context=streets) is None
    assert account("AMN-05", park(), ZONE, POST, context=streets).layer == "building"


def test_buildings_that_are_known_only_farther_off_are_not_enough():
    near = (extent("building", reach_m=60), extent("street", source="streets"))

    assert seen(park(), ZONE, POST, wall(0, 20), context=near) == (0, 50)


@pytest.mark.parametrize("kind", THINGS)
def test_things_that_are_not_all_mapped_may_hide_more(kind):
    others = [each for each in THINGS if each != kind]

    assert seen(park(*others), ZONE, POST) is None
    assert f"“{kind}”" in why(park(*others), ZONE, POST)
    assert seen(park("toilet", "shelter"), ZONE, POST, wall(0, 20)) == (50, 50)
    assert seen(park("toilet", "shelter", missing=["fence"]), ZONE, POST, wall(0, 20)) == (0, 50)


def test_one_more_post_could_see_more():
    assert seen(park(missing=["guard_post"]), ZONE, POST, wall(0, 20)) == (50, 100)
    assert seen(park(), ZONE) is None
    assert "“guard post”" in why(park(), ZONE)


def test_a_place_without_post_and_street_is_seen_from_nowhere():
    assert seen(park(*THINGS, "guard_post"), ZONE) == (0, 0)


def test_without_the_streets_more_may_be_seen():
    buildings = (extent("building"),)

    assert seen(park(), ZONE, POST, wall(0, 20), context=buildings) == (50, 100)
    assert "“street”" in why(park(), ZONE, POST, wall(0, 20), context=buildings)


def test_from_the_street_at_least_so_much_is_seen():
    street = thing("street", line((0, 40), (5, 40)), "way/3", name="Jalan Veteran")
    none = park(*THINGS, "guard_post")
    # From the east end of the street one sees past the end of the wall what lies east of it: a quarter of the zone.
    fence = part("fence", line((-90, 29), (5, 29)), "wall", see_through="no")

    assert seen(none, ZONE, context=(street, *ALL_AROUND)) == (100, 100)
    assert seen(none, ZONE, fence, context=(street, *ALL_AROUND)) == (25, 100)
    assert all(
        each in why(none, ZONE, fence, context=(street, *ALL_AROUND)) for each in ("Jalan Veteran", "may see more")
    )


@pytest.mark.parametrize(("north", "expected"), [(79, (100, 100)), (81, (0, 0))])
def test_a_street_counts_as_far_off_as_is_looked(north, expected):
    street = thing("street", line((-5, north), (5, north)))

    assert seen(park(*THINGS, "guard_post"), ZONE, context=(street, *ALL_AROUND)) == expected


def test_a_way_inside_the_outline_is_no_street_to_look_from():
    inner = thing("street", line((-20, 0), (20, 0)), highway="footway")

    assert seen(park(*THINGS, "guard_post"), ZONE, context=(inner, *ALL_AROUND)) == (0, 0)


def test_a_street_needs_an_outline_to_be_outside_of():
    point_site = site(point(0, 0), parts_complete=list(THINGS))
    street = thing("street", line((-60, 40), (60, 40)))

    assert seen(point_site, ZONE, POST, wall(0, 20), context=(street, *ALL_AROUND)) == (50, 100)


def test_a_post_drawn_as_an_area_sees_at_least_what_its_edge_sees():
    booth = part("guard_post", box(-1, -1, 1, 1), "booth")
    house = thing("building", box(-1, -1, 1, 1))

    assert seen(park(), ZONE, booth) == (100, 100)
    assert seen(park(), ZONE, booth, context=(house, *ALL_AROUND)) == (100, 100)
    low, high = seen(park(), ZONE, booth, wall(0, 20))

    assert 50 < low < high == 100


def test_from_a_post_inside_a_house_nobody_knows_what_is_seen():
    house = thing("building", box(-5, -5, 5, 3))

    assert seen(park(), ZONE, POST, context=(house, *ALL_AROUND)) is None


def test_a_place_roughly_known_is_not_looked_at_past_what_is_around_it():
    assert seen(park(position_accuracy_m=8), ZONE, POST, wall(0, 20)) is None
    assert "8 m" in why(park(position_accuracy_m=8), ZONE, POST)


@pytest.mark.parametrize(
    "zones", [[], [ZONE, part("play_zone", point(0, 0), "spot")]], ids=["none mapped", "one drawn as a point"]
)
def test_zones_that_are_not_all_drawn_have_no_known_share(zones):
    assert seen(park(), *zones, POST) is None


def test_what_is_left_out_never_changes_an_answer_into_another_one():
    context = (thing("building", box(2, 6, 6, 8)), thing("street", line((-60, -45), (60, -45))), *ALL_AROUND)
    parts = (
        ZONE,
        POST,
        part("guard_post", point(-29, 0), "gate-post"),
        wall(-4, 0),
        part("toilet", box(6, 6, 9, 9), "wc"),
    )
    low, high = seen(park(), *parts, context=context)
    for gone in parts:
        kind = gone["properties"]["part"]
        complete = [each for each in THINGS if each != kind]
        kept = [each for each in parts if each is not gone]
        least, most = seen(park(*complete, missing=[kind]), *kept, context=context) or (0, 100)

        assert least <= low <= high <= most
    for layer in ("building", "street"):
        kept = tuple(each for each in context if each.layer not in (layer, "extent"))
        others = extent(*({"building", "street"} - {layer}))
        least, most = seen(park(), *parts, context=(*kept, others)) or (0, 100)

        assert least <= low <= high <= most


@settings(max_examples=cases(60, 1200))
@given(seed=st.integers(0, 2**32 - 1))
def test_each_spot_is_seen_if_and_only_if_the_line_to_it_is_free(seed):
    chance = np.random.default_rng(seed)
    area = shapely.box(0, 0, 30, 20)
    things = [shapely.LineString(chance.uniform(-15, 35, (2, 2))) for _ in range(4)]
    things += [shapely.box(x, y, x + 3, y + 2) for x, y in chance.uniform(-15, 35, (3, 2))]
    eyes = chance.uniform(-20, 40, (2, 2))
    hidden = out_of_sight(area, eyes, edges_of(np.array(things, dtype=object)))
    everything = shapely.union_all([shapely.boundary(each) if each.geom_type == "Polygon" else each for each in things])

    for spot in chance.uniform((0, 0), (30, 20), (40, 2)):
        free = any(not shapely.intersects(shapely.LineString([eye, spot]), everything) for eye in eyes)
        at = shapely.Point(spot)
        if shapely.distance(at, shapely.boundary(hidden)) > 1e-6:
            assert free != shapely.contains(hidden, at)
