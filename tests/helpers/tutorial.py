"""Steps of the tutorial: who is signed in, what they do on which page, and the picture that is taken of it.

`docs/tutorial.id.md` and `docs/tutorial.md` tell the same steps in words; the names and the order are compared with them.
`python -m helpers.tutorial` writes the pictures of both languages (`make tutorial`).
"""

import re
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from helpers.chromium import CHROMIUM_ARGUMENTS, chromium
from helpers.filling import ASKED, begin_one_by_one
from helpers.phones import unfold
from helpers.serving import serving
from helpers.tutorial_imports import IMPORT_STEPS
from helpers.tutorial_kla import KLA_STEPS
from helpers.tutorial_steps import Step, press, show_at_top
from helpers.tutorial_text import DOCS, words_in
from rba_audit.accounts import begin_session, ensure_demo_people
from rba_audit.days import today
from rba_audit.demonstration import ensure_demo_visits, open_demo_register
from rba_audit.demonstration_records import add_demo_records
from rba_audit.layers import read_context
from rba_audit.messages import LANGUAGES, using_language
from rba_audit.permissions import works_in_field
from rba_audit.resources import sample_areas
from rba_audit.standard import load_standard
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
QUALITY = 50
"""Of JPEG: text can still be read without effort, and all 54 pictures together stay under 2.9 MB."""
SITE = "taman-sari"


def _sign_in(page, word):
    show_at_top(page.get_by_role("heading", name=word("Sign in"), exact=True))


def _signed_in(page, word):
    page.get_by_role("button", name=word("Planner")).click()
    expect(page.get_by_role("heading", level=1, name=word("Overview"))).to_be_visible()


def _number_leads(page, word):
    number = page.locator(".status-cards a[data-count]", has_text=word("Not standard")).first
    count = number.get_attribute("data-count")
    number.click()
    expect(page.locator("#found strong")).to_have_text(count)


def _filter_map(page, word):
    chosen = page.get_by_label(word("Kecamatan"))
    chosen.select_option("Serang")
    chosen.evaluate("(shown) => shown.scrollIntoView({block: 'center'})")
    expect(page).to_have_url(re.compile(r"kecamatan=Serang"))
    expect(page.locator("path.rba-boundary-marked")).to_have_count(1)


def _filter_list(page, word):
    page.get_by_label(word("Kecamatan"), exact=True).select_option("Serang")
    press(page, word, "Show")
    expect(page).to_have_url(re.compile(r"kecamatan=Serang"))
    unfold(page.locator(".saved-views summary"))
    page.get_by_label(word("Save this view as")).fill("Serang")
    show_at_top(page.locator(".filter-form"))


def _save_view(page, word):
    press(page, word, "Save")
    expect(page.locator(".saved-views .views a", has_text="Serang")).to_have_count(1)
    with page.expect_download() as download:
        page.locator("main .files a[href*='.xlsx']").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")


def _open_site(page, _word):
    show_at_top(page.locator("#changes"))


def _see_work(page, word):
    expect(page.locator("#places li", has_text="Taman Sari").first).to_contain_text(word("Ready without signal"))
    show_at_top(page.locator("#places"))


def _answer(page, word):
    expect(page.locator("#live")).to_be_visible()
    # By key: the bar at the top stays where it is, and may lie over what is scrolled to.
    page.locator("input[name='visit.scope'][value=check]").press("Space")
    begin_one_by_one(page, word("Parts"))
    for _question in range(5):
        asked = page.evaluate(ASKED)
        # The equipment is passed over: nobody here has seen all of it.
        if asked["kind"] == "word" and page.locator(f".items [id='{asked['id']}']").count() == 0:
            page.locator(f"[id='{asked['id']}'] label:has(input)").first.click()
        else:
            page.locator("#one-bar [data-do=next]").click()
        page.wait_for_function(f"(id) => ({ASKED})()?.id !== id", arg=asked["id"])


def _send(page, word):
    page.locator("#one-bar [data-do=list]").click()
    page.get_by_role("button", name=word("Send the visit")).press("Enter")
    expect(page.locator("#sent li")).to_have_count(1)
    unfold(page.locator("#sent summary"))
    show_at_top(page.locator("#sent"))


def _open_visit(page, _word):
    page.locator("main a[href^='/review/']").first.click()
    show_at_top(page.locator(".site-head"))


def _plan_change(page, word):
    page.get_by_label(word("Lead agency"), exact=True).select_option(index=1)
    press(page, word, "Show")
    page.locator("#many input[name=which][value=all]").check()
    page.get_by_label(word("Owner")).last.fill(word("Parks section (example)"))
    page.get_by_label(word("New due date"), exact=True).fill((today() + timedelta(days=60)).isoformat())
    page.locator("#why").fill("APBD-P")
    press(page, word, "Show what will change")
    expect(page.get_by_role("heading", level=1)).to_have_text(word("Change these actions?"))


def _see(page, _word):
    page.get_by_role("heading", level=1).wait_for()


def _see_reach(page, word):
    page.locator("path.leaflet-interactive").first.wait_for(state="attached")
    show_at_top(page.get_by_role("heading", name=word("On the map")))


def _see_plan(page, _word):
    show_at_top(page.locator("#answer, .plan-sentence").first)


def _make_link(page, word):
    page.get_by_label(word("For whom")).fill("Ibu Wulan")
    press(page, word, "Make the link")
    page.goto(page.get_by_label(word("Link"), exact=True).input_value())


STEPS = (
    Step("sign-in", "", "/sign-in", _sign_in, _signed_in),
    Step("overview", "planner", "/", _see, _number_leads),
    Step("map", "planner", "/map", _filter_map),
    Step("list", "planner", "/non-standard", _filter_list, _save_view),
    Step("site", "planner", f"/sites/{SITE}", _open_site),
    Step("my-work", "surveyor", "/queue", _see_work, phone=True),
    Step("question", "surveyor", f"/sites/{SITE}/audit", _answer, phone=True),
    Step("sent", "surveyor", "", _send, phone=True),
    Step("review", "reviewer", "/review", _open_visit),
    Step("actions", "planner", "/actions", _plan_change),
    Step("agencies", "planner", "/agencies", _see),
    Step("coverage", "planner", "/coverage", _see_reach),
    Step("plan", "planner", "/plan", _see_plan),
    Step("link", "planner", "/links", _make_link),
    Step("reports", "planner", "/papers", _see),
    *KLA_STEPS,
    *IMPORT_STEPS,
)


def picture_path(language, number, step):
    """Return the path of a step's picture, as the document names it."""
    return f"tutorial/{language}/{number:02}-{step.name}.jpg"


@contextmanager
def tutorial_server(folder, standard, language):
    """Serve the demonstration as `serve --demo` does; its records are in that language. Yields register and address."""
    context = read_context([sample_areas()])
    register = open_demo_register(f"sqlite:///{folder}/demo.db")
    with using_language(language):
        ensure_demo_people(register)
        surveyors = [(person.id, person.name) for person in register.people.all() if works_in_field(person.role)]
        ensure_demo_visits(register, standard, surveyors)
        add_demo_records(register, standard, context, shipped_policies())
    with serving(create_app(register, standard, context, demo=True)) as address:
        yield register, address
    register.close()


def words_on(page):
    """Return what can be read on a page, in small letters."""
    return " ".join(page.locator("body").inner_text().split()).casefold()


def walk(browser, register, address, language, complaints=None):
    """Do every step; yields its number, the step and the page at the moment of the picture.

    What the browser complains of is added to `complaints`.
    """
    word, pages = words_in(language), {}
    for number, step in enumerate(STEPS, 1):
        key = (step.who, step.phone)
        if key not in pages:
            pages[key] = _new_page(browser, register, address, language, step)
            if complaints is not None:
                pages[key].on("console", lambda message: complaints.append(message.text))
                pages[key].on("pageerror", lambda error: complaints.append(str(error)))
        page = pages[key]
        if step.path:
            page.goto(address + step.path)
        step.act(page, word)
        yield number, step, page
        step.then(page, word)
    for page in pages.values():
        page.context.close()


def _new_page(browser, register, address, language, step):
    context = browser.new_context(
        viewport=PHONE if step.phone else DESK,
        has_touch=step.phone,
        reduced_motion="reduce",
        timezone_id="Asia/Jakarta",
    )
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    for person in register.people.all():
        if person.login == step.who:
            context.add_cookies([{"name": "rba", "value": begin_session(register, person), "url": address}])
    return context.new_page()


def write_pictures(browser, language):
    """Write the pictures of a language."""
    with (
        TemporaryDirectory() as folder,
        tutorial_server(folder, load_standard(), language) as (register, address),
    ):
        for number, step, page in walk(browser, register, address, language):
            path = DOCS / picture_path(language, number, step)
            path.parent.mkdir(parents=True, exist_ok=True)
            with Image.open(BytesIO(page.screenshot(animations="disabled"))) as picture:
                picture.convert("RGB").save(path, "JPEG", quality=QUALITY, optimize=True, progressive=True)


def main():
    """Write the pictures of both languages."""
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        for language in LANGUAGES:
            write_pictures(browser, language)
        browser.close()


if __name__ == "__main__":
    main()
