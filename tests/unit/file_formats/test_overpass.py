"""Answers of the Overpass API, with geometry, with centres only, and as plain lists."""

import json

import pytest

from helpers.osm_files import at
from rba_audit.file_formats.overpass import overpass_extract, read_overpass
from rba_audit.file_formats.problems import FormatError
from rba_audit.messages import using_language

SQUARE = [at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)]
HOLE = [at(0.2, 0.2), at(0.6, 0.2), at(0.6, 0.6), at(0.2, 0.2)]
PLAY = {"leisure": "playground"}


@pytest.fixture(autouse=True)
def _english():
    with using_language("en"):
        yield


def geometry(positions):
    return [None if position is None else {"lon": position[0], "lat": position[1]} for position in positions]


def answer(*elements, **members):
    return json.dumps({"version": 0.6, "elements": list(elements), **members}).encode()


def one(*elements):
    extract = overpass_extract(answer(*elements), ("leisure",))
    [item] = extract.objects
    return item


def way(positions, **more):
    return {"type": "way", "id": 7, "tags": PLAY, "geometry": geometry(positions), **more}


def member(positions, role="outer"):
    return {"type": "way", "ref": 1, "role": role, "geometry": geometry(positions)}


def relation(*members, kind="multipolygon"):
    return {"type": "relation", "id": 9, "tags": {**PLAY, "type": kind}, "members": list(members)}


def test_a_closed_way_and_a_relation_with_a_hole_are_polygons():
    assert one(way(SQUARE)).geometry["type"] == "Polygon"
    assert len(one(relation(member(SQUARE), member(HOLE, "inner"))).geometry["coordinates"]) == 2


def test_pieces_of_an_outline_are_joined_whatever_their_direction():
    pieces = member(SQUARE[:3]), member(SQUARE[2:][::-1])

    assert one(relation(*pieces)).geometry["type"] == "Polygon"


def test_a_list_of_nodes_and_ways_without_geometry_is_assembled():
    nodes = [{"type": "node", "id": index, "lon": lon, "lat": lat} for index, (lon, lat) in enumerate(SQUARE[:4], 1)]
    listed = {"type": "way", "id": 7, "tags": PLAY, "nodes": [1, 2, 3, 4, 1]}

    assert one(*nodes, listed).geometry["type"] == "Polygon"


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (way(SQUARE[:4]), "its outline is not closed"),
        (way([SQUARE[0], None, *SQUARE[2:]]), "1 of its 5 points are not in the file: the extract cuts through it"),
        (way([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "its outline crosses itself"),
        (relation(member(SQUARE[:3])), "its outline is not closed"),
        (
            relation(member(SQUARE), {"type": "way", "ref": 2, "role": "outer"}),
            "1 of its 2 members are not in the file",
        ),
        (
            relation(member(SQUARE), member([at(4, 4), at(5, 4), at(5, 5), at(4, 4)], "inner")),
            "a hole of it lies outside its outline",
        ),
        (relation(member(SQUARE), kind="site"), "a relation of the type “site” has no outline of its own"),
        (
            {"type": "way", "id": 7, "tags": PLAY, "center": {"lon": 106.1, "lat": -6.1}},
            "the file states its centre only, not its outline",
        ),
    ],
)
def test_a_doubtful_outline_is_named_and_keeps_a_position(element, reason):
    item = one(element)

    assert item.geometry is None
    assert str(item.fault) == reason
    assert item.at is not None


def test_an_element_that_comes_with_tags_and_again_with_its_nodes_counts_once():
    extract = overpass_extract(answer(way(SQUARE), {"type": "way", "id": 7}), ("leisure",))

    assert [item.id for item in extract.objects] == ["way/7"]
    assert extract.losses == ()


def test_the_day_is_that_of_the_database():
    stated = {"osm3s": {"timestamp_osm_base": "2026-11-30T08:00:00Z"}}

    assert overpass_extract(answer(way(SQUARE), **stated)).day == "2026-11-30"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html>rate limited</html>", "it is not JSON"),
        (b'{"type": "FeatureCollection"}', "no list “elements”"),
        (answer(remark='runtime error: Query timed out in "query" at line 3'), "stopped before it was complete"),
    ],
)
def test_what_is_no_whole_answer_is_refused_in_a_sentence(data, words):
    with pytest.raises(FormatError, match=words):
        overpass_extract(data)


def test_entries_that_are_no_objects_are_counted_and_hostile_ones_do_no_harm(tmp_path):
    path = tmp_path / "odd.json"
    path.write_bytes(
        answer(way(SQUARE), 5, {"type": "way"}, {"type": "node", "id": 1, "lat": "x", "tags": {"a": None}})
    )

    [table] = read_overpass(path)

    assert [row.values["@id"] for row in table.rows] == ["way/7", "node/1"]
    assert "2 entries are no nodes" in str(table.notes[0])
