import re
from dataclasses import replace
from datetime import date
from html import unescape
from uuid import uuid4

import html5lib
import pytest

from helpers.registers import empty_register
from helpers.surveying import SITI, signed_in
from helpers.visits import take_visit
from rba_audit.auditing import audit_register
from rba_audit.register.person_records import Person
from rba_audit.review_states import COUNTED_WITH_OPEN
from rba_audit.standard import load_published
from rba_audit.web import create_app
from rba_audit.web.pages.form.routes import shell

STANDARD = load_published("rbra-2024")
NASTY = "Taman <b>“Æ”</b> & ${alert(1)}"
SITES = [
    {
        "type": "Feature",
        "id": "way/7",
        "properties": {"name": NASTY, "scale": "rw", "has_ramp": "no", "MUD-01": "no"},
        "geometry": None,
    },
    {"type": "Feature", "id": "taman-b", "properties": {"name": "Taman B"}, "geometry": None},
]
VISIT = "0b0c9f7e-3c7b-4e0f-9d0e-000000000001"
HEADS = {
    "visit.id": VISIT,
    "visit.auditor": "Siti",
    "visit.day": "2026-11-12",
    "visit.stage": "auditor",
    "visit.note": "",
}
FORM = "/sites/way/7/audit"


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features(SITES)
    yield opened
    opened.close()


@pytest.fixture
def client(register):
    client = create_app(register, STANDARD).test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", signed_in(register))
    return client


def send(client, **answers):
    return client.post(FORM, data={**HEADS, **answers})


def told(client):
    """Return what the next page says about what was done."""
    with client.session_transaction() as session:
        return [message for _category, message in session.get("_flashes", [])]


def test_the_form_of_a_site_asks_every_question(client):
    page = client.get(FORM).get_data(as_text=True)
    for question in STANDARD.questions:
        assert f'id="q-{question.id}"' in page
    assert page.count("<fieldset") == len(STANDARD.questions) + 2
    assert page.count("<legend") == len(STANDARD.questions) + 2


def chosen(client):
    """Return the kinds of visit that the form offers, and which is chosen."""
    page = client.get(FORM).get_data(as_text=True)
    radios = re.findall(r'<input type="radio" required name="visit.stage" value="(\w+)"[^>]*?( checked)?>', page)
    assert 'role="radiogroup" aria-required="true" data-asks="visit.stage"' in page
    return [value for value, _ in radios], [value for value, checked in radios if checked]


def test_the_kind_of_visit_is_asked_once_and_a_reviewer_makes_one_kind(client, register):
    assert chosen(client) == (["self", "auditor"], [])
    assert send(client, **{"MUD-01": "no", "visit.stage": "self"}).status_code == 303
    assert chosen(client) == (["self", "auditor"], ["self"])

    rina = Person("rina-1", "rina", "Rina", "reviewer", ("*",), True)
    client.set_cookie("rba", signed_in(register, rina))
    assert chosen(client) == (["auditor"], ["auditor"])
    sent = {"MUD-01": "yes", "visit.stage": "self", "visit.id": str(uuid4())}
    assert send(client, **sent).status_code == 303
    assert register.visits.by_author("rina-1")[0].stage == "auditor"


def test_the_form_is_valid_html(client, register):
    take_visit(
        register,
        STANDARD,
        "way/7",
        {"MUD-01": "yes", "LOK-08": 9},
        auditor="Budi",
        day=date(2026, 11, 1),
        stage="self",
        note="",
        author=SITI.id,
    )
    pages = [
        client.get(FORM),
        client.post(FORM, data={**HEADS, "LOK-08": "lima", "UDR-01.smells": ["none", "foul"], "MUD-01": "maybe"}),
    ]
    for page in pages:
        html5lib.HTMLParser(strict=True).parse(page.get_data(as_text=True))


def test_ids_are_unique_and_every_reference_leads_somewhere(client, register):
    take_visit(
        register,
        STANDARD,
        "way/7",
        {"MUD-01": "yes"},
        auditor="Budi",
        day=date(2026, 11, 1),
        stage="self",
        note="",
        author=SITI.id,
    )
    page = client.post(FORM, data={**HEADS, "LOK-08": "lima", "visit.auditor": ""}).get_data(as_text=True)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    referred = {
        name
        for group in re.findall(r'(?:aria-describedby|aria-labelledby|aria-controls|\sfor)="([^"]+)"', page)
        for name in group.split()
    }
    linked = set(re.findall(r'href="#([^"]+)"', page))
    assert (referred | linked) - set(ids) == set()


def test_a_name_is_text_and_never_markup(client):
    page = client.get(FORM).get_data(as_text=True)
    assert "<b>“Æ”" not in page
    assert NASTY in unescape(page)
    assert "style=" not in page
    assert not re.search(r"<[^>]*\son\w+=", page)


def test_nothing_is_chosen_but_the_facts_that_are_known(client):
    page = client.get(FORM).get_data(as_text=True)
    assert re.findall(r'name="([^"]+)" value="(\w+)"(?: id="[^"]+")? checked', page) == [
        ("visit.scope", "full"),
        ("scale", "rw"),
        ("has_ramp", "no"),
    ]


def test_each_question_stands_with_limit_reason_source_and_hint(client):
    page = unescape(client.get(FORM).get_data(as_text=True))
    for requirement in STANDARD.requirements:
        for text in (
            requirement.title,
            requirement.shall,
            requirement.why,
            *(question.hint for question in requirement.questions if question.hint),
        ):
            assert text.en in page
        for key in requirement.sources:
            assert key in page


def test_what_was_answered_before_is_shown_and_not_taken_over(client, register):
    take_visit(
        register,
        STANDARD,
        "way/7",
        {"LOK-08": 1200, "has_ramp": "yes"},
        auditor="Budi",
        day=date(2026, 11, 1),
        stage="self",
        note="",
        author=SITI.id,
    )
    page = unescape(client.get(FORM).get_data(as_text=True))
    assert "Last visit, 1 Nov 2026: 1,200 m" in page
    assert "On file: No" in page
    assert re.findall(r'id="LOK-08" name="LOK-08" value="([^"]*)"', page) == [""]
    assert re.findall(r'name="has_ramp" value="(\w+)"(?: id="[^"]+")? checked', page) == ["yes"]


def test_a_sent_visit_is_recorded_and_leads_to_the_site(client, register):
    answer = send(client, **{"MUD-01": "yes", "LOK-08": "1,5", "scale": "rw", "UDR-01.smells": ["none"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sites/way/7")
    [kept] = register.visits.for_site("way/7")
    assert kept.answers == {"MUD-01": "yes", "LOK-08": 1.5, "scale": "rw", "UDR-01.smells": ["none"]}
    assert (kept.id, kept.auditor, kept.day, kept.stage, kept.edition) == (
        VISIT,
        "Siti",
        date(2026, 11, 12),
        "auditor",
        "rbra-2024",
    )
    assert audit_register(register, STANDARD, COUNTED_WITH_OPEN).explain("way/7", "MUD-01").outcome == "conforms"


def test_the_message_says_that_the_visit_waits_for_a_reviewer(client):
    send(client, **{"MUD-01": "yes"})
    assert told(client) == ["The visit is recorded; it counts once a reviewer has approved it."]


def test_who_is_signed_in_is_the_author_whatever_name_is_signed(client, register):
    send(client, **{"MUD-01": "yes", "visit.auditor": "Budi"})
    [kept] = register.visits.for_site("way/7")
    assert (kept.author, kept.auditor) == (SITI.id, "Budi")


def test_an_older_edition_goes_on_asking_and_is_recorded_under_itself(client, register):
    page = client.get(FORM + "?edition=rbra-2018").get_data(as_text=True)
    assert 'data-edition="rbra-2018"' in page
    assert client.post(FORM + "?edition=rbra-2018", data={**HEADS, "MUD-01": "yes"}).status_code == 303
    assert register.visits.for_site("way/7")[0].edition == "rbra-2018"


def test_a_shell_is_the_form_without_a_site(client):
    with client.application.test_request_context():
        page = shell("rbra-2022")
    assert 'data-site=""' in page
    assert re.findall(r'name="([^"]+)" value="(\w+)"(?: id="[^"]+")? checked', page) == [("visit.scope", "full")]


def test_an_opening_tells_what_a_phone_needs_without_a_network(client):
    send(client, **{"MUD-01": "yes", "LOK-08": "1,5"})
    opening = client.get("/api/sites/way/7/opening?edition=rbra-2022").get_json()
    assert (opening["site"], opening["edition"], opening["name"], opening["point"]) == (
        "way/7",
        "rbra-2022",
        NASTY,
        None,
    )
    assert opening["known"] == {"scale": "rw", "has_ramp": "no"}
    assert opening["last"]["answers"] == {"MUD-01": "yes", "LOK-08": 1.5}
    assert opening["last"]["texts"]["LOK-08"] == "1.5 m"
    assert opening["on_file"]["MUD-01"] == "No"
    assert (opening["issues"], opening["replaces"]) == (None, None)


def test_a_surveyor_of_another_area_finds_no_such_site(register):
    client = create_app(register, STANDARD).test_client()
    client.set_cookie("rba", signed_in(register, replace(SITI, id="eka-1", login="eka", area=("site:taman-b",))))
    assert client.get(FORM).status_code == 404
    assert client.get("/api/sites/way/7/opening").status_code == 404
    assert client.get("/sites/taman-b/audit").status_code == 200


def test_nobody_signed_in_is_sent_to_sign_in(register):
    client = create_app(register, STANDARD).test_client()
    assert client.get(FORM).headers["Location"].startswith("/sign-in?next=")
    assert client.get("/api/sites/way/7/opening").status_code == 401


def test_sending_twice_makes_one_visit_and_says_so(client, register):
    first, second = (send(client, **{"MUD-01": "yes"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(register.visits.for_site("way/7")) == 1
    assert told(client)[-1] == "This visit was recorded before; nothing was added."


def test_a_changed_form_with_an_old_id_is_offered_as_a_new_visit(client, register):
    send(client, **{"MUD-01": "yes"})
    answer = send(client, **{"MUD-01": "no"})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "says something else" in page
    fresh = re.search(r'name="visit.id" value="([^"]+)"', page)[1]
    assert fresh != VISIT
    assert send(client, **{"MUD-01": "no", "visit.id": fresh}).status_code == 303
    assert len(register.visits.for_site("way/7")) == 2


def test_faults_are_listed_with_links_and_nothing_is_lost(client, register):
    answer = send(client, **{"visit.auditor": "", "LOK-08": "1.200", "MUD-01": "partial"})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert re.findall(r'<li><a href="#([^"]+)">', page[: page.index("</ul>")]) == ["visit.auditor", "LOK-08"]
    assert 'id="LOK-08" name="LOK-08" value="1.200"' in page
    assert re.search(r'id="LOK-08"[^>]+aria-describedby="[^"]*e-LOK-08[^"]*" aria-invalid="true"', page)
    assert re.findall(r'name="MUD-01" value="(\w+)"(?: id="[^"]+")? checked', page) == ["partial"]
    assert register.visits.for_site("way/7") == []


def test_an_empty_form_is_refused(client, register):
    answer = send(client, has_ramp="no", scale="rw")
    assert answer.status_code == 400
    assert "Nothing was answered yet" in answer.get_data(as_text=True)
    assert register.visits.for_site("way/7") == []


def test_a_visit_from_another_site_is_refused(client, register):
    answer = client.post(FORM, data={**HEADS, "MUD-01": "yes"}, headers={"Origin": "https://example.org"})
    assert answer.status_code == 403
    assert register.visits.for_site("way/7") == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_site_has_no_form(client, method):
    answer = getattr(client, method)("/sites/taman-z/audit")
    assert answer.status_code == 404
    assert "taman-z" in answer.get_data(as_text=True)


def test_further_requirements_are_folded_unless_one_of_them_is_wrong(client):
    page = client.get(FORM).get_data(as_text=True)
    assert '<details class="more">' in page
    extension = next(
        question
        for requirement in STANDARD.requirements
        if requirement.tier == "extension"
        for question in requirement.questions
        if question.kind == "number"
    )
    wrong = send(client, **{extension.id: "lima"}).get_data(as_text=True)
    assert wrong.count('<details class="more" open>') == 1


def test_the_form_speaks_both_languages(client):
    client.set_cookie("lang", "id")
    page = client.get(FORM).get_data(as_text=True)
    assert STANDARD.requirement("MUD-01").shall.id in page
    assert '<html lang="id">' in page
