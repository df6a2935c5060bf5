"""The states a visit goes through under review, and the moves between them: who may make one, and what it needs.

A pure table; nothing here reads or changes a visit.
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
"""The state of a visit nobody has moved yet."""

REVIEW_STATE_WORDS: Final[Mapping[State, Message]] = MappingProxyType(
    {
        "received": say("to be reviewed"),
        "has_issues": say("sent back"),
        "fixed": say("corrected, to be reviewed"),
        "approved": say("approved"),
        "rejected": say("rejected"),
    }
)
"""What people call each state."""
SCOPE_WORDS: Final[Mapping[str, Message]] = MappingProxyType({"full": say("full visit"), "check": say("check")})
"""What people call what a visit looked at: the whole place anew, or only what it answers."""
STAGE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {"self": say("self-assessment"), "auditor": say("auditor's visit")}
)
"""What people call who answered."""

COUNTED: Final[frozenset[State]] = frozenset({"approved"})
"""The states that count on planners' pages."""
COUNTED_WITH_OPEN: Final[frozenset[State]] = frozenset({"approved", "received", "has_issues", "fixed"})
"""The states that count while visits not approved yet are shown as well."""
OPEN: Final[tuple[State, ...]] = ("received", "fixed", "has_issues")
"""The states in which something is still to be done, the reviewer's work first."""
CLOSED_STATES: Final[frozenset[State]] = frozenset({"approved", "rejected"})
"""The states in which a chain takes no new version; it must be reopened first."""

UNDONE_WITHIN: Final = timedelta(hours=24)
"""How long an approval can be undone without a reason."""

Need = Literal["", "reason", "remarks"]
TransitionProblemCode = Literal["illegal", "role", "own_visit", "incomplete", "no_reason", "no_remarks"]


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a state to another.

    Attributes:
        by: What makes it: a review that decides, or the visit's author by sending a new version.
        need: What has to be written with it: nothing, a reason, or at least one remark for the author.
        complete: Whether every photo the visit names must be there.
    """

    start: State
    to: State
    by: Literal["review", "author"] = "review"
    need: Need = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class TransitionProblem:
    """Why a move is not made."""

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
"""Every move there is, by the states it leads from and to."""


def transitions_from(state: State) -> tuple[Move, ...]:
    """Return what a reviewer may do with a visit in `state`, in the order of the table."""
    return tuple(move for move in _TABLE if move.start == state and move.by == "review")


def state_after_new_version(state: State) -> State | None:
    """Return the state of a chain whose author sent a new version; None where it takes none."""
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
    """Return why a person may not move a visit from `state` to `to`; None where they may.

    Args:
        state: Where the visit stands.
        to: Where it is to go.
        reviews: Whether the person's role includes reviewing.
        own: Whether the person sent the visit, or any version of it.
        complete: Whether every photo it names is there, or there is a reason to go without it.
        note: What the person wrote about the visit as a whole.
        remarks: Whether they wrote about a single question.
        undo: Whether it takes an approval back that was given a moment ago; that needs no reason.
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
