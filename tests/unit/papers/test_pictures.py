"""Pictures of papers: a site lies in its area among water and roads, and no text of a site or of the context enters a drawing."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
import shapely

from helpers.ground_features import places
from rba_audit.layers import ContextFeature
from rba_audit.messages import using_language
from rba_audit.papers.pictures import LocationMaps, sketch_svg
from rba_audit.papers.sketches import sketch
from rba_audit.sites import Part
from rba_audit.standard.policies import shipped_policies
from rba_audit.status_style import LOOKS

HOSTILE = '"/><script>alert(1)</script>'
SITE = shapely.Point(106.15, -6.12)
POLICY = shipped_policies().whereabouts


def boundary(name, code, west, south, east, north):
    feature = {"properties": {"layer": "boundary", "name": name, "code": code}}
    return ContextFeature("boundary", name, code, feature, id=code, shape=shapely.box(west, south, east, north))


KECAMATAN = boundary("Serang", "36.73.01", 106.10, -6.17, 106.20, -6.07)
KELURAHAN = boundary("Cimuncang", "36.73.01.1004", 106.14, -6.13, 106.16, -6.11)
PROVINCE = boundary("Banten", "36", 105, -7, 107, -5)
RIVER = places(({"waterway": "river", "name": HOSTILE}, shapely.LineString([(106.0, -6.1), (106.3, -6.14)])))
STREET = places(({"highway": "residential"}, shapely.LineString([(106.149, -6.121), (106.151, -6.119)])), source="b")


def around(*context, shape=SITE, status="standard"):
    return LocationMaps(context, POLICY).around(shape, status)


def shapes_of(svg):
    return ElementTree.fromstring(svg)[:]


def test_a_site_lies_in_its_kecamatan_and_not_in_a_province_or_a_kelurahan():
    drawn = around(PROVINCE, KELURAHAN, KECAMATAN)

    assert drawn.area == "Serang"
    assert drawn.width_km == pytest.approx(11.06 * 1.08, abs=0.2)


def test_water_is_named_beside_the_map_and_streets_only_where_they_can_be_seen():
    with using_language("en"):
        wide = [str(title) for title in around(KECAMATAN, *RIVER, *STREET).classes]
        near = [str(title) for title in around(*RIVER, *STREET).classes]

    assert wide == ["Water", "Boundaries"]
    assert near == ["Water", "Streets"]


def test_nothing_is_drawn_where_nothing_is_known():
    assert around() is None
    assert around(KECAMATAN, shape=None) is None
    assert around(KECAMATAN, shape=shapely.Point(0, 0)) is None
    assert around(KECAMATAN, shape=shapely.Polygon()) is None


def test_no_text_enters_a_drawing():
    hostile = replace(KECAMATAN, name=HOSTILE)
    drawn = around(hostile, *RIVER)

    assert drawn.area == HOSTILE
    assert b"script" not in drawn.svg
    assert all(
        set(shape.attrib) <= {"d", "fill", "fill-rule", "stroke", "stroke-width", "stroke-linejoin", "cx", "cy", "r"}
        for shape in shapes_of(drawn.svg)
    )


def test_the_city_has_a_mark_for_each_status_and_one_for_a_crowd():
    maps = LocationMaps((KECAMATAN,), POLICY)
    sites = [(shapely.Point(106.12 + index / 100, -6.12), status) for index, status in enumerate(LOOKS)]

    drawn = maps.city([*sites, *sites])

    marks = [shape.get("fill") for shape in shapes_of(drawn.svg)][-len(LOOKS) :]
    assert marks == [look.colour for look in LOOKS.values()]
    assert len(shapes_of(drawn.svg)) == len(LOOKS) + 1
    assert maps.city([]) is None


def test_the_city_is_shown_whole_but_not_its_province():
    neighbour = boundary("Taktakan", "36.73.06", 106.00, -6.17, 106.10, -6.07)

    alone, whole, within = (
        LocationMaps(context, POLICY).city([(SITE, "standard")])
        for context in ((KECAMATAN,), (KECAMATAN, neighbour), (KECAMATAN, PROVINCE))
    )

    assert whole.width_km == pytest.approx(2 * alone.width_km, rel=0.1)
    assert within.width_km == pytest.approx(alone.width_km)


def test_a_city_without_context_still_has_its_sites():
    drawn = LocationMaps((), POLICY).city([(SITE, "standard")])
    assert len(shapes_of(drawn.svg)) == 1


def test_a_sketch_is_a_picture_of_numbers_and_known_kinds():
    outline = shapely.box(106.15, -6.12, 106.151, -6.119)
    part = Part("p", "s", HOSTILE, {}, shapely.Point(106.1505, -6.1195))
    drawn = sketch(outline, [part])

    svg = sketch_svg(drawn)
    assert b"script" not in svg
    assert len(shapes_of(svg)) == 3
