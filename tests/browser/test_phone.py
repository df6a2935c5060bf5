"""A surveyor's phone against a real server that is killed and comes back: nothing is lost, nothing is sent twice."""

import json
import os
import re
import signal
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from helpers import sending
from helpers.backups import backed_up, url_of
from helpers.phones import (
    EDITION,
    NAME,
    PHONE,
    SITE,
    entries,
    entry,
    freeze,
    in_store,
    kept_visits,
    me,
    on_server,
    opened,
    photos_kept,
    ready,
    send,
    shown,
    sign_in,
    unfold,
    until,
    visit,
)
from helpers.reading import violations
from helpers.served_scripts import size_on_the_wire
from rba_audit import accounts
from rba_audit.accounts import DEMO_PASSWORD
from rba_audit.fieldwork import differing_parts
from rba_audit.register.restoration import restore_backup
from rba_audit.review import move_visit


@pytest.fixture
def phone(browser, server):
    """A phone of a surveyor who is signed in."""
    context = browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce", accept_downloads=True)
    context.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(context, server)
    yield context
    context.close()


# --- a register that was restored


def test_what_was_sent_after_the_backup_that_was_restored_is_sent_again(phone, server, tmp_path):
    page = ready(phone, server)
    backed_up(server.folder, tmp_path / "backups")
    id = freeze(page, visit(page))
    send(page)
    assert entry(page, id)["state"] == "sent"
    server.kill()
    restore_backup(tmp_path / "backups", url_of(server.folder), replace=True)
    server.start()
    assert on_server(page, server, id).status == 401
    sign_in(phone, server)
    assert on_server(page, server, id).status == 404
    page.reload()
    until(page, f"async () => (await fetch('/api/visits/{id}')).status === 200")
    expect(shown(page, id, "#sent")).to_have_count(1)
    assert entry(page, id)["state"] == "sent"
    assert page.complaints == []


# --- without a server


def test_the_work_page_opens_with_the_server_dead(phone, server):
    page = ready(phone, server)
    server.kill()
    id = freeze(page, visit(page))
    page.reload()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    expect(page.locator("#places li", has_text=NAME).first).to_contain_text("Ready without signal")
    expect(shown(page, id)).to_contain_text("There was no connection.")
    expect(shown(page, id)).to_contain_text("Waiting")
    page.get_by_label("Search by name").fill("sari")
    expect(page.locator("#places li a").first).to_be_visible()
    page.get_by_label("Search by name").fill("no such place")
    expect(page.locator("#places-told")).to_have_text("No place is called that.")
    assert page.complaints == []


def test_the_form_of_a_place_opens_with_the_server_dead_and_what_is_finished_there_is_sent_later(phone, server):
    page = ready(phone, server)
    server.kill()
    page.locator("#places a", has_text=NAME).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(page.locator("#live")).to_be_visible()
    page.locator("#q-MUD-01 label", has=page.get_by_text("No", exact=True)).click()
    page.get_by_role("textbox", name="Name").first.fill("Sari")
    page.locator("input[name='visit.day']").fill((datetime.now(UTC) - timedelta(days=1)).date().isoformat())
    page.locator("label:has(input[name='visit.stage'][value='auditor'])").click()
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    waiting = page.locator("#outbox li")
    expect(waiting).to_contain_text(NAME)
    expect(waiting).to_contain_text("Waiting")
    server.start()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#outbox li")).to_have_count(0)
    unfold(page.locator("#sent summary"))
    expect(page.locator("#sent li")).to_contain_text("Receipt")
    assert page.complaints == []


def test_a_page_that_is_not_kept_says_so_and_leads_to_the_work(phone, server):
    page = ready(phone, server)
    server.kill()
    page.goto(f"{server.address}/standards/{EDITION}")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    page.locator("main").get_by_role("link", name="My work").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")


def test_the_form_of_an_older_edition_is_kept_once_something_was_begun_under_it(phone, server):
    page = ready(phone, server)
    draft = {
        "id": str(uuid4()),
        "site": SITE,
        "siteName": NAME,
        "edition": "rbra-2018",
        "author": me(page)["id"],
        "values": {"MUD-01": ["no"]},
        "notes": {},
        "items": [],
        "position": None,
        "photos": [],
        "begun_at": "2026-11-20T02:10:00Z",
        "changed_at": "2026-11-20T02:20:00Z",
        "at": "",
        "replaces": None,
    }
    in_store(page, "await store.put('drafts', given[0]);", draft)
    page.reload()
    until(page, "() => caches.match('/standards/rbra-2018/table.json', { ignoreSearch: true })")
    server.kill()
    item = shown(page, draft["id"], "#drafts")
    expect(item).to_contain_text("1 answers")
    item.get_by_role("link", name="Continue").click()
    expect(page.locator("#form")).to_have_attribute("data-edition", "rbra-2018")
    expect(page.locator("input[name='MUD-01'][value='no']")).to_be_checked()


def test_a_server_that_does_not_answer_in_four_seconds_is_not_waited_for(phone, server):
    page = ready(phone, server)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        page.goto(f"{server.address}/queue", wait_until="commit")
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")
        expect(page.locator("#places li", has_text=NAME).first).to_contain_text("Ready without signal")
    finally:
        os.kill(server.pid, signal.SIGCONT)


# --- sending


def test_what_is_sent_is_sent_whole_and_its_photos_stay_for_some_days_with_the_receipt(phone, server):
    page = ready(phone, server)
    pictures = [sending.picture(shade) for shade in (1, 2, 3)]
    document = visit(page, photos=[sending.named(each, "MUD-01") for each in pictures])
    server.kill()
    freeze(page, document, pictures)
    send(page)
    expect(shown(page, document["id"])).to_contain_text("0 of 3 photos sent")
    assert photos_kept(page, document["id"]) == 3
    server.start()
    send(page)
    kept = entry(page, document["id"])
    assert kept["state"] == "sent"
    assert kept["receipt"]["complete"]
    assert photos_kept(page, document["id"]) == 3
    assert on_server(page, server, document["id"]).json()["sha256"] == kept["sha256"]
    unfold(page.locator("#sent summary"))
    expect(shown(page, document["id"], "#sent")).to_contain_text(f"Receipt {kept['sha256'][:8]}")
    expect(shown(page, document["id"], "#sent")).to_contain_text("3 of 3 photos sent")
    expect(page.locator("#kept-photos")).to_contain_text("3 sent photos")
    week_ago = (datetime.now(UTC) - timedelta(days=7, minutes=1)).isoformat()
    in_store(
        page,
        "await store.change('outbox', given[0], (each) => ({ ...each, sent_at: given[1] }));",
        document["id"],
        week_ago,
    )
    send(page)
    assert photos_kept(page, document["id"]) == 0
    assert entries(page) == []


def test_a_photo_that_the_server_lost_is_sent_again_by_its_sender_alone_and_goes_first_when_room_is_short(
    phone, server
):
    page = ready(phone, server)
    pictures = [sending.picture(shade) for shade in (4, 5)]
    document = visit(page, photos=[sending.named(each) for each in pictures])
    id = freeze(page, document, pictures)
    send(page)
    lost = min((server.folder / "photos").rglob("*.jpg"))
    whole = lost.read_bytes()
    lost.unlink()
    sent = len(server.requests(f"PUT /api/visits/{id}/photos"))
    sign_in(phone, server, "reviewer")
    page.goto(f"{server.address}/queue")
    send(page)
    assert (lost.exists(), len(server.requests(f"PUT /api/visits/{id}/photos"))) == (False, sent)
    expect(page.locator("#kept-photos")).to_be_hidden()
    sign_in(phone, server)
    page.goto(f"{server.address}/queue")
    expect(shown(page, id)).to_have_count(0)
    until(page, f"async () => (await (await fetch('/api/visits/{id}')).json()).complete")
    assert lost.read_bytes() == whole
    assert len(server.requests(f"PUT /api/visits/{id}/photos")) == sent + 1
    in_store(
        page,
        "await (await import(document.querySelector('script[src*=\"/phone/\"]').src.replace(/phone\\/.*/, 'phone/free_space.js'))).makeRoom(1);",
    )
    assert photos_kept(page, id) == 1
    unfold(page.locator("#sent summary"))
    expect(page.locator("#kept-photos")).to_contain_text("1 sent photos were removed early")


@pytest.mark.parametrize(
    ("path", "shades"), [("PUT /api/visits/{id}", (11, 12)), ("PUT /api/visits/{id}/photos", (13, 14))]
)
def test_a_reply_that_is_lost_after_the_server_has_stored_makes_no_second_record(phone, server, path, shades):
    page = ready(phone, server)
    pictures = [sending.picture(shade) for shade in shades]
    document = visit(page, photos=[sending.named(each) for each in pictures])
    server.fault(f"die after {path.format(id=document['id'])}")
    freeze(page, document, pictures)
    send(page)
    server.died()
    assert entry(page, document["id"])["state"] == "waiting"
    assert photos_kept(page, document["id"]) == 2
    server.start()
    send(page)
    assert entry(page, document["id"])["state"] == "sent"
    server.kill()
    register = kept_visits(server)
    kept = register.visits.get(document["id"])
    assert [each.id for each in register.visits.chain(kept.root)] == [document["id"]]
    assert list(register.photos.missing(kept)) == []
    register.close()


def test_two_tabs_send_once(phone, server):
    page = ready(phone, server)
    other = ready(phone, server)
    server.kill()
    picture = sending.picture(21)
    document = visit(page, photos=[sending.named(picture)])
    freeze(page, document, [picture])
    server.start()
    for tab in (page, other):
        in_store(tab, "window.sent = send.drain({ force: true });")
    for tab in (page, other):
        tab.evaluate("() => window.sent")
    expect(shown(page, document["id"], "#sent")).to_have_count(1)
    expect(shown(other, document["id"], "#sent")).to_have_count(1)
    assert len(server.requests(f"PUT /api/visits/{document['id']}")) == 2, "the visit once and its photo once"


def test_the_worker_sends_what_waits_when_the_browser_wakes_it(phone, server):
    page = ready(phone, server)
    server.kill()
    document = visit(page)
    freeze(page, document)
    developer = phone.new_cdp_session(page)
    registrations = []
    developer.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    developer.send("ServiceWorker.enable")
    page.goto("about:blank")
    server.start()
    registration = next(each["registrationId"] for each in registrations if server.address in each["scopeURL"])
    told = {"origin": server.address, "registrationId": registration, "tag": "outbox", "lastChance": False}
    developer.send("ServiceWorker.dispatchSyncEvent", told)
    page.goto(f"{server.address}/healthz")
    until(
        page,
        """() => new Promise((resolve) => { const open = indexedDB.open("rba-audit"); open.onsuccess = () => {
        const all = open.result.transaction("outbox").objectStore("outbox").getAll();
        all.onsuccess = () => { open.result.close(); resolve(all.result[0].state === "sent"); }; }; })""",
    )


def test_a_danger_goes_before_every_visit_and_the_oldest_visit_before_the_others(phone, server):
    page = ready(phone, server)
    server.kill()
    first, second = visit(page), visit(page, site="alun-alun-barat")
    danger = sending.danger(id=str(uuid4()), author=me(page)["id"])
    for document in (first, second):
        freeze(page, document)
    freeze(page, danger, kind="danger")
    server.start()
    before = len(server.requests("PUT"))
    send(page)
    assert server.requests("PUT")[before:] == [
        f"PUT /api/dangers/{danger['id']}",
        f"PUT /api/visits/{first['id']}",
        f"PUT /api/visits/{second['id']}",
    ]
    assert {each["state"] for each in entries(page)} == {"sent"}


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(phone, server):
    page = ready(phone, server)
    document = visit(page)
    server.fault(f"503 before PUT /api/visits/{document['id']}")
    freeze(page, document)
    send(page)
    kept = entry(page, document["id"])
    assert kept["problem"] == "busy"
    assert datetime.fromisoformat(kept["not_before"]) > datetime.now(UTC) + timedelta(minutes=4)
    expect(shown(page, document["id"])).to_contain_text("The server is busy.")
    before = len(server.requests(document["id"]))
    send(page)
    assert len(server.requests(document["id"])) == before


def test_a_fault_of_the_server_with_one_visit_does_not_hold_up_the_next(phone, server):
    page = ready(phone, server)
    server.kill()
    first, second = visit(page), visit(page)
    for document in (first, second):
        freeze(page, document)
    server.fault(f"500 before PUT /api/visits/{first['id']}")
    server.start()  # the worker may send as soon as there is a server
    send(page)
    assert entry(page, first["id"])["problem"] == "server"
    assert entry(page, second["id"])["state"] == "sent"


# --- refused, signed out, somebody else's


def test_what_is_refused_stays_with_its_reason_and_opens_as_a_draft_with_its_photos(phone, server):
    page = ready(phone, server)
    picture = sending.picture(31)
    document = visit(page, auditor=" ", answers={"LOK-03": 1.25}, photos=[sending.named(picture, "LOK-03")])
    freeze(page, document, [picture])
    send(page)
    page.reload()
    item = shown(page, document["id"])
    expect(item).to_contain_text("Refused")
    told = entry(page, document["id"])["told"] or entry(page, document["id"])["refusal"]["problems"][0]["told"]
    expect(item).to_contain_text(told)
    assert photos_kept(page, document["id"]) == 1
    item.get_by_role("button", name="Open as a new version").click()
    page.wait_for_url("**/audit?**")
    expect(page.locator("input[type=text][name='LOK-03']")).to_have_value("1.25")
    expect(page.locator("#form .thumbs img")).to_have_count(1)
    page.goto(f"{server.address}/queue")
    expect(page.locator("#outbox .summary-line")).to_have_text("Nothing is waiting to be sent.")


def test_a_visit_that_is_kept_with_other_words_shows_both_sides(phone, server):
    page = ready(phone, server)
    document = visit(page, answers={"MUD-01": "yes"})
    kept = page.context.request.put(f"{server.address}/api/visits/{document['id']}", data=sending.as_bytes(document))
    assert kept.status == 201, kept.text()
    freeze(page, {**document, "answers": {"MUD-01": "no"}})
    send(page)
    item = shown(page, document["id"])
    unfold(item.locator("summary"))
    expect(item.locator("tbody tr")).to_have_count(1)
    assert re.findall(r"MUD-01|\bno\b|\byes\b", item.locator("tbody tr").inner_text()) == ["MUD-01", "no", "yes"]
    item.get_by_role("button", name="See both side by side").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAME}: two versions")
    expect(page.locator("main")).to_contain_text("Not taken")
    page.goto(f"{server.address}/queue")
    item.get_by_role("button", name="Open as a new version").click()
    page.wait_for_url("**/audit?**")
    draft = in_store(page, "return (await store.all('drafts'))[0];")
    assert draft["replaces"] == document["id"]
    assert draft["id"] != document["id"]
    assert draft["values"]["MUD-01"] == ["no"]


def test_signed_out_nothing_is_lost_and_signing_in_sends_it(phone, server):
    page = ready(phone, server)
    phone.clear_cookies(name="rba")
    id = freeze(page, visit(page))
    send(page)
    expect(shown(page, id)).to_contain_text("Waiting for you to sign in")
    expect(shown(page, id).get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in?next=/queue")
    sign_in(phone, server)
    page.reload()
    expect(shown(page, id, "#sent")).to_have_count(1)


def test_another_persons_work_is_named_as_theirs_and_never_sent_under_this_session(phone, server):
    page = ready(phone, server)
    server.kill()
    id = freeze(page, visit(page))
    server.start()
    phone.clear_cookies(name="rba")
    sign_in(phone, server, "surveyor-2")
    page.goto(f"{server.address}/queue")
    expect(shown(page, id)).to_contain_text("This belongs to Sari; sign in as Sari to send it.")
    send(page)
    assert server.requests(id) == []
    phone.clear_cookies(name="rba")
    sign_in(phone, server)
    page.goto(f"{server.address}/queue")
    send(page)
    assert entry(page, id)["state"] == "sent"


def test_signing_out_takes_the_kept_pages_away_and_leaves_the_work(phone, server):
    page = ready(phone, server)
    server.kill()
    id = freeze(page, visit(page))
    server.start()
    page.evaluate(
        """() => { const form = document.createElement("form"); form.method = "post"; form.action = "/sign-out";
        document.body.append(form); form.submit(); }"""
    )
    page.wait_for_url("**/sign-in**")
    until(page, "async () => !(await caches.match('/queue'))")
    count = page.evaluate(
        """() => new Promise((resolve) => { const open = indexedDB.open("rba-audit"); open.onsuccess = () => {
        const all = open.result.transaction("outbox").objectStore("outbox").getAllKeys();
        all.onsuccess = () => { open.result.close(); resolve(all.result); }; }; })"""
    )
    assert count == [id]


# --- by hand: a file, deleting, and what is late


def test_the_queue_saved_as_a_file_and_handed_over_gives_identical_records(phone, browser, server):
    page = ready(phone, server)
    server.kill()
    picture = sending.picture(41)
    document = visit(page, note="Gerbang “utara” – ümlaut", photos=[sending.named(picture, "MUD-01")])
    danger = sending.danger(id=str(uuid4()), author=me(page)["id"])
    freeze(page, document, [picture])
    freeze(page, danger, kind="danger")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the queue as a ZIP file").click()
    path = server.folder / "queue.zip"
    download.value.save_as(path)
    frozen = {each["id"]: each["sha256"] for each in entries(page)}
    with zipfile.ZipFile(path) as parcel:
        assert parcel.testzip() is None
        assert sorted(parcel.namelist()) == sorted(
            [
                "manifest.json",
                f"visits/{document['id']}.json",
                f"dangers/{danger['id']}.json",
                f"photos/{sending.hash_of(picture)}.jpg",
            ]
        )
        assert sending.hash_of(parcel.read(f"visits/{document['id']}.json")) == frozen[document["id"]]
        assert sending.hash_of(parcel.read(f"dangers/{danger['id']}.json")) == frozen[danger["id"]]
        assert parcel.read(f"photos/{sending.hash_of(picture)}.jpg") == picture
    server.start()
    desk = browser.new_context()
    desk.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(desk, server)
    other = opened(desk, server)
    for _ in range(2):  # handing it over twice does no harm
        other.get_by_label("Hand over a ZIP file").set_input_files(path)
        expect(other.locator("#parcel-told")).to_contain_text("are on the server now")
        receipt = on_server(page, server, document["id"]).json()
        assert (receipt["sha256"], receipt["complete"]) == (frozen[document["id"]], True)
        assert (
            on_server(page, server, f"{document['id']}/document").body()
            == json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        )
    handed = on_server(page, server, document["id"]).json()
    desk.close()
    send(page)
    kept = entry(page, document["id"])
    assert {each["state"] for each in entries(page)} == {"sent"}
    assert {**kept["receipt"], "remarks": []} == {**handed, "remarks": []}, (
        "the receipt is the same, whichever way it came"
    )
    assert len(server.requests(f"PUT /api/visits/{document['id']}/photos")) == 0, "what is there is not sent again"


def test_who_is_kept_out_saves_what_waits_without_an_account_also_offline_and_a_colleague_hands_it_over(
    phone, browser, server
):
    page = ready(phone, server)
    server.kill()
    picture = sending.picture(43)
    document = visit(page, photos=[sending.named(picture, "MUD-01")])
    document["begun_at"] = datetime.now(UTC).isoformat()
    freeze(page, document, [picture])
    with closing(kept_visits(server)) as register:
        accounts.set_active(register, document["author"], active=False, by=None)
    server.start()
    page.goto(f"{server.address}/queue")
    page.wait_for_url("**/sign-in**")
    page.get_by_label("Login").fill("surveyor")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("an administrator keeps this account out")
    until(page, "async () => !(await caches.match('/queue')) && Boolean(await caches.match('/waiting'))")
    server.kill()
    page.goto(f"{server.address}/waiting")
    expect(page.locator("#waiting li")).to_contain_text(NAME)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the queue as a ZIP file").click()
    expect(page.locator("#told")).to_contain_text("It stays in the list until the server has it.")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    path = server.folder / "kept-out.zip"
    download.value.save_as(path)
    (server.folder / "broken.zip").write_bytes(b"PK")
    server.start()
    colleague = browser.new_context(viewport=PHONE)
    colleague.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(colleague, server, "surveyor-2")
    other = opened(colleague, server)
    other.get_by_label("Hand over a ZIP file").set_input_files([path, server.folder / "broken.zip"])
    told = other.locator("#parcel-told")
    expect(told).to_contain_text("kept-out.zip: Of 2 records in the file, 1 are on the server now.")
    expect(told).to_contain_text("broken.zip: The file could not be handed over: This is no parcel of a phone")
    expect(other.locator("#parcel-list li").first).to_contain_text(f"Full visit: {NAME}, by Sari – taken · receipt")
    expect(other.locator("#parcel-list li").first).to_contain_text("before Sari was kept out.")
    expect(other.locator("#parcel-list li").last).to_contain_text("taken")
    assert violations(other) == []
    assert other.complaints == page.complaints == []
    colleague.close()
    server.kill()
    with closing(kept_visits(server)) as register:
        kept = register.visits.get(document["id"])
        assert kept.author == document["author"]
        assert register.photos.missing(kept) == ()
        assert register.deliveries.delivered_by(kept.id).person_id != kept.author
        accounts.set_active(register, kept.author, active=True, by=None)  # others of this file come in as Sari
    server.start()


def test_a_refused_visit_can_be_saved_and_deleted_and_deleting_can_be_taken_back(phone, server):
    page = ready(phone, server)
    picture = sending.picture(51)
    id = freeze(page, visit(page, site="nowhere-at-all", photos=[sending.named(picture)]), [picture])
    send(page)
    item = shown(page, id)
    with page.expect_download():
        item.get_by_role("button", name="Save as a file").click()
    item.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep it").click()
    expect(item).to_have_count(1)
    item.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(item).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(item).to_have_count(1)
    assert photos_kept(page, id) == 1
    item.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(item).to_have_count(0)

    # For a day also after the page was closed; then it goes, photos and all.
    page.close()
    page = opened(phone, server)
    deleted = page.locator("#deleted")
    unfold(deleted.locator("summary"))
    deleted.get_by_role("button", name="Undo").click()
    expect(shown(page, id)).to_have_count(1)
    expect(deleted).to_be_hidden()
    gone = """const { take, letGo } = await import(base + "trash.js");
    await take("outbox", given[0], Date.now() - given[1] * 3600_000);
    await letGo();
    return [(await store.all("removed")).length, (await store.all("photos", given[0])).length, (await store.all("outbox")).length];"""
    assert in_store(page, gone, id, 23) == [1, 1, 0]
    in_store(page, 'const { bringBack } = await import(base + "trash.js"); await bringBack(`outbox ${given[0]}`);', id)
    assert in_store(page, gone, id, 25) == [0, 0, 0]


def test_the_head_of_every_page_says_how_much_was_not_sent_and_what_is_late_is_marked(phone, server):
    page = ready(phone, server)
    server.kill()
    late, fresh = freeze(page, visit(page)), freeze(page, visit(page))
    page.goto(f"{server.address}/sites/{SITE}/audit")
    badge = page.locator(".unsent")
    expect(badge).to_have_text("Not sent yet: 2")
    expect(badge).not_to_have_class(re.compile(r"\blate\b"))
    in_store(
        page,
        "await store.change('outbox', given[0], (entry) => ({...entry, since: given[1]}));",
        late,
        (datetime.now(UTC) - timedelta(days=3, minutes=1)).isoformat(),
    )
    page.reload()
    expect(badge).to_have_text("Not sent for days: 2")
    expect(badge).to_have_class(re.compile(r"\blate\b"))
    badge.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    expect(shown(page, late)).to_have_class(re.compile(r"\blate\b"))
    expect(shown(page, late)).to_contain_text("Not sent for 3 days.")
    expect(shown(page, fresh)).not_to_have_class(re.compile(r"\blate\b"))


def test_a_receipt_is_kept_for_seven_days_and_then_let_go(phone, server):
    page = ready(phone, server)
    old, new = freeze(page, visit(page)), freeze(page, visit(page))
    send(page)
    expect(shown(page, old, "#sent")).to_have_count(1)
    in_store(
        page,
        "await store.change('outbox', given[0], (entry) => ({...entry, sent_at: given[1]}));",
        old,
        (datetime.now(UTC) - timedelta(days=8)).isoformat(),
    )
    send(page)
    assert [each["id"] for each in entries(page)] == [new]


# --- what a reviewer sent back


def test_a_correction_without_a_server_is_what_was_sent_and_the_one_change(phone, server):
    page = ready(phone, server)
    pictures = [sending.picture(shade) for shade in (61, 62)]
    swing = {"id": str(uuid4()), "kind": "swing", "name": "Ayunan biru", "gone": False, "note": "karat"}
    document = visit(
        page,
        answers={"has_ramp": "yes", "MUD-01": "no", "LOK-03": 812.5, "MUD-04.width": 120},
        notes={"MUD-01": "Landai"},
        note="Hujan",
        day="2026-11-20",
        items=[{**swing, "answers": {"PRL-04": 1.5}}],
        photos=[sending.named(pictures[0], "MUD-01"), sending.named(pictures[1], item=swing["id"])],
        position={
            "lon": 106.15835,
            "lat": -6.11275,
            "accuracy_m": 8,
            "how": "gps",
            "fixes": 3,
            "gps": None,
            "reason": "",
        },
    )
    freeze(page, document, pictures)
    send(page)
    server.kill()
    register = kept_visits(server)
    reviewer = next(each for each in register.people.all() if each.login == "reviewer")
    note = {"MUD-01": "Ramp not in the photo"}
    move_visit(register, reviewer, document["id"], to="has_issues", seq=0, note="Please look again", notes=note)
    register.close()
    server.start()
    page.reload()
    fix = page.locator(f"#fix-{document['id']}")
    expect(fix).to_contain_text("Ramp not in the photo")
    until(
        page,
        """() => new Promise((resolve) => { const open = indexedDB.open("rba-audit"); open.onsuccess = () => {
        const all = open.result.transaction("openings").objectStore("openings").getAll();
        all.onsuccess = () => { open.result.close(); resolve(all.result.some(({ replaces }) => replaces)); }; }; })""",
    )
    # Where it could not be fetched in time, the phone has what it sent itself.
    in_store(page, "await store.remove('openings', given);", SITE, EDITION)
    server.kill()
    page.reload()
    fix.get_by_role("link", name="Correct it").click()
    expect(page.locator("#fix")).to_contain_text("Ramp not in the photo")
    expect(page.locator("#fix")).to_contain_text("answers 4, items of equipment 1, photos 2")
    expect(page.locator("input[name='MUD-01'][value='no']")).to_be_checked()
    page.locator("#q-MUD-01").scroll_into_view_if_needed()  # a picture has no size until it is loaded
    page.wait_for_function("() => document.querySelector('#q-MUD-01 img')?.naturalWidth > 0")  # from this phone

    page.reload()  # a phone that threw the page out goes on with it
    expect(page.locator("#live")).to_be_visible()
    page.locator("#q-MUD-01 label", has=page.get_by_text("Partly", exact=True)).click()
    page.locator("[id='LOK-03']").fill("")
    page.locator("#q-MUD-01 .thumbs button").click()
    page.get_by_role("button", name="Send the visit").press("Enter")
    asked = page.locator("#ask-left")
    expect(asked).to_contain_text("Version 1 has this, and the new version has it no more: 2")
    expect(asked.locator("li").nth(1)).to_contain_text("Photo: ")
    asked.get_by_role("button", name="Put it back").click()
    expect(page.locator("[id='LOK-03']")).to_have_value("812.5")
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    expect(fix).to_contain_text("The correction is finished and waits to be sent.")
    server.start()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#outbox li")).to_have_count(0)

    [later] = [each for each in entries(page) if each["id"] != document["id"]]
    made = on_server(page, server, f"{later['id']}/document").json()
    assert [(each["path"], each["sent"]) for each in differing_parts(document, made)] == [("answers.MUD-01", "partial")]
    assert (made["replaces"], later["receipt"]["version"], later["receipt"]["complete"]) == (document["id"], 2, True)
    assert server.requests(f"PUT /api/visits/{later['id']}/photos") == [], "what is there is not sent again"
    assert page.complaints == []


# --- children


def test_the_childrens_questions_open_with_the_server_dead_and_their_answers_arrive_later(phone, server):
    page = ready(phone, server)
    server.kill()
    page.goto(f"{server.address}/forum")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{server.address}/forum/{SITE}")
    page.get_by_label("This child has heard").check()
    page.get_by_label("A parent, guardian").check()
    page.get_by_role("button", name="I want to take part").click()
    page.get_by_role("radio", name="I like it").check()
    thanks = page.get_by_role("heading", name="Thank you!")
    while not page.get_by_role("button", name="Send", exact=True).is_visible():
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(thanks).to_be_visible()
    expect(page.locator("#outbox")).to_contain_text("Answers waiting on this phone: 1.")
    server.start()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox")).to_be_hidden()
    server.kill()
    register = kept_visits(server)
    [sheet] = [sheet for batch in register.child_sheets.batches(SITE) for sheet in batch]
    assert list(sheet.answers.values()) != []
    register.close()


# --- the storage and the worker themselves


def test_an_upgrade_of_the_storage_leaves_a_full_queue_as_it_was(phone, server):
    page = ready(phone, server)
    server.kill()
    pictures = [sending.picture(shade) for shade in range(61, 66)]
    for _ in range(12):
        freeze(page, visit(page, photos=[sending.named(each) for each in pictures]), pictures)
    before = entries(page)
    assert len(before) == 12
    newer = opened(phone, server)  # while a page with the older script stays open and goes on reading and writing
    names = in_store(
        newer,
        """store.STEPS.push((database) => database.createObjectStore("more"));
        (await store.open()).close();
        await store.all("outbox");
        const database = await store.open();
        return [database.version, [...database.objectStoreNames]];""",
    )
    assert names == [4, ["drafts", "fixes", "more", "openings", "outbox", "photos", "places", "removed", "work"]]
    assert {each["id"]: each["sha256"] for each in entries(page)} == {each["id"]: each["sha256"] for each in before}
    assert photos_kept(page, before[0]["id"]) == 5


def test_a_database_that_the_browser_closed_is_opened_again(phone, server):
    page = ready(phone, server)
    server.kill()
    id = str(uuid4())
    kept = in_store(
        page,
        """(await store.open()).close();
        await store.put("drafts", { id: given[0], site: "x", edition: "rbra-2024", values: {}, photos: [], begun_at: new Date().toISOString() });
        return (await store.get("drafts", given[0])).id;""",
        id,
    )
    assert kept == id


def test_freezing_twice_keeps_the_first_bytes_and_takes_the_draft_in_the_same_step(phone, server):
    page = ready(phone, server)
    server.kill()
    document = visit(page)
    first, second, drafts = in_store(
        page,
        """const [document] = given;
        await store.put("drafts", { id: document.id, site: document.site, edition: document.edition, values: {}, photos: [], begun_at: document.begun_at });
        const first = await store.freeze(document, { draft: document.id });
        const second = await store.freeze({ ...document, note: "changed" }, { draft: document.id });
        return [first.sha256, second.sha256, (await store.all("drafts")).length];""",
        document,
    )
    assert first == second
    assert drafts == 0


def test_a_new_version_is_offered_and_put_in_place_only_when_asked_for(phone, server):
    page = ready(phone, server)
    old = page.evaluate("() => caches.keys()")
    server.kill()
    id = freeze(page, visit(page))
    server.start("0123456789abcdef", "rbra-2022")
    try:
        page.reload()
        newer = page.locator(".newer")
        expect(newer).to_be_visible()
        told = re.compile(
            r"^Ready without signal: (\d+) of \1 places, under rbra-2024. The server judges by rbra-2022 now"
        )
        expect(page.locator("#preparing p")).to_have_text(told)
        expect(page.locator("#places li", has_text="Needs signal to open")).to_have_count(0)
        assert set(old) < set(page.evaluate("() => caches.keys()")), "the old one is kept as long as it is at work"
        with page.expect_navigation():
            newer.get_by_role("button", name="Load it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")
        expect(page.locator("#preparing p")).to_have_text(re.compile(r"^Ready without signal: (\d+) of \1 places$"))
        new = set(page.evaluate("() => caches.keys()")) - {
            "ground"
        }  # what lies under maps is of no version of the pages
        assert new == {"assets-0123456789abcdef", "pages-0123456789abcdef"}
        expect(shown(page, id, "#sent")).to_have_count(1)
    finally:
        server.kill()


def test_pages_and_their_parts_carry_one_version_and_never_touch_what_is_sent(phone, server):
    page = ready(phone, server)
    name = next(each for each in page.evaluate("() => caches.keys()") if each.startswith("assets-"))
    sources = page.evaluate("() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)")
    parts = [each for each in sources if each.startswith("/static/")]
    assert len(parts) > 5
    assert all(each.startswith(f"/static/v-{name.removeprefix('assets-')}/") for each in parts)
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat()"""
    )
    # Streets and water are nobody's; what is about a place or a person is kept in no cache.
    assert not [each for each in kept if each.startswith("/api/") and not each.startswith("/api/ground")]


# --- for everybody, and on any phone


def test_the_work_page_fits_and_a_screen_reader_finds_nothing_amiss(browser, server):
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_cookies([{"name": "lang", "value": "en", "url": server.address}])
    sign_in(context, server)
    page = ready(context, server)
    document = visit(page, answers={"MUD-01": "yes"})
    page.context.request.put(f"{server.address}/api/visits/{document['id']}", data=sending.as_bytes(document))
    freeze(page, {**document, "answers": {"MUD-01": "no"}})
    freeze(page, visit(page))
    send(page)
    in_store(
        page,
        """await store.put("drafts", { id: "d", site: "x", siteName: "Taman", edition: "rbra-2024", values: {}, photos: [], begun_at: new Date().toISOString() });""",
    )
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => (each.open = true))")
    expect(page.locator("#drafts li")).to_have_count(1)
    for size in (PHONE, {"width": 320, "height": 640}, {"width": 1280, "height": 900}):
        page.set_viewport_size(size)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
        small = page.evaluate(
            """() => [...document.querySelectorAll('main :is(button, summary, .button, a, input)')]
            .map((each) => [each.getBoundingClientRect(), each]).filter(([box]) => box.width && (box.height < 48 || box.width < 44)).map(([box, each]) => each.outerHTML)"""
        )
        assert small == []
        assert violations(page) == []
    context.close()


def test_the_manifest_and_its_icons_are_there(phone, server):
    manifest = phone.request.get(f"{server.address}/manifest.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    for icon in manifest.json()["icons"]:
        found = phone.request.get(server.address + icon["src"])
        width = int.from_bytes(found.body()[16:20], "big")
        assert f"{width}x{width}" == icon["sizes"]


@pytest.mark.parametrize("path", ["/queue", "/places/propose", f"/sites/{SITE}/audit"])
def test_no_page_of_the_field_loads_more_than_sixty_kilobytes_of_script(phone, server, path):
    page = opened(phone, server, path)
    page.wait_for_load_state("networkidle")
    names = page.evaluate("() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)")
    loaded = {re.sub(r"^/static/v-\w+/", "", each) for each in names if each.endswith(".js")} | {"phone/worker.js"}
    assert len(loaded) > 3
    assert size_on_the_wire(loaded) <= 60_000
