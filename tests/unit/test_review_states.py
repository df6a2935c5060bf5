"""The table of review moves, cell by cell."""

import pytest

from rba_audit.messages import using_language
from rba_audit.review_states import (
    CLOSED_STATES,
    COUNTED,
    COUNTED_WITH_OPEN,
    FIRST_STATE,
    MOVES,
    OPEN,
    REVIEW_STATE_WORDS,
    STATES,
    state_after_new_version,
    transition_problem,
    transitions_from,
)

R, H, F, A, X = "received", "has_issues", "fixed", "approved", "rejected"

# Every cell: what a reviewer's move needs, "author" where only a new version leads there, None where there is no way.
CELLS = {
    (R, R): None,
    (R, H): "remarks",
    (R, F): None,
    (R, A): "photos",
    (R, X): "reason",
    (H, R): None,
    (H, H): None,
    (H, F): "author",
    (H, A): None,
    (H, X): "reason",
    (F, R): None,
    (F, H): "remarks",
    (F, F): None,
    (F, A): "photos",
    (F, X): "reason",
    (A, R): "reason",
    (A, H): None,
    (A, F): None,
    (A, A): None,
    (A, X): None,
    (X, R): "reason",
    (X, H): None,
    (X, F): None,
    (X, A): None,
    (X, X): None,
}


def tried(start, to, **given):
    found = transition_problem(
        start,
        to,
        **{"reviews": True, "own": False, "complete": True, "note": "a reason", "remarks": True, **given},
    )
    return found.code if found else "made"


def test_the_cells_cover_every_pair_of_states():
    assert set(CELLS) == {(start, to) for start in STATES for to in STATES}


REVIEWERS_MOVES = {cell: need for cell, need in CELLS.items() if need not in (None, "author")}


def test_a_reviewer_makes_the_moves_of_the_table_and_no_other():
    assert {cell: tried(*cell) for cell in CELLS} == {
        cell: "made" if cell in REVIEWERS_MOVES else "illegal" for cell in CELLS
    }


def test_nobody_whose_role_does_not_review_makes_any_move():
    found = {cell: tried(*cell, reviews=False) for cell in CELLS}

    assert {cell: code for cell, code in found.items() if code not in ("role", "illegal")} == {}


def test_nobody_moves_their_own_visit():
    found = {cell: tried(*cell, own=True) for cell in CELLS}

    assert {cell: code for cell, code in found.items() if code not in ("own_visit", "illegal")} == {}


def test_missing_photos_stop_an_approval_and_nothing_else():
    assert {cell: tried(*cell, complete=False) for cell in REVIEWERS_MOVES} == {
        cell: "incomplete" if need == "photos" else "made" for cell, need in REVIEWERS_MOVES.items()
    }


def test_a_move_without_a_word_is_refused_where_it_needs_one():
    expected = {"photos": "made", "reason": "no_reason", "remarks": "no_remarks"}

    assert {cell: tried(*cell, note=" \n", remarks=False) for cell in REVIEWERS_MOVES} == {
        cell: expected[need] for cell, need in REVIEWERS_MOVES.items()
    }


def test_a_reason_is_about_the_visit_and_a_remark_beside_a_question_is_none():
    assert tried(R, X, note="", remarks=True) == "no_reason"
    assert tried(R, H, note="", remarks=True) == "made"
    assert tried(R, H, note="The swing is missing.", remarks=False) == "made"


@pytest.mark.parametrize(("state", "after"), [(R, R), (H, F), (F, F), (A, None), (X, None)])
def test_a_new_version_answers_what_was_sent_back_and_a_closed_visit_takes_none(state, after):
    assert state_after_new_version(state) == after


def test_what_a_reviewer_is_offered_is_what_would_be_made():
    offered = {(state, move.to) for state in STATES for move in transitions_from(state)}

    assert offered == {cell for cell, need in CELLS.items() if need not in (None, "author")}
    assert set(MOVES) == {cell for cell, need in CELLS.items() if need is not None}


def test_only_approved_visits_count_and_the_switch_adds_all_but_the_rejected():
    assert FIRST_STATE == R
    assert {A} == COUNTED
    assert set(STATES) - {X} == COUNTED_WITH_OPEN
    assert set(STATES) - CLOSED_STATES == set(OPEN)


def test_every_state_and_every_refusal_is_said_in_words():
    with using_language("en"):
        assert [str(REVIEW_STATE_WORDS[state]) for state in STATES] == [
            "to be reviewed",
            "sent back",
            "corrected, to be reviewed",
            "approved",
            "rejected",
        ]
        found = transition_problem(A, X, reviews=True, own=False, complete=True, note="x", remarks=False)
        assert str(found.message) == (
            "A visit that is “approved” cannot become “rejected”; open it again and see what can be done."
        )
