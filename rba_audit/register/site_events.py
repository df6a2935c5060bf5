"""What happened to places: proposed, accepted, merged, moved, retired and brought back, each noted and nothing ever removed.

What may happen is decided in `place_moves`; here it is written beside the versions of the documents, in one piece.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256 as hash_of
from typing import Any

from sqlalchemy import insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import read_all, read_one
from rba_audit.register.erasure import proposal_kept
from rba_audit.register.records import as_time
from rba_audit.register.site_changes import apply_steps, events_at, place_now, take_step
from rba_audit.register.site_event_records import (
    SiteChange,
    SiteEvent,
    SiteProposal,
    SiteRevision,
    SiteSnapshot,
    event_of_row,
    proposal_of_row,
    standing_of_row,
)
from rba_audit.register.site_event_tables import (
    MergeTargets,
    last_events,
    last_events_by_state,
    merge_targets_of,
    place_event,
    place_proposal,
)
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change, site
from rba_audit.site_states import SiteStatus


class SiteEvents:
    """What happened to the places of a register. Any thread may call any method; each call is one piece."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- proposals ---------------------------------------------------------------------------------------------------

    def take(self, document: bytes, feature: Mapping[str, Any]) -> tuple[SiteProposal, bool]:
        """Keep a proposal as it was sent, with the place it becomes; the same bytes again change nothing.

        The document has been checked before; here it only must not contradict what is kept.

        Raises:
            Conflict: `differs` where the id is known with other bytes, or the place belongs to something else.
        """
        told = json.loads(document)
        digest = hash_of(document).hexdigest()
        with self._database.writing() as connection:
            known = connection.execute(select(place_proposal).where(place_proposal.c.id == told["id"])).one_or_none()
            if known is not None:
                kept = read_one(connection, known, proposal_of_row, "place_proposal")
                if known.sha256 != digest:
                    raise Conflict(
                        say("this place was sent already and says something else there; send this one as a new place"),
                        "differs",
                        kept,
                    )
                return kept, False
            if connection.scalar(select(site.c.id).where(site.c.id == told["site"])) is not None:
                raise Conflict(
                    say("'{id}' is the id of another place already; send this one as a new place", id=told["site"]),
                    "differs",
                )
            now = now_utc()
            take_step(connection, SiteChange(told["site"], "proposed", document=feature), told["author"], "", None, now)
            connection.execute(
                insert(place_proposal).values(
                    id=told["id"],
                    site_id=told["site"],
                    author=told["author"],
                    document=proposal_kept(connection, told["author"], document.decode()),
                    sha256=digest,
                    recorded_at=as_time(now),
                )
            )
            count_change(connection)
            row = connection.execute(select(place_proposal).where(place_proposal.c.id == told["id"])).one()
            return read_one(connection, row, proposal_of_row, "place_proposal"), True

    def proposal(self, id: str) -> SiteProposal:
        """Return a proposal by the id under which it was sent.

        Raises:
            NotInRegister: there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(place_proposal).where(place_proposal.c.id == id)).one_or_none()
            if row is None:
                raise NotInRegister(say("There is no such proposal; look it up in the list of proposed places."))
            return read_one(connection, row, proposal_of_row, "place_proposal")

    def proposal_of(self, site_id: str) -> SiteProposal | None:
        """Return the proposal that a place began with; None where it began otherwise."""
        with self._database.reading() as connection:
            row = connection.execute(select(place_proposal).where(place_proposal.c.site_id == site_id)).one_or_none()
            return None if row is None else read_one(connection, row, proposal_of_row, "place_proposal")

    def proposals(self, author: str | None = None) -> list[SiteProposal]:
        """Return every proposal, or those of one person, the oldest first."""
        wanted = select(place_proposal).order_by(place_proposal.c.recorded_at, place_proposal.c.id)
        if author is not None:
            wanted = wanted.where(place_proposal.c.author == author)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), proposal_of_row, "place_proposal")

    def waiting(self) -> int:
        """Return how many proposals nobody has decided about."""
        with self._database.reading() as connection:
            return len(connection.execute(last_events_by_state("proposed", place_event.c.site_id)).all())

    def proposer(self, site_id: str) -> str:
        """Return who proposed a place; empty where nobody did."""
        wanted = select(place_proposal.c.author).where(place_proposal.c.site_id == site_id)
        with self._database.reading() as connection:
            return str(connection.scalar(wanted) or "")

    # --- how places stand --------------------------------------------------------------------------------------------

    def snapshot(self, site_id: str) -> SiteSnapshot:
        """Return how a place stands.

        Raises:
            NotInRegister: there is none.
        """
        with self._database.reading() as connection:
            return place_now(connection, site_id)

    def owner(self, id: str) -> str | None:
        """Return the place that a part belongs to, the id itself where it is a place's, or None where it is unknown."""
        with self._database.reading() as connection:
            row = connection.execute(select(site.c.id, site.c.part_of).where(site.c.id == id)).one_or_none()
        return None if row is None else str(row.part_of or row.id)

    def status(self, site_id: str) -> SiteStatus:
        """Return how a place stands; one that nobody moved, or that there is not, counts."""
        return self.statuses([site_id]).get(site_id, "counts")

    def statuses(self, site_ids: Sequence[str] | None = None) -> dict[str, SiteStatus]:
        """Return how each place stands that is in no list, or of some those that are in none."""
        wanted = last_events(place_event.c.site_id, place_event.c.standing).where(place_event.c.standing != "counts")
        if site_ids is not None:
            wanted = wanted.where(place_event.c.site_id.in_(site_ids))
        with self._database.reading() as connection:
            # Of the row nothing else is read: damage elsewhere in it must not show a place that does not count.
            return {row.site_id: standing_of_row(connection, row) for row in connection.execute(wanted)}

    def merge_targets(self) -> MergeTargets:
        """Return which place each merged place belongs to."""
        with self._database.reading() as connection:
            return merge_targets_of(connection)

    def events(self, site_id: str) -> list[SiteEvent]:
        """Return everything that happened to a place, the first thing first."""
        with self._database.reading() as connection:
            return events_at(connection, site_id)

    def events_of(self, ids: Sequence[str]) -> list[SiteEvent]:
        """Return everything that happened to some places or parts, by their ids."""
        wanted = select(place_event).where(place_event.c.site_id.in_(ids))
        wanted = wanted.order_by(place_event.c.site_id, place_event.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")

    def all_events(self) -> list[SiteEvent]:
        """Return everything that happened to any place or part, by its id."""
        wanted = select(place_event).order_by(place_event.c.site_id, place_event.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")

    # --- what is done ------------------------------------------------------------------------------------------------

    def record(
        self, steps: Sequence[SiteChange], person_id: str, reason: str, seen: Mapping[str, SiteRevision]
    ) -> bool:
        """Let things happen to places, all together or none; a form that was sent twice does nothing the second time.

        Args:
            steps: What is to happen, in this order.
            person_id: Who does it.
            reason: Why, as they wrote it.
            seen: What they had seen of each place that must not have changed meanwhile.

        Returns:
            Whether anything was written.

        Raises:
            NotInRegister: there is no such place.
            EvidenceError: it cannot happen to a place that stands like this.
            Conflict: `stale` where a place changed meanwhile; `kept` are the events since, the first one first.
        """
        now = now_utc()
        with self._database.writing() as connection:
            if apply_steps(connection, steps, person_id, reason, seen):
                return False
            for id, had in seen.items():
                found = place_now(connection, id)
                if found.seen != had:
                    since = [event for event in events_at(connection, id) if event.seq > had.seq]
                    raise Conflict(say("This place was changed meanwhile; look at it again."), "stale", tuple(since))
            for step in steps:
                take_step(connection, step, person_id, reason, seen.get(step.site_id), now)
            count_change(connection)
            return True
