"""The office's pages of places as people meet them: on a phone and a desk, with the keyboard alone, and without a barrier."""

import json

import pytest
from playwright.sync_api import expect

from helpers.reading import DESK, PHONE, Reader, barriers, page_width, too_small
from helpers.registers import filled_register, session_for
from helpers.sending import as_bytes, place
from helpers.serving import serving
from rba_audit.site_editing import feature_of_proposal, merge_sites
from rba_audit.web import create_app

NEW = place()["site"]


@pytest.fixture(scope="module")
def office(tmp_path_factory, standard):
    """A register with a proposal and a merged place, its address, and a planner's cookie."""
    register = filled_register(tmp_path_factory.mktemp("places"), people=True)
    people = {each.role: each.id for each in register.people.all()}
    told = place(author=people["surveyor"], near=["taman-sari", "alun-alun-barat"])
    register.site_events.take(as_bytes(told), feature_of_proposal(told, ())[0])
    seen = {"alun-alun-timur": register.site_events.snapshot("alun-alun-timur").seen}
    merge_sites(register, "alun-alun-timur", "alun-alun-barat", people["planner"], "Satu alun-alun.", seen)
    app = create_app(register, standard)
    with serving(app) as address:
        yield register, address, session_for(app, "planner")
    register.close()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_places_fits_and_has_no_barrier(browser, office, viewport):
    register, address, cookie = office
    reader = Reader(browser, address, language="id", viewport=viewport)
    reader.context.add_cookies([{"name": "rba", "value": cookie, "url": address}])
    west, south = register.site("alun-alun-barat").feature["geometry"]["coordinates"][0][0]
    piece = [[west + east, south + north] for east, north in ((-1, -1), (1, -1), (1, 0.0002), (-1, 0.0002), (-1, -1))]
    faults, page = {}, reader.page
    for path in ("/places/proposed", "/places/new", "/sites/alun-alun-barat/change", "split", f"/sites/{NEW}/history"):
        if path == "split":
            page.locator("#piece-name").fill("Alun-Alun Barat Sisi Selatan")
            page.locator("#piece").fill(json.dumps({"type": "Polygon", "coordinates": [piece]}))
            page.locator("#reason-split").fill("Dikelola terpisah.")
            expect(page.locator("#split .drawing-size")).not_to_be_empty()  # what is written is drawn
            page.locator("#split").get_by_role("button", name="Lihat apa yang akan berpindah").click()
            page.locator("input[name=part]").first.wait_for()
        else:
            page = reader.open(path)
            page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        found = [*barriers(page), *(too_small(page) if viewport is PHONE else ())]
        if found or page_width(page) > viewport["width"]:
            faults[path] = page_width(page), found
    before_closing = list(reader.complaints)
    reader.context.close()

    assert faults == {}
    assert before_closing == []


def test_a_proposal_is_accepted_with_the_keyboard_and_stands_on_the_map(browser, office):
    register, address, cookie = office
    reader = Reader(browser, address, viewport=PHONE)
    reader.context.add_cookies([{"name": "rba", "value": cookie, "url": address}])
    page = reader.open("/places/proposed")
    page.get_by_role("textbox", name="Reason").focus()
    page.keyboard.type("Ada di lapangan.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Accepted").wait_for()
    reader.context.close()

    assert register.site_events.status(NEW) == "counts"
    assert NEW in {each["id"] for each in register.features()}
