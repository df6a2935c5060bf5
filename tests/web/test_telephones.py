"""Whom surveyors without signal are told to call: what administrators set, what phones get, and where a danger is."""

from contextlib import closing

import pytest

from helpers.registers import filled_register
from helpers.sending import BUDI, WHO, app_for, as_bytes, danger, enrol, uuid
from rba_audit.errors import Conflict, StandardError
from rba_audit.fieldwork import IntakeContext, SubmissionError, take_danger
from rba_audit.register.telephones import Telephone
from rba_audit.standard import load_published
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.emergency import read_emergency

DUTY, CITY = Telephone("Piket taman", "0254-200 200", "36.73.01.1004"), Telephone("Kantor", "+62 811 000")


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


def form(*rows, seq):
    return {
        "seq": str(seq),
        **{name: [row[at] for row in rows] for at, name in enumerate(("place", "name", "number", "area"))},
    }


def save(client, *rows, seq):
    return client.post("/admin/telephones", data=form(*rows, seq=seq), headers={WHO: "ade"})


def test_an_administrator_sets_numbers_and_phones_get_them_in_order_beside_the_public_ones(client):
    before = client.get("/api/work", headers={WHO: "budi"}).json["telephone"]
    assert before["contacts"] == []
    assert [each["dial"] for each in before["services"]] == ["112", "129"]
    page = client.get("/admin", headers={WHO: "ade"}).text
    assert "No telephone number is set for dangers" in page

    answer = save(
        client,
        ("2", "Kantor", "+62 811 000", ""),
        ("1", "Piket", "0254-200 200", "36.73.01.1004"),
        ("9", "", "", ""),
        seq=0,
    )

    assert answer.status_code == 303
    told = client.get("/api/work", headers={WHO: "budi"}).json["telephone"]["contacts"]
    assert told == [
        {"name": "Piket", "number": "0254-200 200", "dial": "0254200200", "area": "36.73.01.1004"},
        {"name": "Kantor", "number": "+62 811 000", "dial": "+62811000", "area": ""},
    ]
    page = client.get("/admin/telephones", headers={WHO: "ade"}).text
    assert "No telephone number" not in page
    assert "Last changed by" in page
    assert 'value="0254-200 200"' in page


def test_what_is_no_number_is_told_and_nothing_is_saved(client, register):
    for row in (("1", "Piket", "nol dua lima", ""), ("1", "", "0254 200", ""), ("1", "Piket", "0", "")):
        answer = save(client, row, seq=0)
        assert answer.status_code == 400
        assert "error-text" in answer.text
    assert register.telephones.current().numbers == ()


def test_two_administrators_do_not_overwrite_each_other(client, register):
    register.telephones.save([DUTY], "ade", 0)

    late = save(client, ("1", "Kantor", "0811 000", ""), seq=0)

    assert late.status_code == 409
    assert "Somebody else changed the numbers" in late.text
    assert 'value="0811 000"' in late.text
    assert register.telephones.current().numbers == (DUTY,)
    assert save(client, ("1", "Kantor", "0811 000", ""), seq=1).status_code == 303
    with pytest.raises(Conflict):
        register.telephones.save([CITY], "ade", 1)
    assert register.telephones.save(register.telephones.current().numbers, "ade", 0).seq == 2, "the same again"


def test_the_places_without_a_number_are_named(client, register):
    register.telephones.save([DUTY], "ade", 0)

    page = client.get("/admin/telephones", headers={WHO: "ade"}).text

    assert "No telephone number for dangers in" in page
    assert "Kota Baru" not in page.split("No telephone number for dangers in")[1].split("</p>")[0]
    register.telephones.save([DUTY, CITY], "ade", 1)
    assert "No telephone number" not in client.get("/dangers", headers={WHO: "rina"}).text


def test_where_a_danger_is_stands_on_the_page_of_the_office(client, register):
    desk = IntakeContext(register, load_published)
    position = {"lon": 106.2, "lat": -6.11, "accuracy_m": 12}
    for report in (
        danger(900, where={"at_site": True, "words": "dekat ayunan"}, position=position),
        danger(901, where=None),
        danger(902, where={"at_site": False, "words": None}),
    ):
        take_danger(desk, as_bytes(report), BUDI, id=report["id"])

    page = client.get("/dangers", headers={WHO: "rina"}).text

    told = {number: page.split(f'id="danger-{uuid(number)}"')[1].split("</article>")[0] for number in (900, 901, 902)}
    assert "dekat ayunan · at this place · -6.11000, 106.20000 ± 12 m" in " ".join(told[900].split())
    assert "m from the place in the register" in told[900]
    assert all("not said; ask who reported it" in told[number] for number in (901, 902))
    assert all("none was taken" in told[number] for number in told)
    for wrong in ({"words": 5}, {"at_site": "yes"}, "di sana"):
        with pytest.raises(SubmissionError):
            take_danger(desk, as_bytes(danger(903, where=wrong)), BUDI, id=uuid(903))


def test_the_public_numbers_stand_in_one_place_with_their_sources(tmp_path):
    assert {key for each in shipped_policies().emergency.services for key in each.sources} == set(
        shipped_policies().emergency.sources
    )
    sapa = next(each for each in shipped_policies().emergency.services if each.id == "sapa")
    assert any(
        sapa.call.id in each.words.id and "{" not in each.words.en for each in shipped_policies().forum.companion
    )
    text = '[[number]]\nid = "a"\ndial = "%s"\nname = {id = "a", en = "a"}\nabout = {id = "a", en = "a"}\ncall = {id = "a", en = "a"}\nsources = [%s]\n[sources]\n'
    for dial, sources in (("satu", ""), ("112", '"X"')):
        (tmp_path / "emergency.toml").write_text(text % (dial, sources))
        with pytest.raises(StandardError):
            read_emergency(tmp_path / "emergency.toml")
