"""What happened to places: proposed, accepted, merged, moved, retired and brought back, each noted and nothing ever removed.

What may happen is decided in `place_moves`; here it is written beside the versions of the documents, in one piece.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as hash_of
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, update

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.place_moves import (
    FIRST,
    HAPPENINGS,
    NEEDS_OTHER,
    STANDINGS,
    Happening,
    Illegal,
    PlaceState,
    Standing,
    after,
    folded,
)
from rba_audit.register.damaged import moment, note, read_all, read_one
from rba_audit.register.erasing import proposal_kept
from rba_audit.register.place_tables import (
    Homes,
    forget_homes,
    homes_of,
    last_events,
    place_event,
    place_proposal,
    standing_now,
)
from rba_audit.register.records import as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change, site, site_version
from rba_audit.words import say


@dataclass(frozen=True, slots=True)
class PlaceEvent:
    """Something that happened to a place, or to a part of one.

    Attributes:
        standing: How it stood afterwards.
        other: The other place, where it happened between two; empty else.
        version: The version of its document that was the newest afterwards.
        seen_version: The version that whoever did it had seen.
    """

    site_id: str
    seq: int
    what: Happening
    standing: Standing
    other: str
    version: int
    seen_version: int
    person_id: str
    reason: str
    at: datetime


class Seen(NamedTuple):
    """What somebody had seen of a place: the number of its last event, and its version."""

    seq: int
    version: int


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """How a place stands, and the version of its document."""

    state: PlaceState
    version: int

    @property
    def seen(self) -> Seen:
        """What a form that is made now has seen."""
        return Seen(self.state.seq, self.version)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is to happen to a place or a part.

    Attributes:
        other: The other place, where it happens between two.
        document: The new document, where it brings one.
        part_of: The place of a part; empty where the step is of a place.
    """

    site_id: str
    what: Happening
    other: str = ""
    document: Mapping[str, Any] | None = None
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
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


class Places:
    """What happened to the places of a register. Any thread may call any method; each call is one piece."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- proposals ---------------------------------------------------------------------------------------------------

    def take(self, document: bytes, feature: Mapping[str, Any]) -> tuple[Proposal, bool]:
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
                kept = read_one(connection, known, _proposal, "place_proposal")
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
            _take(connection, Step(told["site"], "proposed", document=feature), told["author"], "", None, now)
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
            return read_one(connection, row, _proposal, "place_proposal"), True

    def proposal(self, id: str) -> Proposal:
        """Return a proposal by the id under which it was sent.

        Raises:
            NotInRegister: there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(place_proposal).where(place_proposal.c.id == id)).one_or_none()
            if row is None:
                raise NotInRegister(say("There is no such proposal; look it up in the list of proposed places."))
            return read_one(connection, row, _proposal, "place_proposal")

    def proposal_of(self, site_id: str) -> Proposal | None:
        """Return the proposal that a place began with; None where it began otherwise."""
        with self._database.reading() as connection:
            row = connection.execute(select(place_proposal).where(place_proposal.c.site_id == site_id)).one_or_none()
            return None if row is None else read_one(connection, row, _proposal, "place_proposal")

    def proposals(self, author: str | None = None) -> list[Proposal]:
        """Return every proposal, or those of one person, the oldest first."""
        wanted = select(place_proposal).order_by(place_proposal.c.recorded_at, place_proposal.c.id)
        if author is not None:
            wanted = wanted.where(place_proposal.c.author == author)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), _proposal, "place_proposal")

    def waiting(self) -> int:
        """Return how many proposals nobody has decided about."""
        with self._database.reading() as connection:
            return len(connection.execute(standing_now("proposed", place_event.c.site_id)).all())

    def proposer(self, site_id: str) -> str:
        """Return who proposed a place; empty where nobody did."""
        wanted = select(place_proposal.c.author).where(place_proposal.c.site_id == site_id)
        with self._database.reading() as connection:
            return str(connection.scalar(wanted) or "")

    # --- how places stand --------------------------------------------------------------------------------------------

    def now(self, site_id: str) -> PlaceNow:
        """Return how a place stands.

        Raises:
            NotInRegister: there is none.
        """
        with self._database.reading() as connection:
            return _now(connection, site_id)

    def owner(self, id: str) -> str | None:
        """Return the place that a part belongs to, the id itself where it is a place's, or None where it is unknown."""
        with self._database.reading() as connection:
            row = connection.execute(select(site.c.id, site.c.part_of).where(site.c.id == id)).one_or_none()
        return None if row is None else str(row.part_of or row.id)

    def standing(self, site_id: str) -> Standing:
        """Return how a place stands; one that nobody moved, or that there is not, counts."""
        return self.standings([site_id]).get(site_id, "counts")

    def standings(self, site_ids: Sequence[str] | None = None) -> dict[str, Standing]:
        """Return how each place stands that is in no list, or of some those that are in none."""
        wanted = last_events(place_event.c.site_id, place_event.c.standing).where(place_event.c.standing != "counts")
        if site_ids is not None:
            wanted = wanted.where(place_event.c.site_id.in_(site_ids))
        with self._database.reading() as connection:
            # Of the row nothing else is read: damage elsewhere in it must not show a place that does not count.
            return {row.site_id: _standing(connection, row) for row in connection.execute(wanted)}

    def homes(self) -> Homes:
        """Return which place each merged place belongs to."""
        with self._database.reading() as connection:
            return homes_of(connection)

    def events(self, site_id: str) -> list[PlaceEvent]:
        """Return everything that happened to a place, the first thing first."""
        with self._database.reading() as connection:
            return _events(connection, site_id)

    def events_of(self, ids: Sequence[str]) -> list[PlaceEvent]:
        """Return everything that happened to some places or parts, by their ids."""
        wanted = select(place_event).where(place_event.c.site_id.in_(ids))
        wanted = wanted.order_by(place_event.c.site_id, place_event.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")

    def all_events(self) -> list[PlaceEvent]:
        """Return everything that happened to any place or part, by its id."""
        wanted = select(place_event).order_by(place_event.c.site_id, place_event.c.seq)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")

    # --- what is done ------------------------------------------------------------------------------------------------

    def record(self, steps: Sequence[Step], person_id: str, reason: str, seen: Mapping[str, Seen]) -> bool:
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
            if _done(connection, steps, person_id, reason, seen):
                return False
            for id, had in seen.items():
                found = _now(connection, id)
                if found.seen != had:
                    since = [event for event in _events(connection, id) if event.seq > had.seq]
                    raise Conflict(say("This place was changed meanwhile; look at it again."), "stale", tuple(since))
            for step in steps:
                _take(connection, step, person_id, reason, seen.get(step.site_id), now)
            count_change(connection)
            return True


def _done(connection: Connection, steps: Sequence[Step], person_id: str, reason: str, seen: Mapping[str, Seen]) -> bool:
    """Tell whether just these things happened to the places that were seen, right after they were, by the same person."""
    mine = [step for step in steps if step.site_id in seen]
    nth: Counter[str] = Counter()
    for step in mine:
        nth[step.site_id] += 1
        place = (place_event.c.site_id == step.site_id) & (
            place_event.c.seq == seen[step.site_id].seq + nth[step.site_id]
        )
        row = connection.execute(select(place_event).where(place)).one_or_none()
        if row is None or (row.happening, row.other_id or "", row.person_id, row.reason) != (
            step.what,
            step.other,
            person_id,
            reason,
        ):
            return False
        if step.document is not None:
            of_version = (site_version.c.site_id == step.site_id) & (site_version.c.version == row.version)
            if connection.scalar(select(site_version.c.document).where(of_version)) != as_json(step.document):
                return False
    return bool(mine)


def _take(connection: Connection, step: Step, person_id: str, reason: str, seen: Seen | None, now: datetime) -> None:
    if (step.what in NEEDS_OTHER) != bool(step.other) or step.other == step.site_id:
        raise EvidenceError(say("Name another place than this one."))
    first = step.what in FIRST
    before = PlaceNow(PlaceState(), 0) if first else _now(connection, step.site_id, part=bool(step.part_of))
    try:
        state = after(before.state, step.what, step.other)
    except Illegal as fault:
        raise EvidenceError(fault.told) from None
    version = before.version
    if step.document is not None:
        version += 1
        if first:
            last = connection.scalar(select(func.max(site.c.seq))) or 0
            row = {"id": step.site_id, "seq": last + 1, "part_of": step.part_of or None, "version": version}
            connection.execute(insert(site).values(row))
        else:
            connection.execute(
                update(site).where(site.c.id == step.site_id).values(version=version, part_of=step.part_of or None)
            )
        connection.execute(
            insert(site_version).values(
                site_id=step.site_id, version=version, document=as_json(step.document), created_at=as_time(now)
            )
        )
    connection.execute(
        insert(place_event).values(
            site_id=step.site_id,
            seq=state.seq,
            happening=step.what,
            standing=state.standing,
            other_id=step.other or None,
            version=version,
            seen_version=before.version if seen is None else seen.version,
            person_id=person_id,
            reason=reason,
            at=as_time(now),
        )
    )
    forget_homes(connection)


def _now(connection: Connection, site_id: str, *, part: bool = False) -> PlaceNow:
    row = connection.execute(select(site).where(site.c.id == site_id)).one_or_none()
    if row is None or (row.part_of is not None) != part:
        raise NotInRegister(say("the register has no site '{id}'; look it up in the list of all sites", id=site_id))
    return PlaceNow(_state(connection, site_id), row.version)


def _state(connection: Connection, site_id: str) -> PlaceState:
    """Return how a place stands by its events; where one of them cannot be read, by what the rows say of it."""
    wanted = select(place_event).where(place_event.c.site_id == site_id).order_by(place_event.c.seq)
    rows = connection.execute(wanted).all()
    events = read_all(connection, rows, event_of_row, "place_event", "site_id")
    standings = [_standing(connection, row) for row in rows]
    if [event.standing for event in events] == standings:
        try:
            return folded((event.what, event.other) for event in events)
        except Illegal:
            note(connection, "place_event", site_id)
    now, into = standings[-1], ""
    before: Standing = "counts"
    if now == "merged":
        first = len(rows) - 1
        while first and standings[first - 1] == "merged":
            first -= 1
        into = rows[first].other_id or ""
        before = standings[first - 1] if first else "counts"
    return PlaceState(now, into, before, standings[0] == "proposed", rows[-1].seq)


def _standing(connection: Connection, row: Row[Any]) -> Standing:
    """Return how a place stands after an event; what cannot be read stands so that it is shown to nobody."""
    standing: Standing = row.standing
    if standing not in STANDINGS:
        note(connection, "place_event", row.site_id)
        return "declined"
    return standing


def _events(connection: Connection, site_id: str) -> list[PlaceEvent]:
    wanted = select(place_event).where(place_event.c.site_id == site_id).order_by(place_event.c.seq)
    return read_all(connection, connection.execute(wanted), event_of_row, "place_event", "site_id")


def event_of_row(row: Row[Any]) -> PlaceEvent:
    """Return what a row of the table tells.

    Raises:
        ValueError: the row is damaged.
    """
    if row.happening not in HAPPENINGS:
        raise ValueError("this happens to no place")
    return PlaceEvent(
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


def _proposal(row: Row[Any]) -> Proposal:
    told = json.loads(row.document)
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in ("name", "kind", "note")):
        raise ValueError("a part of this proposal is of another kind")
    return Proposal(row.id, row.site_id, row.author, told, row.sha256, moment(row.recorded_at))
