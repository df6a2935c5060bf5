"""What was measured of a place, on the pages: the form without scripts, the data a phone keeps, the site, the review."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import html5lib
import pytest

from helpers.grounds import box, extent, line, point, site, thing
from helpers.registers import empty_register
from helpers.surveying import SITI, signed_in
from helpers.visits import take_visit
from rba_audit.auditing import audit_register
from rba_audit.register.person_records import Person
from rba_audit.review_states import COUNTED_WITH_OPEN
from rba_audit.standard import load_published
from rba_audit.web import create_app

STANDARD = load_published("rbra-2024")
RINA = Person("rina-1", "rina", "Rina", "reviewer", ("*",), True)
RAILWAY = thing("railway", line((35, -200), (35, 200)), "way/7", "2026-04-06", name="Merak–Serang", width_m=6)
CONTEXT = (
    RAILWAY,
    extent("railway", "fuel_station"),
    thing("fuel_station", point(4000, 0), "node/4", "2026-04"),
    thing("water", line((0, -45), (5, -45)), "way/9", "2026-04-06"),
)
HEADS = {
    "visit.id": "0b0c9f7e-3c7b-4e0f-9d0e-000000000001",
    "visit.auditor": "Siti",
    "visit.day": "2026-11-12",
    "visit.stage": "auditor",
    "visit.note": "",
}
FORM = "/sites/taman/audit"
UNUSED = "The line is not in use; the next one is 40 m away."


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features(
        [
            site(box(-20, -20, 20, 20), scale="rw", typology="rth"),
            site(None, "lost", scale="rw", typology="rth"),
        ]
    )
    yield opened
    opened.close()


@pytest.fixture
def app(register):
    return create_app(register, STANDARD, CONTEXT)


def client_of(app, register, someone=SITI):
    client = app.test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", signed_in(register, someone))
    return client


@pytest.fixture
def client(app, register):
    return client_of(app, register)


def question(page, id):
    """Return the block of one question, as text with its tags."""
    return unescape(
        re.search(rf'<fieldset class="question" id="q-{re.escape(id)}".*?</fieldset>', page, re.DOTALL).group()
    )


def visited(register, answers, notes=None):
    return take_visit(
        register,
        STANDARD,
        "taman",
        answers,
        auditor="Siti",
        day=date(2026, 11, 20),
        stage="auditor",
        note="",
        notes=notes,
        author=SITI.id,
    )


def observed(register, question):
    findings = audit_register(register, STANDARD, COUNTED_WITH_OPEN, CONTEXT)
    trace = findings.explain("taman", STANDARD.question(question).requirement)
    return next(each for each in trace.observations if each.question.id == question)


def test_a_question_shows_what_was_measured_how_from_where_and_which_of_the_two_counts(client):
    page = client.get(FORM).get_data(as_text=True)

    shown = question(page, "LOK-05.distance")
    assert "Measured: <strong>12 m</strong>" in shown
    assert "Railway: Merak–Serang [way/7], 12 m from the outline" in shown
    assert "From: Railway, 6 Apr 2026" in shown
    assert "An answer of your own replaces it only with a reason." in shown
    assert "Measured: <strong>1,600 m²</strong>" in question(page, "LOK-03")


def test_a_range_is_shown_as_one(client):
    page = client.get(FORM).get_data(as_text=True)

    shown = question(page, "LOK-08")
    assert "Measured: <strong>≥ 1,000 m</strong>" in shown
    assert "Nothing within 1,000 m from the outline" in shown.replace("nothing", "Nothing")


def test_what_could_not_be_measured_says_what_is_missing_and_asks_for_no_reason(client):
    page = client.get(FORM).get_data(as_text=True)

    shown = question(page, "LOK-07.depth")
    assert "Not measured: Rivers, drains and ponds: way/9" in shown
    assert "which does not say its depth_m" in shown
    assert "note.LOK-07.depth" not in shown


def test_what_is_the_same_for_every_question_is_not_told_at_each(client):
    assert 'class="measured' not in question(client.get(FORM).get_data(as_text=True), "LOK-06.distance")
    assert 'class="measured' not in client.get("/sites/lost/audit").get_data(as_text=True)


def test_the_form_is_valid_and_every_reference_in_it_leads_somewhere(client):
    for page in (client.get(FORM), client.post(FORM, data={**HEADS, "LOK-03": "lima", "note.LOK-03": "<b>Æ</b>"})):
        text = page.get_data(as_text=True)
        html5lib.HTMLParser(strict=True).parse(text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        referred = re.findall(r'(?:aria-describedby|aria-labelledby|aria-controls|\sfor)="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert {name for group in referred for name in group.split()} - set(ids) == set()


def test_without_scripts_a_reason_arrives_as_the_note_of_its_question(client, register):
    sent = client.post(FORM, data={**HEADS, "LOK-05.distance": "40", "note.LOK-05.distance": f" {UNUSED} "})

    [visit] = register.visits.for_site("taman")
    assert sent.status_code == 303
    assert visit.notes == {"LOK-05.distance": UNUSED}
    assert observed(register, "LOK-05.distance").basis == "overridden"
    assert "Differs from" not in client.get("/sites/taman").get_data(as_text=True)


def test_without_a_reason_it_is_said_that_the_measurement_counts(client, register):
    client.post(FORM, data={**HEADS, "LOK-05.distance": "40", "LOK-08": "2000", "LOK-03": "1600"})

    page = client.get("/sites/taman").get_data(as_text=True)
    assert "Differs from what was measured, without a reason: 1. There, the measurement counts." in page
    assert observed(register, "LOK-05.distance").basis == "measured"
    assert observed(register, "LOK-08").basis == "answered", "it lies inside what was measured"


def test_a_reason_that_is_too_long_is_refused_and_stays_on_the_page(client, register):
    sent = client.post(FORM, data={**HEADS, "LOK-03": "900", "note.LOK-03": "a" * 2001})

    page = sent.get_data(as_text=True)
    assert sent.status_code == 400
    assert "This note is too long; shorten it." in question(page, "LOK-03")
    assert "a" * 2001 in question(page, "LOK-03")
    assert register.visits.for_site("taman") == []


def test_a_phone_gets_what_was_measured_with_what_a_site_begins_with(client):
    told = client.get("/api/sites/taman/opening").get_json()["measured"]

    assert told["LOK-05.distance"] == {
        "value": "12 m",
        "how": "Railway: Merak–Serang [way/7], 12 m from the outline",
        "origin": "From: Railway, 6 Apr 2026",
        "code": 5,
        "low": 120,
        "high": 120,
    }
    assert (told["LOK-08"]["low"], told["LOK-08"]["high"]) == (10_000, 1_000_000)
    assert told["LOK-07.depth"]["value"] == ""
    assert "code" not in told["LOK-07.depth"]
    assert "LOK-06.distance" not in told


def test_another_edition_is_told_only_what_was_measured_for_the_very_same_question(client):
    told = client.get("/api/sites/taman/opening?edition=rbra-2018").get_json()["measured"]

    assert told["LOK-05.distance"]["value"] == "12 m"
    assert all(load_published("rbra-2018").question(id) == STANDARD.question(id) for id in told)


def test_a_reason_in_the_document_of_a_site_does_not_speak_for_the_answer_of_a_visit(register):
    register.import_features(
        [site(box(-20, -20, 20, 20), scale="rw", **{"LOK-03": 900, "LOK-03.reason": "Measured by tape."})]
    )
    assert observed(register, "LOK-03").basis == "overridden"

    visited(register, {"LOK-03": 700})

    assert observed(register, "LOK-03").basis == "measured"


def test_the_page_of_a_site_marks_what_was_measured_answered_and_overridden_with_both_values(client, register):
    answers = {"LOK-05.distance": 40, "LOK-03": 900, "LOK-08": 2000}
    visited(register, answers, {"LOK-05.distance": UNUSED})
    client.set_cookie("rba", signed_in(register, RINA))
    client.set_cookie("visits", "all")

    page = unescape(client.get("/sites/taman").get_data(as_text=True))

    body = {id: re.search(rf'id="{id}">.*?</dl>', page, re.DOTALL).group() for id in ("LOK-05", "LOK-03", "LOK-08")}
    assert re.search(
        r"<strong>40 m</strong> <span class=\"basis overridden\"><svg.*?answered over a measurement",
        body["LOK-05"],
        re.DOTALL,
    )
    assert f"{UNUSED}; measured: 12 m, Railway: Merak–Serang [way/7]" in body["LOK-05"]
    assert re.search(r"<strong>1,600 m²</strong> <span class=\"basis measured\">", body["LOK-03"])
    assert "the surveyor answered 900 m², without a reason" in body["LOK-03"]
    assert re.search(r"<strong>2,000 m</strong> <span class=\"basis answered\">", body["LOK-08"])
    assert "measured: ≥ 1,000 m" in body["LOK-08"]


def test_a_reviewer_sees_that_an_answer_sets_a_measurement_aside_and_why(app, register):
    visit = visited(register, {"LOK-05.distance": 40, "LOK-03": 900}, {"LOK-05.distance": UNUSED})

    page = unescape(client_of(app, register, RINA).get(f"/review/{visit.id}").get_data(as_text=True))

    railway, land = (
        re.search(rf'id="{id}">.*?Note to the surveyor', page, re.DOTALL).group() for id in ("LOK-05", "LOK-03")
    )
    assert "<strong>12 m</strong> – set aside by this answer, for the reason below." in railway
    assert UNUSED in railway
    assert "<strong>1,600 m²</strong> – counts, for the answer gives no reason against it." in land
