"""What is there and not drawn, or written where nobody looks for it, closes nothing; and sentences say what was measured."""

from __future__ import annotations

import pytest

from helpers.grounds import box, extent, line, part, point, site, sites, thing
from rba_audit import audit
from rba_audit.auditing import remarks_on_answers
from rba_audit.layers import recognized_features
from rba_audit.messages import using_language
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())
ZONE = part("play_zone", box(-5, -5, 5, 5), "zona")
FAR = thing("railway", line((-900, 300), (900, 300)), "rel")


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def park(shape=None, **properties):
    return site(shape or box(-20, -20, 20, 20), typology="rth", scale="kecamatan", position_accuracy_m=0, **properties)


def judged(requirement, *features, context=()):
    return audit(sites(*features), STANDARD, context=context).explain("taman", requirement)


@pytest.mark.parametrize(
    "features",
    [
        (
            park(),
            {"type": "Feature", "id": "wc", "geometry": None, "properties": {"part_of": "taman", "part": "toilet"}},
        ),
        (park(parts_missing=["toilet"]),),
        (park(parts_missing="yes"),),
        (park(parts_missing="some"),),
    ],
)
def test_a_toilet_of_the_place_that_is_not_drawn_may_be_nearer_than_the_one_of_the_map(features):
    clean = {"KSH-03.separate": "yes", "KSH-03.clean": "yes"}
    first = {**features[0], "properties": features[0]["properties"] | clean}
    context = (extent("toilet", "street"), thing("toilet", point(0, 400), "jauh"))

    assert judged("KSH-03", park(**clean), ZONE, context=context).outcome == "does_not_conform"
    found = judged("KSH-03", first, ZONE, *features[1:], context=context)
    assert found.outcome == "undetermined"
    assert "not drawn and may be nearer" in found.reason


def test_what_is_said_of_a_place_drawn_as_a_point_is_what_was_measured_from_it():
    found = judged("LOK-05", park(point(0, 0)), context=(extent("railway"), FAR))

    assert found.outcome == "undetermined"
    assert "rel, 297 m from its point" in found.observed
    assert "nothing within" not in found.observed


@pytest.mark.parametrize(
    "tags",
    [
        {"tags": {"railway": "rail"}},
        {"other_tags": '"electrified"=>"no","railway"=>"rail"'},
        {"tags": {"railway": "Rel"}},
    ],
)
def test_tags_within_a_property_leave_open_what_they_name(tags):
    shape = line((-900, 30), (900, 30))
    near = recognized_features(
        {"type": "Feature", "geometry": shape, "properties": tags}, "dekat", FAR.shape, "railway"
    )

    assert judged("LOK-05", park(), context=(extent("railway"), FAR)).outcome == "conforms"
    assert judged("LOK-05", park(), context=(extent("railway"), FAR, *near)).outcome == "undetermined"


def test_tags_within_a_property_that_are_known_to_be_of_no_layer_leave_nothing_open():
    inside = {"other_tags": '"power"=>"tower","railway"=>"platform"', "tags": {"waterway": "weir"}}

    assert recognized_features({"type": "Feature", "geometry": None, "properties": inside}) == ()


@pytest.mark.parametrize("geometry", [None, {"type": "LineString", "coordinates": []}])
@pytest.mark.parametrize("railway", ["rail", "raill"])
def test_a_thing_of_a_layer_without_positions_may_lie_anywhere(geometry, railway):
    lost = {"type": "Feature", "geometry": geometry, "properties": {"railway": railway}}

    found = judged(
        "LOK-05", park(), context=(extent("railway"), FAR, *recognized_features(lost, "lost", None, "railway"))
    )
    assert found.outcome == "undetermined"


def test_nobody_is_said_to_have_answered_what_was_only_measured():
    context = (extent("power_line"), thing("power_line", line((-900, 600), (900, 600)), "sutet", voltage=150000))
    findings = audit(sites(park()), STANDARD, context=context)

    trace = findings.explain("taman", "LOK-06")
    assert trace.outcome == "conforms"
    assert "not asked here, and not judged" in trace.observed
    assert "answered" not in trace.observed
    assert not [str(each) for each in remarks_on_answers(findings) if "LOK-06" in str(each)]

    answered = audit(sites(park(**{"LOK-06.distance": 90})), STANDARD, context=context)
    assert "answered though it is not asked here" in answered.explain("taman", "LOK-06").observed
    assert [str(each) for each in remarks_on_answers(answered) if "LOK-06.distance" in str(each)]
