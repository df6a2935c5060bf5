"""The children's audit as a child meets it: one picture question at a time, by thumb and keyboard, without signal too."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import expect

from helpers.phones import until
from helpers.reading import barriers
from helpers.registers import filled_register, session_for
from helpers.serving import serving
from rba_audit.register import Register
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
SITE = "taman-sari"
EMPTY = """async () => {
  const { all } = await import([...document.scripts].find(({src}) => src.includes("forum/forum.js")).src.replace("forum.js", "outbox.js"));
  return (await all()).length === 0;
}"""


@dataclass(frozen=True)
class Place:
    """A running register, and the session of its administrator."""

    register: Register
    address: str
    token: str

    def sheets(self):
        return [sheet for batch in self.register.child_sheets.batches(SITE) for sheet in batch]


@pytest.fixture(scope="module")
def place(tmp_path_factory, standard):
    register = filled_register(tmp_path_factory.mktemp("forum"), people=True)
    app = create_app(register, standard)
    with serving(app) as address:
        yield Place(register, address, session_for(app, "administrator"))
    register.close()


@pytest.fixture
def opened(browser, place):
    contexts, complaints = [], []

    def open_at(path, *, viewport=PHONE, signed_in=True, **options):
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        contexts.append(context)
        cookies = [{"name": "lang", "value": "en", "url": place.address}]
        if signed_in:
            cookies.append({"name": "rba", "value": place.token, "url": place.address})
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(place.address + path)
        return page

    yield open_at
    before_closing = list(complaints)
    for context in contexts:
        context.close()
    assert before_closing == []


def agree(page):
    page.get_by_label("This child has heard").check()
    page.get_by_label("A parent, guardian").check()
    page.get_by_role("button", name="I want to take part").click()


def to_the_end(page):
    for _ in range(len(shipped_policies().forum.asked) + 2):
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Done! Send your answers?")).to_be_visible()


def answer_and_send(page, answer="A lot of litter"):
    agree(page)
    for _ in range(3):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name=answer).check()
    for _ in range(len(shipped_policies().forum.asked) + 2 - 3):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()


def waiting(page):
    return page.evaluate(
        """async () => {
          const { all } = await import([...document.scripts].find(({src}) => src.includes("forum/forum.js")).src.replace("forum.js", "outbox.js"));
          return (await all()).map((entry) => entry.state);
        }"""
    )


def test_nothing_starts_before_both_boxes_are_ticked(opened):
    page = opened(f"/forum/{SITE}")
    page.get_by_role("button", name="I want to take part").click()

    expect(page.get_by_role("alert")).to_have_text("First tick both boxes.")
    expect(page.get_by_role("heading", name="Do you like playing here?")).to_be_hidden()
    agree(page)
    expect(page.get_by_role("heading", name="Do you like playing here?")).to_be_visible()


def test_one_question_at_a_time_with_nothing_else_to_press_and_a_way_back(opened):
    page = opened(f"/forum/{SITE}")
    agree(page)

    expect(page.locator(".screen:visible")).to_have_count(1)
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_text("I do not know / skip").locator("visible=true")).to_have_count(1)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Is the play equipment in good shape?")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Do you like playing here?")).to_be_visible()


def test_a_sheet_arrives_and_the_next_child_sees_nothing_of_it(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}")
    answer_and_send(page)
    expect(page.locator("#outbox")).to_have_text("The answers have arrived.")
    page.get_by_role("button", name="Next child").click()

    expect(page.get_by_label("This child has heard")).not_to_be_checked()
    assert page.locator("input:checked").count() == 0
    assert len(place.sheets()) == before + 1
    assert waiting(page) == []
    assert {UUID(sheet.id).version for sheet in place.sheets()} == {4}


PAUSED = """() => new Promise((resolve) => { const open = indexedDB.open("forum-anak-jeda"); open.onsuccess = () => {
  const all = open.result.transaction("outbox").objectStore("outbox").getAll();
  all.onsuccess = () => { open.result.close(); resolve(all.result); }; }; })"""


def test_whoever_stops_goes_on_later_today_without_a_name_or_sends_or_throws_away_what_they_said(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}")
    agree(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Your answers are gone. Nothing was sent.")).to_be_visible()  # there were none
    page.get_by_role("button", name="Next child").click()

    agree(page)
    page.get_by_role("radio", name="I like it").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="That is all right.")).to_be_focused()
    expect(page.get_by_role("button", name="Next child")).to_be_hidden()
    assert barriers(page) == []
    page.get_by_role("button", name="Go on later today").click()
    expect(page.get_by_text("no name is kept")).to_be_visible()
    [kept] = page.evaluate(PAUSED)
    assert set(kept) == {"site", "day", "revision", "at", "answers", "feeling", "age"}
    assert (kept["answers"], waiting(page), len(place.sheets())) == ({"suka": "suka"}, [], before)

    page.reload()  # also after the page is gone; another child may be asked meanwhile
    expect(page.locator("#paused")).to_be_visible()
    agree(page)
    page.get_by_role("radio", name="I do not like it").check()
    page.get_by_role("button", name="Stop").click()
    expect(
        page.get_by_role("button", name="Go on later today")
    ).to_be_hidden()  # one at a time: they could be taken for each other
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Next child").click()
    page.get_by_role("button", name="Go on where I stopped").click()
    expect(page.get_by_role("alert")).to_have_text("First tick both boxes.")
    page.get_by_label("This child has heard").check()
    page.get_by_label("A parent, guardian").check()
    page.get_by_role("button", name="Go on where I stopped").click()
    expect(page.get_by_role("heading", name="Is the play equipment in good shape?")).to_be_focused()
    expect(page.get_by_role("button", name="Back").first).to_be_disabled()  # what was said before is nobody's to see
    page.get_by_role("radio", name="Much is broken").check()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Send what I said").click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    expect(page.locator("#outbox")).to_have_text("The answers have arrived.")
    assert page.evaluate(PAUSED) == []
    assert [dict(each.answers) for each in place.sheets() if "alat" in each.answers] == [
        {"alat": "rusak", "suka": "suka"}
    ]
    assert len(place.sheets()) == before + 1


def test_what_a_child_left_is_gone_when_its_day_is_over(opened):
    page = opened(f"/forum/{SITE}")
    agree(page)
    page.get_by_role("radio", name="I like it").check()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on later today").click()
    expect(page.get_by_text("no name is kept")).to_be_visible()
    page.add_init_script(
        "const real = Date; Date = class extends real { constructor(...given) { super(...(given.length ? given : [real.now() + 86400000])); } };"
    )
    page.reload()
    expect(page.locator("#paused")).to_be_hidden()
    until(page, f"async () => (await ({PAUSED})()).length === 0")


VOICES = """(() => { window.said = [];
  const voices = NAMES.map(([lang, localService]) => ({ lang, localService, name: lang }));
  Object.defineProperty(window, "speechSynthesis", { value: { getVoices: () => voices, cancel() { said.push("stop"); },
    speak(it) { said.push(`${it.lang}: ${it.text}`); }, addEventListener() {} } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } }; })()"""


def test_a_question_is_read_aloud_by_a_voice_of_this_device_when_it_is_asked_for_and_not_before(opened):
    page = opened("/forum")
    page.add_init_script(VOICES.replace("NAMES", '[["en-GB", false], ["id-ID", true], ["en-US", true]]'))
    page.goto(page.url.replace("/forum", f"/forum/{SITE}"))
    agree(page)
    assert [each for each in page.evaluate("said") if each != "stop"] == []
    button = page.get_by_role("button", name="Read it to me")
    assert button.bounding_box()["height"] >= 64
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    spoken = [each for each in page.evaluate("said") if each != "stop"]
    assert spoken[0] == "en-US: Do you like playing here?"
    assert spoken[1:] == [
        f"en-US: {each}" for each in ("I like it", "It is all right", "I do not like it", "I do not know / skip")
    ]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Next").click()
    assert page.evaluate("said").count(spoken[0]) == 1


def test_where_no_voice_of_this_device_speaks_the_language_it_says_so(opened):
    page = opened("/forum")
    page.add_init_script(VOICES.replace("NAMES", '[["en-GB", false], ["de-DE", true]]'))
    page.goto(page.url.replace("/forum", f"/forum/{SITE}"))
    agree(page)
    page.get_by_role("button", name="Read it to me").click()
    expect(page.locator(".screen:visible .aloud [role=status]")).to_have_text(
        "This phone has no voice for this language. The adult reads it to you."
    )


def test_without_signal_answers_wait_and_are_sent_once_when_there_is_signal(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}")
    page.context.set_offline(True)
    answer_and_send(page)
    expect(page.locator("#outbox")).to_contain_text("Answers waiting on this phone: 1.")
    assert waiting(page) == ["waiting"]
    page.context.set_offline(False)

    expect(page.locator("#outbox")).to_be_hidden()
    assert waiting(page) == []
    assert len(place.sheets()) == before + 1


def test_a_reply_lost_after_storing_keeps_one_sheet(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}")
    lost = []

    def lose_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    page.route("**/api/children/*", lose_first)
    answer_and_send(page)
    expect(page.locator("#outbox")).to_contain_text("Answers waiting")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox")).to_be_hidden()

    assert lost == [201]
    assert len(place.sheets()) == before + 1


def test_signed_out_answers_stay_on_the_phone_and_the_page_says_so(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}")
    page.context.clear_cookies(name="rba")
    answer_and_send(page)

    expect(page.locator("#outbox")).to_contain_text("Sign in again to send them.")
    assert waiting(page) == ["signed_out"]
    page.context.add_cookies([{"name": "rba", "value": place.token, "url": place.address}])
    with page.expect_response("**/api/children/*"):
        page.goto(f"{place.address}/forum")
    until(page, EMPTY)
    assert waiting(page) == []
    assert len(place.sheets()) == before + 1


def test_a_refused_sheet_stays_with_its_reason(opened):
    page = opened(f"/forum/{SITE}")
    page.evaluate("document.querySelector('#forum').dataset.revision = 'x'")
    answer_and_send(page)

    expect(page.locator("#outbox")).to_contain_text("Answers that the server did not take: 1.")
    expect(page.locator("#outbox")).to_contain_text("open the page again")


def test_the_whole_sheet_can_be_filled_with_the_keyboard_alone(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}", viewport=DESK)
    page.get_by_label("This child has heard").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(len(shipped_policies().forum.asked) + 2):
        page.keyboard.press("Tab")  # what reads it aloud
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Done! Send your answers?")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    expect(page.locator("#outbox")).to_have_text("The answers have arrived.")
    assert len(place.sheets()) == before + 1


def test_without_scripts_it_is_one_long_page_that_sends(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}", java_script_enabled=False)
    page.get_by_role("radio", name="A lot of litter").check()
    page.get_by_label("This child has heard").check()
    page.get_by_label("A parent, guardian").check()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    assert len(place.sheets()) == before + 1


def test_the_page_that_a_phone_keeps_takes_the_site_from_its_address(opened, place):
    before = len(place.sheets())
    page = opened(f"/forum/{SITE}")
    shell = page.request.get(f"{place.address}/forum-shell").body()
    page.route(f"**/forum/{SITE}", lambda route: route.fulfill(body=shell, content_type="text/html"))
    page.reload()
    answer_and_send(page)

    expect(page.locator("#outbox")).to_have_text("The answers have arrived.")
    assert len(place.sheets()) == before + 1


ADDRESSES = ["/forum", f"/forum/{SITE}", f"/forum/{SITE}/print", f"/sites/{SITE}/children", f"/forum/{SITE}?thanks=1"]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(opened, address, viewport):
    page = opened(address, viewport=viewport)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_a_child_can_hit_every_answer_and_axe_is_content_with_a_question(opened):
    page = opened(f"/forum/{SITE}")
    agree(page)
    for box in page.locator(".pick:visible").all():
        size = box.bounding_box()
        assert min(size["width"], size["height"]) >= 96
    for button in page.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 48

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
