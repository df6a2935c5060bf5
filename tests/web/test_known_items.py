"""What a form and a receipt say of the items and the requirements that earlier visits left known, and what they keep to themselves."""

import json
from datetime import date

import pytest

from helpers.items import AT, BUDI, OTHER, RINA, SITE, SITI, SLIDE, SWING, item, register_with_people, sent
from helpers.sending import as_bytes, uuid, visit
from helpers.visits import document_of
from rba_audit.accounts import begin_session
from rba_audit.days import today
from rba_audit.register import Visit
from rba_audit.review import move_visit
from rba_audit.web import create_app

SECRET = "Kata Bu Ani rantainya berkarat"
OLD = date(2026, 1, 5)
BARE = {"type": "Feature", "id": "bare", "properties": {"name": "Bare"}, "geometry": None}


@pytest.fixture
def register(tmp_path):
    register = register_with_people(tmp_path)
    yield register
    register.close()


@pytest.fixture
def as_(register, standard):
    app = create_app(register, standard)

    def client(someone):
        client = app.test_client()
        client.set_cookie("lang", "en")
        client.set_cookie("rba", begin_session(register, someone))
        return client

    return client


def approved(register, number, answers, day=date(2026, 9, 1)):
    """Let an auditor's visit of the place of which the document says nothing count."""
    made = Visit(uuid(number), "bare", "rbra-2024", "auditor", BUDI.name, day, answers, author=BUDI.id)
    register.visits.take(document_of(made), at=AT)
    move_visit(register, RINA, made.id, to="approved", seq=0, note="", notes={})


def opening(client, site=OTHER):
    return client.get(f"/api/sites/{site}/opening").get_json()


def items_of(told):
    return {each["id"]: (each["name"], each["gone"], each["listed"]) for each in told["items"]}


def test_an_item_of_another_surveyor_is_known_within_the_window_and_nothing_that_was_found_on_it(register, as_):
    sent(
        register,
        1,
        [item("swing", SWING, "Red swing", note=SECRET, item_broken="yes", **{"PRL-04": 1.2})],
        site=OTHER,
        approved=True,
        day=today(),
    )

    told = opening(as_(SITI))

    assert told["items"] == [
        {"id": SWING, "kind": "swing", "name": "Red swing", "gone": False, "answers": {}, "note": "", "listed": True}
    ]
    assert told["last"] is None
    assert SECRET not in json.dumps(told)
    assert "item_broken" not in json.dumps(told)


def test_a_visit_that_nobody_approved_makes_an_item_known_and_not_yet_listed_and_a_rejected_one_neither(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing")], site=OTHER, day=today())
    sent(register, 2, [item("slide", SLIDE, "Blue slide")], site=OTHER, day=today())
    move_visit(register, RINA, uuid(2), to="rejected", seq=0, note="another place", notes={})

    assert items_of(opening(as_(SITI))) == {SWING: ("Red swing", False, False)}


def test_an_item_that_a_later_list_leaves_out_stays_known_and_one_that_is_gone_does_not_count_as_left_out(
    register, as_
):
    swing, slide = item("swing", SWING, "Red swing"), item("slide", SLIDE, "Blue slide")
    sent(register, 1, [swing, slide], site=OTHER, approved=True, day=OLD)
    sent(register, 2, [{**slide, "name": "Long slide"}], site=OTHER, approved=True, day=date(2026, 2, 5))
    sent(register, 3, [{**slide, "gone": True}], site=OTHER, approved=True, day=date(2026, 3, 5))

    assert items_of(opening(as_(SITI))) == {SWING: ("Red swing", False, True), SLIDE: ("Blue slide", True, False)}


def test_an_item_that_was_merged_is_told_by_the_item_under_which_it_goes_on(register, as_):
    swing, again = item("swing", SWING, "Ayunan 1"), item("swing", SLIDE, "Ayunan")
    sent(register, 1, [swing], site=OTHER, approved=True, day=OLD)
    sent(register, 2, [{**again, "same_as": SWING}], site=OTHER, approved=True, day=date(2026, 2, 5))

    told = opening(as_(SITI))

    assert items_of(told) == {SWING: ("Ayunan 1", False, True)}
    assert told["same"] == {SLIDE: SWING}


def test_two_entries_that_another_surveyor_merged_stay_two_until_that_visit_is_approved(register, as_):
    swing, again = item("swing", SWING, "Ayunan 1"), item("swing", SLIDE, "Ayunan")
    sent(register, 1, [swing, again], site=OTHER, approved=True, day=OLD)
    sent(register, 2, [{**again, "same_as": SWING}], site=OTHER, day=date(2026, 2, 5))

    assert items_of(opening(as_(SITI)))[SLIDE] == ("Ayunan", False, True)
    assert opening(as_(SITI))["same"] == {}
    assert opening(as_(BUDI))["same"] == {SLIDE: SWING}


def test_mapped_parts_come_after_what_visits_listed(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing")], approved=True, day=OLD)

    found = opening(as_(SITI), SITE)["items"]

    assert found[0]["id"] == SWING
    assert len(found) > 1
    assert not any(each["listed"] for each in found[1:])


def test_what_a_visit_settled_is_told_without_how_it_came_out(register, as_):
    register.import_features([BARE])
    client = as_(SITI)
    before = opening(client, "bare")
    assert (before["settled"], before["audited"]) == ([], False)
    for number, word in ((1, "yes"), (2, "no")):
        approved(register, number, {"MAT-03": word}, today())
        found = opening(client, "bare")
        assert found["settled"] == ["MAT-03"]
        assert found["audited"] is True
        assert found["last"] is None


# --- what is told on the receipt --------------------------------------------------------------------------------------


def put(client, document):
    return client.put(f"/api/visits/{document['id']}", data=as_bytes(document), content_type="application/json")


def of_siti(number, **changed):
    return visit(number, site=OTHER, author=SITI.id, auditor=SITI.name, **changed)


def test_a_full_visit_is_told_by_name_what_its_list_leaves_out_and_a_check_is_not(register, as_):
    sent(register, 1, [item("swing", SWING, "Ayunan"), item("slide", SLIDE, "Jungkat")], site=OTHER, approved=True)
    only = [item("slide", SLIDE, "Jungkat")]

    full, check, no_list = (
        put(as_(SITI), of_siti(5 + at, items=items, **rest)).get_json()["remarks"]
        for at, (items, rest) in enumerate(((only, {}), (only, {"scope": "check"}), ([], {})))
    )

    told = "Known here and not in this list: Ayunan. Look at them, or say that they are gone; until then what they decide is not known."
    assert told in full
    assert not any("not in this list" in each for each in [*check, *no_list])
    complete = put(as_(SITI), of_siti(9, answers={"items_complete": "yes"})).get_json()["remarks"]
    assert any("not in this list: Ayunan, Jungkat." in each for each in complete)


def test_a_full_visit_is_told_what_it_leaves_open_that_was_settled_and_a_check_is_not(register, as_):
    register.import_features([BARE])
    approved(register, 1, {"MAT-03": "yes", "MUD-01": "no", "LOK-08": 1.5})

    full, check, own = (
        put(as_(SITI), {**of_siti(5 + at, answers={"MAT-03": "yes"}), "site": "bare", **rest}).get_json()["remarks"]
        for at, rest in enumerate(({}, {"scope": "check"}, {"stage": "self"}))
    )

    (told,) = [each for each in full if each.startswith("Settled before")]
    assert "requirements: 2 (" in told
    assert not any(each.startswith("Settled before") for each in [*check, *own])


@pytest.mark.parametrize(
    ("target", "why"),
    [("nobody-knows-it", "which nobody knows here"), (SLIDE, "the same as itself"), ("b", "the same as itself")],
)
def test_an_item_that_is_said_to_be_one_nobody_knows_or_itself_is_refused_by_its_name(as_, target, why):
    round_about = [{**item("swing", "b", "Gelang"), "same_as": SLIDE}] if target == "b" else []
    answer = put(as_(SITI), of_siti(5, items=[{**item("swing", SLIDE, "Ayunan"), "same_as": target}, *round_about]))

    assert answer.status_code == 422
    assert any("Ayunan" in each["told"] and why in each["told"] for each in answer.get_json()["problems"])


def test_an_item_may_be_the_same_as_one_of_this_list_or_one_that_an_earlier_visit_knew(register, as_):
    sent(register, 1, [item("swing", SWING, "Ayunan 1")], site=OTHER)
    known = {**item("swing", SLIDE, "Ayunan"), "same_as": SWING}
    assert put(as_(SITI), of_siti(5, items=[known])).status_code == 201
    listed = [{**item("swing", "x", "Ayunan"), "same_as": "y"}, item("swing", "y", "Ayunan 2")]
    assert put(as_(SITI), of_siti(6, items=listed)).status_code == 201


def test_a_check_that_is_sent_back_is_opened_as_a_check_again(register, as_):
    client = as_(BUDI)
    document = visit(5, site=OTHER, scope="check")
    assert put(client, document).status_code == 201
    move_visit(register, RINA, uuid(5), to="has_issues", seq=0, note="blurred", notes={})

    told = opening(client)

    assert (told["replaces"], told["last"]["scope"]) == (uuid(5), "check")
    assert client.get("/api/work").get_json()["own"][0]["scope"] == "check"


def test_after_a_check_each_answer_is_told_with_the_day_of_the_visit_that_gave_it(register, as_):
    register.import_features([BARE])
    approved(register, 81, {"MAN-06": "no", "MUD-01": "no"}, date(2026, 3, 1))
    made = Visit(
        uuid(82), "bare", "rbra-2024", "auditor", BUDI.name, date(2026, 4, 2), {"MUD-01": "yes"}, "", BUDI.id,
        scope="check",
    )  # fmt: skip
    register.visits.take(document_of(made), at=AT)
    move_visit(register, RINA, made.id, to="approved", seq=0, note="", notes={})

    last = opening(as_(BUDI), "bare")["last"]
    assert last["answers"] == {"MAN-06": "no", "MUD-01": "yes"}
    assert (last["day_words"], last["days"]) == ("2 Apr 2026", {"MAN-06": "1 Mar 2026"})
    page = as_(BUDI).get("/sites/bare/audit").text
    assert "Last visit, 1 Mar 2026" in page
    assert "Check, 2 Apr 2026" in page
