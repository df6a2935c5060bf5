"""Events of sites as records: proposals, changes, and the state of a site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from rba_audit.register.damaged_rows import moment, note_damaged
from rba_audit.site_states import HAPPENINGS, SITE_STATUSES, SiteEventKind, SiteState, SiteStatus


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """Something that happened to a place, or to a part of one.

    Attributes:
        standing: How it stood afterwards.
        other: The other place, where it happened between two; empty else.
        version: The version of its document that was the newest afterwards.
        seen_version: The version that whoever did it had seen.
    """

    site_id: str
    seq: int
    what: SiteEventKind
    standing: SiteStatus
    other: str
    version: int
    seen_version: int
    person_id: str
    reason: str
    at: datetime


class SiteRevision(NamedTuple):
    """What somebody had seen of a place: the number of its last event, and its version."""

    seq: int
    version: int


@dataclass(frozen=True, slots=True)
class SiteSnapshot:
    """How a place stands, and the version of its document."""

    state: SiteState
    version: int

    @property
    def seen(self) -> SiteRevision:
        """What a form that is made now has seen."""
        return SiteRevision(self.state.seq, self.version)


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One thing that is to happen to a place or a part.

    Attributes:
        other: The other place, where it happens between two.
        document: The new document, where it brings one.
        part_of: The place of a part; empty where the step is of a place.
    """

    site_id: str
    what: SiteEventKind
    other: str = ""
    document: Mapping[str, Any] | None = None
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class SiteProposal:
    """A place that somebody proposed from the field.

    Attributes:
        id: The UUID under which it was sent.
        site_id: The place that it became.
        told: What was sent, as a JSON value; without the walk where its author was erased.
    """

    id: str
    site_id: str
    author: str
    told: Mapping[str, Any]
    sha256: str
    recorded_at: datetime


def standing_of_row(connection: Connection, row: Row[Any]) -> SiteStatus:
    """Return how a place stands after an event; what cannot be read stands so that it is shown to nobody."""
    standing: SiteStatus = row.standing
    if standing not in SITE_STATUSES:
        note_damaged(connection, "place_event", row.site_id)
        return "declined"
    return standing


def event_of_row(row: Row[Any]) -> SiteEvent:
    """Return what a row of the table tells.

    Raises:
        ValueError: the row is damaged.
    """
    if row.happening not in HAPPENINGS:
        raise ValueError("this happens to no place")
    return SiteEvent(
        row.site_id,
        row.seq,
        row.happening,
        row.standing,
        row.other_id or "",
        row.version,
        row.seen_version,
        row.person_id,
        row.reason,
        moment(row.at),
    )


def proposal_of_row(row: Row[Any]) -> SiteProposal:
    """Return the proposal of a row."""
    told = json.loads(row.document)
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in ("name", "kind", "note")):
        raise ValueError("a part of this proposal is of another kind")
    return SiteProposal(row.id, row.site_id, row.author, told, row.sha256, moment(row.recorded_at))
