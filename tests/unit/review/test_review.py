"""Reviewing over a real register: the queue, the moves, and two visits of one site beside each other."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from helpers.counted import counting
from helpers.registers import filled_register
from helpers.reviews import ADE, ANSWERS, AT, BUDI, OTHER, PLANNER, RINA, SITE, SITI, double_audited, sent, uuid
from helpers.sending import hash_of, picture
from helpers.visits import put_visit
from helpers.work import statements_of, work_of
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister, RbaError
from rba_audit.messages import using_language
from rba_audit.photographs import clean_photo
from rba_audit.register import Visit
from rba_audit.register.records import Photo
from rba_audit.review import (
    build_visit_view,
    compare_stages,
    move_visit,
    names_of,
    next_to_review,
    review_queue,
    summarize_double_audits,
    visit_history,
)
from rba_audit.review_states import COUNTED, COUNTED_WITH_OPEN
from rba_audit.standard import load_standard


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    for person in (BUDI, SITI, RINA, ADE, PLANNER):
        register.people.add(person, None, AT, None)
    yield register
    register.close()


def moved(register, number, to, *, by=RINA, seq=0, note="", notes=None):
    return move_visit(register, by, uuid(number), to=to, seq=seq, note=note, notes=notes or {})


def state(register, number):
    return register.reviews.status(uuid(number)).state


def test_a_visit_waits_until_somebody_moves_it_and_who_and_when_are_kept(register):
    sent(register, 1)
    before = register.reviews.status(uuid(1))

    made = moved(register, 1, "approved")

    assert (before.state, before.seq) == ("received", 0)
    assert (made.seq, made.start, made.to, made.person_id) == (1, "received", "approved", "rina")
    assert register.reviews.history(uuid(1)) == (made,)
    assert datetime.now(UTC) - made.at < timedelta(minutes=1)


def test_issues_go_to_the_surveyor_and_the_correction_comes_back_as_fixed(register):
    sent(register, 1)
    moved(register, 1, "has_issues", notes={"LOK-03": " Measure again. ", "LOK-02": " "})
    sent(register, 2, replaces=uuid(1), answers={**ANSWERS, "LOK-03": 900}, at=AT + timedelta(hours=1))

    assert state(register, 1) == "fixed"
    assert [dict(move.notes) for move in register.reviews.history(uuid(1))] == [{"LOK-03": "Measure again."}, {}]
    assert moved(register, 2, "approved", seq=2).to == "approved"


def test_a_new_version_of_a_visit_nobody_sent_back_keeps_its_state(register):
    sent(register, 1)
    sent(register, 2, replaces=uuid(1))

    assert (state(register, 1), register.reviews.status(uuid(1)).seq) == ("received", 0)


@pytest.mark.parametrize("to", ["approved", "rejected"])
def test_a_decided_visit_takes_no_correction_until_it_is_reopened(register, to):
    sent(register, 1)
    moved(register, 1, to, note="seen")

    with pytest.raises(Conflict) as refused:
        sent(register, 2, replaces=uuid(1))
    assert refused.value.code == "closed"

    moved(register, 1, "received", seq=1, note="The surveyor asked.")
    assert sent(register, 2, replaces=uuid(1)).version == 2


def test_a_move_made_on_something_older_is_refused(register):
    sent(register, 1)
    moved(register, 1, "has_issues", note="Which gate?")

    with pytest.raises(Conflict) as refused:
        moved(register, 1, "approved", by=ADE, seq=0)

    assert refused.value.code == "stale"
    assert state(register, 1) == "has_issues"


def test_a_version_that_was_corrected_meanwhile_cannot_be_approved(register):
    sent(register, 1)
    sent(register, 2, replaces=uuid(1))

    with pytest.raises(Conflict) as refused:
        moved(register, 1, "approved")

    assert refused.value.code == "stale"


def test_of_two_reviewers_at_once_one_decides(register):
    sent(register, 1)
    barrier, outcomes = threading.Barrier(8), []

    def approve():
        barrier.wait()
        try:
            outcomes.append(moved(register, 1, "approved").to)
        except Conflict as fault:
            outcomes.append(fault.code)

    threads = [threading.Thread(target=approve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved"] + ["stale"] * 7
    assert len(register.reviews.history(uuid(1))) == 1


def test_nobody_reviews_what_they_sent_whatever_their_role(register):
    sent(register, 1, by=ADE)

    with pytest.raises(Conflict) as refused:
        moved(register, 1, "approved", by=ADE)

    assert refused.value.code == "own_visit"


@pytest.mark.parametrize("person", [BUDI, SITI, PLANNER])
def test_who_is_no_reviewer_moves_nothing(register, person):
    sent(register, 1, by=BUDI)

    with pytest.raises(Forbidden):
        moved(register, 1, "approved", by=person)


def test_a_visit_with_photos_missing_cannot_be_approved_and_can_be_sent_back(register):
    sent(register, 1, photos=(Photo("ab" * 32, "LOK-03"),))

    with pytest.raises(Conflict) as refused:
        moved(register, 1, "approved")
    assert refused.value.code == "incomplete"

    assert moved(register, 1, "has_issues", notes={"LOK-03": "The photo did not arrive."}).to == "has_issues"


def test_a_visit_is_approved_without_a_missing_photo_for_a_reason_that_stays_in_its_history(register):
    lost, never = "ab" * 32, "cd" * 32
    sent(register, 1, photos=(Photo(lost, "LOK-03"), Photo(never)))

    for without in ({}, {lost: "Visible in the second photo."}, {lost: "Seen.", never: " "}, {"ef" * 32: "Other."}):
        with pytest.raises(Conflict) as refused:
            move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={}, without=without)
        assert refused.value.code == "incomplete"
    reasons = {lost: "Visible in the second photo.", never: "The phone was stolen."}
    given = {**reasons, "ef" * 32: "There is no such photo."}
    made = move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={}, without=given)

    assert (made.to, made.without) == ("approved", reasons)
    assert register.reviews.history(uuid(1)) == (made,)
    assert visit_history(register, uuid(1), {})[-1].without == reasons
    for sql in ("DELETE FROM approved_without", "UPDATE approved_without SET reason = ''"):
        with pytest.raises(RbaError, match="kept as they are"), register._database.writing() as connection:
            connection.exec_driver_sql(sql)


def test_a_photo_lost_since_the_page_was_opened_stops_the_approval(register):
    data = picture(1)
    kept = register.photos.keep(hash_of(data), clean_photo(data), "budi")
    sent(register, 1, by=BUDI, photos=(Photo(hash_of(data), "LOK-03"),))
    path = register.photos.folder / kept.kept_sha256[:2] / f"{kept.kept_sha256}.jpg"
    path.write_bytes(b"x" * kept.bytes)
    assert not review_queue(register, "rina").visits[0].missing  # its size is right, and nobody has read it

    with pytest.raises(Conflict):
        moved(register, 1, "approved")

    assert review_queue(register, "rina").visits[0].missing
    found = build_visit_view(register, register.visits.get(uuid(1)), load_standard(), None, None)
    assert (found.missing[0].sha256, found.lost) == (hash_of(data), {hash_of(data)})


def test_a_word_is_wanted_where_the_surveyor_has_to_understand(register):
    sent(register, 1)

    for to in ("has_issues", "rejected"):
        with pytest.raises(EvidenceError):
            moved(register, 1, to)
    with pytest.raises(EvidenceError):
        moved(register, 1, "has_issues", note="x" * 4001)
    with pytest.raises(EvidenceError):
        moved(register, 1, "burnt")
    with pytest.raises(NotInRegister):
        moved(register, 7, "approved")
    assert state(register, 1) == "received"


def test_moves_are_never_changed_or_taken_away(register):
    sent(register, 1)
    moved(register, 1, "approved")

    with pytest.raises(Exception, match="kept as they are"), register._database.writing() as connection:
        connection.exec_driver_sql("UPDATE review_move SET to_state = 'rejected'")
    with pytest.raises(Exception, match="kept as they are"), register._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM review_move")
    assert state(register, 1) == "approved"


def test_only_approved_visits_count_until_the_others_are_asked_for(register):
    for number, to in enumerate(["", "approved", "rejected", "has_issues"], start=1):
        sent(register, number, site=list(register_sites(register))[number])
        if to:
            moved(register, number, to, note="because")

    assert {visit.id for visit in counting(register, COUNTED).values()} == {uuid(2)}
    assert {visit.id for visit in counting(register, COUNTED_WITH_OPEN).values()} == {uuid(1), uuid(2), uuid(4)}


def register_sites(register):
    return [feature["id"] for feature in register.features() if not feature["properties"].get("part_of")]


def test_each_move_is_a_change_that_pages_notice(register):
    sent(register, 1)
    before = register.version()

    moved(register, 1, "approved")

    assert register.version() > before


def test_the_queue_counts_every_state_and_the_longest_waiting_stands_first(register):
    sent(register, 1, at=AT + timedelta(hours=3))
    sent(register, 2, at=AT + timedelta(hours=1), site=OTHER)
    sent(register, 3, at=AT, photos=(Photo("cd" * 32),))
    sent(register, 4)
    moved(register, 4, "approved")

    found = review_queue(register, "budi")

    assert [each.visit.id for each in found.visits] == [uuid(3), uuid(2), uuid(1)]
    assert [each.missing for each in found.visits] == [True, False, False]
    assert all(each.own for each in found.visits)
    assert found.counts == {"received": 3, "has_issues": 0, "fixed": 0, "approved": 1, "rejected": 0}


def test_the_queue_is_narrowed_by_area_site_state_and_auditor(register):
    sent(register, 1)
    sent(register, 2, site=OTHER, by=SITI)
    code = register.site(OTHER).feature["properties"]["kelurahan_code"]

    def ids(**wish):
        return [each.visit.id for each in review_queue(register, "", **wish).visits]

    assert ids(search="BARAT") == [uuid(2)]
    assert ids(search="siti") == [uuid(2)]
    assert ids(states=("approved",)) == []
    assert uuid(2) in ids(area=code)
    assert ids(area="99.99") == []
    assert ids(area=code[:4]) == []  # half a code is no area


def test_the_next_visit_is_one_this_reviewer_may_decide(register):
    sent(register, 1, by=RINA)
    sent(register, 2, at=AT + timedelta(hours=1))
    sent(register, 3, at=AT + timedelta(hours=2))
    moved(register, 2, "has_issues", note="x")

    assert next_to_review(register, RINA) == uuid(3)
    assert next_to_review(register, ADE) == uuid(1)
    assert next_to_review(register, RINA, after=uuid(3)) is None


def test_the_history_tells_who_did_what_with_versions_in_their_place(register):
    sent(register, 1)
    moved(register, 1, "has_issues", notes={"LOK-03": "Again."})
    sent(register, 2, replaces=uuid(1), at=datetime.now(UTC))
    moved(register, 2, "approved", seq=2, by=ADE)

    with using_language("en"):
        told = [
            (str(each.what), each.who, each.version) for each in visit_history(register, uuid(1), names_of(register))
        ]

    assert told == [
        ("sent", "Budi Santoso", 1),
        ("sent back to the surveyor", "Rina Wulandari", 1),
        ("sent a correction", "Budi Santoso", 2),
        ("approved", "Ade Kurnia", 2),
    ]


def test_a_visit_is_read_by_itself_and_what_the_file_answers_does_not_speak_for_it(register, standard):
    # The file of the site answers this question; the visit does not.
    assert "LOK-02" in register.site(SITE).feature["properties"]
    visit = sent(register, 1, answers={"LOK-03": 800})

    found = build_visit_view(register, visit, standard, None, None)

    held = {each.trace.requirement.id: each for chapter in found.chapters for each in chapter.requirements}
    assert held["LOK-02"].trace.outcome == "undetermined"
    assert held["LOK-02"].answers[0].text == ""
    assert held["LOK-03"].trace.outcome != "undetermined"


def test_an_answer_that_is_not_asked_is_told_and_an_open_question_that_is_not_asked_is_left_out(register, standard):
    answers = {"LOK-06.voltage": "no_line", "LOK-06.distance": 1.2, "CHY-03.lamps": 10, "CHY-03.working": 12}
    visit = sent(register, 1, answers=answers)

    with using_language("en"):
        found = build_visit_view(register, visit, standard, None, None)
        held = {each.trace.requirement.id: each for chapter in found.chapters for each in chapter.requirements}

    line, lamps = held["LOK-06"], held["CHY-03"]
    assert {each.question.id: each.aside for each in line.answers} == {
        "LOK-06.voltage": "",
        "LOK-06.distance": "answered though it is not asked here; kept, and not judged",
    }
    assert "not judged" in line.trace.observed
    assert (line.trace.outcome, lamps.trace.outcome) == ("conforms", "undetermined")
    assert "counts as not given" in lamps.answers[1].aside
    assert lamps.trace.reason.startswith("not plausible: How many of them work")


def test_what_differs_from_the_version_before_and_from_the_last_approved_visit_is_shown(register, standard):
    approved = sent(register, 1, by=SITI, answers={"LOK-03": 500}, day=date(2026, 1, 1))
    before = sent(register, 2, answers={"LOK-03": 800, "LOK-02": "park"})
    visit = sent(register, 3, replaces=uuid(2), answers={"LOK-03": 900, "LOK-02": "park"})

    found = build_visit_view(register, visit, standard, before, approved)

    with using_language("en"):
        answers = {
            each.question.id: each
            for chapter in found.chapters
            for held in chapter.requirements
            for each in held.answers
        }
    area, zone = answers["LOK-03"], answers["LOK-02"]
    assert (area.text, area.before, area.approved) == ("900 m²", "800 m²", "500 m²")
    assert (area.changed, area.moved) == (True, True)
    assert (zone.changed, zone.moved) == (False, False)  # what the approved visit left open is no difference
    assert not any(each.differs for each in found.facts)  # facts of the site's file stand behind all three


def test_photos_and_notes_stand_beside_their_question_and_missing_ones_are_named(register, standard):
    photos = (Photo("ab" * 32, "LOK-03"), Photo("cd" * 32))
    visit = sent(register, 1, photos=photos, notes={"LOK-03": "Paced out.", "OLD-99": "Kept."})

    found = build_visit_view(register, visit, standard, None, None)

    (area,) = (
        each
        for chapter in found.chapters
        for held in chapter.requirements
        for each in held.answers
        if each.question.id == "LOK-03"
    )
    assert (area.note, area.photos) == ("Paced out.", photos[:1])
    assert (found.photos, found.missing) == (photos[1:], photos)
    assert found.notes_elsewhere == (("OLD-99", "Kept."),)


def test_two_stages_stand_side_by_side_with_the_differences_first(register, standard):
    sent(register, 1, stage="self", answers={"LOK-02": "park", "LOK-03": 800})
    sent(register, 2, by=SITI, answers={"LOK-02": "other_zone"})
    for number in (1, 2):
        moved(register, number, "approved")

    found = compare_stages(register, standard, SITE)

    assert (found.own.id, found.auditor.id) == (uuid(1), uuid(2))
    assert [each.requirement.id for each in found.differing] == ["LOK-02"]
    assert "LOK-03" in [each.requirement.id for each in found.one_open]
    every = found.differing + found.one_open + found.same + found.open
    assert {each.requirement.id for each in every} == {each.id for each in standard.requirements}
    assert len(every) == len(standard.requirements)


def test_a_stage_that_is_not_approved_waits_for_the_switch(register, standard):
    sent(register, 1, stage="self")

    assert compare_stages(register, standard, SITE).own is None
    assert compare_stages(register, standard, SITE, COUNTED_WITH_OPEN).own.id == uuid(1)


def test_a_double_audit_compares_what_each_auditor_first_sent(register, standard):
    sent(register, 1, answers={"LOK-02": "park"})
    sent(register, 2, by=SITI, answers={"LOK-02": "other_zone"})
    moved(register, 2, "has_issues", note="Look at the plan again.")
    sent(register, 3, by=SITI, answers={"LOK-02": "park"}, replaces=uuid(2))

    found = summarize_double_audits(register, standard)

    zone = next(each for each in found.found if each.requirement.id == "LOK-02")
    assert (found.pairs, found.visits, found.sites) == (1, 2, 1)
    assert (zone.pairs, zone.observed) == (1, 0.0)


def test_a_self_assessment_a_rejected_visit_and_one_without_a_known_author_are_no_double_audit(register, standard):
    sent(register, 1)
    sent(register, 2, by=SITI, stage="self")
    sent(register, 3, by=SITI)
    moved(register, 3, "rejected", note="The wrong park.")
    put_visit(register.visits, Visit(uuid(4), SITE, "rbra-2024", "auditor", "Somebody", date(2026, 11, 1), ANSWERS))

    assert summarize_double_audits(register, standard).pairs == 0


def test_the_work_for_double_audits_grows_no_faster_than_their_number_and_asks_the_register_as_often(
    register, standard
):
    asked, works = [], []
    for numbers in (range(12), range(12, 48)):
        double_audited(register, standard, numbers)
        with statements_of(register) as statements:
            assert summarize_double_audits(register, standard).pairs == numbers.stop
        asked.append(len(statements))
        works.append(work_of(lambda: summarize_double_audits(register, standard)))

    assert asked[0] == asked[1]
    assert works[1].calls < works[0].calls * 6
    assert works[1].peak < works[0].peak * 6
