"""Signing in and looking after accounts in a real browser: on a phone, by keyboard, without scripts, under the strict policy."""

import re

import pytest
from playwright.sync_api import expect

from helpers.reading import barriers
from helpers.registers import filled_register
from helpers.serving import serving
from rba_audit import accounts
from rba_audit.web import create_app

PASSWORD = "ayunan merah di sudut"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
# Who stands before the page, and its address.
PAGES = {
    "sign in": (None, "/sign-in"),
    "a link": (None, "/join/{link}"),
    "a void link": (None, "/join/void"),
    "my account": ("planner", "/account"),
    "people": ("administrator", "/admin"),
    "a person": ("administrator", "/admin/people/{surveyor}"),
    "telephone numbers": ("administrator", "/admin/telephones"),
    "the office": ("administrator", "/admin/office"),
}
each_page = pytest.mark.parametrize(("login", "path"), PAGES.values(), ids=PAGES.keys())


class Office:
    """A running register with the demonstration's people."""

    def __init__(self, register, address):
        self.register, self.address = register, address

    def person(self, login):
        return self.register.people.known_by(login)[0]

    def token(self, login, agent="Firefox, Linux"):
        return accounts.begin_session(self.register, self.person(login), agent)

    def invite(self, name):
        login = re.sub(r"\W+", "-", name.lower())
        return accounts.invite(self.register, name, login, "surveyor", ["36.73.01"], by=None)[1]


@pytest.fixture(scope="module")
def office(tmp_path_factory, standard):
    register = filled_register(tmp_path_factory.mktemp("office"), people=True)
    with serving(create_app(register, standard, demo=True)) as address:
        yield Office(register, address)
    register.close()


@pytest.fixture
def arrive(browser, office):
    contexts, complaints = [], []

    def come(login=None, language="en", **options):
        still = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**still, **options})
        contexts.append(context)
        cookies = [{"name": "lang", "value": language, "url": office.address}]
        if login:
            cookies.append({"name": "rba", "value": office.token(login), "url": office.address})
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A page that refuses says so in its status too, and the browser writes that down.
        page.on("console", lambda said: None if "status of 4" in said.text else complaints.append(said.text))
        page.on("request", lambda asked: None if asked.url.startswith(office.address) else complaints.append(asked.url))
        return page

    yield come
    before_closing = list(complaints)
    for context in contexts:
        context.close()
    assert before_closing == []


@pytest.fixture(scope="module")
def link(office):
    return office.invite("Rina Wulandari")


def full(office, path, link):
    return office.address + path.format(link=link, surveyor=office.person("surveyor").id)


@each_page
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_phone_needs_no_sideways_scroll_not_even_with_large_text(arrive, office, link, login, path, language):
    page = arrive(login, language, **PHONE)
    page.goto(full(office, path, link))

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(':root { font-size: 200% }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@each_page
def test_a_thumb_hits_every_control(arrive, office, link, login, path):
    page = arrive(login, **PHONE)
    page.goto(full(office, path, link))
    least = 47.5 if login is None else 43.5
    controls = "main button, main summary, main .button, main textarea, main th a, main .choice, main input[type=text], main input[type=password]"

    small = page.locator(controls).evaluate_all(
        "(all, least) => all.filter(each => each.checkVisibility() && each.getBoundingClientRect().height < least)"
        ".map(each => each.outerHTML.slice(0, 120) + ' ' + each.getBoundingClientRect().height)",
        least,
    )

    assert small == []


@each_page
def test_no_page_has_a_serious_barrier(arrive, office, link, login, path):
    page = arrive(login, **PHONE)
    page.goto(full(office, path, link))

    assert barriers(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert barriers(page) == []


def test_one_signs_in_and_out_with_the_keyboard_alone(arrive, office):
    page = arrive()
    page.goto(f"{office.address}/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    page.get_by_label("Login").focus()
    page.keyboard.type("Planner")
    page.keyboard.press("Tab")
    page.keyboard.type(accounts.DEMO_PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    page.get_by_role("button", name="Sign out here").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def test_what_was_seen_is_gone_from_the_browser_after_signing_out(arrive, office):
    page = arrive("planner")
    page.goto(f"{office.address}/account")
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_wrong_password_is_told_and_the_login_stays(arrive, office):
    page = arrive()
    page.goto(f"{office.address}/sign-in")
    page.get_by_label("Login").fill("reviewer")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Login")).to_have_value("reviewer")
    expect(page.get_by_label("Password")).to_have_value("")


def test_a_demonstration_is_entered_at_one_press(arrive, office):
    page = arrive()
    page.goto(f"{office.address}/sign-in?next=/account")
    page.get_by_role("button", name="Reviewer").click()

    expect(page.get_by_text("Ratna · Reviewer")).to_be_visible()


def test_a_password_can_be_looked_at_while_it_is_typed(arrive, office):
    page = arrive()
    page.goto(f"{office.address}/sign-in")
    show = page.get_by_role("button", name="Show")
    show.click()

    expect(page.get_by_label("Password")).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(page.get_by_label("Password")).to_have_attribute("type", "password")


def test_everything_works_without_scripts(arrive, office):
    page = arrive(java_script_enabled=False)
    page.goto(f"{office.address}/join/{office.invite('Tanpa Skrip')}")
    page.get_by_label("New password").fill(PASSWORD)
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    page.get_by_role("button", name="Set the password and sign in").click()
    page.goto(f"{office.address}/account")

    expect(page.get_by_text("Tanpa Skrip · Surveyor")).to_be_visible()


def test_an_invitation_is_handed_over_and_used_once(arrive, office):
    desk, phone = arrive("administrator"), arrive(**PHONE)
    desk.goto(f"{office.address}/admin")
    desk.get_by_label("Name", exact=True).fill("Budi Santoso")
    desk.get_by_label("Login").fill("Budi@Serang.go.id")
    desk.get_by_role("radio", name="Surveyor").check()
    desk.get_by_role("checkbox", name="Kota Baru").check()
    desk.get_by_role("button", name="Make a one-time link").click()
    expect(desk.get_by_text("no e-mail is sent from here")).to_be_visible()
    handed = desk.get_by_label("Link", exact=True).input_value()

    phone.goto(handed)
    late = phone.context.new_page()
    late.goto(handed)
    phone.get_by_label("New password").fill(PASSWORD)
    phone.get_by_role("button", name="Set the password and sign in").click()
    late.get_by_label("New password").fill("pohon besar di tengah")
    late.get_by_role("button", name="Set the password and sign in").click()

    expect(late.get_by_role("heading", level=1)).to_have_text("This link does not work")
    phone.goto(f"{office.address}/account")
    expect(phone.get_by_text("Budi Santoso · Surveyor")).to_be_visible()
    assert office.person("budi@serang.go.id").area == ("36.73.01.1004",)


def test_a_link_is_copied_at_one_press(arrive, office):
    page = arrive("administrator", permissions=["clipboard-read", "clipboard-write"])
    office.invite("Salin Tautan")
    page.goto(f"{office.address}/admin/people/{office.person('salin-tautan').id}")
    page.get_by_role("button", name="Make a one-time link").click()
    page.get_by_role("button", name="Copy the link").click()

    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_label("Link", exact=True).input_value()


def test_a_session_elsewhere_is_ended_from_here(arrive, office):
    lost, here = arrive("surveyor-2"), arrive("surveyor-2")
    here.goto(f"{office.address}/account")
    here.get_by_role("button", name="Sign out there").first.click()

    expect(here.get_by_text("You are signed in nowhere else.")).to_be_visible()
    lost.goto(f"{office.address}/account")
    expect(lost.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_somebody_is_kept_out_by_keyboard(arrive, office):
    accounts.accept_link(office.register, office.invite("Pindah Kerja"), PASSWORD)
    page = arrive("administrator")
    page.goto(f"{office.address}/admin/people/{office.person('pindah-kerja').id}")
    page.get_by_role("button", name="Keep Pindah Kerja out").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("cannot come in any more")
    expect(page.get_by_role("button", name="Let Pindah Kerja in again")).to_be_visible()
