"""Authentication: with a password, or once by a link.

An unknown login and a wrong password give the same message, so that logins cannot be enumerated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rba_audit.accounts.households import household
from rba_audit.accounts.sessions import IN_THE_FIELD, expiry_words, hash_secret, new_session, new_token
from rba_audit.accounts.validation import plain_login
from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister
from rba_audit.messages import Message, say
from rba_audit.passwords import hash_password, is_outdated, password_weakness, verify_password
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.sessions import RateLimit

FAILURES_PER_LOGIN: Final = 5
"""For one login from one address, per `FAILURE_WINDOW`; a person who mistypes notices earlier."""
FAILURES_PER_DAY: Final = 20
"""For one login from one address, per day: a hundred addresses get 500 guesses in the first quarter of an hour, and 2,000 a day."""
FAILURES_PER_DEVICE: Final = 10
"""Per hour, in a known browser: one in which the owner of the login signed in before. Failures elsewhere do not count there."""
FAILURES_PER_ADDRESS: Final = 40
"""For all logins from one address, per `FAILURE_WINDOW`; a whole office or village may share one, and all its users mistype."""
FAILURE_WINDOW: Final = timedelta(minutes=15)
"""Long enough to make guessing hopeless, short enough for a surveyor to wait at the gate of a park."""

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
DEVICE_LASTS: Final = timedelta(days=365)
"""How long a browser remains a known browser after its owner last signed in with it."""

_MOST_NAMED: Final = 3
"""How many administrators the message for a deactivated account names."""
_WRONG: Final = say("This login and password do not belong together; check both and try again.")
_VOID: Final = say(
    "This link does not work any more: it was used, replaced, or is too old. If you have set a password, sign in with it; "
    "if not, ask an administrator for a new link."
)


@dataclass(frozen=True, slots=True)
class SignInResult:
    """A successful sign-in: the person, the token of the session, and the token of the known browser (`device`)."""

    person: Person
    token: str
    device: str


@dataclass(frozen=True, slots=True)
class SignInProblem:
    """A failed sign-in and its message.

    Attributes:
        retry_after_s: Seconds until the next attempt is allowed; 0 where waiting does not help.
        kept_out: Whether the password is right and the account deactivated: then the page also says what becomes of
            the work on the phone.
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
    """Sign in a person by login and password.

    Failures are counted per (login, address) and per address, so that a user is not locked out by attempts from
    another address. In a known browser of the owner of the login (`device`), only the failures of that browser count.
    """
    now = at or now_utc()
    name = plain_login(login)
    subscriber = household(address)
    whose = hash_secret(f"login {name} from {subscriber}")
    account = register.people.known_by(name)
    owner = register.sessions.owner_of_device(hash_secret(device))
    if account is not None and owner == account[0].id:
        whose = hash_secret(f"device {device}")
        limits: tuple[RateLimit, ...] = (RateLimit(whose, FAILURES_PER_DEVICE, _HOUR),)
    else:
        device = ""
        limits = (
            RateLimit(whose, FAILURES_PER_LOGIN, FAILURE_WINDOW),
            RateLimit(whose, FAILURES_PER_DAY, _DAY),
            RateLimit(hash_secret(f"address {subscriber}"), FAILURES_PER_ADDRESS, FAILURE_WINDOW),
        )
    attempt = register.sessions.attempt(limits, _DAY, now)
    if attempt.held_until is not None:
        return _too_often(attempt.held_until, now)
    stored = account[1] if account is not None else None
    right = verify_password(stored, password) and account is not None
    if not right or account is None or stored is None or not account[0].active:
        # Also logged for an unknown login: otherwise the timing would reveal which logins exist.
        register.sessions.note_failure(account[0].id if account else None, now)
        # The attempt stays counted, so that a deactivated person has no more attempts than one with a wrong password.
        return _kept_out(register) if right and account is not None and not account[0].active else SignInProblem(_WRONG)
    person = account[0]
    ended = expiry_words(person, now)
    if ended is not None:
        register.sessions.note_failure(person.id, now)
        return SignInProblem(ended)
    register.sessions.withdraw_attempts(attempt.counted, whose)
    register.sessions.forget(now - IN_THE_FIELD.idle)
    if is_outdated(stored):
        renewed = hash_password(password)
        register.people.renew_hash(person.id, stored, renewed)
        stored = renewed
    token = new_token()
    if not register.sessions.begin(new_session(agent, now), hash_secret(token), person.id, stored):
        return SignInProblem(_WRONG)
    return SignInResult(person, token, _remembered(register, person, device, now))


def _kept_out(register: Register) -> SignInProblem:
    """Return the problem of a deactivated person who gave the right password: whom to ask, and what to do with unsent work."""
    administrators = [person.name for person in register.people.all() if person.active and person.may("administer")]
    named = ", ".join(administrators[:_MOST_NAMED])
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
    """Set a new password and end all other sessions; return the message if that is refused, else None."""
    now = at or now_utc()
    # Counted apart from signing in: failed sign-ins of others must not stop a signed-in person from changing the password.
    whose = hash_secret(f"password of {person.login}")
    # Limited as well: a person who finds a phone signed in must not be able to guess the old password here.
    attempt = register.sessions.attempt((RateLimit(whose, FAILURES_PER_LOGIN, FAILURE_WINDOW),), _DAY, now)
    if attempt.held_until is not None:
        return _too_often(attempt.held_until, now).message
    account = register.people.known_by(person.login)
    stored = None if account is None else account[1]
    if not verify_password(stored, old) or stored is None:
        return say("The password you use now is another one; type it again.")
    register.sessions.withdraw_attempts(attempt.counted, whose)
    weak = password_weakness(new, person.login, person.name)
    if weak is not None:
        return weak
    if not register.people.set_password(person.id, stored, hash_password(new), hash_secret(token), now):
        return say("The password was changed elsewhere meanwhile; type it again.")
    return None


def invited_person(register: Register, link: str, at: datetime | None = None) -> Person:
    """Return the person whom a one-time link is for.

    Raises:
        NotInRegister: the link is unknown, used, replaced or expired.
    """
    person = register.sessions.offered(hash_secret(link), at or now_utc())
    if person is None:
        raise NotInRegister(_VOID)
    return person


def accept_link(
    register: Register, link: str, password: str, agent: str = "", at: datetime | None = None
) -> SignInResult | SignInProblem:
    """Set the password of the person whom a one-time link is for, and sign them in.

    Raises:
        NotInRegister: the link is unknown, used, replaced or expired.
    """
    now = at or now_utc()
    person = invited_person(register, link, now)
    problem = expiry_words(person, now) or password_weakness(password, person.login, person.name)
    if problem is not None:
        return SignInProblem(problem)
    token = new_token()
    joined = register.sessions.use_link(
        hash_secret(link), hash_password(password), new_session(agent, now), hash_secret(token)
    )
    if joined is None:
        raise NotInRegister(_VOID)
    return SignInResult(joined, token, _remembered(register, joined, "", now))


def forget_device(register: Register, device: str) -> None:
    """Delete a known browser: sign-in attempts there are counted like those of any other browser again."""
    if device:
        register.sessions.forget_device(hash_secret(device))


def _remembered(register: Register, person: Person, device: str, now: datetime) -> str:
    """Return the token of a known browser: the one it has, or a new one."""
    token = device or new_token()
    register.sessions.remember_device(hash_secret(token), person.id, now, now - DEVICE_LASTS)
    return token


def _too_often(held_until: datetime, now: datetime) -> SignInProblem:
    wait = max(held_until - now, timedelta(seconds=1))
    minutes = -(-wait // timedelta(minutes=1))
    return SignInProblem(
        say("Too many attempts failed. Try again in {minutes} min.", minutes=minutes),
        -(-wait // timedelta(seconds=1)),
    )
