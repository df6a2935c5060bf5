"""Who a person with an account is, and one line of the log of accounts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from rba_audit.permissions import Permission, Role, may
from rba_audit.register.erasure import LOGIN as ERASED
from rba_audit.sites import Site

EVERYWHERE: Final = "*"
SITE_AREA_PREFIX: Final = "site:"
"""What an entry of an area begins with when it names one site."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account.

    Attributes:
        id: A UUID that never changes.
        login: What they sign in with: an e-mail address or a short name, case-folded.
        name: What people call them.
        role: What they may do; see `permissions`.
        area: Where a surveyor works: codes of kelurahan or what lies above, `site:<id>`, or `*` for everywhere.
        active: Whether they may come in.
    """

    id: str
    login: str
    name: str
    role: Role
    area: tuple[str, ...]
    active: bool

    @property
    def erased(self) -> bool:
        """Whether their name was taken out of the register; they never come back."""
        return self.login.startswith(ERASED)

    def may(self, permission: Permission) -> bool:
        """Return whether their role includes something; see `permissions`."""
        return may(self.role, permission)

    def covers(self, site: Site) -> bool:
        """Return whether a site lies in this person's area; roles that reach all sites have none."""
        if self.may("reach_all_sites") or EVERYWHERE in self.area:
            return True
        # The dots keep 36.7 from covering 36.73.
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
        person: Who it is.
        joined: Whether they have a password.
        link_until: When the link that was made for them ends; None where there is none, or it was used.
        last_seen: When they were last here; None where they are signed in nowhere.
    """

    person: Person
    joined: bool
    link_until: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One line of the log: its number, when, by whom (None: the command line), about whom, and what."""

    seq: int
    at: datetime
    actor: str | None
    person: str | None
    what: str
    detail: str


def person_of_row(row: Row[Any]) -> Person:
    """Return the person that a row of the table tells of."""
    area = json.loads(row.area)
    if not isinstance(area, list) or not all(isinstance(entry, str) for entry in area):
        raise ValueError("this is no area")
    return Person(row.id, row.login, row.name, row.role, tuple(area), bool(row.active))
