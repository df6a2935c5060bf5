"""The reviewer's pages in Chromium: what needs a browser to be seen."""

from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from helpers.reading import barriers
from helpers.registers import filled_register
from helpers.reviews import ADE, AT, BUDI, PLANNER, RINA, SITE, SITI, sent, uuid
from helpers.serving import serving
from rba_audit.accounts import begin_session
from rba_audit.photographs import clean_photo
from rba_audit.register.records import Photo
from rba_audit.review import move_visit
from rba_audit.web import create_app

SIZES = {"phone": (360, 740), "desk": (1280, 900)}


def _jpeg():
    out = BytesIO()
    Image.new("RGB", (640, 480), "seagreen").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def register(tmp_path):
    """A register in the middle of a week's work."""
    register = filled_register(tmp_path)
    for person in (BUDI, SITI, RINA, ADE, PLANNER):
        register.people.add(person, None, AT, None)
    data = _jpeg()
    digest = sha256(data).hexdigest()
    register.photos.keep(digest, clean_photo(data), "budi")
    zones = ["park", "other_zone", "park"]
    for number in range(12):
        day = date(2024, 1, 1) + timedelta(days=60 * number)
        for by, base, zone in ((BUDI, 100, zones[number % 3]), (SITI, 200, zones[number % 2])):
            sent(register, base + number, by=by, day=day, answers={"LOK-02": zone, "LOK-03": 500 + number})
            move_visit(register, RINA, uuid(base + number), to="approved", seq=0, note="", notes={})
    sent(register, 1, at=AT)
    move_visit(
        register, RINA, uuid(1), to="has_issues", seq=0, note="Foto gerbang kabur.", notes={"LOK-03": "Ukur ulang."}
    )
    sent(
        register,
        2,
        replaces=uuid(1),
        answers={
            "LOK-02": "park",
            "LOK-03": 950,
            "LOK-01.title": "certificate",
            "LOK-01.dispute": "no",
            "has_swing": "yes",
        },
        photos=(Photo(digest, "LOK-03"), Photo("ab" * 32, "LOK-02")),
        notes={"LOK-03": "Diukur dengan pita bersama pengelola."},
        note="Hujan sejak pukul tiga.",
        position={"lon": 106.1585, "lat": -6.1128, "accuracy_m": 12.0, "how": "gps", "reason": ""},
        at=AT + timedelta(hours=4),
    )
    sent(register, 3, site="alun-alun-barat", by=SITI, at=AT + timedelta(hours=6))
    sent(register, 4, stage="self", answers={"LOK-02": "park"})
    move_visit(register, ADE, uuid(4), to="approved", seq=0, note="", notes={})
    yield register
    register.close()


@pytest.fixture
def address(register, standard):
    with serving(create_app(register, standard)) as address:
        yield address


@pytest.fixture
def opened(browser, register, address):
    """Open pages as a person, on a screen of some size; whatever the console says is a fault."""
    contexts, said = [], []

    def at(person, size="desk"):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
        contexts.append(context)
        context.add_cookies([{"name": "rba", "value": begin_session(register, person), "url": address}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: said.append(str(fault)))
        return page

    yield at
    for context in contexts:
        context.close()
    # Pictures are served by another module; here only our own pages are held to silence.
    assert [text for text in said if "404" not in text and "409" not in text and "400" not in text] == []


ADDRESSES = ["/review", f"/review/{uuid(2)}", f"/review/{uuid(3)}", "/agreement", f"/sites/{SITE}/stages"]


def test_every_page_fits_its_screen_has_targets_to_hit_and_axe_finds_no_serious_fault(opened):
    page = opened(RINA)
    for where in ADDRESSES:
        page.goto(where)
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
            small = page.evaluate(
                """() => [...document.querySelectorAll('main button, main summary, main select, main textarea, main .button, main .quiet, main .states a, main .entry-link')]
                .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44).map((each) => each.outerHTML.slice(0, 120))"""
            )
            assert small == [], where
        assert barriers(page) == [], where


def test_a_visit_is_decided_with_the_keyboard_alone(opened, register):
    page = opened(RINA)
    page.goto(f"/review/{uuid(3)}")
    page.locator(".remark summary:visible").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Siapa yang menyewa?")
    page.focus("button[value=has_issues]")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    (made,) = register.reviews.history(uuid(3))
    assert (made.to, [*made.notes.values()]) == ("has_issues", ["Siapa yang menyewa?"])


def test_what_differs_can_be_shown_alone(opened):
    page = opened(RINA)
    page.goto(f"/review/{uuid(2)}")
    page.check("#only-all", force=True)
    every = page.locator(".entry:visible").count()
    page.check("#only-differs", force=True)
    shown = page.locator(".entry:visible")

    assert 0 < shown.count() < every
    assert "950" in " ".join(shown.all_inner_texts())


def test_a_decision_on_something_older_shows_both_sides(opened, register):
    page = opened(RINA)
    page.goto(f"/review/{uuid(3)}")
    move_visit(register, ADE, uuid(3), to="has_issues", seq=0, note="Gerbang yang mana?", notes={})
    page.fill("#note", "Bukan taman ini.")
    page.click("button[value=rejected]")

    told = page.inner_text("main")
    assert "Gerbang yang mana?" in told
    assert "Bukan taman ini." in told
    page.click("main form button")
    assert page.input_value("#note") == "Bukan taman ini."
