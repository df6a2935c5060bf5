"""From an office's own list of parks to the map with kecamatan and the form on a phone: clicks and screens are counted."""

import re

from playwright.sync_api import expect

from helpers.reading import page_width, too_small
from helpers.registers import empty_register, session_for
from helpers.serving import serving
from helpers.tutorial_imports import PLACES, choose_file
from helpers.tutorial_text import words_in
from rba_audit.layers import read_context
from rba_audit.resources import sample_areas
from rba_audit.web import create_app

MOST_CLICKS, MOST_SCREENS = 12, 6


class Walk:
    """A page whose clicks and screens are counted, from its first page on."""

    def __init__(self, page, address):
        self.page, self.clicks, self.screens = page, 0, 0
        page.on("framenavigated", self._seen)
        self._last = ""
        page.goto(address)

    def _seen(self, frame):
        if frame == self.page.main_frame:
            self.screens += frame.url.partition("?")[0] != self._last
            self._last = frame.url.partition("?")[0]

    def click(self, locator):
        self.clicks += 1
        locator.click()


def context_for(browser, app, address, role, **options):
    context = browser.new_context(reduced_motion="reduce", timezone_id="Asia/Jakarta", **options)
    session = session_for(app, role)
    context.add_cookies(
        [{"name": "lang", "value": "id", "url": address}, {"name": "rba", "value": session, "url": address}]
    )
    return context


def test_a_list_of_seventy_parks_becomes_a_map_and_a_form_on_the_phone_within_twelve_clicks(
    browser, standard, tmp_path
):
    register, word = empty_register(tmp_path, people=True), words_in("id")
    app = create_app(register, standard, read_context([sample_areas()]))
    with serving(app) as address:
        desk = context_for(browser, app, address, "planner", viewport={"width": 1280, "height": 800})
        office = Walk(desk.new_page(), address)
        page = office.page
        office.click(page.get_by_role("link", name=word("Import a list")).first)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page_width(page) <= 360
        assert too_small(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        office.clicks += 2  # a file is chosen with two: the field, and the file in the window of the system
        choose_file(page, standard)
        office.click(page.get_by_role("button", name=word("Read the file")))
        expect(page.locator(".import-rows tbody tr")).to_have_count(PLACES)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page_width(page) <= 360
        assert too_small(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        office.click(page.locator("#import button").first)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Daftar taman")
        office.click(page.get_by_role("link", name=word("See them on the map")))
        kecamatan = page.get_by_label(word("Kecamatan"))
        expect(kecamatan.locator("option[value=Serang]")).to_have_count(1)
        office.click(kecamatan)
        kecamatan.select_option("Serang")
        office.clicks += 1
        expect(page).to_have_url(re.compile(r"kecamatan=Serang"))
        expect(page.locator("path.rba-boundary-marked")).to_have_count(1)
        page.close()

        phone = context_for(browser, app, address, "surveyor", viewport={"width": 360, "height": 740}, has_touch=True)
        field = Walk(phone.new_page(), f"{address}/queue")
        place = field.page.locator("#places a[href$='/audit']").first
        field.click(place)
        expect(field.page.locator("#live")).to_be_visible()
        assert re.search(r"Taman Contoh \d\d", field.page.locator("main").inner_text())
        desk.close()
        phone.close()
    register.close()

    assert office.clicks + field.clicks <= MOST_CLICKS
    assert office.screens + field.screens <= MOST_SCREENS, (office.screens, field.screens)
