"""State machine of a site in the register: a pure fold over its events, and the events allowed next.

A site without events counts. Nothing here reads or changes a register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import Message, say

SiteStatus = Literal["counts", "proposed", "declined", "retired", "merged", "undone"]
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
    "import_undone",
    "import_reverted",
    "imported_again",
]
HAPPENINGS: Final[tuple[SiteEventKind, ...]] = get_args(SiteEventKind)
FIRST_EVENTS: Final[frozenset[SiteEventKind]] = frozenset({"proposed", "added", "split_from"})
"""The possible first events of a site; a site imported from a file has none of them."""
NEEDS_OTHER: Final[frozenset[SiteEventKind]] = frozenset({"split_from", "split", "merged", "took_in", "gave_back"})
"""The events that name a second site."""

STANDING_WORDS: Final[Mapping[SiteStatus, Message]] = MappingProxyType(
    {
        "counts": say("in use"),
        "proposed": say("proposed"),
        "declined": say("declined"),
        "retired": say("retired"),
        "merged": say("merged with another place"),
        "undone": say("its import was undone"),
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
        "import_undone": say("Import undone: the place is out of all lists"),
        "import_reverted": say("Import undone: earlier version restored"),
        "imported_again": say("Imported again"),
    }
)


@dataclass(frozen=True, slots=True)
class SiteState:
    """The state of a site after its events so far.

    Attributes:
        standing: Its status: whether it counts, waits for a decision, or why it does not count.
        into: Id of the site it was merged into; empty unless `standing` is `merged`.
        before: Its status before it was merged.
        proposed: Whether it began as a proposal.
        seq: The number of its last event; 0 if it has no events.
    """

    standing: SiteStatus = "counts"
    into: str = ""
    before: SiteStatus = "counts"
    proposed: bool = False
    seq: int = 0


class IllegalSiteEvent(Exception):
    """An event is not allowed in the current state of a site."""

    def __init__(self, what: SiteEventKind, state: SiteState) -> None:
        super().__init__(what)
        self.what, self.state = what, state

    @property
    def message(self) -> Message:
        """The message for users."""
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
        "import_undone": _IN_USE,
        "import_reverted": _IN_USE,
        "imported_again": ("undone",),
    }
)


def state_after(state: SiteState, what: SiteEventKind, other: str = "") -> SiteState:
    """Return the state of a site after an event.

    Raises:
        IllegalSiteEvent: the event is not allowed in `state`.
    """
    if what in FIRST_EVENTS:
        if state.seq:
            raise IllegalSiteEvent(what, state)
        return SiteState("proposed" if what == "proposed" else "counts", proposed=what == "proposed", seq=1)
    if state.standing not in _ALLOWED[what] or (what == "reopened" and not state.proposed):
        raise IllegalSiteEvent(what, state)
    now = replace(state, seq=state.seq + 1)
    match what:
        case "accepted" | "back" | "imported_again":
            return replace(now, standing="counts")
        case "declined":
            return replace(now, standing="declined")
        case "reopened":
            return replace(now, standing="proposed")
        case "retired":
            return replace(now, standing="retired")
        case "import_undone":
            return replace(now, standing="undone")
        case "merged":
            return replace(now, standing="merged", into=other, before=state.standing)
        case "unmerged":
            return replace(now, standing=state.before, into="", before="counts")
        case _:
            return now


def state_of_events(events: Iterable[tuple[SiteEventKind, str]]) -> SiteState:
    """Return the state of a site after its events, oldest first; each comes with the id of the other site it names, or "".

    Raises:
        IllegalSiteEvent: an event was not allowed when it occurred.
    """
    state = SiteState()
    for what, other in events:
        state = state_after(state, what, other)
    return state


def possible_events(state: SiteState) -> frozenset[SiteEventKind]:
    """Return the events that are allowed next."""
    return frozenset(
        what
        for what, statuses in _ALLOWED.items()
        if state.standing in statuses and (what != "reopened" or state.proposed)
    )
