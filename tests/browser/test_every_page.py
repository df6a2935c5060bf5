"""Every page of the office as people meet it: on a phone and a desk, in both languages, with larger text, and for everybody."""

from functools import cache

import pytest
from playwright.sync_api import expect

from helpers.phones import unfold
from helpers.reading import DESK, PHONE, barriers, page_width, readers, scale_text, too_small

OFFICE = {
    "overview": "/",
    "map": "/map",
    "all sites": "/sites",
    "nothing found": "/sites?q=zzz",
    "not standard": "/non-standard",
    "not known": "/not-known",
    "a failing site": "/sites/alun-alun-timur",
    "a good site": "/sites/taman-sari",
    "a site not located": "/sites/hutan-kota-serang",
    "the form": "/sites/taman-sari/audit",
    "the standard": "/standards/rbra-2024",
}
PLANNING = {
    "coverage of kecamatan": "/coverage",
    "coverage by any place": "/coverage?count=any&show=number",
    "coverage within 300 m": "/coverage?rule=300m",
    "a plan of the city": "/plan",
    "a plan with a place refused": "/plan?budget=600.000.000&refuse=alun-alun-masjid-agung-banten",
    "a plan of a site": "/plan/alun-alun-barat?refuse=MAN-10",
    "a plan of a site nobody audited": "/plan/taman-sepur",
    "a plan without a way up": "/plan/alun-alun-barat?refuse=MAN-08",
}
PAGES = {**OFFICE, **PLANNING}


@pytest.fixture(scope="module")
def kept_readers(browser, demo):
    """Readers by how they look at a page: what is only read is opened one after the other in the same tab."""
    with readers(browser, demo.address) as read:
        yield cache(
            lambda options: read(**{name: dict(value) if name == "viewport" else value for name, value in options})
        )


@pytest.fixture
def looking(kept_readers):
    """Give the reader of these options; whatever the browser complains of fails the test."""
    used = []

    def look(**options):
        frozen = ((name, tuple(value.items()) if name == "viewport" else value) for name, value in options.items())
        used.append(kept_readers(tuple(sorted(frozen))))
        return used[-1]

    yield look
    complaints = [complaint for reader in used for complaint in reader.complaints]
    for reader in used:
        reader.complaints.clear()
    assert complaints == []


def each(pages):
    return pytest.mark.parametrize("address", pages.values(), ids=pages.keys())


@each(PAGES)
def test_a_phone_needs_no_sideways_scroll_even_in_larger_text_and_can_hit_every_control(looking, address):
    page = looking(viewport=PHONE, has_touch=True).open(address)

    assert page_width(page) == PHONE["width"]
    assert too_small(page) == []
    scale_text(page, 150)
    assert page_width(page) == PHONE["width"]


@each(PAGES)
def test_indonesian_fits_a_phone_as_well(looking, address):
    page = looking(viewport=PHONE, has_touch=True, language="id").open(address)

    assert page_width(page) == PHONE["width"]
    assert too_small(page) == []


@each(PAGES)
def test_no_page_has_a_serious_barrier_on_a_desk(looking, address):
    page = looking().open(address)

    assert barriers(page) == []
    assert page_width(page) == page.viewport_size["width"]


@each(PLANNING)
def test_no_page_of_planning_has_a_serious_barrier_on_a_phone(looking, address):
    assert barriers(looking(viewport=PHONE).open(address)) == []


LISTS = [OFFICE[name] for name in ("all sites", "not standard", "not known")]


@pytest.mark.parametrize("width", [740, 768, 992, 1024, 1280])
@pytest.mark.parametrize("address", LISTS)
def test_a_list_fits_between_phone_and_desk(looking, address, width):
    page = looking(viewport={"width": width, "height": 800}, language="id").open(address)

    right = page.evaluate(
        "[...document.querySelectorAll('main > *, table.list')].map((each) => each.getBoundingClientRect().right)"
    )
    assert page_width(page) == width
    assert max(right) <= width - 16


def test_signing_in_stands_beside_the_language_on_a_phone(reading):
    page = reading(viewport=PHONE, language="id").open("/")

    tops = [page.locator(each).bounding_box() for each in (".languages button", ".who a")]
    assert tops[1]["y"] < tops[0]["y"] + tops[0]["height"]
    assert tops[1]["x"] > tops[0]["x"]


@pytest.mark.parametrize("person", ["· surveyor", "· reviewer", "· administrator"])
def test_the_menu_is_one_line_on_a_desk_and_one_button_on_a_phone(reading, person):
    page = reading(viewport=DESK, language="id").open("/sign-in")
    page.locator("button", has_text=person).first.click()
    page.get_by_role("navigation", name="Bagian").get_by_role("link", name="Ringkasan").click()
    assert page.locator("header.top").bounding_box()["height"] <= 70
    lists, planning = (page.locator("summary", has_text=name) for name in ("Daftar", "Perencanaan"))

    unfold(lists)
    expect(page.get_by_role("link", name="Semua lokasi", exact=True)).to_be_visible()
    unfold(planning)
    expect(page.get_by_role("link", name="Semua lokasi", exact=True)).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(planning).to_be_focused()
    expect(page.get_by_role("navigation", name="Bagian").get_by_role("link", name="Cakupan")).to_be_hidden()
    assert page_width(page) == DESK["width"]

    page.set_viewport_size(PHONE)
    menu = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("navigation", name="Bagian")).to_be_hidden()
    assert page.locator("header.top").bounding_box()["height"] <= 64
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keluar", exact=True)).to_be_visible()
    unfold(lists)
    assert too_small(page, ".menu a, .menu summary, .menu button") == []
    assert page_width(page) == PHONE["width"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Bagian")).to_be_hidden()
    expect(menu).to_be_focused()


def test_without_a_script_the_menu_opens_on_a_phone(reading):
    page = reading(viewport=PHONE, language="id", java_script_enabled=False).open("/")
    assert page.locator("header.top").bounding_box()["height"] <= 64

    page.get_by_role("button", name="Menu").click()
    page.locator("summary", has_text="Daftar").click()
    page.get_by_role("link", name="Semua lokasi", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Semua lokasi")
