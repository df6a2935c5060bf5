"""A check in the form as the server makes it: what it shows, what it sends, and a full visit that would lose what was known."""

import re

import pytest

from helpers.items import AT, BUDI, RINA
from helpers.registers import empty_register
from helpers.sending import uuid
from helpers.surveying import SITI, signed_in
from helpers.visits import document_of
from rba_audit.register import Visit
from rba_audit.review import move_visit
from rba_audit.standard import load_published
from rba_audit.web import create_app
from rba_audit.web.pages.form.checks import question_dependencies, read_check_scope

STANDARD = load_published("rbra-2024")
PLACE = {"type": "Feature", "id": "taman", "properties": {"name": "Taman", "scale": "rw"}, "geometry": None}
FORM = "/sites/taman/audit"
SENT = {
    "visit.id": uuid(50),
    "visit.auditor": "Siti",
    "visit.day": "2026-11-12",
    "visit.stage": "auditor",
    "visit.note": "",
    "scale": "rw",
}


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features([PLACE])
    for someone in (BUDI, RINA):
        opened.people.add(someone, None, AT, None)
    yield opened
    opened.close()


@pytest.fixture
def client(register):
    client = create_app(register, STANDARD).test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", signed_in(register, SITI))
    return client


def known(register, **answers):
    made = Visit(uuid(1), "taman", "rbra-2024", "auditor", BUDI.name, AT.date(), answers, author=BUDI.id)
    register.visits.take(document_of(made), at=AT)
    move_visit(register, RINA, made.id, to="approved", seq=0, note="", notes={})


def shown(page):
    """Return the requirements and the facts that are in sight."""
    boxes = re.findall(r'<(?:article class="requirement"|fieldset class="question") id="([rq]-[^"]+)"([^>]*)>', page)
    return [name for name, rest in boxes if "data-left" not in rest]


def test_a_check_shows_just_its_requirements_and_the_facts_that_decide_about_them(client):
    page = client.get(f"{FORM}?check=LOK-06,MAT-03").get_data(as_text=True)

    found = shown(page)
    requirements = [name[2:] for name in found if name.startswith("r-")]
    facts = {fact.id for fact in STANDARD.facts}
    asked = [STANDARD.requirement(name) for name in ("LOK-06", "MAT-03")]
    assert sorted(requirements) == ["LOK-06", "MAT-03"]
    assert {name[2:] for name in found if name.startswith("q-")} & facts == {
        name for each in asked for name in question_dependencies(each) if name in facts
    }
    assert 'value="check" checked' in page
    assert f'href="{FORM}?check="' in page


def test_a_check_of_nothing_in_particular_and_a_full_visit_show_everything(client):
    everything = len(STANDARD.requirements) + len(STANDARD.questions) - 1  # the list is not complete without scripts
    for query, scope in (("?check", "check"), ("?check=NO-SUCH", "check"), ("", "full")):
        page = client.get(FORM + query).get_data(as_text=True)
        assert len(shown(page)) >= everything
        assert f'value="{scope}"' in re.search(r"<input[^>]*visit\.scope[^>]*checked", page)[0]
        assert re.search(r'id="check"\s+hidden', page)


def test_a_requirement_on_whose_question_another_one_rests_is_shown_with_it():
    for each in STANDARD.requirements:
        check = read_check_scope({"check": each.id}, STANDARD)
        assert each.id in check.requirements
        assert {question.id for question in each.questions} | {*question_dependencies(each)} <= check.questions


def test_a_check_sends_no_fact_that_only_stood_there(client, register):
    assert (
        client.post(f"{FORM}?check=MAT-03", data={**SENT, "visit.scope": "check", "MAT-03": "yes"}).status_code == 303
    )

    (visit,) = register.visits.for_site("taman")
    assert (visit.scope, visit.answers) == ("check", {"MAT-03": "yes"})


def test_a_form_that_says_nothing_of_it_is_a_full_visit_and_another_word_is_refused(client, register):
    assert client.post(FORM, data={**SENT, "visit.scope": "half", "MAT-03": "yes"}).status_code == 400
    assert client.post(FORM, data={**SENT, "MAT-03": "yes"}).status_code == 303
    assert register.visits.for_site("taman")[0].scope == "full"


def test_a_full_visit_that_would_lose_what_was_settled_is_asked_about_and_loses_nothing(client, register):
    known(register, **{"MAT-03": "yes", "MUD-01": "no"})
    data = {**SENT, "visit.scope": "full", "MAT-03": "no", "note.MAT-03": "seen"}

    answer = client.post(FORM, data=data)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 400
    assert [visit.id for visit in register.visits.for_site("taman")] == [uuid(1)]
    assert STANDARD.requirement("MUD-01").title.en in page
    assert 'name="visit.sure" value="check"' in page
    assert re.search(r'name="MAT-03" value="no"[^>]* checked', page)
    assert uuid(50) in page


@pytest.mark.parametrize("sure", ["full", "check"])
def test_the_second_press_says_which_of_the_two_it_is(client, register, sure):
    known(register, **{"MAT-03": "yes", "MUD-01": "no"})
    data = {**SENT, "visit.scope": "full", "MAT-03": "no", "visit.sure": sure}

    assert client.post(FORM, data=data).status_code == 303

    newest = register.visits.get(uuid(50))
    assert newest.scope == sure
    assert ("scale" in newest.answers) == (sure == "full")


def test_nothing_is_asked_where_nothing_is_lost(client, register):
    known(register, **{"MAT-03": "yes", "MUD-01": "no"})
    for number, changed in enumerate(
        (
            {"MUD-01": "yes", "MAT-03": "no"},
            {"MAT-03": "no", "visit.stage": "self"},
            {"MAT-03": "no", "visit.scope": "check"},
        )
    ):
        assert client.post(FORM, data={**SENT, **changed, "visit.id": uuid(60 + number)}).status_code == 303


def test_a_site_that_was_audited_by_day_says_what_is_left_for_the_night(client, register):
    night = [
        each.id
        for each in STANDARD.requirements
        if each.tier == "core" and "night" in map(STANDARD.method_of, each.questions)
    ]
    assert night
    assert client.get("/api/work").json["sites"][0]["night"] == []

    known(register, **{"MAT-03": "yes", "open_at_night": "yes"})
    left = client.get("/api/work").json["sites"][0]["night"]
    assert left == night
    page = client.get("/sites/taman").text
    assert f'href="{FORM}?check={",".join(left)}"' in page.replace("%2C", ",")

    asked = shown(client.get(f"{FORM}?check={','.join(left)}").get_data(as_text=True))
    assert {name[2:] for name in asked if name.startswith("r-")} == set(night)
