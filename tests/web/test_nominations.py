"""Pages of nominations and of the position of the city: what is entered is shown, and no number without an entry."""

import io
import re
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest

from helpers.action_pages import clients_of, parsed, register_of_sites
from helpers.kla_documents import accepted
from helpers.visits import put_visit
from rba_audit.days import today
from rba_audit.kla.calendar import round_of
from rba_audit.register import Visit
from rba_audit.register.kla.scores import current_values
from rba_audit.standard.policies import shipped_policies

SITES = {"alun-a": "Alun <A>", "taman/c": "Taman C"}


@pytest.fixture
def register(tmp_path):
    with closing(register_of_sites(tmp_path, SITES)) as register:
        yield register


@pytest.fixture
def desk(register, standard):
    return clients_of(register, standard)


@pytest.fixture
def year(register):
    return round_of(register, shipped_policies().kla, today()).year


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def nominate(client, year, site="taman/c", reason="paling siap"):
    return client.post("/nominations", data={"year": year, "site": site, "reason": reason})


def points(client, year, seen=0, **fields):
    return client.post("/kla/points", data={"year": year, "last_year": 2025, "seen": seen, **fields})


def test_without_entries_the_page_says_what_is_missing_and_no_number(desk):
    shown = words(parsed(desk("rina").get("/kla")))

    assert "No points are entered for this round" in shown
    assert "Self-evaluation: 24 of 24 indicators are not entered." in shown
    assert "Missing documents without points at risk" in shown
    assert not re.search(r"points missing: \d", shown)


def test_points_are_entered_shown_with_their_band_and_undone_by_entering_again(desk, register, year):
    client = desk("tono")
    shown = words(parsed(client.get(f"/kla/points?year={year}")))
    assert "Only what you change is recorded" in shown
    many = {f"self-{number}": "25" for number in range(1, 25)}
    assert (
        points(
            client, year, **{**many, "self-1": "25,5", "maximum-11": "40", "per_site": "10", "share": "20"}
        ).status_code
        == 303
    )

    shown = words(parsed(desk("rina").get("/kla")))
    assert "600.5 between Pratama and Madya, as published" in shown
    assert "Madya begins at 601; points missing: 0.5." in shown

    nominate(client, year)
    shown = words(parsed(client.get("/kla")))
    assert "Nominated sites that have to pass so that Madya is sure: 1." in shown
    assert "610.5 Madya" in shown

    seen = register.kla.scores.entries()[-1].seq
    assert points(client, year, seen, **{"self-1": ""}).status_code == 303
    shown = words(parsed(client.get("/kla")))
    assert "575–1,000" in shown
    assert "taken back" in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"self-1": "banyak"}, "“banyak” is no number of points"),
        ({"self-1": "1.000"}, "“1.000” is no number of points"),
        ({"self-1": "12", "maximum-1": "11,5"}, "12 is more than the maximum of 11.5"),
        ({"share": "41", "maximum-11": "40"}, "41 is more than the maximum of 40"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_stays_in_the_form(desk, register, year, fields, sentence):
    answer = points(desk("tono"), year, **fields)

    assert answer.status_code == 400
    assert sentence in words(parsed(answer))
    assert all(f'value="{value}"' in answer.text for value in fields.values())
    assert register.kla.scores.entries() == []


def test_two_users_do_not_overwrite_each_other(desk, register, year):
    points(desk("tono"), year, **{"self-1": "10"})
    answer = points(desk("tono"), year, 0, **{"self-1": "11", "self-2": "5"})

    assert answer.status_code == 409
    assert "Somebody else changed the same number" in words(answer.text)
    assert current_values(register.kla.scores.entries()) == {(year, "self", "1"): 10}


def test_results_are_those_of_the_round_that_the_form_shows(desk, register, year):
    """While the form is open, another user records the result of a later round."""
    assert 'name="last_year" value="2025"' in desk("tono").get("/kla/points").text
    register.kla.scores.record_result(2026, "madya", None, "SK", "putri")
    assert points(desk("tono"), year, **{"outcome-1": "12"}).status_code == 303

    assert set(current_values(register.kla.scores.entries())) == {(2025, "outcome", "1")}
    assert points(desk("tono"), year, last_year=year).status_code == 400


def test_only_planners_enter_and_nominate(desk, year):
    for client in (desk("rina"), desk("budi")):
        assert points(client, year).status_code == nominate(client, year).status_code == 403
        assert client.post("/kla/results", data={"result_year": "2025"}).status_code == 403
    assert desk("budi").get("/kla").status_code == desk("budi").get("/nominations").status_code == 403
    assert "/kla/points" not in desk("rina").get("/kla").text


def test_results_of_rounds_are_recorded_with_their_source(desk):
    client = desk("tono")
    result = {"result_year": "2025", "band": "madya", "total": "600,5", "source": "SK <1>"}
    assert client.post("/kla/results", data={**result, "source": ""}).status_code == 400
    assert client.post("/kla/results", data={**result, "total": "1001"}).status_code == 400
    assert client.post("/kla/results", data={**result, "result_year": "1999"}).status_code == 400
    assert client.post("/kla/results", data=result).status_code == 303

    shown = words(parsed(client.get("/kla")))
    assert "by this total: between Pratama and Madya, as published" in shown
    assert "2019 Pratama not known" in shown


def test_a_site_is_nominated_with_a_reason_and_taken_back(desk, register, year):
    client = desk("tono")
    assert nominate(client, year, reason=" ").status_code == 400
    assert nominate(client, year, site="tidak-ada").status_code == 404
    assert nominate(client, year).status_code == 303
    assert [each.site_id for each in register.kla.nominations.of_year(year)] == ["taman/c"]

    page = f"/nominations/{year}/taman/c"
    assert f'href="{page}"' in client.get("/nominations").text
    assert "paling siap" in words(parsed(desk("rina").get(page)))
    assert desk("rina").get(f"/nominations/{year}/alun-a").status_code == 404
    assert desk("rina").get("/nominations/99999/taman/c").status_code == 404

    assert (
        client.post("/nominations/withdraw", data={"year": year, "site": "taman/c", "reason": "rusak"}).status_code
        == 303
    )
    assert "The nomination was taken back" in words(parsed(client.get(page)))
    assert "rusak" in words(parsed(client.get("/nominations")))


def self_assessed(register, standard, answers, day):
    """Record a self-assessment and approve it."""
    visit = put_visit(
        register.visits, Visit(str(uuid4()), "taman/c", standard.edition, "self", "Budi", day, answers, author="budi")
    )
    register.reviews.make(visit.root, seq=0, to="approved", visit_id=visit.id, person_id="rina", note="", notes={})


def step(client, year, name, site="taman/c", **fields):
    data = {"step": name, "id": str(uuid4()), "item": "", "seq": "0", **fields}
    return client.post(f"/nominations/{year}/{site}", data=data)


def test_a_trail_shows_the_self_assessment_beside_the_auditors_score_and_what_is_next(desk, register, standard, year):
    client, day = desk("tono"), today()
    nominate(client, year)
    self_assessed(register, standard, {"LOK-03": 40}, day)
    document = accepted(register, "sk_manager", title="SK <x>", sites=("taman/c",))
    assert step(client, year, "official_score", score="421,5", document=document.document_id).status_code == 303
    finding = {"result": "nonconformity", "note": "pagar <b>", "deadline": (day - timedelta(days=1)).isoformat()}
    assert step(client, year, "findings", **finding).status_code == 303

    shown = words(parsed(client.get(f"/nominations/{year}/taman/c")))
    assert "421.5" in shown
    assert f"of {standard.ladder.maximum}" in shown
    assert "SK &lt;x&gt;" in shown
    assert "overdue Findings with deadlines: pagar &lt;b&gt;" in shown
    assert "Next step Decree of the Deputy (SK)" in shown
    assert "overdue Findings with deadlines: pagar" in words(parsed(client.get("/nominations")))


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("field_audit", {"day": (today() + timedelta(days=1)).isoformat()}, "That day has not come yet"),
        ("field_audit", {"deadline": "besok"}, "Write the deadline as a date"),
        ("official_score", {"score": "9999"}, "Write the score as a number"),
        ("minutes", {"result": "entah"}, "Choose the result"),
        ("minutes", {"document": "x"}, "Choose the document"),
        ("certificate", {"note": "x"}, "The form is not whole"),
        ("field_audit", {"id": "x"}, "The form is not whole"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_a_sentence(desk, register, year, name, fields, sentence):
    nominate(desk("tono"), year)
    answer = step(desk("tono"), year, name, **fields)

    assert answer.status_code == 400
    assert sentence in words(parsed(answer)) or name == "certificate"
    assert register.kla.nomination_trails.of_site("taman/c", year) == []


def test_a_step_that_somebody_else_changed_is_not_overwritten(desk, register, year):
    nominate(desk("tono"), year)
    step(desk("tono"), year, "minutes", note="satu")
    answer = step(desk("tono"), year, "minutes", note="dua")

    assert answer.status_code == 409
    assert [each.note for each in register.kla.nomination_trails.of_site("taman/c", year)] == ["satu"]


def test_the_files_have_the_order_and_the_trails(desk, year):
    nominate(desk("tono"), year)
    step(desk("tono"), year, "mentoring", note="=1+1")
    text = desk("rina").get(f"/nominations.csv?year={year}").text
    book = openpyxl.load_workbook(io.BytesIO(desk("rina").get(f"/nominations.xlsx?year={year}").data))
    order, trails, _ = book.worksheets

    assert "Taman C" in text
    assert "Nobody has audited it yet" in text
    assert order["A1"].value == "Place"
    assert "'=1+1" in {cell.value for row in trails.iter_rows() for cell in row}
