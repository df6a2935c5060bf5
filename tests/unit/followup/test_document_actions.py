"""Actions about what a document proves: no document closes one, a newer one that says otherwise makes another."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from helpers.actions import approved
from helpers.kla_documents import accepted
from helpers.registers import empty_register
from helpers.repairs import PHOTO, PLANNER
from helpers.visits import put_visit
from rba_audit.auditing import audit_with_visits
from rba_audit.followup import closing_proofs, confirm_closing, make_actions, report_done, withdrawn_actions

SITE, START = "taman-a", date(2026, 3, 2)
NONE, THERE = {"KLL-07": "none"}, {"KLL-07": "budget_line"}


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path, people=True)
    opened.import_features([{"type": "Feature", "id": SITE, "properties": {"name": "A"}, "geometry": None}])
    yield opened
    opened.close()


def day(number):
    return START + timedelta(days=number)


def a_document(register, at, answers, until=None):
    accepted(
        register,
        "budget",
        at=datetime.combine(day(at), datetime.min.time(), UTC) + timedelta(hours=5),
        valid_until=None if until is None else day(until),
        sites=(SITE,),
        requirements=("KLL-07",),
        answers=answers,
    )


def audited(register, standard, at):
    return audit_with_visits(register, standard, day=day(at))


def test_a_document_closes_no_action_and_a_newer_one_that_says_otherwise_makes_another(register, standard):
    approved(register, {**NONE, "MAN-06": "yes"}, START, site=SITE)
    [action] = make_actions(register, audited(register, standard, 1), None, PLANNER, day(1))
    a_document(register, 5, THERE, until=30)

    assert closing_proofs(register, audited(register, standard, 6), [action]) == {}
    assert withdrawn_actions(register, audited(register, standard, 6), [action]) == {}
    done = report_done(register, action.id, action.last.seq, "Sudah dianggarkan.", PHOTO, PLANNER, day(6))
    if done.state == "done":
        confirm_closing(register, action.id, done.last.seq, "", PLANNER, day(7))
    for at in (10, 31):  # valid, expired
        assert make_actions(register, audited(register, standard, at), None, PLANNER, day(at)) == ()

    a_document(register, 40, NONE)

    [again] = make_actions(register, audited(register, standard, 40), None, PLANNER, day(40))
    assert (again.request.previous, again.request.round, again.request.visit_id) == (action.id, 2, "")
    assert make_actions(register, audited(register, standard, 41), None, PLANNER, day(41)) == ()


def test_a_correction_of_something_else_withdraws_no_action_over_which_a_document_lies(register, standard):
    visit = approved(register, {**NONE, "MAN-06": "yes"}, START, site=SITE)
    [action] = make_actions(register, audited(register, standard, 1), None, PLANNER, day(1))
    a_document(register, 5, THERE)
    register.reviews.make(visit.root, seq=1, to="received", visit_id=visit.id, person_id="rina", note="x", notes={})
    register.reviews.make(visit.root, seq=2, to="has_issues", visit_id=visit.id, person_id="rina", note="x", notes={})
    corrected = put_visit(
        register.visits, replace(visit, id=str(uuid4()), replaces=visit.id, answers={**NONE, "MAN-06": "no"})
    )
    seq = register.reviews.status(visit.root).seq
    register.reviews.make(
        visit.root, seq=seq, to="approved", visit_id=corrected.id, person_id="rina", note="", notes={}
    )

    assert withdrawn_actions(register, audited(register, standard, 6), [action]) == {}
