"""The pages as people meet them: in a real browser, by keyboard, on a phone, without a network and under the strict policy."""

from playwright.sync_api import expect


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

    expect(page.get_by_role("status").filter(has_text="of")).to_contain_text("2 of 16")
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
    expect(rows).to_have_count(16)


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


def test_more_filters_groups_and_the_address_work_on_a_phone_without_scripts(reading):
    page = reading(java_script_enabled=False, viewport={"width": 360, "height": 740}).open("/non-standard")
    expect(page.get_by_label("Address of this view")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollHeight") < 12_000, "repairs are closed until they are opened"

    page.get_by_text("More filters, order and groups").click()
    page.get_by_label("What fails").select_option("red")
    page.get_by_label("Group by").select_option("kecamatan")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.locator("tr.group")).not_to_have_count(0)
    expect(page.get_by_label("What fails")).to_have_value("red")
    page.get_by_text("Saved views and address").click()
    expect(page.get_by_label("Address of this view")).to_have_value(
        f"{page.url.partition('?')[0]}?item=red&group=kecamatan&sort=status"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
