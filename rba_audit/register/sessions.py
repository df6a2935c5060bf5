"""Store sessions, known browsers, one-time links and sign-in attempts.

The caller decides how long each is valid; this module ensures that a link is used only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, update

from rba_audit.errors import Conflict, Forbidden
from rba_audit.messages import say
from rba_audit.register.account_changes import events_since
from rba_audit.register.account_history import LINK_EVENTS
from rba_audit.register.account_tables import join_link, known_device, person, session, sign_in_attempt, write_event
from rba_audit.register.damaged_rows import moment, moment_or_none, read_all, read_one
from rba_audit.register.person_records import Person, person_of_row
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which a person is signed in.

    Attributes:
        id: Identifies the session; unlike the token it does not give access.
        began_at: When the person signed in.
        seen_at: When the session was last used, to a few minutes.
        agent: The browser, in a word or two.
    """

    id: str
    began_at: datetime
    seen_at: datetime
    agent: str


class SessionOwner(NamedTuple):
    """A session and the person who is signed in with it."""

    person: Person
    session: Session


class SignInAttempt(NamedTuple):
    """Whether the rate limits permit an attempt to sign in.

    Attributes:
        counted: The row numbers under which it was counted, for `withdraw_attempts`; empty if it was rejected.
        held_until: When the next attempt is permitted; None if this one is.
    """

    counted: tuple[int, ...]
    held_until: datetime | None


class RateLimit(NamedTuple):
    """The number of attempts (`most`) permitted within `window` for one hash (`whose`)."""

    whose: str
    most: int
    window: timedelta


class Sessions:
    """Sessions, links and attempts of a register. Tokens, links, logins and addresses are passed as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- sessions ----------------------------------------------------------------------------------------------------

    def find(self, token: str) -> SessionOwner | None:
        """Return the session of a token with its person, if they may sign in; the caller checks its age."""
        query = (
            select(person, session.c.id.label("session"), session.c.began_at, session.c.seen_at, session.c.agent)
            .join(session, session.c.person == person.c.id)
            .where(session.c.token == token, person.c.active == 1)
        )
        with self._database.reading() as connection:
            # A damaged row lets no one sign in.
            owners = read_all(connection, connection.execute(query), _owner, "session", "session")
        return owners[0] if owners else None

    def for_person(self, person_id: str) -> list[Session]:
        """Return the sessions of a person, the most recently used first."""
        query = select(session).where(session.c.person == person_id).order_by(session.c.seen_at.desc())
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(query), lambda row: _session(row, row.id), "session")

    def begin(self, new: Session, token: str, person_id: str, password: str | None) -> bool:
        """Store a new session; False if the person was deactivated meanwhile, or `password` (a hash) is no longer current."""
        with self._database.writing() as connection:
            row = connection.execute(
                select(person.c.password).where(person.c.id == person_id, person.c.active == 1)
            ).one_or_none()
            if row is None or row.password != password:
                return False
            _insert(connection, new, token, person_id)
            write_event(connection, new.began_at, person_id, person_id, "signed_in", new.agent)
            return True

    def record_seen(self, id: str, at: datetime) -> None:
        """Record when a session was last used."""
        with self._database.writing() as connection:
            connection.execute(update(session).where(session.c.id == id).values(seen_at=as_time(at)))

    def end(self, token: str, at: datetime) -> None:
        """End the session of a token, because the person signed out."""
        with self._database.writing() as connection:
            whose = connection.scalar(delete(session).where(session.c.token == token).returning(session.c.person))
            if whose is not None:
                write_event(connection, at, whose, whose, "signed_out")

    def end_one(self, person_id: str, id: str, at: datetime) -> bool:
        """End the session of this person with the given id; False if they have no such session."""
        with self._database.writing() as connection:
            done = connection.execute(delete(session).where(session.c.person == person_id, session.c.id == id))
            if done.rowcount:
                write_event(connection, at, person_id, person_id, "session_ended")
            return bool(done.rowcount)

    def end_others(self, person_id: str, keep: str, at: datetime) -> int:
        """End every session of this person but `keep` (the hash of its token), and return how many were ended."""
        with self._database.writing() as connection:
            done = connection.execute(delete(session).where(session.c.person == person_id, session.c.token != keep))
            if done.rowcount:
                write_event(connection, at, person_id, person_id, "sessions_ended", str(done.rowcount))
            return done.rowcount

    def forget(self, before: datetime) -> None:
        """Remove the sessions that were last used before a time."""
        with self._database.writing() as connection:
            connection.execute(delete(session).where(session.c.seen_at < as_time(before)))

    # --- known browsers ----------------------------------------------------------------------------------------------

    def owner_of_device(self, device: str) -> str | None:
        """Return the id of the person who signed in with a known browser; None for an unknown one."""
        with self._database.reading() as connection:
            person_id: str | None = connection.scalar(
                select(known_device.c.person).where(known_device.c.token == device)
            )
        return person_id

    def remember_device(self, device: str, person_id: str, at: datetime, forget_before: datetime) -> None:
        """Record that a person signed in with a browser, and remove browsers last used before `forget_before`."""
        with self._database.writing() as connection:
            old = known_device.c.seen_at < as_time(forget_before)
            connection.execute(delete(known_device).where(old | (known_device.c.token == device)))
            connection.execute(insert(known_device).values(token=device, person=person_id, seen_at=as_time(at)))

    def forget_device(self, device: str) -> None:
        """Remove a known browser, because the next user of it may be another person."""
        with self._database.writing() as connection:
            connection.execute(delete(known_device).where(known_device.c.token == device))

    # --- links -------------------------------------------------------------------------------------------------------

    def offer_link(
        self,
        person_id: str,
        link: str,
        expires_at: datetime,
        at: datetime,
        actor: str | None,
        *,
        seen: int | None = None,
    ) -> None:
        """Store a one-time link; the previous link, the password, known browsers and all sessions become void at once.

        `seen` is the number of the newest event in the person's log when the administrator opened the page; None skips the
        check for concurrent changes.

        Raises:
            Forbidden: the person is deactivated.
            Conflict: `stale` if a link was made or a password set after `seen`; its `kept` has these events.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(person).where(person.c.id == person_id)).one()
            if not row.active:
                raise Forbidden(say("{name} may not come in; let them in again first.", name=row.name))
            later = [] if seen is None else events_since(connection, person_id, seen, LINK_EVENTS)
            if later:
                raise Conflict(
                    say("Something was done about their password since the page was opened; no link was made."),
                    "stale",
                    tuple(later),
                )
            for table in (join_link, session, known_device):
                connection.execute(delete(table).where(table.c.person == person_id))
            connection.execute(update(person).where(person.c.id == person_id).values(password=None))
            connection.execute(insert(join_link).values(token=link, person=person_id, expires_at=as_time(expires_at)))
            write_event(connection, at, actor, person_id, "link_made" if row.password is None else "reset")

    def offered(self, link: str, at: datetime) -> Person | None:
        """Return the person of an unused link; None if there is no such link, or it has expired at `at`."""
        query = (
            select(person)
            .join(join_link, join_link.c.person == person.c.id)
            .where(join_link.c.token == link, join_link.c.expires_at > as_time(at))
        )
        with self._database.reading() as connection:
            people = read_all(connection, connection.execute(query), person_of_row, "person")
        return people[0] if people else None

    def use_link(self, link: str, password: str, new: Session, token: str) -> Person | None:
        """Consume a one-time link: set the password (a hash) of its person, sign them in, and return them.

        None if the link is expired, unknown, or was used meanwhile, such as in another tab.
        """
        good = (join_link.c.token == link) & (join_link.c.expires_at > as_time(new.began_at))
        with self._database.writing() as connection:
            whose = connection.scalar(delete(join_link).where(good).returning(join_link.c.person))
            if whose is None:
                return None
            connection.execute(update(person).where(person.c.id == whose).values(password=password))
            _insert(connection, new, token, whose)
            write_event(connection, new.began_at, whose, whose, "joined", new.agent)
            row = connection.execute(select(person).where(person.c.id == whose)).one()
            return read_one(connection, row, person_of_row, "person")

    # --- attempts ----------------------------------------------------------------------------------------------------

    def attempt(self, limits: Sequence[RateLimit], keep: timedelta, at: datetime) -> SignInAttempt:
        """Count an attempt against each of `limits` unless one is reached; attempts older than `keep` are removed.

        The attempt is counted before the password is verified, so that parallel attempts cannot exceed the limit.
        """
        with self._database.writing() as connection:
            connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at <= as_time(at - keep)))
            times = [moment for limit in limits if (moment := _next_permitted(connection, limit, at)) is not None]
            if times:
                return SignInAttempt((), max(times))
            counted = [
                connection.scalars(
                    insert(sign_in_attempt).values(whose=whose, at=as_time(at)).returning(sign_in_attempt.c.seq)
                ).one()
                for whose in dict.fromkeys(limit.whose for limit in limits)
            ]
            return SignInAttempt(tuple(counted), None)

    def note_failure(self, person_id: str | None, at: datetime) -> None:
        """Log a failed sign-in, for a person or (None) for an unknown login."""
        with self._database.writing() as connection:
            write_event(connection, at, person_id, person_id, "sign_in_failed")

    def withdraw_attempts(self, attempts: Sequence[int], whose: str = "") -> None:
        """Remove the counted attempts of a successful sign-in, and all attempts counted for the hash `whose`."""
        with self._database.writing() as connection:
            connection.execute(
                delete(sign_in_attempt).where(sign_in_attempt.c.seq.in_(attempts) | (sign_in_attempt.c.whose == whose))
            )


def _next_permitted(connection: Connection, limit: RateLimit, at: datetime) -> datetime | None:
    """Return when the next attempt is permitted: when the oldest one that fills the limit leaves its window; None if not full."""
    within = (sign_in_attempt.c.whose == limit.whose) & (sign_in_attempt.c.at > as_time(at - limit.window))
    query = select(sign_in_attempt.c.at).where(within).order_by(sign_in_attempt.c.at.desc())
    text = connection.scalar(query.offset(limit.most - 1).limit(1))
    filled_at = moment_or_none(connection, text, "sign_in_attempt", limit.whose)
    return None if filled_at is None else filled_at + limit.window


def _insert(connection: Connection, new: Session, token: str, person_id: str) -> None:
    connection.execute(
        insert(session).values(
            id=new.id,
            token=token,
            person=person_id,
            began_at=as_time(new.began_at),
            seen_at=as_time(new.seen_at),
            agent=new.agent,
        )
    )


def _owner(row: Row[Any]) -> SessionOwner:
    return SessionOwner(person_of_row(row), _session(row, row.session))


def _session(row: Row[Any], id: str) -> Session:
    return Session(id, moment(row.began_at), moment(row.seen_at), row.agent)
