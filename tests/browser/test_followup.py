"""Actions, certificates and surveillance in a browser: on a phone and on a desk, for everybody, and by keyboard."""

from datetime import timedelta

import pytest

from helpers.actions import CERTIFICATE, GRAVE, PLAIN, PUTRI, approved
from helpers.reading import violations
from helpers.registers import filled_register
from helpers.sending import RINA, WHO, app_for, enrol, picture
from helpers.serving import serving
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import make_actions, report_done

PAGES = (
    "/actions?group=agency",
    "/actions?agency=dlh",
    "/actions?state=closed",
    "{grave}",
    "{plain}",
    "{done}",
    "/certificates",
    "/surveillance",
    "/agencies",
)


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    yield register
    register.close()


@pytest.fixture
def made(register, standard):
    """Actions of the sample and of two visits: one overdue, one waiting for a second person, one that is met."""
    approved(register, {PLAIN: "no", GRAVE: 0}, today() - timedelta(days=400))
    approved(register, {PLAIN: "no", GRAVE: 0}, today() - timedelta(days=50), site="alun-alun-barat")
    before = today() - timedelta(days=45)
    sites = ["taman-sari", "alun-alun-barat"]
    actions = make_actions(register, audit_with_visits(register, standard), sites, PUTRI, before)
    found = {(each.request.site_id, each.request.requirement): each for each in actions}
    waiting = found["alun-alun-barat", GRAVE]
    report_done(register, waiting.id, 1, "Pagar dipasang sepanjang jalan.", picture(4, 1200), PUTRI, today())
    approved(register, {PLAIN: "yes"}, today() - timedelta(days=2))
    return {"grave": found["taman-sari", GRAVE], "plain": found["taman-sari", PLAIN], "done": waiting}


@pytest.fixture
def address(register, standard, made):
    assert made
    app = app_for(register, standard)
    app.test_client().post("/certificates", data={**CERTIFICATE, "id": made["plain"].id}, headers={WHO: "tono"})
    with serving(app) as address:
        yield address


@pytest.fixture
def page(browser, address):
    context = browser.new_context(extra_http_headers={WHO: "tono"}, reduced_motion="reduce")
    context.add_cookies([{"name": "lang", "value": "en", "url": address}])
    page = context.new_page()
    page.address = address
    yield page
    context.close()


def paths(made):
    return [path.format(**{name: f"/actions/{each.id}" for name, each in made.items()}) for path in PAGES]


def test_the_pages_fit_can_be_hit_and_axe_finds_no_fault(page, made):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    small = (
        "[...document.querySelectorAll('main button, main summary, main .quiet, main .button, main select, main input,"
        " main textarea, .states a')].filter(e => e.type !== 'hidden' && e.checkVisibility()"
        " && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"
    )
    for path in paths(made):
        page.goto(page.address + path)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(small) == [], path
            assert violations(page) == [], path
        page.wait_for_load_state("networkidle")  # what comes late may complain, and mostly came while axe looked

    assert complaints == []


def test_an_action_is_confirmed_with_the_keyboard_alone(page, made, register):
    page.set_extra_http_headers({WHO: RINA.id})
    page.goto(f"{page.address}/actions/{made['done'].id}")
    page.locator("#confirm-note").focus()
    page.keyboard.type("Sudah dilihat.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert register.actions.get(made["done"].id).state == "closed"
    assert page.get_by_role("status").inner_text() == "The action is closed."


def test_two_are_closed_as_no_longer_needed_with_the_keyboard_alone(page, made, register):
    page.goto(f"{page.address}/actions?site=taman-sari")
    for each in (made["grave"], made["plain"]):
        page.locator(f'input[name=row][value="{each.id}.1"]').focus()
        page.keyboard.press("Space")
    page.locator("#close-reason").focus()
    page.keyboard.type("Taman yang salah.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="Close as no longer needed?").is_visible()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
    page.get_by_role("button", name="Record for 2 actions").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.get_by_role("status").inner_text() == "2 actions are recorded as no longer needed."
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert register.actions.get(made["grave"].id).state == "done"
    assert register.actions.get(made["plain"].id).state == "closed"


def test_all_that_match_are_assigned_and_given_back_on_a_phone(page, made, register):
    page.set_viewport_size({"width": 360, "height": 800})
    count = len(register.actions.all(["taman-sari"]))
    page.goto(f"{page.address}/actions?site=taman-sari")
    page.get_by_label("that answer this choice").check()
    page.get_by_label("Owner").last.fill("UPT Taman")
    with page.expect_navigation():
        page.get_by_role("button", name="Show what will change").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with page.expect_navigation():
        page.get_by_role("button", name=f"Change {count} actions").click()
    assert page.get_by_role("status").inner_text() == f"{count} actions are changed."
    assert register.actions.get(made["grave"].id).owner == "UPT Taman"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with page.expect_navigation():
        page.get_by_role("button", name=f"Undo for {count} actions").click()
    assert register.actions.get(made["grave"].id).owner == ""


def test_a_photo_goes_with_what_was_done(page, made, register, tmp_path):
    file = tmp_path / "foto.jpg"
    file.write_bytes(picture(7, 900))
    page.goto(f"{page.address}/actions/{made['plain'].id}")
    page.get_by_label("What was done").fill("Jadwal ditempel.")
    page.get_by_label("Photo of it").set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="It is done").click()

    assert register.actions.get(made["plain"].id).state == "closed"
    page.locator(".proof-photo").first.scroll_into_view_if_needed()  # a picture has no size until it is loaded
    page.wait_for_function("() => document.querySelector('.proof-photo img').naturalWidth === 320")


def test_what_is_printed_leaves_the_forms_out(page, made):
    page.goto(f"{page.address}/actions/{made['grave'].id}")
    page.emulate_media(media="print")

    assert page.locator("form:visible").count() == 0
    assert page.get_by_role("heading", name="What to do").is_visible()
