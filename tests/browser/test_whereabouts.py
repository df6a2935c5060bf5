"""A doubtful position on a phone: read in the list, at the site, and where a surveyor can say where it is."""

import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from helpers.public_data import KOTA_SERANG
from helpers.surveying import PHONE, listened, phone, running
from rba_audit.layers import read_context
from rba_audit.register import open_register
from rba_audit.resources import sample_sites

pytestmark = pytest.mark.public_data
SITE = "alun-alun-timur"
FAR = {"type": "Point", "coordinates": [106.17123, -6.14321]}


@pytest.fixture(scope="module")
def served(tmp_path_factory, standard):
    """A server with the sample, in which one site has moved out of its kelurahan; public, so that lists are open."""
    register = open_register(f"sqlite:///{tmp_path_factory.mktemp('moved')}/register.db")
    features = json.loads(sample_sites().read_text(encoding="utf-8"))["features"]
    register.import_features(features)
    register.import_features([{**each, "geometry": FAR} for each in features if each["id"] == SITE])
    register.people.set_public_view(True, datetime.now(UTC), None)
    with running(register, standard, read_context([KOTA_SERANG / "kota_serang_kelurahan.geojson"])) as found:
        yield found
    register.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, browser, served):
    context = phone(browser, served, scripts=request.param)
    yield listened(context.new_page())
    context.close()


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/sites?position=doubted", "table .tag.doubt"),
        (f"/sites/{SITE}", ".doubts li >> nth=1"),
        (f"/sites/{SITE}/audit", "#position-doubts li >> nth=1"),
    ],
)
def test_a_phone_shows_a_doubt_without_sideways_scroll(page, served, address, where):
    page.goto(served[0] + address)

    expect(page.locator(where)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.complaints == []


def test_the_form_tells_a_doubt_at_the_position_step(page, served):
    page.goto(f"{served[0]}/sites/{SITE}/audit#where")

    expect(page.locator("#position-doubts li").last).to_contain_text("from where it lay before")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_a_form_that_the_phone_kept_tells_it_too(page, served):
    page.goto(f"{served[0]}/sites/{SITE}/audit")
    told = page.locator("#position-doubts li").all_inner_texts()
    page.goto(f"{served[0]}/survey-shell")
    expect(page.locator("#position-doubts")).to_be_hidden()
    page.evaluate(
        """async (doubts) => {
            const { $R } = await import(document.querySelector("[href*='packs/form/pack.js']").href);
            const { knowSite } = $R("phone/position.js");
            knowSite({ doubts });
        }""",
        told,
    )

    expect(page.locator("#position-doubts li")).to_have_text(told)
