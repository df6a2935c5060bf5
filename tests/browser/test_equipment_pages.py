"""The pages of a site's equipment in a browser: the history of every item, and labels to print."""

import pytest

from helpers.items import RINA, SITE, SLIDE, SWING, item, register_with_people, sent
from helpers.reading import violations
from helpers.surveying import listened, running
from rba_audit.accounts import begin_session


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    register = register_with_people(tmp_path_factory.mktemp("equipment"))
    sent(register, 1, [item("swing", SWING, "Red swing", **{"PRL-04": 1.2}), item("slide", SLIDE, "Slide", gone=True)])
    yield register
    register.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("tail", ["", "/labels"])
def test_the_pages_fit_and_can_be_read_by_all(register, standard, browser, width, tail):
    with running(register, standard) as (address, _):
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": "rba", "value": begin_session(register, RINA), "url": address}])
        page = listened(context.new_page())
        page.goto(f"{address}/sites/{SITE}/equipment{tail}")
        page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")

        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
        assert page.complaints == []
        context.close()
