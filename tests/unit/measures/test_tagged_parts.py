"""What is a part by its tags in a file of sites: a part of the place it lies in, never a place, never lost silently."""

from __future__ import annotations

import pytest

from helpers.grounds import box, line, point, site, sites
from helpers.public_data import SHARED
from rba_audit import audit
from rba_audit.layers import with_tagged_parts
from rba_audit.measures import MeasurementInputs
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.sites import read_sites
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())
PARK = site(box(-20, -20, 20, 20), leisure="playground")


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def tagged(geometry, id="node/1", **tags):
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": tags}


def read(*features):
    return with_tagged_parts(sites(*features))


def notes(found):
    return [str(each) for each in found.problems]


@pytest.mark.parametrize(
    ("geometry", "tags", "kind"),
    [
        (point(0, 0), {"playground": "swing"}, "equipment"),
        (line((0, 0), (3, 0)), {"playground": "swing"}, "equipment"),
        (box(0, 0, 3, 3), {"playground": "slide", "name": "Perosotan"}, "equipment"),
        (point(0, 0), {"amenity": "bench"}, "bench"),
        (point(0, 0), {"amenity": "Toilets"}, "toilet"),
        (point(0, 0), {"natural": "tree"}, "tree"),
        (point(0, 0), {"highway": "street_lamp"}, "lamp"),
        (line((-20, -20), (20, -20)), {"barrier": "fence"}, "fence"),
        (point(20, 0), {"barrier": "gate"}, "gate"),
        (point(0, 0), {"layer": "lampu"}, "lamp"),
        (
            {"type": "MultiPoint", "coordinates": [point(0, 0)["coordinates"], point(3, 0)["coordinates"]]},
            {"natural": "tree"},
            "tree",
        ),
    ],
)
def test_what_lies_in_a_place_is_a_part_of_it(geometry, tags, kind):
    found = read(PARK, tagged(geometry, **tags))

    assert found.ids == ("taman",)
    assert [(part.id, part.site, part.kind) for part in found.parts] == [("node/1", "taman", kind)]
    assert len(notes(found)) == 1
    assert "is taken for parts of it" in notes(found)[0]


def test_parts_that_were_found_are_never_all_there_are_unless_the_place_says_so():
    lamp = tagged(point(0, 0), highway="street_lamp", reach_m=10, works="yes")

    some = MeasurementInputs(read(PARK, lamp), STANDARD).parts("lamp")
    every = MeasurementInputs(read(site(box(-20, -20, 20, 20), parts_complete="lamp"), lamp), STANDARD).parts("lamp")

    assert (len(some), some.complete.tolist()) == (1, [False])
    assert (len(every), every.complete.tolist()) == (1, [True])


@pytest.mark.parametrize(
    "tags",
    [
        {"leisure": "playground", "playground": "yes"},
        {"playground": "swing", "typology": "rth"},
        {"amenity": "school"},
        {"name": "Taman"},
    ],
)
def test_what_may_be_a_place_stays_one(tags):
    assert read(PARK, tagged(point(0, 0), **tags)).ids == ("taman", "node/1")


def test_what_lies_outside_of_every_place_is_told_and_is_none():
    found = read(PARK, tagged(point(90, 0), playground="swing"), tagged(None, "node/2", amenity="bench"))

    assert (found.ids, found.parts) == (("taman",), ())
    assert [each.split(":")[0] for each in notes(found)] == ["“node/1”", "“node/2”"]
    assert all("is left out" in each for each in notes(found))


def test_what_has_a_name_of_its_own_and_lies_in_no_place_stays():
    assert read(PARK, tagged(point(90, 0), amenity="toilets", name="WC Umum")).ids == ("taman", "node/1")


def test_the_innermost_place_has_it():
    outer = site(box(-100, -100, 100, 100), "park")

    assert [part.site for part in read(outer, PARK, tagged(point(0, 0), playground="swing")).parts] == ["taman"]


def test_what_lies_where_two_places_overlap_is_of_neither():
    other = site(box(-5, -20, 60, 20), "lain")
    found = read(PARK, other, tagged(point(0, 0), playground="swing"))

    assert (found.ids, found.parts) == (("taman", "lain"), ())
    assert "is left out" in notes(found)[0]


def test_sites_without_such_tags_are_the_same_sites():
    given = sites(PARK)

    assert with_tagged_parts(given) is given


def test_the_register_keeps_them_as_parts_and_gives_them_back_as_they_came(tmp_path):
    register = open_register(f"sqlite:///{tmp_path / 'r.db'}")
    features = [PARK, tagged(point(0, 0), playground="swing")]
    register.import_features(features)

    assert register.count() == 1
    assert register.features() == features
    register.close()


@pytest.mark.public_data
def test_the_given_export_is_one_site_with_its_parts():
    [path] = (SHARED / "cases" / "osm").glob("*.geojson")
    findings = audit(read_sites(path), STANDARD)

    assert findings.source.ids == ("way/1",)
    assert [part.kind for part in findings.source.parts] == ["equipment", "equipment", "bench", "fence"]


def test_what_lies_on_the_border_of_two_places_is_not_said_to_lie_outside_both():
    found = read(
        PARK, site(box(20, -20, 60, 20), "sebelah", leisure="playground"), tagged(point(20, 0), playground="swing")
    )

    assert (found.ids, found.parts) == (("taman", "sebelah"), ())
    assert "outside all, or in several" in notes(found)[0]
    with using_language("id"):
        assert "di luar semuanya, atau di beberapa sekaligus" in str(found.problems[0])
