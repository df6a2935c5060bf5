"""The audit form as surveyors meet it: a real browser on a phone's screen, a real server, by thumb, keyboard and without scripts."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from itertools import count

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rba_audit.audits import audit
from rba_audit.register import Register, open_register
from rba_audit.sites import sites_from_features
from rba_audit.standard import load_standard
from rba_audit.web import create_app

STANDARD = load_standard("rbra-2024")
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser(launch) -> Browser:
    """A browser of its own: closing it lets go of every connection, so that the server can end."""
    return launch()


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Iterator[Register]:
    opened = open_register(f"sqlite:///{tmp_path_factory.mktemp('served')}/register.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(register, browser) -> Iterator[str]:
    server = waitress.create_server(create_app(register, STANDARD), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    browser.close()  # and with it every connection
    server.trigger.pull_trigger(server.close)
    thread.join(20)
    assert not thread.is_alive()


_NUMBERS = count()


@pytest.fixture
def site(register) -> str:
    """A park of its own for each test."""
    name = f"taman-{next(_NUMBERS)}"
    register.import_features(
        [
            {
                "type": "Feature",
                "id": name,
                "properties": {"name": "Taman", "scale": "rw", "MUD-01": "no"},
                "geometry": None,
            }
        ]
    )
    return name


def opened(browser: Browser, address: str, site: str, *, scripts: bool = True, size=PHONE) -> Page:
    context = browser.new_context(viewport=size, java_script_enabled=scripts, has_touch=True)
    context.add_cookies([{"name": "lang", "value": "en", "url": address}])
    context.set_default_timeout(5000)
    page = context.new_page()
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{address}/sites/{site}/audit")
    if scripts:
        # The table of the edition has come: what does not apply is gone, and the estimate stands.
        expect(page.locator("#live")).to_be_visible()
    return page


@pytest.fixture
def page(browser, address, site) -> Iterator[Page]:
    started = opened(browser, address, site)
    yield started
    started.context.close()
    # A refused form answers 400, and the browser says so.
    assert [each for each in started.complaints if "400 (BAD REQUEST)" not in each] == []


def introduce(page: Page) -> None:
    page.get_by_role("textbox", name="Name").fill("Siti")
    page.get_by_role("radio", name="auditor's visit").check()


def choose(page: Page, question: str, words: str) -> None:
    page.locator(f"[id='q-{question}'] label", has=page.get_by_text(words, exact=True)).click()


def field(page: Page, question: str):
    return page.locator(f"[id='{question}']")


def send(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Record the visit").click()


def test_a_visit_on_a_phone_is_recorded_and_its_effect_told(page, register, site):
    introduce(page)
    choose(page, "MUD-01", "Yes")
    field(page, "LOK-08").fill("1,5")
    send(page)
    assert page.url.endswith(f"/sites/{site}")
    expect(page.get_by_role("status").first).to_contain_text("The visit is recorded.")
    [kept] = register.visits(site)
    assert kept.answers == {"scale": "rw", "MUD-01": "yes", "LOK-08": 1.5}
    assert (kept.auditor, kept.stage) == ("Siti", "auditor")


def test_a_visit_can_be_made_with_the_keyboard_alone(page, register, site):
    page.get_by_role("textbox", name="Name").focus()
    page.keyboard.type("Siti")
    page.keyboard.press("Enter")
    assert page.url.endswith("/audit"), "Enter in a text field sends nothing"
    focused = "document.activeElement.name + '=' + document.activeElement.value"
    for _ in range(6):  # past the three parts of the day
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "visit.stage=self":
            break
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "visit.stage=auditor"
    field(page, "MUD-01").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    field(page, "LOK-08").focus()
    page.keyboard.type("12")
    page.get_by_role("button", name="Record the visit").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert register.visits(site)[0].answers == {"scale": "rw", "MUD-01": "partial", "LOK-08": 12}


def test_what_certainly_does_not_apply_is_not_shown_and_comes_back_unharmed(page):
    ramp = page.locator("#r-MUD-03")
    expect(ramp).to_be_visible()
    field(page, "MUD-03").fill("4")
    choose(page, "has_ramp", "No")
    expect(ramp).to_be_hidden()
    expect(page.locator("#MUD .left-out")).to_contain_text("Not shown")
    choose(page, "has_ramp", "Not seen yet")
    expect(ramp).to_be_visible()
    choose(page, "has_ramp", "No")
    page.locator("#q-has_ramp").get_by_role("button", name="clear the answer").click()
    expect(ramp).to_be_visible()
    expect(field(page, "MUD-03")).to_have_value("4")


def test_the_page_hides_exactly_what_the_judge_says_does_not_apply(page):
    chance = random.Random(9169)
    known = []
    for _ in range(25):
        facts = {
            fact.id: chance.choice([*(choice.name for choice in fact.choices), "not_seen", None])
            for fact in STANDARD.facts
        }
        known.append({fact: word for fact, word in facts.items() if word is not None})
    features = [
        {"type": "Feature", "id": str(index), "properties": facts, "geometry": None}
        for index, facts in enumerate(known)
    ]
    findings = audit(sites_from_features(features, "chance"), STANDARD)
    for index, facts in enumerate(known):
        hidden = page.evaluate(
            "facts => { fill(facts); refresh(); return [...document.querySelectorAll('.requirement[hidden]')].map((each) => each.id.slice(2)) }",
            {fact: [word] for fact, word in facts.items()},
        )
        assert set(hidden) == {
            trace.requirement.id for trace in findings.traces(index) if trace.outcome == "not_applicable"
        }


def test_progress_counts_what_is_asked_and_answered(page):
    words = page.locator("#progress-words")
    before = words.inner_text()
    assert before.startswith("0 of ")
    choose(page, "MUD-01", "No")
    expect(words).to_have_text(before.replace("0 of", "1 of"))
    asked = int(before.split()[2])
    choose(page, "has_ramp", "No")
    ramp = sum(len(STANDARD.requirement(each).questions) for each in ("MUD-03", "MUD-04"))
    expect(words).to_have_text(f"1 of {asked - ramp} answered")
    page.get_by_role("button", name="Parts").click()
    expect(page.locator(".tally[data-of=facts]")).to_have_text(f"2/{len(STANDARD.facts)}")
    page.get_by_role("link", name="13.").click()
    expect(page.locator("#jump-list")).to_be_hidden()
    expect(page.locator("#h-KLL")).to_be_in_viewport()


def test_an_answer_can_be_taken_back(page):
    button = page.locator("#q-MUD-01").get_by_role("button", name="clear the answer")
    expect(button).to_be_hidden()
    expect(page.locator("#q-MUD-01 noscript")).to_be_hidden()
    choose(page, "MUD-01", "No")
    button.click()
    expect(page.locator("#q-MUD-01 input:checked")).to_have_count(0)
    expect(button).to_be_hidden()


def test_none_of_these_and_not_seen_stand_alone(page):
    smells = page.locator("[id='q-UDR-01.smells'] input:checked")
    choose(page, "UDR-01.smells", "Foul: rubbish, carrion, fish")
    choose(page, "UDR-01.smells", "None of these")
    assert [each.input_value() for each in smells.all()] == ["none"]
    choose(page, "UDR-01.smells", "Foul: rubbish, carrion, fish")
    assert [each.input_value() for each in smells.all()] == ["foul"]
    field(page, "LOK-08").fill("5")
    choose(page, "LOK-08", "Not seen yet")
    expect(field(page, "LOK-08")).to_have_value("")
    field(page, "LOK-08").fill("6")
    expect(page.locator("#q-LOK-08 input:checked")).to_have_count(0)


def test_a_refused_form_shows_every_fault_and_leads_to_it(page, register, site):
    choose(page, "MUD-01", "No")
    field(page, "LOK-08").fill("1.200")
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors li")).to_have_count(3)
    page.locator("#errors a").last.click()
    expect(field(page, "LOK-08")).to_be_focused()
    expect(page.locator("#e-LOK-08")).to_be_in_viewport()
    expect(field(page, "LOK-08")).to_have_value("1.200")
    assert register.visits(site) == []
    field(page, "LOK-08").fill("1200")
    introduce(page)
    send(page)
    assert register.visits(site)[0].answers["LOK-08"] == 1200


def test_an_answer_to_be_corrected_is_never_hidden(page):
    field(page, "MUD-03").fill("99")
    choose(page, "has_ramp", "No")
    send(page)
    expect(page.locator("#r-MUD-03")).to_be_visible()


def test_a_draft_is_kept_on_the_device_and_offered_again(page, register, site):
    introduce(page)
    choose(page, "MUD-01", "No")
    field(page, "LOK-08").fill("7")
    choose(page, "UDR-01.smells", "None of these")
    page.reload()
    notice = page.locator("#draft")
    expect(notice).to_contain_text("Answers in it: 3.")
    assert page.evaluate("form.inert"), "answering now would overwrite the draft"
    page.get_by_role("button", name="Continue the draft").click()
    expect(notice).to_be_hidden()
    expect(field(page, "LOK-08")).to_have_value("7")
    expect(page.locator("#q-MUD-01 input[value=no]")).to_be_checked()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Siti")
    send(page)
    assert register.visits(site)[0].answers == {"scale": "rw", "MUD-01": "no", "LOK-08": 7, "UDR-01.smells": ["none"]}
    page.goto(page.url + "/audit")
    expect(notice).to_be_hidden()


def test_a_draft_can_be_discarded(page):
    choose(page, "MUD-01", "No")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("#q-MUD-01 input:checked")).to_have_count(0)
    page.reload()
    expect(page.locator("#draft")).to_be_hidden()


def test_going_back_and_sending_again_makes_no_second_visit(page, register, site):
    introduce(page)
    choose(page, "MUD-01", "No")
    send(page)
    page.go_back()
    page.wait_for_load_state()
    if page.locator("#q-MUD-01 input:checked").count():
        send(page)
    assert len(register.visits(site)) == 1


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_scrolls_sideways(browser, address, site, width):
    page = opened(browser, address, site, size={"width": width, "height": 740})
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_everything_to_touch_is_large_enough(page):
    page.evaluate("document.querySelectorAll('.more').forEach((each) => (each.open = true))")
    choose(page, "MUD-01", "No")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.survey :is(label:has(input[type=radio], input[type=checkbox]), button, summary, .typed, .jump a, textarea)')]
        .map((each) => [each.getBoundingClientRect(), each]).filter(([box]) => box.width && (box.height < 48 || box.width < 44)).map(([box, each]) => each.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize(("size", "refused"), [(PHONE, True), ({"width": 1280, "height": 900}, False)])
def test_a_screen_reader_finds_nothing_amiss(browser, address, site, size, refused):
    page = opened(browser, address, site, size=size)
    if refused:
        field(page, "LOK-08").fill("lima")
        choose(page, "MUD-01", "No")
        send(page)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found] == []
    page.context.close()


def test_the_form_works_without_scripts(browser, address, register, site):
    page = opened(browser, address, site, scripts=False)
    expect(page.locator("#r-MUD-03")).to_be_visible()
    expect(page.locator("#jump-list")).to_be_visible()
    introduce(page)
    choose(page, "MUD-01", "Yes")
    choose(page, "MUD-05.entrance", "Yes")
    choose(page, "MUD-05.entrance", "No answer")
    field(page, "LOK-08").fill("1.200")
    send(page)
    expect(page.locator("#errors")).to_contain_text("could be")
    field(page, "LOK-08").fill("1200")
    send(page)
    assert page.url.endswith(f"/sites/{site}")
    assert register.visits(site)[0].answers == {"scale": "rw", "MUD-01": "yes", "LOK-08": 1200}
    page.context.close()


def test_the_estimate_narrows_as_answers_come_in_and_agrees_with_the_server(page):
    line = page.locator("#live")
    expect(line).to_be_visible()
    first = line.inner_text()

    alone = (
        each
        for each in STANDARD.requirements
        if len(each.questions) == 1 and each.applies_when is None and each.tier == "core"
    )
    question = next(each.questions[0] for each in alone if each.questions[0].kind == "yes_partial_no")
    page.locator(f'input[name="{question.id}"][value="no"]').check(force=True)

    expect(line).not_to_have_text(first)
    answers = {"scale": "rw", question.id: "no"}
    feature = {"type": "Feature", "id": "x", "properties": answers, "geometry": None}
    findings = audit(sites_from_features([feature], "test"), STANDARD)
    score = findings.conclusions.score_high[0]
    assert score < STANDARD.ladder.maximum
    assert f"0–{score} of" in line.inner_text()
