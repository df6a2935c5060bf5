"""A danger that is not out: at no moment does a page of the phone say or imply that it was sent, and every page says whom to call."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from helpers.phones import NAME, PHONE, SITE, entries, in_store, opened, ready, send, sign_in, unfold
from helpers.reading import violations

NUMBERS = {"seq": "0", "place": ["1", "2"], "name": ["Piket taman", "Jauh"], "number": ["0254-200 200", "0254 999"]}
SEEN = """() => {
    const parts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const style = getComputedStyle(walker.currentNode.parentElement);
        const shown = style.visibility === 'visible' && [...range.getClientRects()].some(({ bottom, top, right, left, width }) =>
            width > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth);
        if (shown) parts.push(walker.currentNode.textContent.trim());
    }
    return parts.join(' ').replace(/\\s+/g, ' ');
}"""
CLAIMS = re.compile(
    r"\b(sent|sending|received|has had|arrived|terkirim|dikirim|diterima|sampai di kantor)\b", re.IGNORECASE
)
HONEST = re.compile(
    r"not sent|nothing is sent|what you finish is sent|was? sent back|to be sent|sent photos", re.IGNORECASE
)


def claims(page):
    """What the visible text of the viewport says of something having gone out."""
    return CLAIMS.findall(HONEST.sub("", page.evaluate(SEEN)))


def says_not_sent(page, why=""):
    seen = page.evaluate(SEEN)
    assert "NOT sent yet." in seen
    assert why in seen
    assert claims(page) == []


@pytest.fixture
def phone(browser, server):
    context = browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    context.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(context, server, "administrator")
    form = {**NUMBERS, "area": ["", "99.01"]}
    body = "&".join(
        f"{name}={each}" for name, given in form.items() for each in ([given] if isinstance(given, str) else given)
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    context.request.post(f"{server.address}/admin/telephones", data=body.replace(" ", "%20"), headers=headers)
    sign_in(context, server)
    yield context
    context.close()


def report(page, words):
    page.get_by_role("button", name="Danger", exact=True).click()
    page.locator("#danger-note").fill(words)
    page.get_by_role("button", name="Send the danger now").click()
    return page.locator("#danger-state")


def sending_is_over(page):
    """Wait for a try that is under way: nothing new begins beside it, and the next one by itself is half a minute away."""
    in_store(page, "await navigator.locks.request('outbox', () => {});")


def test_a_danger_is_not_sent_before_the_receipt_is_there_on_any_page_whatever_goes_wrong(phone, server):
    work = ready(phone, server)
    page = opened(phone, server, f"/sites/{SITE}/audit")
    expect(page.locator("#live")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    phone.set_offline(True)
    _told_where_the_finger_is(page)
    work.close()
    page.close()
    page = opened(phone, server, "/queue")
    _told_on_every_page(page, server.address)
    page.goto(f"{server.address}/sites/{SITE}/audit")
    expect(page.locator("#danger-banner")).to_be_visible()
    page.get_by_role("button", name="Parts", exact=True).click()
    panel, foot = (page.locator(each).bounding_box() for each in ("#jump-panel", "#danger-banner"))
    assert panel["y"] + panel["height"] <= foot["y"], "the last parts of the list are behind the banner"
    page.goto(f"{server.address}/queue")
    before = datetime.now(UTC) - timedelta(minutes=1)
    _told_while_the_server_is_of_no_use(page, phone, server)
    send(page)
    banner = page.locator("#danger-banner")
    expect(banner).to_contain_text("The office has had the report since")
    [sent] = entries(page)
    assert datetime.fromisoformat(sent["receipt"]["recorded_at"]) > before
    page.goto(f"{server.address}/sites/{SITE}/audit")
    expect(banner).to_contain_text(f"Danger at {NAME}.")
    page.get_by_role("button", name="Understood").click()
    expect(banner).to_be_hidden()
    assert page.complaints == []


def _told_where_the_finger_is(page):
    told = report(page, "Kabel terbuka")
    expect(told).to_contain_text("There is no signal.")
    says_not_sent(page, "There is no signal.")
    assert violations(page, "#danger") == []
    calls = told.locator(".telephones a")
    assert [each.get_attribute("href") for each in calls.all()] == ["tel:0254200200", "tel:112", "tel:129"]
    expect(calls.first).to_be_in_viewport()
    page.locator("#danger").get_by_role("button", name="Close").click()
    expect(page.locator("#danger-banner")).to_be_in_viewport()
    says_not_sent(page)


def _told_on_every_page(page, address):
    """Also on one that the phone does not have, and on that which needs no account."""
    banner = page.locator("#danger-banner")
    for path in ("/queue", "/actions/nowhere", f"/sites/{SITE}/audit", "/forum", "/waiting"):
        page.goto(address + path)
        expect(banner).to_contain_text("NOT sent yet.")
        says_not_sent(page)
        unfold(banner.locator("summary"))
        expect(banner.locator(".telephones a").first).to_be_in_viewport()
    assert {each["state"] for each in entries(page)} == {"waiting"}


def _told_while_the_server_is_of_no_use(page, phone, server):
    banner = page.locator("#danger-banner")
    path = "PUT /api/dangers/"
    server.fault(f"500 after {path}")
    sending_is_over(page)
    phone.set_offline(False)
    expect(banner).to_contain_text("The server has a fault.")
    says_not_sent(page, "The server has a fault.")
    server.fault(f"pause after {path}")
    sending_is_over(page)
    in_store(page, "window.sent = send.drain({ force: true });")
    server.wait_until_paused()
    expect(banner).to_contain_text("Being tried now")
    says_not_sent(page, "Being tried now")
    page.reload()  # as if it had been killed there and then
    expect(banner).to_contain_text("NOT sent yet.")
    says_not_sent(page)
    server.go_on()


def test_a_wrong_clock_changes_nothing_of_it_and_is_told(phone, server):
    page = opened(phone, server)
    page.add_init_script("{ const now = Date.now; Date.now = () => now() + 400 * 24 * 3600_000; }")
    page.goto(f"{server.address}/sites/{SITE}/audit")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator("#phone .health")).to_contain_text("The clock of this phone is 576,000 minutes fast.")
    page.route("**/api/dangers/**", lambda route: route.abort())
    expect(report(page, "Kabel terbuka")).to_contain_text("There is no signal.")
    says_not_sent(page)
    page.unroute_all()
    send(page)
    expect(page.locator("#danger-state")).to_contain_text("The office has had the report since")
    assert page.complaints == []


def test_storage_that_keeps_nothing_or_little_is_told_before_work_is_lost_and_holds_no_danger_back(phone, server):
    page = opened(phone, server)
    page.add_init_script("navigator.storage.estimate = async () => ({ usage: 80e6, quota: 100e6 });")
    page.goto(f"{server.address}/queue")
    expect(page.locator("#phone .health")).to_contain_text("almost full: 20 MB are left")
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('closed', 'SecurityError'); };")
    page.goto(f"{server.address}/sites/{SITE}/audit")
    expect(page.locator("#phone .health")).to_contain_text("This browser keeps nothing here")
    expect(page.locator("#draft [data-kind=reading]")).to_contain_text("cannot read what it keeps now (closed)")
    page.route("**/api/dangers/**", lambda route: route.abort())
    page.get_by_role("button", name="Danger", exact=True).click()
    page.locator("#danger-note").fill("Kabel terbuka")
    page.get_by_role("button", name="Send the danger now").click()
    expect(page.locator("#danger-wrong")).to_contain_text("It is NOT sent. Call, and try again.")
    expect(page.locator("#danger-calls a").first).to_be_visible()
    assert claims(page) == []
    page.unroute_all()
    page.get_by_role("button", name="Send the danger now").click()
    expect(page.locator("#danger-state")).to_contain_text("The office has the report (receipt ")


def test_storage_that_fails_for_a_moment_is_asked_again_and_is_never_a_site_that_was_not_opened(phone, server):
    page = ready(phone, server)
    server.kill()
    failing = """{ const real = IDBDatabase.prototype.transaction; let left = LEFT;
        IDBDatabase.prototype.transaction = function (stores, ...rest) {
            if (String(stores) === "openings" && left-- > 0) throw new DOMException("no memory", "UnknownError");
            return real.call(this, stores, ...rest);
        }; }"""
    for left, told in (("2", None), ("Infinity", "cannot read what it keeps now (no memory)")):
        page.add_init_script(failing.replace("LEFT", left))
        page.goto(f"{server.address}/sites/{SITE}/audit")
        expect(page.locator("#live")).to_be_visible()
        if told:
            expect(page.locator("#draft [data-kind=reading]")).to_contain_text(told)
            assert "was not opened on this phone" not in page.locator("main").inner_text()
        else:
            expect(page.locator("#q-scale input:checked")).to_have_count(1)
            expect(page.locator("#draft [data-kind=reading]")).to_have_count(0)
        assert page.title() == f"Audit {NAME} · RBA Audit"


def test_a_form_that_is_opened_with_a_good_fix_leaves_one_draft_with_its_site_whichever_is_first(phone, server):
    phone.grant_permissions(["geolocation"])
    phone.set_geolocation({"latitude": -6.1128, "longitude": 106.159, "accuracy": 5})
    page = opened(phone, server)
    holder = opened(phone, server)
    drafts = "return (await store.all('drafts')).map(({ id, site, position }) => [id, site, position.accuracy_m]);"
    # While another tab has the form, this one may not look for its draft; the fix does not wait.
    holder.evaluate(
        f"void navigator.locks.request('form {SITE}', () => new Promise((done) => (window.release = done)))"
    )
    page.goto(f"{server.address}/sites/{SITE}/audit")
    expect(page.locator("#draft")).to_contain_text("open in another tab")
    expect(page.locator("#position-told")).to_contain_text("±5 m")
    assert in_store(page, drafts) == []
    holder.evaluate("window.release()")
    expect(page.locator("#position-told")).to_contain_text("Position taken from GPS: ±5 m")
    page.wait_for_function("() => document.querySelector('#live').textContent")
    [first] = in_store(page, drafts)
    assert first[1:] == [SITE, 5]
    page.reload()
    expect(page.locator("#draft [data-kind=draft]")).to_contain_text("Draft continued")
    assert in_store(page, drafts) == [first]


def test_drafts_without_a_site_are_named_deleted_or_given_to_their_place(phone, server):
    page = ready(phone, server)
    ghost = {"site": "", "siteName": "", "edition": "rbra-2024", "author": "", "notes": {}, "items": [], "photos": []}
    ghost |= {
        "begun_at": "2026-11-20T02:10:00Z",
        "changed_at": "2026-11-20T02:10:00Z",
        "position": None,
        "aside": False,
    }
    empty = [{**ghost, "id": f"e{number}", "values": {"scale": ["rw"], "visit.auditor": ["Sari"]}} for number in (1, 2)]
    told = {**ghost, "id": "t", "values": {"MUD-01": ["no"]}, "at": "", "replaces": None, "check": None}
    in_store(
        page,
        """await store.within(["drafts"], "readwrite", (transaction) => {
            for (const each of given[0]) transaction.objectStore("drafts").put(each); });""",
        [*empty, told],
    )
    assert (
        in_store(page, "return store.put('drafts', given[0]).then(() => 0, ({ message }) => message);", told)
        == "a draft without a site"
    )
    page.reload()
    drafts = page.locator("#drafts li")
    expect(drafts).to_have_count(2)
    blank = drafts.filter(has_text="2 empty drafts without a place")
    blank.get_by_role("button", name="Delete").click()
    expect(drafts).to_have_count(1)
    page.get_by_role("button", name="Undo").first.click()
    expect(drafts).to_have_count(2)
    assert violations(page) == []
    blank.get_by_role("button", name="Delete").click()
    drafts.get_by_label("It belongs to").select_option(SITE)
    item = drafts.filter(has_text=NAME)
    expect(item).to_contain_text("1 answers")
    item.get_by_role("link", name="Continue").click()
    expect(page.locator("input[name='MUD-01'][value='no']")).to_be_checked()


# A page waits up to half a minute before it asks again; what it then does is the same after a moment. Longer limits stay.
SOON = """{ const later = window.setTimeout;
    window.setTimeout = (act, ms = 0, ...given) => later(act, ms > 30_000 ? ms : Math.min(ms, 20), ...given); }"""


def test_a_first_visit_in_which_every_file_of_the_page_fails_once_heals_without_a_reload(phone, server):
    page = phone.new_page()
    page.add_init_script(SOON)
    failed = set()

    def once(route):
        name = re.sub(r"/v-[^/]*/", "/", route.request.url)
        if name in failed:
            return route.continue_()
        failed.add(name)
        return route.abort()

    page.route(re.compile(r"/static/.*\.(js|css)$|/api/work$"), once)
    page.goto(f"{server.address}/queue")
    expect(page.locator("#places li", has_text=NAME).first).to_contain_text("Ready without signal")
    assert page.evaluate("[...document.querySelectorAll('link[rel=stylesheet]')].every(({ sheet }) => sheet)")
    assert len(failed) > 20
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_a_worker_that_cannot_be_put_in_place_is_told_and_the_places_are_there_all_the_same(browser, server):
    context = browser.new_context(viewport=PHONE)
    context.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(context, server)
    context.add_init_script(
        """{ const { register } = ServiceWorkerContainer.prototype; let left = 2;
        ServiceWorkerContainer.prototype.register = function (...given) {
            return left-- > 0 ? Promise.reject(new TypeError("failed")) : register.apply(this, given);
        }; }"""
    )
    page = opened(context, server)
    expect(page.locator("#not-whole")).to_contain_text("It is tried again by itself")
    expect(page.locator("#places li", has_text=NAME).first).to_be_visible()
    expect(page.locator("#places li", has_text=NAME).first).to_contain_text("Ready without signal")
    expect(page.locator("#not-whole")).to_be_hidden()
    context.close()
