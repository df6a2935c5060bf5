"""Changes of accounts: their lines in the log, and the refusal of a change that was overtaken."""

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
)
from rba_audit.register.account_tables import (
    account_event,
    person,
)
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.person_records import AccountEvent, Person


def event_of_row(row: Row[Any]) -> AccountEvent:
    """Return the log line of a row."""
    return AccountEvent(row.seq, moment(row.at), row.actor, row.person, row.what, row.detail)


def refuse_last(connection: Connection, leaving: Person) -> None:
    """Raise Forbidden if nobody else could administer once this person leaves."""
    others = select(func.count()).where(
        person.c.role.in_(roles_with("administer")),
        person.c.active == 1,
        person.c.password.is_not(None),
        person.c.id != leaving.id,
    )
    if not connection.scalar(others):
        raise Forbidden(say("{name} is the last administrator; let another one join first.", name=leaving.name))


def events_about(id: str, seq: int, kinds: Collection[str]) -> Select[Any]:
    """Return the query for the later log lines of a person, of some kinds."""
    table = account_event.c
    wanted = (table.person == id) & (table.seq > seq) & table.what.in_(kinds)
    return select(account_event).where(wanted).order_by(table.seq)


def events_since(connection: Connection, id: str, seq: int, kinds: Collection[str]) -> list[AccountEvent]:
    """Return the lines of the log about a person after the one with number `seq`, of some kinds, the first one first."""
    return read_all(connection, connection.execute(events_about(id, seq, kinds)), event_of_row, "account_event", "seq")


def refuse_overtaken(connection: Connection, id: str, seen: int, changing: Collection[str]) -> None:
    """Refuse a change of a field that somebody else changed since; what both made the same contradicts nothing."""
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
    """Return what changed of a person, as kinds of log lines with their details."""
    found = []
    if old.name != new.name:
        found.append(("renamed", ""))
    if old.role != new.role:
        found.append(("role", change_words(old.role, new.role)))
    if old.area != new.area:
        found.append(("area", change_words(area_or_nothing(old.area), area_or_nothing(new.area))))
    if old.active != new.active:
        found.append(("let_in" if new.active else "deactivated", ""))
    return found
