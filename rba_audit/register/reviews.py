"""Store review moves: transitions of a visit between review states, with reviewer, time and notes. Append-only.

The caller decides whether a move is allowed. This module only prevents duplicates and moves based on an older state.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Row,
    Subquery,
    Table,
    Text,
    func,
    insert,
    select,
)

from rba_audit.days import now_utc
from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, moment_or_none, read_all
from rba_audit.register.damaged_rows import note_damaged as note_damage
from rba_audit.register.records import Stage, Visit, as_json, as_time, visit_of_row
from rba_audit.register.site_event_tables import merge_targets_of
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, count_change, metadata, visit
from rba_audit.review_states import FIRST_STATE, STATES, State, state_after_new_version

review_move: Final = Table(
    "review_move",
    metadata,
    Column("root", Text, ForeignKey("visit.id"), primary_key=True),  # the first version of the chain
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first move of a chain
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    # The version that was reviewed, or that arrived; its own row may be inserted later in the same transaction.
    Column("visit_id", Text, ForeignKey("visit.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("notes", Text, nullable=False),  # JSON: a text by question id
    sqlite_strict=True,
)
approved_without: Final = Table(
    "approved_without",
    metadata,
    Column("root", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the move that approved the visit
    Column("sha256", Text, primary_key=True),  # of a photo that was missing at the time
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["root", "seq"], ["review_move.root", "review_move.seq"]),
    sqlite_strict=True,
)
KEPT.extend([review_move, approved_without])


@dataclass(frozen=True, slots=True)
class ReviewMove:
    """One stored move of a chain.

    Attributes:
        root: The id of the first version of the chain.
        seq: The number of the move within the chain, from 1.
        visit_id: The version that was reviewed, or that arrived.
        person_id: Who made the move.
        note: Their note about the visit as a whole.
        notes: Their notes about single questions, by question id.
        without: The reason for approving without a missing photo, by the photo's hash.
    """

    root: str
    seq: int
    start: State
    to: State
    visit_id: str
    person_id: str
    at: datetime
    note: str
    notes: Mapping[str, str]
    without: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """Review status of a chain: its state, the number of moves so far, and the time of the last (None before the first)."""

    state: State = FIRST_STATE
    seq: int = 0
    since: datetime | None = None


class Reviews:
    """The moves of all chains. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def status(self, root: str) -> ReviewStatus:
        """Return the review status of a chain."""
        with self._database.reading() as connection:
            return standing_of(connection, root)

    def statuses(self) -> dict[str, ReviewStatus]:
        """Return the status of each chain with a move, by root; chains without one are in the first state."""
        last = latest_moves()
        with self._database.reading() as connection:
            return {row.root: _status_of_row(connection, row) for row in connection.execute(select(last))}

    def counts(self) -> dict[State, int]:
        """Return the number of visits in each state; a visit with several versions counts once."""
        chains = select(visit.c.root).distinct().subquery()
        last = latest_moves()
        state = func.coalesce(last.c.to_state, FIRST_STATE)
        counted = select(state, func.count()).select_from(chains.join(last, last.c.root == chains.c.root, isouter=True))
        with self._database.reading() as connection:
            by_state = {row[0]: row[1] for row in connection.execute(counted.group_by(state))}
        return {name: by_state.get(name, 0) for name in STATES}

    def first_versions(self, stage: Stage, states: Collection[State]) -> list[Visit]:
        """Return the first version of every visit of a stage whose chain is now in one of `states`.

        Visits sent without signing in are left out, because their authors are unknown.
        """
        last = latest_moves()
        wanted = (
            select(visit)
            .join(last, last.c.root == visit.c.root, isouter=True)
            .where(visit.c.version == 1, visit.c.stage == stage, visit.c.author.is_not(None))
            .where(func.coalesce(last.c.to_state, FIRST_STATE).in_(states))
            .order_by(visit.c.recorded_at, visit.c.id)
        )
        with self._database.reading() as connection:
            return with_merged_sites(
                connection, read_all(connection, connection.execute(wanted), visit_of_row, "visit")
            )

    def history(self, root: str) -> tuple[ReviewMove, ...]:
        """Return all moves of a chain, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(review_move).where(review_move.c.root == root).order_by(review_move.c.seq))
            without: dict[int, dict[str, str]] = {}
            for row in connection.execute(select(approved_without).where(approved_without.c.root == root)):
                without.setdefault(row.seq, {})[row.sha256] = row.reason
            return tuple(
                read_all(
                    connection, rows, lambda row: _move_of_row(row, without.get(row.seq, {})), "review_move", "root"
                )
            )

    def make(
        self,
        root: str,
        *,
        seq: int,
        to: State,
        visit_id: str,
        person_id: str,
        note: str,
        notes: Mapping[str, str],
        without: Mapping[str, str] | None = None,
    ) -> ReviewMove:
        """Record a move that follows move number `seq` of its chain, and return it.

        Raises:
            Conflict: `stale` if another move was recorded meanwhile, or `visit_id` is not the newest version of its chain.
        """
        with self._database.writing() as connection:
            current = standing_of(connection, root)
            newest = connection.scalar(
                select(visit.c.id).where(visit.c.root == root).order_by(visit.c.version.desc()).limit(1)
            )
            if current.seq != seq or newest != visit_id:
                raise Conflict(
                    say("Something happened to this visit since the page was opened; look at it again."), "stale"
                )
            move = _add(connection, root, current, to, visit_id, person_id, note, notes)
            if without:
                connection.execute(
                    insert(approved_without),
                    [
                        {"root": root, "seq": move.seq, "sha256": sha256, "reason": reason}
                        for sha256, reason in without.items()
                    ],
                )
            return replace(move, without=dict(without or {}))


def with_merged_sites(connection: Connection, visits: list[Visit]) -> list[Visit]:
    """Return visits with the sites they belong to now: for a merged site its merge target."""
    merges = merge_targets_of(connection)
    if not merges.targets:
        return visits
    return [replace(version, site_id=merges.target_of(version.site_id)) for version in visits]


def latest_moves() -> Subquery:
    """Return a query of the last move of each chain, to join with visits by `root`; a chain without a move has no row."""
    last = select(review_move.c.root, func.max(review_move.c.seq).label("seq")).group_by(review_move.c.root).subquery()
    return (
        select(review_move)
        .join(last, (last.c.root == review_move.c.root) & (last.c.seq == review_move.c.seq))
        .subquery("latest_move")
    )


def standing_of(connection: Connection, root: str) -> ReviewStatus:
    """Return the review status of a chain within the transaction of the connection."""
    row = connection.execute(
        select(review_move.c.root, review_move.c.to_state, review_move.c.seq, review_move.c.at)
        .where(review_move.c.root == root)
        .order_by(review_move.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return ReviewStatus() if row is None else _status_of_row(connection, row)


def _status_of_row(connection: Connection, row: Any) -> ReviewStatus:
    """Return the status after a move; an unreadable state becomes the first one, in which the visit does not count."""
    state: State = row.to_state
    if state not in STATES:
        note_damage(connection, "review_move", row.root)
        state = FIRST_STATE
    return ReviewStatus(state, row.seq, moment_or_none(connection, row.at, "review_move", row.root))


def note_new_version(connection: Connection, root: str, visit_id: str, person_id: str) -> State | None:
    """Move a chain on because its author sent a new version; return its state, or None if it accepts no new version.

    Call it in the transaction that records the version.
    """
    current = standing_of(connection, root)
    to = state_after_new_version(current.state)
    if to is not None and to != current.state:
        _add(connection, root, current, to, visit_id, person_id, "", {})
    return to


def _add(
    connection: Connection,
    root: str,
    current: ReviewStatus,
    to: State,
    visit_id: str,
    person_id: str,
    note: str,
    notes: Mapping[str, str],
) -> ReviewMove:
    move = ReviewMove(root, current.seq + 1, current.state, to, visit_id, person_id, now_utc(), note, dict(notes))
    connection.execute(
        insert(review_move).values(
            root=move.root,
            seq=move.seq,
            from_state=move.start,
            to_state=move.to,
            visit_id=move.visit_id,
            person_id=move.person_id,
            at=as_time(move.at),
            note=move.note,
            notes=as_json(dict(move.notes)),
        )
    )
    count_change(connection)
    return move


def _move_of_row(row: Row[Any], without: Mapping[str, str]) -> ReviewMove:
    notes = json.loads(row.notes)
    if {row.from_state, row.to_state} - {*STATES} or not all(isinstance(text, str) for text in notes.values()):
        raise ValueError("this is no move of a visit")
    return ReviewMove(
        row.root,
        row.seq,
        row.from_state,
        row.to_state,
        row.visit_id,
        row.person_id,
        moment(row.at),
        row.note,
        notes,
        without,
    )
