"""Owner, due date and state of many actions at once: as single changes would do it, and undone as a whole."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.actions import GRAVE, PLAIN, PUTRI, SITE, approved
from helpers.effort import cases
from helpers.registers import empty_register
from helpers.sending import BUDI, RINA, TONO
from helpers.work import statements_of
from rba_audit.auditing import audit_with_visits
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister
from rba_audit.followup import LONGEST_ACTION_NOTE, change_due, change_owner, make_actions, not_needed, reopen_action
from rba_audit.followup.action_list import action_lines
from rba_audit.followup.bulk_changes import (
    BulkValues,
    bulk_result,
    change_many,
    checked_values,
    plan_bulk_change,
    undo_bulk_change,
)
from rba_audit.register import open_register
from rba_audit.register.bulk_changes import BulkChange

DAY, TODAY = date(2026, 11, 1), date(2026, 11, 24)
LATER = date(2027, 3, 1)
REQUIREMENTS = (PLAIN, GRAVE, "MAT-03")


@pytest.fixture(scope="module")
def template(tmp_path_factory, standard):
    """A folder with a register of three actions at one site."""
    folder = tmp_path_factory.mktemp("three-actions")
    register = empty_register(folder)
    register.import_features([{"type": "Feature", "id": SITE, "properties": {"name": "Taman"}, "geometry": None}])
    approved(register, {PLAIN: "no", GRAVE: 0, "MAT-03": "no"}, DAY)
    make_actions(register, audit_with_visits(register, standard), None, PUTRI, TODAY)
    register.close()
    return folder


@pytest.fixture
def register(template, tmp_path):
    opened = copied(template, tmp_path / "one")
    yield opened
    opened.close()


def copied(template, folder):
    shutil.copytree(template, folder)
    return open_register(f"sqlite:///{folder}/register.db")


def lines_of(register, standard):
    return action_lines(register, audit_with_visits(register, standard), TODAY)


def seen(lines):
    return {line.action.id: line.action.last.seq for line in lines}


def change(register, standard, values, by=TONO, id=None, chosen=None):
    lines = lines_of(register, standard)
    plan = plan_bulk_change(lines, chosen or seen(lines), values, by, TODAY)
    return change_many(register, plan, id or str(uuid4()), by)


def histories(register):
    """Everything that the histories of the actions say, except when."""
    return {
        (action.request.site_id, action.request.requirement): [
            replace(
                event,
                action_id="",
                at=event.at.replace(year=2026, month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
            )
            for event in register.actions.history(action.id)
        ]
        for action in register.actions.all()
    }


STEPS = st.lists(st.tuples(st.sampled_from(REQUIREMENTS), st.sampled_from(["owner", "due", "not_needed"])), max_size=5)
VALUES = st.builds(
    BulkValues,
    owner=st.sampled_from(["", "Dinas A", "Dinas B"]),
    due=st.sampled_from([None, TODAY, LATER]),
    state=st.sampled_from(["", "open"]),
    reason=st.just("rapat"),
).filter(lambda values: values.owner or values.due or values.state)


def prepare(register, steps):
    """Change actions one by one, as far as each may be changed."""
    by_requirement = {action.request.requirement: action.id for action in register.actions.all()}
    for requirement, what in steps:
        action = register.actions.get(by_requirement[requirement])
        if action.state == "closed" or (what == "not_needed" and action.state != "open"):
            continue
        if what == "owner":
            change_owner(register, action.id, action.last.seq, "Dinas A", RINA, TODAY)
        elif what == "due":
            change_due(register, action.id, action.last.seq, LATER, "x", RINA, TODAY)
        else:
            not_needed(register, action.id, action.last.seq, "x", RINA, TODAY)


def change_singly(register, values):
    """Make the single changes that a values stands for, one after the other."""
    for stored in register.actions.all():
        action = stored
        if values.state and action.state != "open":
            action = reopen_action(register, action.id, action.last.seq, values.reason, TONO, TODAY)
        if action.state == "closed":
            continue
        if values.owner and values.owner != action.owner:
            action = change_owner(register, action.id, action.last.seq, values.owner, TONO, TODAY)
        if values.due and values.due != action.due:
            change_due(register, action.id, action.last.seq, values.due, values.reason, TONO, TODAY)


@settings(max_examples=cases(12, 200))
@given(steps=STEPS, values=VALUES)
def test_a_change_of_many_equals_the_single_changes_and_its_undo_gives_all_back(
    template, tmp_path_factory, standard, steps, values
):
    folder = tmp_path_factory.mktemp("pair")
    many, singly = (copied(template, folder / name) for name in ("many", "singly"))
    try:
        for register in (many, singly):
            prepare(register, steps)
        before = {action.id: (action.state, action.owner, action.due) for action in many.actions.all()}
        done, plan = change(many, standard, values)
        change_singly(singly, values)
        assert histories(many) == histories(singly)
        assert set(done.actions) == {planned.line.action.id for planned in plan.changes}
        assert len(plan.changes) + len(plan.skipped) == len(REQUIREMENTS)
        if done.actions:
            undo_bulk_change(many, done.id, str(uuid4()), TONO, TODAY)
        assert {action.id: (action.state, action.owner, action.due) for action in many.actions.all()} == before
    finally:
        many.close()
        singly.close()
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "given",
    [
        ("", None, "", "x"),
        (" \n", None, "closed", "x"),
        ("", LATER, "", " "),
        ("", None, "open", ""),
        ("", TODAY - timedelta(days=1), "", "x"),
        ("", LATER, "", "x" * (LONGEST_ACTION_NOTE + 1)),
    ],
)
def test_a_wish_that_changes_nothing_or_has_no_reason_is_refused(given):
    with pytest.raises(EvidenceError):
        checked_values(*given, TODAY)
    assert checked_values(" Dinas  A ", None, "", "", TODAY).owner == "Dinas A"


def test_what_changed_meanwhile_is_skipped_and_said(register, standard):
    chosen = seen(lines_of(register, standard))
    first = next(iter(chosen))
    change_owner(register, first, 1, "Dinas C", RINA, TODAY)
    done, plan = change(register, standard, BulkValues(owner="Dinas A"), chosen=chosen)

    assert [skipped.line.action.id for skipped in plan.skipped] == [first]
    assert set(done.actions) == set(chosen) - {first}
    assert register.actions.get(first).owner == "Dinas C"


def test_what_changes_between_the_plan_and_its_record_is_skipped_too(register, standard):
    lines = lines_of(register, standard)
    plan = plan_bulk_change(lines, seen(lines), BulkValues(owner="Dinas A"), TONO, TODAY)
    first = lines[0].action.id
    change_owner(register, first, 1, "Dinas C", RINA, TODAY)
    done, carried_out = change_many(register, plan, str(uuid4()), TONO)

    assert first not in done.actions
    assert [skipped.line.action.id for skipped in carried_out.skipped] == [first]
    assert carried_out.reasons[0][1] == 1


def test_a_form_sent_twice_changes_once(register, standard):
    id, chosen = str(uuid4()), seen(lines_of(register, standard))
    first, _ = change(register, standard, BulkValues(owner="Dinas A"), id=id, chosen=chosen)
    again, plan = change(register, standard, BulkValues(owner="Dinas A"), id=id, chosen=chosen)

    assert again.actions == first.actions
    assert plan.changes == ()
    assert {len(register.actions.history(action_id)) for action_id in chosen} == {2}
    with pytest.raises(Conflict):
        change(register, standard, BulkValues(owner="Dinas B"), by=RINA, id=id)
    with pytest.raises(EvidenceError):
        change(register, standard, BulkValues(owner="Dinas B"), id="x")


def test_an_undo_leaves_what_was_changed_since_and_happens_once(register, standard):
    done, _ = change(register, standard, BulkValues(owner="Dinas A", due=LATER, reason="rapat"))
    since = next(iter(done.actions))
    change_owner(register, since, register.actions.get(since).last.seq, "Dinas C", RINA, TODAY)
    undo = str(uuid4())
    undone = undo_bulk_change(register, done.id, undo, RINA, TODAY)

    assert set(undone.actions) == set(done.actions) - {since}
    assert register.actions.get(since).owner == "Dinas C"
    assert bulk_result(register, done.id).change.undone_by == undo
    assert not bulk_result(register, done.id).can_be_undone
    assert undo_bulk_change(register, done.id, undo, RINA, TODAY) == undone, "a form sent twice"
    with pytest.raises(Conflict):
        undo_bulk_change(register, done.id, str(uuid4()), RINA, TODAY)
    with pytest.raises(EvidenceError):
        undo_bulk_change(register, undo, str(uuid4()), RINA, TODAY)


def test_an_undone_reopening_leaves_the_action_no_longer_needed(register, standard):
    action = next(action for action in register.actions.all() if action.request.requirement == PLAIN)
    not_needed(register, action.id, 1, "salah", TONO, TODAY)
    done, _ = change(register, standard, BulkValues(state="open", reason="x"), chosen={action.id: 2})
    undo_bulk_change(register, done.id, str(uuid4()), TONO, TODAY)
    line = next(line for line in lines_of(register, standard) if line.action.id == action.id)

    assert (line.action.state, line.not_needed.note) == ("closed", "salah")


def test_nothing_can_be_undone_once_all_was_changed(register, standard):
    done, _ = change(register, standard, BulkValues(owner="Dinas A"))
    for action_id in done.actions:
        change_owner(register, action_id, 2, "Dinas C", RINA, TODAY)
    with pytest.raises(EvidenceError):
        undo_bulk_change(register, done.id, str(uuid4()), TONO, TODAY)
    with pytest.raises(NotInRegister):
        undo_bulk_change(register, str(uuid4()), str(uuid4()), TONO, TODAY)


def test_surveyors_change_none(register, standard):
    with pytest.raises(Forbidden):
        change(register, standard, BulkValues(owner="Dinas A"), by=BUDI)
    with pytest.raises(Forbidden):
        undo_bulk_change(register, str(uuid4()), str(uuid4()), BUDI, TODAY)


def test_many_are_recorded_with_as_few_statements_as_one(register, standard):
    lines = lines_of(register, standard)
    counts = []
    for some, owner in ((lines[:1], "Dinas A"), (lines, "Dinas B")):
        plan = plan_bulk_change(
            lines_of(register, standard), dict.fromkeys(seen(some), 1), BulkValues(owner), TONO, TODAY
        )
        with statements_of(register) as statements:
            change_many(register, plan, str(uuid4()), TONO)
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert isinstance(register.bulk_changes.record(str(uuid4()), {}, TONO.id), BulkChange)
