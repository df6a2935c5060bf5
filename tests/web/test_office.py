"""The page of the office: an administrator sets who issues papers, and nobody overwrites another."""

from contextlib import closing

import pytest

from helpers.registers import filled_register
from helpers.sending import WHO, app_for, enrol
from rba_audit.register import open_register
from rba_audit.register.office import Office

PATH, ADE = "/admin/office", {WHO: "ade"}
DINAS = {"name": "Dinas Taman", "address": "Jl. Veteran 1\r\nSerang", "city": "Serang", "signer_name": "Rahmat"}


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


def test_an_administrator_sets_the_office_and_sees_who_did(client, register):
    answer = client.post(PATH, data={**DINAS, "seq": "0"}, headers=ADE)

    assert answer.status_code == 303
    assert register.office.get() == Office(
        name="Dinas Taman", address="Jl. Veteran 1\nSerang", city="Serang", signer_name="Rahmat"
    )
    page = client.get(PATH, headers=ADE).text
    assert 'value="Dinas Taman"' in page
    assert "Last changed by" in page
    assert 'href="/admin/office"' in client.get("/", headers=ADE).text
    assert 'href="/admin/office"' not in client.get("/", headers={WHO: "rina"}).text


def test_a_text_that_is_too_long_is_reported_at_its_field_and_nothing_is_saved(client, register):
    answer = client.post(PATH, data={"name": "x" * 121, "seq": "0"}, headers=ADE)

    assert answer.status_code == 400
    assert "This text has 121 characters; shorten it to 120." in answer.text
    assert register.office.get() == Office()


def test_hostile_text_stays_text_and_control_characters_go(client, register):
    client.post(PATH, data={"name": "<script>\x00\x1b Dinas & \u202e", "seq": "0"}, headers=ADE)

    assert register.office.get().name.startswith("<script> Dinas &")
    page = client.get(PATH, headers=ADE).text
    assert "&lt;script&gt;" in page
    assert "<script> Dinas" not in page


@pytest.mark.parametrize("seq", ["0", "", "x", "9" * 30, "²"])
def test_two_administrators_do_not_overwrite_each_other(client, register, seq):
    register.office.save(Office(name="Dinas Taman"), "ade", 0)

    late = client.post(PATH, data={"name": "Dinas Lain", "seq": seq}, headers=ADE)

    assert late.status_code == 409
    assert "Somebody else changed the office" in late.text
    assert 'value="Dinas Lain"' in late.text
    assert register.office.get().name == "Dinas Taman"
    assert client.post(PATH, data={"name": "Dinas Lain", "seq": "1"}, headers=ADE).status_code == 303


def test_an_unknown_placeholder_gets_one_sentence_and_nothing_is_saved(client, register):
    answer = client.post(PATH, data={"opening": "Yth. {dinas}", "seq": "0"}, headers=ADE)

    assert answer.status_code == 400
    assert answer.text.count("{dinas} is no placeholder; use one of these: {agency},") == 1
    assert register.office.get() == Office()


def test_a_preview_shows_the_letter_as_pictures_and_saves_nothing(client, register):
    answer = client.post(f"{PATH}/preview", data={**DINAS, "opening": "Untuk {agency}", "seq": "0"}, headers=ADE)

    assert answer.status_code == 200
    assert 'src="data:image/png;base64,' in answer.text
    assert 'value="Dinas Taman"' in answer.text
    assert "Untuk {agency}" in answer.text
    assert register.office.get() == Office()
    assert client.post(f"{PATH}/preview", data={"closing": "{x}", "seq": "0"}, headers=ADE).status_code == 400


def test_a_preview_of_a_register_without_sites_is_a_letter_too(tmp_path, standard):
    with closing(open_register(f"sqlite:///{tmp_path}/register.db")) as empty:
        enrol(empty)
        answer = app_for(empty, standard).test_client().post(f"{PATH}/preview", data=DINAS, headers=ADE)

    assert 'src="data:image/png;base64,' in answer.text
