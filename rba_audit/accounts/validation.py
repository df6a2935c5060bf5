"""Validate and normalise the login, name, role and area of an account.

An invalid value raises `Forbidden` with a message that says what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from rba_audit.errors import Forbidden, NotInRegister
from rba_audit.messages import say
from rba_audit.permissions import ROLES, Role, is_guest
from rba_audit.register import Register
from rba_audit.register.person_records import EVERYWHERE, SITE_AREA_PREFIX

_LONGEST_NAME: Final = 100
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._+@-]{1,99}")
MOST_GUEST_DAYS: Final = 366
"""How many days ahead the last day of a guest's account may be."""
_CODE: Final = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", re.ASCII)


def plain_login(login: str) -> str:
    """Return a login in its normal form (NFKC, trimmed, case-folded): phones add blanks and capitals."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def usable_login(login: str) -> str:
    """Return a login as it is stored.

    Raises:
        Forbidden: it is not a valid login.
    """
    plain = plain_login(login)
    if not _LOGIN.fullmatch(plain):
        raise Forbidden(
            say(
                "“{login}” is no login; use an e-mail address, or a short name of letters, digits, dots and hyphens.",
                login=login,
            )
        )
    return plain


def usable_name(name: str) -> str:
    """Return a name as it is stored: NFC, on one line.

    Raises:
        Forbidden: it is empty, too long or unprintable.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise Forbidden(say("Write the person's name, in at most {count} characters.", count=_LONGEST_NAME))
    return plain


def usable_role(role: str) -> Role:
    """Return the role of this name.

    Raises:
        Forbidden: there is no such role.
    """
    for name in ROLES:
        if role == name:
            return name
    raise Forbidden(say("“{role}” is no role; use one of: {known}.", role=role, known=", ".join(ROLES)))


def usable_last_day(role: Role, day: date | None, today: date) -> date | None:
    """Return the last day of an account: that of a guest, and None for all other roles.

    Raises:
        Forbidden: the account of a guest has no last day, or one that has passed or is too far ahead.
    """
    if not is_guest(role):
        return None
    newest = today + timedelta(days=MOST_GUEST_DAYS)
    if day is None or not today <= day <= newest:
        raise Forbidden(
            say(
                "This role needs the last day on which the account may be used: one from {first} to {last}.",
                first=today,
                last=newest,
            )
        )
    return day


def usable_area(register: Register, entries: Sequence[str]) -> tuple[str, ...]:
    """Return the entries of a work area without duplicates.

    Raises:
        Forbidden: an entry is neither an area code, nor `site:` and the id of a site of the register, nor `*`.
    """
    area = tuple(dict.fromkeys(entry.strip() for entry in entries if entry.strip()))
    for entry in area:
        if entry.startswith(SITE_AREA_PREFIX):
            try:
                register.site(entry.removeprefix(SITE_AREA_PREFIX))
            except NotInRegister as fault:
                raise Forbidden(fault.message) from fault
        elif entry != EVERYWHERE and not _CODE.fullmatch(entry):
            raise Forbidden(
                say(
                    "“{entry}” is no area; write the code of a kelurahan or kecamatan such as {example}, "
                    "site: and the id of a site, or * for everywhere.",
                    entry=entry,
                    example="36.73.01",
                )
            )
    return area
