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
    """An event of a site, or of a part of one.

    Attributes:
        standing: The status after the event.
        other: The id of the other site, if the event involves two; else empty.
        version: The newest version of the document after the event.
        seen_version: The version that its user had seen.
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
    """What a user had seen of a site, for optimistic concurrency: the number of its last event, and its version."""

    seq: int
    version: int


@dataclass(frozen=True, slots=True)
class SiteSnapshot:
    """The state of a site, and the version of its document."""

    state: SiteState
    version: int

    @property
    def seen(self) -> SiteRevision:
        """The revision that a form rendered from this snapshot sends back."""
        return SiteRevision(self.state.seq, self.version)


@dataclass(frozen=True, slots=True)
class SiteChange:
    """A change to be made to a site or a part.

    Attributes:
        other: The id of the other site, if the change involves two; else empty.
        document: The new document, if the change includes one.
        part_of: The site of a part; empty if the change is of a site.
    """

    site_id: str
    what: SiteEventKind
    other: str = ""
    document: Mapping[str, Any] | None = None
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class SiteProposal:
    """A site that a surveyor proposed from the field.

    Attributes:
        id: The UUID under which it was sent.
        site_id: The id of the site that it became.
        told: The document that was sent, as a JSON value; without the walk if its author was erased.
    """

    id: str
    site_id: str
    author: str
    told: Mapping[str, Any]
    sha256: str
    recorded_at: datetime


def standing_of_row(connection: Connection, row: Row[Any]) -> SiteStatus:
    """Return the status of a site after an event; an unreadable one counts as declined, so that the site is not shown."""
    status: SiteStatus = row.standing
    if status not in SITE_STATUSES:
        note_damaged(connection, "place_event", row.site_id)
        return "declined"
    return status


def event_of_row(row: Row[Any]) -> SiteEvent:
    """Return the event of a row.

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
    """Return the proposal of a row.

    Raises:
        ValueError: the document is damaged.
    """
    document = json.loads(row.document)
    if not isinstance(document, dict) or not all(
        isinstance(document.get(name), str) for name in ("name", "kind", "note")
    ):
        raise ValueError("a part of this proposal is of another kind")
    return SiteProposal(row.id, row.site_id, row.author, document, row.sha256, moment(row.recorded_at))
