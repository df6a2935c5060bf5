"""A step of the tutorial, and what steps of all its parts do on a page."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step.

    Attributes:
        name: What its picture is called.
        who: Login of an account of the demonstration; empty for a reader without one.
        path: Where it begins; empty where the step before ended.
        act: Does what the text says, until the picture is taken.
        then: Does what the text says afterwards.
    """

    name: str
    who: str
    path: str
    act: Callable
    then: Callable = lambda _page, _word: None
    phone: bool = False


def press(page, word, text, role="button"):
    """Press the first button, or another role, of that text."""
    page.get_by_role(role, name=word(text), exact=True).first.click()


def show_at_top(locator):
    """Scroll so that an element is at the top of the picture."""
    locator.evaluate("(shown) => window.scrollTo(0, shown.getBoundingClientRect().top + scrollY - 12)")
