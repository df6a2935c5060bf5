"""Play spaces of a map extract: what tags say becomes facts, parts and context; what they do not say stays unknown."""

import csv
import io
import json
import re
import tomllib

import numpy as np
import pandas as pd
import pytest

from helpers.osm_files import OsmFile, at, faulty_town
from rba_audit.auditing import audit
from rba_audit.city import city_of_extract, find_area, read_extract
from rba_audit.cli import main
from rba_audit.errors import SiteError
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.resources import standards_dir
from rba_audit.sites import read_sites
from rba_audit.standard import load_standard
from rba_audit.standard.policies import shipped_policies

EVERYWHERE = "106.1,-6.2,106.2,-6.0"
POLICIES = shipped_policies()


@pytest.fixture(autouse=True)
def _english():
    with using_language("en"):
        yield


def town():
    """Return a town with a street, two playgrounds, a park, a square, equipment, a river and boundaries."""
    made = OsmFile()
    made.ring(1, -1, -1, 12, boundary="administrative", admin_level="5", name="Kota Contoh", ref="36.99")
    made.ring(2, 0, 0, 0.5, leisure="playground", name="Taman Satu", surface="sand", lit="yes", check_date="2025-01-01")
    made.ring(3, 6, 0, 0.5, leisure="playground")
    made.ring(4, 0, 6, 1, leisure="park", name="Taman Hijau")
    made.ring(5, 6, 6, 1, place="square", name="Alun-alun Contoh")
    made.ring(6, 3, 3, 0.5, leisure="playground", name="Kebun pribadi", access="private")
    made.node(101, at(0.1, 0.1), playground="swing")
    made.node(102, at(0.3, 0.3), playground="slide")
    made.node(103, at(0.2, 0.4), amenity="bench")
    made.node(104, at(4, 4), playground="seesaw")  # in no place
    made.way(7, made.points(at(-1, -0.2), at(3, -0.2), at(6, -0.2), at(10, -0.2)), highway="residential", name="Jalan")
    made.way(8, made.points(at(-1, 2), at(10, 2)), waterway="river", name="Kali")
    return made


@pytest.fixture
def extract_file(tmp_path):
    return town().write(tmp_path / "kota.osm.pbf")


def city_in(path, area="Kota Contoh"):
    extract = read_extract(path, POLICIES.osm)
    return city_of_extract(extract, find_area(area, extract), POLICIES, path.name)


def facts(city, id):
    return city.sites.site(id).facts


def test_play_spaces_have_the_facts_that_their_tags_state_and_no_others(extract_file):
    city = city_in(extract_file)

    assert set(city.sites.ids) == {"way/2", "way/3", "way/4", "way/5"}
    standard = load_standard()
    stated = {
        id: {key: value for key, value in facts(city, id).items() if key in {each.id for each in standard.questions}}
        for id in city.sites.ids
    }
    assert stated == {"way/2": {}, "way/3": {}, "way/4": {"kind": "rth", "typology": "rth"}, "way/5": {}}
    assert facts(city, "way/2")["name"] == "Taman Satu"
    assert facts(city, "way/2")["osm:surface"] == "sand"
    assert facts(city, "way/2")["osm:@edited"] == "2026-04-06"


def test_equipment_becomes_parts_of_the_place_it_lies_in_and_is_no_complete_list(extract_file):
    city = city_in(extract_file)

    assert sorted((part.id, part.site, part.kind) for part in city.sites.parts) == [
        ("node/101", "way/2", "equipment"),
        ("node/102", "way/2", "equipment"),
        ("node/103", "way/2", "bench"),
    ]
    assert all(part.found for part in city.sites.parts)


def test_everything_else_that_a_layer_recognises_is_context_with_its_credit(extract_file):
    context = city_in(extract_file).context

    assert {feature.layer for feature in context} >= {"street", "water", "boundary", "equipment"}
    assert {feature.credit for feature in context if feature.id == "way/8"} == {
        "© OpenStreetMap contributors, ODbL 1.0"
    }


def test_a_closed_place_is_left_out_with_the_tag_that_says_so(extract_file):
    assert [(item.id, tag) for item, tag in city_in(extract_file).left_out] == [("way/6", "access=private")]


def test_every_outcome_is_traceable_to_a_tag_or_not_known(extract_file):
    city = city_in(extract_file)
    findings = audit(city.sites, context=city.context, policies=POLICIES)
    table = pd.concat(findings.table_blocks())

    assert findings.counts()["not_audited"] == len(city.sites)
    decided = table[table["outcome"].isin(["conforms", "partial", "does_not_conform"])]
    assert (decided["evidence_source"].str.match(r"measured:\w+@2026-04-06$")).all()
    not_applicable = table[table["outcome"] == "not_applicable"]
    for row in not_applicable.itertuples():
        stated = POLICIES.osm.play_spaces[
            [rule.name for rule in POLICIES.osm.play_spaces].index(city.by_id[row.site_id].rule.name)
        ]
        assert stated.facts, (row.site_id, row.requirement)
    rest = table.drop(index=[]).loc[
        ~table["outcome"].isin(["conforms", "partial", "does_not_conform", "not_applicable"])
    ]
    assert set(rest["outcome"]) == {"undetermined"}
    assert "surveyor" not in set(table["evidence_source"])


def test_nothing_passes_because_the_map_shows_nothing_there(extract_file):
    city = city_in(extract_file)
    table = pd.concat(audit(city.sites, context=city.context, policies=POLICIES).table_blocks())

    assert "conforms" not in set(table["outcome"])


def test_outlines_that_cannot_be_assembled_are_listed_at_a_position_with_their_reason(tmp_path):
    city = city_in(faulty_town().write(tmp_path / "town.osm.pbf"), EVERYWHERE)

    lost = {id: str(place.item.fault) for id, place in city.by_id.items() if place.item.fault is not None}
    assert lost.keys() == {"way/14", "way/15", "way/16", "relation/22", "relation/23", "relation/24"}
    assert {city.sites.site(id).shape.geom_type for id in lost} == {"Point"}
    assert facts(city, "way/16")["osm:@outline"] == "its outline is not closed"


@pytest.mark.parametrize("area", ["Kota Contoh", "kota contoh", "36.99", "way/1"])
def test_an_area_is_a_boundary_by_name_code_or_id(extract_file, area):
    assert len(city_in(extract_file, area).sites) == 4


def test_an_area_is_a_bounding_box_or_a_file_as_well(extract_file, tmp_path):
    west, south = at(-0.5, -0.5)
    east, north = at(2, 2)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    boundary = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "id": "b", "properties": {"layer": "boundary", "name": "Sudut"}, "geometry": boundary}
    path = tmp_path / "sudut.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "date": "2026-01-01", "features": [feature]}), encoding="utf-8"
    )

    assert city_in(extract_file, f"{west},{south},{east},{north}").sites.ids == ("way/2",)
    by_file = city_in(extract_file, str(path))
    assert (by_file.area.name, by_file.sites.ids) == ("Sudut", ("way/2",))


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("Atlantis", r"no boundary of the extract is called “Atlantis”; it has Kota Contoh \(way/1\)"),
        ("107,-6,106,-7", "is no bounding box"),
    ],
)
def test_an_area_that_is_not_there_is_refused_with_what_is(extract_file, area, words):
    with pytest.raises(SiteError, match=words):
        city_in(extract_file, area)


def test_geojson_and_overpass_give_the_same_places_as_the_file_they_were_made_of(extract_file, tmp_path):
    extract = read_extract(extract_file, POLICIES.osm)
    features = [
        {"type": "Feature", "properties": {"@id": item.id, **item.tags}, "geometry": item.geometry}
        for item in extract.objects
    ]
    turbo = tmp_path / "turbo.geojson"
    turbo.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    elements = [_element(item) for item in extract.objects]
    overpass = tmp_path / "overpass.json"
    overpass.write_text(json.dumps({"version": 0.6, "elements": elements}), encoding="utf-8")

    wanted = city_in(extract_file)
    for path in (turbo, overpass):
        city = city_in(path)
        assert set(city.sites.ids) == set(wanted.sites.ids)
        assert {part.id for part in city.sites.parts} == {part.id for part in wanted.sites.parts}


def _element(item):
    kind, _, number = item.id.partition("/")
    positions = item.geometry["coordinates"]
    if kind == "node":
        return {"type": kind, "id": int(number), "tags": dict(item.tags), "lon": positions[0], "lat": positions[1]}
    ring = positions[0] if item.geometry["type"] == "Polygon" else positions
    geometry = [{"lon": lon, "lat": lat} for lon, lat in ring]
    return {"type": kind, "id": int(number), "tags": dict(item.tags), "geometry": geometry}


def test_the_questions_that_tags_bear_on_are_questions_of_the_editions():
    content = tomllib.loads((standards_dir() / "osm.toml").read_text(encoding="utf-8"))
    asked = {question for evidence in content["evidence"] for question in evidence["questions"]}

    assert asked <= {question.id for question in load_standard().questions}


def test_the_command_writes_everything_and_its_files_can_be_audited_again(extract_file, tmp_path, capsys):
    out = tmp_path / "out"
    children = {"type": "Point", "coordinates": list(at(6.2, 0.2))}
    people = tmp_path / "anak.geojson"
    feature = {"type": "Feature", "id": "a", "properties": {"children": 40}, "geometry": children}
    people.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")

    code = main(["city", str(extract_file), "--area", "Kota Contoh", "--rule", "300m", "--population", str(people),
                 "--out", str(out), "--format", "json", "--lang", "en"])  # fmt: skip
    printed = json.loads(capsys.readouterr().out)

    assert code == 0
    assert {path.name for path in out.iterdir()} == {
        "sites.geojson", "context.geojson", "backlog.csv", "backlog.xlsx", "coverage.csv", "backlog-map.html", "summary.txt",
    }  # fmt: skip
    assert printed["counted"] == "children"
    assert printed["backlog"][0]["site"] == "way/3"  # the nameless one, where the children live
    assert printed["backlog"][0]["beyond"] == [40.0, 40.0]
    [row, *_] = csv.DictReader(io.StringIO((out / "backlog.csv").read_text(encoding="utf-8-sig")))
    assert row["Why"] == "40 children within its reach have no standard place"
    assert row["Link"] == "https://www.openstreetmap.org/way/3"
    rows = {
        row["Site"]: row for row in csv.DictReader(io.StringIO((out / "backlog.csv").read_text(encoding="utf-8-sig")))
    }
    assert rows["way/2"]["The map says"] == "Lighting: lit=yes; Surface: surface=sand"
    assert rows["way/2"]["Drawn in it"] == "1 bench, 2 play equipment"
    assert rows["way/3"]["Drawn in it"] == "nothing drawn; not known"
    assert rows["way/4"]["Drawn as"] == "Park; whether children play there is not known"
    assert re.search(r"1 (·|\\u00b7) Playground", (out / "backlog-map.html").read_text(encoding="utf-8"))

    city = city_in(extract_file)
    again = audit(read_sites(out / "sites.geojson"), context=read_context([out / "context.geojson"]))
    first = audit(city.sites, context=city.context, policies=POLICIES)
    assert np.array_equal(again.matrix, first.matrix)


def test_an_extract_without_a_play_space_in_the_area_is_refused(tmp_path, capsys):
    path = faulty_town().write(tmp_path / "town.osm.pbf")

    assert main(["city", str(path), "--area", "10,10,11,11", "--lang", "en"]) != 0
    assert "no play space lies in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("leer.osm.pbf", b"", "it is empty"),
        ("x.osm.pbf", b"PK\x03\x04nothing", "it cannot be read as an OpenStreetMap file"),
        ("x.json", b'{"a": 1}', "no list “elements”"),
    ],
)
def test_what_is_no_extract_is_refused_in_a_sentence(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(SiteError, match=words):
        read_extract(path, POLICIES.osm)


def test_a_missing_file_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(SiteError, match="cannot be read"):
        read_extract(tmp_path / "nowhere.osm.pbf", POLICIES.osm)
