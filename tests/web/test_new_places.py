"""The page of a place that is on no map, and what phones keep to open it and the form of the place without signal."""

import json
import re
from html import unescape

import pytest

from helpers.registers import filled_register
from helpers.sending import BUDI, RINA, SITE, TONO, enrol
from rba_audit import accounts
from rba_audit.standard import edition_names, load_published
from rba_audit.web import create_app
from rba_audit.web.pages.site_editing.field_form import blank_opening


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    opened = filled_register(tmp_path_factory.mktemp("new-places"))
    enrol(opened)
    yield opened
    opened.close()


@pytest.fixture
def as_(register, standard):
    app = create_app(register, standard)

    def come(person, language="id"):
        client = app.test_client()
        client.set_cookie("lang", language)
        client.set_cookie("rba", accounts.begin_session(register, person))
        return client

    return come


def data(page, name):
    return json.loads(unescape(re.search(rf'data-{name}="([^"]*)"', page)[1]))


def test_a_place_of_which_nothing_is_known_opens_like_any_other(as_, standard):
    """A phone makes the opening of a proposed place itself: it must have every member that the form reads."""
    opening = as_(BUDI).get(f"/api/sites/{SITE}/opening").json

    blank = blank_opening(standard)
    assert set(blank) == set(opening)
    assert all(isinstance(opening[name], type(value)) for name, value in blank.items() if value is not None)


def test_the_page_asks_for_the_kind_in_the_words_of_the_edition(as_, standard):
    page = as_(BUDI).get("/places/propose").text

    kind = standard.question("kind")
    assert re.findall(r'name="kind" value="(\w*)"', page) == [*(choice.name for choice in kind.choices), ""]
    assert re.search(r'data-kind="(\w+)"', page)[1] == kind.id
    assert data(page, "blank") == blank_opening(standard)
    assert data(page, "person") == {"id": BUDI.id, "name": BUDI.name}


@pytest.mark.parametrize("edition", edition_names())
def test_every_edition_knows_what_kind_of_place_there_is(edition):
    assert blank_opening(load_published(edition))["known"] == {"kind": ""}


@pytest.mark.parametrize(("person", "fills"), [(BUDI, True), (RINA, True), (TONO, False)])
def test_who_makes_no_visits_is_told_so_and_gets_no_form(as_, person, fills):
    page = as_(person).get("/places/propose").text

    assert ('id="new-place"' in page, "new_place.js" in page) == (fills, fills)
    assert ("Peran Anda tidak mencakup kunjungan" in page) != fills


def test_a_phone_keeps_the_page_and_the_queue_leads_to_it(as_):
    client = as_(BUDI)

    assert '"/places/propose"' in re.search(r"const PAGES = (\[.*\]);", client.get("/sw.js").text)[1]
    assert "/places/propose" in client.get("/queue").text
