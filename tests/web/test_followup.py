"""The pages of actions, certificates and surveillance."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import html5lib
import pytest

from helpers.actions import CERTIFICATE, GRAVE, PLAIN, PUTRI, SITE, approved
from helpers.origins import gps_of
from helpers.origins import picture as photo_with
from helpers.registers import filled_register
from helpers.sending import WHO, app_for, enrol, picture
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import make_actions
from rba_audit.web.pages import followup


@pytest.fixture
def register(tmp_path):
    bare = [
        {
            "type": "Feature",
            "id": SITE,
            "properties": {"name": "Taman <Sari>", "kecamatan": "Serang"},
            "geometry": None,
        },
        {"type": "Feature", "id": "alun-b", "properties": {"name": "Alun-Alun B"}, "geometry": None},
    ]
    register = filled_register(tmp_path, bare)
    enrol(register)
    yield register
    register.close()


@pytest.fixture
def desk(register, standard):
    """A function that gives a client for somebody."""
    app = app_for(register, standard)
    if followup.pages.name not in app.blueprints:
        app.register_blueprint(followup.pages)

    def of(who):
        client = app.test_client()
        client.set_cookie("lang", "en")
        client.environ_base["HTTP_" + WHO.upper().replace("-", "_")] = who
        return client

    return of


@pytest.fixture
def made(register, standard):
    approved(register, {PLAIN: "no", GRAVE: 0}, today() - timedelta(days=40))
    long_ago = today() - timedelta(days=35)
    actions = make_actions(register, audit_with_visits(register, standard), None, PUTRI, long_ago)
    return {each.request.requirement: each for each in actions}


def parsed(page):
    html = page.get_data(as_text=True)
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert parser.errors == []
    return html


def post(client, path, **form):
    return client.post(path, data=form, content_type="multipart/form-data")


def test_the_list_shows_what_is_overdue_first_and_counts(desk, made):
    html = parsed(desk("tono").get("/actions"))

    assert html.index(f"/actions/{made[GRAVE].id}") < html.index(f"/actions/{made[PLAIN].id}")
    assert "Taman &lt;Sari&gt;" in html
    assert "2 actions" in html
    assert "1 action<" in parsed(desk("tono").get("/actions?state=overdue"))
    assert "No action answers this choice." in parsed(desk("tono").get("/actions?agency=none"))
    assert "2 actions" in parsed(desk("tono").get("/actions?state=%3Cb%3E&page=99999"))


def test_without_actions_the_list_says_how_they_are_made(desk):
    assert "There are no actions yet." in parsed(desk("rina").get("/actions"))


def test_a_planner_makes_actions_and_pressing_again_makes_none(desk, register):
    approved(register, {PLAIN: "no"}, today() - timedelta(days=3))
    planner = desk("tono")
    assert b"1 actions were made." in planner.post("/actions", follow_redirects=True).data
    assert b"There was nothing to make" in planner.post("/actions", data={"site": SITE}, follow_redirects=True).data
    assert len(register.actions.all()) == 1


@pytest.mark.parametrize(("who", "status"), [("budi", 403), ("rina", 403), ("tono", 303), ("ade", 303)])
def test_planners_and_administrators_make_actions(desk, who, status):
    assert desk(who).post("/actions").status_code == status


@pytest.mark.parametrize("path", ["/actions", "/actions.csv", "/certificates", "/surveillance", "/surveillance.ics"])
@pytest.mark.parametrize(("who", "status"), [("budi", 403), ("rina", 200), ("tono", 200), ("ade", 200)])
def test_the_desk_reads_these_pages_and_surveyors_do_not(desk, path, who, status):
    assert desk(who).get(path).status_code == status


def test_an_action_shows_what_to_do_and_what_happened(desk, made, standard):
    html = parsed(desk("tono").get(f"/actions/{made[GRAVE].id}"))

    assert standard.requirement(GRAVE).remedy.what.en.replace("'", "&#39;") in html
    assert "Made, due on" in html
    assert "overdue" in html
    assert desk("tono").get(f"/actions/{uuid4()}").status_code == 404


def test_the_file_of_a_proof_says_when_and_where_it_was_taken_and_keeps_no_word_of_it(desk, made, register):
    path = f"/actions/{made[PLAIN].id}"
    told = photo_with("JPEG", "2024:03:05 10:12:13", "+07:00", gps_of(106.2, -6.2))
    post(desk("tono"), f"{path}/done", seq="1", note="Sudah", photo=(io.BytesIO(told), "a.jpg"))
    photo = register.actions.get(made[PLAIN].id).last.photo
    html = parsed(desk("tono").get(path))

    assert "Its file: taken on 5 Mar 2024, 10.12 WIB, " in html
    assert "Taken on another day than the visit: 5 Mar 2024." not in html, "it is no visit"
    assert "Taken on another day: 5 Mar 2024." in html
    assert "place known; that of the site is not." in html
    assert b"2024" not in desk("rina").get(f"{path}/photos/{photo}").data

    post(desk("tono"), f"{path}/reopen", seq="2", reason="Belum")
    post(desk("tono"), f"{path}/done", seq="3", note="Sudah", photo=(io.BytesIO(photo_with("PNG")), "a.png"))
    assert "Its file: no time in its file, no place in its file." in parsed(desk("tono").get(path))


def test_an_ordinary_action_is_done_with_a_note_and_a_photo(desk, made, register):
    path = f"/actions/{made[PLAIN].id}"
    sent = {"seq": "1", "note": "Sudah <b>", "photo": (io.BytesIO(picture(3, 800)), "IMG.jpg")}
    assert post(desk("tono"), f"{path}/done", **sent).status_code == 303
    now = register.actions.get(made[PLAIN].id)
    html = parsed(desk("tono").get(path))

    assert now.state == "closed"
    assert "Done and closed" in html
    assert "Sudah &lt;b&gt;" in html
    photo = desk("rina").get(f"{path}/photos/{now.last.photo}?size=small")
    assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
    assert b"Telepon" not in photo.data
    assert desk("rina").get(f"/actions/{made[GRAVE].id}/photos/{now.last.photo}").status_code == 404
    assert desk("budi").get(f"{path}/photos/{now.last.photo}").status_code == 403


def test_a_form_that_is_not_whole_comes_back_with_what_was_typed(desk, made, register):
    path = f"/actions/{made[PLAIN].id}"
    answer = post(desk("tono"), f"{path}/done", seq="1", note="Sudah diperbaiki")
    assert answer.status_code == 400
    html = parsed(answer)

    assert "Add a photo" in html
    assert "Sudah diperbaiki</textarea>" in html
    text_file = (io.BytesIO(b"no picture at all"), "a.jpg")
    assert post(desk("tono"), f"{path}/done", seq="1", note="x", photo=text_file).status_code == 400
    assert post(desk("tono"), f"{path}/due", seq="1", due="nonsense", reason="x").status_code == 400
    assert post(desk("tono"), f"{path}/due", seq="", due="2030-01-01", reason="x").status_code == 400
    assert register.actions.get(made[PLAIN].id).last.seq == 1


def test_at_high_risk_another_person_confirms(desk, made, register):
    path = f"/actions/{made[GRAVE].id}"
    post(desk("tono"), f"{path}/done", seq="1", note="Dipagar", photo=(io.BytesIO(picture(1)), "a.jpg"))
    assert "another person has to look" in parsed(desk("tono").get(path))
    assert post(desk("tono"), f"{path}/confirm", seq="2").status_code == 403
    assert register.actions.get(made[GRAVE].id).state == "done"
    assert post(desk("rina"), f"{path}/confirm", seq="2", note="Dilihat").status_code == 303

    assert register.actions.get(made[GRAVE].id).state == "closed"


def test_the_second_of_two_is_told_what_happened(desk, made):
    path = f"/actions/{made[GRAVE].id}"
    post(desk("tono"), f"{path}/done", seq="1", note="Dipagar", photo=(io.BytesIO(picture(1)), "a.jpg"))
    post(desk("rina"), f"{path}/confirm", seq="2", note="Dilihat")
    late = post(desk("ade"), f"{path}/confirm", seq="2", note="Saya juga")
    html = parsed(late)

    assert late.status_code == 409
    assert "Someone else changed this action meanwhile" in html
    assert "Confirmed and closed — Rina Wulandari" in html


def test_due_date_owner_and_reopening(desk, made, register):
    path = f"/actions/{made[PLAIN].id}"
    day = (today() + timedelta(days=9)).isoformat()
    assert post(desk("rina"), f"{path}/owner", seq="1", owner="Pak Dedi").status_code == 303
    assert post(desk("rina"), f"{path}/due", seq="2", due=day, reason="Menunggu dana").status_code == 303
    post(desk("tono"), f"{path}/done", seq="3", note="Sudah", photo=(io.BytesIO(picture(2)), "a.jpg"))
    assert post(desk("rina"), f"{path}/reopen", seq="4", reason="").status_code == 400
    assert post(desk("rina"), f"{path}/reopen", seq="4", reason="Rusak lagi").status_code == 303
    now = register.actions.get(made[PLAIN].id)

    assert (now.state, now.owner, now.due.isoformat()) == ("open", "Pak Dedi", day)
    for text in ("Pak Dedi", "Menunggu dana", "Rusak lagi"):
        assert text in parsed(desk("tono").get(path))


def test_a_later_visit_offers_to_close_by_one_press(desk, made, register):
    visit = approved(register, {PLAIN: "yes"}, today() - timedelta(days=1))
    path = f"/actions/{made[PLAIN].id}"
    assert "Close with this visit as proof" in parsed(desk("tono").get(path))
    assert "met since" in parsed(desk("tono").get("/actions?state=met"))
    assert post(desk("tono"), f"{path}/met", seq="1", visit=str(uuid4())).status_code == 409
    assert post(desk("tono"), f"{path}/met", seq="1", visit=visit.id).status_code == 303

    assert register.actions.get(made[PLAIN].id).last.visit_id == visit.id
    assert "Closed: met at the visit of" in parsed(desk("tono").get(path))


def test_files_are_narrowed_as_the_page_is(desk, made):
    rows = list(csv.reader(io.StringIO(desk("tono").get("/actions.csv?risk=high").get_data(as_text=True))))
    assert [row[7] for row in rows[1:]] == [GRAVE]
    workbook = desk("tono").get("/actions.xlsx")
    assert workbook.data[:2] == b"PK"
    assert "attachment" in workbook.headers["Content-Disposition"]
    assert len(made) == 2


def test_a_certificate_is_recorded_shown_and_withdrawn(desk, register):
    planner = desk("tono")
    form = {**CERTIFICATE, "id": str(uuid4())}
    assert post(planner, "/certificates", **form).status_code == 303
    assert post(planner, "/certificates", **form).status_code == 303
    assert len(register.certificates.all()) == 1
    html = parsed(planner.get("/certificates"))
    assert "SK/12 &lt;b&gt;" in html
    assert "works none out" in html
    assert post(planner, "/certificates", **{**form, "id": str(uuid4())}).status_code == 409
    path = f"/certificates/{form['id']}/withdraw"
    assert post(planner, path, reason="").status_code == 400
    assert post(planner, path, reason="Dicabut <i>").status_code == 303
    assert post(planner, path, reason="Lagi").status_code == 409

    assert "Dicabut &lt;i&gt;" in parsed(planner.get("/certificates"))


@pytest.mark.parametrize("wrong", [{"site": ""}, {"rank": "rbra-2024/Emas"}, {"issued": "x"}, {"valid_until": ""}])
def test_a_certificate_that_cannot_be_comes_back_with_what_was_typed(desk, register, wrong):
    answer = post(desk("tono"), "/certificates", **{**CERTIFICATE, "id": str(uuid4()), **wrong})

    assert answer.status_code == 400
    assert 'value="KemenPPPA"' in parsed(answer)
    assert register.certificates.all() == ()


def test_reviewers_read_certificates_and_record_none(desk):
    assert "Record a certificate" not in parsed(desk("rina").get("/certificates"))
    assert post(desk("rina"), "/certificates", **CERTIFICATE).status_code == 403


def test_surveillance_lists_what_is_due_and_gives_a_calendar(desk, register):
    assert "nothing is due" in parsed(desk("tono").get("/surveillance"))
    approved(register, {PLAIN: "yes"}, today() - timedelta(days=500))
    html = parsed(desk("tono").get("/surveillance"))
    calendar = desk("tono").get("/surveillance.ics")

    assert "overdue" in html
    assert "1 place has" in html
    assert calendar.mimetype == "text/calendar"
    assert calendar.get_data(as_text=True).count("BEGIN:VEVENT") == 1


def test_the_piece_of_a_sites_page_tells_what_follows(desk, made, register):
    from types import SimpleNamespace

    from flask import g, render_template

    planner = desk("tono")
    app = planner.application
    site = SimpleNamespace(row=SimpleNamespace(id=SITE))
    with app.test_request_context("/"):
        g.person = next(each for each in register.people.all() if each.id == "tono")
        html = render_template("followup/of_site.html", site=site)
        g.person = None
        public = render_template("followup/of_site.html", site=site)

    assert f"/actions/{made[GRAVE].id}" in html
    assert "Make actions" in html or "Buat tindakan" in html
    assert "/actions/" not in public
    assert "<form" not in public
