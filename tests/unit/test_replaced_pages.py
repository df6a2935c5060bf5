"""What tests ask a page for is asked again when another page came meanwhile, and never taken for a value."""

import pytest
from playwright.sync_api import Error
from selenium.common.exceptions import JavascriptException, NoSuchFrameException, NoSuchWindowException

from helpers import other_browsers
from helpers.asking import asked
from helpers.other_browsers import REPLACEMENTS, Browser, PageReplaced

# As Firefox, WebKitGTK and a closed frame say it.
UNLOADED = [
    None,
    JavascriptException("Document was unloaded"),
    NoSuchFrameException("Callback was not called before the unload event."),
    NoSuchWindowException("Browsing context has been discarded"),
]


class Answers:
    """A driver or a page that gives answers one after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def evaluate(self, *_given):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    execute_async_script = evaluate


@pytest.mark.parametrize("unloaded", UNLOADED, ids=repr)
def test_a_script_is_asked_again_as_often_as_a_page_may_be_replaced(unloaded):
    for times in range(1 + REPLACEMENTS):
        assert Browser(Answers(*[unloaded] * times, [True, 3])).evaluate("1 + 2") == 3
    with pytest.raises(PageReplaced):
        Browser(Answers(*[unloaded] * (1 + REPLACEMENTS), [True, 3])).evaluate("1 + 2")


def test_whoever_waits_looks_again_however_often_the_page_is_replaced():
    phone = Browser(Answers(*UNLOADED, [True, None], [True, "/queue"]))

    assert phone.wait_until(lambda: phone.evaluate("location.pathname"), "the page of one's work") == "/queue"


def test_a_script_that_is_wrong_is_not_asked_again():
    with pytest.raises(AssertionError, match="nobody is not defined"):
        Browser(Answers([False, "nobody is not defined"], [True, 3])).evaluate("nobody")
    with pytest.raises(JavascriptException):
        Browser(Answers(JavascriptException("missing )"), [True, 3])).evaluate("(")


def test_what_was_waited_for_is_told_even_where_the_page_cannot_be_asked(monkeypatch):
    monkeypatch.setattr(other_browsers, "PATIENCE_S", 0)
    phone = Browser(Answers(*[None] * (1 + REPLACEMENTS)))

    with pytest.raises(AssertionError, match=r"waited 0 s: what, cannot be said \(PageReplaced"):
        phone.wait_for_text("Terkirim", "#outbox")


def test_a_page_of_chromium_is_asked_again_once():
    gone = Error("Page.evaluate: Execution context was destroyed, most likely because of a navigation")

    assert asked(Answers(gone, 3), "() => 3") == 3
    with pytest.raises(Error):
        asked(Answers(gone, gone, 3), "() => 3")
    with pytest.raises(Error, match="nobody"):
        asked(Answers(Error("nobody is not defined"), 3), "() => nobody")
