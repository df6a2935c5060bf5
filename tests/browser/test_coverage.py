"""The page of who has a place within reach as people meet it: in a real browser, on a desk, on a phone, by keyboard, on paper."""

import json
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from helpers.phones import unfold
from helpers.public_data import KOTA_SERANG
from helpers.reading import PHONE, barriers, page_width, readers, scale_text, too_small
from helpers.registers import session_for
from helpers.serving import demonstration
from rba_audit.auditing import audit
from rba_audit.coverage import compute_coverage, features
from rba_audit.layers import read_context
from rba_audit.maps import coverage_map
from rba_audit.messages import using_language
from rba_audit.resources import sample_areas

KELURAHAN = KOTA_SERANG / "kota_serang_kelurahan.geojson"


@pytest.fixture(scope="module")
def quarters(tmp_path_factory, standard):
    """A demonstration with the outlines of kelurahan."""
    with demonstration(tmp_path_factory.mktemp("quarters"), standard, KELURAHAN) as running:
        yield running


@pytest.fixture
def reading(browser):
    with ExitStack() as stack:
        yield lambda served, **options: stack.enter_context(readers(browser, served.address))(**options)


@pytest.fixture(scope="module")
def ground(tmp_path_factory, standard):
    """A demonstration that knows no inhabitants, so that ground is counted."""
    areas = json.loads(sample_areas().read_bytes())
    kept = [each for each in areas["features"] if each["properties"].get("layer") != "population"]
    file = tmp_path_factory.mktemp("areas") / "areas.geojson"
    file.write_text(json.dumps(areas | {"features": kept}), encoding="utf-8")
    with demonstration(tmp_path_factory.mktemp("ground"), standard, file) as running:
        yield running


@pytest.fixture
def page(reading, ground):
    return reading(ground).open("/coverage")


def areas(page):
    return page.locator("path.rba-area")


@pytest.mark.public_data
@pytest.mark.parametrize("width", [360, 1280])
def test_kelurahan_need_no_sideways_scroll_even_in_larger_text(reading, quarters, width):
    page = reading(quarters, viewport={"width": width, "height": 800}).open("/coverage?all=1")

    scale_text(page, 150)

    assert page_width(page) == width


def test_an_open_card_has_no_serious_barrier(page):
    page.locator(".rba-areas button").first.click()

    expect(page.locator(".rba-area-card")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.public_data
def test_a_phone_can_hit_every_control(reading, quarters):
    page = reading(quarters, viewport=PHONE, has_touch=True).open("/coverage")
    page.locator(".rba-toggle").click()

    assert too_small(page) == []


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


@pytest.mark.public_data
def test_on_a_phone_an_area_of_the_list_shows_its_card_in_view(reading, quarters):
    page = reading(quarters, viewport=PHONE).open("/coverage")

    page.locator(".rba-toggle").click()
    page.locator(".rba-areas button").nth(1).click()

    expect(page.locator(".rba-area-card h2")).to_be_in_viewport()


@pytest.mark.public_data
def test_a_long_list_of_areas_grows_when_asked(reading, quarters):
    page = reading(quarters).open("/coverage")
    rows = page.locator(".rba-areas .rba-row")
    expect(rows).to_have_count(12)

    page.locator(".rba-more-areas").click()

    expect(rows).to_have_count(67)
    expect(rows.nth(12)).to_be_focused()


@pytest.mark.public_data
def test_the_level_can_be_switched_and_the_choice_stays(reading, quarters):
    page = reading(quarters).open("/coverage?count=any")
    expect(areas(page)).to_have_count(67)

    page.get_by_role("navigation", name="Level of areas").first.get_by_role("link", name="Kecamatan").click()

    expect(areas(page)).to_have_count(6)
    expect(page.locator("table.reach-table tbody tr")).to_have_count(6)
    expect(page.get_by_label("Which places count")).to_have_value("any")


def test_choices_work_without_scripts(reading, demo):
    page = reading(demo, java_script_enabled=False).open("/coverage")

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


def test_a_planner_finds_the_page_among_the_sections(reading, demo):
    reader = reading(demo)
    reader.context.add_cookies([{"name": "rba", "value": session_for(demo.app, "planner"), "url": demo.address}])
    page = reader.open("/")

    sections = page.get_by_role("navigation", name="Sections")
    unfold(sections.locator("summary", has_text="Planning"))
    sections.get_by_role("link", name="Coverage").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Coverage")


def test_a_saved_map_of_areas_opens_without_a_network(browser, tmp_path, sample_sites, standard):
    findings = audit(sample_sites, standard)
    found = compute_coverage(sample_sites, findings.conclusions.status, read_context([sample_areas()]))
    with using_language("en"):
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
    found = barriers(page)
    before_closing = list(complaints)
    context.close()

    assert before_closing == []
    assert found == []
