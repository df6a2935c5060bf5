"""Store the actions that follow from findings, and their events. Append-only.

The caller decides whether an event is allowed. This module only prevents duplicates and updates based on an older state.
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
    """All actions. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self, wanted: Iterable[tuple[ActionRequest, date, str]], person_id: str, today: date
    ) -> tuple[Action, ...]:
        """Record actions, each with its due date and owner, and return the new ones.

        An action with the same site, requirement and round as a stored one is skipped.
        """
        with self._database.writing() as connection:
            keys = {tuple(row) for row in connection.execute(select(*_KEY))}
            actions: list[Action] = []
            now = now_utc()
            for request, due, owner in wanted:
                key = (request.site_id, request.requirement, request.round)
                if key not in keys:
                    keys.add(key)
                    id = str(uuid4())
                    actions.append(
                        Action(id, request, ActionEvent(id, 1, "made", "open", due, owner, person_id, today, now))
                    )
            if actions:
                connection.execute(insert(action), [action_row(action_) for action_ in actions])
                connection.execute(insert(action_event), [event_row(action_.last) for action_ in actions])
        return tuple(actions)

    def get(self, id: str) -> Action:
        """Return one action with its last event.

        Raises:
            NotInRegister: there is none with that id.
        """
        with self._database.reading() as connection:
            return _read_action(connection, id)

    def all(self, sites: Sequence[str] | None = None) -> tuple[Action, ...]:
        """Return the actions of all active sites, or of `sites`, with their last events; the oldest round of a requirement first."""
        wanted = _with_last_event().order_by(action.c.site_id, action.c.requirement, action.c.round)
        with self._database.reading() as connection:
            merges = merge_targets_of(connection)
            if sites is None:
                wanted = wanted.where(action.c.site_id.not_in(not_in_use(connection)))
            else:
                ids = {action_ for id in sites for action_ in merges.members(merges.target_of(id))}
                wanted = wanted.where(action.c.site_id.in_(ids))
            actions = _with_merged_sites(
                connection, read_all(connection, connection.execute(wanted), action_of_row, "action")
            )
        if merges.targets:  # the actions of merged sites now belong to one site id
            actions.sort(
                key=lambda action_: (action_.request.site_id, action_.request.requirement, action_.request.round)
            )
        return tuple(actions)

    def sites_with_overdue(self, today: date) -> list[str]:
        """Return the ids of the sites with an action that is not closed and was due before `today`, as the actions name them.

        Whether such an action is withdrawn is not known here.
        """
        last = _with_last_event().subquery()
        overdue = (last.c.event_state != "closed") & (last.c.event_due < today.isoformat())
        with self._database.reading() as connection:
            return sorted(connection.scalars(select(last.c.site_id).where(overdue).distinct()))

    def history(self, id: str) -> tuple[ActionEvent, ...]:
        """Return all events of an action, oldest first."""
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
        """Record an event as number `seq` of its action, and return the action after it.

        Idempotent: an equal event stored under that number, from the same person, is not recorded again.

        Raises:
            NotInRegister: there is no such action.
            Conflict: `stale`: the action has another event with that number.
        """
        with self._database.writing() as connection:
            current = _read_action(connection, event.action_id)
            if not _is_next(connection, current, event):
                return current  # a form that was sent twice
            connection.execute(insert(action_event).values(event_row(event)))
            return _read_action(connection, event.action_id)

    def add_each(self, events: Sequence[ActionEvent]) -> dict[str, Action | Conflict | NotInRegister]:
        """Record an event for each of several actions as `add` does; return by action id the action, or the error.

        An error for one action does not affect the others. All events are recorded in one transaction.
        """
        results: dict[str, Action | Conflict | NotInRegister] = {}
        with self._database.writing() as connection:
            wanted = _with_last_event().where(action.c.id.in_([event.action_id for event in events]))
            rows = read_all(connection, connection.execute(wanted), action_of_row, "action")
            by_id = {action_.id: action_ for action_ in _with_merged_sites(connection, rows)}
            new = []
            for event in events:
                current = by_id.get(event.action_id)
                if current is None:
                    results[event.action_id] = _no_action()
                    continue
                try:
                    if _is_next(connection, current, event):
                        new.append(event_row(event))
                        current = replace(current, last=event)
                    results[event.action_id] = current
                except Conflict as conflict:
                    results[event.action_id] = conflict
            if new:
                connection.execute(insert(action_event), new)
        return results


_KEY: Final = (action.c.site_id, action.c.requirement, action.c.round)


def _with_last_event() -> Select[Any]:
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


def _read_action(connection: Connection, id: str) -> Action:
    row = connection.execute(_with_last_event().where(action.c.id == id)).one_or_none()
    if row is None:
        raise _no_action()
    return _with_merged_sites(connection, [read_one(connection, row, action_of_row, "action")])[0]


def _with_merged_sites(connection: Connection, actions: list[Action]) -> list[Action]:
    """Return actions with the sites they belong to now: for a merged site its merge target."""
    merges = merge_targets_of(connection)
    if not merges.targets:
        return actions
    return [
        replace(action_, request=replace(action_.request, site_id=merges.target_of(action_.request.site_id)))
        for action_ in actions
    ]


def _no_action() -> NotInRegister:
    return NotInRegister(say("There is no such action; look it up in the list of actions."))


def _is_next(connection: Connection, current: Action, event: ActionEvent) -> bool:
    """Return whether an event is the next one of its action; False if it is stored already.

    Raises:
        Conflict: `stale`: the action has another event with that number.
    """
    if event.seq == current.last.seq + 1:
        return True
    if event.seq <= current.last.seq and _same(_stored(connection, event), event):
        return False
    raise Conflict(
        say("Someone else changed this action meanwhile; nothing was recorded. Look at it again."), "stale", current
    )


def _stored(connection: Connection, event: ActionEvent) -> ActionEvent:
    """Return the stored event with the number of `event`."""
    of_number = (action_event.c.action_id == event.action_id) & (action_event.c.seq == event.seq)
    row = connection.execute(select(action_event).where(of_number)).one()
    return read_one(connection, row, event_of_row, "action_event", "action_id")


def _same(stored: ActionEvent, event: ActionEvent) -> bool:
    return stored == replace(event, at=stored.at, day=stored.day)
