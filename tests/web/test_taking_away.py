"""Taking away an area, a role or an account never strands finished work: what each page and answer then says."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest

from helpers.registers import filled_register
from helpers.sending import ADE, BUDI, EKA, OTHER_SITE, SITE, SITI, TONO, as_bytes, danger, enrol, uuid, visit
from rba_audit import accounts
from rba_audit.cli import main
from rba_audit.register.person_records import Person
from rba_audit.web import create_app

PASSWORD = "ayunan merah di sudut"


@pytest.fixture
def register(tmp_path):
    opened = filled_register(tmp_path)
    enrol(opened)
    for someone in (BUDI, ADE):
        link = accounts.reset(opened, someone.id, by=None)
        accounts.accept_link(opened, link, PASSWORD)
    yield opened
    opened.close()


@pytest.fixture
def come(register, standard):
    """A reader of English, signed in as somebody, or as nobody."""
    app = create_app(register, standard)

    def arrive(someone=None):
        reader = app.test_client()
        reader.set_cookie("lang", "en")
        if someone:
            reader.set_cookie("rba", accounts.begin_session(register, register.people.get(someone.id)))
        return reader

    return arrive


def change(register, **fields):
    return register.people.change("budi", datetime.now(UTC), "ade", **fields)


def put(reader, document):
    return reader.put(f"/api/visits/{document['id']}", data=as_bytes(document))


def parcel(*documents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for document in documents:
            folder = "visits" if "answers" in document else "dangers"
            archive.writestr(f"{folder}/{document['id']}.json", as_bytes(document))
    return file.getvalue()


def main_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<main") :]))


# --- another role ---


def test_who_became_a_planner_sends_what_was_begun_before_and_reaches_the_queue(come, register):
    change(register, role="planner")
    reader = come(BUDI)

    page = reader.get("/queue")
    answer = put(reader, visit())

    assert page.status_code == 200
    assert 'data-surveys="no"' in page.text
    assert "Your role does not include visits. What you began while it did can still be sent" in main_of(page)
    assert "/queue" in reader.get("/").text
    assert reader.get("/survey-shell").status_code == 200
    assert answer.status_code == 201
    assert answer.json["remarks"] == [
        "Begun on 20 Nov 2026 while the role of Budi Santoso included visits; it does not any more."
    ]


def test_who_became_a_planner_sends_nothing_begun_since(come, register):
    change(register, role="planner")

    answer = put(come(BUDI), visit(begun_at=datetime.now(UTC).isoformat()))

    assert answer.status_code == 422
    assert answer.json["told"].startswith("The role of Budi Santoso does not include visits")


def test_who_never_filled_a_form_sends_nothing(come):
    reader = come(TONO)

    assert put(reader, visit(author="tono")).status_code == 403
    assert reader.post("/api/parcels", data=parcel(visit())).status_code == 403


# --- another area ---


def test_the_sentence_about_an_area_is_true_on_every_page_and_in_every_answer(come, register):
    change(register, area=(f"site:{OTHER_SITE}",))
    reader = come(BUDI)
    gone = "Taman Sari is not in your area any more. What you began there before can still be sent from “My work”"
    never = "Your area has no site “nowhere”; “My work” lists the ones it has."

    for path in ("/sites/{}", "/sites/{}/audit", "/sites/{}/equipment", "/forum/{}"):
        assert gone in main_of(reader.get(path.format(SITE)))
        assert never in main_of(reader.get(path.format("nowhere")))
    assert reader.get(f"/api/sites/{SITE}/opening").json["told"].startswith(gone)
    answer = put(reader, visit())
    assert answer.json["remarks"] == [
        "Begun on 20 Nov 2026 while this site was in the area of Budi Santoso; it is not any more."
    ]


def test_guessing_ids_tells_nothing_of_sites_that_never_were_theirs(come):
    reader = come(EKA)

    told = [main_of(reader.get(f"/sites/{site}/audit")).replace(site, "…") for site in (SITE, "nowhere")]
    sent = [put(reader, visit(author="eka", site=site)).json["told"].replace(site, "…") for site in (SITE, "nowhere")]

    assert told[0] == told[1]
    assert sent == ["Your area has no site “…”; “My work” lists the ones it has."] * 2


def test_a_visit_that_was_sent_back_can_be_corrected_from_outside_the_area(come, register):
    budi = come(BUDI)
    put(budi, visit())
    register.reviews.make(
        uuid(1), seq=0, to="has_issues", visit_id=uuid(1), person_id="rina", note="Gerbang?", notes={}, without={}
    )
    change(register, area=(f"site:{OTHER_SITE}",))

    assert budi.get(f"/sites/{SITE}/audit").status_code == 200
    assert budi.get(f"/api/sites/{SITE}/opening").status_code == 200
    assert budi.post(f"/sites/{SITE}/audit", data={}).status_code == 404  # that would be a visit of its own
    assert budi.post(f"/sites/{SITE}/audit", data={"visit.replaces": uuid(9)}).status_code == 404
    assert budi.post(f"/sites/{SITE}/audit", data={"visit.replaces": uuid(1)}).status_code == 400  # it lacks a name
    correction = visit(2, replaces=uuid(1), note="Sudah", begun_at=datetime.now(UTC).isoformat())
    assert put(budi, correction).status_code == 201


def test_the_reviewers_page_says_how_a_visit_came(come, register):
    change(register, area=())
    change(register, active=False)
    siti = come(SITI)
    siti.post("/api/parcels", data=parcel(visit(), danger()))

    page = come(ADE).get(f"/review/{uuid(1)}")
    dangers = come(ADE).get("/dangers")

    assert re.search(
        r"How it came Handed over by Siti Aminah on \d+ \w+ \d+\. Begun on 20 Nov 2026, before Budi Santoso was kept out\.",
        main_of(page),
    )
    assert "Handed over by Siti Aminah on" in main_of(dangers)


# --- kept out ---


def test_the_right_password_of_who_is_kept_out_says_so_whom_to_ask_and_how_to_hand_over(come, register):
    change(register, active=False)

    answer = come().post("/sign-in", data={"login": "budi", "password": PASSWORD})

    assert answer.status_code == 403
    told = main_of(answer)
    assert "an administrator keeps this account out. Ask: Ade Kurnia. What waits on this phone is not lost" in told
    assert 'class="button second" href="/waiting"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_password_of_who_is_kept_out_says_what_everybody_is_told(come, register):
    change(register, active=False)

    def page(login):
        answer = come().post("/sign-in", data={"login": login, "password": "salah sekali saja"})
        return answer.status_code, answer.text.replace(f'value="{login}" auto', "")

    assert page("budi") == page("nobody") == page("siti")


@pytest.mark.parametrize("someone", [None, BUDI, ADE], ids=["nobody", "a surveyor", "an administrator"])
def test_what_waits_is_saved_without_an_account_on_a_page_that_names_nobody(come, someone):
    page = come(someone).get("/waiting")

    assert page.status_code == 200
    assert "phone/waiting.js" in page.text
    assert not any(each.name in page.text for each in (BUDI, ADE))
    assert page.text == come().get("/waiting").text
    assert "/waiting" in come().get("/sign-in").text


def test_the_worker_keeps_that_page_and_lets_it_stay_when_somebody_signs_in_or_out(come):
    script = come().get("/sw.js").text

    assert 'const NAMELESS = ["/waiting"];' in script
    assert '"/waiting"' in re.search(r"const PAGES = (\[.*\]);", script)[1]


# --- by a colleague ---


def test_a_colleague_hands_over_and_gets_a_receipt_for_each_entry(come, register):
    change(register, active=False)
    siti = come(SITI)

    answer = siti.post("/api/parcels", data=parcel(visit(), danger(), visit(2, answers={"LOK-03": -5})))

    told = {entry["id"]: entry for entry in answer.json["entries"]}
    assert [told[id]["result"] for id in (uuid(1), uuid(900), uuid(2))] == ["new", "new", "refused"]
    assert [told[id]["site_name"] for id in (uuid(1), uuid(900))] == ["Taman Sari"] * 2
    assert [told[id]["author_name"] for id in (uuid(1), uuid(900))] == ["Budi Santoso"] * 2
    assert told[uuid(1)]["told"] == "Begun on 20 Nov 2026, before Budi Santoso was kept out."
    assert told[uuid(1)]["receipt"]["sha256"]
    assert told[uuid(2)]["told"].startswith("LOK-03:")
    assert (told[uuid(2)]["author_name"], told[uuid(2)]["receipt"]) == ("", None)
    register.people.change("budi", datetime.now(UTC), "ade", active=True)
    own = come(BUDI).get("/api/work").json["own"]
    assert [each["handed_over"] for each in own] == ["Siti Aminah"]


def test_ones_own_parcel_names_no_author(come):
    [entry] = come(BUDI).post("/api/parcels", data=parcel(visit())).json["entries"]

    assert (entry["site_name"], entry["author_name"]) == ("Taman Sari", "")


def test_the_place_to_hand_over_stands_on_the_page_of_ones_work(come):
    for someone in (SITI, ADE):
        page = come(someone).get("/queue").text
        assert "yours or that of a colleague who cannot send" in page
        assert re.search(r'<input type="file" id="parcel"[^>]* multiple', page)


# --- what an administrator is told before they press ---


def told_to_administrator(come, someone):
    return main_of(come(ADE).get(f"/admin/people/{someone.id}"))


def test_an_administrator_is_told_that_work_may_wait_before_they_take_anything_away(come):
    put(come(BUDI), visit(photos=[{"sha256": "0" * 64, "question": "", "item": "", "bytes": 9}]))
    page = told_to_administrator(come, BUDI)

    assert page.count("Work that was not sent may wait on the phone of Budi Santoso") == 2
    assert re.search(r"Last seen: \d+ \w+ \d{4}. Last sent: \d+ \w+ \d{4}.", page)
    assert "Visits of theirs whose photos have not all arrived: 1." in page
    assert page.index("may wait on the phone") < page.index("Save ")
    assert page.rindex("may wait on the phone") < page.index("Keep Budi Santoso out")
    assert "Best let them open “My work” where there is signal first." in page


def test_of_a_phone_that_never_sent_anything_that_is_told(come, register):
    new = Person("lia", "lia", "Lia", "surveyor", ("*",), True)
    register.people.add(new, "x", datetime.now(UTC), None)

    assert "Last seen: –. Last sent: –." in told_to_administrator(come, new)


def test_of_a_planner_who_never_sent_anything_nothing_is_told(come):
    assert "may wait on the phone" not in told_to_administrator(come, TONO)


def test_after_the_press_it_says_that_what_was_begun_is_still_taken(come):
    chief, path = come(ADE), "/admin/people/budi"
    seq = re.search(r'name="seq" value="(\d+)"', chief.get(path).text)[1]
    kept = {"name": "Budi Santoso", "seq": seq}

    renamed = chief.post(path, data={**kept, "role": "surveyor", "area": "*", "name": "Budi"}, follow_redirects=True)
    narrowed = chief.post(
        path, data={**kept, "role": "surveyor", "area": "36.73.01", "name": "Budi"}, follow_redirects=True
    )
    out = chief.post(f"{path}/active", data={**kept, "active": "0"}, follow_redirects=True)

    still = "What was begun on the phone before this change is still taken"
    assert [still in main_of(page) for page in (renamed, narrowed, out)] == [False, True, True]


def test_the_command_line_says_it_too(register, capsys):
    assert main(["people", "deactivate", "budi", "--register", f"sqlite:///{register.path}", "--lang", "en"]) == 0
    assert "Work that was not sent may wait on the phone of Budi Santoso" in capsys.readouterr().out
