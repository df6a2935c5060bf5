"""What one person may bring for another: work of people the register knows, once, and with their name noted."""

import pytest

from helpers.registers import filled_register
from helpers.sending import ADE, BUDI, RINA, SITI, TONO, as_bytes, danger, enrol, hash_of, named, picture, uuid, visit
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.fieldwork import (
    IntakeContext,
    SubmissionError,
    own_visit,
    seen_visit,
    take_danger,
    take_danger_photo,
    take_document,
    take_photo,
)
from rba_audit.messages import using_language
from rba_audit.standard import load_published

NO_SUCH_PERSON = "There is no such person; look them up in the list of people."


@pytest.fixture
def desk(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    yield IntakeContext(register, load_published, ())
    register.close()


def report(desk, document, by):
    return take_danger(desk, as_bytes(document), by, id=document["id"])[:2]


def send(desk, document, by):
    return take_document(desk, as_bytes(document), by, id=document["id"])


def refusal(action):
    with pytest.raises(SubmissionError) as refused:
        action()
    with using_language("en"):
        return str(refused.value)


def conflict(action):
    with pytest.raises(Conflict) as found:
        action()
    return found.value


# --- reports of dangers ---


def test_an_administrator_cannot_bring_the_report_of_nobody(desk):
    assert refusal(lambda: report(desk, danger(author="nobody"), ADE)) == NO_SUCH_PERSON
    assert desk.register.dangers.open() == []
    assert desk.register.deliveries.delivered_by(uuid(900)) is None


def test_an_administrator_brings_the_report_of_another_and_is_noted_once(desk):
    kept, new = report(desk, danger(), ADE)
    assert (kept.author, new) == ("budi", True)
    assert desk.register.deliveries.delivered_by(uuid(900)).person_id == "ade"
    assert report(desk, danger(), ADE) == (kept, False)


def test_a_report_that_its_author_sent_was_brought_by_nobody(desk):
    report(desk, danger(), BUDI)
    assert not report(desk, danger(), ADE)[1]
    assert desk.register.deliveries.delivered_by(uuid(900)) is None


def test_what_an_administrator_reports_was_brought_by_nobody(desk):
    assert report(desk, danger(author="ade"), ADE)[1]
    assert desk.register.deliveries.delivered_by(uuid(900)) is None


@pytest.mark.parametrize("by", [SITI, RINA, TONO], ids=lambda person: person.role)
def test_only_an_administrator_brings_the_work_of_another(desk, by):
    assert conflict(lambda: report(desk, danger(), by)).code == "other_author"
    assert conflict(lambda: send(desk, visit(), by)).code == "other_author"
    assert desk.register.dangers.open() == []


def test_a_report_under_another_address_or_of_no_site_is_refused(desk):
    document = as_bytes(danger())
    told = refusal(lambda: take_danger(desk, document, BUDI, id=uuid(901)))
    assert told == f"What arrived says it is '{uuid(900)}' and was sent as '{uuid(901)}'; send it again."
    assert "nowhere" in refusal(lambda: report(desk, danger(site="nowhere"), BUDI))
    assert desk.register.dangers.open() == []


@pytest.mark.parametrize("note", ["", " \n", None, ...])
def test_a_report_needs_a_note_or_a_photo(desk, note):
    document = {key: value for key, value in danger(note=note).items() if value is not ...}
    assert refusal(lambda: report(desk, document, BUDI)).startswith("The report says nothing about the danger")
    assert report(desk, {**document, "photo": {"sha256": hash_of(b"x"), "bytes": 1}}, BUDI)[1]


def test_a_known_report_of_another_person_is_not_shown_to_who_sends_its_id(desk):
    report(desk, danger(), BUDI)
    fault = conflict(lambda: report(desk, danger(author="siti"), SITI))
    assert (fault.code, fault.kept) == ("other_author", None)
    own = conflict(lambda: report(desk, danger(note="lain"), BUDI))
    assert (own.code, own.kept.author) == ("differs", "budi")


def test_the_photo_of_a_report_is_taken_from_its_author_and_an_administrator_only(desk):
    data = picture()
    report(desk, danger(photo={"sha256": hash_of(data), "bytes": len(data)}), BUDI)
    with pytest.raises(NotInRegister):
        take_danger_photo(desk.register, uuid(900), hash_of(data), data, SITI)
    with pytest.raises(NotInRegister):
        take_danger_photo(desk.register, uuid(900), hash_of(b""), b"", ADE)
    kept, new = take_danger_photo(desk.register, uuid(900), hash_of(data), data, ADE)
    assert new
    assert take_danger_photo(desk.register, uuid(900), hash_of(data), data, BUDI) == (kept, False)
    assert kept.sent_by == "budi"


def test_a_report_without_a_photo_takes_none(desk):
    report(desk, danger(), BUDI)
    with pytest.raises(NotInRegister):
        take_danger_photo(desk.register, uuid(900), "", b"", BUDI)


# --- visits ---


def test_an_administrator_cannot_bring_the_visit_of_nobody(desk):
    assert refusal(lambda: send(desk, visit(author="nobody"), ADE)) == NO_SUCH_PERSON
    with pytest.raises(NotInRegister):
        desk.register.visits.get(uuid(1))


def test_a_visit_is_noted_as_brought_only_where_it_came_first_by_another_hand(desk):
    assert send(desk, visit(1), ADE).new
    assert send(desk, visit(2), BUDI).new
    assert not send(desk, visit(2), ADE).new
    assert [getattr(desk.register.deliveries.delivered_by(uuid(each)), "person_id", None) for each in (1, 2)] == [
        "ade",
        None,
    ]


def test_the_photo_of_a_visit_is_kept_as_its_author_s_whoever_brings_it(desk):
    data = picture()
    send(desk, visit(photos=[named(data)]), BUDI)
    with pytest.raises(NotInRegister):
        take_photo(desk.register, uuid(1), hash_of(data), data, SITI)
    kept, new = take_photo(desk.register, uuid(1), hash_of(data), data, ADE)
    assert (kept.sent_by, new) == ("budi", True)
    assert take_photo(desk.register, uuid(1), hash_of(data), data, BUDI) == (kept, False)
    assert conflict(lambda: take_photo(desk.register, uuid(1), hash_of(data), b"other", BUDI)).code == "hash"


def test_surveyors_read_their_own_visits_and_everybody_else_any(desk):
    kept = send(desk, visit(), BUDI).visit
    for reader in (BUDI, RINA, TONO, ADE):
        assert seen_visit(desk.register, uuid(1), reader) == kept
    for owner in (BUDI, ADE):
        assert own_visit(desk.register, uuid(1), owner) == kept
    for action in (
        lambda: seen_visit(desk.register, uuid(1), SITI),
        lambda: own_visit(desk.register, uuid(1), RINA),
        lambda: own_visit(desk.register, uuid(7), BUDI),
    ):
        with pytest.raises(NotInRegister):
            action()
