"""The trail of a nominated site on a phone: read by axe, and a finding recorded with the keyboard alone."""

from contextlib import closing

import pytest

from helpers.reading import violations
from helpers.registers import filled_register
from helpers.sending import WHO, app_for, enrol
from helpers.serving import serving


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path)) as register:
        enrol(register)
        register.kla.nominations.add("taman-sari", 2027, "paling siap", "tono")
        yield register


@pytest.fixture
def page(browser, register, standard):
    with serving(app_for(register, standard)) as address:
        context = browser.new_context(
            extra_http_headers={WHO: "tono"}, reduced_motion="reduce", viewport={"width": 360, "height": 800}
        )
        context.add_cookies([{"name": "lang", "value": "en", "url": address}])
        page = context.new_page()
        page.address = address
        yield page
        context.close()


def test_a_finding_is_recorded_on_a_phone_with_the_keyboard_alone(page, register):
    page.goto(f"{page.address}/nominations/2027/taman-sari")
    page.locator("#step-findings summary").focus()
    page.keyboard.press("Enter")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#result-findings").focus()
    page.keyboard.type("non")
    page.locator("#note-findings").focus()
    page.keyboard.type("Pagar berlubang")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.get_by_role("status").inner_text() == "Recorded."
    (entry,) = register.kla.nomination_trails.of_site("taman-sari", 2027)
    assert (entry.step, entry.result, entry.note) == ("findings", "nonconformity", "Pagar berlubang")
