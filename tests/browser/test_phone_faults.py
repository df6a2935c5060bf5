"""Faults between a real browser and a real server: whatever goes wrong, one visit arrives with every photo, byte for byte."""

import os
import signal
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from helpers import sending
from helpers.phones import PHONE, entry, freeze, in_store, me, opened, photos_kept, sign_in, visit
from helpers.stored import found_in

SIDE = 640
PHOTOS = 3
COUNT_ATTEMPTS = """window.setInterval = () => 0;
const request = navigator.locks.request.bind(navigator.locks);
window.attempts = 0;
navigator.locks.request = (name, ...rest) => {
  if (name === "outbox" && rest[0].ifAvailable) window.attempts += 1;
  return request(name, ...rest);
};"""
BY_ITSELF = 2
"""How often a page that was opened tries to send by itself: at once, and when it has the list of work."""


@pytest.fixture(scope="module", autouse=True)
def quick_retry(kept_server):
    """A server that is busy is asked again after a second."""
    (kept_server.folder / "retry").write_text("1")


@pytest.fixture
def phone(browser, server):
    """A phone on which nothing was sent yet."""
    # Sending is the page's business; the worker has tests of its own.
    context = browser.new_context(viewport=PHONE, service_workers="block", reduced_motion="reduce")
    # Nor does a page send by itself every few seconds: each test says when.
    context.add_init_script(COUNT_ATTEMPTS)
    context.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(context, server)
    yield context
    context.close()


class Work:
    """One visit with three photos that waits on a phone, and how it is sent."""

    shades = iter(range(1000, 9000))

    def __init__(self, phone, server):
        self.phone, self.server = phone, server
        self.page = opened(phone, server)
        expect(self.page.locator("#outbox .summary-line")).to_have_text("Nothing is waiting to be sent.")
        # The phone knows who is signed in before anything goes wrong, and what the page tries by itself once it is open does nothing.
        in_store(
            self.page,
            """await new Promise((held) => navigator.locks.request("outbox", () => new Promise((go) => { window.release = go; held(); })));
            await send.fetchWork();""",
        )
        self.page.wait_for_function("(most) => window.attempts >= most", arg=BY_ITSELF)
        self.photos = [sending.picture(next(self.shades), SIDE) for _ in range(PHOTOS)]
        self.document = visit(self.page, photos=[sending.named(each, "MUD-01") for each in self.photos])
        self.id = self.document["id"]
        self.path = {"visit": f"PUT /api/visits/{self.id}", "photo": f"PUT /api/visits/{self.id}/photos"}

    def finish(self):
        freeze(self.page, self.document, self.photos)

    def release(self):
        """Let the page send; until then it is as if another tab were sending."""
        self.page.evaluate("() => window.release?.()")

    def begin_sending(self):
        in_store(self.page, "window.sent = send.drain({ force: true });")
        self.release()

    def send(self):
        self.begin_sending()
        self.page.evaluate("() => window.sent")

    def send_until_done(self):
        """What the page does by itself every few seconds, and whoever presses the button."""
        self.release()
        in_store(
            self.page,
            """for (let tries = 0; tries < 100; tries += 1) {
                await send.drain({ force: true });
                if ((await store.all("outbox")).every(({ state }) => state === "sent")) return;
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
            throw new Error(JSON.stringify(await store.all("outbox")));""",
        )

    def arrived(self):
        """One visit, every photo, and every hash is right; the phone keeps the photos for some days."""
        sent = entry(self.page, self.id)
        assert sent["state"] == "sent"
        assert sent["receipt"]["complete"]
        assert photos_kept(self.page, self.id) == PHOTOS
        ids, photos, documents, files = found_in(self.server.folder)
        assert len(ids) == len(set(ids))
        assert ids.count(self.id) == 1
        assert sending.hash_of(documents[self.id]) == sent["sha256"] == sent["receipt"]["sha256"]
        kept = [photos[sending.hash_of(photo)] for photo in self.photos]
        assert [files[f"{sha256}.jpg"] for sha256 in kept] == kept
        # Nothing besides: each file is the picture of a row, and is what its name says.
        assert files == {f"{sha256}.jpg": sha256 for sha256 in photos.values()}


@pytest.fixture
def work(phone, server):
    return Work(phone, server)


# --- one request goes wrong


# What each status means is tried in tests/scripts/outbox_states.test.js.
@pytest.mark.parametrize(
    ("fault", "request_of", "when"),
    [
        *(("cut", request_of, when) for request_of in ("visit", "photo") for when in ("before", "after")),
        ("500", "photo", "after"),
        ("503", "visit", "before"),
    ],
)
def test_an_answer_that_is_lost_or_wrong_loses_nothing_and_doubles_nothing(work, fault, request_of, when):
    work.server.fault(f"{fault} {when} {work.path[request_of]}")
    work.finish()
    work.send()
    assert entry(work.page, work.id)["state"] == "waiting"
    work.send_until_done()
    work.arrived()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("request_of", ["visit", "photo"])
def test_a_server_that_is_killed_in_the_middle_of_a_request_and_comes_back_has_it_once(work, request_of, when):
    work.server.fault(f"pause {when} {work.path[request_of]}")
    work.finish()
    work.begin_sending()
    work.server.wait_until_paused()
    work.server.kill()
    work.page.evaluate("() => window.sent")
    assert entry(work.page, work.id)["state"] == "waiting"
    work.server.start()
    work.send_until_done()
    work.arrived()


def test_a_server_that_is_killed_before_it_has_read_a_request_has_it_once(work):
    work.finish()
    os.kill(work.server.pid, signal.SIGSTOP)
    work.begin_sending()
    expect(work.page.locator("#outbox li")).to_contain_text("Not sent yet; being tried now")
    work.server.kill()
    work.page.evaluate("() => window.sent")
    work.server.start()
    work.send_until_done()
    work.arrived()


def test_each_request_in_turn_goes_wrong_once(work):
    work.finish()
    for fault, request_of in (
        ("cut after", "visit"),
        ("500 after", "photo"),
        ("cut before", "photo"),
        ("503 after", "photo"),
    ):
        work.server.fault(f"{fault} {work.path[request_of]}")
        work.send()
        in_store(
            work.page, "await store.change('outbox', given[0], (entry) => ({ ...entry, not_before: null }));", work.id
        )
        assert entry(work.page, work.id)["state"] == "waiting"
    work.send_until_done()
    work.arrived()


# --- the phone's own faults


def test_a_page_that_is_closed_in_mid_send_and_opened_again_sends_the_rest(work):
    work.server.fault(f"pause before {work.path['photo']}")
    work.finish()
    work.begin_sending()
    work.server.wait_until_paused()
    work.page.close()
    work.server.go_on()
    work.page = opened(work.phone, work.server)
    work.send_until_done()
    work.arrived()


def test_a_page_that_is_loaded_anew_before_the_receipt_has_come_keeps_one_visit(work):
    work.server.fault(f"pause after {work.path['visit']}")
    work.finish()
    work.begin_sending()
    work.server.wait_until_paused()
    work.page.reload()
    work.server.go_on()
    work.send_until_done()
    work.arrived()


def test_two_tabs_that_send_at_once_send_each_thing_once(work):
    other = opened(work.phone, work.server)
    work.finish()
    before = len(work.server.requests("PUT"))
    for tab in (work.page, other):
        in_store(tab, "window.sent = send.drain({ force: true });")
    work.release()
    for tab in (work.page, other):
        tab.evaluate("() => window.sent")
    work.send_until_done()
    work.arrived()
    assert len(work.server.requests("PUT")) - before == 1 + PHOTOS


def test_a_tab_that_is_closed_while_it_sends_leaves_the_rest_to_the_other(work):
    other = opened(work.phone, work.server)
    work.server.fault(f"pause after {work.path['photo']}")
    work.finish()
    work.begin_sending()
    work.server.wait_until_paused()
    work.page.close()
    work.server.go_on()
    work.page = other
    work.send_until_done()
    work.arrived()


def test_eight_senders_without_any_lock_make_one_visit(work):
    work.finish()
    in_store(
        work.page,
        """Object.defineProperty(navigator, "locks", { value: undefined });
        await Promise.all(Array.from({ length: 8 }, () => send.drain({ force: true })));""",
    )
    work.send_until_done()
    work.arrived()


def test_whoever_presses_send_while_an_attempt_hangs_has_all_sent_after_it(work):
    work.server.fault(f"pause before {work.path['visit']}")
    work.finish()
    work.release()
    in_store(work.page, "window.first = send.drain();")
    work.server.wait_until_paused()
    work.begin_sending()
    in_store(work.page, "window.third = send.drain({ force: true });")
    work.server.fault(f"cut before {work.path['photo']}")
    work.server.go_on()
    work.page.evaluate("() => Promise.all([window.first, window.sent, window.third])")
    work.arrived()


def test_a_phone_that_comes_back_into_range_sends_by_itself(work):
    work.finish()
    work.phone.set_offline(True)
    work.send()
    assert entry(work.page, work.id)["problem"] == "network"
    work.phone.set_offline(False)
    expect(work.page.locator("#sent li")).to_have_count(1)
    work.arrived()


def test_a_photo_that_was_spoilt_on_the_way_is_sent_again(work):
    spoil = True

    def meddle(route):
        nonlocal spoil
        body = route.request.post_data_buffer
        route.continue_(post_data=body[:-20] + bytes(20) if spoil else body)
        spoil = False

    work.page.route("**/photos/*", meddle)
    work.finish()
    work.send()
    assert entry(work.page, work.id)["problem"] == "hash"
    assert photos_kept(work.page, work.id) == PHOTOS
    work.send_until_done()
    work.arrived()


@pytest.mark.parametrize("fault", ["cut before", "cut after", "pause before", "pause after"])
def test_a_danger_goes_ahead_and_is_there_once_whatever_goes_wrong_with_it(work, fault):
    picture = sending.picture(next(work.shades), SIDE)
    told = {"sha256": sending.hash_of(picture), "bytes": len(picture)}
    danger = sending.danger(id=str(uuid4()), author=me(work.page)["id"], photo=told)
    path = f"PUT /api/dangers/{danger['id']}"
    work.server.fault(f"{fault} {path}")
    # The page sends by itself; it must not before both are there.
    work.page.route("**/api/visits/**", lambda route: route.abort())
    work.finish()
    freeze(work.page, danger, [picture], kind="danger")
    work.page.unroute("**/api/visits/**")
    before = len(work.server.requests("PUT"))
    work.begin_sending()
    if fault.startswith("pause"):
        work.server.wait_until_paused()
        work.server.kill()
        work.page.evaluate("() => window.sent")
        work.server.start()
    work.page.evaluate("() => window.sent")
    work.send_until_done()
    work.arrived()
    asked = work.server.requests("PUT")[before:]
    assert [each.startswith(path) for each in asked] == [True] * 3 + [False] * (1 + PHOTOS), (
        "sent, sent again, its photo"
    )
    sent = entry(work.page, danger["id"])
    assert (sent["state"], sent["receipt"]["sha256"]) == ("sent", sent["sha256"])
    _, photos, _, files = found_in(work.server.folder)
    assert files[f"{photos[told['sha256']]}.jpg"] == photos[told["sha256"]]
