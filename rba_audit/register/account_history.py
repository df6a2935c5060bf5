"""What a person was allowed at earlier moments: their role, area and standing, rebuilt from the log of accounts.

A log that does not lead to what the person is now says nothing: whoever asks is told that it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
}
"""Which field of a person a line of the log is about."""
LINK_EVENTS: Final = frozenset({"link_made", "reset", "joined", "password_changed"})
"""The lines of the log after which a one-time link, or the password, is another one."""
STATE_EVENTS: Final = frozenset({"added", "role", "area", "deactivated", "let_in", "erased"})
_ARROW: Final = " → "
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class AccountPeriod:
    """What a person was from `since` until the next standing: role, area and whether they might come in are of then."""

    since: datetime
    person: Person


def change_words(old: str, new: str) -> str:
    """Return the detail of a line of the log that tells of a change."""
    return f"{old}{_ARROW}{new}"


def area_words(area: Iterable[str]) -> str:
    """Return an area as the log has it: each entry without blanks, so that it can be read back."""
    return " ".join(entry.replace("%", "%25").replace(" ", "%20") for entry in area)


def area_or_nothing(area: Iterable[str]) -> str:
    """Return an area as the log has it, with a sign where there is none."""
    return area_words(area) or _NOTHING


def account_periods(now: Person, events: Sequence[AccountEvent]) -> tuple[AccountPeriod, ...]:
    """Return what a person was, the first standing first; nothing where the log does not lead to what they are now.

    `events` are all lines about this person of the kinds in `STANDINGS`, the first one first.
    """
    found: list[AccountPeriod] = []
    for event in events:
        before = found[-1].person if found else None
        after = _added(now, event) if before is None else _changed(before, event)
        if after is None:
            return ()
        found.append(AccountPeriod(event.at, after))
    if not found or replace(found[-1].person, name=now.name, login=now.login) != now:
        return ()
    return tuple(found)


def account_at(history: Sequence[AccountPeriod], at: datetime) -> Person | None:
    """Return what a person was at a moment; None before they had an account, or where it is not known."""
    return next((each.person for each in reversed(history) if each.since <= at), None)


def _added(now: Person, event: AccountEvent) -> Person | None:
    if event.what != "added":
        return None
    role, _, area = event.detail.partition(" ")
    return replace(now, role=_role(role), area=_area(area), active=True)


def _changed(before: Person, event: AccountEvent) -> Person | None:
    """Return a person after a line of the log; None where it does not begin at what they were."""
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
    # One that there is not never equals that of now, so that nothing is taken from it.
    return cast("Role", text if text in ROLES else "")


def _area(text: str) -> tuple[str, ...]:
    entries = () if text == _NOTHING else text.split(" ") if text else ()
    return tuple(unquote(entry) if entry.startswith(SITE_AREA_PREFIX) else entry for entry in entries)
