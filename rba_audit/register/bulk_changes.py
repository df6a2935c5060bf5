"""Changes of many actions at once, so that one can be shown and undone as a whole. Append-only.

The events of the actions are stored with those of single changes; the tables here name which of them belong together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, Table, Text, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.action_records import ActionEvent, action, action_event, event_of_row, event_row
from rba_audit.register.damaged_rows import UnreadableRow, moment, read_all, read_one
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

bulk_change: Final = Table(
    "bulk_change",
    metadata,
    Column("id", Text, primary_key=True),
    Column("undoes", Text, ForeignKey("bulk_change.id"), unique=True),  # null: it undoes no other
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
bulk_change_action: Final = Table(
    "bulk_change_action",
    metadata,
    Column("bulk_id", Text, ForeignKey("bulk_change.id"), primary_key=True),
    Column("action_id", Text, ForeignKey("action.id"), primary_key=True),
    Column("first_seq", Integer, nullable=False),  # the first and the last event of the action that belong to it
    Column("last_seq", Integer, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([bulk_change, bulk_change_action])
_BATCH: Final = 500  # actions per query


@dataclass(frozen=True, slots=True)
class BulkChange:
    """A change of many actions.

    Attributes:
        id: A UUID generated when the form was opened, so that a form sent twice changes the actions once.
        undoes: The id of the change that it undoes; empty if none.
        undone_by: The id of the change that undid it; empty if none.
        actions: Number of the first and of the last of its events, by action id.
    """

    id: str
    person_id: str
    at: datetime
    undoes: str
    undone_by: str
    actions: Mapping[str, tuple[int, int]]


class BulkChanges:
    """All changes of many actions. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, id: str, events: Mapping[str, Sequence[ActionEvent]], person_id: str, *, undoes: str = ""
    ) -> BulkChange:
        """Record the events of many actions in one transaction, and return what was recorded; idempotent by id.

        `events` has the new events of each action, by its id, in their order. An action that has other events since, or
        does not exist, is left out; the others are not affected. If none is left, nothing is recorded.

        Raises:
            EvidenceError: the id is no UUID.
            Conflict: `undone`: the change that it undoes was undone before; `known`: another person used the id.
        """
        try:
            id = str(UUID(id))
        except ValueError:
            raise EvidenceError(say("The form is not whole; open the page again.")) from None
        with self._database.writing() as connection:
            if connection.scalar(select(bulk_change.c.id).where(bulk_change.c.id == id)) is not None:
                stored = _read_change(connection, id)
                if stored.person_id != person_id or stored.undoes != undoes:
                    raise Conflict(say("The form is not whole; open the page again."), "known", stored)
                return stored
            if undoes and connection.scalar(select(bulk_change.c.id).where(bulk_change.c.undoes == undoes)) is not None:
                raise Conflict(say("This change was undone already."), "undone", None)
            last = dict(_last_numbers(connection, list(events)))
            new = {
                action_id: batch
                for action_id, batch in events.items()
                if batch and last.get(action_id) == batch[0].seq - 1
            }
            at = now_utc()
            if new:
                connection.execute(
                    insert(bulk_change).values(id=id, undoes=undoes or None, person_id=person_id, at=as_time(at))
                )
                connection.execute(
                    insert(action_event), [event_row(event) for batch in new.values() for event in batch]
                )
                connection.execute(
                    insert(bulk_change_action),
                    [
                        {"bulk_id": id, "action_id": name, "first_seq": batch[0].seq, "last_seq": batch[-1].seq}
                        for name, batch in new.items()
                    ],
                )
        return BulkChange(
            id, person_id, at, undoes, "", {name: (batch[0].seq, batch[-1].seq) for name, batch in new.items()}
        )

    def get(self, id: str) -> BulkChange:
        """Return a change.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            return _read_change(connection, id)

    def newest(self) -> BulkChange | None:
        """Return the change that was made last; None if there is none, or its row is damaged."""
        newest = select(bulk_change.c.id).order_by(bulk_change.c.at.desc(), bulk_change.c.id).limit(1)
        with self._database.reading() as connection:
            id = connection.scalar(newest)
            try:
                return _read_change(connection, id) if id else None
            except UnreadableRow:
                return None

    def events(self, id: str) -> dict[str, list[ActionEvent]]:
        """Return for each action of a change its events by number: the one before the change, and all since."""
        of_change = (bulk_change_action.c.action_id == action_event.c.action_id) & (bulk_change_action.c.bulk_id == id)
        wanted = (
            select(action_event)
            .join(bulk_change_action, of_change)
            .where(action_event.c.seq >= bulk_change_action.c.first_seq - 1)
            .order_by(action_event.c.action_id, action_event.c.seq)
        )
        by_action: dict[str, list[ActionEvent]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            for event in read_all(connection, rows, event_of_row, "action_event", "action_id"):
                by_action.setdefault(event.action_id, []).append(event)
        return by_action


def _last_numbers(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the id of each action that exists, and the number of its last event."""
    for start in range(0, len(ids), _BATCH):
        wanted = (
            select(action_event.c.action_id, func.max(action_event.c.seq))
            .join(action, action.c.id == action_event.c.action_id)
            .where(action_event.c.action_id.in_(ids[start : start + _BATCH]))
            .group_by(action_event.c.action_id)
        )
        for action_id, seq in connection.execute(wanted):
            yield action_id, int(seq)


def _read_change(connection: Connection, id: str) -> BulkChange:
    row = connection.execute(select(bulk_change).where(bulk_change.c.id == id)).one_or_none()
    if row is None:
        raise NotInRegister(say("There is no such change of many actions; look at the list of actions."))
    undone_by = connection.scalar(select(bulk_change.c.id).where(bulk_change.c.undoes == id)) or ""
    wanted = select(bulk_change_action).where(bulk_change_action.c.bulk_id == id)
    actions = {row.action_id: (row.first_seq, row.last_seq) for row in connection.execute(wanted)}

    def read(row: Row[Any]) -> BulkChange:
        return BulkChange(row.id, row.person_id, moment(row.at), row.undoes or "", undone_by, actions)

    return read_one(connection, row, read, "bulk_change")
