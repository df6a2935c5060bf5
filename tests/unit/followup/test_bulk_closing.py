"""Closing many actions at once: what two people do at the same time, what is too long, and who may."""

import threading
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from helpers.actions import GRAVE, PLAIN, PUTRI, SITE, approved
from helpers.registers import empty_register
from helpers.sending import BUDI, RINA, TONO
from rba_audit.auditing import audit_with_visits
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister
from rba_audit.followup import LONGEST_ACTION_NOTE, change_owner, confirm_closing, make_actions, reopen_action
from rba_audit.followup.action_list import ActionQuery, action_lines, matching_lines
from rba_audit.followup.bulk_closing import can_be_closed, close_many, plan_bulk_closing

DAY, TODAY = date(2026, 11, 1), date(2026, 11, 24)


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features([{"type": "Feature", "id": SITE, "properties": {"name": "Taman"}, "geometry": None}])
    yield opened
    opened.close()


@pytest.fixture
def listed(register, standard):
    """A function that lists the actions of a visit as they stand."""
    approved(register, {PLAIN: "no", GRAVE: 0, "MAT-03": "no"}, DAY)
    make_actions(register, audit_with_visits(register, standard), None, PUTRI, TODAY)
    return lambda: action_lines(register, audit_with_visits(register, standard), TODAY)


def all_of(found):
    return {line.action.id: line.action.last.seq for line in found}


def test_of_two_who_close_the_same_at_once_one_wins_each_time(register, listed):
    found = listed()
    results = []

    def press(by, reason):
        results.append(close_many(register, found, all_of(found), reason, by, TODAY))

    pressing = [
        threading.Thread(target=press, args=args) for args in ((TONO, "Salah taman"), (RINA, "Sudah tidak ada"))
    ]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()

    assert sorted((len(each.taken), len(each.refused)) for each in results) == [(0, 3), (3, 0)]
    assert {len(register.actions.history(line.action.id)) for line in found} == {2}


def test_what_came_between_the_list_and_the_press_is_refused_for_that_one(register, listed):
    found = listed()
    changed = next(line for line in found if line.action.request.requirement == "MAT-03").action
    change_owner(register, changed.id, 1, "Dinas", RINA, TODAY)
    closing = close_many(register, found, all_of(found), "Salah taman", TONO, TODAY)

    assert [each.line.action.id for each in closing.refused] == [changed.id]
    assert "Someone else" in closing.refused[0].message or "Orang lain" in closing.refused[0].message
    assert [line.action.request.requirement for line in closing.closed] == [PLAIN]
    assert [line.action.request.requirement for line in closing.waiting] == [GRAVE]
    assert register.actions.get(changed.id).state == "open"


def test_the_same_press_again_is_told_as_the_first(register, listed):
    found = listed()
    close_many(register, found, all_of(found), " Salah taman ", TONO, TODAY)
    for now in (found, listed()):
        again = close_many(register, now, dict.fromkeys(all_of(found), 1), "Salah taman", TONO, TODAY)
        assert (len(again.closed), len(again.waiting), again.refused) == (2, 1, ())
    other = close_many(register, listed(), dict.fromkeys(all_of(found), 1), "Lain", TONO, TODAY)

    assert len(other.refused) == 3
    assert {len(register.actions.history(line.action.id)) for line in found} == {2}


@pytest.mark.parametrize("reason", ["", " \n", "x" * (LONGEST_ACTION_NOTE + 1)])
def test_a_reason_is_needed_and_is_not_too_long(register, listed, reason):
    found = listed()
    with pytest.raises(EvidenceError):
        plan_bulk_closing(found, all_of(found), reason, TONO)
    with pytest.raises(EvidenceError):
        close_many(register, found, all_of(found), reason, TONO, TODAY)


def test_surveyors_close_none(register, listed):
    found = listed()
    with pytest.raises(Forbidden):
        close_many(register, found, all_of(found), "Salah", BUDI, TODAY)

    assert all(map(can_be_closed, listed()))


def test_what_was_said_last_tells_whether_it_is_no_longer_needed(register, listed):
    found = listed()
    close_many(register, found, all_of(found), "Salah", TONO, TODAY)
    grave = next(line for line in listed() if line.action.request.requirement == GRAVE).action
    assert len(matching_lines(listed(), ActionQuery("not_needed"))) == 3
    confirm_closing(register, grave.id, 2, "", RINA, TODAY)
    assert len(matching_lines(listed(), ActionQuery("not_needed"))) == 3
    reopen_action(register, grave.id, 3, "Masih ada", RINA, TODAY)

    assert {line.action.request.requirement for line in matching_lines(listed(), ActionQuery("not_needed"))} == {
        PLAIN,
        "MAT-03",
    }


def test_several_events_are_recorded_each_as_one_would_be(register, listed):
    first, second, third = (line.action.last for line in listed())
    events = [
        replace(first, seq=2, what="owner", owner="Dinas"),
        replace(second, seq=3, what="owner", owner="Dinas"),
        replace(third, action_id=str(uuid4()), seq=2, what="owner", owner="Dinas"),
    ]
    found = register.actions.add_each(events)

    assert found[first.action_id].owner == "Dinas"
    assert isinstance(found[second.action_id], Conflict)
    assert isinstance(found[events[2].action_id], NotInRegister)
    assert register.actions.add_each(events[:1])[first.action_id].last.seq == 2
    assert register.actions.add_each([]) == {}
