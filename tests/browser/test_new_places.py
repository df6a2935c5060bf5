"""A place that is on no map: walked round without signal, through a killed browser, audited at once, and sent before its visit."""

import json
import math
import os
import re
import signal
import zipfile
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from helpers.phones import EDITION, PHONE, SITES, Server, entries, in_store, send, shown, sign_in, until
from helpers.reading import barriers, page_width, too_small
from rba_audit.register import open_register
from rba_audit.site_editing import merge_sites

SERANG = (106.15, -6.12)
METRES = 111_000  # in a degree, near enough
CORNERS = ((0, 0), (60, 0), (60, 40), (0, 40), (0, 0))
SIDES = list(pairwise(CORNERS))
TRUE_M2 = 60 * 40


@pytest.fixture
def server(tmp_path):
    started = Server(tmp_path / "server")
    started.start()
    yield started
    if started.process:
        started.kill()


@pytest.fixture
def start(browser_type, browser_options, tmp_path):
    """Start the browser of this test, always with the same profile; with what it complains of."""

    def begin():
        context = browser_type.launch_persistent_context(
            tmp_path / "profile",
            viewport=PHONE,
            has_touch=True,
            reduced_motion="reduce",
            permissions=["geolocation"],
            geolocation=at(0, 0, 30),
            **browser_options,
        )
        page = context.pages[0]
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield begin
    kill(tmp_path / "profile")


@pytest.fixture(autouse=True)
def folder(tmp_path):
    (tmp_path / "server").mkdir()


def kill(profile: Path):
    """Kill every process of a browser at once, as the end of a battery does."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(profile).encode() in entry.read_bytes():
                os.kill(int(entry.parent.name), signal.SIGKILL)


def at(east, north, accuracy=5.0):
    return {
        "longitude": SERANG[0] + east / (METRES * math.cos(math.radians(SERANG[1]))),
        "latitude": SERANG[1] + north / METRES,
        "accuracy": accuracy,
    }


def kept_fixes(page):
    return in_store(page, "return (await store.all('fixes')).length;")


def walk(page, legs, start):
    """Walk some sides of the place, ten fixes each; every one is on the disk before the next is made."""
    for leg, (one, other) in enumerate(legs):
        for step in range(10):
            east, north = (a + (b - a) * step / 10 for a, b in zip(one, other, strict=True))
            accuracy = 40 if (leg, step) == (0, 5) else 5 + step % 3
            page.context.set_geolocation(at(east + math.cos(7 * step), north + math.sin(5 * step), accuracy))
            start += 1
            until(page, f"async () => (await {KEPT}) >= {start}")
    return start


KEPT = """new Promise((done) => { const open = indexedDB.open('rba-audit'); open.onsuccess = () => {
    const request = open.result.transaction('fixes').objectStore('fixes').count();
    request.onsuccess = () => { open.result.close(); done(request.result); }; }; })"""


def come_in(page, server):
    page.context.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(page.context, server)


def begun(server, start):
    """A phone with its work kept, and the server dead."""
    page = start()
    come_in(page, server)
    page.goto(f"{server.address}/queue")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("#preparing")).to_contain_text(f"{len(SITES)} of {len(SITES)}")
    server.kill()
    return page


def test_a_place_is_walked_round_offline_through_a_killed_browser_audited_and_sent_before_its_visit(
    server, start, tmp_path
):
    page = begun(server, start)
    count = half_walked(page, server)
    kill(tmp_path / "profile")
    with suppress(Error):
        page.context.close()
    page = start()
    whole_walk(page, server, count)
    site = audited_at_once(page)
    place, visit = refused_at_first(page, server, site)
    sent_and_merged(page, server, place, visit, site)
    assert page.complaints == []


def half_walked(page, server):
    page.goto(f"{server.address}/queue")
    page.get_by_role("link", name="Place that is not listed yet").click()
    page.get_by_label("Name of the place").fill("Taman Warga Ciracas")
    page.get_by_role("radio", name="Park or green open space").check()
    page.get_by_role("radio", name="I walk round it").check()
    expect(page.locator("#accuracy")).to_contain_text("±30 m, too coarse")
    page.context.set_geolocation(at(0, 0))
    expect(page.locator("#accuracy")).to_have_text("GPS accuracy now: ±5 m")
    page.get_by_role("button", name="Start walking").click()
    expect(page.locator("#awake")).to_be_visible()
    count = walk(page, SIDES[:2], 1)
    page.get_by_role("button", name="Add a corner here").click()
    until(page, f"async () => (await {KEPT}) > {count}")
    assert too_small(page) == []
    return count + 1


def whole_walk(page, server, count):
    """Go on after the browser was killed, and close the outline."""
    page.goto(f"{server.address}/places/propose")
    expect(page.get_by_label("Name of the place")).to_have_value("Taman Warga Ciracas")
    expect(page.get_by_role("radio", name="Park or green open space")).to_be_checked()
    expect(page.locator("#where-told")).to_contain_text("points of your walk are here")
    assert kept_fixes(page) == count
    page.get_by_role("button", name="Go on walking").click()
    walk(page, SIDES[2:], count + 1)
    page.get_by_role("button", name="Close the outline").click()
    expect(page.locator("#figures")).to_contain_text("left out of the outline")
    figures = page.locator("#figures").text_content()
    low, high = re.search(r"\(roughly ([\d,]+) to ([\d,]+) m²\)", figures).groups()
    assert int(low.replace(",", "")) < TRUE_M2 < int(high.replace(",", ""))
    assert barriers(page) == []
    assert page_width(page) == PHONE["width"]


def audited_at_once(page):
    """Propose the place and audit it; the site that it is."""
    page.get_by_role("button", name="Propose and audit at once").click()
    expect(page.locator("#site-name")).to_have_text("Taman Warga Ciracas")
    expect(page.locator("#q-kind input[value=rth]")).to_be_checked()
    expect(page.locator("#draft")).not_to_contain_text("was not opened on this phone")
    assert kept_fixes(page) == 0
    page.locator("[name='visit.stage'][value=auditor]").check(force=True)
    page.evaluate("document.querySelector('.requirement[id^=r-]:not([hidden]) .question input[type=radio]').click()")
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    expect(page.locator("#proposals")).to_contain_text("Proposed, waits to be sent")
    assert barriers(page) == []
    return next(each["site"] for each in entries(page) if each["kind"] == "visit")


def refused_at_first(page, server, site):
    """The server comes back and refuses the place: nothing is lost, and its visit waits."""
    refusal = json.dumps({"error": "not_allowed", "told": "not now"})
    page.goto("about:blank")  # nothing is sent before all is in place
    server.start()
    come_in(page, server)
    page.context.route(
        "**/api/places/*", lambda route: route.fulfill(status=403, body=refusal, content_type="application/json")
    )
    page.goto(f"{server.address}/sites/{site}/audit")  # which the server does not know
    expect(page.locator("#site-name")).to_have_text("Taman Warga Ciracas")
    page.goto(f"{server.address}/queue")
    send(page)
    place, visit = (next(each for each in entries(page) if each["kind"] == kind) for kind in ("place", "visit"))
    assert (place["state"], visit["state"], place["site"], visit["site"]) == ("refused", "waiting", site, site)
    expect(shown(page, place["id"])).to_contain_text("not now")
    expect(shown(page, visit["id"])).to_contain_text("waits for its place")
    assert server.requests("/api/visits") == []
    page.context.unroute("**/api/places/*")
    return place["id"], visit["id"]


def sent_and_merged(page, server, place, visit, site):
    shown(page, place).get_by_role("button", name="Send it again").click()
    expect(shown(page, visit, "#sent")).to_have_count(1)
    assert server.requests("PUT /api") == [f"PUT /api/places/{place}", f"PUT /api/visits/{visit}"]
    expect(page.locator("#proposals")).to_contain_text("Proposed, waits for a planner")
    with closing(open_register(f"sqlite:///{server.folder}/register.db")) as register:
        planner = next(each for each in register.people.all() if each.role == "planner")
        seen = {each: register.site_events.snapshot(each).seen for each in (site, "taman-sari")}
        merge_sites(register, site, "taman-sari", planner.id, "Ini bagian timurnya", seen)
    page.reload()
    mine = page.locator("#proposals")
    expect(mine).to_contain_text("It was already known as Taman Sari")
    expect(mine).to_contain_text("Ini bagian timurnya")
    expect(mine.get_by_role("link", name="Audit it")).to_have_attribute("href", "/sites/taman-sari/audit")
    expect(page.locator("#own")).to_contain_text("Taman Sari")


def test_a_place_is_set_with_the_keyboard_or_stood_in_and_a_known_one_beside_it_is_offered(server, start):
    page = begun(server, start)
    known = in_store(page, "return (await store.get('work', 'work')).sites.find(({ id }) => id === 'taman-sari');")
    page.context.clear_permissions()
    page.goto(f"{server.address}/places/propose")
    page.locator("#audit").click()
    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#problems")).to_be_focused()
    page.get_by_label("Name of the place").fill("Tmn. Sari")
    near = page.locator("#near li", has_text="Taman Sari")
    expect(near.get_by_role("link")).to_have_attribute("href", "/sites/taman-sari/audit")
    page.get_by_role("radio", name="I stand in it").focus()
    page.keyboard.press("Space")
    expect(page.locator("#wrong")).to_contain_text("does not give its position")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="I set it on the map")).to_be_checked()
    page.locator("#pin").focus()
    for key in ("ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("#where-told")).to_have_text("Set on the map.")
    expect(page.locator("#pin .pin")).to_have_count(1)
    page.get_by_role("button", name="Only propose it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")
    first = in_store(page, "return JSON.parse(new TextDecoder().decode((await store.all('outbox'))[0].bytes));")
    assert (first["geometry"]["type"], first["accuracy_m"], first["walk"]) == ("Point", None, [])
    assert "taman-sari" in first["near"]
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the queue as a ZIP file").click()
    with zipfile.ZipFile(saved.value.path()) as parcel:
        assert json.loads(parcel.read(f"places/{first['id']}.json")) == first
    stood_in(page, server, known["point"])
    taken_away_and_back(page, server)
    assert page.complaints == []


def stood_in(page, server, point):
    lon, lat = point
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 300})
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server.address}/places/propose")
    page.get_by_label("Name of the place").fill("Pojok Baca")
    page.get_by_role("radio", name="I stand in it").check()
    page.get_by_role("button", name="Use this point").click()
    expect(page.locator("#where-told")).to_contain_text("±300 m is too coarse")
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 6})
    page.get_by_role("button", name="Use this point (±6 m)").click()
    expect(page.locator("#figures")).to_contain_text("Point taken: ±6 m")
    expect(page.locator("#near li", has_text="Taman Sari")).to_contain_text("0 m away")
    assert barriers(page) == []
    assert page_width(page) == 1280
    page.reload()
    expect(page.locator("#figures")).to_contain_text("Point taken: ±6 m")
    assert in_store(
        page,
        "return (await store.keys('openings')).filter(([site]) => site.startsWith('usulan-')).map(([, edition]) => edition);",
    ) == [EDITION]


def taken_away_and_back(page, server):
    page.goto(f"{server.address}/queue")
    mine = page.locator("#proposals li", has_text="Pojok Baca")
    mine.get_by_role("button", name="Delete").click()
    expect(mine).to_have_count(0)
    page.locator("#told").get_by_role("button", name="Undo").click()
    mine.get_by_role("link", name="Continue").click()
    expect(page.locator("#figures")).to_contain_text("Point taken: ±6 m")
