"""Sessions: whose browser this is, for how long, and where else somebody is signed in.

Nothing here asks for a password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from rba_audit.days import now_utc
from rba_audit.errors import Forbidden
from rba_audit.messages import say
from rba_audit.permissions import Role, works_in_field
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.sessions import Session

_BYTES: Final = 32  # 256 bits: nobody guesses one
_SEEN_EVERY: Final = timedelta(minutes=5)  # a write for each page would wear out small disks


@dataclass(frozen=True, slots=True)
class SessionLifetime:
    """How long a session holds: without being used, and at most."""

    idle: timedelta
    most: timedelta


IN_THE_FIELD: Final = SessionLifetime(timedelta(days=14), timedelta(days=60))
"""Surveyors work for days without signal, and must not find themselves signed out with a full queue."""
AT_A_DESK: Final = SessionLifetime(timedelta(hours=12), timedelta(days=14))


def lifetime_of(role: Role) -> SessionLifetime:
    """Return how long the sessions of people with this role hold."""
    return IN_THE_FIELD if works_in_field(role) else AT_A_DESK


def person_of(register: Register, token: str, at: datetime | None = None) -> Person | None:
    """Return whose session this token opens; None where it opens none, or none any more."""
    now = at or now_utc()
    found = register.sessions.find(hash_secret(token))
    if found is None or not _holds(found.session, found.person.role, now):
        return None
    if now - found.session.seen_at >= _SEEN_EVERY:
        register.sessions.record_seen(found.session.id, now)
    return found.person


def is_open_session(register: Register, token: str, at: datetime | None = None) -> bool:
    """Tell whether this token opens a session now; nothing is written, so that it may be asked before a request is read."""
    found = register.sessions.find(hash_secret(token))
    return found is not None and _holds(found.session, found.person.role, at or now_utc())


def session_of(register: Register, token: str) -> Session | None:
    """Return the session that this token opens."""
    found = register.sessions.find(hash_secret(token))
    return None if found is None else found.session


def sessions_of(register: Register, person: Person, at: datetime | None = None) -> list[Session]:
    """Return where a person is signed in, the session seen last first."""
    now = at or now_utc()
    return [each for each in register.sessions.for_person(person.id) if _holds(each, person.role, now)]


def begin_session(register: Register, person: Person, agent: str = "", at: datetime | None = None) -> str:
    """Sign in somebody who has shown otherwise who they are, and return the token.

    Raises:
        NotAllowed: they may not come in.
    """
    known = register.people.known_by(person.login)
    token = new_token()
    kept = None if known is None else known[1]
    if not register.sessions.begin(new_session(agent, at), hash_secret(token), person.id, kept):
        raise Forbidden(say("{name} may not come in; let them in again first.", name=person.name))
    return token


def sign_out(register: Register, token: str, at: datetime | None = None) -> None:
    """End the session of a token; from now on it opens nothing."""
    register.sessions.end(hash_secret(token), at or now_utc())


def end_session(register: Register, person: Person, id: str, at: datetime | None = None) -> bool:
    """End one of a person's sessions; False where they have none with this id."""
    return register.sessions.end_one(person.id, id, at or now_utc())


def end_other_sessions(register: Register, person: Person, token: str, at: datetime | None = None) -> int:
    """End all sessions of a person but the one of `token`, and return how many there were."""
    return register.sessions.end_others(person.id, hash_secret(token), at or now_utc())


def new_token() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret."""
    # A token of 256 random bits needs no slow hash; surrogates, which a cookie may hold, must not stop us.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_session(agent: str, at: datetime | None) -> Session:
    """Return a session that begins at `at`, or now."""
    now = at or now_utc()
    return Session(str(uuid4()), now, now, agent)


def _holds(session: Session, role: Role, now: datetime) -> bool:
    lifetime = lifetime_of(role)
    return now - session.seen_at < lifetime.idle and now - session.began_at < lifetime.most
