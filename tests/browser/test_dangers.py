"""The page of immediate dangers in a browser: on a phone and on a desk, with the keyboard alone, and for everybody."""

import pytest

from helpers.reading import violations
from helpers.registers import filled_register
from helpers.sending import BUDI, WHO, app_for, as_bytes, danger, enrol, hash_of, picture, uuid
from helpers.serving import serving
from rba_audit.fieldwork import IntakeContext, take_danger, take_danger_photo
from rba_audit.standard import load_published

PHOTO = picture(1, 800)


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    desk = IntakeContext(register, load_published)
    reports = (
        danger(900, photo={"sha256": hash_of(PHOTO), "bytes": len(PHOTO)}),
        danger(901, note="Kabel terbuka " * 40),
        danger(902, note="Lubang tanpa penutup."),
    )
    for report in reports:
        take_danger(desk, as_bytes(report), BUDI, id=report["id"])
    take_danger_photo(register, uuid(900), hash_of(PHOTO), PHOTO, BUDI)
    register.dangers.acknowledge(uuid(902), "rina", "Ditutup papan.")
    yield register
    register.close()


@pytest.fixture
def page(browser, register, standard):
    with serving(app_for(register, standard)) as address:
        context = browser.new_context(extra_http_headers={WHO: "rina"}, reduced_motion="reduce")
        context.add_cookies([{"name": "lang", "value": "en", "url": address}])
        page = context.new_page()
        page.address = f"{address}/dangers"
        yield page
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_axe_finds_no_fault(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(page.address)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.danger-photo img').naturalWidth") == 320
    assert violations(page) == []
    assert complaints == []
    targets = "[...document.querySelectorAll('main a, main button, main summary')].map(e => e.getBoundingClientRect())"
    assert page.evaluate(f"{targets}.filter(({{height}}) => height > 0 && height < 44).length") == 0


def test_a_danger_is_answered_with_the_keyboard_alone(page, register):
    page.goto(page.address)
    page.locator(f"#note-{uuid(901)}").focus()
    page.keyboard.type("Sudah diikat.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert [seen.note for seen in register.dangers.get(uuid(901)).seen] == ["Sudah diikat."]
    assert page.get_by_role("status").inner_text() == "Noted: you have seen this danger."
    assert register.dangers.open_count() == 1
