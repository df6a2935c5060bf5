"""Reports in Chromium: the bar moves while they are made, they stop when asked to, and the ZIP file is there when they are ready."""

import zipfile
from contextlib import closing
from threading import Event

import pytest
from playwright.sync_api import expect

from helpers.reading import PHONE, barriers, page_width, readers, too_small
from helpers.registers import sample_features
from helpers.reviews import ADE
from helpers.serving import serving
from helpers.whole_register import whole_register
from rba_audit.accounts import begin_session
from rba_audit.web.pages.papers import routes

SITES = tuple(feature["id"] for feature in sample_features() if not feature["properties"].get("part_of"))[:4]


@pytest.fixture
def office(browser, tmp_path, standard):
    """A reader on a phone, signed in as an administrator over some sites; whatever the browser complains of fails the test."""
    made = whole_register(tmp_path, standard, sites=(*SITES, "taman-sari"))
    with closing(made.register), serving(made.app) as address, readers(browser, address) as read:
        reader = read(viewport=PHONE, language="en")
        reader.context.add_cookies([{"name": "rba", "value": begin_session(made.register, ADE), "url": address}])
        yield reader


def test_reports_are_made_with_progress_stopped_and_fetched(office, monkeypatch):
    gate = Event()
    record = routes.site_record

    def slow(*args, **named):
        assert gate.wait(60)
        return record(*args, **named)

    monkeypatch.setattr(routes, "site_record", slow)
    page = office.open("/papers")
    assert page_width(page) == PHONE["width"]
    assert too_small(page, "main button, main .button") == []
    assert barriers(page) == []

    page.get_by_role("button", name="Make the reports").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0")
    assert page_width(page) == PHONE["width"]
    assert barriers(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Make the reports")).to_be_visible()
    page.get_by_role("button", name="Make the reports").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    gate.set()
    expect(page.get_by_text("reports are ready")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()

    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == len({*SITES, "taman-sari"})
    assert download.value.suggested_filename.startswith("site-reports-")


def test_nothing_is_asked_about_work_that_somebody_is_stopping(office, monkeypatch):
    """The page of work that has ended is gone: shown again by its script, it took the place of the page asked for."""
    gate, asked = Event(), []
    monkeypatch.setattr(routes, "site_record", lambda *_args, **_named: gate.wait(60) or pytest.fail("not let go"))
    page = office.context.new_page()
    page.clock.install()
    page.goto(f"{office.address}/papers")
    page.get_by_role("button", name="Make the reports").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(3_000)

    page.locator("form", has=page.get_by_role("button", name="Stop")).evaluate(
        "form => form.dispatchEvent(new Event('submit', { bubbles: true }))"
    )
    page.evaluate("fetch('/healthz')")  # an answer that was on its way has come by then
    asked.clear()
    page.clock.run_for(3_000)
    page.evaluate("fetch('/healthz')")

    assert [url for url in asked if "healthz" not in url] == []
    gate.set()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Make the reports")).to_be_visible()
