"""The pages as people meet them: in a real browser, by keyboard, on a phone, without a network and under the strict policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PAGES = {
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
each_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())


class Reader:
    """Opens pages and remembers what went wrong in them."""

    def __init__(self, browser, address, **options):
        self.address = address
        language = options.pop("language", "en")
        # Without motion, nothing moves away from under the pointer while a busy machine catches up.
        still = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        self.context = browser.new_context(**{**still, **options})
        self.context.add_cookies([{"name": "lang", "value": language, "url": address}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._check)
        if options.get("java_script_enabled", True):
            complain = "(event) => console.error('policy: ' + event.violatedDirective)"
            self.page.add_init_script(f"document.addEventListener('securitypolicyviolation', {complain});")

    def _check(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked for {request.url}")

    def open(self, path):
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def reading(browser, served):
    readers = []

    def read(**options):
        readers.append(Reader(browser, served, **options))
        return readers[-1]

    yield read
    for reader in readers:
        reader.context.close()
    assert [complaint for reader in readers for complaint in reader.complaints] == []


@pytest.fixture
def desk(reading):
    return reading()


@each_page
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_phone_needs_no_sideways_scroll(reading, address, language):
    page = reading(viewport={"width": 360, "height": 740}, language=language).open(address)

    assert page.evaluate("document.documentElement.scrollWidth") == 360


@each_page
def test_a_phone_can_hit_every_control(reading, address):
    page = reading(viewport={"width": 360, "height": 740}, has_touch=True).open(address)
    typed = "main input:not([type=radio]):not([type=checkbox]):not([type=hidden])"
    controls = (
        f"main button, main summary, main .quiet, main .button, main select, {typed}, .sections a, .languages button"
    )

    small = page.locator(controls).evaluate_all(
        "all => all.filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)"
        ".map(each => each.outerHTML.slice(0, 120) + ' ' + each.getBoundingClientRect().height)"
    )

    assert [each for each in small if "rba-" not in each and "leaflet" not in each] == []


@each_page
def test_no_page_has_a_serious_barrier(desk, address):
    found = Axe().run(desk.open(address)).response["violations"]

    grave = [
        (each["id"], each["help"], [node["html"][:160] for node in each["nodes"]][:3])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_the_keyboard_skips_to_the_content(desk):
    page = desk.open("/sites")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_the_keyboard_alone_narrows_the_list(desk):
    page = desk.open("/sites")

    page.get_by_label("Name").focus()
    page.keyboard.type("keraton")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="of")).to_contain_text("2 of 15")
    expect(page.locator("table.list tbody tr")).to_have_count(2)
    expect(page.get_by_label("Name")).to_have_value("keraton")


def test_filters_work_without_scripts(reading):
    page = reading(java_script_enabled=False).open("/sites")

    page.get_by_label("Status").select_option("non_standard")
    page.get_by_role("button", name="Show").click()

    rows = page.locator("table.list tbody tr")
    expect(rows).not_to_have_count(0)
    assert rows.count() == page.locator("table.list .badge.non_standard").count()
    page.get_by_role("link", name="Clear").click()
    expect(rows).to_have_count(15)


def test_a_list_can_be_sorted_by_its_links(desk):
    page = desk.open("/sites")

    page.get_by_role("navigation", name="Sort by").get_by_role("link", name="Score").click()
    expect(page.get_by_role("columnheader", name="Score")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("navigation", name="Sort by").get_by_role("link", name="Score").click()

    expect(page.get_by_role("columnheader", name="Score")).to_have_attribute("aria-sort", "descending")


def test_a_site_opens_what_fails_and_can_show_one_outcome_only(desk):
    page = desk.open("/sites/alun-alun-timur")
    failing = page.locator(".finding.does_not_conform")
    count = failing.count()
    expect(page.locator("details.aspect[open]")).not_to_have_count(0)

    page.get_by_role("radio", name="All").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("radio", name="does not conform")).to_be_checked()
    expect(failing.locator("visible=true")).to_have_count(count)
    expect(page.locator(".finding.conforms").locator("visible=true")).to_have_count(0)


def test_the_keyboard_opens_a_requirement(desk):
    page = desk.open("/sites/alun-alun-timur")
    finding = page.locator(".finding.does_not_conform").first

    finding.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(finding.get_by_text("Remedy:")).to_be_visible()
    expect(finding.get_by_text("Wanted", exact=True)).to_be_visible()


def test_a_link_to_a_requirement_opens_it(desk):
    page = desk.open("/standards/rbra-2024#MUD-03")

    expect(page.locator("[id='MUD-03']")).to_be_in_viewport()
    expect(page.locator("details.requirement[open]")).to_have_count(1)


def test_a_red_item_leads_to_its_reason(desk):
    page = desk.open("/sites/alun-alun-timur")
    link = page.locator(".red-item h3 a").first

    link.click()

    expect(page.locator(f"[id='{link.get_attribute('href')[1:]}']")).to_be_in_viewport()


def test_paper_shows_every_aspect_and_every_repair(desk):
    page = desk.open("/sites/taman-sari")
    page.emulate_media(media="print")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(page.locator("details.aspect:not([open])")).to_have_count(0)
    expect(page.locator(".finding.unmet:not([open])")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Sections")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("details.aspect:not([open])")).not_to_have_count(0)


def test_the_map_stands_within_the_site_and_leads_to_a_site(desk):
    page = desk.open("/map")
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()

    page.locator(".rba-row", has_text="Taman Sari").click()
    page.get_by_role("link", name="Open the site's page").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Taman Sari")


def test_a_reader_can_change_the_language_and_stays_on_the_page(desk):
    page = desk.open("/sites?status=standard")

    page.get_by_role("button", name="Bahasa Indonesia").click()

    expect(page.locator("html")).to_have_attribute("lang", "id")
    assert page.url.endswith("/sites?status=standard")


@pytest.mark.parametrize("address", PAGES.values())
def test_text_half_as_large_again_still_fits_a_phone(reading, address):
    page = reading(viewport={"width": 360, "height": 740}).open(address)

    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(':root { font-size: 150% }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )

    assert page.evaluate("document.documentElement.scrollWidth") == 360
