"""Ways from the gate to the play zones: steps, ramps, gaps, guiding blocks and the narrowest place."""

from __future__ import annotations

import pytest

from helpers.grounds import box, line, part, point, site
from helpers.measuring_inside import account, measured, told

PARK = site(box(-50, -50, 50, 50))
GATE = part("gate", point(0, -50), "gate")
ZONE = part("play_zone", box(-10, 20, 10, 40), "zone")
FAR_ZONE = part("play_zone", box(30, 20, 45, 40), "far-zone")


def path(id, *points, **said):
    return part("path", line(*points), id, **said)


MAIN = path("main", (0, -50), (0, 0), step_free="yes", guiding="yes", width_m=2.4)
UPPER = path("upper", (0, 0), (0, 20), step_free="yes", guiding="yes", width_m=1.8)


def upper(**said):
    return path("upper", (0, 0), (0, 20), **said)


def step_free(*features):
    return measured("MUD-01", *features)[0]


def widest(*features):
    return measured("MUD-02.main", *features)[0]


def test_every_zone_reached_over_paths_without_steps_is_a_step_free_route():
    assert step_free(PARK, GATE, ZONE, MAIN, UPPER) == "yes"
    assert all(each in told("MUD-01", PARK, GATE, ZONE, MAIN, UPPER) for each in ("gate", "zone", "main", "upper"))


def test_a_step_in_the_only_path_breaks_the_route():
    features = (PARK, GATE, ZONE, MAIN, upper(step_free="no", ramp="no"))

    assert step_free(*features) == "no"
    assert "upper" in told("MUD-01", *features)


def test_a_ramp_at_the_one_step_mends_the_route_in_part():
    assert step_free(PARK, GATE, ZONE, MAIN, upper(step_free="no", ramp="yes")) == "partial"


def test_two_steps_with_a_ramp_each_are_broken_in_more_than_one_place():
    first = path("main", (0, -50), (0, 0), step_free="no", ramp="yes")

    assert step_free(PARK, GATE, ZONE, first, upper(step_free="no", ramp="yes")) == "no"


def test_a_step_that_does_not_say_whether_it_has_a_ramp_leaves_the_route_open():
    features = (PARK, GATE, ZONE, MAIN, upper(step_free="no"))

    assert step_free(*features) is None
    assert told("MUD-01", *features) == "“step_free” is no and “ramp” is not stated at upper"


def test_a_path_that_does_not_say_is_named_and_leaves_the_route_open():
    features = (PARK, GATE, ZONE, MAIN, upper())

    assert step_free(*features) is None
    assert told("MUD-01", *features) == "“step_free” is not stated at upper"


def test_a_silent_path_does_not_matter_where_another_way_leads_there():
    silent = path("silent", (5, -50), (5, 20))

    assert step_free(PARK, GATE, ZONE, MAIN, UPPER, silent) == "yes"


def test_steps_of_a_map_are_no_way_without_steps():
    assert step_free(PARK, GATE, ZONE, MAIN, upper(highway="steps", ramp="no")) == "no"


def test_steps_that_claim_to_be_free_of_steps_say_nothing():
    assert step_free(PARK, GATE, ZONE, MAIN, upper(highway="steps", step_free="yes")) is None


@pytest.mark.parametrize(("gap_m", "expected"), [(0.9, "yes"), (1.0, "yes"), (1.1, "no"), (2.0, "no")])
def test_a_missing_link_breaks_the_route_once_it_is_longer_than_what_joins(gap_m, expected):
    short = path("upper", (0, gap_m), (0, 20), step_free="yes")

    assert step_free(PARK, GATE, ZONE, MAIN, short) == expected


def test_a_wide_path_joins_at_its_edge_and_not_beyond_its_end():
    beside = path("beside", (11.9, -50), (11.9, 30), step_free="yes", width_m=2)
    gate = part("gate", point(11.9, -50), "gate")
    short = path("short", (0, -50), (0, 18.5), step_free="yes", width_m=3)

    assert step_free(PARK, gate, ZONE, beside) == "yes"
    assert step_free(PARK, GATE, ZONE, short) == "no"


def test_a_path_drawn_as_an_area_joins_where_it_touches():
    area = part("path", box(-2, -50, 2, 20), "area", step_free="yes")

    assert step_free(PARK, GATE, ZONE, area) == "yes"


def test_a_zone_at_the_gate_needs_no_path():
    zone = part("play_zone", box(-10, -50, 10, -30), "zone")

    assert step_free(PARK, GATE, zone) == "yes"


def test_one_zone_that_cannot_be_reached_is_enough():
    features = (PARK, GATE, ZONE, FAR_ZONE, MAIN, UPPER)

    assert step_free(*features) == "no"
    assert "not reached from gate: far-zone" in told("MUD-01", *features)


def test_a_zone_behind_another_is_reached_only_if_that_one_can_be_crossed():
    behind = part("play_zone", box(10, 20, 20, 40), "behind")
    crossed = {**ZONE, "properties": {**ZONE["properties"], "step_free": "yes"}}
    closed = {**ZONE, "properties": {**ZONE["properties"], "step_free": "no", "ramp": "no"}}

    assert step_free(PARK, GATE, ZONE, behind, MAIN, UPPER) is None
    assert step_free(PARK, GATE, crossed, behind, MAIN, UPPER) == "yes"
    assert step_free(PARK, GATE, closed, behind, MAIN, UPPER) == "no"


def test_a_gate_with_steps_is_no_way_in():
    stepped = part("gate", point(0, -50), "gate", step_free="no", ramp="no")

    assert step_free(PARK, stepped, ZONE, MAIN, UPPER) == "no"
    assert step_free(PARK, stepped, part("gate", point(0.5, -20), "side"), ZONE, MAIN, UPPER) == "yes"


@pytest.mark.parametrize(
    ("without", "missing"), [("gate", "“gate”"), ("zone", "“play zone”"), ("main", "“path”"), ("all", "“gate”")]
)
def test_a_kind_of_part_that_is_not_mapped_leaves_the_route_open_and_is_named(without, missing):
    features = {"gate": (GATE,), "zone": (ZONE,), "main": (MAIN, UPPER)}
    kept = [each for name, some in features.items() if without not in (name, "all") for each in some]

    assert step_free(PARK, *kept) is None
    assert missing in told("MUD-01", PARK, *kept)


@pytest.mark.parametrize("kind", ["gate", "path", "play_zone"])
def test_a_list_that_is_not_complete_never_proves_that_there_is_no_route(kind):
    park = site(box(-50, -50, 50, 50), parts_missing=[kind])

    assert step_free(park, GATE, ZONE, MAIN, upper(step_free="no", ramp="no")) is None


def test_a_route_once_found_stands_though_more_gates_and_paths_may_exist():
    assert step_free(site(box(-50, -50, 50, 50), parts_missing=["gate", "path"]), GATE, ZONE, MAIN, UPPER) == "yes"
    assert step_free(site(box(-50, -50, 50, 50), parts_missing=["play_zone"]), GATE, ZONE, MAIN, UPPER) is None


def test_sites_do_not_lend_each_other_their_paths():
    other = site(box(-50, -50, 50, 50), id="lain")
    parts = [
        {**each, "id": f"{each['id']}-2", "properties": {**each["properties"], "part_of": "lain"}}
        for each in (GATE, ZONE, MAIN)
    ]

    assert measured("MUD-01", PARK, other, GATE, ZONE, MAIN, UPPER, *parts) == ["yes", "no"]


def test_the_account_names_the_parts_and_the_day_of_the_drawing():
    park = site(box(-50, -50, 50, 50), outline_date="2026-03-01")

    assert account("MUD-01", park, GATE, ZONE, MAIN, UPPER).source == "measured:parts@2026-03-01"


def test_guiding_blocks_lead_to_the_play_zone_only_along_paths_that_have_them():
    assert measured("MUD-05.play_zone", PARK, GATE, ZONE, MAIN, UPPER) == ["yes"]
    assert measured("MUD-05.play_zone", PARK, GATE, ZONE, MAIN, upper(guiding="no")) == ["no"]
    assert measured("MUD-05.play_zone", PARK, GATE, ZONE, MAIN, upper(step_free="yes")) == [None]


@pytest.mark.parametrize(
    ("toilet", "expected"),
    [
        (box(3, -20, 6, -17), "not_linked"),
        (box(0.5, -20, 6, -17), "linked"),
        (point(0.5, -20), "linked"),
        # How large it is nobody drew: it may reach as far as the path.
        (point(5, -20), None),
        (point(30, -20), "not_linked"),
    ],
)
def test_guiding_blocks_lead_to_the_toilet_or_do_not(toilet, expected):
    assert measured("MUD-05.toilet", PARK, GATE, MAIN, part("toilet", toilet, "wc")) == [expected]


def test_a_site_that_says_it_has_no_toilet_has_none_to_link():
    assert measured("MUD-05.toilet", site(box(-50, -50, 50, 50), parts_complete=["toilet"]), GATE, MAIN) == [
        "no_toilet"
    ]
    assert measured("MUD-05.toilet", PARK, GATE, MAIN) == [None]


def test_the_main_route_is_as_wide_as_its_narrowest_path():
    assert widest(PARK, GATE, ZONE, MAIN, UPPER) == (1.8, 1.8)
    assert "narrowest at upper" in told("MUD-02.main", PARK, GATE, ZONE, MAIN, UPPER)


def test_of_two_routes_the_wider_one_counts():
    around = path("around", (0, 0), (8, 10), (8, 20), width_m=2.1)

    assert widest(PARK, GATE, ZONE, MAIN, UPPER, around) == (2.1, 2.1)


def test_of_several_zones_the_one_with_the_narrowest_route_counts():
    narrow = path("narrow", (0, 0), (35, 20), width_m=0.9)

    assert widest(PARK, GATE, ZONE, FAR_ZONE, MAIN, UPPER, narrow) == (0.9, 0.9)


def test_a_path_without_a_width_bounds_the_route_by_the_others():
    features = (PARK, GATE, ZONE, MAIN, upper())

    assert widest(*features) == (0, 2.4)
    assert "“width_m” is not stated at upper" in told("MUD-02.main", *features)


def test_more_paths_and_gates_could_only_make_the_route_wider():
    assert widest(site(box(-50, -50, 50, 50), parts_missing=["path"]), GATE, ZONE, MAIN, UPPER) == (1.8, 50)


def test_a_zone_that_no_path_joins_has_no_known_width():
    assert widest(PARK, GATE, FAR_ZONE, MAIN, UPPER) is None
    assert told("MUD-02.main", PARK, GATE, FAR_ZONE, MAIN, UPPER) == "no path joins a gate and far-zone"
    assert widest(PARK, GATE, ZONE, FAR_ZONE, MAIN, UPPER) == (0, 1.8)


@pytest.mark.parametrize("without", [GATE, ZONE])
def test_without_gate_or_zone_there_is_no_main_route(without):
    assert widest(PARK, *(each for each in (GATE, ZONE, MAIN, UPPER) if each is not without)) is None
    assert widest(PARK, GATE, ZONE) is None


def test_a_zone_at_the_gate_has_no_path_that_could_be_narrow():
    assert widest(PARK, GATE, part("play_zone", box(-10, -50, 10, -30), "zone")) is None


def test_what_is_left_out_and_said_to_be_missing_never_changes_an_answer_into_another_one():
    parts = {
        "gate": [GATE, part("gate", point(50, 0), "east")],
        "path": [MAIN, upper(step_free="no", ramp="yes", width_m=1.5), path("east-way", (50, 0), (40, 20), width_m=1)],
        "play_zone": [ZONE, FAR_ZONE],
    }
    whole = {
        question: measured(question, PARK, *(each for some in parts.values() for each in some))[0]
        for question in ("MUD-01", "MUD-02.main", "MUD-05.play_zone")
    }
    for kind, some in parts.items():
        for gone in some:
            park = site(box(-50, -50, 50, 50), parts_missing=[kind])
            kept = [each for others in parts.values() for each in others if each is not gone]

            assert measured("MUD-01", park, *kept)[0] in (None, whole["MUD-01"])
            assert measured("MUD-05.play_zone", park, *kept)[0] in (None, whole["MUD-05.play_zone"])
            low, high = widest(park, *kept) or (0, 50)
            assert low <= whole["MUD-02.main"][0]
            assert whole["MUD-02.main"][1] <= high
