"""Where people see that a position is in doubt: lists, a site's page, the form."""

import json
import re

import pytest
from shapely.geometry import mapping

from helpers.positions import HOME, NEXT, OVERLAP, feature, point, serang, sites
from helpers.registers import filled_register, signed_in_client
from rba_audit import accounts
from rba_audit.messages import using_language
from rba_audit.register.person_records import Person
from rba_audit.resources import sample_sites as sample_path
from rba_audit.web import create_app
from rba_audit.web.pages.sites.position_notes import doubt_sentences
from rba_audit.whereabouts import boundary_choices


@pytest.fixture(autouse=True)
def spoken_english():
    with using_language("en"):
        yield


MOVED = "alun-alun-timur"


@pytest.fixture
def doubted(tmp_path, standard):
    """The sample, in which one site has moved and another lies in a kelurahan that it does not state."""
    register = filled_register(tmp_path)
    features = {
        each["id"]: each for each in json.loads(sample_path().read_text(encoding="utf-8"))["features"] if "id" in each
    }
    register.import_features([
        {**features[MOVED], "geometry": dict(mapping(point(2000, 900)))},
        {**features["taman-sepur"], "properties": {**features["taman-sepur"]["properties"], "kelurahan_code": "36.73.02.1007"}},
    ])  # fmt: skip
    accounts.ensure_demo_people(register)
    yield create_app(register, standard, serang("kelurahan"))
    register.close()


def page(app, address):
    return signed_in_client(app, "administrator").get(address).get_data(as_text=True)


@pytest.mark.public_data
@pytest.mark.parametrize("address", ["/sites", "/non-standard", "/not-known"])
def test_lists_mark_sites_whose_position_is_in_doubt_in_words(doubted, address):
    marked = re.findall(
        r'<th scope="row"><a href="/sites/([^"]*)">(?:(?!</th>).)*position in doubt', page(doubted, address)
    )

    assert set(marked) <= {MOVED, "taman-sepur"}
    assert marked


@pytest.mark.public_data
def test_a_list_can_be_narrowed_to_them_and_the_overview_links_there(doubted):
    assert 'data-count="2" href="/sites?position=doubted"' in page(doubted, "/")
    narrowed = page(doubted, "/sites?position=doubted")

    assert re.findall(r'<th scope="row"><a href="/sites/([^"]*)"', narrowed) == [MOVED, "taman-sepur"]
    assert '<option value="doubted" selected>' in narrowed


@pytest.mark.public_data
def test_the_page_of_a_site_says_why_its_position_is_in_doubt(doubted):
    assert re.search(
        r"it lies [\d,]+ m from where it lay before, and its position is known to ± 150 m",
        page(doubted, f"/sites/{MOVED}"),
    )
    assert "m outside Banten (36.73.02.1007) where it is said to be" in page(doubted, "/sites/taman-sepur")


def test_pages_without_a_doubt_say_nothing_of_it(client):
    assert "No boundaries were given, so no position was compared" in client.get("/").get_data(as_text=True)
    for address in ("/sites", f"/sites/{MOVED}", f"/sites/{MOVED}/audit"):
        text = client.get(address).get_data(as_text=True)

        assert "in doubt</" not in text
        assert 'id="position-doubts" hidden' in text or not address.endswith("audit")


@pytest.mark.public_data
def test_the_form_says_it_with_and_without_scripts(doubted):
    opening = signed_in_client(doubted, "administrator").get(f"/api/sites/{MOVED}/opening").json
    form = page(doubted, f"/sites/{MOVED}/audit")

    assert len(opening["doubts"]) >= 1
    assert '<section class="part" id="where"' in form
    assert all(told in form for told in opening["doubts"])


@pytest.mark.public_data
def test_doubts_are_told_in_the_language_of_the_reader(doubted):
    client = signed_in_client(doubted, "administrator")
    english = client.get(f"/api/sites/{MOVED}/opening").json["doubts"]
    client.set_cookie("lang", "id")
    indonesian = client.get(f"/api/sites/{MOVED}/opening").json["doubts"]

    assert re.search(r"lies \d,\d{3} m", english[-1])
    assert re.search(r"\d\.\d{3} m", indonesian[-1])


@pytest.mark.public_data
def test_a_doubt_goes_as_soon_as_the_site_is_corrected(doubted):
    register = doubted.extensions["judged"].register
    assert "position in doubt" in page(doubted, "/sites/taman-sepur")
    site = register.site("taman-sepur").feature
    register.import_features([{**site, "properties": {**site["properties"], "kelurahan_code": "36.73.01.1006"}}])

    assert "position in doubt" not in page(doubted, "/sites/taman-sepur")


def test_a_surveyor_learns_no_id_of_a_site_outside_their_area(tmp_path, standard):
    inside = feature("a", point(300, 3), kelurahan_code=HOME)
    register = filled_register(tmp_path, [inside, feature("secret", point(300, 3), kelurahan_code=NEXT)])
    app = create_app(register, standard)
    with app.test_request_context():
        told = {
            role: str(doubt_sentences("a", Person("p", "p", "P", role, (HOME,), True))[0])
            for role in ("surveyor", "planner")
        }

    assert told == {
        "planner": "its coordinates are exactly those of “secret”; locate each of them, and leave the geometry of the others null until then.",
        "surveyor": "it lies on another site, outside your area; locate each of them, and leave the geometry of the others null until then.",
    }
    register.close()


def test_which_of_two_kelurahan_counts_is_said_on_the_page_and_is_no_doubt(tmp_path, standard):
    here = feature("a", point(2, 3), kelurahan_code=HOME)
    register = filled_register(tmp_path, [here, feature("b", point(50, 3))])
    accounts.ensure_demo_people(register)
    text = page(create_app(register, standard, OVERLAP), "/sites/a")
    register.close()

    assert list(boundary_choices(sites(here, feature("b", point(50, 3))), OVERLAP)) == ["a"]
    assert "it counts for Kota Baru (36.73.01.1004), which its code states." in text
    assert "in doubt</" not in text
