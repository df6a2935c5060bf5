"""Coming in: with a password, or once by a link.

Whoever asks is told the same about a login that is not known as about one whose password is wrong.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from rba_audit.accounts.logins import plain_login
from rba_audit.accounts.sessions import IN_THE_FIELD, hashed, new_session, new_token
from rba_audit.errors import NotInRegister
from rba_audit.passwords import hash_password, is_outdated, matches, weakness
from rba_audit.register import Register
from rba_audit.register.people import Person
from rba_audit.words import Message, say

FAILURES_PER_LOGIN: Final = 5
"""A person who mistypes notices earlier; a program that guesses gets 480 guesses a day."""
FAILURES_PER_ADDRESS: Final = 40
"""For one that tries many logins from one place; a whole office or village may share an address, and each of them mistypes."""
FAILURE_WINDOW: Final = timedelta(minutes=15)
"""Long enough to make guessing hopeless, short enough for a surveyor to wait at the gate of a park."""

_IPV6_HOUSEHOLD: Final = 64  # bits: a subscriber has all addresses that begin with them
_WRONG: Final = say("This login and password do not belong together; check both and try again.")
_VOID: Final = say(
    "This link does not work any more: it was used, replaced, or is too old. If you have set a password, sign in with it; "
    "if not, ask an administrator for a new link."
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and the token that their browser is to show from now on."""

    person: Person
    token: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why somebody may not come in, and after how many seconds they may try again, if that is a matter of time."""

    told: Message
    retry_after_s: int = 0


def sign_in(
    register: Register, login: str, password: str, address: str, agent: str = "", at: datetime | None = None
) -> SignedIn | Refused:
    """Let somebody in who knows the password of a login; failures are counted for the login and for the address."""
    now = at or datetime.now(UTC)
    name = plain_login(login)
    whose = hashed(f"login {name}")
    limits = ((whose, FAILURES_PER_LOGIN), (hashed(f"address {_household(address)}"), FAILURES_PER_ADDRESS))
    attempt = register.sessions.attempt(limits, now - FAILURE_WINDOW, now)
    if attempt.held_by is not None:
        return _too_often(attempt.held_by, now)
    known = register.people.known_by(name)
    kept = known[1] if known is not None and known[0].active else None
    if not matches(kept, password) or known is None or kept is None:
        # A line for a login that nobody has, too: else the time it takes would tell.
        register.sessions.note_failure(known[0].id if known else None, now)
        return Refused(_WRONG)
    person = known[0]
    register.sessions.take_back(attempt.counted, whose)
    register.sessions.forget(now - IN_THE_FIELD.idle)
    if is_outdated(kept):
        renewed = hash_password(password)
        register.people.renew_hash(person.id, kept, renewed)
        kept = renewed
    token = new_token()
    if not register.sessions.begin(new_session(agent, now), hashed(token), person.id, kept):
        return Refused(_WRONG)
    return SignedIn(person, token)


def change_password(
    register: Register, person: Person, token: str, old: str, new: str, at: datetime | None = None
) -> Message | None:
    """Set another password and end all other sessions; return why not, None where it was done."""
    now = at or datetime.now(UTC)
    whose = hashed(f"login {person.login}")
    # Somebody who found a phone signed in must not be able to guess here either.
    attempt = register.sessions.attempt(((whose, FAILURES_PER_LOGIN),), now - FAILURE_WINDOW, now)
    if attempt.held_by is not None:
        return _too_often(attempt.held_by, now).told
    known = register.people.known_by(person.login)
    kept = None if known is None else known[1]
    if not matches(kept, old) or kept is None:
        return say("The password you use now is another one; type it again.")
    register.sessions.take_back(attempt.counted, whose)
    weak = weakness(new, person.login, person.name)
    if weak is not None:
        return weak
    if not register.people.set_password(person.id, kept, hash_password(new), hashed(token), now):
        return say("The password was changed elsewhere meanwhile; type it again.")
    return None


def offered(register: Register, link: str, at: datetime | None = None) -> Person:
    """Return whom a link lets in.

    Raises:
        NotInRegister: it does not work, or no longer.
    """
    found = register.sessions.offered(hashed(link), at or datetime.now(UTC))
    if found is None:
        raise NotInRegister(_VOID)
    return found


def join(
    register: Register, link: str, password: str, agent: str = "", at: datetime | None = None
) -> SignedIn | Refused:
    """Set the password of whoever holds this link and sign them in; it works once.

    Raises:
        NotInRegister: it does not work, or no longer.
    """
    now = at or datetime.now(UTC)
    person = offered(register, link, now)
    weak = weakness(password, person.login, person.name)
    if weak is not None:
        return Refused(weak)
    token = new_token()
    joined = register.sessions.use_link(hashed(link), hash_password(password), new_session(agent, now), hashed(token))
    if joined is None:
        raise NotInRegister(_VOID)
    return SignedIn(joined, token)


def _too_often(held_by: datetime, now: datetime) -> Refused:
    wait = max(held_by + FAILURE_WINDOW - now, timedelta(seconds=1))
    minutes = -(-wait // timedelta(minutes=1))
    return Refused(
        say("Too many attempts failed. Try again in {minutes} min.", minutes=minutes),
        -(-wait // timedelta(seconds=1)),
    )


def _household(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _IPV6_HOUSEHOLD), strict=False))
