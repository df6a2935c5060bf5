"""Shared parts of the pages of rehearsals: the blueprint, words of states, and the rehearsal of an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, request

from rba_audit.errors import EvidenceError
from rba_audit.kla.rehearsals import rehearsal_for
from rba_audit.messages import Message, say
from rba_audit.register.kla.rehearsal_records import Rehearsal, RehearsalItem
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.services import services

pages = Blueprint("rehearsals", __name__)

SEE_OTHER: Final = 303
IN_FOLDER: Final[Mapping[str, Message]] = {
    "missing": say("missing"),
    "expired": say("expired"),
    "refused": say("refused by the office"),
    "unsigned": say("not signed"),
    "expiring": say("expires before the deadline"),
    "waiting": say("waits for a decision"),
    "present": say("present"),
}
"""States of an item in the folder when the rehearsal began."""
DECIDED: Final[Mapping[str, Message]] = {
    "accepted": say("accepted"),
    "refused": say("refused"),
    "": say("not decided"),
}


def rehearsal_of(id: UUID) -> Rehearsal:
    """Return the rehearsal of an address, if the reader may see it.

    Raises:
        NotInRegister: there is no such rehearsal, or the reader is not invited to it.
    """
    return rehearsal_for(services().register, str(id), signed_in())


def item_words(item: RehearsalItem) -> str:
    """Return the name of an item: its kind of document, and its site if it is about one."""
    return f"{item.words} · {item.site}" if item.site else str(item.words)


def names() -> Mapping[str, str]:
    """Return the names of all persons, by id."""
    return {user.id: user.name for user in services().register.people.all()}


def agency_words(key: str) -> str:
    """Return the name of an agency; its key if the edition does not have it."""
    words = services().standard.agencies.get(key)
    return key if words is None else str(words)


def indicator_words(name: str) -> str:
    """Return number and name of an indicator; the number alone if the rules files do not have it any more."""
    indicator = services().policies.kla.indicator(name)
    return name if indicator is None else f"{name} {indicator.words}"


def seen_number() -> int:
    """Return the number of the decision that the reader had seen, which the form carries.

    Raises:
        EvidenceError: the form has no such number.
    """
    text = request.form.get("seen", "")
    if not (text.isascii() and text.isdigit() and len(text) <= len("10000")):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return int(text)
