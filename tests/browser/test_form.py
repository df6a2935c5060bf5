"""The audit form as surveyors meet it: a real browser on a phone's screen, a real server, by thumb, keyboard and without scripts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.reading import violations
from helpers.served_scripts import loaded_by, size_on_the_wire
from helpers.surveying import PHONE, SITI, frozen, kept, listened, module, phone, wait_for_kept
from rba_audit.auditing import audit
from rba_audit.sites import sites_from_features
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")


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


def opened(browser: Browser, here: tuple[str, str], site: str, **options) -> Page:
    page = listened(phone(browser, here, **options).new_page())
    page.goto(f"{here[0]}/sites/{site}/audit")
    if options.get("scripts", True):
        ready(page)
    return page


def ready(page: Page) -> None:
    # The table of the edition has come: what does not apply is gone, and the estimate stands.
    expect(page.locator("#live")).to_be_visible()


@pytest.fixture
def page(browser, here, site) -> Iterator[Page]:
    started = opened(browser, here, site)
    yield started
    before_closing = [each for each in started.complaints if "Failed to load resource" not in each]
    started.context.close()
    assert before_closing == []


def introduce(page: Page) -> None:
    page.get_by_role("textbox", name="Name", exact=True).fill("Siti")
    page.get_by_role("radio", name="auditor's visit").check()


def choose(page: Page, question: str, words: str) -> None:
    page.locator(f"[id='q-{question}'] label", has=page.get_by_text(words, exact=True)).click()


def field(page: Page, question: str):
    return page.locator(f"[id='{question}']")


def box(page: Page, question: str):
    return page.locator(f"[id='q-{question}']")


def send(page: Page) -> None:
    page.get_by_role("button", name="Send the visit").press("Enter")


def send_away(page: Page) -> dict:
    """Send, and return the document that waits in the outbox."""
    send(page)
    page.wait_for_url("**/queue")
    return frozen(page)[-1]


def answered(page: Page, *questions: str) -> None:
    """Wait until the draft on the disk holds these answers."""
    wait_for_kept(page, "drafts", lambda draft: all(question in draft["values"] for question in questions))


def test_a_visit_on_a_phone_waits_in_the_outbox_as_it_was_answered(page, site):
    introduce(page)
    choose(page, "MUD-01", "Yes")
    field(page, "LOK-08").fill("1,5")
    choose(page, "UDR-01.smells", "None of these")

    document = send_away(page)

    assert document["answers"] == {"scale": "rw", "MUD-01": "yes", "LOK-08": 1.5, "UDR-01.smells": ["none"]}
    assert [document[key] for key in ("format", "site", "edition", "stage", "author", "auditor", "replaces")] == [
        1,
        site,
        "rbra-2024",
        "auditor",
        SITI.id,
        "Siti",
        None,
    ]
    assert kept(page, "drafts") == []


def test_a_visit_can_be_made_with_the_keyboard_alone(page):
    page.get_by_role("textbox", name="Name", exact=True).focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Siti")
    page.keyboard.press("Enter")
    assert page.url.endswith("/audit"), "Enter in a text field sends nothing"
    focused = "document.activeElement.name + '=' + document.activeElement.value"
    page.locator("[name='visit.stage']").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "visit.stage=auditor"
    field(page, "MUD-01").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Note"
    page.keyboard.press("Enter")
    page.keyboard.type("The kerb is high")
    field(page, "LOK-08").focus()
    page.keyboard.type("12")
    page.get_by_role("button", name="Send the visit").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")
    [document] = frozen(page)
    assert document["answers"] == {"scale": "rw", "MUD-01": "partial", "LOK-08": 12}
    assert document["notes"] == {"MUD-01": "The kerb is high"}


FOCUSED = """() => {
    const at = document.activeElement, box = at.closest("#form .question");
    return { question: at.matches("input") && box?.id.slice(2) || "", type: at.type ?? "", name: at.name ?? "", folded: at.matches("details.more > summary"),
        sends: at.matches("#send button") };
}"""
ASKED = """() => [...document.querySelectorAll("#form .question[id]")]
    .filter((box) => box.checkVisibility() && !box.closest("details:not([open])")).map((box) => box.id.slice(2))"""


def plausible(name: str) -> str:
    asked = next(each for each in STANDARD.questions if each.id == name)
    return f"{float(asked.low + (asked.high - asked.low) // 2):.{asked.decimals}f}"


def test_the_whole_form_is_filled_and_sent_with_tab_arrows_and_enter_alone(page):
    page.wait_for_function("() => !document.querySelector('.chapter:not(.shown)')")
    reached, folded = [], []
    for _ in range(6000):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["sends"]:
            break
        if at["folded"]:
            folded.append(at)
            if len(folded) == 1:  # all are alike; the others only cost time
                page.keyboard.press("Enter")
        elif at["name"] == "visit.stage":
            page.keyboard.press("ArrowRight")
        elif at["question"] and at["question"] not in reached[-1:]:
            reached.append(at["question"])
            if at["type"] == "text":
                page.keyboard.type(plausible(at["question"]))
            elif at["type"] == "radio":
                page.keyboard.press("ArrowDown")  # the second one, and back again
                page.keyboard.press("ArrowUp")
            else:
                page.keyboard.press("Space")
            # What an answer brings in is there with the next frame, sooner than a finger and later than this loop. The page
            # asked for that frame before this does, so it is done first.
            page.evaluate("() => new Promise(requestAnimationFrame)")
    asked = page.evaluate(ASKED)
    missed = [each for each in asked if each not in reached]
    assert len(asked) > 100
    assert (missed, [each for each in reached if each in asked]) == ([], asked)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")
    [document] = frozen(page)
    assert set(asked) <= set(document["answers"])


def test_every_question_can_be_reached_by_tab(page):
    reached = page.evaluate(
        """() => [...document.querySelectorAll('#form .question')].filter((box) => box.checkVisibility() && !box.closest('details:not([open])'))
        .filter((box) => ![...box.querySelectorAll('input')].some((input) => input.tabIndex >= 0)).map((box) => box.id)"""
    )
    assert reached == []


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
            """async ([answers, facts]) => {
                const {fillIn} = await import(answers);
                fillIn(facts, true);
                document.querySelector('.facts input').dispatchEvent(new Event('input', {bubbles: true}));
                await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
                return [...document.querySelectorAll('.requirement[id^=r-][hidden]')].map((each) => each.id.slice(2));
            }""",
            [module(page, "answers.js"), {fact: [word] for fact, word in facts.items()}],
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


def test_what_cannot_be_sent_is_listed_and_leads_to_its_place(page):
    page.get_by_role("textbox", name="Name", exact=True).fill("")
    choose(page, "MUD-01", "No")
    field(page, "LOK-08").fill("1.200")
    send(page)
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems li")).to_have_count(3)
    page.locator("#problems a").last.click()
    expect(field(page, "LOK-08")).to_be_focused()
    expect(page.locator("#n-LOK-08")).to_be_in_viewport()
    expect(field(page, "LOK-08")).to_have_value("1.200")
    assert kept(page, "outbox") == []
    box(page, "LOK-08").get_by_role("button", name="1200", exact=True).click()
    expect(field(page, "LOK-08")).to_have_value("1200")
    introduce(page)
    assert send_away(page)["answers"]["LOK-08"] == 1200


def test_a_number_out_of_range_and_a_day_to_come_are_told_before_sending(page):
    introduce(page)
    field(page, "MUD-03").fill("999")
    page.locator("[id='visit.day']").fill("2099-01-01")
    send(page)
    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#problems")).to_contain_text("is not plausible")
    expect(page.locator("#problems")).to_contain_text("has not come yet")


def test_an_empty_form_is_not_sent(page):
    introduce(page)
    send(page)
    expect(page.locator("#problems")).to_contain_text("Nothing was answered yet")


def test_an_answer_to_be_corrected_is_never_hidden(page):
    introduce(page)
    field(page, "MUD-03").fill("999")
    field(page, "MUD-03").blur()
    choose(page, "has_ramp", "No")
    expect(page.locator("#r-MUD-03")).to_be_visible()


def test_a_draft_goes_on_by_itself_at_the_same_question(page, site):
    introduce(page)
    choose(page, "MUD-01", "No")
    choose(page, "UDR-01.smells", "None of these")
    field(page, "LOK-08").fill("7")
    answered(page, "MUD-01", "UDR-01.smells", "LOK-08")
    page.reload()
    ready(page)
    expect(page.locator("#draft")).to_contain_text("Draft continued (3 answers).")
    expect(field(page, "LOK-08")).to_be_focused()
    expect(field(page, "LOK-08")).to_be_in_viewport()
    expect(field(page, "LOK-08")).to_have_value("7")
    expect(page.locator("#q-MUD-01 input[value=no]")).to_be_checked()
    document = send_away(page)
    assert document["answers"] == {"scale": "rw", "MUD-01": "no", "LOK-08": 7, "UDR-01.smells": ["none"]}
    page.goto(page.url.replace("/queue", f"/sites/{site}/audit"))
    ready(page)
    expect(page.locator("#draft")).to_be_hidden()


def test_beginning_anew_keeps_the_draft_and_can_be_undone(page):
    choose(page, "MUD-01", "No")
    answered(page, "MUD-01")
    page.reload()
    ready(page)
    page.get_by_role("button", name="Begin anew").click()
    expect(page.locator("#q-MUD-01 input:checked")).to_have_count(0)
    expect(page.locator("#q-scale input[value=rw]")).to_be_checked()
    choose(page, "MUD-05.entrance", "Yes")
    answered(page, "MUD-05.entrance")
    page.reload()
    ready(page)
    expect(page.locator("#q-MUD-01 input:checked")).to_have_count(0)
    page.get_by_role("button", name="Begin anew").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[id='q-MUD-05.entrance'] input[value=yes]")).to_be_checked()
    assert len(kept(page, "drafts")) == 2


def test_a_draft_of_the_earlier_form_is_taken_over_once(page, site):
    page.evaluate(
        "key => localStorage.setItem(key, JSON.stringify({'visit.id': ['0b0c9f7e-3c7b-4e0f-9d0e-000000000001'], 'visit.auditor': ['Budi'], 'MUD-01': ['no'], 'LOK-08': ['7,5']}))",
        f"rba-audit draft rbra-2024 {site}",
    )
    page.reload()
    ready(page)
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Budi")
    expect(field(page, "LOK-08")).to_have_value("7,5")
    assert [draft["id"] for draft in kept(page, "drafts")] == ["0b0c9f7e-3c7b-4e0f-9d0e-000000000001"]
    assert page.evaluate("localStorage.length") == 0


def test_a_second_tab_waits_and_then_goes_on_with_the_same_draft(page, site, here):
    choose(page, "MUD-01", "No")
    answered(page, "MUD-01")
    other = page.context.new_page()
    other.goto(f"{here[0]}/sites/{site}/audit")
    expect(other.locator("#draft")).to_contain_text("open in another tab")
    assert other.evaluate("document.getElementById('form').inert")
    page.close()
    ready(other)
    expect(other.locator("#q-MUD-01 input[value=no]")).to_be_checked()


def test_an_empty_form_shows_a_range_from_nothing_to_full(page):
    most = STANDARD.ladder.maximum
    expect(page.locator("#live")).to_contain_text(f"estimate 0–{most} of {most}")


def test_the_scripts_of_the_form_are_small_and_those_that_its_page_says(page, here, site):
    addresses = page.evaluate("performance.getEntriesByType('resource').map(({name}) => new URL(name).pathname)")
    scripts = {re.sub(r"^/static/v-\w+/", "", each) for each in addresses if each.endswith(".js")}
    scripts = {each for each in scripts if not each.startswith("vendor/")}
    assert "packs/form/pack.js" in scripts
    assert scripts <= loaded_by(page.request.get(f"{here[0]}/sites/{site}/audit").text())
    assert size_on_the_wire(scripts) <= 60_000


def test_a_draft_of_an_older_edition_goes_on_under_it_and_can_be_moved(page, here, site):
    page.goto(f"{here[0]}/sites/{site}/audit?edition=rbra-2018")
    ready(page)
    choose(page, "MUD-01", "No")
    field(page, "LOK-08").fill("7")
    answered(page, "MUD-01", "LOK-08")
    page.goto(f"{here[0]}/sites/{site}/audit")
    page.wait_for_url("**/audit?edition=rbra-2018")
    ready(page)
    expect(field(page, "LOK-08")).to_have_value("7")
    page.get_by_role("button", name="Move it to the new edition").click()
    expect(page.locator("#edition")).to_contain_text("MAN-08")
    page.get_by_role("button", name="Move it to the new edition").click()
    page.wait_for_url("**/audit?edition=rbra-2024")
    ready(page)
    expect(field(page, "LOK-08")).to_have_value("7")
    assert {draft["edition"] for draft in kept(page, "drafts")} == {"rbra-2018", "rbra-2024"}


def test_nothing_scrolls_sideways(page):
    widths = (320, 360, 1280)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    field(page, "LOK-08").fill("1.200")
    field(page, "LOK-08").blur()
    box(page, "MUD-01").get_by_role("button", name="Note").click()
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Danger", exact=True).click()
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(
            "document.getElementById('danger').scrollWidth <= document.getElementById('danger').clientWidth"
        )


def test_everything_to_touch_is_large_enough(page):
    page.evaluate("document.querySelectorAll('.more, .map').forEach((each) => (each.open = true))")
    choose(page, "MUD-01", "No")
    field(page, "LOK-08").fill("1.200")
    field(page, "LOK-08").blur()
    page.get_by_role("button", name="Danger", exact=True).click()
    small = page.evaluate(
        """() => [...document.querySelectorAll(':is(.survey, dialog) :is(label:has(input[type=radio], input[type=checkbox]), button, summary, .typed, .jump a, textarea, select)')]
        .map((each) => [each.getBoundingClientRect(), each]).filter(([box]) => box.width && (box.height < 48 || box.width < 44)).map(([box, each]) => each.outerHTML)"""
    )
    assert small == []


def test_a_screen_reader_finds_nothing_amiss(browser, here, site):
    page = opened(browser, here, site)
    field(page, "LOK-08").fill("lima")
    choose(page, "MUD-01", "No")
    box(page, "MUD-01").get_by_role("button", name="Note").click()
    send(page)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    sizes = (PHONE, {"width": 1280, "height": 900})
    for size in sizes:
        page.set_viewport_size(size)
        assert violations(page) == []
    # Behind the open dialog everything is inert, and was looked at above.
    page.get_by_role("button", name="Danger", exact=True).click()
    for size in sizes:
        page.set_viewport_size(size)
        assert violations(page, "#danger") == []
    page.context.close()


def test_the_form_works_without_scripts(browser, here, register, site):
    page = opened(browser, here, site, scripts=False)
    expect(page.locator("#r-MUD-03")).to_be_visible()
    expect(page.locator("#jump-list")).to_be_visible()
    expect(page.locator("#where")).to_be_hidden()
    introduce(page)
    choose(page, "MUD-01", "Yes")
    choose(page, "MUD-05.entrance", "Yes")
    choose(page, "MUD-05.entrance", "No answer")
    field(page, "LOK-08").fill("1.200")
    with page.expect_navigation():
        send(page)
    expect(page.locator("#errors")).to_contain_text("could be")
    field(page, "LOK-08").fill("1200")
    with page.expect_navigation():
        send(page)
    [visit] = register.visits.for_site(site)
    assert visit.answers == {"scale": "rw", "MUD-01": "yes", "LOK-08": 1200}
    assert (visit.author, visit.auditor) == (SITI.id, "Siti")
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
    choose(page, question.id, "No")

    expect(line).not_to_have_text(first)
    answers = {"scale": "rw", question.id: "no"}
    feature = {"type": "Feature", "id": "x", "properties": answers, "geometry": None}
    findings = audit(sites_from_features([feature], "test"), STANDARD)
    score = findings.conclusions.score_high[0]
    assert score < STANDARD.ladder.maximum
    assert f"0–{score} of" in line.inner_text()


def test_a_question_hides_behind_the_answer_that_settles_it_and_loses_nothing(page):
    words, distance = page.locator("#progress-words"), box(page, "LOK-06.distance")
    asked = int(words.inner_text().split()[2])
    expect(distance).to_be_hidden()

    page.locator("[id='q-LOK-06.voltage'] label", has=page.locator("[value=kv66]")).click()
    expect(distance).to_be_visible()
    expect(words).to_have_text(f"1 of {asked + 3} answered")
    field(page, "LOK-06.distance").fill("1,2")
    page.locator("[id='q-LOK-06.voltage'] label", has=page.locator("[value=no_line]")).click()
    expect(distance).to_be_hidden()
    expect(words).to_have_text(f"1 of {asked} answered")
    expect(page.locator("#r-LOK-06 .kept")).to_contain_text("Kept and not judged")
    answered(page, "LOK-06.distance")

    page.reload()
    ready(page)
    expect(distance).to_be_hidden()
    choose(page, "LOK-06.voltage", "Not seen yet")
    expect(field(page, "LOK-06.distance")).to_have_value("1,2")
    expect(distance).to_be_visible()
    expect(page.locator("#r-LOK-06 .kept")).to_be_hidden()
    page.locator("[id='q-LOK-06.voltage'] label", has=page.locator("[value=no_line]")).click()
    introduce(page)
    assert send_away(page)["answers"]["LOK-06.distance"] == 1.2


def test_a_count_above_its_whole_is_told_beside_it(page):
    field(page, "NYM-04.asked").fill("30")
    field(page, "NYM-04.comfortable").fill("100")
    expect(page.locator("[id='o-NYM-04.comfortable']")).to_contain_text("counts as not given")
    field(page, "NYM-04.comfortable").fill("30")
    expect(page.locator("[id='o-NYM-04.comfortable']")).to_be_hidden()


def test_without_scripts_the_words_say_when_a_question_is_asked_and_an_answer_is_told(browser, here, site):
    page = opened(browser, here, site, scripts=False)
    expect(box(page, "LOK-12.controlled")).to_be_visible()
    assert "only if " in box(page, "LOK-12.controlled").locator("noscript p").text_content()
    introduce(page)
    choose(page, "LOK-12.outlets", "None of these")
    choose(page, "LOK-12.controlled", "Yes")
    with page.expect_navigation():
        send(page)
    expect(page.locator("body")).to_contain_text("answered though it is not asked here; kept, and not judged")
    page.context.close()
