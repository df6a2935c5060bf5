"""The pages of plans as people meet them: in a real browser, on a desk, on a phone, by keyboard, on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from test_coverage_in_browser import serve
from test_pages_in_browser import Reader

from rba_audit.resources import sample_areas

PAGES = {
    "the city": "/plan",
    "a place refused": "/plan?budget=600.000.000&refuse=alun-alun-masjid-agung-banten",
    "a site": "/plan/alun-alun-barat?refuse=MAN-10",
    "a site nobody audited": "/plan/taman-sepur",
    "a rank out of reach": "/plan/alun-alun-barat?refuse=MAN-08",
}
each_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
CONTROLS = "main button, main summary, main .quiet, main .button, main select, main input[type=text], main .choice"


@pytest.fixture(scope="module")
def town(tmp_path_factory, standard):
    """A demonstration with the outlines of kecamatan."""
    app, address, stop = serve(tmp_path_factory.mktemp("town"), standard, sample_areas())
    yield app, address
    stop()


@pytest.fixture
def reading(browser, town):
    readers = []

    def read(**options):
        readers.append(Reader(browser, town[1], **options))
        return readers[-1]

    yield read
    for reader in readers:
        reader.context.close()
    assert [complaint for reader in readers for complaint in reader.complaints] == []


@each_page
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways_or_has_a_serious_barrier(reading, address, width):
    page = reading(viewport={"width": width, "height": 800}).open(address)
    grave = [
        (each["id"], [node["html"][:160] for node in each["nodes"]][:3])
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert grave == []


@each_page
def test_a_phone_can_hit_every_control_and_indonesian_fits_as_well(reading, address):
    page = reading(viewport={"width": 360, "height": 740}, has_touch=True, language="id").open(address)

    small = page.locator(CONTROLS).evaluate_all(
        "all => all.filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)"
        ".map(each => each.outerHTML.slice(0, 120) + ' ' + each.getBoundingClientRect().height)"
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_keyboard_alone_asks_for_another_budget_refuses_a_place_and_puts_it_back(reading):
    page = reading().open("/plan")
    rows = page.locator("table.plan-table tbody tr")

    page.get_by_label("Budget in rupiah").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("90.000.000")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    expect(page.get_by_label("Budget in rupiah")).to_have_value("90.000.000")

    page.get_by_role("link", name="What if not this one? Taman bermain anak KP3B").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plan-refused")).to_contain_text("3.40 km² fewer come within reach")
    expect(rows).to_have_count(2)

    page.locator(".plan-refused").get_by_role("link", name="Put it back").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plan-refused")).to_have_count(0)
    expect(rows).to_have_count(3)


def test_the_keyboard_alone_ticks_what_is_not_possible_and_unticks_it_again_without_scripts(reading):
    page = reading(java_script_enabled=False).open("/plan/alun-alun-barat")

    page.get_by_role("checkbox", name="Children's participation is not possible here").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Plan again without what is ticked").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Not possible here")).to_contain_text("Children's participation")
    expect(page.locator("table.plan-steps")).to_contain_text("Periodic inspection by an expert")

    page.get_by_role("group", name="Not possible here").get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("table.plan-steps")).to_contain_text("Children's participation")


def test_paper_shows_the_plan_without_controls_and_with_what_was_folded(reading):
    page = reading().open("/plan/taman-deduluran")
    page.emulate_media(media="print")

    expect(page.locator("table.plan-steps")).to_be_visible()
    expect(page.locator("table.plan-apart")).to_be_visible()
    expect(page.locator(".plan-form")).to_be_hidden()
    expect(page.get_by_role("button", name="Plan again without what is ticked")).to_be_hidden()
