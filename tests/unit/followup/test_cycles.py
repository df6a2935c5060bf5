"""What fails gets an action, is repaired, proved and closed, and when it fails again gets an action of the next round.

Tried for every requirement that items answer or are counted for, found in the edition, and for one answered requirement of each kind of question.
"""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

import pytest

from helpers.effort import NIGHTLY
from helpers.histories import lists
from helpers.registers import empty_register
from helpers.repairs import OTHER, PHOTO, PLANNER, counted_pair, item, one_of_each_kind, pair
from helpers.visits import put_visit
from rba_audit.auditing import audit_with_visits
from rba_audit.errors import Forbidden
from rba_audit.followup import (
    close_by_visit,
    closing_proofs,
    confirm_closing,
    make_actions,
    report_done,
    risk_of,
    withdrawn_actions,
)
from rba_audit.register import Visit
from rba_audit.standard import default_edition, edition_names, load_published

FAILED, REPAIRED, FAILED_AGAIN = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
MADE, CLOSED, MADE_AGAIN = date(2026, 3, 2), date(2026, 5, 2), date(2026, 7, 2)


@dataclass
class Case:
    """One requirement at a site of its own: what three visits say, and of which scope the later ones are."""

    site: str
    requirement: str
    scope: str
    visits: list = field(default_factory=list)  # answers and items of each
    gone: bool = False


def cases_of(standard):
    own = lists(standard.edition)
    of_items = [name for name in (*own.each, *own.counted) if standard.requirement(name).tier == "core"]
    found = []
    for name in of_items:
        bad, good = counted_pair(standard) if name in own.counted else pair(standard, name)
        place = {} if name in own.counted else {n: v for n, v in {**bad, **good}.items() if n not in own.asked_of_items}
        if name not in own.counted:
            bad, good = ({n: v for n, v in each.items() if n in own.asked_of_items} for each in (bad, good))
        found += by_items(standard, name, place, bad, good)
    for name in [*of_items, *one_of_each_kind(standard)]:
        bad, good = pair(standard, name)
        for scope in ("full", "check"):
            found.append(Case(f"{name} place {scope}", name, scope, [(bad, ()), (good, ()), (bad, ())]))
    return found


def by_items(standard, name, place, bad, good):
    yes = {**place, lists(standard.edition).complete: "yes"}
    sound = item(standard, "sound", good)
    broken, repaired = item(standard, "broken", bad), item(standard, "broken", good)
    gone = item(standard, "broken", {}, gone=True)
    return [
        Case(
            f"{name} items full",
            name,
            "full",
            [(yes, (broken, sound)), (yes, (repaired, sound)), (yes, (broken, sound))],
        ),
        Case(f"{name} items check", name, "check", [(yes, (sound, broken)), ({}, (repaired,)), ({}, (broken,))]),
        Case(
            f"{name} gone full",
            name,
            "full",
            [(yes, (broken, sound)), (yes, (gone, sound)), (yes, (sound, broken))],
            gone=True,
        ),
        Case(f"{name} gone check", name, "check", [(yes, (broken, sound)), ({}, (gone,)), ({}, (broken,))], gone=True),
    ]


def approve(register, case, edition, number, day, author="ani"):
    answers, items = case.visits[number]
    scope = case.scope if number else "full"
    kept = put_visit(
        register.visits,
        Visit(str(uuid4()), case.site, edition, "auditor", "-", day, answers, author=author, items=items, scope=scope),
    )
    register.reviews.make(kept.root, seq=0, to="approved", visit_id=kept.id, person_id="r-1", note="", notes={})
    return kept


def of_cases(actions, cases):
    """Return the actions by case; those that the same visits made for other requirements are left out."""
    found = {(each.request.site_id, each.request.requirement): each for each in actions}
    return {case.site: found.get((case.site, case.requirement)) for case in cases}


def make(register, standard, day):
    made = make_actions(register, audit_with_visits(register, standard), None, PLANNER, day)
    assert make_actions(register, audit_with_visits(register, standard), None, PLANNER, day) == ()
    return made


def close(register, action, proof, by_visit):
    """Close an action by the visit that proves it, or by hand; by two people where its risk wants two."""
    if by_visit:
        return close_by_visit(register, proof, action.id, action.last.seq, proof.visit.id, OTHER, CLOSED)
    done = report_done(register, action.id, action.last.seq, "Diperbaiki.", PHOTO, PLANNER, CLOSED)
    if not risk_of(action).second_person:
        return done
    assert done.state == "done"
    with pytest.raises(Forbidden):
        confirm_closing(register, action.id, done.last.seq, "", PLANNER, CLOSED)
    return confirm_closing(register, action.id, done.last.seq, "", OTHER, CLOSED)


@pytest.mark.parametrize("edition", edition_names())
def test_what_fails_is_repaired_proved_and_closed_and_fails_again_in_the_next_round(tmp_path, edition):
    standard = load_published(edition)
    # The editions inherit most of each other: at night all of each is tried, usually all of the default one.
    cases = cases_of(standard)[:: 1 if NIGHTLY or edition == default_edition() else 6]
    features = [
        {"type": "Feature", "id": case.site, "properties": {"name": case.site}, "geometry": None} for case in cases
    ]
    with closing(empty_register(tmp_path)) as register:
        register.import_features(features)
        for case in cases:
            approve(register, case, edition, 0, FAILED)
        first = of_cases(make(register, standard, MADE), cases)
        assert [site for site, action in first.items() if action is None] == []
        assert {action.request.round for action in first.values()} == {1}
        assert closing_proofs(register, audit_with_visits(register, standard), first.values()) == {}

        repairs = {case.site: approve(register, case, edition, 1, REPAIRED) for case in cases}
        now = audit_with_visits(register, standard)
        outcomes = {case.site: now.findings.explain(case.site, case.requirement).outcome for case in cases}
        assert {site: outcome for site, outcome in outcomes.items() if outcome != "conforms"} == {}
        proved = closing_proofs(register, now, first.values())
        assert [site for site, action in first.items() if action.id not in proved] == []
        assert all(
            proved[action.id].visit.id == repairs[site].id and proved[action.id].applies
            for site, action in first.items()
        )
        assert withdrawn_actions(register, now, register.actions.all()) == {}
        of_these = [case for case in of_cases(make(register, standard, CLOSED), cases).items() if case[1] is not None]
        assert of_these == []

        for at, case in enumerate(cases):
            action = first[case.site]
            assert close(register, action, proved[action.id], by_visit=at % 2 == 0).state == "closed"
        assert not [each for each in of_cases(make(register, standard, CLOSED), cases).values() if each is not None]

        again = {case.site: approve(register, case, edition, 2, FAILED_AGAIN) for case in cases}
        second = of_cases(make(register, standard, MADE_AGAIN), cases)
        assert [site for site, action in second.items() if action is None] == []
        assert all(
            (action.request.round, action.request.previous, action.request.visit_id)
            == (2, first[site].id, again[site].id)
            for site, action in second.items()
        )
        assert closing_proofs(register, audit_with_visits(register, standard), second.values()) == {}


@pytest.mark.parametrize("edition", edition_names())
def test_every_kind_of_question_and_everything_that_items_answer_is_tried(edition):
    standard = load_published(edition)
    own, tried = lists(edition), {case.requirement for case in cases_of(standard)}

    assert {name for name in (*own.each, *own.counted) if standard.requirement(name).tier == "core"} <= tried
    assert {standard.requirement(name).questions[0].kind for name in one_of_each_kind(standard)} == {
        question.kind
        for question in standard.questions
        if question.id in {q.id for r in standard.requirements for q in r.questions}
    }
