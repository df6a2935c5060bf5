"""What the drawing of an outline is given: its words, the kinds of parts, and the outlines around."""

import html
import json
import re

import pytest

from helpers.drawing_page import drawing_app
from helpers.grounds import box, point, site
from helpers.registers import empty_register
from rba_audit.sites import PART_KINDS
from rba_audit.sites.part_kinds import part_drawings
from rba_audit.standard import load_published


@pytest.fixture
def given(tmp_path):
    register = empty_register(tmp_path)
    register.import_features(
        [
            site(box(0, 0, 40, 40), "here"),
            site(box(50, 0, 80, 40), "beside"),
            site(point(300, 300), "near"),
            site(box(5000, 0, 5040, 40), "far"),
            site(None, "nowhere"),
        ]
    )
    client = drawing_app(register, load_published("rbra-2024")).test_client()

    def of(id, language="en"):
        client.set_cookie("lang", language)
        page = client.get(f"/draw/{id}").get_data(as_text=True)
        return json.loads(html.unescape(re.search(r'data-given="([^"]*)"', page)[1]))

    yield of
    register.close()


def test_the_outlines_around_a_place_are_given_nearest_first_and_no_others(given):
    told = given("here")

    assert [each["name"] for each in told["neighbours"]] == ["beside", "near"]
    assert told["stored"]["type"] == "Polygon"
    assert given("nowhere")["neighbours"] == []
    assert given("nowhere")["bounds"] is not None
    assert given("new")["stored"] is None


def test_every_sentence_is_in_the_readers_language_with_its_braces_open(given):
    english, indonesian = given("here")["words"], given("here", "id")["words"]

    assert english.keys() == indonesian.keys()
    for name, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", indonesian[name])), name
    assert sum(english[name] == indonesian[name] for name in english) <= 3


def test_every_kind_of_part_can_be_drawn_in_a_way_that_the_script_knows(given):
    assert set(part_drawings()) == set(PART_KINDS)
    assert {each["kind"] for each in given("here")["kinds"]} == set(PART_KINDS)
    assert all(drawn and set(drawn) <= {"point", "line", "outline"} for drawn in part_drawings().values())
