"""The pages of plans as people meet them: in a real browser, on a desk, on a phone, by keyboard, on paper."""

from playwright.sync_api import expect


def test_the_keyboard_alone_asks_for_another_budget_refuses_a_place_and_puts_it_back(reading):
    page = reading().open("/plan")
    rows = page.locator("table.plan-table tbody tr")

    page.get_by_label("Budget in rupiah").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("135.000.000")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(3)
    expect(page.get_by_label("Budget in rupiah")).to_have_value("135,000,000")

    page.get_by_role("link", name="What if not this one? Taman bermain anak KP3B").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plan-refused")).to_contain_text("9,849 people fewer come within reach")
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
    expect(page.locator("table.plan-steps")).to_contain_text("Name board")

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
