"""Account log in words, and the changes that another user made to a person while a form was open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from flask import request

from rba_audit.errors import Conflict
from rba_audit.messages import Message, format_day, say
from rba_audit.permissions import ROLE_WORDS
from rba_audit.register import Register
from rba_audit.register.account_history import EVENT_FIELDS
from rba_audit.register.person_records import EVERYWHERE, AccountEvent, Person
from rba_audit.web.http.formatting import format_moment

_LONGEST_NUMBER: Final = 18
_EVENT_WORDS: Final[Mapping[str, Message]] = {
    "added": say("account made"),
    "link_made": say("one-time link made"),
    "reset": say("password and sessions voided, one-time link made"),
    "joined": say("came in by the link and set a password"),
    "password_changed": say("password changed"),
    "signed_in": say("signed in"),
    "signed_out": say("signed out"),
    "sign_in_failed": say("sign-in failed"),
    "session_ended": say("one session ended"),
    "sessions_ended": say("all other sessions ended"),
    "renamed": say("name changed"),
    "role": say("role changed"),
    "area": say("area changed"),
    "deactivated": say("kept out from now on"),
    "erased": say("erased on request"),
    "let_in": say("let in again"),
    "valid_until": say("last day changed"),
    "restored": say("register restored from a backup"),
    "public_view_on": say("public view switched on"),
    "public_view_off": say("public view switched off"),
    "shared_link_made": say("read-only link made"),
    "shared_link_ended": say("read-only link ended"),
}


_FIELD_WORDS: Final[Mapping[str, Message]] = {
    "name": say("Name"),
    "role": say("Role"),
    "area": say("Working area"),
    "active": say("Coming in"),
    "valid_until": say("Last day"),
    "password": say("Password"),
}


@dataclass(frozen=True, slots=True)
class AccountLogEntry:
    """One line of the account log, in words."""

    when: str
    what: str
    about: str
    by: str
    detail: str


@dataclass(frozen=True, slots=True)
class ConcurrentChange:
    """A field that another user changed while the form was open.

    Attributes:
        field: Its label.
        now: The stored value, in words.
        typed: The value in the form, in words; empty if the form does not have the field.
        lines: The lines of the account log about these changes.
    """

    field: str
    now: str
    typed: str
    lines: tuple[AccountLogEntry, ...]


def seen_line() -> int:
    """Return the number of the last account log line when the form was opened; 0 if the form states none."""
    text = request.form.get("seq", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else 0


def meanwhile_of(
    register: Register, someone: Person, given: Mapping[str, Any], overtaken: Conflict
) -> tuple[ConcurrentChange, ...]:
    """Return the stored value and the one in the form, for each field that another user changed meanwhile."""
    names = {person.id: person.name for person in register.people.all()}
    lines = cast("tuple[AccountEvent, ...]", overtaken.kept)
    changes = []
    for field, words in _FIELD_WORDS.items():
        about = tuple(entry_words(line, names) for line in lines if EVENT_FIELDS.get(line.what, "password") == field)
        if about:
            now, typed = _field_words(someone, field), ""
            if field in given:
                typed = _field_words(_as_typed(someone, given), field)
            changes.append(ConcurrentChange(str(words), now, typed, about))
    return tuple(changes)


def _as_typed(someone: Person, given: Mapping[str, Any]) -> Person:
    area = tuple(dict.fromkeys(entry.strip() for entry in given["area"] if entry.strip()))
    return replace(someone, name=given["name"], role=given["role"], area=area, valid_until=day_of(given["valid_until"]))


def day_of(text: str) -> date | None:
    """Return the day of a date field; None if it is empty or holds none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _field_words(someone: Person, field: str) -> str:
    match field:
        case "name":
            return someone.name
        case "role":
            return str(ROLE_WORDS[someone.role])
        case "area" if EVERYWHERE in someone.area:
            return str(say("everywhere"))
        case "area":
            return ", ".join(someone.area) or str(say("nowhere yet"))
        case "valid_until":
            return "–" if someone.valid_until is None else format_day(someone.valid_until)
        case "active":
            return str(say("may come in") if someone.active else say("kept out"))
        case _:
            return ""


def entry_words(event: AccountEvent, names: Mapping[str, str]) -> AccountLogEntry:
    """Return a line of the account log in words; `names` are the names of people by id."""
    return AccountLogEntry(
        format_moment(event.at),
        str(_EVENT_WORDS.get(event.what, event.what)),
        names.get(event.person or "", ""),
        names.get(event.actor or "", "") if event.actor else str(say("command line")),
        event.detail,
    )
