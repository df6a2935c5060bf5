"""Words that protect: however they are spelled, a word that is not understood leaves open and is told."""

from __future__ import annotations

import json

import pytest
import shapely

from helpers.grounds import box, extent, line, part, point, site, sites, thing
from helpers.public_data import SHARED
from rba_audit import audit
from rba_audit.auditing import notes_on_file
from rba_audit.evidence import MISSING as MISSING_CODE
from rba_audit.layers import read_context, recognized_features
from rba_audit.layers.property_words import yes_or_no
from rba_audit.layers.recognition import possible_layers
from rba_audit.measures import words_not_understood
from rba_audit.messages import using_language
from rba_audit.sites import read_sites
from rba_audit.sites.problems import quote
from rba_audit.standard import default_edition, load_published

CASES = SHARED / "cases" / "words-that-protect"
STANDARD = load_published(default_edition())
GREEN = {"typology": "rth", "scale": "rt"}
LAMP = part("lamp", point(0, 0), "l1", reach_m=10, works="yes")
SQUARE = box(-20, -20, 20, 20)


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def findings_of(*features, context=()):
    return audit(sites(*features), STANDARD, context=context)


def outcome(findings, requirement, id="taman"):
    return findings.explain(id, requirement).outcome


def told(findings):
    return [str(each) for each in notes_on_file(findings.source, STANDARD)]


# Each row: what `parts_missing` says; whether lamps may be missing; whether the word is told.
MISSING = [
    (None, False, False),
    ("", False, False),
    ("  ", False, False),
    ([], False, False),
    ("no", False, False),
    ("Tidak", False, False),
    ("tidak ada", False, False),
    ("none", False, False),
    (False, False, False),
    ("false", False, False),
    ("yes", True, False),
    ("Ya", True, False),
    ("YES", True, False),
    ("ya ", True, False),
    ("True", True, False),
    (True, True, False),
    ("all", True, False),
    ("Semua", True, False),
    ("lamp", True, False),
    ("Lamp", True, False),
    ("LAMPS", True, False),
    (" lamps ", True, False),
    ("lampu", True, False),
    ("Lampu jalan", True, False),
    ("street_lamps", True, False),
    ("PJU", True, False),
    ("bench", False, False),
    ("Bangku", False, False),
    ("tempat sampah", False, False),
    ("lamp;bench", True, False),
    ("bench; lamp", True, False),
    ("bench, Lampu", True, False),
    ("bench/lamps", True, False),
    ("bench|lamp", True, False),
    ("bangku dan lampu", True, False),
    ("benches and lights", True, False),
    ("bench lamp", True, False),
    ('["Lamp"]', True, False),
    ("{lamp,bench}", True, False),
    (["Lamp"], True, False),
    (["bench", "Lampu"], True, False),
    ([["Lamp"], "bench"], True, False),
    (["bench"], False, False),
    ("benhc", True, True),
    ("no lamp", True, True),
    ("tidak ada lampu", True, True),
    ("bench and some more", True, True),
    ("yes, lamp", True, True),
    ("no; bench", True, True),
    ("Y", True, True),
    ("1", True, True),
    (1, True, True),
    (0, True, True),
    ("0", True, True),
    (1.5, True, True),
    ({"lamp": True}, True, True),
    ([None], True, True),
    ([1, "bench"], True, True),
    ("nil", True, True),
    ("?", True, True),
    ("-", True, True),
    ("belum lengkap", True, True),
]


@pytest.fixture(scope="module")
def missing():
    """One place with one lamp for each row; audited together."""
    features = []
    for at, (said, _, _) in enumerate(MISSING):
        square = box(60 * at - 20, -20, 60 * at + 20, 20)
        features.append(site(square, f"s{at}", parts_missing=said, **GREEN))
        features.append(part("lamp", point(60 * at, 0), f"l{at}", f"s{at}", reach_m=10, works="yes"))
    return findings_of(*features)


@pytest.mark.parametrize("at", range(len(MISSING)), ids=[repr(row[0]) for row in MISSING])
def test_what_may_be_missing_is_never_taken_for_all_there_is(missing, at):
    said, open_, is_told = MISSING[at]

    assert outcome(missing, "CHY-03", f"s{at}") == ("undetermined" if open_ else "conforms")
    assert ("is not understood" in missing.explain(f"s{at}", "CHY-03").reason) == is_told
    assert any(f"“parts_missing” says “{quote(said)}” (" in each for each in told(missing)) == is_told


# Whether lamps that only a map layer shows count as all there are.
@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("yes", True),
        ("Semua", True),
        ("Lampu; bangku", True),
        (["LAMPS"], True),
        (True, True),
        ("bench", False),
        ("no", False),
        ("yess", False),
        ("lamp, almost", False),
        (1, False),
        (None, False),
    ],
)
def test_a_list_is_complete_only_in_words_that_are_understood(said, whole):
    lamp = thing("lamp", point(0, 0), "node/1", reach_m=10, works="yes")
    findings = findings_of(site(SQUARE, parts_complete=said, **GREEN), context=[lamp])

    assert outcome(findings, "CHY-03") == ("conforms" if whole else "undetermined")


@pytest.mark.parametrize("said", ["no", "Tidak", False, "yess", "lamp, almost", 1])
def test_parts_given_by_name_are_not_all_where_a_site_says_so(said):
    assert outcome(findings_of(site(SQUARE, parts_complete=said, **GREEN), LAMP), "CHY-03") == "undetermined"


def test_what_is_missing_counts_before_what_is_complete():
    both = site(SQUARE, parts_complete="yes", parts_missing="lamp", **GREEN)

    assert outcome(findings_of(both, LAMP), "CHY-03") == "undetermined"


@pytest.mark.parametrize("key", ["Parts_Missing", "PARTS-MISSING", "parts missing", "grup/parts_missing", "parts_miss"])
def test_a_key_that_seems_to_protect_does_and_is_told(key):
    findings = findings_of(site(SQUARE, **{key: "lamp"}, **GREEN), LAMP)

    assert outcome(findings, "CHY-03") == "undetermined"
    assert any(key in each for each in told(findings))


def test_a_key_that_seems_to_say_that_all_are_given_makes_nothing_complete():
    assert outcome(findings_of(site(SQUARE, Parts_Complete="yes", **GREEN), LAMP), "CHY-03") == "undetermined"


@pytest.mark.parametrize("kind", ["lampu", "Lamps", "LAMP", "street light", " lamp ", "Lampu_Jalan"])
def test_a_part_is_of_the_kind_that_its_word_means(kind):
    lamp = part(kind, point(0, 0), "l1", reach_m=10, works="Ya")
    findings = findings_of(site(SQUARE, **GREEN), lamp)

    assert outcome(findings, "CHY-03") == "conforms"
    assert not [problem for problem in findings.source.problems if problem.rule == "part-kind"]


@pytest.mark.parametrize("kind", ["lapm", "thing", "", None, 7])
def test_a_part_of_a_kind_that_nobody_understands_may_be_any(kind):
    findings = findings_of(site(SQUARE, **GREEN), LAMP, part(kind, point(5, 5), "x"))

    assert outcome(findings, "CHY-03") == "undetermined"
    assert [problem.rule for problem in findings.source.problems] == ["part-kind"]


@pytest.mark.parametrize(
    ("said", "expected", "is_told"),
    [
        (None, "conforms", False),
        (" ", "conforms", False),
        ("surveyed", "conforms", False),
        ("Survei", "conforms", False),
        ("illustrative", "undetermined", False),
        ("Illustrative", "undetermined", False),
        ("illustrative ", "undetermined", False),
        ("ILUSTRASI", "undetermined", False),
        ("sketsa", "undetermined", False),
        ("ilustratiff", "undetermined", True),
        (True, "undetermined", True),
        (["illustrative"], "undetermined", True),
        (0, "undetermined", True),
    ],
)
def test_an_outline_is_measured_only_where_nothing_says_otherwise(said, expected, is_told):
    findings = findings_of(site(box(0, 0, 25, 10), outline=said, **GREEN))

    assert outcome(findings, "LOK-03") == expected
    assert bool(told(findings)) == is_told


def test_a_part_that_is_drawn_to_illustrate_is_there_and_not_measured():
    sketched = part("lamp", point(5, 5), "l2", outline="Ilustrasi", works="yes")

    assert outcome(findings_of(site(SQUARE, **GREEN), LAMP, sketched), "CHY-03") == "undetermined"


# Rails 41 m away, where 15 m are enough: only a place that is known to 26 m settles it.
ACCURACIES = [
    (None, "conforms", False),
    ("", "conforms", False),
    (0, "conforms", False),
    (10, "conforms", False),
    ("10", "conforms", False),
    ("10 m", "conforms", False),
    ("10,5 meter", "conforms", False),
    ("± 10 m", "conforms", False),
    ("≤10", "conforms", False),
    (100, "undetermined", False),
    ("100 m", "undetermined", False),
    ("±100", "undetermined", False),
    ("+/-100", "undetermined", False),
    ("≤250", "undetermined", False),
    ("1.000,5", "undetermined", False),
    ("1.000", "undetermined", True),
    ("1,000", "undetermined", True),
    ("GPS 100", "undetermined", True),
    ("10-100", "undetermined", True),
    ("10 ft", "undetermined", True),
    ("1 km", "undetermined", True),
    ("good", "undetermined", True),
    (-100, "undetermined", True),
    ("-1", "undetermined", True),
    (True, "undetermined", True),
    ([10], "undetermined", True),
    ({"m": 10}, "undetermined", True),
]


@pytest.fixture(scope="module")
def placed():
    """A column of places beside one railway, one for each row; audited together."""
    rails = thing("railway", line((64, -200), (64, 3000)))
    rows = enumerate(ACCURACIES)
    column = [
        site(box(-20, 60 * at, 20, 60 * at + 40), f"s{at}", position_accuracy_m=row[0], **GREEN) for at, row in rows
    ]
    return findings_of(*column, context=[rails])


@pytest.mark.parametrize("at", range(len(ACCURACIES)), ids=[repr(row[0]) for row in ACCURACIES])
def test_how_exactly_a_place_is_known_is_read_as_answers_are(placed, at):
    said, expected, is_told = ACCURACIES[at]

    assert outcome(placed, "LOK-05", f"s{at}") == expected
    assert any(f"says “{quote(said)}” (" in each for each in told(placed)) == is_told


def test_a_word_is_told_once_with_how_often_it_stands():
    places = [site(box(60 * at, 0, 60 * at + 40, 40), f"s{at}", parts_missing="benhc", **GREEN) for at in range(3)]

    [sentence] = told(findings_of(*places))

    assert "(3×)" in sentence
    assert "benhc" in sentence


@pytest.mark.parametrize(("said", "holds"), [("No", False), ("Tidak", False), ("Rusak", False), (" YA", True)])
def test_what_a_part_says_of_itself_is_read_as_answers_are(said, holds):
    assert yes_or_no(said) is holds


@pytest.mark.parametrize("said", ["sometimes", "Y", 1, ["yes"]])
def test_an_attribute_that_is_not_understood_is_not_stated_and_told(said):
    lamp = part("lamp", point(0, 0), "l1", works=said)
    findings = findings_of(site(SQUARE, **GREEN), lamp)

    assert outcome(findings, "CHY-03") == "undetermined"
    assert any("works" in each for each in told(findings))


def test_a_number_of_a_part_that_could_be_two_is_not_stated_and_told():
    item = part("equipment", point(0, 0), "a1", type="slide", fall_height_m="1.200")
    findings = findings_of(site(SQUARE, **GREEN), item)

    assert any("fall_height_m" in each for each in told(findings))


def test_words_that_are_understood_are_not_told():
    assert words_not_understood(sites(site(SQUARE, parts_missing="bench", outline=None), LAMP), STANDARD) == []


# What lies around.


def written(folder, *features, name="rel.geojson"):
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "date": "2026-04-06", "features": features}))
    return file


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


ALL_AROUND = feature(box(-9000, -9000, 9000, 9000), layer="extent")
FAR = feature(line((5000, -200), (5000, 200)), layer="railway")
NEAR = line((30, -200), (30, 200))


@pytest.mark.parametrize(
    "properties",
    [
        {"layer": "railway"},
        {"layer": "Railway"},
        {"layer": " RAILWAYS "},
        {"layer": "rel kereta"},
        {"layer": "Rel_Kereta_Api"},
        {"layer": "Jalur kereta api"},
        {"layer": "rail"},
        {"layer": ["Rail"]},
        {"railway": "rail"},
        {"railway": "Rail"},
        {"railway": "RAIL "},
        {"railway": "light rail"},
        {"railway": "rail", "layer": 1},
        {"railway": "rail", "layer": "-1"},
    ],
)
def test_a_railway_is_one_however_it_is_spelled(tmp_path, properties):
    context = read_context([written(tmp_path, ALL_AROUND, feature(NEAR, **properties), FAR)])
    findings = findings_of(site(SQUARE, **GREEN), context=context)

    assert findings.explain("taman", "LOK-05").observed.count("7 m")
    assert outcome(findings, "LOK-05") == "undetermined"  # nearer than 15 m, and nobody says whether there is a fence


@pytest.mark.parametrize(
    ("properties", "word"),
    [
        ({"layer": "relll"}, "relll"),
        ({"layer": "railway?"}, "railway?"),
        ({"layer": True}, "true"),
        ({"layer": 1.5}, "1.5"),
        ({"layer": ["railway", 3]}, "railway"),
        ({"railway": "raill"}, "railway=raill"),
        ({"railway": "rel"}, "railway=rel"),
        ({"railway": "yes"}, "railway=yes"),
        ({"railway": True}, "railway=True"),
        ({"railway": "rail;tram"}, "railway=rail;tram"),
        ({"Railway": "rail"}, "Railway=rail"),
        ({"fclass": "rail"}, "fclass=rail"),
        ({"jenis": "Rel kereta"}, "jenis=Rel kereta"),
        ({"railway": "disused", "usage": "main"}, "railway=disused usage=main"),
    ],
)
@pytest.mark.parametrize("east", [30, 900])
def test_a_word_of_a_layer_that_is_not_understood_leaves_it_open(tmp_path, properties, word, east):
    notes = []
    near = feature(line((east, -200), (east, 200)), **properties)
    context = read_context([written(tmp_path, ALL_AROUND, near, FAR)], notes.append)

    assert outcome(findings_of(site(SQUARE, **GREEN), context=context), "LOK-05") == "undetermined"
    assert any(word in str(note) for note in notes)


@pytest.mark.parametrize(
    "properties",
    [
        {"railway": "platform"},
        {"railway": "Abandoned"},
        {"railway": "disused"},
        {"railway": "no"},
        {"railway": "rail", "tunnel": "Yes"},
        {"railway": None},
        {"highway": "residential", "layer": 1},
        {"amenity": "restaurant"},
        {"name": "Warung Bu Tini"},
    ],
)
def test_what_is_known_to_be_no_railway_leaves_nothing_open(tmp_path, properties):
    context = read_context([written(tmp_path, ALL_AROUND, feature(NEAR, **properties), FAR)])

    assert outcome(findings_of(site(SQUARE, **GREEN), context=context), "LOK-05") == "conforms"


def test_a_word_far_away_leaves_a_place_as_it_is(tmp_path):
    strange = feature(line((4000, -200), (4000, 200)), railway="raill")
    context = read_context([written(tmp_path, ALL_AROUND, strange, FAR)])

    assert outcome(findings_of(site(SQUARE, **GREEN), context=context), "LOK-05") == "conforms"


def test_a_word_in_one_file_leaves_open_what_another_file_says_is_complete(tmp_path):
    whole = written(tmp_path, ALL_AROUND, FAR)
    other = written(
        tmp_path, feature(NEAR, railway="raill"), feature(point(0, 500), amenity="bench"), name="lain.geojson"
    )

    findings = findings_of(site(SQUARE, **GREEN), context=read_context([whole, other]))

    assert outcome(findings, "LOK-05") == "undetermined"


@pytest.mark.parametrize("of", ["railway", "Railway", ["railway"], "rel kereta; sungai", None, ""])
def test_an_extent_speaks_of_the_layers_that_it_names(tmp_path, of):
    around = feature(box(-9000, -9000, 9000, 9000), layer="Extent", of=of)

    context = read_context([written(tmp_path, around, FAR)])

    assert outcome(findings_of(site(SQUARE, **GREEN), context=context), "LOK-05") == "conforms"


@pytest.mark.parametrize("of", ["railwy", ["railway", "xyz"], True, 1, {"railway": 1}, "water"])
def test_an_extent_that_names_something_else_makes_no_railway_complete(tmp_path, of):
    around = feature(box(-9000, -9000, 9000, 9000), layer="extent", of=of)

    context = read_context([written(tmp_path, around, feature(line((5000, 0), (5000, 9)), layer="water"))])

    assert outcome(findings_of(site(SQUARE, **GREEN), context=context), "LOK-05") == "undetermined"


def test_an_extent_in_a_file_that_could_not_be_read_whole_makes_nothing_complete(tmp_path):
    around = feature(box(-9000, -9000, 9000, 9000), layer="extent", of="railway")
    broken = feature({"type": "Point", "coordinates": ["a", "b"]}, layer="railway")

    context = read_context([written(tmp_path, around, broken)])

    assert outcome(findings_of(site(SQUARE, **GREEN), context=context), "LOK-05") == "undetermined"


@pytest.mark.parametrize("hazard", [None, "genangan", "Banjir rob"])
def test_a_hazard_zone_of_a_kind_that_is_not_understood_is_no_place_without_hazard(hazard):
    own = feature(SQUARE, layer="hazard_zone", hazard=hazard)
    zone = recognized_features(own, "z", shapely.geometry.shape(SQUARE))
    flood = thing("flood_hazard", box(4000, 0, 4100, 100), **{"class": "high"})
    around = extent(box(-9000, -9000, 9000, 9000), "flood_hazard")

    elsewhere = findings_of(site(box(300, 0, 340, 40), **GREEN), context=[*zone, flood, around])
    there = findings_of(site(SQUARE, **GREEN), context=[*zone, flood, around])
    code = next(each.id for each in STANDARD.questions if each.measure and each.measure.word("of") == "flood_hazard")

    measured = [each.evidence.measured.by_question[code].codes[0] for each in (there, elsewhere)]
    assert measured == [MISSING_CODE, MISSING_CODE]


# The files that showed it first.


def lok_05(name, *context):
    found = audit(read_sites(CASES / name), STANDARD, context=read_context([CASES / each for each in context]))
    return found, outcome(found, "LOK-05", "s")


@pytest.mark.public_data
@pytest.mark.parametrize("number", range(5))
def test_the_given_accuracies_leave_the_distance_open(number):
    assert lok_05(f"accuracy-{number}.geojson", "rail.geojson")[1] == "undetermined"


@pytest.mark.public_data
def test_the_given_lists_of_missing_parts_leave_the_lamps_open():
    findings = audit(read_sites(CASES / "parts-missing.geojson"), STANDARD)

    assert {outcome(findings, "CHY-03", id) for id in findings.source.ids} == {"undetermined"}


@pytest.mark.public_data
def test_the_given_illustrations_are_not_measured():
    findings = audit(read_sites(CASES / "outline.geojson"), STANDARD)

    assert {outcome(findings, "LOK-03", id) for id in findings.source.ids} == {"undetermined"}


@pytest.mark.public_data
@pytest.mark.parametrize("name", ["rail-capital-layer", "rail-capital-tag"])
def test_the_given_rails_are_measured_where_they_are(name):
    """They lie 41.3 m away, and 15 m are enough: it conforms by what was measured, never since nothing was seen."""
    findings, _ = lok_05("context/site.geojson", f"context/{name}.geojson")
    plainly, _ = lok_05("context/site.geojson", "rail.geojson")

    assert "41.3 m" in findings.explain("s", "LOK-05").observed
    assert outcome(findings, "LOK-05", "s") == outcome(plainly, "LOK-05", "s")


@pytest.mark.parametrize("word", ["basin", "reservoir", "pond", "salt_pond", "aquaculture"])
def test_water_under_another_key_is_water(word):
    pond = {"type": "Feature", "id": "w", "geometry": box(25, -10, 60, 10), "properties": {"landuse": word}}
    [place] = recognized_features(pond, "w", shapely.geometry.shape(pond["geometry"]))

    assert place.layer == "water"
    findings = findings_of(site(SQUARE, scale="rw"), context=(place, extent("water")))
    assert outcome(findings, "LOK-07") == "undetermined"


@pytest.mark.parametrize(
    "properties",
    [
        {"leisure": "swimming_pool"},
        {"natural": "bay"},
        {"natural": "strait"},
        {"natural": "coastline"},
        {"water": "pond"},
        {"water": "Reservoir"},
    ],
)
def test_whatever_a_child_can_drown_in_is_water(properties):
    [place] = recognized_features(feature(NEAR, **properties), "w", shapely.geometry.shape(NEAR))

    assert place.layer == "water"


@pytest.mark.parametrize("properties", [{"natural": "wetland"}, {"water": "yes"}, {"leisure": "swimming_area"}])
def test_what_may_be_water_leaves_it_open(properties):
    assert list(possible_layers(properties)) == ["water"]


@pytest.mark.parametrize("properties", [{"natural": "beach"}, {"leisure": "park"}, {"water": "no"}, {"water": None}])
def test_what_is_known_to_be_dry_leaves_nothing_open(properties):
    assert not possible_layers(properties)


@pytest.mark.parametrize(
    ("properties", "word"),
    [
        ({"power": "minor_line", "voltage": "150000"}, "power=minor_line voltage=150000"),
        ({"power": "minor_line", "voltage": "150 kV"}, "power=minor_line voltage=150 kV"),
        ({"power": "Minor Line", "voltage_v": 70000}, "power=Minor Line voltage_v=70000"),
        ({"power": "cable", "location": "overhead", "voltage": 150000}, "power=cable location=overhead voltage=150000"),
    ],
)
def test_a_line_whose_tags_contradict_each_other_is_left_open_and_told(properties, word):
    assert possible_layers(properties) == {"power_line": word}


@pytest.mark.parametrize(
    "properties",
    [
        {"power": "minor_line"},
        {"power": "minor_line", "voltage": "20000"},
        {"power": "minor_line", "voltage": "150000", "location": "underground"},
        {"power": "cable", "voltage": "150000"},
        {"power": "tower", "voltage": "150000"},
        {"power": "substation", "voltage": "150000;20000"},
    ],
)
def test_a_thing_of_a_grid_that_is_no_line_at_any_voltage_leaves_nothing_open(properties):
    assert not possible_layers(properties)
