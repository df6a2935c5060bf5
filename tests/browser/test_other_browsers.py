"""The audit form in Firefox and in WebKitGTK (Safari's engine): a visit begun with signal, ended without, and sent when the server is back."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
from PIL import Image

from helpers.other_browsers import launch
from helpers.page_errors import RECORDED
from helpers.surveying import park_server
from helpers.surveying_server import serve_recording
from rba_audit.fieldwork import differing_parts
from rba_audit.register import open_register
from rba_audit.register.person_records import Person
from rba_audit.review import move_visit

PICTURE = (2000, 1500)
LONGEST_SIDE = 1600
DRAFT = "Draf dilanjutkan"
TALLY = "#outbox .summary-line"
NOTHING_WAITS = "Tidak ada yang menunggu dikirim"
ANSWERS = {
    "typology": "rth",
    "has_ramp": "yes",
    "LOK-05.distance": 12.5,
    "MUD-01": "partial",
    "MUD-04.width": 120,  # asked only where there is a ramp
}
LATER = {"LOK-03": 1250, "LOK-05.fence": "yes"}


pytestmark = pytest.mark.other_browsers


@pytest.fixture
def server(tmp_path):
    with park_server(tmp_path, serve_recording) as served:
        yield served


@pytest.fixture(params=["firefox", "webkit"])
def phone(request, tmp_path):
    folder = tmp_path / request.param
    folder.mkdir()
    with launch(request.param, folder) as started:
        yield started


def test_a_visit_is_begun_with_signal_ended_without_and_sent_when_the_server_is_back(phone, server, tmp_path):
    process, cookie = server
    prepare(phone, process.address, cookie)
    form = f"{process.address}/sites/taman/audit"
    phone.open(form)
    wait_for_form(phone)
    answer_with_signal(phone)
    taken = photograph(phone, "MUD-01", picture(tmp_path))

    assert lines_of_tools(phone, "MUD-01") == [1, 1, 1]

    process.kill()
    phone.open(form)
    phone.wait_for_text(DRAFT, "#draft")
    phone.wait_for_text("Taman", "#site-name")
    wait_for_form(phone)
    assert answers_in(phone) == {
        "typology": ["rth"],
        "scale": ["rw"],
        "has_ramp": ["yes"],
        "LOK-05.distance": ["12,5"],
        "MUD-01": ["partial"],
        "MUD-04.width": ["120"],
    }
    wait_for_picture(phone, "MUD-01")
    phone.type("1250", "[id='LOK-03']")
    phone.click("Ya", "[id='q-LOK-05.fence']")
    phone.click("kunjungan auditor", "#visit")
    phone.click("Kirim kunjungan", "#send")
    phone.wait_until(
        lambda: phone.evaluate("location.pathname") == "/queue",
        lambda: f"the page of one's work, not {phone.text('#problems')}",
    )
    phone.wait_for_text("Akan dikirim: 1", TALLY)
    phone.wait_for_text("Menunggu", "#outbox li")
    assert phone.evaluate(KEPT, "drafts") == []

    process.start()
    # It may have been sent by itself before the button is reached.
    phone.wait_until(
        lambda: NOTHING_WAITS in phone.text(TALLY) or phone.click_if_shown("Kirim sekarang", "#outbox"), "to send"
    )
    phone.wait_for_text(NOTHING_WAITS, TALLY)
    [sent] = phone.evaluate(KEPT, "outbox")
    assert sent["state"] == "sent"
    assert len(phone.evaluate(KEPT, "photos")) == 1  # for seven days, should the server lose it
    assert phone.evaluate(RECORDED) == []
    phone.evaluate(
        "void document.body.append(Object.assign(new Image(), { src: 'https://example.org/forbidden.png' }))"
    )
    phone.wait_until(lambda: len(phone.evaluate(RECORDED)) == 2, "what is forbidden would have been heard of")

    register = open_register(f"sqlite:///{tmp_path}/register.db")
    [visit] = register.visits.for_site("taman")
    assert dict(visit.answers) == {**ANSWERS, **LATER, "scale": "rw"}
    [photo] = visit.photos
    assert (photo.question, photo.sha256) == ("MUD-01", taken)
    assert register.photos.missing(visit) == ()
    kept = Image.open(io.BytesIO(register.photos.read(taken, visit.author)))
    assert kept.size == (LONGEST_SIDE, LONGEST_SIDE * PICTURE[1] // PICTURE[0])
    correct_without_signal(phone, process, register, visit)
    register.close()


def correct_without_signal(phone, process, register, sent):
    """Send a visit back, correct one answer of it with the server away, and hold version 2 against version 1."""
    reviewer = Person("rina", "rina", "Rina", "reviewer", (), True)
    register.people.add(reviewer, None, datetime.now(UTC), None)
    move_visit(register, reviewer, sent.id, to="has_issues", seq=0, note="Lihat lagi.", notes={})
    phone.open(f"{process.address}/queue")
    phone.wait_for_text("Lihat lagi.", "#fixes")
    phone.wait_until(
        lambda: any(each["replaces"] == sent.id for each in phone.evaluate(KEPT, "openings")), "what was sent is here"
    )
    process.kill()
    phone.click("Perbaiki", "#fixes")
    phone.wait_for_text("Lihat lagi.", "#fix")
    wait_for_form(phone)
    phone.wait_for_text("1 foto", "#fix .taken")
    wait_for_picture(phone, "MUD-01")
    phone.click("Ya", "[id='q-MUD-01']")
    phone.click("Kirim kunjungan", "#send")
    phone.wait_for_text("Akan dikirim: 1", TALLY)
    process.start()
    phone.wait_until(
        lambda: NOTHING_WAITS in phone.text(TALLY) or phone.click_if_shown("Kirim sekarang", "#outbox"), "to send"
    )
    phone.wait_until(lambda: len(register.visits.chain(sent.id)) > 1, "version 2")
    documents = [json.loads(register.visits.document(each.id)) for each in register.visits.chain(sent.id)]
    assert [(each["path"], each["sent"]) for each in differing_parts(*documents)] == [("answers.MUD-01", "yes")]
    assert register.photos.missing(register.visits.chain(sent.id)[-1]) == ()


KEPT = """await (async ([store]) => {
    const open = indexedDB.open("rba-audit");
    const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
    const request = database.transaction(store).objectStore(store).getAll();
    const found = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    database.close();
    return found.map(({ bytes, ...rest }) => ({ ...rest, bytes: bytes && btoa(Array.from(new Uint8Array(bytes), (each) => String.fromCharCode(each)).join("")) }));
})(given)"""
"""What the phone keeps in one of its stores; bytes as base64."""

REPLACED_ONCE = """sessionStorage.replaced ? "the second page"
    : (sessionStorage.replaced = "yes", location.reload(), await new Promise(() => {}))"""
"""A script that never ends in its own page: each driver says that in a way of its own, and the next page is asked."""


def prepare(phone, address, cookie):
    """Sign in, and open the page of one's work until the phone keeps all it needs without signal."""
    phone.open(f"{address}/offline")  # a cookie belongs to a page
    phone.driver.add_cookie({"name": "rba", "value": cookie})
    phone.open(f"{address}/queue")
    assert phone.evaluate(REPLACED_ONCE) == "the second page"
    phone.wait_for_text("Siap tanpa sinyal", "#places li")


def wait_for_form(phone):
    phone.wait_until(
        lambda: phone.evaluate("!document.getElementById('form').inert && !document.getElementById('live').hidden"),
        "a form that takes answers",
    )


def answer_with_signal(phone):
    phone.click("Ruang terbuka hijau (RTH)", "#q-typology")
    phone.click("Tidak", "#q-has_ramp")
    phone.wait_until(
        lambda: phone.evaluate("document.getElementById('r-MUD-04').hidden"),
        "no question about a ramp that is not there",
    )
    phone.click("Ya", "#q-has_ramp")
    phone.wait_until(
        lambda: not phone.evaluate("document.getElementById('r-MUD-04').hidden"), "the questions about the ramp"
    )
    phone.type("12,5", "[id='LOK-05.distance']")
    phone.click("Sebagian", "[id='q-MUD-01']")
    phone.type("120", "[id='MUD-04.width']")


def picture(folder):
    path = folder / "taman.jpg"
    Image.effect_noise(PICTURE, 60).convert("RGB").save(path, "JPEG")
    return path


def photograph(phone, question, path):
    """Take a photo for a question; the hash of what the phone keeps of it."""
    # The system's dialog for choosing a file is none of the page's: the driver gives the file itself.
    phone.evaluate("void (document.getElementById('camera').click = () => {})")
    phone.click("Foto, tanpa wajah", f"[id='q-{question}']")
    phone.wait_until(lambda: phone.evaluate("document.getElementById('camera').hasAttribute('capture')"), "a camera")
    phone.choose_file(path, "#camera")
    wait_for_picture(phone, question)
    [kept] = phone.evaluate(KEPT, "photos")
    return hashlib.sha256(base64.b64decode(kept["bytes"])).hexdigest()


SEEN = "(document.querySelector(given[0])?.scrollIntoView({ block: 'center' }), document.querySelector(given[0])?.naturalWidth)"
"""A picture is fetched when it comes into sight."""


def wait_for_picture(phone, question):
    shown = f"[id='q-{question}'] .thumbs img"
    phone.wait_until(
        lambda: phone.evaluate(SEEN, shown) == LONGEST_SIDE,
        f"the photo at {question}",
    )


def answers_in(phone):
    """What is answered in the form, as it was typed or chosen."""
    return phone.evaluate(
        """[...new FormData(document.getElementById('form'))].filter(([name, value]) => value && !name.startsWith('visit.'))
            .reduce((found, [name, value]) => ({ ...found, [name]: [...(found[name] ?? []), value] }), {})"""
    )


def lines_of_tools(phone, question):
    """How many lines each word of what a question can do takes, on a phone 360 px wide with letters a quarter larger."""
    return phone.evaluate(
        """(([question]) => {
            const root = document.documentElement, survey = document.querySelector(".survey");
            root.style.fontSize = "125%";
            survey.style.width = "328px";
            const lines = [...document.getElementById(`q-${question}`).querySelectorAll(".tools .tool")].map((tool) => {
                const text = document.createRange();
                text.selectNodeContents(tool);
                return text.getClientRects().length;
            });
            root.style.fontSize = survey.style.width = "";
            return lines;
        })(given)""",
        question,
    )
