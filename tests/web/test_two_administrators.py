"""Two administrators on one person: the second to save learns what the first one did, and overwrites nothing unknowingly."""

import re

import pytest

from helpers.registers import empty_register
from rba_audit import accounts
from rba_audit.web import create_app

SITES = [
    {
        "type": "Feature",
        "id": f"taman-{name}",
        "geometry": None,
        "properties": {"name": f"Taman {name}", "kelurahan_code": code, "kelurahan": "K", "kecamatan": "Serang"},
    }
    for name, code in (("a", "36.73.01.1004"), ("b", "36.73.01.1002"), ("c", "36.73.02.1001"))
]
SAVE, LINK, ACTIVE = "", "/link", "/active"


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path, people=True)
    opened.import_features(SITES)
    _, link = accounts.invite(opened, "Ade", "ade", "administrator", by=None)
    accounts.accept_link(opened, link, "ayunan merah di sudut")
    yield opened
    opened.close()


def person(register, login="surveyor"):
    return register.people.known_by(login)[0]


@pytest.fixture
def open_page(register, standard):
    """An administrator who has opened the page of the surveyor: sends its forms with what the page carried."""
    app = create_app(register, standard)

    def open_as(login):
        reader = app.test_client()
        reader.set_cookie("lang", "en")
        someone = person(register, login)
        reader.set_cookie("rba", accounts.begin_session(register, someone))
        path = f"/admin/people/{person(register).id}"
        seq = re.search(r'name="seq" value="(\d+)"', reader.get(path).text)[1]
        return lambda form=SAVE, **data: reader.post(path + form, data={"seq": seq, **data})

    return open_as


def main_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<main") :]))


def fields(**changed):
    return {"name": "Sari", "role": "surveyor", "area": ["36.73.01"], **changed}


def test_the_second_to_save_an_area_sees_both_and_who_did_it_and_nothing_is_overwritten(open_page, register):
    ayu, ade = open_page("administrator"), open_page("ade")
    assert ayu(**fields(area=["36.73.01", "36.73.02"])).status_code == 303

    answer = ade(**fields(area=["36.73.01.1002"]))

    assert answer.status_code == 409
    assert person(register).area == ("36.73.01", "36.73.02")
    told = main_of(answer)
    assert "Changed meanwhile" in told
    assert "now: 36.73.01, 36.73.02 you were about to save: 36.73.01.1002" in told
    assert re.search(r"WIB · Ayu · area changed \* → 36.73.01 36.73.02", told)
    # The form is as it was filled in, and carries what its reader knows now.
    assert re.search(r'value="36.73.01.1002" checked', answer.text)
    assert not re.search(r'value="36.73.02" checked', answer.text)
    seq = re.search(r'name="seq" value="(\d+)"', answer.text)[1]
    assert ade(**fields(area=["36.73.01.1002"], seq=seq)).status_code == 303
    assert person(register).area == ("36.73.01.1002",)


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ({"role": "planner"}, {"role": "reviewer"}, "Role now: Planner you were about to save: Reviewer"),
        ({"name": "Sari Dewi"}, {"name": "Sari D."}, "Name now: Sari Dewi you were about to save: Sari D."),
        ({"area": []}, {"area": ["36"]}, "Working area now: nowhere yet you were about to save: 36"),
        ({"area": ["*", "36"]}, {"area": []}, "Working area now: everywhere you were about to save: nowhere yet"),
    ],
)
def test_each_field_is_named_with_both_values(open_page, register, first, second, field):
    ayu, ade = open_page("administrator"), open_page("ade")
    ayu(**fields(**first))
    kept = person(register)

    answer = ade(**fields(**second))

    assert answer.status_code == 409
    assert field in main_of(answer)
    assert person(register) == kept


def test_what_both_made_the_same_and_what_only_one_touched_contradicts_nothing(open_page, register):
    ayu, ade = open_page("administrator"), open_page("ade")
    ayu(**fields(area=["36.73.02"]))

    assert ade(**fields(area=["36.73.02"])).status_code == 303
    assert ade(**fields(name="Sari Dewi", area=["36.73.02"])).status_code == 303
    assert (person(register).name, person(register).area) == ("Sari Dewi", ("36.73.02",))


def test_an_old_form_does_not_take_back_what_it_did_not_mean_to_touch(open_page, register):
    ayu, ade = open_page("administrator"), open_page("ade")
    ayu(**fields(role="planner", area=["*"]))

    answer = ade(**fields(name="Sari Dewi", area=["*"]))  # the role stands in the form as it was

    assert answer.status_code == 409
    assert "you were about to save: Surveyor" in main_of(answer)
    assert (person(register).name, person(register).role) == ("Sari", "planner")


@pytest.mark.parametrize("seq", ["", "x", "²", "-1", "9" * 30])
def test_a_form_that_does_not_say_what_its_maker_saw_overwrites_no_change(open_page, register, seq):
    ayu, ade = open_page("administrator"), open_page("ade")
    ayu(**fields(role="planner"))

    assert ade(**fields(role="reviewer", seq=seq)).status_code == 409
    assert person(register).role == "planner"


def test_who_was_kept_out_and_let_in_again_meanwhile_is_not_kept_out_by_an_old_page(open_page, register):
    ayu, ade = open_page("administrator"), open_page("ade")
    ayu(ACTIVE, active="0")
    assert ade(ACTIVE, active="0").status_code == 303  # both want the same
    open_page("administrator")(ACTIVE, active="1")

    answer = ade(ACTIVE, active="0")

    assert answer.status_code == 409
    assert "Coming in now: may come in" in main_of(answer)
    assert person(register).active


def test_saving_a_name_lets_nobody_in_who_was_kept_out_meanwhile(open_page, register):
    ayu, ade = open_page("administrator"), open_page("ade")
    ayu(ACTIVE, active="0")

    assert ade(**fields(name="Sari Dewi", area=["*"])).status_code == 303
    assert not person(register).active


def test_a_second_link_does_not_void_the_first_one_unseen(open_page, register):
    ayu, ade = open_page("administrator"), open_page("ade")
    link = re.search(r"/join/([\w-]{43})", ayu(LINK).text)[1]

    answer = ade(LINK)

    assert answer.status_code == 409
    assert re.search(r"Password .*WIB · Ayu · password and sessions voided, one-time link made", main_of(answer))
    assert accounts.invited_person(register, link).login == "surveyor"
    seq = re.search(r'name="seq" value="(\d+)"', answer.text)[1]
    assert ade(LINK, seq=seq).status_code == 200


def test_who_was_let_in_again_meanwhile_is_not_erased_by_an_old_page(open_page, register):
    ade, ayu = open_page("ade"), open_page("administrator")
    ayu(**fields(role="planner", area=["*"]))

    answer = ade("/erase", login="surveyor", reason="Left")

    assert answer.status_code == 409
    assert re.search(r"nothing was done\. .*WIB · Ayu · role changed surveyor → planner", main_of(answer))
    assert person(register).name == "Sari"
    seq = re.search(r'name="seq" value="(\d+)"', answer.text)[1]
    assert ade("/erase", login="surveyor", reason="Left", seq=seq).status_code in (200, 303)
    assert register.people.known_by("surveyor") is None


def test_a_switch_that_two_press_alike_stays_as_both_want_it(register, standard):
    reader = create_app(register, standard).test_client()
    reader.set_cookie("rba", accounts.begin_session(register, person(register, "administrator")))

    for _ in range(2):
        assert reader.post("/admin/public-view", data={"on": "1"}).status_code == 303
    assert register.people.public_view()
