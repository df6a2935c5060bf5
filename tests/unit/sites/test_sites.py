"""Files of sites that can be read, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from helpers.public_data import CONFORMANCE, SHARED
from rba_audit.errors import SiteError
from rba_audit.messages import using_language
from rba_audit.sites import PART_KINDS, Sites, read_sites, sites_from_bytes, sites_from_features

# These tests need the folder of shared data beside the project, and fail without it.
# Valid as JSON and as GeoJSON's grammar goes, but its latitude of -107 is no place on Earth.
OFF_THE_EARTH = "issue82.geojson"

POINT = '{"type":"Point","coordinates":[106.15,-6.11]}'
SQUARE = "[[106,-6],[106.01,-6],[106.01,-5.99],[106,-6]]"


def collection(*features: str, more: str = "") -> str:
    """Return the text of a FeatureCollection."""
    return f'{{"type":"FeatureCollection",{more}"features":[{",".join(features)}]}}'


def feature(id: str = "a", geometry: str = POINT, properties: str = "{}", more: str = "") -> str:
    """Return the text of a Feature."""
    head = f'"type":"Feature","id":"{id}",{more}'
    return f'{{{head}"properties":{properties},"geometry":{geometry}}}'


def shaped(kind: str, coordinates: str) -> str:
    """Return the text of a collection of one site of this shape."""
    return collection(feature(geometry=f'{{"type":"{kind}","coordinates":{coordinates}}}'))


def reading(text: str | bytes) -> Sites:
    """Return the sites of a text."""
    return sites_from_bytes(text.encode() if isinstance(text, str) else text, "test.geojson")


def rules(sites: Sites, level: str) -> list[str]:
    """Return the rules of the problems of one level."""
    return [problem.rule for problem in sites.problems if problem.level == level]


@pytest.mark.parametrize(
    ("text", "ids", "warned"),
    [
        (collection(), [], []),
        (collection(feature("a"), feature("b")), ["a", "b"], []),
        (feature("a"), ["a"], []),
        (f"  {feature('a')}\n", ["a"], []),
        ('{"features":[' + feature("a") + '],"type":"FeatureCollection"}', ["a"], []),
        (collection(feature("a"), more='"name":"x","bbox":[106,-7,107,-6],'), ["a"], []),
        ("\ufeff" + collection(feature("a")), ["a"], ["byte-order-mark"]),
        (collection(feature("a")).encode("utf-16"), ["a"], ["not-utf8"]),
        (b"\xff\xfe\x00\x00" + collection(feature("a")).encode("utf-32-le"), ["a"], ["not-utf8"]),
        (collection(feature("a"), "") + "\n", ["a"], ["comma"]),
        (collection(feature("a") + feature("b")), ["a", "b"], ["comma"]),
        # ids
        (collection(feature("x").replace('"x"', "1")), ["1"], []),
        (collection(feature("x").replace('"x"', "1.0")), ["1"], []),
        (collection(feature("x").replace('"x"', "1.5")), ["1.5"], []),
        (collection(feature("x", properties='{"id":"y"}')), ["x"], []),
        (collection(feature("", properties='{"id":"y"}')), ["y"], []),
        (collection(feature("", properties='{"kode":"36.73"}')), ["36.73"], []),
        (collection(feature("", properties='{"@id":"way/1"}')), ["way/1"], []),
        (collection(feature("", properties='{"id":null,"kode":7}')), ["7"], []),
        (collection(feature("x", properties='{"id":"y"}').replace('"x"', "null")), ["y"], ["id-null"]),
        (collection(feature(" a")), [" a"], ["id-spaces"]),
        # members
        (collection(feature("a", "null", "null")), ["a"], []),
        (collection('{"type":"Feature","id":"a","properties":null}'), ["a"], ["geometry-missing"]),
        (collection('{"type":"Feature","id":"a","geometry":null}'), ["a"], ["properties-missing"]),
        (collection(feature("a", more='"bbox":[1,2,3],')), ["a"], ["bbox"]),
        (collection(feature("a", more='"bbox":[1,9,3,4],')), ["a"], ["bbox"]),
        (collection(feature("a", more='"bbox":["1",2,3,4],')), ["a"], ["bbox"]),
        (collection(feature("a", more='"bbox":[1,2,300,4],')), ["a"], ["bbox"]),
        (collection(feature("a"), more='"bbox":"x",'), ["a"], ["bbox"]),
        (collection(feature("a"), more='"properties":{},'), ["a"], ["member-not-allowed"]),
        (collection(feature("a"), more='"name":1,"name":2,'), ["a"], ["duplicate-key"]),
        (collection(feature("a", properties='{"part":"tree"}')), ["a"], ["part-without-site"]),
        (collection(feature("a", properties='{"part":null,"part_of":null}')), ["a"], []),
        # positions
        (shaped("Point", "[106.1,-6.1,12]"), ["a"], []),
        (shaped("Point", "[106.1,-6.1,12,5]"), ["a"], ["position-too-long"]),
        (shaped("Point", "[180,-90]"), ["a"], []),
        (shaped("Point", "[]"), ["a"], ["coordinates-empty"]),
        (shaped("Polygon", "[]"), ["a"], ["coordinates-empty"]),
        (shaped("Polygon", f"[{SQUARE}]"), ["a"], []),
        (shaped("Polygon", "[[[106,-6],[106,-6],[106.01,-6],[106.01,-5.99],[106,-6]]]"), ["a"], []),
        (shaped("Polygon", "[[[1,1,5],[2,1,5],[2,2],[1,1,6]]]"), ["a"], ["ring-height-not-closed"]),
        (shaped("Polygon", "[[[0,0],[0,1],[1,1],[0,0]]]"), ["a"], ["winding"]),
        (shaped("MultiPolygon", f"[[{SQUARE}]]"), ["a"], []),
        # the crs of old
        (collection(feature("a"), more='"crs":null,'), ["a"], ["crs"]),
        (
            collection(feature("a"), more='"crs":{"type":"name","properties":{"name":"EPSG:4326"}},'),
            ["a"],
            ["crs"],
        ),
    ],
)
def test_what_is_harmless_is_accepted_with_a_warning(text: str | bytes, ids: list[str], warned: list[str]) -> None:
    sites = reading(text)

    assert (list(sites.ids), rules(sites, "warning"), rules(sites, "refused")) == (ids, warned, [])


@pytest.mark.parametrize(
    ("geometry", "warned"),
    [
        ('{"type":"LineString","coordinates":[[1,1],[2,2]]}', "shape-set-aside"),
        ('{"type":"MultiPoint","coordinates":[[1,1]]}', "shape-set-aside"),
        ('{"type":"MultiLineString","coordinates":[[[1,1],[2,2]]]}', "shape-set-aside"),
        ('{"type":"GeometryCollection","geometries":[' + POINT + "]}", "shape-set-aside"),
        ('{"type":"GeometryCollection","geometries":[]}', "coordinates-empty"),
        ('{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[1,0],[0,0]]]}', "shape-without-area"),
        ('{"type":"Polygon","coordinates":[[[0,0],[2,2],[0,1],[1,0],[0,0]]]}', "shape-not-valid"),
        ('{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]}', "shape-without-area"),
        ('{"type":"Polygon","coordinates":[[[0,0],[0,0],[0,0],[0,0]]]}', "shape-without-area"),
    ],
)
def test_a_site_whose_shape_is_set_aside_is_kept_untouched(geometry: str, warned: str) -> None:
    sites = reading(collection(feature("a", geometry)))

    assert sites.shapes.tolist() == [None]
    assert rules(sites, "warning") == [warned]
    assert sites.features == (json.loads(feature("a", geometry)),)


def test_nested_geometry_collections_are_warned_of() -> None:
    inner = '{"type":"GeometryCollection","geometries":[' + POINT + "]}"
    outer = '{"type":"GeometryCollection","geometries":[' + inner + "]}"

    assert rules(reading(collection(feature("a", outer))), "warning") == [
        "nested-collection",
        "shape-set-aside",
    ]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "epsg:4326"])
def test_longitude_and_latitude_by_any_name_are_not_reprojected(name: str) -> None:
    crs = json.dumps({"type": "name", "properties": {"name": name}})
    sites = reading(collection(feature("a"), more=f'"crs":{crs},'))

    assert (rules(sites, "warning"), sites.features[0]["geometry"]) == (["crs"], json.loads(POINT))


@pytest.mark.parametrize("place", ["collection", "feature", "geometry"])
def test_a_known_crs_is_reprojected_to_longitude_and_latitude(place: str) -> None:
    crs = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32748"}},'
    inside = crs if place == "geometry" else ""
    ring = "[[627000,9323000,7],[627100,9323000,7],[627100,9323100,7],[627000,9323000,7]]"
    geometry = f'{{"type":"Polygon",{inside}"coordinates":[{ring}]}}'
    own = crs if place == "feature" else '"bbox":[106,-7,107,-6],'
    sites = reading(collection(feature("a", geometry, more=own), more=crs if place == "collection" else ""))

    corner = sites.features[0]["geometry"]["coordinates"][0][0]
    assert corner == pytest.approx([106.1486, -6.1230, 7], abs=1e-3)
    assert shapely.get_coordinates(sites.shapes[0])[0].tolist() == corner[:2]
    assert "crs-reprojected" in rules(sites, "warning")
    assert sites.features[0].keys() == {"type", "id", "properties", "geometry"}
    assert rules(sites, "refused") == []


def test_a_crs_without_a_place_on_the_ground_or_unknown_refuses_the_file() -> None:
    for crs in (
        '{"type":"link","properties":{"href":"http://example.org/"}}',
        '{"type":"name","properties":{"name":"EPSG:99999"}}',
        '{"type":"name","properties":{"name":"EPSG:5773"}}',
        '{"type":"name","properties":{"name":""}}',
        '{"type":"name","properties":{"name":"+init=epsg:32748"}}',
        '"EPSG:4326"',
    ):
        with pytest.raises(SiteError, match="crs"):
            reading(collection(feature("a"), more=f'"crs":{crs},'))


def test_a_site_without_an_id_gets_the_same_hash_however_it_is_spaced() -> None:
    text = '{"type":"Feature","properties":{"name":"Taman"},"geometry":null}'
    first, second = reading(text), reading(json.dumps(json.loads(text), indent=4))

    assert first.ids == second.ids
    assert first.ids[0].startswith("sha-")
    assert len(first.ids[0]) == 16
    assert rules(first, "warning") == ["id-missing"]


def test_a_bare_geometry_is_one_site_without_a_name() -> None:
    sites = reading(POINT)

    assert (len(sites), sites.features[0]["geometry"]) == (1, json.loads(POINT))
    assert sites.shapes[0] == shapely.Point(106.15, -6.11)
    assert rules(sites, "warning") == ["bare-geometry", "id-missing"]


def test_documents_are_kept_as_they_were_written() -> None:
    written = feature(
        "taman-1",
        '{"type":"Point","coordinates":[106.15,-6.11,30.5],"accuracy":5}',
        '{"name":"Taman “K3”","LOK-01":"yes","MUD-02":1.5,"tags":{"a":[1,null,true]},"FotoÜ":"é"}',
        more='"bbox":[106,-7,107,-6],"source":{"by":"survey"},',
    )
    sites = reading(collection(written))

    assert json.dumps(sites.features[0]) == json.dumps(json.loads(written))
    assert sites.shapes[0].has_z is False


def test_shapes_are_shapely_points_polygons_or_none() -> None:
    sites = reading(
        collection(feature("a"), feature("b", f'{{"type":"Polygon","coordinates":[{SQUARE}]}}'), feature("c", "null"))
    )

    assert [shape and shape.geom_type for shape in sites.shapes] == ["Point", "Polygon", None]
    assert (sites.shapes.dtype, sites.shapes.flags.writeable) == (np.dtype(object), False)


def test_properties_are_never_none() -> None:
    sites = reading(collection(feature("a", properties="null"), feature("b", properties='{"name":"B"}')))

    assert [dict(sites.properties(index)) for index in range(len(sites))] == [{}, {"name": "B"}]


def test_an_unknown_id_is_answered_with_the_ones_like_it() -> None:
    sites = reading(collection(feature("alun-alun-barat"), feature("alun-alun-timur"), feature("taman-1")))

    assert sites.index_of("taman-1") == 2
    with using_language("en"), pytest.raises(SiteError) as caught:
        sites.index_of("alun-alun-bart")
    assert "alun-alun-barat" in str(caught.value)
    with pytest.raises(SiteError, match="zzz"):
        sites.index_of("zzz")


@pytest.mark.parametrize("kind", PART_KINDS)
def test_a_feature_that_belongs_to_a_site_is_a_part_and_not_a_site(kind: str) -> None:
    line = '{"type":"LineString","coordinates":[[106,-6],[106.001,-6]]}'
    part = f'{{"type":"Feature","properties":{{"part_of":"a","part":"{kind}"}},"geometry":{line}}}'
    sites = reading(collection(part, feature("a")))

    assert (sites.ids, sites.problems) == (("a",), ())
    assert [(p.site, p.kind, p.shape.geom_type, p.feature) for p in sites.parts if p.shape] == [
        ("a", kind, "LineString", json.loads(part))
    ]


def test_three_benches_told_in_the_same_words_are_three() -> None:
    bench = '{"type":"Feature","properties":{"part_of":7,"part":"bench"},"geometry":null}'
    sites = reading(collection(feature("7"), bench, bench, bench))

    assert len({part.id for part in sites.parts}) == 3
    assert {part.site for part in sites.parts} == {"7"}
    assert sites.problems == ()


def test_a_part_of_an_unknown_kind_or_site_is_warned_of() -> None:
    sites = reading(
        collection(
            feature("a"),
            feature("b", properties='{"part_of":"a","part":"fountain"}'),
            feature("c", properties='{"part_of":"z","part":"tree"}'),
            feature("d", properties='{"part_of":"a"}'),
        )
    )

    assert [part.kind for part in sites.parts] == ["fountain", "tree", ""]
    assert sorted(rules(sites, "warning")) == ["part-kind", "part-kind", "part-of-nothing"]


def test_features_of_a_register_get_the_same_checks() -> None:
    documents: list[dict[str, Any]] = [
        json.loads(feature("a")),
        json.loads(feature("a")),
        {"type": "feature"},
    ]
    sites = sites_from_features(documents, "register")

    assert (sites.ids, sites.source, sites.features[0] is documents[0]) == (("a",), "register", True)
    assert [(p.line, p.path, p.rule) for p in sites.problems] == [
        (None, "features[1]", "id-duplicate"),
        (None, "features[2].type", "type-unknown"),
    ]


@pytest.mark.public_data
@pytest.mark.parametrize("path", sorted(CONFORMANCE.rglob("*.geojson")), ids=lambda path: path.name)
def test_valid_files_of_public_suites_are_read_with_nothing_refused(path: Path) -> None:
    if path.name == OFF_THE_EARTH:
        assert rules(read_sites(path), "refused") == ["position-out-of-range"]
    else:
        assert rules(read_sites(path), "refused") == []
        assert len(read_sites(path)) >= 1


@pytest.mark.public_data
def test_the_public_suites_are_there() -> None:
    assert len(list(CONFORMANCE.rglob("*.geojson"))) >= 30


@pytest.mark.public_data
@pytest.mark.parametrize(
    ("name", "count", "set_aside"),
    [
        ("karlsruhe-osm/playgrounds.geojson", 385, 4),
        ("vienna/SPIELPLATZPUNKTOGD.json", 757, 0),
        ("kota-serang/kota_serang_kelurahan.geojson", 67, 0),
        ("kota-serang/kota_serang_play_spaces_candidates.geojson", 16, 0),
    ],
)
def test_real_files_keep_every_site(name: str, count: int, set_aside: int) -> None:
    sites = read_sites(SHARED / "data" / name)

    assert (len(sites), rules(sites, "refused")) == (count, [])
    assert sum(rule.startswith("shape-") for rule in rules(sites, "warning")) == set_aside


def test_twenty_thousand_corners_are_read() -> None:
    turn = np.linspace(0, 2 * np.pi, 19_999, endpoint=False)
    ring = np.column_stack([106 + 0.1 * np.cos(turn), -6 + 0.1 * np.sin(turn)]).tolist()
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    sites = reading(json.dumps({"type": "Feature", "id": "a", "properties": None, "geometry": geometry}))

    assert shapely.get_num_coordinates(sites.shapes[0]) == 20_000
