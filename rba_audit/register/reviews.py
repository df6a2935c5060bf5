"""The moves of every visit under review: who moved it where, when, and what they wrote. Rows are only ever added.

Whether a move is allowed is decided above; here it is only kept from being made twice, or on something older.
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
    # The version that was judged, or that arrived; its own row may follow within the same piece of work.
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
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the move that approved
    Column("sha256", Text, primary_key=True),  # of a photo that was missing then
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["root", "seq"], ["review_move.root", "review_move.seq"]),
    sqlite_strict=True,
)
KEPT.extend([review_move, approved_without])


@dataclass(frozen=True, slots=True)
class ReviewMove:
    """One move of a chain, as it is kept.

    Attributes:
        root: The first version of the chain.
        seq: Which move of the chain it is; the first is 1.
        visit_id: The version that was judged, or that arrived.
        person_id: Who made it.
        note: What they wrote about the visit as a whole.
        notes: What they wrote beside single questions, by question id.
        without: Why they approved it without a photo that was missing, by the photo's hash.
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
    """Where a chain stands: its state, how many moves led there, and since when (None before the first)."""

    state: State = FIRST_STATE
    seq: int = 0
    since: datetime | None = None


class Reviews:
    """The moves of all chains. Any thread may call any method; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def status(self, root: str) -> ReviewStatus:
        """Return where a chain stands."""
        with self._database.reading() as connection:
            return standing_of(connection, root)

    def statuses(self) -> dict[str, ReviewStatus]:
        """Return where each chain stands that was ever moved; the others stand at the beginning."""
        last = latest_moves()
        with self._database.reading() as connection:
            return {row.root: _standing(connection, row) for row in connection.execute(select(last))}

    def counts(self) -> dict[State, int]:
        """Return how many visits there are in each state; a visit with several versions is one."""
        chains = select(visit.c.root).distinct().subquery()
        last = latest_moves()
        state = func.coalesce(last.c.to_state, FIRST_STATE)
        counted = select(state, func.count()).select_from(chains.join(last, last.c.root == chains.c.root, isouter=True))
        with self._database.reading() as connection:
            found = {row[0]: row[1] for row in connection.execute(counted.group_by(state))}
        return {name: found.get(name, 0) for name in STATES}

    def first_versions(self, stage: Stage, states: Collection[State]) -> list[Visit]:
        """Return every visit of a stage as its author first sent it, if the chain stands in one of `states` now.

        Visits that nobody had to sign in for are left out: it is not known who read the questions.
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
        """Return every move of a chain, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(review_move).where(review_move.c.root == root).order_by(review_move.c.seq))
            without: dict[int, dict[str, str]] = {}
            for row in connection.execute(select(approved_without).where(approved_without.c.root == root)):
                without.setdefault(row.seq, {})[row.sha256] = row.reason
            return tuple(
                read_all(connection, rows, lambda row: _moved(row, without.get(row.seq, {})), "review_move", "root")
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
            Conflict: `stale`, where another move was made meanwhile, or `visit_id` is not the newest version of its chain.
        """
        with self._database.writing() as connection:
            now = standing_of(connection, root)
            newest = connection.scalar(
                select(visit.c.id).where(visit.c.root == root).order_by(visit.c.version.desc()).limit(1)
            )
            if now.seq != seq or newest != visit_id:
                raise Conflict(
                    say("Something happened to this visit since the page was opened; look at it again."), "stale"
                )
            moved = _add(connection, root, now, to, visit_id, person_id, note, notes)
            if without:
                connection.execute(
                    insert(approved_without),
                    [
                        {"root": root, "seq": moved.seq, "sha256": sha256, "reason": reason}
                        for sha256, reason in without.items()
                    ],
                )
            return replace(moved, without=dict(without or {}))


def with_merged_sites(connection: Connection, visits: list[Visit]) -> list[Visit]:
    """Return visits at the places they belong to now: those of a merged place at the one it went into."""
    homes = merge_targets_of(connection)
    if not homes.targets:
        return visits
    return [replace(each, site_id=homes.target_of(each.site_id)) for each in visits]


def latest_moves() -> Subquery:
    """Return the last move of each chain, to join visits with by `root`; a chain without a row was never moved."""
    last = select(review_move.c.root, func.max(review_move.c.seq).label("seq")).group_by(review_move.c.root).subquery()
    return (
        select(review_move)
        .join(last, (last.c.root == review_move.c.root) & (last.c.seq == review_move.c.seq))
        .subquery("latest_move")
    )


def standing_of(connection: Connection, root: str) -> ReviewStatus:
    """Return where a chain stands, as the connection sees it."""
    row = connection.execute(
        select(review_move.c.root, review_move.c.to_state, review_move.c.seq, review_move.c.at)
        .where(review_move.c.root == root)
        .order_by(review_move.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return ReviewStatus() if row is None else _standing(connection, row)


def _standing(connection: Connection, row: Any) -> ReviewStatus:
    """Return where a chain stands by its last move; a state that cannot be read is the first, which counts for nothing."""
    state: State = row.to_state
    if state not in STATES:
        note_damage(connection, "review_move", row.root)
        state = FIRST_STATE
    return ReviewStatus(state, row.seq, moment_or_none(connection, row.at, "review_move", row.root))


def note_new_version(connection: Connection, root: str, visit_id: str, person_id: str) -> State | None:
    """Move a chain on because its author sent a new version, and return its state; None where it takes none.

    To be called where the version is recorded, on the same connection.
    """
    now = standing_of(connection, root)
    to = state_after_new_version(now.state)
    if to is not None and to != now.state:
        _add(connection, root, now, to, visit_id, person_id, "", {})
    return to


def _add(
    connection: Connection,
    root: str,
    now: ReviewStatus,
    to: State,
    visit_id: str,
    person_id: str,
    note: str,
    notes: Mapping[str, str],
) -> ReviewMove:
    moved = ReviewMove(root, now.seq + 1, now.state, to, visit_id, person_id, now_utc(), note, dict(notes))
    connection.execute(
        insert(review_move).values(
            root=moved.root,
            seq=moved.seq,
            from_state=moved.start,
            to_state=moved.to,
            visit_id=moved.visit_id,
            person_id=moved.person_id,
            at=as_time(moved.at),
            note=moved.note,
            notes=as_json(dict(moved.notes)),
        )
    )
    count_change(connection)
    return moved


def _moved(row: Row[Any], without: Mapping[str, str]) -> ReviewMove:
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
