"""Dates on pages: each page names the office and the moment it is of, and writes every day as words."""

import re

import html5lib
import pytest

from helpers.reviews import ADE, BUDI, PLANNER, RINA, SITE
from helpers.whole_register import whole_register

XHTML = "{http://www.w3.org/1999/xhtml}"
UNREAD = {"script", "style", "textarea", "template", "code", "pre"}
"""What a reader does not read as a sentence."""
UNDATED = {
    "accounts.sign_in",
    "forum.ask",
    "forum.printed",
    "forum.shell",
    "new_places.page",
    "offline.offline",
    "offline.queue",
    "offline.survey_shell",
    "offline.waiting",
    "surveyors.audit",
}
"""Forms, the phone's own pages and papers to fill in: they show no state of the register."""
ISO = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@pytest.fixture(scope="module")
def pages(tmp_path_factory, standard):
    """Pages as (endpoint, address, text), each as the first who may open it sees it."""
    whole = whole_register(tmp_path_factory.mktemp("dates"), standard, sites=(SITE,))
    found = {}
    for someone in (ADE, PLANNER, RINA, BUDI, None):
        client = whole.client(someone)
        for endpoint, address in whole.addresses():
            if address in found or endpoint == "static":
                continue
            response = client.get(address)
            if response.status_code == 200 and response.mimetype == "text/html":
                found[address] = (endpoint, address, read(response.get_data(as_text=True)))
    yield list(found.values())
    whole.register.close()


def read(html):
    return " ".join(" ".join(_texts(html5lib.parse(html).find(f"{XHTML}body"))).split())


def _texts(element):
    if element.tag in {XHTML + name for name in UNREAD}:
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def test_days_are_written_as_words_never_as_a_computer_writes_them(pages):
    assert {address: ISO.findall(text) for _, address, text in pages if ISO.search(text)} == {}


def test_every_page_of_the_register_names_the_office_and_its_moment(pages):
    dated = re.compile(r"Dinas Taman, as of \d{1,2} \w{3} 20\d\d, \d\d\.\d\d WIB")

    assert {endpoint for endpoint, _, text in pages if not dated.search(text)} == UNDATED
