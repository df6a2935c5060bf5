"""The pages of KHA training: people by hand and from tables, what is refused, files, erasure, and what stays inside the office."""

import csv
import io
import logging
import re
from contextlib import closing

import pytest

from helpers.registers import filled_register, sample_features, signed_in_client
from rba_audit import accounts
from rba_audit.web import create_app

TABLE = (
    "Nama;Instansi;Unsur;No. Sertifikat;Berlaku sampai;No. HP;Lokasi\r\n"
    "Halimah Ratnasari;Puskesmas Curug;Puskesmas;KHA/1;02/03/2099;0812;Taman Sari\r\n"
    '"=HYPERLINK(""http://x"",""y"")";Bank Banten;Bank;KHA/2;;0813;\r\n'
)


@pytest.fixture
def app(tmp_path, standard):
    with closing(filled_register(tmp_path, sample_features({"taman-sari"}), people=True)) as register:
        app = create_app(register, standard)
        app.register_of_test = register
        yield app


def client_of(app, role):
    client = signed_in_client(app, role)
    client.set_cookie("lang", "en")
    return client


def preview(client, text, **more):
    data = {"table": (io.BytesIO(text.encode()), "peserta.csv"), **more}
    return client.post("/kha/table", data=data, content_type="multipart/form-data")


def hidden(html, name):
    """Return the value of a hidden field in the form that records a table."""
    form = html[html.index("/kha/table/record") :]
    return re.search(rf'name="{name}" value="([^"]*)"', form).group(1)


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def recorded(client, text=TABLE):
    html = preview(client, text).text
    fields = {name: hidden(html, name) for name in ("id", "draft")}
    return client.post("/kha/table/record", data=fields, content_type="multipart/form-data")


def test_a_table_is_shown_before_it_is_stored_recorded_once_and_undone(app):
    client, trainings = client_of(app, "planner"), app.register_of_test.kla.trainings
    shown = preview(client, TABLE)

    assert shown.status_code == 200
    assert trainings.people() == []
    text = plain(shown.text)
    assert "2 rows were read. New: 2 people and 2 certificates." in text
    assert "Left out, never stored No. HP (column F)" in text
    assert "0812" not in text
    assert recorded(client).status_code == 303
    assert "Halimah Ratnasari" in client.get("/kha").text
    again = plain(preview(client, TABLE).text)
    assert "New: 0 people and 0 certificates. Already recorded: 2 rows." in again
    assert "There is nothing new to record." in again
    [recording] = trainings.recordings(9)
    assert client.post(f"/kha/recordings/{recording.id}/undo").status_code == 303
    assert trainings.people() == []


def test_an_identity_number_in_a_table_or_a_form_stores_nothing_and_names_the_place(app, caplog):
    client, trainings = client_of(app, "planner"), app.register_of_test.kla.trainings
    caplog.set_level(logging.DEBUG)
    bad = TABLE.replace("0813", "3604.0123.4567.8901")
    refused = preview(client, bad)
    by_hand = client.post("/kha/people", data={"id": "x", "name": "Halimah 3604 0123 4567 8901"})
    training = client.post("/kha/trainings", data={"title": "3604012345678901", "day": "2026-03-02", "organiser": "A"})

    assert [each.status_code for each in (refused, by_hand, training)] == [400, 400, 400]
    assert "Row 3, column F “No. HP”: an identity number (NIK) is never taken" in refused.text
    assert "an identity number (NIK) is not taken and was not stored" in by_hand.text
    assert trainings.people() == []
    assert trainings.all() == []
    assert b"3604.0123" not in app.register_of_test.path.read_bytes()
    assert "3604" not in caplog.text


def test_a_person_by_hand_is_corrected_gets_certificates_and_is_counted(app):
    client, trainings = client_of(app, "planner"), app.register_of_test.kla.trainings
    form = client.get("/kha").text
    training = {
        "id": re.search(r'name="id" value="([^"]*)"', form).group(1),
        "title": "KHA dasar",
        "day": "2026-03-02",
        "organiser": "DP3AKB",
        "hours": "16",
    }
    assert client.post("/kha/trainings", data=training).status_code == 303
    assert 'value="DP3AKB"' in client.get(f"/kha?training={training['id']}").text
    assert client.post("/kha/trainings", data={**training, "hours": "24"}).status_code == 303
    assert [each.hours for each in trainings.all()] == [24]
    id = re.findall(r'name="id" value="([^"]*)"', client.get("/kha").text)[-1]
    fields = {"id": id, "name": "Halimah", "institution": "DLH", "sector": "opd", "site": "taman-sari"}
    for _ in range(2):
        assert client.post("/kha/people", data=fields).status_code == 303
    [person] = trainings.people()
    page = client.get(f"/kha/people/{person.id}").text
    assert "No certificate is recorded." in page
    more = {
        "id": re.search(r'name="id" value="([^"]*)"', page).group(1),
        "number": "KHA/9",
        "valid_until": "2099-01-01",
        "training": training["id"],
    }
    assert client.post(f"/kha/people/{person.id}/certificates", data=more).status_code == 303
    assert (
        client.post(
            f"/kha/people/{person.id}", data={"name": "Halimah R.", "institution": "DLH", "sector": "opd"}
        ).status_code
        == 303
    )
    [person] = trainings.people()
    assert (person.name, person.sites, person.certificates[0].training_id) == ("Halimah R.", (), training["id"])
    text = plain(client.get("/kha?sector=opd").text)
    assert "1 person is recorded. With a valid certificate: 1." in text
    assert "Nobody is recorded from:" in text
    assert "KHA dasar" in text
    remove = f"/kha/people/{person.id}/certificates/{person.certificates[0].id}/remove"
    assert client.post(remove).status_code == 303
    assert trainings.people()[0].certificates == ()


def test_a_site_without_recorded_staff_is_unknown_and_no_nought(app):
    client = client_of(app, "planner")
    before = plain(client.get("/kha").text)
    recorded(client, "Nama,Lokasi\nHalimah,Taman Sari\n")
    after = plain(client.get("/kha").text)

    assert "1 unknown: no staff is recorded" in before
    assert "1 nobody among the recorded staff is trained" in after


def test_the_files_hold_the_filtered_list_without_formulas_and_are_noted_without_names(app):
    client, register = client_of(app, "planner"), app.register_of_test
    recorded(client)
    rows = list(
        csv.reader(io.StringIO(client.get("/kha/people.csv?sector=business").get_data(as_text=True).lstrip("\ufeff")))
    )
    book = client.get("/kha/people.xlsx")
    reviewer = client_of(app, "reviewer")

    assert [row[:2] for row in rows[1:]] == [['\'=HYPERLINK("http://x","y")', "Bank Banten"]]
    assert book.data[:2] == b"PK"
    assert reviewer.get("/kha/people.csv").status_code == 200
    searched = reviewer.post("/kha", data={"q": "halimah"})
    assert "Halimah Ratnasari" in searched.text
    assert "Bank Banten" not in plain(searched.text).partition("Part of a name")[2].partition("Trainings")[0]
    noted = register.exports.between()
    assert {export.kind for export in noted} == {"kha.people_file"}
    assert all("alimah" not in export.filter for export in noted)


def test_names_stay_in_the_office(app):
    register = app.register_of_test
    recorded(client_of(app, "planner"))
    accounts.set_public_view(register, on=True, by=None)
    planner = next(person for person in register.people.all() if person.role == "planner")
    _, token = accounts.make_link(register, "Camat", 30, planner)
    anyone, surveyor = app.test_client(), client_of(app, "surveyor")
    name = "Halimah"
    for client, paths in (
        (
            anyone,
            ("/sites/taman-sari", "/sites.csv", f"/shared/{token}"),
        ),
        (surveyor, ("/sites/taman-sari", "/queue", "/account/data.zip")),
    ):
        for path in paths:
            assert name.encode() not in client.get(path, follow_redirects=True).data, path
    assert surveyor.get("/kha").status_code == 403
    assert anyone.get("/kha").status_code == 303


def test_an_administrator_hands_over_the_data_of_a_person_and_erases_them(app, caplog):
    caplog.set_level(logging.DEBUG)
    planner, admin, register = client_of(app, "planner"), client_of(app, "administrator"), app.register_of_test
    recorded(planner)
    planner.get("/kha/people.csv")
    person = next(each for each in register.kla.trainings.people() if each.name.startswith("Halimah"))
    page = f"/kha/people/{person.id}"

    assert planner.get(f"{page}/erase").status_code == planner.get(f"{page}/data.json").status_code == 403
    assert admin.get(f"{page}/data.json").json["certificates"][0]["number"] == "KHA/1"
    before = plain(admin.get(f"{page}/erase").text)
    assert "list of trained people" in before
    assert "call them back by hand" in before
    assert admin.post(f"{page}/erase").status_code == 400
    done = admin.post(f"{page}/erase", data={"sure": "yes"})
    assert "list of trained people" in plain(done.text)
    assert admin.get(page).status_code == admin.post(f"{page}/erase", data={"sure": "yes"}).status_code == 404
    assert not any(b"Halimah" in path.read_bytes() for path in register.path.parent.iterdir() if path.is_file())
    assert "Halimah" not in caplog.text
    assert all("Halimah" not in f"{export.filter}" for export in register.exports.between())


def test_each_requirement_names_its_articles_in_plain_words(app):
    planner, surveyor = client_of(app, "planner"), client_of(app, "administrator")
    form = plain(surveyor.get("/sites/taman-sari/audit").text)
    site, standard = planner.get("/sites/taman-sari").text, planner.get("/standards/rbra-2024").text

    assert "Article 31: Children have a right to rest, to play and to take part in culture." in form
    for page in (site, standard):
        assert page.count("Children have a right to rest, to play and to take part in culture.") == 1
        assert 'href="#rights"' in page
