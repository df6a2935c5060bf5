"""The folder of a round: its list and filters, the dates of the round, requests to agencies with letter and links, and its files."""

import io
import re
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from helpers.kla_documents import accepted, recorded, small_pdf
from helpers.registers import filled_register
from helpers.sending import RINA, SITE, TONO, WHO, app_for, enrol
from rba_audit.days import today
from rba_audit.kla.calendar import round_of
from rba_audit.standard.policies import shipped_policies

PLANNER, REVIEWER = {WHO: TONO.id}, {WHO: RINA.id}
KLA = shipped_policies().kla
CITY_KIND = next(kind for kind in KLA.documents.kinds if kind.per == "city" and kind.needs_signer)
SITE_KIND = next(kind for kind in KLA.documents.kinds if kind.per == "site" and kind.needs_signer)
NOW = datetime.now(UTC)


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path)) as register:
        enrol(register)
        yield register


@pytest.fixture
def client(register, standard):
    client = app_for(register, standard).test_client()
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def round(register):
    return round_of(register, KLA, today())


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def nominate(register, round, *sites):
    for site in sites:
        register.kla.nominations.add(site, round.year, "", TONO.id)


def ask(client, *keys, **more):
    return client.post("/folder/ask", data={"item": [*keys], **more}, headers=PLANNER)


def test_without_a_nomination_the_folder_says_so_and_expects_documents_of_all_sites(client, register, round):
    page = words(client.get("/folder", headers=REVIEWER).text)
    kinds = KLA.documents.kinds
    expected = sum(1 if kind.per == "city" else register.count() for kind in kinds)

    assert f"all {register.count()} listed sites" in page
    assert f"0 of {expected} documents are present" in page
    nominate(register, round, SITE)
    page = words(client.get("/folder", headers=REVIEWER).text)
    assert "listed sites" not in page
    assert f"0 of {len(kinds)} documents are present" in page


def test_the_list_shows_state_holder_and_deadline_and_filters_by_them(client, register, round):
    nominate(register, round, SITE)
    accepted(register, CITY_KIND.name, signer="Wali Kota", at=NOW)
    accepted(register, SITE_KIND.name, sites=(SITE,), at=NOW)
    recorded(register, SITE_KIND.name, at=NOW)

    page = client.get("/folder?state=all", headers=REVIEWER).text
    rows = {row for row in re.findall(r"<tr[^>]*>.*?</tr>", page, re.DOTALL) if "task-state" in row}
    assert len(rows) == len(KLA.documents.kinds)
    begins = client.get("/folder", headers=REVIEWER).text
    assert begins.count('class="task-state') == len(rows) - 1, "the page begins with what is left to do"
    assert "state=all" in begins
    assert f"1 of {len(KLA.documents.kinds)}" in words(page)
    assert sum("signer not stated" in row for row in rows) == 1
    assert "names no site" in words(page)
    holder = next(kind.agency for kind in KLA.documents.kinds if kind.agency != CITY_KIND.agency)
    of_holder = client.get(f"/folder?agency={holder}&state=outstanding", headers=REVIEWER).text
    assert of_holder.count('class="task-state') == sum(kind.agency == holder for kind in KLA.documents.kinds)
    assert client.get("/folder?state=present", headers=REVIEWER).text.count('class="task-state') == 1
    hostile = client.get("/folder?agency=<b>x&site=y&year=99999&page=-1&state=z", headers=REVIEWER)
    assert hostile.status_code == 200
    assert "&lt;b&gt;x" in hostile.text
    assert 'name="item"' not in page
    assert 'name="item"' in client.get("/folder", headers=PLANNER).text


def test_the_dates_of_a_round_are_entered_for_one_year(client, register, round):
    step = KLA.calendar.step(CITY_KIND.due_step)
    assert KLA.calendar.origin.note.en in unescape(client.get("/folder", headers=REVIEWER).text)
    form = {"year": str(round.year), "seen": "0", f"starts-{step.name}": f"{round.year}-02-01"}

    assert client.post("/folder/round", data=form, headers=PLANNER).status_code == 400
    form[f"ends-{step.name}"] = f"{round.year}-01-31"
    assert "before the first" in client.post("/folder/round", data=form, headers=PLANNER).text
    form[f"ends-{step.name}"] = f"{round.year}-03-17"
    assert client.post("/folder/round", data=form, headers=REVIEWER).status_code == 403
    assert client.post("/folder/round", data=form, headers=PLANNER).status_code == 303
    assert client.post("/folder/round", data=form, headers=PLANNER).status_code == 409
    assert round_of(register, KLA, today()).deadline(CITY_KIND) == date(round.year, 3, 17)
    assert f"17 Mar {round.year}" in words(client.get("/folder", headers=REVIEWER).text)
    assert f'value="{round.year}-03-17"' in client.get(f"/folder/round?year={round.year}", headers=PLANNER).text


def test_asking_makes_one_letter_for_each_agency_and_shows_the_links_once(client, register, round):
    nominate(register, round, SITE)
    other = next(kind for kind in KLA.documents.kinds if kind.per == "city" and kind.agency != CITY_KIND.agency)
    keys = [f"{CITY_KIND.name}/", f"{SITE_KIND.name}/{SITE}", f"{other.name}/", "no such/x"]

    page = ask(client, *keys)

    agencies = {CITY_KIND.agency, SITE_KIND.agency, other.agency}
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('action="/folder/letter"') == len(agencies)
    tokens = re.findall(r'name="token" value="([^"]+)"', page.text)
    assert len(tokens) == len(set(tokens)) == 3
    made = register.kla.requests.all()
    assert {(each.kind, each.site_id, each.agency) for each in made} == {
        (kind.name, "" if kind.per == "city" else SITE, kind.agency) for kind in (CITY_KIND, SITE_KIND, other)
    }
    assert {each.valid_until for each in made} == {today() + timedelta(days=KLA.calendar.request_days.value)}
    folder = client.get("/folder", headers=PLANNER).text
    assert not any(token in folder for token in tokens)
    assert words(folder).count("asked on") == 3
    data = b"".join(path.read_bytes() for path in register.path.parent.glob("register.db*"))
    assert not any(token.encode() in data for token in tokens)


def test_the_letter_is_a_pdf_with_the_documents_of_one_agency_and_is_logged(client, register):
    page = ask(client, f"{CITY_KIND.name}/").text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    before = len(register.exports.between())

    letter = client.post("/folder/letter", data={"token": token}, headers=PLANNER)

    assert letter.mimetype == "application/pdf"
    with closing(PdfDocument(letter.data)) as pdf:
        text = " ".join(pdf[0].get_textpage().get_text_range().split())
    assert CITY_KIND.words.en in text
    assert f"/upload/{token}".encode() in letter.data or token in re.sub(r"[^\w-]", "", text)
    assert len(register.exports.between()) == before + 1
    assert token not in str(register.exports.between())
    assert client.post("/folder/letter", data={"token": "x"}, headers=PLANNER).status_code == 404
    assert client.post("/folder/letter", data={"token": token}, headers=REVIEWER).status_code == 403


def test_asking_again_ends_the_link_before_and_another_agency_can_be_asked(client, register):
    first = re.search(r"/upload/([\w-]+)", ask(client, f"{CITY_KIND.name}/").text)[1]
    second = re.search(r"/upload/([\w-]+)", ask(client, f"{CITY_KIND.name}/", ask_agency="dlh").text)[1]

    assert client.get(f"/upload/{first}").status_code == 404
    assert client.get(f"/upload/{second}").status_code == 200
    newest = next(each for each in register.kla.requests.all() if each.ended_by is None)
    assert newest.agency == "dlh"
    assert client.post(f"/folder/requests/{newest.id}/end", headers=PLANNER).status_code == 303
    assert client.get(f"/upload/{second}").status_code == 404


def test_nothing_is_asked_for_without_a_choice_and_of_no_unknown_agency(client, register):
    assert "Tick the documents" in ask(client).text
    assert "Tick the documents" in ask(client, "x/y").text
    wrong = ask(client, f"{CITY_KIND.name}/", ask_agency="x")
    assert (wrong.status_code, "checked" in wrong.text) == (400, True)
    assert client.post("/folder/ask", data={"item": f"{CITY_KIND.name}/"}, headers=REVIEWER).status_code == 403
    assert register.kla.requests.all() == []


def test_the_files_hold_what_the_list_shows(client, register, round):
    nominate(register, round, SITE)
    query = f"?agency={SITE_KIND.agency}"
    shown = [kind for kind in KLA.documents.kinds if kind.agency == SITE_KIND.agency]
    accepted(register, SITE_KIND.name, sites=(SITE,), signer="Wali Kota", at=NOW)

    rows = client.get(f"/folder.csv{query}", headers=REVIEWER).text.splitlines()
    sheet = load_workbook(io.BytesIO(client.get(f"/folder.xlsx{query}", headers=REVIEWER).data)).worksheets[0]
    assert len(rows) - 1 == len(shown)
    assert len([row for row in sheet.values if row[0] and re.match(r"\d{4}-", str(row[0]))]) == len(shown)
    message = client.get(f"/folder.txt{query}", headers=REVIEWER)
    assert message.headers["Content-Disposition"].startswith("attachment")
    assert SITE_KIND.words.en not in message.text
    assert all(kind.words.en in message.text for kind in shown if kind is not SITE_KIND)
    calendar = client.get(f"/folder.ics{query}", headers=REVIEWER)
    assert calendar.mimetype == "text/calendar"
    assert calendar.text.count("BEGIN:VEVENT") == len({kind.due_step for kind in shown if kind is not SITE_KIND})
    logged = [line.rows for line in register.exports.between()]
    assert sorted(logged) == sorted([len(shown), len(shown), len(shown) - 1, len(shown) - 1])


def test_what_an_agency_sends_is_decided_about_and_then_present(client, register, round):
    nominate(register, round, SITE)
    assert f"/documents/new?kind={SITE_KIND.name}&amp;site={SITE}" in client.get("/folder", headers=PLANNER).text
    token = re.search(r"/upload/([\w-]+)", ask(client, f"{SITE_KIND.name}/{SITE}").text)[1]
    file = (io.BytesIO(small_pdf()), "sk.pdf")
    assert client.post(f"/upload/{token}", data={"file": file, "signer": "Wali Kota"}).status_code == 303
    (version,) = register.kla.documents.all()

    page = client.get("/folder?state=waiting", headers=REVIEWER).text
    assert f'href="/documents/{version.document_id}"' in page
    decision = f"/documents/{version.document_id}/versions/1/decision"
    assert client.post(decision, data={"state": "accepted", "seen": "0"}, headers=REVIEWER).status_code == 303

    assert f"1 of {len(KLA.documents.kinds)} documents are present" in words(
        client.get("/folder", headers=PLANNER).text
    )
    assert "done: a file was accepted" in words(client.get("/folder", headers=PLANNER).text)
    assert "has accepted" in client.get(f"/upload/{token}?lang=en").text
