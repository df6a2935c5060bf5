"""Pages of rehearsals: the office begins one, a verifier goes through it, and its account opens nothing else."""

import io
import re
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import text

from helpers.action_pages import parsed
from helpers.kla_documents import accepted, pdf_file
from helpers.registers import filled_register, signed_in_client
from rba_audit import accounts
from rba_audit.days import today
from rba_audit.web import create_app

SITE = {"type": "Feature", "id": "taman-a", "properties": {"name": "Taman <A>"}, "geometry": None}
KIND = "sk_sites"


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path, [SITE], people=True)) as register:
        yield register


@pytest.fixture
def app(register, standard):
    return create_app(register, standard, demo=True)


@pytest.fixture
def office(app):
    return signed_in_client(app, "planner")


@pytest.fixture
def vina(register):
    return accounts.invite(register, "Vina", "vina", "verifier", by=None, valid_until=today())[0]


def client_of(app, register, someone):
    client = app.test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", accounts.begin_session(register, someone))
    return client


def begun(office, register):
    id = str(uuid4())
    assert office.post("/rehearsals", data={"id": id}).status_code == 303
    return register.kla.rehearsals.get(id)


def item_of_kind(rehearsal, kind=KIND):
    return next(item for item in rehearsal.items if item.kind == kind)


def test_the_office_begins_a_rehearsal_and_a_verifier_goes_through_it_to_the_end(app, register, office, vina):
    accepted(register, KIND, title="SK <b>", number="7/2026", signer="Wali Kota")
    assert "No rehearsal has begun yet." in parsed(office.get("/rehearsals"))
    rehearsal = begun(office, register)
    base = f"/rehearsals/{rehearsal.id}"
    assert "Nobody is invited yet." in parsed(office.get(base))
    assert office.post(f"{base}/verifiers", data={"person": vina.id, "invited": "1"}).status_code == 303

    guest = client_of(app, register, vina)
    assert f'href="{base}"' in parsed(guest.get("/rehearsals"))
    assert f"0 of {len(rehearsal.items)} decided" in parsed(guest.get(base))
    number = 1
    item = item_of_kind(rehearsal)
    refused = guest.post(f"{base}/items/{number}", data={"seen": "0", "state": "refused", "reason": " "})
    assert refused.status_code == 400
    assert "Write why you refuse it" in parsed(refused)
    for _ in rehearsal.items:
        page = parsed(guest.get(f"{base}/items/{number}"))
        assert ("SK &lt;b&gt;" in page) == (number == item.number)
        state = {"state": "refused", "reason": "<i>kurang</i>"} if number != item.number else {"state": "accepted"}
        answer = guest.post(f"{base}/items/{number}", data={"seen": "0", **state})
        assert answer.status_code == 303
        number = int(answer.location.rpartition("/")[2]) if answer.location.rpartition("/")[2].isdigit() else 0
    assert number == 0
    assert "Everything is decided." in parsed(guest.get(base))
    assert guest.post(f"{base}/items/1", data={"seen": "0", "state": "accepted"}).status_code == 409

    result = parsed(office.get(base))
    assert "&lt;i&gt;kurang&lt;/i&gt;" in result
    assert "not entered" in result
    assert not re.search(r"Points at risk</dt><dd>\s*\d", result)
    assert office.post(f"{base}/close").status_code == 303
    assert guest.post(f"{base}/items/1", data={"seen": "1", "state": "accepted"}).status_code == 409
    assert "closed" in parsed(guest.get(f"{base}/items/1"))


def test_only_the_files_of_the_copy_are_handed_out_as_they_were(app, register, office, vina):
    first = accepted(register, KIND, file=pdf_file("lama"))
    other = accepted(register, "city_budget", file=pdf_file("baru"))
    rehearsal, later = begun(office, register), begun(office, register)
    office.post(f"/rehearsals/{rehearsal.id}/verifiers", data={"person": vina.id, "invited": "1"})
    accepted(register, KIND, document_id=first.document_id, seen=1, file=pdf_file("ganti"))
    guest, number = client_of(app, register, vina), item_of_kind(rehearsal).number
    answer = guest.get(f"/rehearsals/{rehearsal.id}/items/{number}/file")

    assert answer.data == pdf_file("lama")[1]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert register.exports.between()[-1].person_id == vina.id
    missing = next(item.number for item in rehearsal.items if item.file is None)
    for address in (
        f"/rehearsals/{rehearsal.id}/items/{missing}/file",
        f"/rehearsals/{rehearsal.id}/items/{len(rehearsal.items) + 1}/file",
        f"/rehearsals/{rehearsal.id}/items/0",
        f"/rehearsals/{later.id}/items/{number}/file",
        f"/rehearsals/{later.id}",
        f"/rehearsals/{later.id}/items",
        f"/rehearsals/{uuid4()}",
    ):
        assert guest.get(address).status_code == 404, address
    assert other.file != first.file


@pytest.mark.parametrize("public", [False, True])
def test_the_menu_of_a_verifier_has_one_entry_and_all_else_is_refused(app, register, vina, public):
    accounts.set_public_view(register, on=public, by=None)
    guest = client_of(app, register, vina)
    page = parsed(guest.get("/rehearsals"))
    menu = re.search(r'<nav class="sections".*?</nav>', page, re.DOTALL)[0]

    assert re.findall(r'href="([^"]+)"', menu) == ["/rehearsals"]
    for address in ("/", "/sites", "/map", "/sites/taman-a", "/admin", "/queue", "/actions", "/sites.csv", "/api/work"):
        assert guest.get(address).status_code == 403, address
    assert guest.post("/rehearsals").status_code == 403
    assert guest.get("/account").status_code == 200


def test_signing_in_leads_a_verifier_to_the_rehearsals_and_after_the_last_day_says_why_not(app, register, vina):
    client = app.test_client()
    client.set_cookie("lang", "en")
    password = "empat lima enam tujuh"
    link = accounts.reset(register, vina.id, by=None)
    assert client.post(f"/join/{link}", data={"password": password}).location == "/rehearsals"
    form = {"login": "vina", "password": password, "next": "/sites"}
    assert client.post("/sign-in", data=form).location == "/rehearsals"
    assert client.get("/rehearsals").status_code == 200

    with register._database.writing() as connection:
        day = (today() - timedelta(days=1)).isoformat()
        connection.execute(text("UPDATE person SET valid_until = :day WHERE id = :id"), {"day": day, "id": vina.id})
    turned_away = client.get("/rehearsals")
    assert turned_away.location.startswith("/sign-in")
    assert "This account was valid until" in parsed(client.get(turned_away.location))
    refused = client.post("/rehearsals")
    assert refused.status_code == 401
    assert "This account was valid until" in refused.text
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert "This account was valid until" in parsed(answer)


def test_an_administrator_makes_the_account_with_its_last_day_and_moves_it(app, register):
    client = signed_in_client(app, "administrator")
    form = {"name": "Wati", "login": "wati", "role": "verifier"}
    assert client.post("/admin", data=form).status_code == 400
    made = client.post("/admin", data={**form, "valid_until": today().isoformat(), "area": "*"})
    assert made.status_code == 200
    wati = next(person for person in register.people.all() if person.login == "wati")
    assert (wati.valid_until, wati.area) == (today(), ())
    later = today() + timedelta(days=30)
    seq = register.people.last_line(wati.id)
    changed = {"name": "Wati", "role": "verifier", "valid_until": later.isoformat(), "seq": seq}
    assert client.post(f"/admin/people/{wati.id}", data=changed).status_code == 303
    assert register.people.get(wati.id).valid_until == later
    overtaken = client.post(f"/admin/people/{wati.id}", data={**changed, "valid_until": today().isoformat()})
    assert overtaken.status_code == 409
    assert "Last day" in parsed(overtaken)
    assert "rehearsals only, until" in parsed(client.get("/admin"))


def test_the_workbook_has_what_was_refused_and_the_real_outcome_of_last_year(app, register, office, vina):
    rehearsal = begun(office, register)
    base, item = f"/rehearsals/{rehearsal.id}", item_of_kind(rehearsal)
    office.post(f"{base}/verifiers", data={"person": vina.id, "invited": "1"})
    guest = client_of(app, register, vina)
    guest.post(f"{base}/items/{item.number}", data={"seen": "0", "state": "refused", "reason": "=1+1"})
    bad = office.post(f"{base}/outcomes", data={"subject": str(item.number), "points": "banyak"})
    assert bad.status_code == 400
    assert "is no number of points" in parsed(bad)
    good = {"subject": str(item.number), "state": "refused", "points": "3,5", "note": "tanpa lampiran"}
    assert office.post(f"{base}/outcomes", data=good).status_code == 303
    assert "tanpa lampiran" in parsed(office.get(base))
    assert guest.post(f"{base}/outcomes", data=good).status_code == 403

    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{base}/result.xlsx").data))
    assert book.sheetnames == ["Refused", "All items", "Indicators", "About"]
    rows = [[cell.value for cell in row] for row in book["Refused"].iter_rows()]
    assert len(rows) == 2
    assert {"'=1+1", "tanpa lampiran", "not entered"} <= set(rows[1])
    assert guest.get(f"{base}/result.xlsx").status_code == 403
