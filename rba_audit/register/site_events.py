"""Store proposals and events of sites (such as accepted, merged, changed, retired), append-only.

`site_states` decides which events are allowed. Events and new document versions are written in one transaction.
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
    """The proposals and events of the sites of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- proposals ---------------------------------------------------------------------------------------------------

    def take(self, document: bytes, feature: Mapping[str, Any]) -> tuple[SiteProposal, bool]:
        """Store a proposal as it was sent, and its new site; return it and whether it is new. Idempotent for the same bytes.

        The caller has validated the document; this method only compares it with what is stored.

        Raises:
            Conflict: `differs` if the id is stored with other bytes (`kept` is the stored proposal), or the id of the site
                is in use.
        """
        fields = json.loads(document)
        digest = hash_of(document).hexdigest()
        with self._database.writing() as connection:
            row_before = connection.execute(
                select(place_proposal).where(place_proposal.c.id == fields["id"])
            ).one_or_none()
            if row_before is not None:
                stored = read_one(connection, row_before, proposal_of_row, "place_proposal")
                if row_before.sha256 != digest:
                    raise Conflict(
                        say("this place was sent already and says something else there; send this one as a new place"),
                        "differs",
                        stored,
                    )
                return stored, False
            if connection.scalar(select(site.c.id).where(site.c.id == fields["site"])) is not None:
                raise Conflict(
                    say("'{id}' is the id of another place already; send this one as a new place", id=fields["site"]),
                    "differs",
                )
            now = now_utc()
            take_step(
                connection, SiteChange(fields["site"], "proposed", document=feature), fields["author"], "", None, now
            )
            connection.execute(
                insert(place_proposal).values(
                    id=fields["id"],
                    site_id=fields["site"],
                    author=fields["author"],
                    document=proposal_kept(connection, fields["author"], document.decode()),
                    sha256=digest,
                    recorded_at=as_time(now),
                )
            )
            count_change(connection)
            row = connection.execute(select(place_proposal).where(place_proposal.c.id == fields["id"])).one()
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
        """Return the proposal that a site originates from; None if it was not proposed."""
        with self._database.reading() as connection:
            row = connection.execute(select(place_proposal).where(place_proposal.c.site_id == site_id)).one_or_none()
            return None if row is None else read_one(connection, row, proposal_of_row, "place_proposal")

    def proposals(self, author: str | None = None) -> list[SiteProposal]:
        """Return all proposals, or those of one person, oldest first."""
        wanted = select(place_proposal).order_by(place_proposal.c.recorded_at, place_proposal.c.id)
        if author is not None:
            wanted = wanted.where(place_proposal.c.author == author)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), proposal_of_row, "place_proposal")

    def waiting(self) -> int:
        """Return the number of proposals without a decision."""
        with self._database.reading() as connection:
            return len(connection.execute(last_events_by_state("proposed", place_event.c.site_id)).all())

    def proposer(self, site_id: str) -> str:
        """Return the id of the person who proposed a site; empty if it was not proposed."""
        wanted = select(place_proposal.c.author).where(place_proposal.c.site_id == site_id)
        with self._database.reading() as connection:
            return str(connection.scalar(wanted) or "")

    # --- status of sites ---------------------------------------------------------------------------------------------

    def snapshot(self, site_id: str) -> SiteSnapshot:
        """Return the state of a site, and the version of its document.

        Raises:
            NotInRegister: there is no such site.
        """
        with self._database.reading() as connection:
            return place_now(connection, site_id)

    def owner(self, id: str) -> str | None:
        """Return the id of the site that a part belongs to, `id` itself if it is a site, or None if it is unknown."""
        with self._database.reading() as connection:
            row = connection.execute(select(site.c.id, site.c.part_of).where(site.c.id == id)).one_or_none()
        return None if row is None else str(row.part_of or row.id)

    def status(self, site_id: str) -> SiteStatus:
        """Return the status of a site; without events, or if it is unknown, it is active (`counts`)."""
        return self.statuses([site_id]).get(site_id, "counts")

    def statuses(self, site_ids: Sequence[str] | None = None) -> dict[str, SiteStatus]:
        """Return the status of each inactive site, by id; with `site_ids` only of those among them."""
        wanted = last_events(place_event.c.site_id, place_event.c.standing).where(place_event.c.standing != "counts")
        if site_ids is not None:
            wanted = wanted.where(place_event.c.site_id.in_(site_ids))
        with self._database.reading() as connection:
            # Only two columns are read, so that damage in the others cannot make an inactive site visible.
            return {row.site_id: standing_of_row(connection, row) for row in connection.execute(wanted)}

    def merge_targets(self) -> MergeTargets:
        """Return the target of each merged site."""
        with self._database.reading() as connection:
            return merge_targets_of(connection)

    def events(self, site_id: str) -> list[SiteEvent]:
        """Return all events of a site, oldest first."""
        with self._database.reading() as connection:
            return events_at(connection, site_id)

    def events_of(self, ids: Sequence[str]) -> list[SiteEvent]:
        """Return all events of some sites or parts, sorted by id and number."""
        wanted = select(place_event).where(place_event.c.site_id.in_(ids))
        wanted = wanted.order_by(place_event.c.site_id, place_event.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")

    def all_events(self) -> list[SiteEvent]:
        """Return all events of all sites and parts, sorted by id and number."""
        wanted = select(place_event).order_by(place_event.c.site_id, place_event.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")

    # --- changes -----------------------------------------------------------------------------------------------------

    def record(
        self, steps: Sequence[SiteChange], person_id: str, reason: str, seen: Mapping[str, SiteRevision]
    ) -> bool:
        """Record changes of sites in one transaction, all or none; idempotent for a form that is sent twice.

        Args:
            steps: The changes, in order.
            person_id: Who makes them.
            reason: The reason, as the user wrote it.
            seen: The revision that the user had seen, for each site that must not have changed since.

        Returns:
            Whether anything was written.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: a change is not allowed in the state of its site.
            Conflict: `stale` if a site has changed since; `kept` are the later events, oldest first.
        """
        now = now_utc()
        with self._database.writing() as connection:
            if apply_steps(connection, steps, person_id, reason, seen):
                return False
            for id, revision in seen.items():
                snapshot = place_now(connection, id)
                if snapshot.seen != revision:
                    since = [event for event in events_at(connection, id) if event.seq > revision.seq]
                    raise Conflict(say("This place was changed meanwhile; look at it again."), "stale", tuple(since))
            for step in steps:
                take_step(connection, step, person_id, reason, seen.get(step.site_id), now)
            count_change(connection)
            return True
