"""Numbers as Indonesians type them, on phones that speak either language; `tests/scripts` tries the reading at length."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from helpers.surveying import frozen, phone
from rba_audit.evidence import read_number
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")
INDONESIAN, ENGLISH = "id-ID", "en-US"


@pytest.fixture(scope="module", autouse=True)
def park(register):
    register.import_features([{"type": "Feature", "id": "taman", "properties": {"name": "Taman"}, "geometry": None}])


@pytest.fixture
def page(locale, browser, here):
    context = phone(browser, here, locale=locale, language=locale[:2])
    page = context.new_page()
    page.goto(f"{here[0]}/sites/taman/audit")
    expect(page.locator("#live")).to_be_visible()
    yield page
    context.close()


def wide_question():
    """A number wide enough for every value of the table, with a decimal, and any one beside it."""
    return next(
        question
        for question in STANDARD.questions
        if question.kind == "number" and question.low <= 1 and question.high >= 1201 and question.requirement
    )


def send(page):
    page.locator("[name='visit.stage'][value=self]").check(force=True)
    page.locator("#send button").press("Enter")


@pytest.mark.parametrize(("locale", "typed", "meant"), [(INDONESIAN, "1.2", 1.2), (ENGLISH, "1.200,5", 1200.5)])
def test_what_is_typed_arrives_as_the_number_that_is_meant(page, typed, meant):
    question = wide_question().id
    page.locator(f"[id='{question}']").fill(typed)
    send(page)
    page.wait_for_url("**/queue")

    assert frozen(page)[-1]["answers"] == {question: meant}
    assert float(read_number(typed)) == meant, "the server reads it alike"


@pytest.mark.parametrize(("locale", "which", "meant"), [(INDONESIAN, "small", 1.2), (ENGLISH, "large", 1200)])
def test_a_number_with_two_readings_asks_which_is_meant(page, which, meant):
    question = wide_question().id
    page.locator(f"[id='{question}']").fill("1.200")
    page.locator(f"[id='{question}']").blur()
    ask = page.locator(f"[id='n-{question}']")
    expect(ask.get_by_role("button")).to_have_count(2)
    send(page)
    expect(page.locator("#problems li")).to_have_count(1)
    assert frozen(page) == []
    ask.get_by_role("button").nth(["small", "large"].index(which)).click()
    send(page)
    page.wait_for_url("**/queue")

    assert frozen(page)[-1]["answers"] == {question: meant}
