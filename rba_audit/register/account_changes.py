"""Changes of accounts: their log events, and optimistic concurrency checks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from rba_audit.errors import Conflict, Forbidden
from rba_audit.messages import say
from rba_audit.permissions import roles_with
from rba_audit.register.account_history import (
    EVENT_FIELDS,
    area_or_nothing,
    change_words,
    day_or_nothing,
)
from rba_audit.register.account_tables import (
    account_event,
    person,
)
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.person_records import AccountEvent, Person


def event_of_row(row: Row[Any]) -> AccountEvent:
    """Return the log event of a row."""
    return AccountEvent(row.seq, moment(row.at), row.actor, row.person, row.what, row.detail)


def refuse_last(connection: Connection, leaving: Person) -> None:
    """Refuse to remove the last administrator.

    Raises:
        Forbidden: no other active person with a password has a role that administers.
    """
    others = select(func.count()).where(
        person.c.role.in_(roles_with("administer")),
        person.c.active == 1,
        person.c.password.is_not(None),
        person.c.id != leaving.id,
    )
    if not connection.scalar(others):
        raise Forbidden(say("{name} is the last administrator; let another one join first.", name=leaving.name))


def events_about(id: str, seq: int, kinds: Collection[str]) -> Select[Any]:
    """Return the query for the log events of some kinds about a person, after the one numbered `seq`."""
    table = account_event.c
    wanted = (table.person == id) & (table.seq > seq) & table.what.in_(kinds)
    return select(account_event).where(wanted).order_by(table.seq)


def events_since(connection: Connection, id: str, seq: int, kinds: Collection[str]) -> list[AccountEvent]:
    """Return the log events of some kinds about a person after the one numbered `seq`, oldest first."""
    return read_all(connection, connection.execute(events_about(id, seq, kinds)), event_of_row, "account_event", "seq")


def refuse_overtaken(connection: Connection, id: str, seen: int, changing: Collection[str]) -> None:
    """Refuse to change a field that has been changed after log event `seen`; `changing` are kinds of events.

    Raises:
        Conflict: `stale`; `kept` are the later events.
    """
    fields = {EVENT_FIELDS[what] for what in changing}
    kinds = {what for what, field in EVENT_FIELDS.items() if field in fields}
    later = events_since(connection, id, seen, kinds)
    if later:
        raise Conflict(
            say("Somebody else changed this person since the page was opened; nothing was done."),
            "stale",
            tuple(later),
        )


def differences(old: Person, new: Person) -> list[tuple[str, str]]:
    """Return the differences between two versions of a person, as kinds of log events with their details."""
    changes = []
    if old.name != new.name:
        changes.append(("renamed", ""))
    if old.role != new.role:
        changes.append(("role", change_words(old.role, new.role)))
    if old.area != new.area:
        changes.append(("area", change_words(area_or_nothing(old.area), area_or_nothing(new.area))))
    if old.valid_until != new.valid_until:
        changes.append(("valid_until", change_words(day_or_nothing(old.valid_until), day_or_nothing(new.valid_until))))
    if old.active != new.active:
        changes.append(("let_in" if new.active else "deactivated", ""))
    return changes
