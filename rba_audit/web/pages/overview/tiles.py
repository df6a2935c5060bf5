"""Tiles of the overview: work that waits for a person, each with its number and the list that has exactly that many entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rba_audit.followup.due import DueCounts, DueKind, due_figures
from rba_audit.messages import Message, say
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import may_open
from rba_audit.web.http.due import due_now
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import DOUBTED
from rba_audit.whereabouts import boundaries_of


@dataclass(frozen=True, slots=True)
class WorkTile:
    """Work that waits, with the list behind its number.

    Attributes:
        endpoint: The page with the list; `query` are the parameters of its address.
        count: The number of entries of that list; None if it cannot be known.
        missing: Which data are missing, if the number cannot be known or does not cover everything; else None.
        places: The parameters of the list and the map of its sites; empty without one.
        sites: How many sites that list has.
        urgent: Whether it stands out unless its number is 0.
    """

    label: Message
    endpoint: str
    count: int | None
    query: Mapping[str, str] = field(default_factory=dict)
    missing: Message | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    sites: int = 0
    urgent: bool = False


def tiles() -> list[WorkTile]:
    """Return the tiles whose lists this reader may open, the most urgent first."""
    due = due_now()
    made = [*(_due_tiles(due) if due else ()), *_proposals(), _doubts()]
    return [tile for tile in made if may_open(tile.endpoint)]


_LISTS: Final[tuple[tuple[DueKind, Message, str, Mapping[str, str], bool], ...]] = (
    ("danger", say("Dangers nobody has looked at"), "dangers.page", {}, True),
    ("action", say("Actions overdue"), "followups.actions", {"state": "overdue"}, True),
    ("visit", say("Visits to be reviewed"), "reviewers.queue", {"state": "waiting"}, False),
    ("certificate", say("Certificates expired or expiring"), "followups.certificates", {"state": "due"}, False),
    ("surveillance", say("Surveillance due"), "followups.surveillance", {"state": "due"}, False),
)
"""Kind, label, page and parameters of the list, and whether it is urgent."""


def _due_tiles(due: DueCounts) -> Iterator[WorkTile]:
    figures = due_figures(services().whole, services().audited(COUNTED), due)
    for kind, label, endpoint, query, urgent in _LISTS:
        figure = figures[kind]
        yield WorkTile(
            label, endpoint, figure.count, query, figure.missing, {"due": kind}, len(due.sites(kind)), urgent=urgent
        )


def _proposals() -> Iterator[WorkTile]:
    if may_open("places.proposed"):
        yield WorkTile(
            say("Proposed places to decide about"), "places.proposed", services().whole.site_events.waiting()
        )


def _doubts() -> WorkTile:
    now = services()
    count = len(now.positions().doubts)
    compared = bool(boundaries_of(now.context, policy=now.policies.whereabouts))
    return WorkTile(
        say("Positions in doubt"),
        "planners.sites",
        count if count or compared else None,
        {"position": DOUBTED},
        None if compared else say("No boundaries were given, so no position was compared with its kelurahan."),
        {"position": DOUBTED},
        count,
    )
