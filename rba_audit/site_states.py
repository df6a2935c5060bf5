"""How a place stands in the register, and what may happen to it: a pure fold over its events.

A place nobody moved counts. Nothing here reads or changes a register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import Message, say

SiteStatus = Literal["counts", "proposed", "declined", "retired", "merged"]
SITE_STATUSES: Final[tuple[SiteStatus, ...]] = get_args(SiteStatus)
SiteEventKind = Literal[
    "proposed",
    "added",
    "split_from",
    "accepted",
    "declined",
    "reopened",
    "merged",
    "unmerged",
    "retired",
    "back",
    "changed",
    "parts",
    "restored",
    "split",
    "took_in",
    "gave_back",
]
HAPPENINGS: Final[tuple[SiteEventKind, ...]] = get_args(SiteEventKind)
FIRST_EVENTS: Final[frozenset[SiteEventKind]] = frozenset({"proposed", "added", "split_from"})
"""What a place can begin with; one that came in a file begins with nothing."""
NEEDS_OTHER: Final[frozenset[SiteEventKind]] = frozenset({"split_from", "split", "merged", "took_in", "gave_back"})
"""What happens between two places."""

STANDING_WORDS: Final[Mapping[SiteStatus, Message]] = MappingProxyType(
    {
        "counts": say("in use"),
        "proposed": say("proposed"),
        "declined": say("declined"),
        "retired": say("retired"),
        "merged": say("merged with another place"),
    }
)
HAPPENING_WORDS: Final[Mapping[SiteEventKind, Message]] = MappingProxyType(
    {
        "proposed": say("Proposed from the field"),
        "added": say("Added in the office"),
        "split_from": say("Split off from another place"),
        "accepted": say("Proposal accepted"),
        "declined": say("Proposal declined"),
        "reopened": say("Decision undone, proposal waits again"),
        "merged": say("Merged into another place"),
        "unmerged": say("Merge undone"),
        "retired": say("Retired"),
        "back": say("Brought back"),
        "changed": say("Changed"),
        "parts": say("Parts changed"),
        "restored": say("Earlier version restored"),
        "split": say("Another place was split off"),
        "took_in": say("Another place was merged into this one"),
        "gave_back": say("A place that was merged into this one is by itself again"),
    }
)


@dataclass(frozen=True, slots=True)
class SiteState:
    """How a place stands.

    Attributes:
        standing: Whether it counts, waits, or why it counts not.
        into: The place it was merged into; empty unless `guaranteed_words` is `merge_cells`.
        before: How it stood when it was merged.
        proposed: Whether it began as a proposal.
        seq: The number of its last event; 0 where nothing happened to it.
    """

    standing: SiteStatus = "counts"
    into: str = ""
    before: SiteStatus = "counts"
    proposed: bool = False
    seq: int = 0


class IllegalSiteEvent(Exception):
    """Something cannot happen to a place that stands like this."""

    def __init__(self, what: SiteEventKind, state: SiteState) -> None:
        super().__init__(what)
        self.what, self.state = what, state

    @property
    def told(self) -> Message:
        """Why, in one sentence."""
        return say(
            "This cannot be done with a place that is “{standing}”; look at it again.",
            standing=STANDING_WORDS[self.state.standing],
        )


_IN_USE: Final[tuple[SiteStatus, ...]] = ("counts",)
_OPEN: Final[tuple[SiteStatus, ...]] = ("counts", "proposed")
_ALLOWED: Final[Mapping[SiteEventKind, tuple[SiteStatus, ...]]] = MappingProxyType(
    {
        "accepted": ("proposed",),
        "declined": ("proposed",),
        "reopened": ("declined", "counts"),
        "merged": _OPEN,
        "unmerged": ("merged",),
        "retired": _IN_USE,
        "back": ("retired",),
        "changed": _OPEN,
        "parts": _OPEN,
        "restored": _OPEN,
        "split": _IN_USE,
        "took_in": _IN_USE,
        "gave_back": SITE_STATUSES,
    }
)


def state_after(state: SiteState, what: SiteEventKind, other: str = "") -> SiteState:
    """Return how a place stands after something happened to it.

    Raises:
        Illegal: it cannot happen to a place that stands like this.
    """
    if what in FIRST_EVENTS:
        if state.seq:
            raise IllegalSiteEvent(what, state)
        return SiteState("proposed" if what == "proposed" else "counts", proposed=what == "proposed", seq=1)
    if state.standing not in _ALLOWED[what] or (what == "reopened" and not state.proposed):
        raise IllegalSiteEvent(what, state)
    now = replace(state, seq=state.seq + 1)
    match what:
        case "accepted" | "back":
            return replace(now, standing="counts")
        case "declined":
            return replace(now, standing="declined")
        case "reopened":
            return replace(now, standing="proposed")
        case "retired":
            return replace(now, standing="retired")
        case "merged":
            return replace(now, standing="merged", into=other, before=state.standing)
        case "unmerged":
            return replace(now, standing=state.before, into="", before="counts")
        case _:
            return now


def state_of_events(events: Iterable[tuple[SiteEventKind, str]]) -> SiteState:
    """Return how a place stands after its events, each with the other place it names, the first one first.

    Raises:
        Illegal: one of them could not happen.
    """
    state = SiteState()
    for what, other in events:
        state = state_after(state, what, other)
    return state


def possible_events(state: SiteState) -> frozenset[SiteEventKind]:
    """Return what may happen to a place next."""
    return frozenset(
        what
        for what, standings in _ALLOWED.items()
        if state.standing in standings and (what != "reopened" or state.proposed)
    )
