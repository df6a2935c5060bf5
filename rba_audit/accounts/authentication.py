"""Coming in: with a password, or once by a link.

Whoever asks is told the same about a login that is not known as about one whose password is wrong.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rba_audit.accounts.sessions import IN_THE_FIELD, hash_secret, new_session, new_token
from rba_audit.accounts.validation import plain_login
from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister
from rba_audit.messages import Message, say
from rba_audit.passwords import hash_password, is_outdated, password_weakness, verify_password
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.sessions import RateLimit

FAILURES_PER_LOGIN: Final = 5
"""For one login from one address; a person who mistypes notices earlier."""
FAILURES_PER_DAY: Final = 20
"""For one login from one address in a day: a hundred addresses get 500 guesses in the first quarter of an hour, and 2,000 a day."""
FAILURES_PER_DEVICE: Final = 10
"""In an hour, in a browser that its owner signed in with before: what others mistype elsewhere does not count there."""
FAILURES_PER_ADDRESS: Final = 40
"""For one that tries many logins from one place; a whole office or village may share an address, and each of them mistypes."""
FAILURE_WINDOW: Final = timedelta(minutes=15)
"""Long enough to make guessing hopeless, short enough for a surveyor to wait at the gate of a park."""

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
DEVICE_LASTS: Final = timedelta(days=365)
"""How long a browser is known after its owner last signed in with it."""

_MOST_NAMED: Final = 3
"""Administrators whom somebody is told to ask."""
_IPV6_HOUSEHOLD: Final = 64  # bits: a subscriber has all addresses that begin with them
_WRONG: Final = say("This login and password do not belong together; check both and try again.")
_VOID: Final = say(
    "This link does not work any more: it was used, replaced, or is too old. If you have set a password, sign in with it; "
    "if not, ask an administrator for a new link."
)


@dataclass(frozen=True, slots=True)
class SignInResult:
    """Who signed in, the token that their browser is to show from now on, and the one by which it is known next time."""

    person: Person
    token: str
    device: str


@dataclass(frozen=True, slots=True)
class SignInProblem:
    """Why somebody may not come in, and after how many seconds they may try again, if that is a matter of time.

    Attributes:
        kept_out: Whether they gave the right password and are kept out: then they are told what becomes of their work.
    """

    message: Message
    retry_after_s: int = 0
    kept_out: bool = False


def sign_in(
    register: Register,
    login: str,
    password: str,
    address: str,
    agent: str = "",
    at: datetime | None = None,
    *,
    device: str = "",
) -> SignInResult | SignInProblem:
    """Let somebody in who knows the password of a login.

    Failures are counted for the login and the address together, and for the address: nobody keeps another out from
    elsewhere. In a browser that the owner of the login signed in with before (`device`), only its own failures count.
    """
    now = at or now_utc()
    name = plain_login(login)
    household = _household(address)
    whose = hash_secret(f"login {name} from {household}")
    known = register.people.known_by(name)
    owner = register.sessions.owner_of_device(hash_secret(device))
    if known is not None and owner == known[0].id:
        whose = hash_secret(f"device {device}")
        limits: tuple[RateLimit, ...] = (RateLimit(whose, FAILURES_PER_DEVICE, _HOUR),)
    else:
        device = ""
        limits = (
            RateLimit(whose, FAILURES_PER_LOGIN, FAILURE_WINDOW),
            RateLimit(whose, FAILURES_PER_DAY, _DAY),
            RateLimit(hash_secret(f"address {household}"), FAILURES_PER_ADDRESS, FAILURE_WINDOW),
        )
    attempt = register.sessions.attempt(limits, _DAY, now)
    if attempt.held_until is not None:
        return _too_often(attempt.held_until, now)
    kept = known[1] if known is not None else None
    right = verify_password(kept, password) and known is not None
    if not right or known is None or kept is None or not known[0].active:
        # A line for a login that nobody has, too: else the time it takes would tell.
        register.sessions.note_failure(known[0].id if known else None, now)
        # The attempt stays counted: who is kept out has no more tries than who mistypes.
        return _kept_out(register) if right and known is not None and not known[0].active else SignInProblem(_WRONG)
    person = known[0]
    register.sessions.withdraw_attempts(attempt.counted, whose)
    register.sessions.forget(now - IN_THE_FIELD.idle)
    if is_outdated(kept):
        renewed = hash_password(password)
        register.people.renew_hash(person.id, kept, renewed)
        kept = renewed
    token = new_token()
    if not register.sessions.begin(new_session(agent, now), hash_secret(token), person.id, kept):
        return SignInProblem(_WRONG)
    return SignInResult(person, token, _remembered(register, person, device, now))


def _kept_out(register: Register) -> SignInProblem:
    """Return what a person is told who is kept out and has shown by their password who they are."""
    chiefs = [each.name for each in register.people.all() if each.active and each.may("administer")]
    named = ", ".join(chiefs[:_MOST_NAMED])
    return SignInProblem(
        say(
            "Your password is right, but an administrator keeps this account out. Ask: {names}. What waits on this phone is not lost: "
            "save it as a ZIP file and give it to a colleague or an administrator, who hands it over under “My work”.",
            names=named or "–",
        ),
        kept_out=True,
    )


def change_password(
    register: Register, person: Person, token: str, old: str, new: str, at: datetime | None = None
) -> Message | None:
    """Set another password and end all other sessions; return why not, None where it was done."""
    now = at or now_utc()
    # Counted apart from signing in: what others try outside keeps nobody from changing a password inside.
    whose = hash_secret(f"password of {person.login}")
    # Somebody who found a phone signed in must not be able to guess here either.
    attempt = register.sessions.attempt((RateLimit(whose, FAILURES_PER_LOGIN, FAILURE_WINDOW),), _DAY, now)
    if attempt.held_until is not None:
        return _too_often(attempt.held_until, now).message
    known = register.people.known_by(person.login)
    kept = None if known is None else known[1]
    if not verify_password(kept, old) or kept is None:
        return say("The password you use now is another one; type it again.")
    register.sessions.withdraw_attempts(attempt.counted, whose)
    weak = password_weakness(new, person.login, person.name)
    if weak is not None:
        return weak
    if not register.people.set_password(person.id, kept, hash_password(new), hash_secret(token), now):
        return say("The password was changed elsewhere meanwhile; type it again.")
    return None


def invited_person(register: Register, link: str, at: datetime | None = None) -> Person:
    """Return whom a link lets in.

    Raises:
        NotInRegister: it does not work, or no longer.
    """
    found = register.sessions.offered(hash_secret(link), at or now_utc())
    if found is None:
        raise NotInRegister(_VOID)
    return found


def accept_link(
    register: Register, link: str, password: str, agent: str = "", at: datetime | None = None
) -> SignInResult | SignInProblem:
    """Set the password of whoever holds this link and sign them in; it works once.

    Raises:
        NotInRegister: it does not work, or no longer.
    """
    now = at or now_utc()
    person = invited_person(register, link, now)
    weak = password_weakness(password, person.login, person.name)
    if weak is not None:
        return SignInProblem(weak)
    token = new_token()
    joined = register.sessions.use_link(
        hash_secret(link), hash_password(password), new_session(agent, now), hash_secret(token)
    )
    if joined is None:
        raise NotInRegister(_VOID)
    return SignInResult(joined, token, _remembered(register, joined, "", now))


def forget_device(register: Register, device: str) -> None:
    """Forget a browser; whoever signs in there next is treated like anybody else."""
    if device:
        register.sessions.forget_device(hash_secret(device))


def _remembered(register: Register, person: Person, device: str, now: datetime) -> str:
    """Return the token by which a browser is known from now on: the one it has, or a new one."""
    known = device or new_token()
    register.sessions.remember_device(hash_secret(known), person.id, now, now - DEVICE_LASTS)
    return known


def _too_often(held_until: datetime, now: datetime) -> SignInProblem:
    wait = max(held_until - now, timedelta(seconds=1))
    minutes = -(-wait // timedelta(minutes=1))
    return SignInProblem(
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
