"""From where a distance begins, and how long a walk is: what is not known of either keeps it a range."""

from __future__ import annotations

import pytest

from helpers.grounds import box, extent, line, part, point, site, sites, thing
from rba_audit import audit
from rba_audit.evidence import MISSING
from rba_audit.layers import rules_by_layer
from rba_audit.measures import measure_sites
from rba_audit.messages import using_language
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())
ZONE = part("play_zone", box(-5, -5, 5, 5), "zona")
GATE = part("gate", point(20, 0), "gerbang")
ITEM = part("equipment", box(-2, -2, 2, 2), "alat")
LOST = {"type": "Feature", "id": "lost", "geometry": None, "properties": {"part_of": "taman"}}


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def park(**properties):
    return site(box(-20, -20, 20, 20), typology="rth", scale="kecamatan", **properties)


def measured(question, *features, context=()):
    """Return the measured number at the first site, the range, or None."""
    found = next(each for each in measure_sites(sites(*features), STANDARD, context) if each.question == question)
    scale = STANDARD.question(question).scale
    low, high = int(found.low[0]) / scale, int(found.high[0]) / scale
    return None if found.codes[0] == MISSING else low if low == high else (low, high)


def told(question, *features, context=()):
    found = next(each for each in measure_sites(sites(*features), STANDARD, context) if each.question == question)
    return str(found.account(0).text)


def lost(kind):
    return {**LOST, "properties": {"part": kind, "part_of": "taman"}}


FROM_ZONES = [
    each.id
    for each in STANDARD.questions
    if each.measure is not None and each.measure.what == "distance" and not each.measure.word("from")
]
FROM_PARTS = [("LOK-06.equipment", ITEM), ("MUD-09.crossing", GATE)]


def beside(question, east):
    """Return a wall-like thing of the layer that a question asks about, its edge so far east."""
    layer = STANDARD.question(question).measure.word("to")
    return thing(layer, box(east, -300, east + 5, 300), voltage=150000, depth_m=2)


@pytest.mark.parametrize("question", FROM_ZONES)
@pytest.mark.parametrize("gap", ["parts_missing", "lost", "point"])
def test_every_distance_from_zones_begins_at_the_outline_where_the_zones_have_gaps(question, gap):
    context = [beside(question, 30)]
    zone = part("play_zone", point(5, 0), "zona") if gap == "point" else ZONE
    here = [park(**({"parts_missing": ["play_zone"]} if gap == "parts_missing" else {})), zone]

    assert measured(question, park(), ZONE, context=context) == 25
    assert measured(question, *here, *([lost("play_zone")] if gap == "lost" else []), context=context) == (10, 25)


@pytest.mark.parametrize("question", FROM_ZONES)
@pytest.mark.parametrize("here", [[park(parts_missing=["play_zone"])], [park(), lost("play_zone")]])
def test_where_no_zone_is_drawn_of_those_there_are_they_may_lie_anywhere_in_the_outline(question, here):
    farthest = float(STANDARD.question(question).high)

    assert measured(question, *here, context=[beside(question, 22)]) == (2, farthest)
    assert "not drawn" in told(question, *here, context=[beside(question, 22)])


@pytest.mark.parametrize(("question", "one"), FROM_PARTS)
def test_every_distance_from_parts_begins_at_the_outline_where_the_list_has_gaps(question, one):
    context, kind = [beside(question, 30)], one["properties"]["part"]
    nearest = 28 if kind == "equipment" else 10
    known = part(kind, box(-2, -2, 2, 2), "x")

    assert measured(question, park(), one, context=context) == nearest
    assert measured(question, park(parts_missing=[kind]), known, context=context) == (10, 28)
    assert measured(question, park(), known, lost(kind), context=context) == (10, 28)
    assert "may begin at the outline" in told(question, park(parts_missing=[kind]), known, context=context)


def test_equipment_known_from_a_map_layer_only_is_never_all_there_is():
    context = [beside("LOK-06.equipment", 30), thing("equipment", box(-2, -2, 2, 2), "n1", type="slide")]

    assert measured("LOK-06.equipment", park(), context=context) == (10, 28)
    assert measured("LOK-06.equipment", park(parts_complete=["equipment"]), context=context) == 28


def test_without_an_outline_a_list_with_gaps_says_only_how_far_at_most():
    gaps = site(point(0, 0), typology="rth", scale="rt", parts_missing=["play_zone"])

    assert measured("LOK-05.distance", gaps, ZONE, context=[beside("LOK-05.distance", 30)]) == (0, 25)


# --- points -----------------------------------------------------------------------------------------------------------

AWAY = ["LOK-08", "LOK-09.tps", "LOK-09.tpa", "UDR-04.distance"]


@pytest.mark.parametrize("question", AWAY)
def test_a_thing_drawn_as_a_point_is_no_farther_than_that(question):
    layer = STANDARD.question(question).measure.word("to")
    node, sized = thing(layer, point(320, 0)), thing(layer, point(320, 0), radius_m=20)

    assert measured(question, park(), context=[node, extent(layer)]) == (0, 300)
    assert "drawn as a point" in told(question, park(), context=[node, extent(layer)])
    assert measured(question, park(), context=[sized, extent(layer)]) == 280


def test_a_point_may_fail_and_never_passes():
    def outcome(east):
        return audit(sites(park()), STANDARD, context=[thing("fuel_station", point(east, 0))]).explain(
            "taman", "LOK-08"
        )

    assert outcome(20 + 11).outcome == "does_not_conform"
    assert outcome(20 + 60).outcome == "undetermined"


def test_layers_toml_says_of_what_kinds_a_point_is_the_thing_itself():
    assert measured("MUD-09.crossing", park(), GATE, context=[thing("crossing", point(60, 0))]) == (30, 40)
    assert measured("MUD-09.crossing", park(), GATE, context=[thing("crossing", line((60, 0), (60, 9)))]) == 40
    assert "gate" in rules_by_layer()


# --- walks ------------------------------------------------------------------------------------------------------------

STOP = thing("transport_stop", point(320, 0), source="osm")
DETOUR = thing("street", line((20, 0), (20, 200), (320, 200), (320, 0)), source="osm")
WHOLE = extent("street", "transport_stop", source="osm")


def test_a_walk_is_no_shorter_than_the_straight_line_and_without_streets_may_be_of_any_length():
    assert measured("MUD-11", park(), GATE, context=[STOP]) == (300, 50_000)
    assert "in a straight line" in told("MUD-11", park(), GATE, context=[STOP])


def test_streets_say_how_long_a_walk_is_at_most():
    assert measured("MUD-11", park(), GATE, context=[STOP, DETOUR]) == (300, 700)
    assert "700 m along the streets given" in told("MUD-11", park(), GATE, context=[STOP, DETOUR])


def test_a_walk_is_one_number_only_where_streets_and_stops_are_complete():
    assert measured("MUD-11", park(), GATE, context=[STOP, DETOUR, WHOLE]) == 700
    assert measured("MUD-11", park(parts_missing=["gate"]), GATE, context=[STOP, DETOUR, WHOLE]) == (300, 700)
    assert measured("MUD-11", park(), GATE, context=[STOP, DETOUR, extent("street", source="osm")]) == (300, 700)


def test_a_walk_along_one_street_turns_nowhere():
    straight = thing("street", line((-500, 3), (500, 3)))

    assert measured("MUD-11", park(), GATE, context=[STOP, straight]) == (300, 306)


def test_streets_that_do_not_join_lead_nowhere():
    apart = [thing("street", line((20, 0), (150, 0))), thing("street", line((180, 0), (320, 0)))]

    assert measured("MUD-11", park(), GATE, context=[STOP, *apart]) == (300, 50_000)


def test_of_several_stops_the_shortest_walk_counts_and_not_the_nearest_stop():
    other = thing("transport_stop", point(20, 450), source="osm")
    up = thing("street", line((20, 0), (20, 200), (20, 450)), source="osm")

    assert measured("MUD-11", park(), GATE, context=[STOP, other, DETOUR, up]) == (300, 450)


def test_nobody_walks_to_a_toilet_in_the_outline():
    assert measured("KSH-03.distance", park(), part("toilet", point(19, 19), "wc")) == 0
    assert measured("KSH-03.distance", park(), part("toilet", box(60, 0, 62, 2), "wc")) is None


def test_an_answer_inside_the_range_of_a_walk_settles_it_and_one_outside_is_told():
    def found(**answers):
        return audit(sites(park(**answers), GATE), STANDARD, context=[STOP, DETOUR]).explain("taman", "MUD-11")

    assert found().outcome == "undetermined"
    assert found(**{"MUD-11": 390}).outcome == "conforms"
    assert found(**{"MUD-11": 650}).outcome == "partial"
    assert found(**{"MUD-11": 290}).outcome == "undetermined"
    assert "the surveyor answered 290 m" in found(**{"MUD-11": 290}).reason
