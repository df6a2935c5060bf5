"""What was measured of a place, beside what a surveyor answers there: a real browser, a phone and a desk, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from helpers.grounds import box as area
from helpers.grounds import extent, line, point, thing
from helpers.phones import unfold
from helpers.reading import violations
from helpers.surveying import PHONE, frozen, listened, phone, wait_for_kept
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")
CONTEXT = (
    thing("railway", line((35, -200), (35, 200)), "way/7", "2026-04-06", name="Merak–Serang", width_m=6),
    thing("water", line((0, -45), (5, -45)), "way/9", "2026-04-06", name="Kali Banten"),
    thing("fuel_station", point(4000, 0), "node/4", "2026-04-06"),
    extent("railway", "fuel_station"),
)
RAILWAY, LAND, FUEL, DEPTH = "LOK-05.distance", "LOK-03", "LOK-08", "LOK-07.depth"
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def surroundings():
    return CONTEXT


_NUMBERS = count()


@pytest.fixture
def site(register) -> str:
    name = f"taman-{next(_NUMBERS)}"
    properties = {"name": "Taman", "scale": "rw", "typology": "rth"}
    feature = {"type": "Feature", "id": name, "properties": properties, "geometry": area(-20, -20, 20, 20)}
    register.import_features([feature])
    return name


def opened(browser, here, site, **options) -> Page:
    page = listened(phone(browser, here, **options).new_page())
    page.goto(f"{here[0]}/sites/{site}/audit")
    ready(page)
    return page


def ready(page):
    """Wait until the phone knows what was measured: until then the land is an open question."""
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator(".unanswered summary")).not_to_have_text("")
    unfold(page.locator(".unanswered summary"))
    expect(missing(page, LAND)).to_have_count(0)


def missing(page, requirement):
    return page.locator(f".unanswered a[href='#r-{requirement}']")


@pytest.fixture
def page(browser, here, site) -> Iterator[Page]:
    started = opened(browser, here, site)
    yield started
    before_closing = [each for each in started.complaints if "Failed to load resource" not in each]
    started.context.close()
    assert before_closing == []


def box(page, question):
    return page.locator(f"[id='q-{question}']")


def field(page, question):
    return page.locator(f"[id='{question}']")


def reason(page, question):
    return page.locator(f"[id='note-{question}']")


def told(page, question):
    return page.locator(f"[id='w-{question}']")


def answer(page, question, text):
    field(page, question).fill(text)
    field(page, question).blur()


def test_another_answer_opens_the_place_for_the_reason_and_says_what_counts_until_it_is_written(page):
    field(page, RAILWAY).fill("40")
    expect(reason(page, RAILWAY)).to_have_count(0)  # it is still being typed

    field(page, RAILWAY).blur()

    expect(told(page, RAILWAY)).to_have_text("Your answer differs. Until you write why, what was measured counts.")
    expect(page.get_by_label("Reason for your answer")).to_have_count(1)
    reason(page, RAILWAY).fill("The line is not in use.")
    expect(told(page, RAILWAY)).to_have_text("Your answer counts in place of what was measured, for this reason.")


def test_a_reason_travels_as_the_note_of_its_question(page):
    answer(page, RAILWAY, "40")
    reason(page, RAILWAY).fill("The line is not in use.")
    page.get_by_role("radio", name="auditor's visit").check()
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")

    document = frozen(page)[-1]

    assert document["notes"] == {RAILWAY: "The line is not in use."}
    assert document["answers"][RAILWAY] == 40


def test_an_answer_that_is_the_same_or_inside_a_range_needs_no_reason(page):
    answer(page, RAILWAY, "12")
    answer(page, FUEL, "2000")

    expect(told(page, FUEL)).to_have_text("Your answer lies within what was measured, and counts.")
    expect(told(page, RAILWAY)).to_have_count(0)
    expect(reason(page, FUEL)).to_have_count(0)
    expect(reason(page, RAILWAY)).to_have_count(0)


def test_the_place_for_the_reason_closes_again_but_never_over_what_was_written(page):
    answer(page, RAILWAY, "40")
    expect(reason(page, RAILWAY)).to_be_visible()
    answer(page, RAILWAY, "12")
    expect(reason(page, RAILWAY)).to_have_count(0)
    answer(page, RAILWAY, "41")
    reason(page, RAILWAY).fill("Not in use")
    answer(page, RAILWAY, "")
    expect(told(page, RAILWAY)).to_be_hidden()
    expect(reason(page, RAILWAY)).to_have_value("Not in use")
    expect(page.get_by_label("Note", exact=True).and_(reason(page, RAILWAY))).to_be_visible()


def test_the_estimate_goes_by_what_was_measured_until_another_answer_has_a_reason(page):
    live = page.locator("#live")
    before = live.inner_text()

    answer(page, LAND, "900")  # too small, were it to count
    expect(told(page, LAND)).to_be_visible()
    assert live.inner_text() == before
    reason(page, LAND).fill("The fence stands further in.")

    expect(live).not_to_have_text(before)


def test_what_only_a_range_is_known_of_stays_open_on_the_phone_until_it_is_answered(page):
    expect(missing(page, FUEL)).to_have_count(1)

    answer(page, FUEL, "2000")

    expect(missing(page, FUEL)).to_have_count(0)


def test_a_draft_comes_back_with_its_reason(page):
    answer(page, RAILWAY, "40")
    reason(page, RAILWAY).fill("The line is not in use.")
    wait_for_kept(page, "drafts", lambda draft: draft["notes"])

    page.reload()
    ready(page)

    expect(reason(page, RAILWAY)).to_have_value("The line is not in use.")
    expect(told(page, RAILWAY)).to_have_text("Your answer counts in place of what was measured, for this reason.")


def test_without_signal_the_shell_shows_what_was_measured_from_what_the_phone_keeps(page, here):
    shell = page.request.get(f"{here[0]}/survey-shell?edition=rbra-2024").text()
    page.route("**/api/sites/**", lambda route: route.abort())
    page.route("**/sites/*/audit", lambda route: route.fulfill(body=shell, content_type="text/html; charset=utf-8"))

    page.reload()
    ready(page)

    expect(page.locator("#site-name")).to_have_text("Taman")
    railway = box(page, RAILWAY).locator(".measured")
    expect(railway.locator("summary")).to_have_text("Measured: 12 m")
    unfold(railway.locator("summary"))
    expect(railway).to_contain_text("Railway: Merak–Serang [way/7], 12 m from the outline")
    expect(railway).to_contain_text("From: Railway, 6 Apr 2026")
    expect(box(page, DEPTH).locator(".unmeasured")).to_contain_text("which does not say its depth_m")
    answer(page, RAILWAY, "40")
    expect(reason(page, RAILWAY)).to_be_visible()


def test_without_scripts_the_reason_has_a_field_of_its_own(browser, here, register, site):
    page = phone(browser, here, scripts=False).new_page()
    page.goto(f"{here[0]}/sites/{site}/audit")
    field(page, RAILWAY).fill("40")
    box(page, RAILWAY).get_by_label("Reason, if your answer is another than what was measured").fill("Not in use")
    page.get_by_role("radio", name="auditor's visit").check()
    page.get_by_role("button", name="Send the visit").press("Enter")

    expect(page.locator(".notice.success")).to_be_visible()
    [visit] = register.visits.for_site(site)
    assert visit.notes == {RAILWAY: "Not in use"}
    page.context.close()


def test_the_form_and_the_page_of_the_site_fit_can_be_hit_and_axe_finds_no_fault(browser, here, site):
    page = opened(browser, here, site)
    answer(page, RAILWAY, "40")
    answer(page, LAND, "900")
    reason(page, LAND).fill("The fence stands further in.")
    page.evaluate("document.querySelectorAll('.measured').forEach((each) => (each.open = true))")
    small = """() => [...document.querySelectorAll('.measured summary, .note textarea')]
        .map((each) => [each.getBoundingClientRect(), each]).filter(([box]) => box.width && box.height < 48).map(([, each]) => each.outerHTML)"""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate(small) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        # The rest of the form and of the site's page is looked at where they are tested.
        assert violations(page, ".requirement:has(.measured)") == []

    page.goto(f"{here[0]}/sites/{site}")
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    expect(page.locator(f"#{LAND} .basis.measured")).to_have_text("measured")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert violations(page, ".finding:has(.basis)") == []
    page.context.close()
