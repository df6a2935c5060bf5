"""The actions that follow from findings: what was asked for, and everything that happened to it. Rows are only ever added.

Whether something may happen is decided above; here it is only kept from happening twice, or on something older.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Select,
    func,
    insert,
    select,
)

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.action_records import (
    Action,
    ActionEvent,
    ActionEventKind,
    ActionRequest,
    action,
    action_event,
    action_of_row,
    action_row,
    event_of_row,
    event_row,
)
from rba_audit.register.damaged_rows import read_all, read_one
from rba_audit.register.site_event_tables import merge_targets_of, not_in_use
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT

KEPT.extend([action, action_event])


class Actions:
    """All actions. Any thread may call any method; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self, wanted: Iterable[tuple[ActionRequest, date, str]], person_id: str, today: date
    ) -> tuple[Action, ...]:
        """Record actions, each with its due date and owner, and return the new ones; one that is known is left alone."""
        with self._database.writing() as connection:
            known = {tuple(row) for row in connection.execute(select(*_KEY))}
            actions: list[Action] = []
            now = now_utc()
            for asked, due, owner in wanted:
                key = (asked.site_id, asked.requirement, asked.round)
                if key not in known:
                    known.add(key)
                    id = str(uuid4())
                    actions.append(
                        Action(id, asked, ActionEvent(id, 1, "made", "open", due, owner, person_id, today, now))
                    )
            if actions:
                connection.execute(insert(action), [action_row(each) for each in actions])
                connection.execute(insert(action_event), [event_row(each.last) for each in actions])
        return tuple(actions)

    def get(self, id: str) -> Action:
        """Return one action as it stands.

        Raises:
            NotInRegister: there is none with that id.
        """
        with self._database.reading() as connection:
            return _one(connection, id)

    def all(self, sites: Sequence[str] | None = None) -> tuple[Action, ...]:
        """Return the actions of all sites that count, or of some, as they stand; the oldest round of a requirement first."""
        wanted = _standing().order_by(action.c.site_id, action.c.requirement, action.c.round)
        with self._database.reading() as connection:
            homes = merge_targets_of(connection)
            if sites is None:
                wanted = wanted.where(action.c.site_id.not_in(not_in_use(connection)))
            else:
                here = {each for id in sites for each in homes.members(homes.target_of(id))}
                wanted = wanted.where(action.c.site_id.in_(here))
            found = _at_home(connection, read_all(connection, connection.execute(wanted), action_of_row, "action"))
        if homes.targets:  # those of several ids stand at one place
            found.sort(key=lambda each: (each.asked.site_id, each.asked.requirement, each.asked.round))
        return tuple(found)

    def history(self, id: str) -> tuple[ActionEvent, ...]:
        """Return everything that happened to an action, oldest first."""
        with self._database.reading() as connection:
            wanted = select(action_event).where(action_event.c.action_id == id).order_by(action_event.c.seq)
            return tuple(read_all(connection, connection.execute(wanted), event_of_row, "action_event", "action_id"))

    def newest(self, what: ActionEventKind) -> dict[str, ActionEvent]:
        """Return the newest event of one kind for each action that has one, by the action's id."""
        wanted = select(action_event).where(action_event.c.what == what).order_by(action_event.c.seq)
        with self._database.reading() as connection:
            events = read_all(connection, connection.execute(wanted), event_of_row, "action_event", "action_id")
        return {event.action_id: event for event in events}

    def add(self, event: ActionEvent) -> Action:
        """Record what happened, as number `seq` of its action, and return the action as it stands then.

        What is known as that number already, to the word and from the same person, is left alone.

        Raises:
            NotInRegister: there is no such action.
            Conflict: something else happened to it meanwhile.
        """
        with self._database.writing() as connection:
            now = _one(connection, event.action_id)
            if not _is_next(connection, now, event):
                return now  # a form that was sent twice
            connection.execute(insert(action_event).values(event_row(event)))
            return _one(connection, event.action_id)

    def add_each(self, events: Sequence[ActionEvent]) -> dict[str, Action | Conflict | NotInRegister]:
        """Record what happened to several actions, each as `add` does, and return by id how it stands, or why nothing was recorded.

        What is refused of one refuses none of the others; what is recorded is recorded together.
        """
        found: dict[str, Action | Conflict | NotInRegister] = {}
        with self._database.writing() as connection:
            wanted = _standing().where(action.c.id.in_([event.action_id for event in events]))
            rows = read_all(connection, connection.execute(wanted), action_of_row, "action")
            known = {each.id: each for each in _at_home(connection, rows)}
            new = []
            for event in events:
                now = known.get(event.action_id)
                if now is None:
                    found[event.action_id] = _no_action()
                    continue
                try:
                    if _is_next(connection, now, event):
                        new.append(event_row(event))
                        now = replace(now, last=event)
                    found[event.action_id] = now
                except Conflict as fault:
                    found[event.action_id] = fault
            if new:
                connection.execute(insert(action_event), new)
        return found


_KEY: Final = (action.c.site_id, action.c.requirement, action.c.round)


def _standing() -> Select[Any]:
    last = (
        select(action_event.c.action_id, func.max(action_event.c.seq).label("seq"))
        .group_by(action_event.c.action_id)
        .subquery()
    )
    return (
        select(action, *(column.label(f"event_{column.name}") for column in action_event.c))
        .join(last, last.c.action_id == action.c.id)
        .join(action_event, (action_event.c.action_id == last.c.action_id) & (action_event.c.seq == last.c.seq))
    )


def _one(connection: Connection, id: str) -> Action:
    row = connection.execute(_standing().where(action.c.id == id)).one_or_none()
    if row is None:
        raise _no_action()
    return _at_home(connection, [read_one(connection, row, action_of_row, "action")])[0]


def _at_home(connection: Connection, actions: list[Action]) -> list[Action]:
    """Return actions at the places they belong to now: those of a merged place at the one it went into."""
    homes = merge_targets_of(connection)
    if not homes.targets:
        return actions
    return [replace(each, asked=replace(each.asked, site_id=homes.target_of(each.asked.site_id))) for each in actions]


def _no_action() -> NotInRegister:
    return NotInRegister(say("There is no such action; look it up in the list of actions."))


def _is_next(connection: Connection, now: Action, event: ActionEvent) -> bool:
    """Tell whether an event comes next; it does not where it is known already.

    Raises:
        Conflict: something else happened to the action meanwhile.
    """
    if event.seq == now.last.seq + 1:
        return True
    if event.seq <= now.last.seq and _same(_at(connection, event), event):
        return False
    raise Conflict(
        say("Someone else changed this action meanwhile; nothing was recorded. Look at it again."), "stale", now
    )


def _at(connection: Connection, event: ActionEvent) -> ActionEvent:
    """Return what is kept under the number of an event."""
    place = (action_event.c.action_id == event.action_id) & (action_event.c.seq == event.seq)
    row = connection.execute(select(action_event).where(place)).one()
    return read_one(connection, row, event_of_row, "action_event", "action_id")


def _same(kept: ActionEvent, given: ActionEvent) -> bool:
    return kept == replace(given, at=kept.at, day=kept.day)
