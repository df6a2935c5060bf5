"""The page of who has a place within reach as people meet it: in a real browser, on a desk, on a phone, by keyboard, on paper."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import filled_register, session_for
from playwright.sync_api import expect
from shared_data import KOTA_SERANG
from test_pages_in_browser import Reader
from werkzeug.serving import make_server

from rba_audit import accounts
from rba_audit.audits import audit
from rba_audit.coverage import coverage, features
from rba_audit.layers import read_context
from rba_audit.maps import coverage_map
from rba_audit.resources import sample_areas
from rba_audit.web import create_app
from rba_audit.words import speaking

KELURAHAN = KOTA_SERANG / "kota_serang_kelurahan.geojson"
PAGES = {"kecamatan": "/coverage", "any place": "/coverage?count=any&show=number", "narrow": "/coverage?rule=300m"}
each_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
PHONE = {"width": 360, "height": 740}


def serve(folder, standard, *paths):
    register = filled_register(folder)
    accounts.ensure_demo_people(register)
    accounts.set_public_view(register, on=True, by=None)
    app = create_app(register, standard, read_context(paths), demo=True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def stop():
        server.shutdown()
        thread.join()
        server.server_close()
        register.close()

    return app, f"http://127.0.0.1:{server.server_port}", stop


@pytest.fixture(scope="module")
def town(tmp_path_factory, standard):
    """A demonstration with the outlines of kecamatan."""
    app, address, stop = serve(tmp_path_factory.mktemp("town"), standard, sample_areas())
    yield app, address
    stop()


@pytest.fixture(scope="module")
def quarters(tmp_path_factory, standard):
    """A demonstration with the outlines of kelurahan."""
    app, address, stop = serve(tmp_path_factory.mktemp("quarters"), standard, KELURAHAN)
    yield app, address
    stop()


@pytest.fixture
def reading(browser):
    readers = []

    def read(served, **options):
        readers.append(Reader(browser, served[1], **options))
        return readers[-1]

    yield read
    for reader in readers:
        reader.context.close()
    assert [complaint for reader in readers for complaint in reader.complaints] == []


@pytest.fixture
def page(reading, town):
    return reading(town).open("/coverage")


def areas(page):
    return page.locator("path.rba-area")


def grave(page):
    found = Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"]][:3])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@each_page
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_phone_needs_no_sideways_scroll(reading, town, address, language):
    page = reading(town, viewport=PHONE, language=language).open(address)

    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("width", [360, 1280])
def test_kelurahan_need_no_sideways_scroll_even_in_larger_text(reading, quarters, width):
    page = reading(quarters, viewport={"width": width, "height": 800}).open("/coverage?all=1")

    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(':root { font-size: 150% }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )

    assert page.evaluate("document.documentElement.scrollWidth") == width


@each_page
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_has_a_serious_barrier(reading, town, address, width):
    assert grave(reading(town, viewport={"width": width, "height": 800}).open(address)) == []


def test_an_open_card_has_no_serious_barrier(page):
    page.locator(".rba-areas button").first.click()

    expect(page.locator(".rba-area-card")).to_be_visible()
    assert grave(page) == []


def test_a_phone_can_hit_every_control(reading, quarters):
    page = reading(quarters, viewport=PHONE, has_touch=True).open("/coverage")
    page.locator(".rba-toggle").click()

    small = page.locator("main a.quiet, main button, main select, main .orders a, main .button").evaluate_all(
        "all => all.filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 41.5)"
        ".map(each => each.outerHTML.slice(0, 120) + ' ' + each.getBoundingClientRect().height)"
    )
    assert small == []


def test_the_map_draws_every_area_below_the_sites_and_hatches_what_is_not_known(page):
    expect(areas(page)).to_have_count(6)
    expect(page.locator(".rba-marker[role=button]")).to_have_count(13)

    fills = areas(page).evaluate_all("all => all.map(each => each.getAttribute('fill'))")
    assert any(fill.startswith("url(#rba-hatch-") for fill in fills)
    assert any(fill.startswith("#") for fill in fills)
    order = page.evaluate(
        "['areas', 'boundaries', 'names', 'sites'].map(name => +getComputedStyle(document.querySelector(`.leaflet-rba-${name}-pane`)).zIndex)"
    )
    assert order == sorted(order)


def test_every_hatching_that_an_area_wears_is_there(page):
    worn = areas(page).evaluate_all("all => all.map(each => each.getAttribute('fill')).filter(fill => fill[0] === 'u')")

    assert all(page.locator(f"pattern[id='{fill[5:-1]}'] rect").count() == 2 for fill in worn)


def test_the_whole_of_every_area_is_in_view_at_first(page):
    expect(areas(page)).to_have_count(6)

    inside = areas(page).evaluate_all(
        "(all) => { const map = document.querySelector('.folium-map').getBoundingClientRect();"
        " return all.map(each => each.getBoundingClientRect()).every(box => box.top >= map.top - 1"
        " && box.bottom <= map.bottom + 1 && box.left >= map.left - 1 && box.right <= map.right + 1); }"
    )
    assert inside


def test_the_legend_says_five_classes_and_the_hatching_in_words(page):
    expect(page.locator(".rba-ramp li")).to_have_count(5)
    expect(page.locator(".rba-key")).to_contain_text("Ground without a place within reach")
    expect(page.locator(".rba-key")).to_contain_text("Hatched: perhaps a darker shade")


def test_areas_carry_their_figures_on_the_map(page):
    expect(page.locator(".rba-name", has_text="Taktakan").locator("b")).to_have_text("100 %")


def test_the_keyboard_alone_opens_an_area_and_comes_back(page):
    row = page.locator(".rba-areas button", has_text="Kasemen")
    row.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".rba-area-card h2")).to_be_focused()
    expect(page.locator(".rba-area-card")).to_contain_text("Not known yet")
    expect(page.locator("path.rba-area-chosen")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".rba-area-card")).to_have_count(0)
    expect(page.locator("path.rba-area-chosen")).to_have_count(0)
    expect(row).to_be_focused()


def test_a_press_on_an_area_opens_its_card_and_on_a_site_the_site(page):
    expect(areas(page)).to_have_count(6)
    page.locator(".folium-map").scroll_into_view_if_needed()
    box = page.locator(".rba-name", has_text="Taktakan").locator("b").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 30)
    expect(page.locator(".rba-area-card h2")).to_have_text("Taktakan")

    page.locator(".rba-found .rba-row", has_text="Taman Sari").click()

    expect(page.locator(".rba-card h2")).to_have_text("Taman Sari")
    expect(page.get_by_role("link", name="Open the site's page")).to_be_visible()


def test_on_a_phone_an_area_of_the_list_shows_its_card_in_view(reading, quarters):
    page = reading(quarters, viewport=PHONE).open("/coverage")

    page.locator(".rba-toggle").click()
    page.locator(".rba-areas button").nth(1).click()

    expect(page.locator(".rba-area-card h2")).to_be_in_viewport()


def test_a_long_list_of_areas_grows_when_asked(reading, quarters):
    page = reading(quarters).open("/coverage")
    rows = page.locator(".rba-areas .rba-row")
    expect(rows).to_have_count(12)

    page.locator(".rba-more-areas").click()

    expect(rows).to_have_count(67)
    expect(rows.nth(12)).to_be_focused()


def test_the_level_can_be_switched_and_the_choice_stays(reading, quarters):
    page = reading(quarters).open("/coverage?count=any")
    expect(areas(page)).to_have_count(67)

    page.get_by_role("navigation", name="Level of areas").first.get_by_role("link", name="Kecamatan").click()

    expect(areas(page)).to_have_count(6)
    expect(page.locator("table.reach-table tbody tr")).to_have_count(6)
    expect(page.get_by_label("Which places count")).to_have_value("any")


def test_choices_work_without_scripts(reading, town):
    page = reading(town, java_script_enabled=False).open("/coverage")

    page.get_by_label("How far a place reaches").select_option("10min")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_label("How far a place reaches")).to_have_value("10min")
    expect(page.locator("table.reach-table tbody tr")).to_have_count(6)
    expect(page.locator(".rba-ramp li")).to_have_count(5)


def test_paper_shows_result_map_and_table_without_controls(page):
    page.emulate_media(media="print")

    expect(page.locator(".reach")).to_be_visible()
    expect(page.locator(".rba-key")).to_be_visible()
    expect(page.locator("table.reach-table")).to_be_visible()
    expect(page.locator(".reach-form")).to_be_hidden()
    expect(page.get_by_role("heading", name="Files")).to_be_hidden()


def test_a_planner_finds_the_page_among_the_sections(reading, town):
    reader = reading(town)
    reader.context.add_cookies([{"name": "rba", "value": session_for(town[0], "planner"), "url": town[1]}])
    page = reader.open("/")

    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Coverage").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Who has a play space within reach")


def test_a_saved_map_of_areas_opens_without_a_network(browser, tmp_path, sample_sites, standard):
    findings = audit(sample_sites, standard)
    found = coverage(sample_sites, findings.conclusions.status, read_context([sample_areas()]))
    with speaking("en"):
        path = coverage_map(findings, list(features(found, ["kecamatan"]))).save(tmp_path / "coverage.html")
    context = browser.new_context(offline=True, reduced_motion="reduce")
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())

    expect(areas(page)).to_have_count(6)
    page.locator(".rba-areas button", has_text="Kasemen").click()
    expect(page.locator(".rba-area-card h2")).to_have_text("Kasemen")
    barriers = grave(page)
    context.close()

    assert complaints == []
    assert barriers == []
