"""What a surveyor has beside the questions: photos, notes, position, danger, what was answered before, what a reviewer sent back."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count, product
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from helpers.oracle import Oracle
from helpers.phones import unfold
from helpers.surveying import SITI, frozen, jpeg, kept, listened, module, phone, signed_in
from helpers.visits import put_visit, take_visit
from rba_audit.fieldwork import differing_parts, take_photo
from rba_audit.layers import ContextFeature
from rba_audit.register import Photo, Visit
from rba_audit.register.person_records import Person
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")
RINA = Person("rina-1", "rina", "Rina", "reviewer", ("*",), True)


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def boundary(name, code, shape):
    properties = {"layer": "boundary", "name": name, "code": code}
    return ContextFeature("boundary", name, code, {"type": "Feature", "properties": properties, "geometry": shape})


BOUNDARIES = (
    boundary("Kota Baru", "36.73.01.1004", square(106.14, -6.13, 106.16, -6.11)),
    boundary("Cimuncang", "36.73.01.1003", square(106.16, -6.13, 106.18, -6.11)),
)


@pytest.fixture(scope="module")
def surroundings():
    return BOUNDARIES


_NUMBERS = count()


@pytest.fixture
def site(register) -> str:
    name = f"taman-{next(_NUMBERS)}"
    properties = {"name": "Taman", "scale": "rw", "kelurahan_code": "36.73.01.1004"}
    outline = square(106.15, -6.12, 106.1504, -6.1196)
    register.import_features([{"type": "Feature", "id": name, "properties": properties, "geometry": outline}])
    return name


def opened(browser, here, site, **options) -> Page:
    page = listened(phone(browser, here, **options).new_page())
    page.goto(f"{here[0]}/sites/{site}/audit")
    expect(page.locator("#live")).to_be_visible()
    return page


@pytest.fixture
def page(browser, here, site) -> Iterator[Page]:
    started = opened(
        browser,
        here,
        site,
        permissions=["geolocation"],
        geolocation={"latitude": -6.1198, "longitude": 106.1502, "accuracy": 35},
    )
    yield started
    before_closing = [each for each in started.complaints if "Failed to load resource" not in each]
    started.context.close()
    assert before_closing == []


def box(page, question):
    return page.locator(f"[id='q-{question}']")


def choose(page, question, words):
    page.locator(f"[id='q-{question}'] label", has=page.get_by_text(words, exact=True)).click()


def send_away(page):
    page.get_by_role("radio", name="auditor's visit").check()
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    return frozen(page)[-1]


def photograph(page, question, *files, button="Photo, no faces"):
    with page.expect_file_chooser() as chooser:
        box(page, question).get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(
        [{"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": data} for number, data in enumerate(files)]
    )


def test_a_photo_is_made_smaller_upright_and_travels_without_its_place(page):
    choose(page, "MUD-01", "No")
    photograph(page, "MUD-01", jpeg((200, 0, 0), orientation=6))
    expect(box(page, "MUD-01").locator("img")).to_have_count(1)
    [photo] = send_away(page)["photos"]
    assert (photo["question"], photo["position"]["accuracy_m"]) == ("MUD-01", 35)
    data = page.evaluate(
        """async () => {
            const open = indexedDB.open("rba-audit");
            const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
            const request = database.transaction("photos").objectStore("photos").getAll();
            const [{bytes}] = await new Promise((done) => { request.onsuccess = () => done(request.result); });
            return [...new Uint8Array(bytes)];
        }"""
    )
    picture = Image.open(io.BytesIO(bytes(data)))
    assert (picture.format, picture.size, len(data)) == ("JPEG", (800, 1600), photo["bytes"])
    assert dict(picture.getexif()) == {}
    assert picture.getpixel((790, 10))[1] > 200, "the white corner turned to the right"


def test_twenty_photos_at_once_and_the_same_one_twice_are_each_kept_once(page):
    pictures = [jpeg((number * 12, 0, 0), (64, 64)) for number in range(20)]
    photograph(page, "MUD-01", *pictures, button="Gallery")
    expect(box(page, "MUD-01").locator("img")).to_have_count(20)
    photograph(page, "MUD-01", pictures[3])
    expect(box(page, "MUD-01")).to_contain_text("is here already")
    photograph(page, "LOK-08", pictures[3])
    expect(box(page, "LOK-08").locator("img")).to_have_count(1)
    assert len(kept(page, "photos")) == 20
    photos = send_away(page)["photos"]
    assert len(photos) == 21
    assert len({photo["sha256"] for photo in photos}) == 20


def test_a_photo_can_be_removed_and_brought_back(page):
    photograph(page, "MUD-01", jpeg((9, 9, 9), (64, 64)))
    box(page, "MUD-01").get_by_role("button", name="Remove").click()
    expect(box(page, "MUD-01").locator("img")).to_have_count(0)
    box(page, "MUD-01").get_by_role("button", name="Undo").click()
    expect(box(page, "MUD-01").locator("img")).to_have_count(1)
    box(page, "MUD-01").get_by_role("button", name="Remove").click()
    choose(page, "MUD-01", "No")
    assert send_away(page)["photos"] == []
    assert kept(page, "photos") == [], "what nobody names is not left behind"


def test_what_cannot_be_opened_is_told_and_a_readable_original_is_kept(page):
    photograph(page, "MUD-01", b"\0\0\0\x18ftypheic" + bytes(100))
    expect(box(page, "MUD-01")).to_contain_text("cannot be opened on this phone")
    photograph(page, "LOK-08", b"\xff\xd8\xff\xe0 broken for the browser")
    expect(box(page, "LOK-08")).to_contain_text("kept as it is")
    assert len(kept(page, "photos")) == 1


def test_photos_and_notes_are_there_after_a_reload_at_the_question(page):
    choose(page, "MUD-01", "No")
    box(page, "MUD-01").get_by_role("button", name="Note").click()
    page.keyboard.type("Steps at the gate")
    photograph(page, "MUD-01", jpeg((1, 2, 3), (64, 64)))
    expect(box(page, "MUD-01").locator("img")).to_have_count(1)
    page.reload()
    expect(box(page, "MUD-01").locator("img")).to_have_count(1)
    expect(box(page, "MUD-01").locator("textarea")).to_have_value("Steps at the gate")
    expect(box(page, "MUD-01")).to_be_in_viewport()


def test_the_last_answer_stands_beside_and_is_copied_by_a_press_only(browser, here, register, site):
    answers = {"MUD-01": "yes", "LOK-08": 1200, "UDR-01.smells": ["none"]}
    take_visit(
        register, STANDARD, site, answers, auditor="S", day=date(2026, 11, 1), stage="self", note="", author=SITI.id
    )
    page = opened(browser, here, site)
    expect(box(page, "LOK-08")).to_contain_text("Last visit, 1 Nov 2026: 1,200 m")
    expect(page.locator("[id='LOK-08']")).to_have_value("")
    box(page, "LOK-08").get_by_role("button", name="Same as before").click()
    expect(page.locator("[id='LOK-08']")).to_have_value("1200")
    choose(page, "MUD-01", "No")
    expect(box(page, "MUD-01")).to_contain_text("differs from before")
    document = send_away(page)
    assert document["answers"] == {"scale": "rw", "LOK-08": 1200, "MUD-01": "no"}
    page.context.close()


def test_what_somebody_else_found_lately_is_not_told(browser, here, register, site):
    signed_in(register, RINA)
    take_visit(
        register,
        STANDARD,
        site,
        {"MUD-01": "yes", "has_ramp": "yes"},
        auditor="R",
        day=datetime.now(UTC).date(),
        stage="auditor",
        note="",
        author=RINA.id,
    )
    page = opened(browser, here, site)
    expect(box(page, "MUD-01").locator(".earlier")).to_have_count(0)
    expect(page.locator("#q-has_ramp input:checked")).to_have_count(0)
    page.context.close()


def test_a_visit_that_was_sent_back_becomes_a_list_of_corrections(browser, here, register, site):
    signed_in(register, RINA)
    sent = take_visit(
        register,
        STANDARD,
        site,
        {"MUD-01": "yes", "LOK-08": 60},
        auditor="S",
        day=date(2026, 11, 20),
        stage="self",
        note="",
        author=SITI.id,
    )
    notes = {"MUD-01": "The photo shows steps."}
    register.reviews.make(
        sent.id, seq=0, to="has_issues", visit_id=sent.id, person_id=RINA.id, note="Look again.", notes=notes
    )
    page = opened(browser, here, site)
    expect(page.locator("#fix li")).to_have_count(2)
    expect(box(page, "MUD-01").locator(".from-reviewer")).to_contain_text("The photo shows steps.")
    expect(page.locator("[id='LOK-08']")).to_have_value("60")
    page.locator("#fix").get_by_role("link").click()
    expect(box(page, "MUD-01")).to_be_in_viewport()
    choose(page, "MUD-01", "No")
    document = send_away(page)
    assert document["replaces"] == sent.id
    assert document["answers"] == {"MUD-01": "no", "LOK-08": 60}
    assert (document["auditor"], document["day"]) == ("S", "2026-11-20")
    page.context.close()


def test_a_correction_takes_over_items_notes_photos_and_the_position(browser, here, register, site):
    signed_in(register, RINA)
    picture = jpeg((0, 90, 0), (64, 64))
    names = {"sha256": sha256(picture).hexdigest(), "question": "MUD-01", "item": ""}
    swing = {
        "id": "swing-1",
        "kind": "swing",
        "name": "Ayunan biru",
        "gone": False,
        "answers": {"PRL-04": 1.5},
        "note": "",
    }
    position = {"lon": 106.1502, "lat": -6.1198, "accuracy_m": 8.0, "how": "gps"}
    sent = put_visit(
        register.visits,
        Visit(
            id=str(uuid4()),
            site_id=site,
            edition="rbra-2024",
            stage="auditor",
            auditor="Siti",
            day=date(2026, 11, 20),
            answers={"MUD-01": "yes"},
            note="Hujan",
            author=SITI.id,
            notes={"MUD-01": "Landai"},
            items=(swing,),
            photos=(Photo(**names), Photo("0" * 64, "MUD-01")),
            position=position,
        ),
    )
    take_photo(register, sent.id, names["sha256"], picture, SITI)
    register.reviews.make(
        sent.id, seq=0, to="has_issues", visit_id=sent.id, person_id=RINA.id, note="Look again.", notes={}
    )
    page = opened(browser, here, site)
    expect(page.locator(".item-head")).to_contain_text("Ayunan biru")
    expect(page.locator("#fix")).to_contain_text("Photos that are neither on the server nor on this phone: 1.")
    expect(box(page, "MUD-01").locator("textarea")).to_have_value("Landai")
    expect(box(page, "MUD-01").locator("img")).to_have_count(1)
    box(page, "MUD-01").scroll_into_view_if_needed()  # a picture has no size until it is loaded
    page.wait_for_function("() => document.querySelector('#q-MUD-01 img').naturalWidth > 0")  # shown from the server
    expect(page.locator("#position-told")).to_contain_text("Position taken from GPS: ±8 m")
    page.reload()
    expect(page.locator(".item-head")).to_contain_text("Ayunan biru")
    page.get_by_role("button", name="Send the visit").press("Enter")
    expect(page.locator("#ask-left li")).to_have_count(1)  # the photo that nobody has
    page.get_by_role("button", name="Send without it").click()
    page.wait_for_url("**/queue")
    document = frozen(page)[-1]
    assert (document["replaces"], document["stage"], document["note"]) == (sent.id, "auditor", "Hujan")
    assert (document["items"], document["notes"], document["position"]) == ([swing], {"MUD-01": "Landai"}, position)
    assert [(each["sha256"], each["question"]) for each in document["photos"]] == [(names["sha256"], "MUD-01")]
    page.context.close()


def test_a_draft_begun_without_what_was_sent_is_asked_about_and_its_own_answers_stand(browser, here, register, site):
    signed_in(register, RINA)
    answers = {"MUD-01": "yes", "LOK-08": 60, "LOK-03": 800}
    sent = put_visit(
        register.visits,
        Visit(str(uuid4()), site, "rbra-2024", "auditor", "Siti", date(2026, 11, 20), answers, "Hujan", author=SITI.id),
    )
    page = opened(browser, here, site)
    choose(page, "MUD-01", "No")  # begun before it was sent back
    page.wait_for_function("() => document.querySelector('#live').textContent")
    page.evaluate(f"() => import('{module(page, 'draft.js')}').then(({{ save }}) => save())")
    register.reviews.make(
        sent.id, seq=0, to="has_issues", visit_id=sent.id, person_id=RINA.id, note="Look again.", notes={}
    )
    page.reload()
    panel = page.locator("#fix .add")
    expect(panel).to_contain_text("This draft was begun without what you sent (3 answers).")
    panel.get_by_role("button", name="Go on without it").click()
    page.locator("label:has(input[name='visit.stage'][value='auditor'])").click()
    page.get_by_role("button", name="Send the visit").press("Enter")
    asked = page.locator("#ask-left")
    expect(asked.locator("li")).to_have_count(3)  # two answers and the note
    asked.get_by_role("button", name="Go on answering").click()
    page.reload()
    panel.get_by_role("button", name="Add what I sent").click()
    expect(page.locator("[id='LOK-08']")).to_have_value("60")
    expect(page.locator("#q-MUD-01 input[value=no]")).to_be_checked()

    page.get_by_role("button", name="Begin anew").click()  # what was sent belongs to that as well
    expect(page.locator("#q-MUD-01 input[value=yes]")).to_be_checked()
    expect(page.locator("#draft")).to_contain_text("Begun anew")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#q-MUD-01 input[value=no]")).to_be_checked()
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    document = frozen(page)[-1]
    assert document["replaces"] == sent.id
    assert {id: document["answers"][id] for id in answers} == {**answers, "MUD-01": "no"}
    assert document["note"] == "Hujan"
    page.context.close()


def test_the_correction_of_a_check_is_that_check_and_the_one_change(browser, here, register, site):
    signed_in(register, RINA)
    swing = {"id": "swing-1", "kind": "swing", "name": "Ayunan", "gone": False, "answers": {}, "note": ""}
    answers = {"scale": "rw", "MUD-01": "yes"}  # a fact as it is known, said all the same
    sent = put_visit(register.visits, Visit(
            str(uuid4()), site, "rbra-2024", "auditor", "Siti", date(2026, 11, 20), answers, author=SITI.id,
            items=(swing,), scope="check",
        )
    )  # fmt: skip
    register.reviews.make(
        sent.id, seq=0, to="has_issues", visit_id=sent.id, person_id=RINA.id, note="Look again.", notes={}
    )
    page = listened(phone(browser, here).new_page())
    page.goto(f"{here[0]}/sites/{site}/audit")
    expect(page.locator("#fix .taken")).to_be_visible()
    expect(page.locator(".item-head")).to_contain_text("Ayunan")
    choose(page, "MUD-01", "No")
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    document = frozen(page)[-1]
    before = json.loads(register.visits.document(sent.id))
    assert [(each["path"], each["sent"]) for each in differing_parts(before, document)] == [("answers.MUD-01", "no")]
    page.context.close()


def test_a_photo_of_an_item_leads_back_to_the_item_when_the_camera_threw_the_page_out(page):
    for _ in range(2):
        page.locator(".item-add button").click()
    second = page.locator(".item").nth(1)
    with page.expect_file_chooser():
        second.get_by_role("button", name="Photo").click()
    page.reload()
    expect(page.locator("#live")).to_be_visible()
    expect(second.locator(".item-body")).to_be_visible()
    expect(second.locator(".item-head")).to_be_in_viewport()
    expect(second.locator(".item-head")).to_be_focused()


def test_a_danger_goes_into_the_outbox_at_once_and_the_visit_stays_open(page):
    choose(page, "MUD-01", "No")
    page.get_by_role("button", name="Danger", exact=True).click()
    page.get_by_role("button", name="Send the danger now").click()
    expect(page.locator("#danger-wrong")).to_have_text("Write what is dangerous, or take a photo.")
    page.locator("#danger-note").fill("The swing hangs on one chain")
    with page.expect_file_chooser() as chooser:
        page.locator("#danger").get_by_role("button", name="Photo").click()
    chooser.value.set_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg((7, 7, 7), (64, 64))}])
    expect(page.locator("#danger img")).to_have_count(1)
    expect(page.locator("#danger-questions label")).to_have_text(
        ["No question in particular", re.compile("wheelchair")]
    )
    page.locator("#danger-find").press_sequentially("chain swing")
    page.locator("#danger-where").fill("beside the gate")
    page.get_by_role("button", name="Send the danger now").click()
    expect(page.locator("#danger-state")).to_contain_text("NOT sent yet.")
    [entry] = kept(page, "outbox")
    assert entry["kind"] == "danger"
    assert entry["document"]["note"] == "The swing hangs on one chain"
    assert entry["document"]["position"]["accuracy_m"] == 35
    assert [photo["sha256"] for photo in entry["photos"]] == [photo["sha256"] for photo in kept(page, "photos")]
    expect(page.locator("#q-MUD-01 input[value=no]")).to_be_checked()


def test_the_best_fix_is_kept_and_taken_by_hand_or_at_ten_metres(page):
    told = page.locator("#position-told")
    expect(told).to_have_text("GPS accuracy ±35 m")
    page.context.set_geolocation({"latitude": -6.1199, "longitude": 106.1503, "accuracy": 60})
    expect(told).to_contain_text("Now ±60 m, best so far ±35 m (2 fixes).")
    page.get_by_role("button", name="Take ±35 m").click()
    expect(told).to_contain_text("Position taken from GPS: ±35 m")
    choose(page, "MUD-01", "No")
    position = send_away(page)["position"]
    assert (position["how"], position["accuracy_m"], position["lat"], position["fixes"]) == ("gps", 35, -6.1198, 2)


def test_a_fix_of_three_kilometres_needs_a_reason(page):
    page.context.set_geolocation({"latitude": -6.1198, "longitude": 106.1502, "accuracy": 9})
    expect(page.locator("#position-told")).to_contain_text("Position taken from GPS: ±9 m")
    page.get_by_role("button", name="Remove the position").click()
    page.context.set_geolocation({"latitude": -6.1198, "longitude": 106.1502, "accuracy": 3000})
    page.get_by_role("button", name="Use my location").click()
    page.get_by_role("button", name="Take ±3,000 m").click()
    choose(page, "MUD-01", "No")
    page.get_by_role("radio", name="auditor's visit").check()
    page.get_by_role("button", name="Send the visit").press("Enter")
    expect(page.locator("#problems")).to_contain_text("too wide")
    page.locator("#position-reason").fill("Dense trees")
    assert send_away(page)["position"]["reason"] == "Dense trees"


def test_the_pin_moves_by_keyboard_and_keeps_the_difference_to_gps(page):
    expect(page.locator("#position-told")).to_contain_text("±35 m")
    page.get_by_text("Set a pin on the map").click()
    pin = page.locator("#pin")
    pin.focus()
    pin.press("ArrowUp")
    pin.press("Shift+ArrowRight")
    expect(page.locator("#position-told")).to_contain_text("Position set on the map")
    expect(page.locator("#position-told")).to_contain_text("10 m from the position on file")
    expect(page.locator("#pin circle.pin")).to_have_count(1)
    choose(page, "MUD-01", "No")
    position = send_away(page)["position"]
    assert position["how"] == "pin"
    assert position["gps"]["accuracy_m"] == 35
    assert round((position["lat"] + 6.1198) * 111195, 1) == 1.0


def test_a_point_in_another_kelurahan_is_refused_with_both_names(page):
    page.context.set_geolocation({"latitude": -6.12, "longitude": 106.17, "accuracy": 8})
    expect(page.locator("#position-wrong")).to_contain_text("lies in Cimuncang, but the site belongs to Kota Baru")
    page.get_by_role("button", name="Yes, this is Taman").click()
    choose(page, "MUD-01", "No")
    page.get_by_role("radio", name="auditor's visit").check()
    page.get_by_role("button", name="Send the visit").press("Enter")
    expect(page.locator("#problems")).to_contain_text("Cimuncang")
    assert kept(page, "outbox") == []


def test_a_finger_sets_the_pin(page):
    page.get_by_text("Set a pin on the map").click()
    page.locator("#pin").click(position={"x": 60, "y": 60})
    expect(page.locator("#position-told")).to_contain_text("Position set on the map")


def test_what_is_missing_is_listed_with_links(page):
    missing = page.locator("#missing .unanswered")
    counted = sum(each.tier == "core" for each in STANDARD.requirements)
    first = int(missing.locator("summary").inner_text().rsplit(" ", 1)[1])
    assert first <= counted
    unfold(missing.locator("summary"))
    expect(missing.locator("li")).to_have_count(first)
    choose(page, "MUD-01", "No")
    expect(missing.locator("li")).to_have_count(first - 1)
    missing.get_by_role("link", name="LOK-08").click()
    expect(box(page, "LOK-08")).to_be_in_viewport()


def answer_so_that_it_is_not_met(page, requirement):
    """Answer the yes-or-no questions of a requirement with words under which it is not met."""
    oracle, names = Oracle(STANDARD.edition), [question.id for question in requirement.questions]
    failing = next(
        words
        for words in product(("yes", "no"), repeat=len(names))
        if oracle.outcome(requirement.id, dict(zip(names, words, strict=True))) == "does_not_conform"
    )
    for name, word in zip(names, failing, strict=True):
        choose(page, name, word.title())


def test_a_mandatory_requirement_that_is_not_met_is_listed(page):
    gates = [each for each in STANDARD.requirements if each.mandatory == STANDARD.gate and each.applies_when is None]
    gate = next(each for each in gates if {question.kind for question in each.questions} == {"yes_no"})
    answer_so_that_it_is_not_met(page, gate)
    unfold(page.locator("#missing .unmet summary"))
    expect(page.locator("#missing .unmet li")).to_contain_text([gate.id])


def test_what_must_be_fixed_first_is_listed_and_counted_in_the_estimate(page):
    items = [
        each
        for each in STANDARD.requirements
        if each.mandatory in STANDARD.must_fix
        and each.tier == "core"
        and each.applies_when is None
        and {question.kind for question in each.questions} == {"yes_no"}
    ]
    item = items[0]
    answer_so_that_it_is_not_met(page, item)
    unfold(page.locator("#missing .fix-first summary"))
    expect(page.locator("#missing .fix-first li")).to_contain_text([item.id])
    expect(page.locator("#live")).to_contain_text("must be fixed first: 1")
