"""State machine of a visit under review: its states, the moves between them, and who may make which.

A pure table: nothing here reads or changes a visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import Message, say

State = Literal["received", "has_issues", "fixed", "approved", "rejected"]
STATES: Final[tuple[State, ...]] = get_args(State)
FIRST_STATE: Final[State] = "received"
"""The state of a visit before its first move."""

REVIEW_STATE_WORDS: Final[Mapping[State, Message]] = MappingProxyType(
    {
        "received": say("to be reviewed"),
        "has_issues": say("sent back"),
        "fixed": say("corrected, to be reviewed"),
        "approved": say("approved"),
        "rejected": say("rejected"),
    }
)
"""The label of each state."""
SCOPE_WORDS: Final[Mapping[str, Message]] = MappingProxyType({"full": say("full visit"), "check": say("check")})
"""The label of each scope: a full visit restates every answer; a check states only what it answers."""
STAGE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {"self": say("self-assessment"), "auditor": say("auditor's visit")}
)
"""The label of each stage: who answered."""

COUNTED: Final[frozenset[State]] = frozenset({"approved"})
"""The states that count on planners' pages."""
COUNTED_WITH_OPEN: Final[frozenset[State]] = frozenset({"approved", "received", "has_issues", "fixed"})
"""The states that count while the reader has switched on visits that are not approved yet."""
OPEN: Final[tuple[State, ...]] = ("received", "fixed", "has_issues")
"""The states in which work remains: first those that wait for a reviewer, then those that wait for the author."""
CLOSED_STATES: Final[frozenset[State]] = frozenset({"approved", "rejected"})
"""The states in which a chain accepts no new version; it must be reopened first."""

UNDONE_WITHIN: Final = timedelta(hours=24)
"""How long an approval can be undone without a reason."""

Need = Literal["", "reason", "remarks"]
TransitionProblemCode = Literal["illegal", "role", "own_visit", "incomplete", "no_reason", "no_remarks"]


@dataclass(frozen=True, slots=True)
class Move:
    """A transition from one state to another.

    Attributes:
        by: Who makes it: a reviewer by a decision, or the visit's author by sending a new version.
        need: Text that is required with it: none, a reason, or at least one remark for the author.
        complete: Whether every photo that the visit names must have arrived.
    """

    start: State
    to: State
    by: Literal["review", "author"] = "review"
    need: Need = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class TransitionProblem:
    """The reason for which a move is refused: a code for programs and a message for users."""

    code: TransitionProblemCode
    message: Message


_TABLE: Final = (
    Move("received", "approved", complete=True),
    Move("received", "has_issues", need="remarks"),
    Move("received", "rejected", need="reason"),
    Move("has_issues", "fixed", by="author"),
    Move("has_issues", "rejected", need="reason"),
    Move("fixed", "approved", complete=True),
    Move("fixed", "has_issues", need="remarks"),
    Move("fixed", "rejected", need="reason"),
    Move("approved", "received", need="reason"),
    Move("rejected", "received", need="reason"),
)
MOVES: Final[Mapping[tuple[State, State], Move]] = MappingProxyType({(move.start, move.to): move for move in _TABLE})
"""All moves, by their states from and to."""


def transitions_from(state: State) -> tuple[Move, ...]:
    """Return the moves that a reviewer may make from `state`, in the order of the table."""
    return tuple(move for move in _TABLE if move.start == state and move.by == "review")


def state_after_new_version(state: State) -> State | None:
    """Return the state of a chain after its author sends a new version; None if the chain is closed and accepts none."""
    if state in CLOSED_STATES:
        return None
    return "fixed" if state == "has_issues" else state


def transition_problem(
    state: State,
    to: State,
    *,
    reviews: bool,
    own: bool,
    complete: bool,
    note: str,
    remarks: bool,
    undo: bool = False,
) -> TransitionProblem | None:
    """Return why a person may not move a visit from `state` to `to`; None if they may.

    Args:
        state: The current state of the visit.
        to: The state after the move.
        reviews: Whether the person's role includes reviewing.
        own: Whether the person sent any version of the visit.
        complete: Whether every photo that the visit names has arrived, or the reviewer gives a reason to approve without it.
        note: The person's note about the visit as a whole.
        remarks: Whether the person wrote a remark on any question.
        undo: Whether the move undoes a recent approval (see `UNDONE_WITHIN`); that needs no reason.
    """
    move = MOVES.get((state, to))
    if move is None or move.by == "author":
        return TransitionProblem(
            "illegal",
            say(
                "A visit that is “{state}” cannot become “{to}”; open it again and see what can be done.",
                state=REVIEW_STATE_WORDS[state],
                to=REVIEW_STATE_WORDS[to],
            ),
        )
    if not reviews:
        return TransitionProblem("role", say("Only a reviewer decides about visits; ask one."))
    if own:
        return TransitionProblem(
            "own_visit", say("Nobody reviews their own visit; another reviewer has to look at this one.")
        )
    if move.complete and not complete:
        return TransitionProblem(
            "incomplete",
            say(
                "Photos of this visit are missing; it can be approved when they are here, without them for a reason that you write beside each, or be sent back."
            ),
        )
    if move.need == "reason" and not note.strip() and not (undo and state == "approved"):
        return TransitionProblem(
            "no_reason", say("The reason is missing; write it, so that the surveyor can understand.")
        )
    if move.need == "remarks" and not (note.strip() or remarks):
        return TransitionProblem(
            "no_remarks", say("Nothing says what is to be corrected; write a note beside a question.")
        )
    return None
