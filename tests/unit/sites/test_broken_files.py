"""Each way a file of sites can be wrong: what is refused, what is kept, and the sentence it earns."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.effort import cases
from helpers.public_data import SHARED
from helpers.work import calls_of
from rba_audit.errors import SiteError
from rba_audit.messages import using_language
from rba_audit.sites import Sites, read_sites, sites_from_bytes, sites_from_features

POINT = '{"type":"Point","coordinates":[106.15,-6.11]}'
GOOD = '{"type":"Feature","id":"good","properties":{},"geometry":' + POINT + "}"


def beside_a_good_one(bad: str) -> str:
    """Return a collection that holds a bad feature and, after it, a good one."""
    return '{"type":"FeatureCollection","features":[\n' + bad + ",\n" + GOOD + "\n]}"


def with_shape(geometry: str) -> str:
    """Return such a collection, where the bad one has this geometry."""
    return beside_a_good_one(f'{{"type":"Feature","id":"bad","properties":{{}},"geometry":{geometry}}}')


def polygon(rings: str) -> str:
    """Return such a collection, where the bad one is a polygon of these rings."""
    return with_shape(f'{{"type":"Polygon","coordinates":{rings}}}')


def point(position: str) -> str:
    """Return such a collection, where the bad one is a point here."""
    return with_shape(f'{{"type":"Point","coordinates":{position}}}')


def member(text: str) -> str:
    """Return such a collection, where the bad one has more members."""
    return beside_a_good_one(f'{{"type":"Feature","id":"bad","geometry":null,"properties":null,{text}}}')


def properties(text: str) -> str:
    """Return such a collection, where the bad one has these properties."""
    return beside_a_good_one(f'{{"type":"Feature","id":"bad","geometry":null,"properties":{text}}}')


def reading(text: str | bytes) -> Sites:
    """Return the sites of a text."""
    return sites_from_bytes(text.encode() if isinstance(text, str) else text, "test.geojson")


def refused(sites: Sites) -> list[tuple[int | None, str, str]]:
    """Return line, path and rule of what was refused."""
    return [(p.line, p.path, p.rule) for p in sites.problems if p.level == "refused"]


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        # the feature
        (beside_a_good_one("3"), "features[0]", "feature-not-object"),
        (beside_a_good_one("null"), "features[0]", "feature-not-object"),
        (beside_a_good_one('["a"]'), "features[0]", "feature-not-object"),
        (beside_a_good_one('{"id":"bad"}'), "features[0]", "type-missing"),
        (beside_a_good_one('{"type":"feature"}'), "features[0].type", "type-unknown"),
        (beside_a_good_one(POINT), "features[0].type", "type-unknown"),
        (beside_a_good_one('{"type":"FeatureCollection","features":[]}'), "features[0]", "nested-features"),
        (member('"coordinates":[1,2]'), "features[0].coordinates", "member-not-allowed"),
        (member('"geometries":[]'), "features[0].geometries", "member-not-allowed"),
        (member('"features":[]'), "features[0].features", "member-not-allowed"),
        (properties("[]"), "features[0].properties", "properties-not-object"),
        (properties('"x"'), "features[0].properties", "properties-not-object"),
        # ids
        (beside_a_good_one(GOOD.replace('"good"', "true")), "features[0].id", "id-type"),
        (beside_a_good_one(GOOD.replace('"good"', '{"a":1}')), "features[0].id", "id-type"),
        (beside_a_good_one(GOOD.replace('"good"', '["a"]')), "features[0].id", "id-type"),
        (properties('{"part_of":["a"]}'), "features[0].properties.part_of", "id-type"),
        # JSON that says more or less than GeoJSON may
        (member('"a":1,"a":1'), "features[0]", "duplicate-key"),
        (properties('{"a":{"b":1,"b":2}}'), "features[0]", "duplicate-key"),
        (
            with_shape('{"type":"Point","coordinates":[1,2],"coordinates":[3,4]}'),
            "features[0]",
            "duplicate-key",
        ),
        (point("[NaN,1]"), "features[0]", "not-a-number"),
        (properties('{"a":[Infinity]}'), "features[0]", "not-a-number"),
        (properties('{"a":-Infinity}'), "features[0]", "not-a-number"),
        (properties('{"a":[1e999]}'), "features[0].properties.a[0]", "number-too-large"),
        (properties('{"a":' + "9" * 400 + "}"), "features[0].properties.a", "number-too-large"),
        (properties('{"a":' + "9" * 5000 + "}"), "features[0]", "number-too-large"),
        (properties('{"a":' + "[" * 70 + "]" * 70 + "}"), "features[0]", "nested-too-deep"),
        (properties('{"a":' + "[" * 9000 + "]" * 9000 + "}"), "features[0]", "nested-too-deep"),
        (properties('{"a":"\\ud800"}'), "features[0].properties.a", "not-utf8"),
        (properties('{"\\ud800":1}'), "features[0].properties", "not-utf8"),
        # the geometry
        (with_shape("[106,-6]"), "features[0].geometry", "geometry-not-object"),
        (with_shape('"POINT(1 2)"'), "features[0].geometry", "geometry-not-object"),
        (with_shape("{}"), "features[0].geometry", "type-missing"),
        (with_shape('{"type":"point","coordinates":[1,2]}'), "features[0].geometry.type", "type-unknown"),
        (with_shape('{"type":"Circle","coordinates":[1,2]}'), "features[0].geometry.type", "type-unknown"),
        (with_shape('{"type":7,"coordinates":[1,2]}'), "features[0].geometry.type", "type-unknown"),
        (with_shape('{"type":"Point"}'), "features[0].geometry", "coordinates-missing"),
        (with_shape('{"type":"GeometryCollection"}'), "features[0].geometry", "coordinates-missing"),
        (
            with_shape('{"type":"Point","coordinates":[1,2],"features":[]}'),
            "features[0].geometry.features",
            "member-not-allowed",
        ),
        (
            with_shape('{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,"2"]}]}'),
            "features[0].geometry.geometries[0].coordinates",
            "coordinates-not-numbers",
        ),
        # positions
        (point('["106","-6"]'), "features[0].geometry.coordinates", "coordinates-not-numbers"),
        (point("[106,true]"), "features[0].geometry.coordinates", "coordinates-not-numbers"),
        (point("[106,null]"), "features[0].geometry.coordinates", "coordinates-not-numbers"),
        (point("[[106,-6]]"), "features[0].geometry.coordinates", "position-too-short"),
        (point("[[106,-6],[106,-6]]"), "features[0].geometry.coordinates", "coordinates-nesting"),
        (point('"106,-6"'), "features[0].geometry.coordinates", "coordinates-nesting"),
        (point("null"), "features[0].geometry.coordinates", "coordinates-nesting"),
        (point("[" * 300 + "]" * 300), "features[0].geometry.coordinates", "position-too-short"),
        (point("[106]"), "features[0].geometry.coordinates", "position-too-short"),
        (point("[180.1,0]"), "features[0].geometry.coordinates", "position-out-of-range"),
        (point("[0,-90.1]"), "features[0].geometry.coordinates", "position-out-of-range"),
        (point("[1e999,0]"), "features[0].geometry.coordinates", "number-too-large"),
        (point("[" + "9" * 400 + ",0]"), "features[0].geometry.coordinates", "number-too-large"),
        # lines and rings
        (polygon("[[[1,1],[2,1],[1,1]]]"), "features[0].geometry.coordinates[0]", "ring-too-short"),
        (polygon("[[]]"), "features[0].geometry.coordinates[0]", "ring-too-short"),
        (polygon("[[[1,1],[2,1],[2,2],[1,2]]]"), "features[0].geometry.coordinates[0]", "ring-not-closed"),
        (
            polygon("[[1,1],[2,1],[2,2],[1,1]]"),
            "features[0].geometry.coordinates[0][0]",
            "coordinates-nesting",
        ),
        (polygon("[7]"), "features[0].geometry.coordinates[0]", "coordinates-nesting"),
        (
            polygon("[[[1,1],[2,1],[2],[1,1]]]"),
            "features[0].geometry.coordinates[0][2]",
            "position-too-short",
        ),
        (
            polygon('[[[1,1],[2,1],[2,"2"],[1,1]]]'),
            "features[0].geometry.coordinates[0][2]",
            "coordinates-not-numbers",
        ),
        (
            polygon("[[[179,1],[-179,1],[-179,2],[179,1]]]"),
            "features[0].geometry.coordinates[0]",
            "antimeridian",
        ),
        (
            with_shape('{"type":"MultiPolygon","coordinates":[[]]}'),
            "features[0].geometry.coordinates[0]",
            "ring-too-short",
        ),
        (
            with_shape('{"type":"LineString","coordinates":[[1,2]]}'),
            "features[0].geometry.coordinates",
            "line-too-short",
        ),
        # text that is no JSON
        (beside_a_good_one('{"type":"Feature","id":bad,"properties":{}}'), "features[0]", "not-json"),
        (beside_a_good_one('{"type":"Feature","id":"bad,"properties":{}}'), "features[0]", "not-json"),
        (beside_a_good_one('{"type":"Feature","id":"bad","properties":{}'), "features[0]", "not-json"),
        (beside_a_good_one("{'type':'Feature','id':'bad'}"), "features[0]", "not-json"),
        (beside_a_good_one('{"type":"Feature","id":"a\tb"}'), "features[0]", "not-json"),
        (beside_a_good_one('{"type":"Feature","id":"bad",}'), "features[0]", "not-json"),
        (beside_a_good_one("what?"), "", "stray-text"),
        (beside_a_good_one(""), "", "stray-text"),
    ],
)
def test_a_bad_feature_is_refused_by_line_and_path_and_hides_no_good_one(text: str, path: str, rule: str) -> None:
    sites = reading(text)

    assert (sites.ids, refused(sites)) == (("good",), [(2, path, rule)])


def test_a_later_feature_with_an_id_already_taken_is_refused_naming_the_first() -> None:
    sites = reading(beside_a_good_one(GOOD))

    assert (len(sites), refused(sites)) == (1, [(3, "features[1]", "id-duplicate")])
    with using_language("en"):
        assert "line 2" in str(sites.problems[0].found)


def test_bytes_that_are_not_utf8_refuse_only_the_features_that_hold_them() -> None:
    for bad, path in (
        (b'{"type":"Feature","id":"caf\xe9","properties":null,"geometry":null}', "features[0].id"),
        (b'{"type":\xff}', "features[0]"),
    ):
        sites = reading(b'{"type":"FeatureCollection","features":[\n' + bad + b",\n" + GOOD.encode() + b"]}")

        assert (sites.ids, refused(sites)) == (("good",), [(2, path, "not-utf8")])


@pytest.mark.parametrize(
    ("position", "word"),
    [("[-6.11,106.15]", "swapped"), ("[627000,9323000]", "metres"), ("[200,0]", "between")],
)
def test_a_position_off_the_earth_earns_the_remedy_that_fits(position: str, word: str) -> None:
    sites = reading(point(position))

    with using_language("en"):
        assert word in str(sites.problems[0].remedy)


@pytest.mark.parametrize("written", ['"feature"', '"FEATURE"'])
def test_a_type_in_the_wrong_case_is_told_its_right_one(written: str) -> None:
    sites = reading(beside_a_good_one(GOOD.replace('"Feature"', written)))

    with using_language("en"):
        assert "“Feature”" in str(sites.problems[0].remedy)


def test_a_problem_says_where_what_and_what_to_do_in_one_sentence() -> None:
    sites = reading(polygon("[[[1,1],[2,1],[2,2],[1,2]]]"))

    with using_language("en"):
        assert str(sites.problems[0]) == (
            "line 2, features[0].geometry.coordinates[0], “bad”: a ring does not end where it begins; "
            "repeat its first position at its end."
        )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"", "empty"),
        (b" \n\t", "spaces"),
        (b"[]", "array"),
        (b"3", "one JSON value"),
        (b'"x"', "one JSON value"),
        (b"null", "one JSON value"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b'<?xml version="1.0"?><kml>', "KML"),
        (b"<gpx>", "GPX"),
        (b"<x/>", "XML"),
        (b"id,name,lat,lon\n1,a,2,3\n", "CSV"),
        (b'"id";"name"\n', "CSV"),
        (b"PK\x03\x04...", "ZIP"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x00\x00\x27\x0a\x00\x00\x00\x01", "shapefile"),
        (b"SQLite format 3\x00", "GeoPackage"),
        (b"PAR1", "GeoParquet"),
        (b"hello", "not JSON"),
        (b'{"type":"Topology","objects":{},"arcs":[]}', "TopoJSON"),
        (b'{"geometryType":"esriGeometryPoint","features":[{"attributes":{}}]}', "ESRI"),
        (b'{"version":0.6,"osm3s":{},"elements":[]}', "Overpass"),
        (b"{}", "without an array"),
        (b'{"features":[]}', "no member “type”"),
        (b'{"type":"featurecollection","features":[]}', "with these capitals"),
        (b'{"type":"Feature","features":[]}', "not a GeoJSON type"),
        (b'{"type":"FeatureCollection"}', "no array “features”"),
        (b'{"type":"FeatureCollection","features":{}}', "no array “features”"),
        (b'{"type":"FeatureCollection","features":null}', "no array “features”"),
        (b'{"type":"FeatureCollection","crs":null,"crs":null,"features":[]}', "crs"),
        (b'{"type":"FeatureCollection","na', "middle"),
        (b'{"type":"FeatureCollection" "features":[]}', "line 1"),
        (b"{type:1}", "line 1"),
        (GOOD.encode()[:-1], "middle"),
        (GOOD.encode() + b"\n" + GOOD.encode(), "sequence"),
        (b"\x1e" + GOOD.encode() + b"\n\x1e" + GOOD.encode(), "sequence"),
        (GOOD.encode("utf-16-le"), "UTF-16"),
        (GOOD.encode("utf-16-be"), "UTF-16"),
        (GOOD.encode("utf-32-le"), "UTF-32"),
        (b"\xff\xfe\x00\x00\xff\xff\xff\xff", "UTF-32"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(text: bytes, word: str) -> None:
    with pytest.raises(SiteError) as caught:
        reading(text)

    with using_language("en"):
        sentence = str(caught.value)
    assert word in sentence
    assert sentence.startswith("test.geojson")
    assert (sentence.count("\n"), sentence[-1]) == (0, ".")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (beside_a_good_one(GOOD.replace("good", "b")) + " x", "trailing-text"),
        (beside_a_good_one(GOOD.replace("good", "b")) + "{}", "trailing-text"),
        (beside_a_good_one(GOOD.replace("good", "b"))[:-1], "cut-off"),
        (beside_a_good_one(GOOD.replace("good", "b"))[:-2], "cut-off"),
        (beside_a_good_one(GOOD.replace("good", "b"))[:-1] + ',"crs":{"type"', "cut-off"),
        (beside_a_good_one(GOOD.replace("good", "b"))[:-1] + ',"x":?}', "not-json"),
        (beside_a_good_one(GOOD.replace("good", "b"))[:-1] + ',"features":[1]}', "duplicate-key"),
    ],
)
def test_what_is_wrong_after_the_features_costs_no_site(text: str, rule: str) -> None:
    sites = reading(text)

    assert sites.ids == ("b", "good")
    assert [problem[2] for problem in refused(sites)] == [rule]


def test_a_file_cut_off_in_a_feature_keeps_those_before_it() -> None:
    sites = reading(beside_a_good_one(GOOD.replace("good", "b"))[:-20])

    assert (sites.ids, refused(sites)) == (("b",), [(3, "features[1]", "cut-off")])


def test_a_brace_too_many_refuses_the_feature_that_it_cuts_short() -> None:
    sites = reading(beside_a_good_one(GOOD.replace("good", "cut").replace("{}", "{}}")))

    assert (sites.ids, refused(sites)) == (("good",), [(2, "features[0]", "not-json")])


def test_a_feature_without_its_first_brace_costs_no_other() -> None:
    headless = GOOD.replace("good", "c")[1:]
    sites = reading(beside_a_good_one(GOOD.replace("good", "b") + ",\n" + headless))

    assert (sites.ids, refused(sites)) == (("b", "good"), [(3, "", "stray-text")])


def test_strict_refuses_the_file_with_the_first_fault_and_the_count_of_others(tmp_path: Path) -> None:
    path = tmp_path / "sites.geojson"
    path.write_text(beside_a_good_one('3,{"type":"feature"},4'), encoding="utf-8")

    with using_language("en"), pytest.raises(SiteError) as caught:
        read_sites(path, strict=True)
    assert "features[0]" in str(caught.value)
    with using_language("en"):
        assert "2 more" in str(caught.value)
    assert len(read_sites(path)) == 1


def test_strict_lets_warnings_pass() -> None:
    text = '{"type":"FeatureCollection","crs":null,"features":[' + GOOD + "]}"

    assert len(sites_from_bytes(text.encode(), "x", strict=True)) == 1


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.geojson", tmp_path, "a\0b"):
        with pytest.raises(SiteError):
            read_sites(path)


def test_decoded_features_that_json_cannot_hold_are_refused() -> None:
    place = {"type": "Point", "coordinates": [float("nan"), 1]}
    bad: list[dict[str, object]] = [
        {"type": "Feature", "id": "a", "properties": {"when": b"x"}, "geometry": None},
        {"type": "Feature", "id": "b", "properties": {1: 2}, "geometry": None},
        {"type": "Feature", "id": "c", "properties": {"x": float("nan")}, "geometry": None},
        {"type": "Feature", "id": float("inf"), "properties": None, "geometry": None},
        {"type": "Feature", "id": "d", "properties": None, "geometry": place},
    ]
    sites = sites_from_features(bad, "register")

    assert (len(sites), len(refused(sites))) == (0, len(bad))


# A feature inside a property is no site, whatever happens to the file around it.
NESTED = '{"type":"Feature","id":"nested","properties":null,"geometry":null}'
NESTED_TWICE = NESTED + "," + NESTED.replace("nested", "nested-2")
FEATURES = [
    json.loads(GOOD.replace("good", f"s{number}"))
    | {"properties": {"name": f'Taman "{number}" {{x}}, [y]', "related": json.loads(f"[{NESTED_TWICE}]")}}
    for number in range(4)
]
WHOLE = {"type": "FeatureCollection", "name": "x", "features": FEATURES, "after": {"a": 1}}
TEXTS = (json.dumps(WHOLE), json.dumps(WHOLE, separators=(",", ":")), json.dumps(WHOLE, indent=1))
IDS = tuple(f"s{number}" for number in range(4))


@settings(max_examples=cases(150, 3000))
@given(text=st.sampled_from(TEXTS), share=st.floats(0, 1))
@example(text=TEXTS[1], share=0.5)
def test_a_file_cut_anywhere_yields_its_first_features_and_invents_none(text: str, share: float) -> None:
    try:
        sites = reading(text[: int(share * len(text))])
    except SiteError:
        return

    assert sites.ids == IDS[: len(sites)]
    assert share == 1 or len(refused(sites)) == 1


@settings(max_examples=cases(300, 6000))
@given(text=st.sampled_from(TEXTS), share=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
@example(text=TEXTS[0], share=0.1, byte=ord("}"))
@example(text=TEXTS[0], share=0.2, byte=ord('"'))
@example(text=TEXTS[1], share=0.3, byte=ord("["))
def test_a_byte_changed_anywhere_raises_nothing_else_and_invents_no_site(text: str, share: float, byte: int) -> None:
    data = bytearray(text.encode())
    at = int(share * len(data))
    data[at] = byte
    try:
        sites = reading(bytes(data))
    except SiteError:
        return

    unknown = set(sites.ids) - set(IDS)  # the byte may have been one of an id
    assert len(sites) <= len(IDS)
    assert len(unknown) <= 1
    assert not any("nested" in id for id in unknown)
    assert len(sites) == len(IDS) or refused(sites)


@settings(max_examples=cases(200, 4000))
@given(data=st.binary(max_size=200))
def test_any_bytes_at_all_raise_nothing_but_a_site_error(data: bytes) -> None:
    for text in (data, b'{"type":"FeatureCollection","features":[' + data):
        with suppress(SiteError):
            assert len(reading(text)) <= 1


FAULTS = ('"kind":', "kind", '["rth"', 'Taman "', "}", "{", "]")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_broken_everywhere_is_refused_after_the_first_ten_thousand_places(fault: str) -> None:
    broken = GOOD.replace("{}", '{"name":"Taman","kind":"rth"' + fault + "}")
    few, many = (
        '{"type":"FeatureCollection","features":[' + ",".join([broken] * count) + "]}" for count in (5000, 15_000)
    )

    assert len(reading(few)) == 0
    with using_language("en"), pytest.raises(SiteError, match="10,000"):
        reading(many)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_broken_everywhere_costs_no_more_however_long_it_is(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rba_audit.sites.document._MOST_FAULTS", 1000)
    broken = GOOD.replace("{}", '{"name":"Taman","kind":"rth"' + fault + "}")
    many, more = (
        '{"type":"FeatureCollection","features":[' + ",".join([broken] * count) + "]}" for count in (3000, 6000)
    )

    assert calls_of(lambda: refusing(more)) < 1.2 * calls_of(lambda: refusing(many))


def refusing(text: str) -> None:
    with suppress(SiteError):
        reading(text)


def test_thousands_of_broken_features_hide_no_good_one() -> None:
    broken = GOOD.replace("{}", '{"name":"Taman","kind":}')
    text = '{"type":"FeatureCollection","features":[' + ",".join([broken] * 5000 + [GOOD]) + "]}"

    assert len(reading(text)) == 1


@pytest.mark.parametrize(
    "open_end", ['{"type":"Feature","properties":{"name":"x\n', '{"a":', "[1,", '{"a":"', '{"b": "c",']
)
def test_text_that_never_closes_is_looked_through_up_to_a_bound(open_end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = ('{"type":"FeatureCollection","features":[' + open_end * count for count in (2000, 8000))
    monkeypatch.setattr("rba_audit.sites.resync.LONGEST_VALUE", 5000)

    assert calls_of(lambda: refusing(many)) < 1.5 * calls_of(lambda: refusing(few))


def test_a_key_twice_among_a_hundred_thousand_is_found_in_one_pass() -> None:
    keys = ",".join(f'"k{number}":1' for number in range(100_000))
    sites = reading('{"type":"FeatureCollection","features":[' + GOOD.replace("{}", "{" + keys + ',"k99999":2}') + "]}")

    assert [problem.rule for problem in sites.problems] == ["duplicate-key"]


def test_a_feature_of_many_thousand_properties_is_refused() -> None:
    keys = ",".join(f'"k{number}":1' for number in range(10_001))
    sites = reading(
        '{"type":"FeatureCollection","features":['
        + GOOD.replace("{}", "{" + keys + "}")
        + ","
        + GOOD.replace("good", "b")
        + "]}"
    )

    assert [problem.rule for problem in sites.problems] == ["too-many-properties"]
    assert sites.ids == ("b",)


@pytest.mark.parametrize("spiky", [False, True])
def test_an_outline_of_too_many_positions_is_listed_and_not_drawn(spiky: bool) -> None:
    angle = np.linspace(0, 2 * np.pi, 20_002)[:-1]
    radius = 0.001 * np.where(spiky & (np.arange(len(angle)) % 2 == 1), 0.5, 1)
    ring = np.column_stack([106.15 + radius * np.cos(angle), -6.11 + radius * np.sin(angle)]).tolist()
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    text = json.dumps({"type": "Feature", "id": "fine", "properties": {}, "geometry": geometry})

    sites = reading(text)
    around = sites_from_bytes(text.encode(), "test.geojson", lines=True)

    assert (sites.ids, sites.shapes[0]) == (("fine",), None)
    assert [problem.rule for problem in sites.problems] == ["shape-too-fine"]
    assert around.shapes[0] is not None


def test_a_feature_of_many_megabytes_refuses_its_file() -> None:
    long = GOOD.replace("{}", '{"name":"' + "x" * 9_000_000 + '"}')
    with using_language("en"), pytest.raises(SiteError, match="longer than 8 MB"):
        reading('{"type":"FeatureCollection","features":[' + GOOD + "," + long + "]}")


def test_one_broken_quote_in_a_hundred_costs_one_feature_in_a_hundred() -> None:
    texts = [GOOD.replace("good", f"s{number}") for number in range(1000)]
    for number in range(0, 1000, 100):
        texts[number] = texts[number].replace('"type":"Point"', '"type":"Point')

    sites = reading('{"type":"FeatureCollection","features":[' + ",".join(texts) + "]}")

    assert (len(sites), len(refused(sites))) == (990, 10)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("arcgis-error.geojson", "this is the error message of a server, not its data; fetch the file again, and look"),
        (
            "kobo-api-page.json",
            "this is JSON of another kind, without an array “features”; export the sites as GeoJSON",
        ),
        ("odk-odata.json", "this is JSON of another kind, without an array “features”; export the sites as GeoJSON"),
    ],
)
@pytest.mark.public_data
def test_the_advice_about_other_json_helps_whoever_follows_it(name, says):
    with pytest.raises(SiteError) as caught:
        read_sites(SHARED / "cases/advice-that-misleads" / name)

    with using_language("en"):
        assert says in str(caught.value)


def test_a_type_is_all_that_is_written_into_a_collection_that_lacks_only_that():
    with pytest.raises(SiteError) as caught:
        sites_from_bytes(b'{"features": []}', "a.geojson")
    assert "FeatureCollection" in str(caught.value)
    assert len(sites_from_bytes(b'{"features": [], "type": "FeatureCollection"}', "a.geojson")) == 0
