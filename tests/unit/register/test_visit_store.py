"""What any store of visits promises to those who read it: each change is counted, order and state are always the same."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from helpers.counted import counting
from helpers.visits import document_of, put_visit
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import using_language
from rba_audit.register import Photo, Visit, open_register
from rba_audit.review_states import STATES

PARK = {"type": "Feature", "id": "taman-a", "properties": {"name": "Taman A"}, "geometry": None}
SQUARE = {"type": "Feature", "id": "alun-b", "properties": {"name": "Alun-Alun B"}, "geometry": None}
BENCH = {"type": "Feature", "id": "bangku", "properties": {"part_of": "taman-a", "part": "bench"}, "geometry": None}
ARRIVED = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def register(tmp_path):
    opened = open_register(f"sqlite:///{tmp_path}/register.db")
    opened.import_features([PARK, SQUARE, BENCH])
    yield opened
    opened.close()


@pytest.fixture
def visits(register):
    return register.visits


def uuid(number):
    return str(UUID(int=number))


def visit(number=1, **changed):
    given = {
        "id": uuid(number),
        "site_id": "taman-a",
        "edition": "rbra-2024",
        "stage": "auditor",
        "auditor": "Siti",
        "day": date(2026, 11, 12),
        "answers": {"MUD-01": "yes"},
        "author": "siti",
        "recorded_at": ARRIVED + timedelta(minutes=number),
        **changed,
    }
    return Visit(**given)


def decide(register, kept, to):
    seq = register.reviews.status(kept.root).seq
    register.reviews.make(kept.root, seq=seq, to=to, visit_id=kept.id, person_id="rina", note="licin", notes={})


def ids(found):
    return [int(UUID(each.id)) for each in found]


# --- what is counted as a change ---


def test_each_new_visit_raises_the_version_of_the_register_and_the_same_again_does_not(register, visits):
    before = register.version()
    kept = put_visit(visits, visit())
    after = register.version()
    assert after > before
    assert put_visit(visits, visit()) == kept
    assert register.version() == after
    put_visit(visits, visit(2, replaces=uuid(1)))
    assert register.version() > after


def test_a_refused_visit_leaves_the_version_as_it_was(register, visits):
    put_visit(visits, visit())
    before = register.version()
    for wrong, fault in (
        (visit(note="lain"), Conflict),
        (visit(2, site_id="nowhere"), NotInRegister),
        (visit(2, replaces=uuid(9)), Conflict),
    ):
        with pytest.raises(fault):
            put_visit(visits, wrong)
    assert register.version() == before


# --- what is kept ---


def test_what_is_returned_is_what_is_read_afterwards(visits):
    received = visits.take(document_of(visit()), at=ARRIVED)
    assert received.new
    assert received.visit == visits.get(uuid(1)) == visit()
    assert (received.visit.root, received.visit.version, received.visit.recorded_at) == (uuid(1), 1, ARRIVED)
    assert visits.document(uuid(1)) == document_of(visit())
    assert not visits.take(document_of(visit()), at=ARRIVED).new


def test_a_visit_is_dated_by_when_it_was_made_or_else_by_when_it_came(visits):
    assert put_visit(visits, visit()).recorded_at == ARRIVED + timedelta(minutes=1)
    before = datetime.now(UTC)
    assert before <= visits.take(document_of(visit(2))).visit.recorded_at <= datetime.now(UTC)


def test_a_visit_without_an_author_is_kept_without_one(visits):
    assert put_visit(visits, visit(author="")).author == ""
    assert put_visit(visits, visit(2, author="", replaces=uuid(1))).version == 2


def test_what_is_no_uuid_is_refused(visits):
    with pytest.raises(EvidenceError):
        visits.take(document_of(visit(id="1")))


def test_each_photo_is_kept_in_its_place(register, visits):
    photos = (Photo("b" * 64, "MUD-01", ""), Photo("a" * 64, "", "ayunan"), Photo("b" * 64, "", ""))
    kept = put_visit(visits, visit(photos=photos))
    assert kept.photos == photos
    assert [photo.sha256 for photo in register.photos.missing(kept)] == ["b" * 64, "a" * 64, "b" * 64]


def test_what_is_not_there_is_told_by_its_id(visits):
    for action, sentence in (
        (lambda: visits.get(uuid(1)), f"the register has no visit '{uuid(1)}'; look it up at its site"),
        (lambda: visits.document(uuid(1)), f"the register has no visit '{uuid(1)}'; look it up at its site"),
        (lambda: visits.for_site("nowhere"), "the register has no site 'nowhere'; look it up in the list of all sites"),
        (lambda: visits.for_site("bangku"), "the register has no site 'bangku'; look it up in the list of all sites"),
        (
            lambda: put_visit(visits, visit(site_id="bangku")),
            "the register has no site 'bangku'; look it up in the list of all sites",
        ),
    ):
        with pytest.raises(NotInRegister) as told:
            action()
        with using_language("en"):
            assert str(told.value) == sentence
    assert (visits.chain(uuid(1)), visits.for_site("taman-a"), visits.by_author("siti")) == ([], [], [])


# --- corrections ---


def test_a_third_version_is_numbered_after_the_second_and_only_the_newest_is_listed(visits):
    for number, of in ((1, ""), (2, uuid(1)), (3, uuid(2))):
        put_visit(visits, visit(number, replaces=of))
    assert [(each.version, each.root) for each in visits.chain(uuid(1))] == [(1, uuid(1)), (2, uuid(1)), (3, uuid(1))]
    assert ids(visits.for_site("taman-a")) == ids(visits.by_author("siti")) == [3]
    assert [(int(UUID(each.id)), state) for each, state in visits.newest()] == [(3, "received")]
    assert ids(visits.by_site(STATES)["taman-a"]) == [3]


def test_what_a_refused_correction_contradicts_is_shown(register, visits):
    first = put_visit(visits, visit())
    second = put_visit(visits, visit(2, replaces=uuid(1)))
    decide(register, second, "approved")
    for wrong, code, kept in (
        (visit(3, replaces=uuid(9)), "not_current", None),
        (visit(3, replaces=uuid(1)), "not_current", second),
        (visit(3, replaces=uuid(1), site_id="alun-b"), "other_visit", None),
        (visit(3, replaces=uuid(1), author="budi"), "other_visit", None),
        (visit(3, replaces=uuid(1), author=""), "other_visit", None),
        (visit(3, replaces=uuid(2)), "closed", second),
        (visit(1, note="lain"), "differs", first),
    ):
        with pytest.raises(Conflict) as refused:
            put_visit(visits, wrong)
        assert (refused.value.code, refused.value.kept) == (code, kept)
    assert visits.chain(uuid(1)) == [first, second]


# --- the order of lists ---

# Number, day, minute of arrival; the newest visit first, then the last to arrive, then by id.
ARRIVALS = [(1, 12, 5), (2, 13, 1), (3, 12, 9), (4, 11, 30), (6, 12, 7), (5, 12, 7)]
IN_ORDER = [2, 3, 5, 6, 1, 4]


@pytest.fixture
def many(visits):
    for number, day, minute in ARRIVALS:
        arrived = ARRIVED + timedelta(minutes=minute)
        put_visit(visits, visit(number, day=date(2026, 11, day), recorded_at=arrived))
    put_visit(visits, visit(7, site_id="alun-b", author="budi", day=date(2026, 11, 1)))
    return visits


def test_every_list_is_newest_first_by_day_then_arrival_then_id(many):
    assert ids(many.for_site("taman-a")) == IN_ORDER
    assert ids(many.by_author("siti")) == IN_ORDER
    assert ids(each for each, _ in many.newest()) == [*IN_ORDER, 7]


def test_a_list_holds_only_the_site_or_person_that_was_asked_for(many):
    assert ids(many.for_site("alun-b")) == ids(many.by_author("budi")) == [7]
    assert many.by_author("nobody") == []


# --- states ---


def test_newest_visits_are_listed_with_their_state_and_only_in_the_states_asked_for(register, many):
    for number, to in ((2, "approved"), (3, "has_issues"), (4, "rejected")):
        decide(register, many.get(uuid(number)), to)
    states = {int(UUID(each.id)): state for each, state in many.newest()}
    assert states == {
        1: "received",
        2: "approved",
        3: "has_issues",
        4: "rejected",
        5: "received",
        6: "received",
        7: "received",
    }
    assert ids(each for each, _ in many.newest(("approved", "rejected"))) == [2, 4]
    assert many.newest(()) == []


def test_what_counts_at_a_site_is_the_newest_by_an_auditor_and_else_the_newest_of_the_site_itself(register, visits):
    put_visit(visits, visit(1, day=date(2026, 11, 1)))
    put_visit(visits, visit(2, day=date(2026, 11, 2)))
    put_visit(visits, visit(3, stage="self", day=date(2026, 11, 9)))
    put_visit(visits, visit(4, stage="self", day=date(2026, 11, 8), site_id="alun-b"))
    put_visit(visits, visit(5, stage="self", day=date(2026, 11, 7), site_id="alun-b"))

    def numbered(*states):
        return {name: int(UUID(each.id)) for name, each in counting(register, *states).items()}

    assert numbered(STATES) == {"taman-a": 2, "alun-b": 4}
    assert numbered() == {}
    for number in (1, 3, 5):
        decide(register, visits.get(uuid(number)), "approved")
    assert numbered() == {"taman-a": 1, "alun-b": 5}
    decide(register, visits.get(uuid(4)), "rejected")
    assert numbered(("rejected",)) == {"alun-b": 4}
