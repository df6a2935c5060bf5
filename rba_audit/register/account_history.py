"""Role, work area and status of a person at earlier times, rebuilt from the account log.

If the log does not lead to the person's current data, the history is unknown and the result is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, cast
from urllib.parse import unquote

from rba_audit.permissions import ROLES, Role
from rba_audit.register.person_records import SITE_AREA_PREFIX, AccountEvent, Person

EVENT_FIELDS: Final = {
    "renamed": "name",
    "role": "role",
    "area": "area",
    "deactivated": "active",
    "let_in": "active",
    "valid_until": "valid_until",
}
"""The field of a person that an event of the log changes, by the kind of the event."""
LINK_EVENTS: Final = frozenset({"link_made", "reset", "joined", "password_changed"})
"""Events after which the one-time link or the password of a person is a different one."""
STATE_EVENTS: Final = frozenset({"added", "role", "area", "deactivated", "let_in", "erased"})
_ARROW: Final = " → "
_EMPTY: Final = "–"


@dataclass(frozen=True, slots=True)
class AccountPeriod:
    """A person from `since` until the next period, with the role, work area and active flag of that time."""

    since: datetime
    person: Person


def change_words(old: str, new: str) -> str:
    """Return the detail of a log event about a change: old and new value with an arrow between them."""
    return f"{old}{_ARROW}{new}"


def area_words(area: Iterable[str]) -> str:
    """Return a work area as the log stores it: entries with blanks escaped, separated by a blank."""
    return " ".join(entry.replace("%", "%25").replace(" ", "%20") for entry in area)


def area_or_nothing(area: Iterable[str]) -> str:
    """Return a work area as the log stores it; an en dash if it is empty."""
    return area_words(area) or _EMPTY


def day_or_nothing(day: date | None) -> str:
    """Return a day as the log stores it; an en dash without one."""
    return _EMPTY if day is None else day.isoformat()


def account_periods(now: Person, events: Sequence[AccountEvent]) -> tuple[AccountPeriod, ...]:
    """Return the periods of a person, oldest first; none if the log does not lead to the current data `now`.

    `events` are all events about this person of the kinds in `STATE_EVENTS`, oldest first.
    """
    periods: list[AccountPeriod] = []
    for event in events:
        before = periods[-1].person if periods else None
        after = _added(now, event) if before is None else _changed(before, event)
        if after is None:
            return ()
        periods.append(AccountPeriod(event.at, after))
    if not periods or replace(periods[-1].person, name=now.name, login=now.login) != now:
        return ()
    return tuple(periods)


def account_at(history: Sequence[AccountPeriod], at: datetime) -> Person | None:
    """Return a person as of a time; None before they had an account, or if the history is unknown."""
    return next((period.person for period in reversed(history) if period.since <= at), None)


def _added(now: Person, event: AccountEvent) -> Person | None:
    if event.what != "added":
        return None
    role, _, area = event.detail.partition(" ")
    return replace(now, role=_role(role), area=_area(area), active=True)


def _changed(before: Person, event: AccountEvent) -> Person | None:
    """Return a person after an event of the log; None if its old value differs from that of `before`."""
    old, arrow, new = event.detail.partition(_ARROW)
    match event.what:
        case "role" if arrow and old == before.role:
            return replace(before, role=_role(new))
        case "area" if arrow and _area(old) == before.area:
            return replace(before, area=_area(new))
        case "deactivated":
            return replace(before, active=False)
        case "let_in":
            return replace(before, active=True)
        case "erased":
            return replace(before, area=(), active=False)
        case _:
            return None


def _role(text: str) -> Role:
    # An unknown role becomes empty. It never equals the current role, so `account_periods` returns nothing.
    return cast("Role", text if text in ROLES else "")


def _area(text: str) -> tuple[str, ...]:
    entries = () if text == _EMPTY else text.split(" ") if text else ()
    return tuple(unquote(entry) if entry.startswith(SITE_AREA_PREFIX) else entry for entry in entries)
