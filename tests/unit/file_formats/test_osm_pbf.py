"""Files of OpenStreetMap: what is whole is read, and every outline that is not is named with its reason."""

import pytest

from helpers.osm_files import OsmFile, at, faulty_town
from rba_audit.file_formats.osm_pbf import osm_extract
from rba_audit.file_formats.problems import FormatError
from rba_audit.file_formats.reading import read_source
from rba_audit.messages import using_language

KEYS = ("leisure", "highway")
REASONS = {
    "way/14": "1 of its 5 points are not in the file: the extract cuts through it",
    "way/15": "its outline crosses itself",
    "way/16": "its outline is not closed",
    "relation/22": "its outline is not closed",
    "relation/23": "1 of its 2 members are not in the file",
    "relation/24": "a relation of the type “site” has no outline of its own",
}


def reasons(extract):
    return {item.id: str(item.fault) for item in extract.losses}


@pytest.fixture(autouse=True)
def _english():
    with using_language("en"):
        yield


@pytest.fixture
def extract(tmp_path):
    return osm_extract(faulty_town().write(tmp_path / "town.osm.pbf"), KEYS)


def test_whole_objects_have_the_geometry_that_they_are_drawn_with(extract):
    by_id = {item.id: item for item in extract.objects}

    assert by_id["node/1"].geometry == {"type": "Point", "coordinates": list(at(8, 8))}
    assert len(by_id["relation/21"].geometry["coordinates"]) == 2  # the outline and its hole
    assert by_id["way/13"].geometry["type"] == "Polygon"
    assert by_id["way/17"].geometry["type"] == "LineString"  # a closed street is no area
    assert by_id["way/13"].tags == {"leisure": "playground", "name": "Sound"}
    assert extract.notes == ()


def test_each_outline_that_cannot_be_assembled_is_named_with_its_reason_and_a_position(extract):
    assert reasons(extract) == REASONS
    assert all(item.geometry is None and item.at is not None for item in extract.losses)


def test_the_day_of_the_data_is_that_of_the_newest_edit_where_the_file_states_none(extract):
    assert extract.day == "2026-04-06"


@pytest.mark.parametrize("order", [("relations", "ways", "nodes"), ("ways", "nodes", "relations")])
def test_an_unsorted_file_loses_nothing_and_says_so(tmp_path, order, extract):
    unsorted = osm_extract(faulty_town().write(tmp_path / "unsorted.osm.pbf", order), KEYS)

    assert {item.id for item in unsorted.objects} == {item.id for item in extract.objects}
    assert reasons(unsorted) == REASONS
    assert "not sorted" in str(unsorted.notes[0])


@pytest.mark.parametrize("name", ["drafts.osm", "drafts.osm.pbf"])
def test_the_negative_numbers_of_an_editor_are_kept_and_explained(tmp_path, name):
    drafts = osm_extract(faulty_town(sign=-1).write(tmp_path / name), KEYS)

    assert {key.replace("/", "/-") for key in REASONS} == set(reasons(drafts))
    assert any("drafts of an editor" in str(note) for note in drafts.notes)


def test_an_object_that_is_there_twice_counts_once(tmp_path):
    town = OsmFile()
    town.node(1, at(0, 0), leisure="playground", name="Old")
    town.node(1, at(0, 0), leisure="playground", name="New")

    extract = osm_extract(town.write(tmp_path / "twice.osm.pbf"), KEYS)

    assert [item.tags["name"] for item in extract.objects] == ["New"]
    assert "1 objects are in the file more than once" in str(extract.notes[0])


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm"])
def test_a_file_becomes_a_table_in_the_worker_whatever_its_name(tmp_path, name):
    [table] = read_source(faulty_town().write(tmp_path / name).read_bytes(), "upload.bin").tables

    by_id = {row.values["@id"]: row for row in table.rows}
    assert table.crs == "EPSG:4326"
    assert by_id["way/13"].fault is None
    assert str(by_id["way/14"].fault) == REASONS["way/14"]
    assert by_id.keys() >= {"node/1", "relation/21"}
    assert "way/17" not in by_id  # a street is no place
    assert "6 objects have no sound outline" in str(table.notes[-1])


@pytest.mark.parametrize("length", [0, 10, 200, 400])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, length):
    whole = faulty_town().write(tmp_path / "town.osm.pbf").read_bytes()
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(whole[:length])

    with pytest.raises(FormatError, match=r"it cannot be read as an OpenStreetMap file"):
        osm_extract(path, KEYS)
