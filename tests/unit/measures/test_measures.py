"""What is measured around a site, and what is left open because nobody knows."""

from __future__ import annotations

import json

import pytest

from helpers.grounds import box, extent, line, part, point, site, sites, spot, thing
from rba_audit import audit
from rba_audit.errors import SiteError
from rba_audit.findings.observations import OVERRIDE, SURVEYOR
from rba_audit.layers import read_context, recognized_features
from rba_audit.measures import MEASURES
from rba_audit.messages import using_language
from rba_audit.standard import OUTCOMES, default_edition, edition_names, load_published
from rba_audit.standard.measure_terms import GRAMMAR

STANDARD = load_published(default_edition())
GREEN = {"typology": "rth", "scale": "rt"}
# A track whose bed is as wide as the distance of its edge from the middle says.
RAILWAY = thing("railway", line((40, -200), (40, 200)), "way/7", "2026-04-06", name="Merak–Serang", width_m=6)


def judged(*features, context=()):
    return audit(sites(*features), STANDARD, context=context)


def outcome(findings, requirement, id="taman"):
    return findings.explain(id, requirement).outcome


def seen(findings, question, id="taman"):
    requirement = STANDARD.question(question).requirement
    found = findings.explain(id, requirement).observations
    return next(each for each in found if each.question.id == question)


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def park(**properties):
    return site(box(-20, -20, 20, 20), **GREEN, **properties)


def test_every_measure_that_an_edition_may_name_is_one_that_is_known():
    assert set(MEASURES) == set(GRAMMAR)


@pytest.mark.parametrize("edition", edition_names())
def test_every_measured_question_takes_the_kind_of_answer_that_is_measured(edition):
    asked = [each for each in load_published(edition).questions if each.measure is not None]

    assert asked
    assert {each.kind for each in asked} <= {"number", "choice", "yes_no", "yes_partial_no"}


def test_the_area_of_an_outline_answers_for_the_land():
    findings = judged(site(box(0, 0, 25, 10), **GREEN))

    assert outcome(findings, "LOK-03") == "conforms"
    assert findings.explain("taman", "LOK-03").evidence_source == "measured:outline@undated"


def test_an_area_just_too_small_is_nearly_enough():
    assert outcome(judged(site(box(0, 0, 24.9, 10), **GREEN)), "LOK-03") == "partial"


def test_an_outline_that_only_illustrates_is_not_measured():
    findings = judged(site(box(0, 0, 25, 10), outline="illustrative", **GREEN))

    assert outcome(findings, "LOK-03") == "undetermined"
    assert "illustration" in findings.explain("taman", "LOK-03").reason


@pytest.mark.parametrize("geometry", [None, point(0, 0)])
def test_a_site_without_an_outline_has_no_area(geometry):
    assert outcome(judged(site(geometry, **GREEN)), "LOK-03") == "undetermined"


def test_what_was_measured_alone_is_no_audit():
    assert judged(park()).status.tolist() == ["not_audited"]


@pytest.mark.parametrize(("gap_m", "expected"), [(15.0, "conforms"), (14.9, "undetermined"), (5.9, "does_not_conform")])
def test_a_railway_is_measured_from_its_edge_to_the_outline(gap_m, expected):
    rails = thing("railway", line((20 + 3 + gap_m, -200), (20 + 3 + gap_m, 200)), width_m=6)

    assert outcome(judged(park(), context=[rails]), "LOK-05") == expected


def test_the_finding_names_layer_date_feature_and_distance():
    trace = judged(park(), context=[RAILWAY]).explain("taman", "LOK-05")

    assert trace.evidence_source == "measured:railway@2026-04-06"
    assert all(each in trace.observed for each in ("17 m", "Merak–Serang", "way/7", "from the outline"))


def test_a_layer_that_was_not_given_leaves_its_findings_open_and_is_named():
    findings = judged(park(), context=[RAILWAY])

    assert outcome(findings, "LOK-05") == "conforms"
    assert outcome(judged(park()), "LOK-05") == "undetermined"
    assert "“railway”" in judged(park()).explain("taman", "LOK-05").reason


def test_nothing_near_counts_only_where_the_layer_is_known_to_be_complete():
    far = thing("railway", line((9000, 0), (9000, 100)))

    assert outcome(judged(park(), context=[far]), "LOK-05") == "undetermined"
    assert outcome(judged(park(), context=[far, extent("railway")]), "LOK-05") == "conforms"


def test_an_extent_alone_says_that_nothing_is_there():
    findings = judged(park(), context=[extent("railway")])

    assert outcome(findings, "LOK-05") == "conforms"
    assert seen(findings, "LOK-05.distance").text == "≥ 1,000 m"
    assert findings.explain("taman", "LOK-05").evidence_source == "measured:railway@2026-04-06"


@pytest.mark.parametrize(("reach_m", "expected"), [(40, "conforms"), (30, "undetermined")])
def test_a_layer_is_believed_as_far_as_it_says_it_reaches(reach_m, expected):
    assert outcome(judged(park(), context=[extent("railway", reach_m=reach_m)]), "LOK-05") == expected


def test_near_a_thing_with_a_broken_shape_nobody_knows_how_far_it_is():
    bow = {"type": "Polygon", "coordinates": [[spot(30, 0), spot(40, 9), spot(40, 0), spot(30, 9), spot(30, 0)]]}
    feature = {"type": "Feature", "geometry": bow, "properties": {"layer": "railway"}}
    broken = recognized_features(feature, "way/1", None, "railway")

    assert outcome(judged(park(), context=[RAILWAY, extent("railway")]), "LOK-05") == "conforms"
    assert outcome(judged(park(), context=[RAILWAY, extent("railway"), *broken]), "LOK-05") == "undetermined"


def test_a_file_of_which_features_could_not_be_read_settles_nothing_well(tmp_path):
    good = {
        "type": "Feature",
        "id": "way/7",
        "geometry": line((40, -200), (40, 200)),
        "properties": {"railway": "rail"},
    }
    bad = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": ["x"]},
        "properties": {"railway": "rail"},
    }
    for name, features in (("whole", [good]), ("broken", [good, bad])):
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (tmp_path / f"{name}.geojson").write_text(text, encoding="utf-8")
    told = []

    assert outcome(judged(park(), context=read_context([tmp_path / "whole.geojson"])), "LOK-05") == "conforms"
    broken = read_context([tmp_path / "broken.geojson"], told.append)
    assert outcome(judged(park(), context=broken), "LOK-05") == "undetermined"
    assert "some features are refused (1)" in str(told[0])


@pytest.mark.parametrize(
    ("coordinates", "why"),
    [([[625000, 9322000], [626000, 9322000]], "EPSG:4326"), ([[-6.12, 106.15], [-6.12, 106.16]], "swapped")],
)
def test_a_context_file_with_unusable_coordinates_is_refused_for_them(tmp_path, coordinates, why):
    rails = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"railway": "rail"},
    }
    (tmp_path / "rel.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [rails]}), encoding="utf-8"
    )

    with pytest.raises(SiteError, match=why):
        read_context([tmp_path / "rel.geojson"])


def test_a_site_that_is_only_a_point_may_reach_nearer_but_not_farther():
    near = thing("railway", line((4, -100), (4, 100)), width_m=0)
    far = thing("railway", line((400, -100), (400, 100)))

    pin = site(point(0, 0), position_accuracy_m=1)

    assert outcome(judged(pin, context=[near]), "LOK-05") == "does_not_conform"
    assert outcome(judged(pin, context=[far]), "LOK-05") == "undetermined"


def test_a_point_that_does_not_say_how_exactly_it_is_known_is_known_as_the_doubts_assume():
    near = thing("railway", line((1, -100), (1, 100)), width_m=0)
    trace = judged(site(point(0, 0)), context=[near]).explain("taman", "LOK-05")

    assert trace.observations[0].text == "≤ 14 m"
    assert "taken to be known to 13 m" in trace.observed


@pytest.mark.parametrize(("accuracy_m", "expected"), [(1, "conforms"), (5, "undetermined"), (None, "conforms")])
def test_a_place_that_is_roughly_known_settles_only_what_is_certain(accuracy_m, expected):
    assert outcome(judged(park(position_accuracy_m=accuracy_m), context=[RAILWAY]), "LOK-05") == expected


def test_distances_run_from_the_play_zones_where_they_are_mapped():
    zone = part("play_zone", box(-20, -20, -10, 20), "zona")
    near = thing("railway", line((21, -100), (21, 100)), width_m=0)

    assert outcome(judged(park(), context=[near]), "LOK-05") == "does_not_conform"
    assert outcome(judged(park(), zone, context=[near]), "LOK-05") == "conforms"


def test_an_answer_without_a_reason_does_not_set_a_measurement_aside():
    findings = judged(park(**{"LOK-05.distance": 3, "LOK-05.fence": "no"}), context=[RAILWAY])

    assert outcome(findings, "LOK-05") == "conforms"
    assert seen(findings, "LOK-05.distance").source == "measured:railway@2026-04-06"
    assert "the surveyor answered 3 m" in seen(findings, "LOK-05.distance").account


def test_an_answer_with_a_reason_does_and_both_stay_to_be_seen():
    answers = {"LOK-05.distance": 3, "LOK-05.distance.reason": "A new siding", "LOK-05.fence": "no"}
    findings = judged(park(**answers), context=[RAILWAY])

    assert outcome(findings, "LOK-05") == "does_not_conform"
    assert findings.explain("taman", "LOK-05").evidence_source == OVERRIDE
    assert all(each in seen(findings, "LOK-05.distance").told for each in ("3 m", "A new siding", "17 m", "way/7"))


def test_an_answer_inside_a_measured_range_says_more_and_stands():
    answers = {"LOK-05.distance": 16, "position_accuracy_m": 5}
    findings = judged(park(**answers), context=[RAILWAY])

    assert outcome(findings, "LOK-05") == "conforms"
    assert findings.explain("taman", "LOK-05").evidence_source == SURVEYOR


@pytest.mark.parametrize(
    ("volts", "metres", "voltage"),
    [
        ("150000", 30, "150 kV"),
        ("110000", 30, "150 kV"),
        ("150", 12, ""),
        ("500000;150000", 30, "500 kV"),
        (None, 12, ""),
        ("150 kV", 30, "150 kV"),
        ("150kV", 30, "150 kV"),
        ("150kV;20kV", 30, "150 kV"),
        ("20 kV;150 kV", 30, "150 kV"),
        ("500 kV", 30, "500 kV"),
        ("150 000", 30, "150 kV"),
        ("150.000", 30, "150 kV"),
        ("150,000", 30, "150 kV"),
        ("150000 V", 30, "150 kV"),
        ("1.500 kV", 12, ""),
        ("66/150 kV", 12, ""),
        ("150000", 130, "None"),
    ],
)
def test_the_voltage_is_that_of_the_nearest_line_within_reach(volts, metres, voltage):
    lines = thing("power_line", line((20 + metres, -200), (20 + metres, 200)), voltage=volts)

    assert seen(judged(park(), context=[lines]), "LOK-06.voltage").text == voltage


def test_street_lines_of_low_voltage_are_no_high_voltage_lines():
    low = {"type": "Feature", "geometry": line((25, -9), (25, 9)), "properties": {"power": "line", "voltage": "20000"}}

    assert recognized_features(low) == ()
    low["properties"]["voltage"] = "20 kV"
    assert recognized_features(low) == ()


@pytest.mark.parametrize("found", ["66/150 kV", "tinggi", "150"])
def test_a_voltage_that_cannot_be_read_is_told_with_what_was_found(found):
    wire = thing("power_line", line((32, -200), (32, 200)), voltage=found)
    trace = judged(park(), context=[wire]).explain("taman", "LOK-06")

    assert trace.outcome == "undetermined"
    assert f"“{found}” gives no class" in trace.reason


@pytest.mark.parametrize(
    ("depth", "gap_m", "expected"),
    [
        (2, 10, "conforms"),
        (2, 9.9, "undetermined"),
        (8, 10, "undetermined"),
        (8, 15, "conforms"),
        (None, 99, "conforms"),
        (None, 29, "undetermined"),
    ],
)
def test_the_setback_from_water_goes_by_its_depth(depth, gap_m, expected):
    river = thing("water", box(20 + gap_m, -300, 20 + gap_m + 12, 300), depth_m=depth)

    assert outcome(judged(park(), context=[river]), "LOK-07") == expected


@pytest.mark.parametrize(
    ("zones", "expected"), [(["low"], "low"), (["low", "high"], "high"), (["unheard-of"], ""), ([], "")]
)
def test_the_worst_hazard_zone_counts(zones, expected):
    context = [thing("flood_hazard", box(0, 0, 90, 90), **{"class": each}) for each in zones]
    context += [thing("flood_hazard", box(500, 500, 600, 600), **{"class": "high"})]

    assert seen(judged(park(), context=context), "LOK-11.flood").text.lower() == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("TINGGI", "High"),
        ("Sedang ", "Medium"),
        ("Kelas Rendah", "Low"),
        ("rendah", "Low"),
        ("ekstrem", ""),
        (3, ""),
        (None, ""),
    ],
)
def test_the_class_of_a_hazard_zone_is_read_as_official_maps_write_it(word, expected):
    zone = thing("flood_hazard", box(-90, -90, 90, 90), **{"class": word})

    found = seen(judged(park(), context=[zone, extent("flood_hazard")]), "LOK-11.flood")

    assert found.text == expected or (not expected and not found.code), found


CORNER = thing("flood_hazard", box(15, 15, 90, 90), **{"class": "high"})
INNER = part("play_zone", box(-10, -10, 0, 0), "zona")


@pytest.mark.parametrize(
    "features",
    [
        [park()],
        [park(), INNER],
        [park(parts_missing=["play_zone"]), INNER],
        [site(box(-20, -20, 0, 0), **GREEN), part("gate", point(20, 20), "gerbang")],
        [site(point(0, 0), **GREEN), INNER, part("path", line((0, 0), (20, 20)), "jalur")],
    ],
)
def test_a_hazard_zone_over_any_of_the_site_counts(features):
    assert seen(judged(*features, context=[CORNER, extent("flood_hazard")]), "LOK-11.flood").text == "High"


def test_of_a_site_drawn_as_a_point_no_hazard_is_known_to_be_low():
    low = thing("flood_hazard", box(-9, -9, 9, 9), **{"class": "low"})

    for context in ([low], [extent("flood_hazard")]):
        assert seen(judged(site(point(0, 0), **GREEN), INNER, context=context), "LOK-11.flood").text == ""


@pytest.mark.parametrize(("accuracy_m", "expected"), [(0, "High"), (4, "High"), (6, "")])
def test_a_site_roughly_known_lies_in_a_zone_where_it_reaches_far_enough_into_it(accuracy_m, expected):
    zone = thing("flood_hazard", box(-25, -25, 25, 25), **{"class": "high"})
    roughly = park(position_accuracy_m=accuracy_m)

    assert seen(judged(roughly, context=[zone, extent("flood_hazard")]), "LOK-11.flood").text == expected


def test_outside_all_hazard_zones_counts_as_low_only_where_the_map_is_complete():
    zone = thing("flood_hazard", box(500, 500, 600, 600), **{"class": "high"})

    assert seen(judged(park(), context=[zone, extent("flood_hazard")]), "LOK-11.flood").code > 0
    assert seen(judged(park(), context=[zone]), "LOK-11.flood").code == 0


def test_a_toilet_of_the_site_is_near_whatever_the_map_shows():
    toilet = part("toilet", point(10, 10), "wc")

    assert seen(judged(park(), toilet), "KSH-03.distance").text == "0 m"
    assert seen(judged(park(), context=[thing("toilet", point(119.6, 0))]), "KSH-03.distance").text == "≥ 90 m"


def test_no_removed_layer_ever_turns_a_finding_into_a_pass():
    context = [
        RAILWAY,
        thing("power_line", line((60, -200), (60, 200)), voltage="150000"),
        thing("water", box(30, -300, 40, 300), depth_m=2),
        thing("fuel_station", point(60, 60)),
        thing("waste_transfer", point(-50, 0)),
        thing("landfill", point(-900, 0)),
        thing("arterial_road", line((-200, 45), (200, 45))),
        thing("flood_hazard", box(-90, -90, 90, 90), **{"class": "low"}),
    ]
    whole = judged(park(), context=context)
    settled = (whole.matrix != 0).sum()
    for gone in range(len(context)):
        without = judged(park(), context=[each for at, each in enumerate(context) if at != gone])
        changed = without.matrix != whole.matrix

        assert (without.matrix[changed] == OUTCOMES.index("undetermined")).all()
        assert (without.matrix != 0).sum() <= settled
