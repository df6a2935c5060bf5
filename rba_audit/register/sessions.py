"""Who is signed in where, by which links people come in, and which attempts to sign in failed.

How long anything holds is decided above; here it is only never given twice.
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
    """One place where somebody is signed in.

    Attributes:
        id: Names it without opening it.
        began_at: When they signed in.
        seen_at: When they were last here, to a few minutes.
        agent: What they use, in a word or two.
    """

    id: str
    began_at: datetime
    seen_at: datetime
    agent: str


class SessionOwner(NamedTuple):
    """Somebody, and the session by which they were found."""

    person: Person
    session: Session


class SignInAttempt(NamedTuple):
    """What became of an attempt to sign in.

    Attributes:
        counted: Its numbers, to take it back by; none where it was not let through.
        held_until: From when another one is let through; None where this one was.
    """

    counted: tuple[int, ...]
    held_until: datetime | None


class RateLimit(NamedTuple):
    """How many attempts are let through against one hash within a time."""

    whose: str
    most: int
    window: timedelta


class Sessions:
    """Sessions, links and attempts of a register. Tokens, links, logins and addresses come here as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- sessions ----------------------------------------------------------------------------------------------------

    def find(self, token: str) -> SessionOwner | None:
        """Return whose session this is, if they may come in; how old it is stays to be judged."""
        query = (
            select(person, session.c.id.label("session"), session.c.began_at, session.c.seen_at, session.c.agent)
            .join(session, session.c.person == person.c.id)
            .where(session.c.token == token, person.c.active == 1)
        )
        with self._database.reading() as connection:
            # Nobody comes in by a row that cannot be read.
            found = read_all(connection, connection.execute(query), _found, "session", "session")
        return found[0] if found else None

    def for_person(self, person_id: str) -> list[Session]:
        """Return the sessions of a person, the one seen last first."""
        query = select(session).where(session.c.person == person_id).order_by(session.c.seen_at.desc())
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(query), lambda row: _session(row, row.id), "session")

    def begin(self, new: Session, token: str, person_id: str, password: str | None) -> bool:
        """Keep a new session; False where meanwhile they may not come in, or `password` (a hash) is no longer theirs."""
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
        """Note when a session was last seen."""
        with self._database.writing() as connection:
            connection.execute(update(session).where(session.c.id == id).values(seen_at=as_time(at)))

    def end(self, token: str, at: datetime) -> None:
        """End the session of a token: somebody signed out."""
        with self._database.writing() as connection:
            whose = connection.scalar(delete(session).where(session.c.token == token).returning(session.c.person))
            if whose is not None:
                write_event(connection, at, whose, whose, "signed_out")

    def end_one(self, person_id: str, id: str, at: datetime) -> bool:
        """End a session of this person, named by its id; False where they have none such."""
        with self._database.writing() as connection:
            done = connection.execute(delete(session).where(session.c.person == person_id, session.c.id == id))
            if done.rowcount:
                write_event(connection, at, person_id, person_id, "session_ended")
            return bool(done.rowcount)

    def end_others(self, person_id: str, keep: str, at: datetime) -> int:
        """End every session of this person but `keep` (its token's hash), and return how many there were."""
        with self._database.writing() as connection:
            done = connection.execute(delete(session).where(session.c.person == person_id, session.c.token != keep))
            if done.rowcount:
                write_event(connection, at, person_id, person_id, "sessions_ended", str(done.rowcount))
            return done.rowcount

    def forget(self, before: datetime) -> None:
        """Remove the sessions that nobody used since then."""
        with self._database.writing() as connection:
            connection.execute(delete(session).where(session.c.seen_at < as_time(before)))

    # --- known browsers ----------------------------------------------------------------------------------------------

    def owner_of_device(self, device: str) -> str | None:
        """Return the id of the person who signed in with a browser before; None where nobody did."""
        with self._database.reading() as connection:
            found: str | None = connection.scalar(select(known_device.c.person).where(known_device.c.token == device))
        return found

    def remember_device(self, device: str, person_id: str, at: datetime, forget_before: datetime) -> None:
        """Note that somebody signed in with a browser; those that nobody signed in with since then are forgotten."""
        with self._database.writing() as connection:
            old = known_device.c.seen_at < as_time(forget_before)
            connection.execute(delete(known_device).where(old | (known_device.c.token == device)))
            connection.execute(insert(known_device).values(token=device, person=person_id, seen_at=as_time(at)))

    def forget_device(self, device: str) -> None:
        """Forget a browser: whoever sits at it next is anybody."""
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
        """Keep a one-time link; the one before it, the password and all sessions are void at once.

        `seen` is the number of the last line of the log about them that the one who makes it knew of; None where nobody
        looked first.

        Raises:
            NotAllowed: they may not come in.
            Conflict: `stale`, where a link was made or a password set since then; `kept` are the lines that tell of it.
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
        """Return whose unused link this is, if it is good at that moment."""
        query = (
            select(person)
            .join(join_link, join_link.c.person == person.c.id)
            .where(join_link.c.token == link, join_link.c.expires_at > as_time(at))
        )
        with self._database.reading() as connection:
            found = read_all(connection, connection.execute(query), person_of_row, "person")
        return found[0] if found else None

    def use_link(self, link: str, password: str, new: Session, token: str) -> Person | None:
        """Set the password (a hash) of whoever holds this link and sign them in.

        None where it is void, also because another tab was faster.
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
        """Count an attempt against each of `limits`, unless one of them is reached; attempts older than `keep` are forgotten.

        It is counted before the password is looked at, so that many at once cannot slip past together.
        """
        with self._database.writing() as connection:
            connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at <= as_time(at - keep)))
            held = [moment for limit in limits if (moment := _held_until(connection, limit, at)) is not None]
            if held:
                return SignInAttempt((), max(held))
            counted = [
                connection.scalars(
                    insert(sign_in_attempt).values(whose=whose, at=as_time(at)).returning(sign_in_attempt.c.seq)
                ).one()
                for whose in dict.fromkeys(limit.whose for limit in limits)
            ]
            return SignInAttempt(tuple(counted), None)

    def note_failure(self, person_id: str | None, at: datetime) -> None:
        """Write into the log that somebody could not sign in as this person, or as nobody known."""
        with self._database.writing() as connection:
            write_event(connection, at, person_id, person_id, "sign_in_failed")

    def withdraw_attempts(self, attempts: Sequence[int], whose: str = "") -> None:
        """Take attempts back that were right after all, and with them everything counted against `whose`."""
        with self._database.writing() as connection:
            connection.execute(
                delete(sign_in_attempt).where(sign_in_attempt.c.seq.in_(attempts) | (sign_in_attempt.c.whose == whose))
            )


def _held_until(connection: Connection, limit: RateLimit, at: datetime) -> datetime | None:
    """Return when the attempt passes out of sight that fills a limit; None where it is not filled."""
    within = (sign_in_attempt.c.whose == limit.whose) & (sign_in_attempt.c.at > as_time(at - limit.window))
    query = select(sign_in_attempt.c.at).where(within).order_by(sign_in_attempt.c.at.desc())
    text = connection.scalar(query.offset(limit.most - 1).limit(1))
    filled = moment_or_none(connection, text, "sign_in_attempt", limit.whose)
    return None if filled is None else filled + limit.window


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


def _found(row: Row[Any]) -> SessionOwner:
    return SessionOwner(person_of_row(row), _session(row, row.session))


def _session(row: Row[Any], id: str) -> Session:
    return Session(id, moment(row.began_at), moment(row.seen_at), row.agent)
