"""Store accounts and their log, and the setting that makes results public.

Only hashes of passwords are stored here; `passwords` verifies them and rejects weak ones.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, TypedDict, Unpack

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from rba_audit.errors import Forbidden, NotInRegister, Unavailable
from rba_audit.messages import say
from rba_audit.permissions import Role, roles_with
from rba_audit.register.account_changes import differences, event_of_row, events_about, refuse_last, refuse_overtaken
from rba_audit.register.account_history import (
    EVENT_FIELDS,
    STATE_EVENTS,
    AccountPeriod,
    account_periods,
    area_words,
)
from rba_audit.register.account_tables import (
    account_event,
    join_link,
    known_device,
    person,
    session,
    write_event,
)
from rba_audit.register.damaged_rows import moment_or_none, read_all, read_one
from rba_audit.register.erasure import LOGIN as ERASED
from rba_audit.register.erasure import erase_person
from rba_audit.register.erasures import add_erasure, erasures_file
from rba_audit.register.person_records import EVERYWHERE, SITE_AREA_PREFIX, AccountEvent, Member, Person, person_of_row
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import meta

__all__ = [
    "EVERYWHERE",
    "SITE_AREA_PREFIX",
    "AccountEvent",
    "AccountPeriod",
    "Member",
    "People",
    "Person",
    "person_of_row",
]

_PUBLIC_VIEW: Final = "public_view"


class PersonChanges(TypedDict, total=False):
    """The fields of a person that can be changed; omitted ones remain as they are."""

    name: str
    role: Role
    area: tuple[str, ...]
    active: bool
    valid_until: date | None


class People:
    """The people of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- queries -----------------------------------------------------------------------------------------------------

    def get(self, id: str) -> Person:
        """Return a person.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            return read_one(connection, _row(connection, id), person_of_row, "person")

    def member(self, id: str) -> Member:
        """Return a person with the state of their account.

        Raises:
            NotInRegister: there is none with this id.
        """
        match = next((member for member in self.members() if member.person.id == id), None)
        if match is None:
            raise _no_person()
        return match

    def all(self) -> list[Person]:
        """Return all people sorted by name, including deactivated and erased ones."""
        return [member.person for member in self.members()]

    def members(self) -> list[Member]:
        """Return all people sorted by name, with the state of their accounts."""
        seen = select(session.c.person, func.max(session.c.seen_at).label("at")).group_by(session.c.person).subquery()
        rows = (
            select(person, seen.c.at, join_link.c.expires_at.label("until"))
            .outerjoin(seen, seen.c.person == person.c.id)
            .outerjoin(join_link, join_link.c.person == person.c.id)
        )
        with self._database.reading() as connection:
            members = read_all(
                connection,
                connection.execute(rows),
                lambda row: Member(
                    person_of_row(row),
                    row.password is not None,
                    moment_or_none(connection, row.until, "join_link", row.id),
                    moment_or_none(connection, row.at, "session", row.id),
                ),
                "person",
            )
        return sorted(members, key=lambda member: (member.person.name.casefold(), member.person.login))

    def known_by(self, login: str) -> tuple[Person, str | None] | None:
        """Return the person with this login and the hash of their password; None if there is none."""
        with self._database.reading() as connection:
            rows = connection.execute(select(person).where(person.c.login == login))
            # A damaged row lets no one sign in.
            matches = read_all(connection, rows, lambda row: (person_of_row(row), row.password), "person")
        return matches[0] if matches else None

    def events(self, count: int) -> list[AccountEvent]:
        """Return the last `count` events of the log, newest first."""
        newest = select(account_event).order_by(account_event.c.seq.desc()).limit(count)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(newest), event_of_row, "account_event", "seq")

    def last_line(self, id: str) -> int:
        """Return the number of the last event of the log about a person; 0 if there is none.

        A form reads this number before the data that it shows and sends it back, so that concurrent changes are detected.
        """
        about = select(func.max(account_event.c.seq)).where(account_event.c.person == id)
        with self._database.reading() as connection:
            return int(connection.scalar(about) or 0)

    def history(self, id: str) -> tuple[AccountPeriod, ...]:
        """Return the periods of a person, oldest first; none if the log is damaged or inconsistent with the current data.

        Raises:
            NotInRegister: there is no such person.
        """
        with self._database.reading() as connection:
            now = read_one(connection, _row(connection, id), person_of_row, "person")
            rows = connection.execute(events_about(id, 0, STATE_EVENTS)).all()
            events = read_all(connection, rows, event_of_row, "account_event", "seq")
        return account_periods(now, events) if len(events) == len(rows) else ()

    def public_view(self) -> bool:
        """Return whether the public view is on: results can be read without signing in."""
        with self._database.reading() as connection:
            return bool(connection.scalar(select(meta.c.value).where(meta.c.key == _PUBLIC_VIEW)))

    # --- changes -----------------------------------------------------------------------------------------------------

    def add(self, new: Person, password: str | None, at: datetime, actor: str | None) -> None:
        """Add a person; `password` is a hash, or None until they set one by a one-time link.

        Raises:
            Forbidden: the login is taken.
        """
        row = {"id": new.id, "login": new.login, "password": password, "created_at": as_time(at), **_columns(new)}
        with self._database.writing() as connection:
            if connection.scalar(select(person.c.id).where(person.c.login == new.login)) is not None:
                raise Forbidden(say("The login {login} is taken; choose another.", login=new.login))
            connection.execute(insert(person).values(row))
            write_event(connection, at, actor, new.id, "added", f"{new.role} {area_words(new.area)}".strip())
            if new.valid_until is not None:
                write_event(connection, at, actor, new.id, "valid_until", new.valid_until.isoformat())

    def change(
        self, id: str, at: datetime, actor: str | None, *, seen: int | None = None, **fields: Unpack[PersonChanges]
    ) -> Person:
        """Change name, role, work area, last day or active flag of a person and return them; deactivating ends their sessions at once.

        `seen` is the number of the last log event that the administrator had seen (see `last_line`); None skips the check
        for concurrent changes (used by the command line).

        Raises:
            NotInRegister: there is no such person.
            Forbidden: they are erased already, or no administrator would be left.
            Conflict: `stale` if one of the fields was changed after `seen`; `kept` are the events of these changes, and
                nothing is changed.
        """
        with self._database.writing() as connection:
            row = _row(connection, id)
            old = read_one(connection, row, person_of_row, "person")
            changed = replace(old, **fields)
            if old.erased:
                raise Forbidden(say("This person is erased already."))
            changes = differences(old, changed)
            if seen is not None:
                refuse_overtaken(connection, id, seen, {what for what, _ in changes})
            remains = changed.may("administer") and changed.active
            # An administrator without a password cannot sign in, so they are not the last one.
            if old.may("administer") and old.active and row.password is not None and not remains:
                refuse_last(connection, old)
            connection.execute(update(person).where(person.c.id == id).values(_columns(changed)))
            if not changed.active:
                for table in (session, join_link, known_device):
                    connection.execute(delete(table).where(table.c.person == id))
            for what, detail in changes:
                write_event(connection, at, actor, id, what, detail)
            return changed

    def erase(self, id: str, at: datetime, actor: str | None, reason: str, *, seen: int | None = None) -> int:
        """Remove a person's name from the register and return the number that replaces it.

        The erasure is first added to the list next to the file, so that it can be repeated in a restored backup. `seen` is
        as in `change`.

        Raises:
            NotInRegister: there is no such person.
            Forbidden: they are erased already, or no administrator would be left.
            Conflict: `stale` if any of their fields was changed after `seen`; nothing is erased.
            Unavailable: the list cannot be written; nothing is erased.
        """
        with self._database.writing() as connection:
            row = _row(connection, id)
            if row.login.startswith(ERASED):
                raise Forbidden(say("This person is erased already."))
            if seen is not None:
                refuse_overtaken(connection, id, seen, EVENT_FIELDS)
            if row.role in roles_with("administer") and row.active and row.password is not None:
                refuse_last(connection, person_of_row(row))
            try:
                add_erasure(self._database.path, id, at)
            except OSError as error:
                raise Unavailable(
                    say(
                        "{file}: the erasure cannot be noted there ({fault}), so nobody was erased",
                        file=erasures_file(self._database.path).name,
                        fault=error.strerror,
                    )
                ) from error
            number = erase_person(connection, id, at=at, actor=actor, reason=reason)
        if number is None:
            raise _no_person()
        return number

    def set_password(self, id: str, old: str, new: str, keep: str, at: datetime) -> bool:
        """Replace the password hash `old` by `new` and end all sessions but `keep` (the hash of its token).

        Returns False, and changes nothing, if the stored hash is no longer `old`.
        """
        with self._database.writing() as connection:
            if not _replace_hash(connection, id, old, new):
                return False
            connection.execute(delete(session).where(session.c.person == id, session.c.token != keep))
            write_event(connection, at, id, id, "password_changed")
            return True

    def renew_hash(self, id: str, old: str, new: str) -> None:
        """Replace the hash `old` by `new`, of the same password; no change if the stored hash is no longer `old`."""
        with self._database.writing() as connection:
            _replace_hash(connection, id, old, new)

    def set_public_view(self, on: bool, at: datetime, actor: str | None) -> None:
        """Switch the public view on or off."""
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == _PUBLIC_VIEW))
            connection.execute(insert(meta).values(key=_PUBLIC_VIEW, value=int(on)))
            write_event(connection, at, actor, None, "public_view_on" if on else "public_view_off")


def _columns(values: Person) -> dict[str, object]:
    return {
        "name": values.name,
        "role": values.role,
        "area": json.dumps(values.area),
        "active": int(values.active),
        "valid_until": None if values.valid_until is None else values.valid_until.isoformat(),
    }


def _row(connection: Connection, id: str) -> Row[Any]:
    row = connection.execute(select(person).where(person.c.id == id)).one_or_none()
    if row is None:
        raise _no_person()
    return row


def _no_person() -> NotInRegister:
    return NotInRegister(say("There is no such person; look them up in the list of people."))


def _replace_hash(connection: Connection, id: str, old: str, new: str) -> bool:
    same = (person.c.id == id) & (person.c.password == old)
    return bool(connection.execute(update(person).where(same).values(password=new)).rowcount)
