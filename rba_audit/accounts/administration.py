"""Administration of people: invite, reset, change and deactivate; and the accounts of a demonstration.

No mail is sent: a link is shown once, and the administrator hands it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from uuid import uuid4

from rba_audit.accounts.sessions import hash_secret, new_token
from rba_audit.accounts.validation import (
    plain_login,
    usable_area,
    usable_last_day,
    usable_login,
    usable_name,
    usable_role,
)
from rba_audit.days import CITY, now_utc
from rba_audit.errors import Forbidden, NotInRegister
from rba_audit.messages import Message, say
from rba_audit.passwords import hash_password
from rba_audit.permissions import Role, is_guest
from rba_audit.register import Register
from rba_audit.register.person_records import EVERYWHERE, Person

INVITATION_LASTS: Final = timedelta(days=7)
RESET_LASTS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that every demonstration has."""

    login: str
    name: str
    role: Role
    area: tuple[str, ...] = ()


DEMO_PASSWORD: Final = "taman untuk semua"  # noqa: S105  # shown on the page; a demonstration holds nothing to protect
DEMO_ACCOUNTS: Final = (
    DemoAccount("surveyor", "Sari", "surveyor", (EVERYWHERE,)),
    DemoAccount("surveyor-2", "Bayu", "surveyor", (EVERYWHERE,)),
    DemoAccount("reviewer", "Ratna", "reviewer"),
    DemoAccount("planner", "Putra", "planner"),
    DemoAccount("administrator", "Ayu", "administrator"),
)


def invite(
    register: Register,
    name: str,
    login: str,
    role: str,
    area: Sequence[str] = (),
    *,
    by: Person | None,
    at: datetime | None = None,
    valid_until: date | None = None,
) -> tuple[Person, str]:
    """Add a person and return them with the secret of a one-time link by which they set their password.

    `valid_until` is the last day on which a guest may sign in.

    Raises:
        Forbidden: the name, login, role, area or last day is invalid, or the login is taken; the message says which.
    """
    now = at or now_utc()
    person = Person(str(uuid4()), usable_login(login), usable_name(name), usable_role(role), (), active=True)
    if is_guest(person.role):
        person = replace(person, valid_until=usable_last_day(person.role, valid_until, now.astimezone(CITY).date()))
    else:
        person = replace(person, area=usable_area(register, area))
    register.people.add(person, None, now, _id(by))
    return person, _offer(register, person, INVITATION_LASTS, now, by)


def reset(
    register: Register, id: str, *, by: Person | None, at: datetime | None = None, seen: int | None = None
) -> str:
    """Void a person's password, sessions and earlier link, and return the secret of a new link.

    Raises:
        NotInRegister: there is no such person.
        Forbidden: the person may not sign in, or is the administrator who asks.
        Conflict: a link was made or a password set since line `seen` of the account log.
    """
    member = register.people.member(id)
    if by is not None and by.id == id:
        raise Forbidden(say("Change your own password under “My account”."))
    lasts = RESET_LASTS if member.joined else INVITATION_LASTS
    return _offer(register, member.person, lasts, at or now_utc(), by, seen)


def change_person(
    register: Register,
    id: str,
    *,
    name: str,
    role: str,
    area: Sequence[str],
    by: Person | None,
    at: datetime | None = None,
    seen: int | None = None,
    valid_until: date | None = None,
) -> Person:
    """Change a person's name, role, area and last day.

    Raises:
        NotInRegister: there is no such person.
        Forbidden: a value is invalid, or no administrator would be left.
        Conflict: one of these fields was changed since line `seen` of the account log.
    """
    now, new_role = at or now_utc(), usable_role(role)
    guest = is_guest(new_role)
    if not guest or valid_until != register.people.get(id).valid_until:  # a day that has passed meanwhile may stay
        valid_until = usable_last_day(new_role, valid_until, now.astimezone(CITY).date())
    return register.people.change(
        id,
        now,
        _id(by),
        seen=seen,
        name=usable_name(name),
        role=new_role,
        area=() if guest else usable_area(register, area),
        valid_until=valid_until,
    )


def set_active(
    register: Register,
    id: str,
    *,
    active: bool,
    by: Person | None,
    at: datetime | None = None,
    seen: int | None = None,
) -> Person:
    """Activate or deactivate a person: whether they may sign in.

    Raises:
        NotInRegister: there is no such person.
        Forbidden: no administrator would be left.
        Conflict: the person was activated or deactivated since line `seen` of the account log.
    """
    return register.people.change(id, at or now_utc(), _id(by), seen=seen, active=active)


def set_public_view(register: Register, *, on: bool, by: Person | None, at: datetime | None = None) -> None:
    """Switch the public view on or off: whether planners' pages can be read without signing in."""
    register.people.set_public_view(on, at or now_utc(), _id(by))


def find_by_login(register: Register, login: str) -> Person:
    """Return the person with this login.

    Raises:
        NotInRegister: no person has it.
    """
    account = register.people.known_by(plain_login(login))
    if account is None:
        raise NotInRegister(say("Nobody has the login {login}; `rba-audit people list` shows all.", login=login))
    return account[0]


def ensure_demo_people(register: Register) -> None:
    """Add the missing demonstration accounts; in a register without people, switch the public view on as well.

    A register that has any other person is not changed.
    """
    logins = {person.login for person in register.people.all()}
    if logins - {account.login for account in DEMO_ACCOUNTS}:
        return
    if not logins:
        register.people.set_public_view(True, now_utc(), None)
    for account in DEMO_ACCOUNTS:
        if account.login not in logins:
            person = Person(str(uuid4()), account.login, account.name, account.role, account.area, active=True)
            register.people.add(person, _demo_hash(), now_utc(), None)


def first_step(register: Register) -> Message | None:
    """Return the message how to make the first account; None if a person can sign in or has a valid link."""
    now = now_utc()
    if any(
        member.person.active and (member.joined or (member.link_until is not None and member.link_until > now))
        for member in register.people.members()
    ):
        return None
    return say(
        "Nobody has an account yet. Make the first one with: "
        "rba-audit people invite NAME --login LOGIN --role administrator"
    )


@cache
def _demo_hash() -> str:
    return hash_password(DEMO_PASSWORD)


def _offer(
    register: Register, person: Person, lasts: timedelta, at: datetime, by: Person | None, seen: int | None = None
) -> str:
    link = new_token()
    register.sessions.offer_link(person.id, hash_secret(link), at + lasts, at, _id(by), seen=seen)
    return link


def _id(person: Person | None) -> str | None:
    return None if person is None else person.id
