"""Records of people with an account, and of events in the account log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row

from rba_audit.permissions import Permission, Role, is_guest, may
from rba_audit.register.erasure import LOGIN as ERASED
from rba_audit.sites import Site

EVERYWHERE: Final = "*"
SITE_AREA_PREFIX: Final = "site:"
"""Prefix of an entry of a work area that names one site."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account.

    Attributes:
        id: A UUID that never changes.
        login: What they sign in with: an e-mail address or a short name, case-folded.
        name: Their name.
        role: Their role; see `permissions`.
        area: Work area of a surveyor: codes of kelurahan or of larger areas, `site:<id>`, or `*` for everywhere.
        active: Whether they may sign in.
        valid_until: The last day on which they may sign in; None without an end, which a guest cannot have.
    """

    id: str
    login: str
    name: str
    role: Role
    area: tuple[str, ...]
    active: bool
    valid_until: date | None = None

    @property
    def erased(self) -> bool:
        """Whether they were erased; this is permanent."""
        return self.login.startswith(ERASED)

    def may(self, permission: Permission) -> bool:
        """Return whether their role includes a permission."""
        return may(self.role, permission)

    def expired(self, day: date) -> bool:
        """Return whether their account has ended before a day; that of a guest without a last day has."""
        return is_guest(self.role) if self.valid_until is None else day > self.valid_until

    def covers(self, site: Site) -> bool:
        """Return whether a site is in this person's work area; always True for roles that reach all sites."""
        if self.may("reach_all_sites") or EVERYWHERE in self.area:
            return True
        # The trailing dots prevent 36.7 from covering 36.73.
        within = f"{site.kelurahan_code}." if site.kelurahan_code else ""
        return any(
            entry == f"{SITE_AREA_PREFIX}{site.id}"
            if entry.startswith(SITE_AREA_PREFIX)
            else within.startswith(f"{entry}.")
            for entry in self.area
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A person as an administrator sees them.

    Attributes:
        person: The person.
        joined: Whether they have set a password.
        link_until: When their one-time link expires; None if there is none, or it was used.
        last_seen: When they last used one of their current sessions; None if they have none.
    """

    person: Person
    joined: bool
    link_until: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """An event in the account log: its number, time, actor (None: the command line), the person it is about, and its kind."""

    seq: int
    at: datetime
    actor: str | None
    person: str | None
    what: str
    detail: str


def person_of_row(row: Row[Any]) -> Person:
    """Return the person of a row.

    Raises:
        ValueError: the work area is not a list of texts, or the last day is no day.
    """
    area = json.loads(row.area)
    if not isinstance(area, list) or not all(isinstance(entry, str) for entry in area):
        raise ValueError("this is no area")
    until = None if row.valid_until is None else date.fromisoformat(row.valid_until)
    return Person(row.id, row.login, row.name, row.role, tuple(area), bool(row.active), until)
