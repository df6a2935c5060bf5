"""The worst day: the server is dead, the browser is killed in the middle of a visit, and nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from helpers.phones import until
from helpers.surveying import PHONE, SITI, jpeg, kept, park_server
from helpers.surveying_server import serve

ANSWERS, PHOTOS = 50, 3
SOON = time.time() + 86_400


@pytest.fixture
def server(tmp_path):
    with park_server(tmp_path, serve) as served:
        yield served


@pytest.fixture
def start(browser_type, browser_options, tmp_path):
    """Start the browser of this test, always with the same profile."""

    def begin() -> BrowserContext:
        return browser_type.launch_persistent_context(
            tmp_path / "profile", viewport=PHONE, has_touch=True, reduced_motion="reduce", **browser_options
        )

    yield begin
    kill(tmp_path / "profile")


def kill(profile: Path) -> None:
    """Kill every process of a browser at once, as the end of a battery does."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(profile).encode() in entry.read_bytes():
                os.kill(int(entry.parent.name), signal.SIGKILL)


def form(context: BrowserContext, address: str) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(f"{address}/sites/taman/audit")
    expect(page.locator("#live")).to_be_visible()
    return page


def prepare(context: BrowserContext, address: str, cookie: str) -> None:
    """Open the work once with a network: the phone keeps the form and what is known of the site."""
    context.add_cookies(
        [
            {"name": name, "value": value, "url": address, "expires": SOON}
            for name, value in (("lang", "en"), ("rba", cookie))
        ]
    )
    page = context.pages[0]
    page.goto(f"{address}/queue")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(
        page,
        "async () => { for (const name of await caches.keys()) for (const {url} of await (await caches.open(name)).keys())"
        " if (url.includes('/survey-shell')) return true; return false; }",
    )
    form(context, address)
    until(
        page,
        "() => new Promise((done) => { const open = indexedDB.open('rba-audit'); open.onsuccess = () => {"
        " const request = open.result.transaction(['openings', 'work']); let found = 0;"
        " for (const name of ['openings', 'work']) request.objectStore(name).count().onsuccess = ({target}) => { found += target.result > 0; };"
        " request.oncomplete = () => { open.result.close(); done(found === 2); }; }; })",
    )


def test_fifty_answers_and_three_photos_survive_a_dead_server_and_a_killed_browser(server, start, tmp_path):
    process, cookie = server
    address = process.address
    context = start()
    prepare(context, address, cookie)
    process.kill()

    page = form(context, address)
    expect(page.locator("#site-name")).to_have_text("Taman")
    expect(page.locator("#q-scale input[value=rw]")).to_be_checked()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value(SITI.name)
    for number in range(PHOTOS):
        question = page.locator(".requirement[id^=r-] .question").nth(number)
        with page.expect_file_chooser() as chooser:
            question.get_by_role("button", name="Photo, no faces", exact=True).click()
        picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg((number * 40, 0, 0))}
        chooser.value.set_files([picture])
        expect(question.locator("img")).to_have_count(1)
    page.get_by_role("button", name="Danger", exact=True).click()
    page.locator("#danger-note").fill("Kabel terbuka")
    page.get_by_role("button", name="Send the danger now").click()
    expect(page.locator("#danger-state")).to_contain_text("NOT sent yet.")
    page.locator("#danger").get_by_role("button", name="Close").click()
    page.evaluate(
        """async (wanted) => {
            const boxes = [...document.querySelectorAll('.requirement[id^=r-]:not([hidden]) .question')]
                .filter((box) => !box.closest('.more') && box.querySelector('input[type=radio]'));
            for (const box of boxes.slice(0, wanted)) {
                box.querySelector('input[type=radio]').click();
                await new Promise((done) => setTimeout(done, 10));
            }
            await new Promise((done) => setTimeout(done, 300));
        }""",
        ANSWERS,
    )
    kill(tmp_path / "profile")
    with suppress(Error):
        context.close()

    page = form(start(), address)
    expect(page.locator("#danger-banner")).to_contain_text("NOT sent yet.")
    expect(page.locator("#draft")).to_contain_text(f"({ANSWERS} answers)")
    assert page.locator(".requirement[id^=r-] input:checked").count() == ANSWERS
    expect(page.locator(".thumbs img")).to_have_count(PHOTOS)
    assert len(kept(page, "photos")) == PHOTOS
