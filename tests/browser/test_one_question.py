"""The form for one hand in the sun: little of the screen is head, questions are found, one can stand alone, and what is missing is told."""

from itertools import count

import pytest
from playwright.sync_api import expect

from helpers.effort import cases
from helpers.filling import ASKED, begin_one_by_one, fill_list, fill_one_by_one
from helpers.phones import unfold
from helpers.reading import violations
from helpers.surveying import frozen, listened, phone, stays, wait_for_kept
from rba_audit.forms import form_chapters
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")
NUMBERS = count()
POINT = [106.15, -6.11]
METRE = 0.000009


@pytest.fixture
def site(register):
    """A park of its own for each test, with a slide near the entrance and a swing 60 m away."""
    name = f"lapangan-{next(NUMBERS)}"
    park = {"name": "Lapangan", "scale": "rw", "MUD-01": "no", "has_fixed_equipment": "yes"}
    features = [
        {"type": "Feature", "id": name, "properties": park, "geometry": {"type": "Point", "coordinates": POINT}}
    ]
    for kind, metres in (("swing", 60), ("slide", 5)):
        at = {"type": "Point", "coordinates": [POINT[0] + metres * METRE, POINT[1]]}
        properties = {"part_of": name, "part": "equipment", "type": kind, "name": kind}
        features.append({"type": "Feature", "id": f"{name}-{kind}", "properties": properties, "geometry": at})
    register.import_features(features)
    return name


@pytest.fixture
def page(browser, here, site):
    at = {"longitude": POINT[0], "latitude": POINT[1], "accuracy": 5}
    started = listened(phone(browser, here, geolocation=at, permissions=["geolocation"]).new_page())
    started.goto(f"{here[0]}/sites/{site}/audit")
    expect(started.locator("#live")).to_be_visible()
    yield started
    before_closing = [each for each in started.complaints if "Failed to load resource" not in each]
    started.context.close()
    assert before_closing == []


def now(page):
    """Return what is asked at the moment."""
    return page.evaluate(ASKED)


def drafted(page, wanted):
    """Wait until the draft on the disk is as wanted, and return it."""
    return wait_for_kept(page, "drafts", wanted)


def swipe(page, left):
    page.evaluate(
        """(left) => {
            const at = (x) => new Touch({identifier: 1, target: document.getElementById('form'), clientX: x, clientY: 300});
            const fire = (name, x, touches) => document.getElementById('form').dispatchEvent(new TouchEvent(name, {bubbles: true, touches: touches ? [at(x)] : [], changedTouches: [at(x)]}));
            fire('touchstart', 180, true);
            fire('touchend', left ? 60 : 300, false);
        }""",
        left,
    )


def test_three_quarters_of_the_screen_are_form_and_what_is_gone_to_is_in_sight(page):
    height = page.viewport_size["height"]
    assert page.locator("#form").evaluate("(form) => form.getBoundingClientRect().top") <= height * 0.28
    assert page.locator(".steer").evaluate("(bar) => bar.getBoundingClientRect().bottom") <= height * 0.25
    parts = page.get_by_role("button", name="Parts", exact=True)
    parts.click()
    panel = page.locator("#jump-panel").bounding_box()
    assert panel["y"] + panel["height"] <= height
    page.locator("#jump-panel").get_by_role("link", name="For the office").click()
    heading = page.locator("#h-office")
    expect(heading).to_be_in_viewport()
    bar = page.locator(".steer").bounding_box()
    assert heading.bounding_box()["y"] >= bar["y"] + bar["height"] - 1
    assert bar["height"] <= height * 0.25
    details = page.locator("#office .sources").first
    expect(details.get_by_text("Why", exact=True)).to_be_hidden()
    unfold(details.locator("summary"))
    expect(details.get_by_text("Why", exact=True)).to_be_visible()


def test_questions_are_found_by_words_and_by_how_they_are_answered(page):
    shown = "[...document.querySelectorAll('#form .question:has(> .foot)')].filter((each) => each.checkVisibility()).map(({id}) => id.slice(2))"
    of_methods = {question.id: STANDARD.method_of(question) for question in STANDARD.questions}
    page.get_by_role("button", name="Parts", exact=True).click()
    for method, words in (("night", "at night"), ("document", "documents and maps")):
        page.get_by_role("checkbox", name=words).click()
        expect(page.locator("#sifted")).to_contain_text("Shown:")
        found = page.evaluate(shown)
        assert found
        assert {of_methods[id] for id in found} == {method}
        page.get_by_role("checkbox", name=words).click()
    expect(page.locator("#sifted")).to_be_hidden()
    assert violations(page, ".steer") == []

    page.get_by_role("searchbox", name="Search the questions").fill("swing seat")
    expect(page.locator("#sifted")).to_be_visible()
    page.get_by_role("searchbox", name="Search the questions").fill("gazebo")
    expect(page.locator("#sifted")).to_contain_text("Shown: 1")
    assert page.evaluate(shown) == ["NYM-02"]
    page.keyboard.press("Enter")
    expect(page.locator("#jump-panel")).to_be_hidden()
    page.locator("#q-NYM-02 label").first.click()
    page.get_by_role("button", name="Show all").click()
    assert len(page.evaluate(shown)) > 60
    page.get_by_role("button", name="Parts", exact=True).click()
    page.get_by_role("checkbox", name="Unanswered").click()
    expect(page.locator("#sifted")).to_be_visible()
    assert "NYM-02" not in page.evaluate(shown)
    # Whatever leads to a question that is out of sight brings everything back.
    assert page.evaluate(
        "async () => (await import(new URL('phone/chapters.js', document.querySelector('script[src*=\"form.js\"]').src).href)).goTo('NYM-02')"
    )
    expect(page.locator("#q-NYM-02")).to_be_in_viewport()
    expect(page.locator("#sifted")).to_be_hidden()

    # What is asked one at a time is what is shown; at its end stands what is missing.
    page.get_by_role("checkbox", name="at night").check()
    expect(page.locator("#sifted")).to_be_visible()
    page.locator("#one-by-one").click()
    expect(page.locator("#one-bar")).to_be_visible()
    cost = fill_one_by_one(page, 20)
    assert 0 < cost.answers < 10
    expect(page.locator("#h-missing")).to_be_focused()
    expect(page.locator("#sifted")).to_be_hidden()
    expect(page.locator("#one-bar")).to_be_hidden()


def test_answers_one_at_a_time_take_few_taps_and_no_scrolling_and_are_the_same_draft(page):
    most = cases(30, 100)
    begin_one_by_one(page)
    cost = fill_one_by_one(page, most)
    assert cost.answers == most
    assert cost.taps_each <= 1.3
    assert cost.small == []
    assert all(len(STANDARD.question(id[2:]).choices) > 12 for id in cost.cut)
    assert page.evaluate("scrollY") == 0
    assert violations(page) == []

    asked = now(page)["id"]
    page.locator("#one-bar [data-do=list]").click()
    expect(page.locator("#one-bar")).to_be_hidden()
    expect(page.locator(f"[id='{asked}']")).to_be_in_viewport()
    given = page.evaluate("[...document.querySelectorAll('.given:has(> .foot)')].map(({id}) => id.slice(2))")
    assert len(given) >= most
    draft = drafted(page, lambda each: set(given) <= set(each["values"]))
    assert not draft["one"]
    after = fill_list(page, 3)
    assert after.answers == 3


def test_an_answer_goes_on_by_itself_and_can_be_undone_and_the_view_comes_back_after_a_reload(page):
    begin_one_by_one(page)
    while now(page)["kind"] != "word":
        page.locator("#one-bar [data-do=next]").click()
    first = now(page)["id"]
    expect(page.locator(f"[id='{first}'] legend")).to_be_focused()
    page.keyboard.press("1")
    page.wait_for_function(f"() => ({ASKED})()?.id !== '{first}'")
    second = now(page)["id"]
    told = page.locator("#one-bar [role=status]")
    expect(told).to_contain_text("open")
    expect(page.locator(f"[id='{first}'] input:checked")).to_have_count(1)

    page.get_by_role("button", name="Undo").click()
    assert now(page)["id"] == first
    expect(page.locator(f"[id='{first}'] input:checked")).to_have_count(0)

    # Moving a choice with the arrow keys stays; the keys to the sides, and swipes, go on and back.
    page.locator(f"[id='{first}'] input").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"[id='{first}'] input:checked")).to_have_count(1)
    assert stays(page, lambda: now(page)["id"] == first)
    page.keyboard.press("ArrowRight")
    assert now(page)["id"] == second
    page.keyboard.press("ArrowLeft")
    assert now(page)["id"] == first
    swipe(page, left=True)
    assert now(page)["id"] == second
    swipe(page, left=False)
    assert now(page)["id"] == first
    swipe(page, left=True)

    # What every question can do is at hand here as well.
    page.locator(f"[id='{second}']").get_by_role("button", name="Note").click()
    page.locator(f"[id='{second}'] textarea").fill("licin")
    assert now(page)["id"] == second
    drafted(
        page, lambda draft: draft["one"] and draft["notes"].get(second[2:]) == "licin" and first[2:] in draft["values"]
    )
    page.reload()
    expect(page.locator("#one-bar")).to_be_visible()
    assert now(page)["id"] == second
    assert page.get_by_role("button", name="Danger", exact=True).is_visible()


def test_a_number_waits_for_next_and_the_nearest_equipment_comes_first(page):
    begin_one_by_one(page)
    while now(page)["kind"] != "list":
        page.locator("#one-bar [data-do=next]").click()
    page.get_by_role("button", name="Take this list").click()
    expect(page.locator(".item")).to_have_count(2)
    page.locator("#one-bar [data-do=next]").click()
    item = page.locator(".item[data-now]")
    expect(item).to_contain_text("slide")
    expect(item).to_have_count(1)
    names, kinds = [], set()
    for _ in range(60):
        asked = now(page)
        name = page.locator(".item[data-now] .item-head strong")
        if not name.count():
            break
        names.append(name.inner_text())
        kinds.add(asked["kind"])
        if asked["kind"] == "number":
            field = page.locator(f"[id='{asked['id']}'] .typed input")
            expect(field).to_be_focused()
            assert field.get_attribute("inputmode") == "decimal"
            page.keyboard.type("x")
            page.keyboard.press("Enter")
            assert now(page)["id"] == asked["id"], "what is no number is told where it stands"
            expect(page.locator(f"[id='{asked['id']}'] .error-text")).to_be_visible()
            page.keyboard.press("Backspace")
            page.keyboard.type("1")
            page.keyboard.press("Enter")
        else:
            page.locator(f"[id='{asked['id']}'] label").last.click()
        page.wait_for_function(f"(id) => ({ASKED})()?.id !== id", arg=asked["id"])
    assert list(dict.fromkeys(names)) == ["slide", "swing"]
    assert kinds >= {"word", "number"}
    draft = drafted(page, lambda each: all(item["answers"] for item in each["items"]))
    assert len(draft["items"]) == 2
    assert violations(page) == []


def test_before_leaving_it_is_told_what_is_missing_here_what_for_the_night_and_what_for_the_office(page):
    page.locator("#q-MUD-06\\.marked label").first.click()
    # Chapters that still come in would push it out of sight again.
    page.wait_for_function("() => !document.querySelector('.chapter:not(.shown)')")
    page.locator("#leaving").scroll_into_view_if_needed()
    told = page.locator("#leaving")
    expect(told.locator(".now > summary")).to_contain_text("Can still be answered here:")
    expect(told.locator(".photos > summary")).to_have_text("Photos wanted: 1")
    expect(told.locator(".office > summary")).to_contain_text("For the office")
    office = next(chapter for chapter in form_chapters(STANDARD) if chapter.aspect is None)
    unfold(told.locator(".office > summary"))
    expect(told.locator(".office a").first).to_be_visible()
    links = told.locator(".office a .code").all_inner_texts()
    assert "KLL-01" in links
    assert set(links) & {question.id for each in office.core for question in each.questions}
    unfold(told.locator(".night > summary"))
    expect(told.locator(".night a").first).to_be_visible()
    night = told.locator(".night a .code").all_inner_texts()
    assert {STANDARD.method_of(STANDARD.question(id)) for id in night} == {"night"}
    unfold(told.locator(".photos > summary"))
    told.locator(".photos a").click()
    expect(page.locator("#q-MUD-06\\.marked")).to_be_in_viewport()
    assert frozen(page) == []
