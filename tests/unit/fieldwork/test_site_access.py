"""Whose visit is taken: by what its author was when they began, by the log; and what nobody but the author may do."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from helpers.effort import cases
from helpers.registers import filled_register
from helpers.sending import (
    ADE,
    BUDI,
    EKA,
    OTHER_SITE,
    RINA,
    SITE,
    SITI,
    TONO,
    as_bytes,
    danger,
    enrol,
    hash_of,
    named,
    picture,
    uuid,
    visit,
)
from rba_audit.errors import Conflict
from rba_audit.fieldwork import IntakeContext, SubmissionError, arrival_notes, own_receipts, take_document, take_parcel
from rba_audit.messages import using_language
from rba_audit.register.account_history import account_at, account_periods, area_words, change_words
from rba_audit.register.person_records import AccountEvent, Person
from rba_audit.review import is_own, next_to_review, review_queue
from rba_audit.standard import load_published

BEFORE = datetime(2026, 11, 20, 3, tzinfo=UTC)
"""When a visit was begun in time; what its author had is taken away now."""
AFTER = timedelta(hours=1)
"""How long after now one was begun too late; a clock may be ahead by so much."""
TAKEN_AWAY = {
    "area": {"area": (f"site:{OTHER_SITE}",)},
    "role": {"role": "planner"},
    "kept out": {"active": False},
}
each_loss = pytest.mark.parametrize("loss", TAKEN_AWAY)


@pytest.fixture
def desk(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    yield IntakeContext(register, load_published, ())
    register.close()


def take_away(desk, loss, of=BUDI):
    desk.register.people.change(of.id, datetime.now(UTC), "ade", **TAKEN_AWAY[loss])


def begun(at, number=1, **changed):
    if isinstance(at, timedelta):
        at += datetime.now(UTC)
    text = at.isoformat() if isinstance(at, datetime) else at
    return visit(number, begun_at=text, **changed)


def send(desk, document, by=BUDI):
    return take_document(desk, as_bytes(document), desk.register.people.get(by.id), id=document["id"])


def parcel(*documents, photos=()):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for document in documents:
            folder = "visits" if "answers" in document else "dangers"
            archive.writestr(f"{folder}/{document['id']}.json", as_bytes(document))
        for data in photos:
            archive.writestr(f"photos/{hash_of(data)}.jpg", data)
    file.seek(0)
    return file


def hand_over(desk, by, *documents, photos=()):
    return take_parcel(desk, parcel(*documents, photos=photos), desk.register.people.get(by.id))


def english(told):
    with using_language("en"):
        return " ".join(str(each) for each in told)


def refusal(desk, document, by=BUDI):
    with pytest.raises(SubmissionError) as refused:
        send(desk, document, by)
    with using_language("en"):
        return str(refused.value)


# --- begun in time ---

BEGUN = {
    "area": "Begun on 20 Nov 2026 while this site was in the area of Budi Santoso; it is not any more.",
    "role": "Begun on 20 Nov 2026 while the role of Budi Santoso included visits; it does not any more.",
    "kept out": "Begun on 20 Nov 2026, before Budi Santoso was kept out.",
}


@pytest.mark.parametrize("loss", ["area", "role"])
def test_what_was_begun_in_time_is_taken_from_its_author_and_says_so(desk, loss):
    take_away(desk, loss)

    taken = send(desk, begun(BEFORE))

    again = send(desk, begun(BEFORE))

    assert (taken.new, again.new) == (True, False)
    assert english(taken.remarks) == english(again.remarks) == BEGUN[loss]
    assert english(arrival_notes(desk.register, taken.visit)) == BEGUN[loss]


@each_loss
@pytest.mark.parametrize("by", [SITI, EKA, RINA, ADE], ids=lambda person: person.id)
def test_what_was_begun_in_time_is_taken_from_whoever_hands_it_over(desk, loss, by):
    take_away(desk, loss)

    [entry] = hand_over(desk, by, begun(BEFORE))

    assert (entry.result, english(entry.told)) == ("new", BEGUN[loss])
    kept = desk.register.visits.get(uuid(1))
    assert kept.author == "budi"
    assert english(arrival_notes(desk.register, kept)).endswith(BEGUN[loss])
    assert english(arrival_notes(desk.register, kept)).startswith(f"Handed over by {by.name} on ")


def test_whoever_may_visit_the_site_is_told_nothing(desk):
    taken = send(desk, begun(AFTER))

    assert taken.remarks == ()
    assert arrival_notes(desk.register, taken.visit) == ()


def test_what_came_in_time_stays_without_a_word_whatever_is_taken_away_later(desk):
    taken = send(desk, begun(BEFORE))
    desk.register.people.change("budi", datetime.now(UTC), None, area=())

    assert arrival_notes(desk.register, taken.visit) == ()
    assert not send(desk, begun(BEFORE)).new


# --- begun too late, or nobody knows when ---

UNUSABLE = {
    "nothing": None,
    "left out": ...,
    "an empty text": "",
    "no time zone": "2026-11-20T02:10:00",
    "before anything": "2011-01-01T00:00:00Z",
    "far ahead": "2099-01-01T00:00:00Z",
}
WAY = "give it to a colleague who works there, or to an administrator."


@pytest.mark.parametrize("loss", ["area", "role"])
@pytest.mark.parametrize("moment", [AFTER, *UNUSABLE.values()], ids=["after", *UNUSABLE])
def test_what_was_begun_too_late_or_nobody_knows_when_is_refused_and_not_lost(desk, loss, moment):
    take_away(desk, loss)

    told = refusal(desk, begun(moment))

    expected = {
        "area": "Taman Sari is not in the area of Budi Santoso any more, and nothing shows that this was begun before.",
        "role": "The role of Budi Santoso does not include visits, and nothing shows that this was begun while it did.",
    }
    assert told.startswith(expected[loss])
    assert told.endswith(WAY)
    assert desk.register.visits.for_site(SITE) == []


@each_loss
@pytest.mark.parametrize("moment", [AFTER, *UNUSABLE.values()], ids=["after", *UNUSABLE])
@pytest.mark.parametrize("by", [SITI, RINA, ADE], ids=lambda person: person.id)
def test_whoever_works_there_answers_for_what_they_hand_over(desk, loss, moment, by):
    take_away(desk, loss)

    [entry] = hand_over(desk, by, begun(moment))

    assert entry.result == "new"
    assert english(entry.told).endswith("whoever handed it over answers for it.")
    assert "answers for it" in english(arrival_notes(desk.register, desk.register.visits.get(uuid(1))))


@each_loss
def test_a_colleague_who_does_not_work_there_cannot_answer_for_it(desk, loss):
    take_away(desk, loss)

    [entry] = hand_over(desk, EKA, begun(AFTER))

    assert (entry.result, entry.error) == ("refused", "refused")
    assert english(entry.told).endswith(WAY)


def test_a_site_that_never_was_theirs_is_refused_to_a_surveyor_like_one_that_there_is_not(desk):
    told = [refusal(desk, visit(author="eka", site=site), EKA) for site in (SITE, "nowhere")]

    assert told == [f"Your area has no site “{site}”; “My work” lists the ones it has." for site in (SITE, "nowhere")]


def test_a_colleague_learns_no_more_of_sites_than_the_author(desk):
    documents = [visit(number, author="eka", site=site) for number, site in ((1, SITE), (2, "nowhere"))]
    told = [english(entry.told) for entry in hand_over(desk, SITI, *documents)]

    # Siti works everywhere, so that she may answer for the first.
    assert "whoever handed it over answers for it" in told[0]
    assert told[1].startswith("The area of Eka, who wrote this, has no site “nowhere”.")


def test_a_site_that_moved_out_of_an_area_is_like_an_area_that_moved(desk):
    place = {
        "type": "Feature",
        "id": "pindah",
        "geometry": None,
        "properties": {"name": "Taman Pindah", "kelurahan_code": "36.73.01.1001"},
    }
    desk.register.import_features([place])
    lia = Person("lia", "lia", "Lia", "surveyor", ("36.73.01",), True)
    desk.register.people.add(lia, None, datetime(2026, 11, 1, tzinfo=UTC), None)
    started = datetime.now(UTC)
    place["properties"]["kelurahan_code"] = "36.73.02.1001"
    desk.register.import_features([place])

    taken = send(desk, begun(started, site="pindah", author="lia"), lia)

    assert "while this site was in the area of Lia" in english(taken.remarks)
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert "Taman Pindah is not in the area of Lia any more" in refusal(
        desk, begun(later, 2, site="pindah", author="lia"), lia
    )


def test_an_area_that_was_given_back_meanwhile_counts_for_what_was_begun_then(desk):
    change = desk.register.people.change
    change("budi", BEFORE - timedelta(days=2), None, area=())
    change("budi", BEFORE - timedelta(days=1), None, area=("*",))
    change("budi", datetime.now(UTC), None, area=())

    assert send(desk, begun(BEFORE)).new
    assert refusal(desk, begun(BEFORE - timedelta(days=1, hours=1), 2))


def test_the_correction_of_a_visit_that_was_taken_goes_by_when_that_one_was_begun(desk):
    send(desk, begun(BEFORE))
    take_away(desk, "area")

    corrected = send(desk, begun(AFTER, 2, replaces=uuid(1), note="dua"))
    again = send(desk, begun(AFTER, 3, replaces=uuid(2), note="tiga"))

    assert (corrected.visit.version, again.visit.version) == (2, 3)
    assert english(again.remarks) == BEGUN["area"]
    # What corrects nothing that is theirs there goes by its own moment.
    assert refusal(desk, begun(AFTER, 4, replaces=uuid(9)))


# --- what a colleague cannot do ---


def test_a_colleague_hands_over_a_whole_queue_which_stays_its_authors(desk):
    data = picture(1)
    take_away(desk, "kept out")
    report = danger(photo={"sha256": hash_of(data), "bytes": len(data)})

    entries = hand_over(desk, SITI, begun(BEFORE, photos=[named(data)]), report, photos=[data])

    assert {entry.result for entry in entries} == {"new"}
    register = desk.register
    here = {name: register.photos.arrival(name, [hash_of(data)]).here for name in ("budi", "siti")}
    assert here == {"budi": {hash_of(data)}, "siti": frozenset()}
    assert {register.deliveries.delivered_by(id).person_id for id in (uuid(1), uuid(900))} == {"siti"}
    assert own_receipts(register, BUDI)[0]["handed_over"] == "Siti Aminah"
    assert own_receipts(register, BUDI)[0]["complete"]
    assert {
        entry.result for entry in hand_over(desk, SITI, begun(BEFORE, photos=[named(data)]), report, photos=[data])
    } == {"known"}


def test_a_colleague_brings_the_missing_photo_of_a_visit_whose_very_document_they_have(desk):
    data = picture(1)
    document = begun(BEFORE, photos=[named(data)])
    send(desk, document)

    alone = hand_over(desk, SITI, photos=[data])
    beside = hand_over(desk, SITI, document, photos=[data])

    assert [entry.result for entry in alone] == ["refused"]
    assert [entry.result for entry in beside] == ["known", "new"]
    assert own_receipts(desk.register, BUDI)[0]["complete"]
    assert desk.register.deliveries.delivered_by(uuid(1)) is None


def test_a_colleague_alters_nothing_that_is_known(desk):
    send(desk, begun(BEFORE))
    send(desk, begun(BEFORE, 5, author="siti"), SITI)

    entries = hand_over(
        desk,
        RINA,
        begun(BEFORE, note="lain"),
        begun(AFTER, 2, replaces=uuid(1), note="dua"),
        begun(BEFORE, 5, author="budi"),
    )

    assert {entry.id: (entry.result, entry.error) for entry in entries} == {
        uuid(1): ("refused", "differs"),
        uuid(2): ("refused", "other_author"),
        uuid(5): ("refused", "other_author"),
    }
    assert [entry.receipt for entry in entries] == [None] * 3
    assert "only its author or an administrator" in english(entries[0].told)
    assert [each.id for each in desk.register.visits.chain(uuid(1))] == [uuid(1)]


def test_a_colleague_brings_a_visit_and_its_correction_together(desk):
    entries = hand_over(desk, SITI, begun(BEFORE), begun(AFTER, 2, replaces=uuid(1), note="dua"))

    assert [(entry.id, entry.result) for entry in entries] == [(uuid(1), "new"), (uuid(2), "new")]


@pytest.mark.parametrize("by", [SITI, RINA], ids=lambda person: person.id)
def test_one_by_one_nobody_sends_in_the_name_of_another(desk, by):
    with pytest.raises(Conflict) as fault:
        send(desk, begun(BEFORE), by)
    assert fault.value.code == "other_author"


def test_planners_hand_over_nothing_of_others(desk):
    assert [entry.error for entry in hand_over(desk, TONO, begun(BEFORE))] == ["other_author"]


def test_a_reviewer_does_not_review_what_they_handed_over_and_an_administrator_may(desk):
    hand_over(desk, RINA, begun(BEFORE))
    hand_over(desk, ADE, begun(BEFORE, 2, site=OTHER_SITE))
    register = desk.register

    assert is_own(register, RINA, uuid(1))
    assert not is_own(register, ADE, uuid(2))
    assert next_to_review(register, RINA) == uuid(2)
    assert [each.own for each in review_queue(register, "rina").visits] == [False, False]
    send(desk, begun(AFTER, 3, replaces=uuid(1), note="dua"))
    assert is_own(register, RINA, uuid(1))  # whatever its author sends later


def test_what_is_handed_over_for_an_erased_person_is_signed_by_their_number(desk):
    desk.register.people.erase("budi", datetime.now(UTC), None, "")

    [entry] = hand_over(desk, SITI, begun(BEFORE))

    assert entry.result == "new"
    kept = desk.register.visits.get(uuid(1))
    assert kept.auditor == "Orang terhapus 1 / Erased person 1"
    assert "Budi" not in english(arrival_notes(desk.register, kept))
    assert "Budi" not in json.loads(desk.register.visits.document(uuid(1)))["auditor"]


# --- the log ---


def event(seq, what, detail="", minutes=0):
    return AccountEvent(seq, BEFORE + timedelta(minutes=minutes), None, "lia", what, detail)


LIA = Person("lia", "lia", "Lia", "surveyor", ("36.73.01", "site:taman a%"), True)


def test_the_log_leads_from_what_somebody_was_to_what_they_are():
    log = [
        event(1, "added", f"surveyor {area_words(['36'])}"),
        event(2, "role", change_words("surveyor", "planner"), 1),
        event(3, "deactivated", "", 2),
        event(4, "let_in", "", 3),
        event(5, "role", change_words("planner", "surveyor"), 4),
        event(6, "area", change_words("36", area_words(LIA.area)), 5),
    ]

    found = account_periods(LIA, log)

    assert [(each.person.role, each.person.area, each.person.active) for each in found] == [
        ("surveyor", ("36",), True),
        ("planner", ("36",), True),
        ("planner", ("36",), False),
        ("planner", ("36",), True),
        ("surveyor", ("36",), True),
        ("surveyor", LIA.area, True),
    ]
    assert account_at(found, BEFORE - timedelta(seconds=1)) is None
    assert account_at(found, BEFORE + timedelta(minutes=1)).role == "planner"


@pytest.mark.parametrize(
    "log",
    [
        [],
        [event(1, "area", "36 → 36.73.01 site:taman%20a%25")],
        [event(1, "added", "surveyor 36.73.01")],
        [event(1, "added", "planner 36.73.01 site:taman%20a%25")],
        [event(1, "added", "king 36.73.01 site:taman%20a%25")],
        [event(1, "added", "surveyor 36.73.01 site:taman a%")],
        [event(1, "added", "surveyor 36"), event(2, "area", "35 → 36.73.01 site:taman%20a%25")],
        [event(1, "added", "surveyor 36"), event(2, "area", "36.73.01 site:taman%20a%25")],
        [event(1, "added", "planner 36.73.01 site:taman%20a%25"), event(2, "role", "reviewer → surveyor")],
        [event(1, "added", "surveyor 36.73.01 site:taman%20a%25"), event(2, "deactivated")],
    ],
    ids=range(10),
)
def test_a_log_that_does_not_lead_to_what_somebody_is_says_nothing(log):
    assert account_periods(LIA, log) == ()


def test_where_the_log_says_nothing_only_what_somebody_is_now_counts(desk):
    take_away(desk, "area")
    with desk.register.people._database.writing() as connection:
        connection.exec_driver_sql("update person set area = '[\"99\"]' where id = 'budi'")

    assert desk.register.people.history("budi") == ()
    assert refusal(desk, begun(BEFORE)) == f"Your area has no site “{SITE}”; “My work” lists the ones it has."
    assert [entry.result for entry in hand_over(desk, SITI, begun(BEFORE))] == ["new"]


def test_any_changes_can_be_read_back(tmp_path):
    chance = random.Random(7)
    register = filled_register(tmp_path)
    register.people.add(LIA, None, BEFORE, None)
    entries = ("*", "36", "36.73.01", "36.73.01.1004", "site:a b", "site:c%20d", "site:→", "site:x → y", "site:%")
    expected = [(BEFORE, LIA)]
    for step in range(1, cases(60, 2000)):
        at = BEFORE + timedelta(minutes=step)
        wanted = {
            "role": chance.choice(("surveyor", "planner", "reviewer")),
            "area": tuple(chance.sample(entries, chance.randrange(4))),
            "active": chance.random() < 0.7,
        }
        field = chance.choice(list(wanted))
        expected.append((at, register.people.change("lia", at, None, **{field: wanted[field]})))
    history = register.people.history("lia")

    assert history
    for at, person in expected:
        assert account_at(history, at) == person
    register.close()
