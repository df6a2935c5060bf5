"""Sessions: begin, find, list and end them, and how long they last.

No function here checks a password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from rba_audit.days import CITY, now_utc
from rba_audit.errors import Forbidden
from rba_audit.messages import Message, say
from rba_audit.permissions import Role, works_in_field
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.sessions import Session, SessionOwner

_BYTES: Final = 32  # 256 bits: cannot be guessed
_SEEN_EVERY: Final = timedelta(minutes=5)  # a write per request would wear out small disks


@dataclass(frozen=True, slots=True)
class SessionLifetime:
    """How long a session lasts: without a request (`idle`), and at most."""

    idle: timedelta
    most: timedelta


IN_THE_FIELD: Final = SessionLifetime(timedelta(days=14), timedelta(days=60))
"""Surveyors work for days without signal, and must not be signed out while their outbox is full."""
AT_A_DESK: Final = SessionLifetime(timedelta(hours=12), timedelta(days=14))


def lifetime_of(role: Role) -> SessionLifetime:
    """Return how long the sessions of people with this role last."""
    return IN_THE_FIELD if works_in_field(role) else AT_A_DESK


def person_of(register: Register, token: str, at: datetime | None = None) -> Person | None:
    """Return the person of the session that this token opens; None if the session is unknown or has expired."""
    now = at or now_utc()
    signed_in = register.sessions.find(hash_secret(token))
    if signed_in is None or not _is_valid(signed_in, now):
        return None
    if now - signed_in.session.seen_at >= _SEEN_EVERY:
        register.sessions.record_seen(signed_in.session.id, now)
    return signed_in.person


def is_open_session(register: Register, token: str, at: datetime | None = None) -> bool:
    """Return whether this token opens a session now. Nothing is written, so it can be called before the request body is read."""
    signed_in = register.sessions.find(hash_secret(token))
    return signed_in is not None and _is_valid(signed_in, at or now_utc())


def expiry_problem(register: Register, token: str, at: datetime | None = None) -> Message | None:
    """Return the message that the account of a session has ended; None if it has not, or the token opens no session."""
    signed_in = register.sessions.find(hash_secret(token))
    return None if signed_in is None else expiry_words(signed_in.person, at or now_utc())


def expiry_words(person: Person, now: datetime) -> Message | None:
    """Return the message that an account has ended; None if it has not."""
    if not person.expired(now.astimezone(CITY).date()):
        return None
    if person.valid_until is None:
        return say("This account has no last day, so it may not be used; ask an administrator to set one.")
    return say(
        "This account was valid until {day} and may not be used any more; ask an administrator for a later day.",
        day=person.valid_until,
    )


def session_of(register: Register, token: str) -> Session | None:
    """Return the session that this token opens, expired or not; None if it is unknown."""
    signed_in = register.sessions.find(hash_secret(token))
    return None if signed_in is None else signed_in.session


def sessions_of(register: Register, person: Person, at: datetime | None = None) -> list[Session]:
    """Return a person's open sessions, the one seen last first."""
    now = at or now_utc()
    return [session for session in register.sessions.for_person(person.id) if _is_open(session, person.role, now)]


def begin_session(register: Register, person: Person, agent: str = "", at: datetime | None = None) -> str:
    """Begin a session of a person whose identity the caller has checked, and return its token.

    Raises:
        Forbidden: the person may not sign in.
    """
    ended = expiry_words(person, at or now_utc())
    if ended is not None:
        raise Forbidden(ended)
    account = register.people.known_by(person.login)
    token = new_token()
    stored = None if account is None else account[1]
    if not register.sessions.begin(new_session(agent, at), hash_secret(token), person.id, stored):
        raise Forbidden(say("{name} may not come in; let them in again first.", name=person.name))
    return token


def sign_out(register: Register, token: str, at: datetime | None = None) -> None:
    """End the session of a token."""
    register.sessions.end(hash_secret(token), at or now_utc())


def end_session(register: Register, person: Person, id: str, at: datetime | None = None) -> bool:
    """End one of a person's sessions; return False if they have none with this id."""
    return register.sessions.end_one(person.id, id, at or now_utc())


def end_other_sessions(register: Register, person: Person, token: str, at: datetime | None = None) -> int:
    """End all sessions of a person except the one of `token`, and return how many were ended."""
    return register.sessions.end_others(person.id, hash_secret(token), at or now_utc())


def new_token() -> str:
    """Return a random secret of 256 bits, as URL-safe text."""
    return secrets.token_urlsafe(_BYTES)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal; only this is stored."""
    # A token of 256 random bits needs no slow hash. A cookie may hold surrogates, which plain UTF-8 cannot encode.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_session(agent: str, at: datetime | None) -> Session:
    """Return a session that begins at `at`, or now."""
    now = at or now_utc()
    return Session(str(uuid4()), now, now, agent)


def _is_valid(signed_in: SessionOwner, now: datetime) -> bool:
    return _is_open(signed_in.session, signed_in.person.role, now) and expiry_words(signed_in.person, now) is None


def _is_open(session: Session, role: Role, now: datetime) -> bool:
    lifetime = lifetime_of(role)
    return now - session.seen_at < lifetime.idle and now - session.began_at < lifetime.most
