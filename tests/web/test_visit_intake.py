"""A visit comes in through one intake: from the form without a script as from a phone, with the same document and refusals."""

import json
import random
import re
from datetime import UTC, datetime
from html import unescape

import pytest

from helpers.corrections import usable_answers
from helpers.effort import cases
from helpers.registers import filled_register
from helpers.sending import BUDI, EKA, OTHER_SITE, RINA, SITE, SITI, WHO, app_for, as_bytes, enrol, uuid, visit
from rba_audit.forms import audit_form
from rba_audit.messages import using_language
from rba_audit.resources import static_dir
from rba_audit.review import move_visit
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")
MOMENTS = ("begun_at", "frozen_at")


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    enrol(opened)
    yield opened
    opened.close()


@pytest.fixture
def client(register):
    client = app_for(register, STANDARD).test_client()
    client.set_cookie("lang", "en")
    return client


def entered(document):
    """What a browser without scripts sends of a form into which a visit was entered."""
    standard = load_published("rbra-2024")
    form, fields = audit_form(standard)(), {}
    for id, answer in document["answers"].items():
        if standard.has_question(id):
            field = form.field(standard.question(id))
            field.process_data(answer)
            fields[id] = [field.text] if field.text else list(field.chosen)
    fields |= {f"note.{id}": text for id, text in document["notes"].items()}
    heads = {"id": "id", "auditor": "auditor", "day": "day", "stage": "stage", "note": "note", "replaces": "replaces"}
    fields |= {f"visit.{name}": document[member] or "" for name, member in heads.items()}
    return {**fields, "visit.scope": document.get("scope", "full"), "visit.sure": document.get("scope", "full")}


def as_typed(id, answer):
    """Return an answer with no more digits than people type."""
    return round(answer, STANDARD.question(id).decimals) if isinstance(answer, float) else answer


def by_form(client, document, by=BUDI):
    query = "" if document["edition"] == "rbra-2024" else f"?edition={document['edition']}"
    address = f"/sites/{document['site']}/audit{query}"
    return client.post(address, data=entered(document), headers={WHO: by.id})


def by_phone(client, document, by=BUDI):
    return client.put(f"/api/visits/{document['id']}", data=as_bytes(document), headers={WHO: by.id})


def page_text(answer):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def flashes(client):
    with client.session_transaction() as session:
        return [message for _category, message in session.pop("_flashes", [])]


def kept(register, id):
    return json.loads(register.visits.document(id))


def without(document, *names):
    return {key: value for key, value in document.items() if key not in names}


def site_without_facts(register):
    """Return a place whose form begins with nothing filled in."""
    register.import_features([{"type": "Feature", "id": "lapangan", "properties": {"name": "L"}, "geometry": None}])
    return "lapangan"


@pytest.mark.parametrize("seed", range(cases(3, 60)))
def test_the_same_visit_through_either_way_is_the_same_document_but_for_id_and_moments(register, client, seed):
    chance, answers = random.Random(seed), usable_answers("rbra-2024")
    asked = chance.sample(sorted(answers), chance.randint(1, 30))
    scope = chance.choice(["full", "check"])
    document = visit(
        1,
        site=site_without_facts(register),
        answers={id: as_typed(id, chance.choice(answers[id])) for id in asked},
        notes={id: f"Catatan {id}" for id in asked[:2]},
        note=chance.choice(["", "Hujan."]),
        stage=chance.choice(["self", "auditor"]),
        **({} if scope == "full" else {"scope": scope}),
    )
    # The form comes first: a check says no fact anew that the author's other visit told.
    form, phone = by_form(client, {**document, "id": uuid(2)}), by_phone(client, document)
    assert (form.status_code, phone.status_code) == (303, 201), page_text(form)
    one, other = kept(register, uuid(1)), kept(register, uuid(2))
    assert without(one, "id", *MOMENTS) == without(other, "id")
    assert list(without(one, *MOMENTS))[:2] == list(other)[:2] == ["format", "id"]
    remarks = phone.json["remarks"]
    assert [each for each in flashes(client) if each in remarks] == remarks


def sent(register, to=None):
    """Keep a visit of Budi's that a reviewer sends back, or decides otherwise."""
    register.visits.take(as_bytes(visit(1, answers={"MUD-01": "no"})))
    move_visit(register, RINA, uuid(1), to=to or "has_issues", seq=0, note="Look again.", notes={})


def corrected_before(register):
    sent(register)
    register.visits.take(as_bytes(visit(5, replaces=uuid(1))))


REFUSED = {
    "nobody answered": (None, {"auditor": " "}, BUDI),
    "nothing is answered": (None, {"answers": {}}, BUDI),
    "an edition that was never published": (None, {"edition": "rbra-1999"}, BUDI),
    "a site that never was in the area": (None, {"author": "eka"}, EKA),
    "a site that there is not": (None, {"site": "nowhere", "author": "eka"}, EKA),
    "a site that nobody has": (None, {"site": "nowhere"}, RINA),
    "an id that says something else": (
        lambda register: register.visits.take(as_bytes(visit(2))),
        {"note": "Lain."},
        BUDI,
    ),
    "an id of somebody else": (
        lambda register: register.visits.take(as_bytes(visit(2, author="siti"))),
        {"note": "Lain."},
        BUDI,
    ),
    "a version that was corrected": (corrected_before, {"replaces": uuid(1)}, BUDI),
    "a version that is decided": (lambda register: sent(register, "approved"), {"replaces": uuid(1)}, BUDI),
    "a version that there is not": (None, {"replaces": uuid(9)}, BUDI),
    "a version of somebody else": (sent, {"replaces": uuid(1), "author": "siti"}, SITI),
    "a version of another site": (sent, {"replaces": uuid(1), "site": OTHER_SITE}, BUDI),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_either_way_with_the_same_sentence(register, client, name):
    prepare, changed, by = REFUSED[name]
    if prepare:
        prepare(register)
    document = visit(2, **{"author": by.id, "answers": {"MUD-01": "no", "LOK-03": 800}, **changed})
    before = [each.id for each, _ in register.visits.newest()]
    phone = by_phone(client, document, by)
    form = by_form(client, document, by)
    assert phone.status_code in (400, 404, 409, 422)
    assert form.status_code in (400, 404)
    assert phone.json["told"] in page_text(form), page_text(form)[:600]
    assert [each.id for each, _ in register.visits.newest()] == before


def test_every_reason_stands_beside_its_question(client, monkeypatch):
    """What the form lets through and the intake refuses is shown where it was entered."""
    monkeypatch.setattr(
        "rba_audit.forms.fields.AnswerField._read", lambda field: field.chosen[0] if field.chosen else None
    )
    document = visit(2, answers={"MUD-01": "maybe", "LOK-02": "perhaps"})
    phone = by_phone(client, document)
    page = client.post(
        f"/sites/{SITE}/audit",
        data={**entered(visit(2, answers={})), "MUD-01": "maybe", "LOK-02": "perhaps"},
        headers={WHO: "budi"},
    )
    assert (phone.status_code, page.status_code) == (422, 400)
    for problem in phone.json["problems"]:
        assert f'href="#{problem["question"]}"' in page.text
        assert problem["told"] in page_text(page)


def test_what_is_worth_telling_of_a_visit_is_told_in_the_form_too(client):
    document = visit(1, day="1999-01-01", answers={"MUD-01": "no"})
    phone, form = by_phone(client, document), by_form(client, {**document, "id": uuid(2)})
    (remark,) = phone.json["remarks"]
    assert "1999-01-01, cannot be" in remark
    assert (form.status_code, remark in flashes(client)) == (303, True)


@pytest.mark.parametrize("answers", [{"MUD-01": "no", "scale": "kota"}, {"scale": "kota"}])
@pytest.mark.parametrize("scope", ["full", "check"])
def test_a_form_that_is_sent_twice_is_one_visit_also_where_it_changed_a_fact(register, client, answers, scope):
    document = visit(1, answers=answers, scope=scope)
    assert by_form(client, document).status_code == 303
    flashes(client)
    again = by_form(client, document)
    assert again.status_code == 303, page_text(again)[:600]
    assert flashes(client) == ["This visit was recorded before; nothing was added."]
    assert [each.id for each in register.visits.by_author("budi")] == [uuid(1)]


def test_a_correction_that_is_sent_twice_is_one_version_also_from_outside_the_area(register, client):
    by_form(client, visit(1, answers={"MUD-01": "no"}))
    move_visit(register, RINA, uuid(1), to="has_issues", seq=0, note="Look again.", notes={})
    register.people.change("budi", datetime.now(UTC), None, area=(f"site:{OTHER_SITE}",))
    flashes(client)
    document = visit(2, answers={"MUD-01": "yes"}, replaces=uuid(1))
    first, again = by_form(client, document), by_form(client, document)
    assert (first.status_code, again.status_code) == (303, 303), page_text(first)[:600]
    assert [each.id for each in register.visits.chain(uuid(1))] == [uuid(1), uuid(2)]
    assert "This visit was recorded before; nothing was added." in flashes(client)


def test_what_corrects_nothing_here_can_be_sent_as_a_visit_of_its_own(register, client):
    refused = by_form(client, visit(2, answers={"MUD-01": "no"}, replaces=uuid(9)))
    assert 'name="visit.replaces"' not in refused.text
    fresh = re.search(r'name="visit.id" value="([^"]+)"', refused.text)[1]
    assert by_form(client, visit(2, answers={"MUD-01": "no"}, id=fresh)).status_code == 303
    with using_language("en"):
        assert register.visits.get(fresh).replaces == ""


def test_the_form_writes_the_members_that_the_phone_writes(register, client):
    script = (static_dir() / "phone" / "freeze.js").read_text(encoding="utf-8")
    written = script.split("function documentOf")[1].split("return {")[1].split("\n  };")[0]
    members = {
        re.search(r"\w+", line.split("{")[-1] if line.startswith("    ...") else line)[0]
        for line in written.splitlines()
        if line.strip()
    }
    by_form(client, visit(1, answers={"MUD-01": "no"}, scope="check"))
    assert set(kept(register, uuid(1))) == members - {*MOMENTS, "given_by"}


def test_a_correction_under_another_edition_says_so(register, client):
    sent(register)
    changed = {"edition": "rbra-2022", "answers": {"MUD-01": "yes"}, "replaces": uuid(1)}
    assert by_form(client, visit(2, **changed)).status_code == 303
    assert kept(register, uuid(2))["edition"] == "rbra-2022"
