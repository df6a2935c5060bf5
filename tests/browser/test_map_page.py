"""The page of the map and its address: what is chosen in the one stands in the other, and the way back works."""

import re

from playwright.sync_api import expect


def test_filters_card_and_view_stand_in_the_address_and_come_from_it(reading):
    page = reading().open("/sites?kecamatan=Curug")
    page.get_by_role("link", name="Show on the map").click()
    shown = page.locator(".rba-shown")
    marked = page.locator("path.rba-boundary-marked")

    # The list's filter is the map's, and the whole kecamatan is in view.
    expect(shown).to_have_text("2 of 16 sites")
    expect(page.get_by_label("Kecamatan")).to_have_value("Curug")
    expect(marked).to_have_count(1)
    ground = page.locator("#map_rba").bounding_box()
    edge = marked.bounding_box()
    assert ground["y"] <= edge["y"]
    assert edge["y"] + edge["height"] <= ground["y"] + ground["height"]

    # A change of the filters needs no reload, moves the view and is in the address at once.
    page.evaluate("window.stayed = true")
    page.get_by_label("Kecamatan").select_option("Kasemen")
    page.locator(".rba-legend button", has_text="Not audited yet").click()
    expect(page).to_have_url(re.compile(r"/map\?kecamatan=Kasemen&hide=not_audited$"))
    as_list = page.get_by_role("link", name="Show as a list")
    expect(as_list).to_be_hidden()  # no list has all statuses but one
    page.locator(".rba-legend button", has_text=re.compile("^(Not known yet|Standard)")).first.click()
    page.locator(".rba-legend button", has_text="Not known yet").click()
    expect(as_list).to_have_attribute("href", "/non-standard?kecamatan=Kasemen")
    page.locator(".rba-legend button", has_text="Not known yet").click()
    page.locator(".rba-legend button", has_text=re.compile("^(Not known yet|Standard)")).first.click()
    expect(page).to_have_url(re.compile(r"/map\?kecamatan=Kasemen&hide=not_audited$"))
    assert page.evaluate("window.stayed") is True

    # So are the card and the view, and they come back with the page.
    page.locator(".rba-found .rba-row").first.click()
    heading = page.locator(".rba-card h2")
    name = heading.inner_text()
    page.get_by_role("button", name="Zoom in").click()
    expect(page).to_have_url(re.compile(r"&site=[^&]+&view=1\d/-6\.\d{5}/106\.\d{5}$"))
    zoom = page.evaluate("map_rba.getZoom()")
    page.reload()
    expect(heading).to_have_text(name)
    expect(heading).to_be_focused()
    assert page.evaluate("map_rba.getZoom()") == zoom

    # From the site's page back to the map: the same card.
    page.get_by_role("link", name="Open the site's page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(heading).to_have_text(name)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/map$"))

    # The first view has all boundaries, not only the sites.
    lows = page.locator("path.rba-boundary").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().bottom))"
    )
    assert lows <= ground["y"] + ground["height"]


def test_the_marks_of_the_plan_are_a_layer_and_a_table_that_opens_cards(reading):
    page = reading(viewport={"width": 360, "height": 740}).open("/map?site=taman-sari")
    expect(page.locator(".rba-card h2")).to_have_text("Taman Sari")
    assert page.locator(".rba-ground").bounding_box()["height"] >= 370
    page.get_by_role("button", name="Close").click()

    page.get_by_role("link", name="City plan").click()
    marks = page.locator(".rba-mark b")
    rows = page.locator(".rba-marked .rba-row")
    page.get_by_role("button", name="List and filters").click()
    expect(rows.first).to_be_visible()
    assert marks.all_inner_texts() == [str(number) for number in range(1, rows.count() + 1)]

    rows.first.click()
    expect(page.locator(".rba-card h2")).to_have_text(page.locator(".rba-marked .rba-row-name").first.inner_text())
    expect(page.locator(".rba-card")).to_be_in_viewport()
