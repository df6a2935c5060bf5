"""What follows from an approved visit, as reviewers, planners and surveyors are told it: losses, items left out, double audits."""

import json
from datetime import UTC, date, datetime, time

import pytest

from helpers.registers import empty_register
from helpers.reviews import ADE, AT, BUDI, PLANNER, RINA, SITI, uuid
from helpers.reviews import sent as sent_at
from rba_audit.accounts import begin_session
from rba_audit.auditing import audit_with_visits
from rba_audit.review import move_visit
from rba_audit.web import create_app

SITE = "lapangan-uji"
PLACE = {"type": "Feature", "id": SITE, "properties": {"name": "Lapangan Uji"}, "geometry": None}
SWING, SLIDE = uuid(901), uuid(902)
BROKEN, WHOLE = {"item_broken": "yes", "item_closed": "no"}, {"item_broken": "no"}
COMPLETE = {"items_complete": "yes"}
FULL = {"MAN-06": "yes", "MUD-01": "no", "LOK-08": 2000}


@pytest.fixture
def register(tmp_path):
    register = empty_register(tmp_path)
    register.import_features([PLACE])
    for person in (BUDI, SITI, RINA, ADE, PLANNER):
        register.people.add(person, None, AT, None)
    yield register
    register.close()


@pytest.fixture
def as_(register, standard):
    app = create_app(register, standard)

    def client(person, language="en"):
        client = app.test_client()
        client.set_cookie("lang", language)
        if person is not None:
            client.set_cookie("rba", begin_session(register, person))
        return client

    return client


def item(kind, id, **answers):
    return {"id": id, "kind": kind, "name": kind, "gone": False, "answers": answers, "note": ""}


def sent(register, number, *, day=date(2026, 11, 1), **more):
    return sent_at(register, number, site=SITE, day=day, at=datetime.combine(day, time(3, number), UTC), **more)


def approved(register, number, answers=None, **more):
    visit = sent(register, number, answers=FULL if answers is None else answers, **more)
    move_visit(register, RINA, visit.id, to="approved", seq=0, note="", notes={})
    return visit


def outcome(register, standard, requirement):
    return audit_with_visits(register, standard).findings.explain(SITE, requirement).outcome


# --- a visit that would take away what is known ---


def test_a_full_visit_of_one_answer_is_approved_only_by_who_has_seen_what_it_takes_away(register, standard, as_):
    approved(register, 1)
    sent(register, 2, answers={"MUD-01": "yes"}, day=date(2026, 11, 2))
    rina = as_(RINA)

    page = rina.get(f"/review/{uuid(2)}").text
    assert "2 requirements that are settled now are not known any more" in page
    assert "MAN-06" in page
    refused = rina.post(f"/review/{uuid(2)}", data={"to": "approved", "seq": 0})
    assert refused.status_code == 400
    assert "Confirm that above the decision" in refused.text
    assert outcome(register, standard, "MAN-06") == "conforms"
    other = rina.post(f"/review/{uuid(2)}", data={"to": "approved", "seq": 0, "accepted": 1})
    assert other.status_code == 400

    assert rina.post(f"/review/{uuid(2)}", data={"to": "approved", "seq": 0, "accepted": 2}).status_code == 303
    assert outcome(register, standard, "MAN-06") == "undetermined"


def test_a_program_confirms_the_same_number(register, as_):
    approved(register, 1)
    sent(register, 2, answers={"MUD-01": "yes"}, day=date(2026, 11, 2))
    ask = as_(RINA).post

    refused = ask(f"/api/visits/{uuid(2)}/moves", json={"to": "approved", "seq": 0})
    assert refused.status_code == 422
    assert "counts: 2 (" in json.dumps(refused.json)
    assert ask(f"/api/visits/{uuid(2)}/moves", json={"to": "approved", "seq": 0, "accepted": "2"}).status_code == 422
    assert ask(f"/api/visits/{uuid(2)}/moves", json={"to": "approved", "seq": 0, "accepted": 2}).status_code == 200


def test_the_same_answers_as_a_check_take_nothing_away(register, standard, as_):
    approved(register, 1)
    sent(register, 2, answers={"MUD-01": "yes"}, day=date(2026, 11, 2), scope="check")
    rina = as_(RINA)

    assert "not known any more" not in rina.get(f"/review/{uuid(2)}").text
    assert rina.post(f"/review/{uuid(2)}", data={"to": "approved", "seq": 0}).status_code == 303
    assert [outcome(register, standard, each) for each in ("MAN-06", "MUD-01")] == ["conforms", "conforms"]


def test_a_visit_that_would_change_nothing_says_so(register, as_):
    approved(register, 1, day=date(2026, 11, 9))
    sent(register, 2, day=date(2026, 1, 1))

    assert "would change nothing here" in as_(RINA).get(f"/review/{uuid(2)}").text


# --- items ---


def test_a_broken_swing_that_a_colleague_leaves_out_stays_until_somebody_says_that_it_is_gone(register, standard, as_):
    approved(register, 1, COMPLETE, items=(item("swing", SWING, **BROKEN), item("slide", SLIDE, **WHOLE)))
    assert outcome(register, standard, "PRL-15") == "does_not_conform"
    left = sent(register, 2, by=SITI, answers=COMPLETE, items=(item("slide", SLIDE, **WHOLE),), day=date(2026, 11, 4))

    assert "Known here and not in this list: swing" in as_(RINA).get(f"/review/{left.id}").text
    move_visit(register, RINA, left.id, to="approved", seq=0, note="", notes={})
    assert outcome(register, standard, "PRL-15") == "does_not_conform"  # a double audit: the worse counts
    sent(register, 3, by=SITI, answers=COMPLETE, items=(item("slide", SLIDE, **WHOLE),), day=date(2027, 1, 4))
    move_visit(register, RINA, uuid(3), to="approved", seq=0, note="", notes={})
    assert outcome(register, standard, "PRL-15") == "undetermined"
    page = as_(PLANNER).get(f"/sites/{SITE}/equipment").text
    assert "The last full visit left it out" in page
    gone = {**item("swing", SWING), "gone": True}
    sent(register, 4, by=SITI, answers={}, items=(gone,), day=date(2027, 1, 5), scope="check")
    move_visit(register, RINA, uuid(4), to="approved", seq=0, note="", notes={})
    assert outcome(register, standard, "PRL-15") == "conforms"


def test_the_label_of_a_merged_item_leads_to_the_one_it_goes_on_under(register, as_):
    approved(register, 1, COMPLETE, items=(item("slide", SLIDE, **WHOLE), item("slide", SWING, **WHOLE)))
    approved(register, 2, {}, items=({**item("slide", SWING), "same_as": SLIDE},), day=date(2026, 11, 3), scope="check")

    for person in (RINA, BUDI, SITI):
        assert as_(person).get(f"/items/{SWING}").location.endswith(f"#item-{SLIDE}")
    page = as_(RINA).get(f"/sites/{SITE}/equipment").text
    assert f'href="#item-{SLIDE}"' in page
    labels = as_(RINA).get(f"/sites/{SITE}/equipment/labels").text
    assert (SLIDE in labels, SWING in labels) == (True, False)


# --- double audits ---


def two_who_differ(register):
    approved(register, 1, {"MUD-01": "no", "MAN-06": "yes"})
    return approved(register, 2, {"MUD-01": "yes", "MAN-06": "yes"}, by=SITI, day=date(2026, 11, 4))


def test_the_reviewer_sees_what_two_auditors_found_differently_before_and_after_approving(register, standard, as_):
    approved(register, 1, {"MUD-01": "no", "MAN-06": "yes"})
    second = sent(register, 2, by=SITI, answers={"MUD-01": "yes", "MAN-06": "yes"}, day=date(2026, 11, 4))

    page = as_(RINA).get(f"/review/{second.id}").text
    assert "Another auditor found 1 requirement differently" in page
    move_visit(register, RINA, second.id, to="approved", seq=0, note="", notes={})
    assert outcome(register, standard, "MUD-01") == "does_not_conform"
    assert (
        "Two auditors found this differently"
        in audit_with_visits(register, standard).findings.explain(SITE, "MUD-01").reason
    )
    assert "Two auditors found 1 requirement differently" in as_(RINA).get(f"/sites/{SITE}").text


@pytest.mark.parametrize(("holds", "word"), [(1, "does_not_conform"), (2, "conforms")])
def test_a_reviewer_decides_which_of_the_two_holds(register, standard, as_, holds, word):
    two_who_differ(register)
    form = {"older": uuid(1), "holds.MUD-01": uuid(holds), "seen.MUD-01": 0, "reason": "Dilihat di foto."}

    assert as_(RINA).post(f"/sites/{SITE}/disagreements", data=form).status_code == 303
    assert outcome(register, standard, "MUD-01") == word
    page = as_(PLANNER).get(f"/sites/{SITE}/disagreements").text
    assert "Decided by Rina Wulandari" in page
    assert "Dilihat di foto." in page
    again = as_(ADE).post(f"/sites/{SITE}/disagreements", data=form)
    assert again.status_code == 409
    assert "Somebody else decided" in again.text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"reason": "x"}, "Choose for at least one"),
        ({"holds.MUD-01": uuid(2)}, "Write why"),
        ({"holds.MUD-01": uuid(2), "reason": "x" * 2001}, "shorten it"),
        ({"holds.MUD-01": uuid(9), "reason": "x"}, "Choose for at least one"),
        ({"holds.MAN-06": uuid(1), "reason": "x"}, "do not differ there any more"),
        ({"older": "nothing", "holds.MUD-01": uuid(1), "reason": "x"}, "do not differ there any more"),
    ],
)
def test_a_decision_that_cannot_be_says_in_one_sentence_why(register, standard, as_, form, told):
    two_who_differ(register)

    answer = as_(RINA).post(f"/sites/{SITE}/disagreements", data={"older": uuid(1), **form})
    assert answer.status_code == 400
    assert told in answer.text
    assert outcome(register, standard, "MUD-01") == "does_not_conform"


def test_nobody_decides_about_a_visit_of_their_own_and_planners_only_read(register, as_):
    approved(register, 1, {"MUD-01": "no"})
    own = sent(register, 2, by=ADE, answers={"MUD-01": "yes"}, day=date(2026, 11, 4))
    move_visit(register, RINA, own.id, to="approved", seq=0, note="", notes={})
    form = {"older": uuid(1), "holds.MUD-01": uuid(2), "seen.MUD-01": 0, "reason": "x"}

    assert as_(ADE).post(f"/sites/{SITE}/disagreements", data=form).status_code == 400
    assert "holds.MUD-01" not in as_(ADE).get(f"/sites/{SITE}/disagreements").text
    assert "holds.MUD-01" not in as_(PLANNER).get(f"/sites/{SITE}/disagreements").text
    assert as_(PLANNER).post(f"/sites/{SITE}/disagreements", data=form).status_code == 403
    assert as_(BUDI).get(f"/sites/{SITE}/disagreements").status_code == 403


def test_a_correction_opens_the_matter_again(register, standard, as_):
    two_who_differ(register)
    form = {"older": uuid(1), "holds.MUD-01": uuid(2), "seen.MUD-01": 0, "reason": "x"}
    as_(RINA).post(f"/sites/{SITE}/disagreements", data=form)
    move_visit(register, RINA, uuid(2), to="received", seq=1, note="lihat lagi", notes={})
    sent(register, 3, by=SITI, answers={"MUD-01": "yes"}, day=date(2026, 11, 4), replaces=uuid(2))
    move_visit(register, RINA, uuid(3), to="approved", seq=2, note="", notes={})

    assert outcome(register, standard, "MUD-01") == "does_not_conform"


def test_a_check_after_both_settles_it(register, standard):
    two_who_differ(register)
    approved(register, 3, {"MUD-01": "yes"}, by=SITI, day=date(2026, 11, 6), scope="check")

    assert outcome(register, standard, "MUD-01") == "conforms"


# --- what counts, answer by answer ---


def test_the_page_of_a_site_says_of_each_answer_which_visit_it_comes_from(register, as_):
    approved(register, 1)
    approved(register, 2, {"MUD-01": "yes"}, by=SITI, day=date(2026, 11, 3), scope="check")

    page = as_(PLANNER).get(f"/sites/{SITE}").text
    counting = page[page.index('id="counting"') : page.index('id="visits"')]
    rows = {code: counting[counting.index(f">{code}<") :].split("</tr>")[0] for code in ("MUD-01", "MAN-06")}
    assert "Siti Aminah" in rows["MUD-01"]
    assert "check" in rows["MUD-01"]
    assert "Budi Santoso" in rows["MAN-06"]
    assert "full visit" in rows["MAN-06"]
    # Two audits stay independent: neither surveyor is shown the answers of the other.
    assert 'id="counting"' not in as_(SITI).get(f"/sites/{SITE}").text
    register.people.set_public_view(True, AT, ADE.id)
    public = as_(None).get(f"/sites/{SITE}").text
    assert "full visit" in public
    assert "Budi Santoso" not in public


# --- what may not look better by itself ---


def test_opening_a_visit_again_without_which_something_looks_better_asks_twice(register, standard, as_):
    approved(register, 1, {"MUD-01": "yes"})
    approved(register, 2, {"MUD-01": "no"}, day=date(2026, 11, 20))
    rina, form = as_(RINA), {"to": "received", "seq": 1, "note": "Foto salah."}

    assert "looks better" in rina.get(f"/review/{uuid(2)}").text
    refused = rina.post(f"/review/{uuid(2)}", data=form)
    assert (refused.status_code, "looks better: 1 (" in refused.text) == (400, True)
    assert outcome(register, standard, "MUD-01") == "does_not_conform"
    assert rina.post(f"/review/{uuid(2)}", data={**form, "accepted": 1}).status_code == 303


def test_a_correction_keeps_the_place_of_what_it_corrects(register, standard):
    approved(register, 1, {"MUD-01": "yes"}, day=date(2026, 11, 20))
    approved(register, 2, {"MUD-01": "no"}, by=SITI, day=date(2026, 11, 20), scope="check")
    move_visit(register, RINA, uuid(1), to="received", seq=1, note="lihat lagi", notes={})
    late = datetime(2026, 11, 24, 2, tzinfo=UTC)
    sent_at(register, 3, site=SITE, day=date(2026, 11, 20), at=late, answers={"MUD-01": "yes"}, replaces=uuid(1))
    move_visit(register, RINA, uuid(3), to="approved", seq=2, note="", notes={})

    assert outcome(register, standard, "MUD-01") == "does_not_conform"


def test_the_equipment_page_says_of_a_broken_item_that_it_is_broken(register, as_):
    approved(register, 1, {}, items=(item("swing", SWING, **BROKEN),))

    page = as_(RINA).get(f"/sites/{SITE}/equipment").text
    assert "Nothing was found that does not conform" not in page
    assert "PRL-15" in page


def test_what_nobody_approved_or_a_manager_says_takes_no_item_away(register, as_):
    approved(register, 1, {}, items=(item("swing", SWING, **BROKEN),))
    gone = {**item("swing", SWING), "gone": True}
    sent(register, 2, by=SITI, answers={}, items=(gone,), day=date(2026, 11, 3), scope="check")
    approved(register, 3, {}, by=SITI, items=(gone,), day=date(2026, 11, 4), stage="self", scope="check")

    assert "<strong>no longer there" not in as_(RINA).get(f"/sites/{SITE}/equipment").text
    opening = as_(BUDI).get(f"/api/sites/{SITE}/opening").json
    assert [(each["id"], each["gone"], each["listed"]) for each in opening["items"]] == [(SWING, False, True)]


def test_of_three_auditors_the_worst_of_those_decided_for_counts(register, standard, as_):
    asked = next(
        each.id
        for each in standard.requirements
        if [question.kind for question in each.questions] == ["yes_partial_no"] and each.applies_when is None
    )
    for number, (by, word) in enumerate(zip((BUDI, SITI, ADE), ("no", "yes", "partial"), strict=True), 1):
        approved(register, number, {asked: word}, by=by, day=date(2026, 11, 1 + number))
    for older in (1, 2):
        form = {"older": uuid(older), f"holds.{asked}": uuid(older), f"seen.{asked}": 0, "reason": "x"}
        assert as_(RINA).post(f"/sites/{SITE}/disagreements", data=form).status_code == 303

    assert outcome(register, standard, asked) == "does_not_conform"
    page = as_(RINA).get(f"/sites/{SITE}/disagreements").text
    assert page.count("counts now") == 1
