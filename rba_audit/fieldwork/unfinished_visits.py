"""Visits that one surveyor began and handed to a colleague: one visit under one id, stored from the first sender of the two.

The colleague's document names who began it. The second sender gets a message and no second visit is stored (ADR 0042).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rba_audit.days import CITY, usable_moment
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.fieldwork.site_access import name_of
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit


def second_sender(register: Register, stored: Visit, document: Mapping[str, Any]) -> Conflict | None:
    """Return the error for the second sender of a shared visit; None if the stored visit was never handed over."""
    if stored.given_by and stored.given_by == document["author"]:
        return Conflict(
            say(
                "{name} went on with this visit after you handed it over, and has sent it. Yours stays on this phone and is not sent a second time.",
                name=name_of(register, stored.author),
            ),
            "handed_over",
        )
    if stored.author and stored.author == giver_of(document):
        return Conflict(
            say(
                "{name}, who handed this visit to you, took it back and has sent it. Yours stays on this phone and is not sent a second time.",
                name=name_of(register, stored.author),
            ),
            "handed_over",
        )
    return None


def giver_of(document: Mapping[str, Any]) -> str:
    """Return the id of the person who began a visit and handed it over; empty if its author began it."""
    return str((document.get("given_by") or {}).get("author") or "")


def sent_by_colleague(register: Register, visit_id: str, giver: str) -> Visit | None:
    """Return a visit that a colleague finished and sent after `giver` handed it over; None for any other visit."""
    try:
        stored = register.visits.get(visit_id)
    except NotInRegister:
        return None
    return stored if giver and stored.given_by == giver and stored.author != giver else None


def begun_by_words(register: Register, visit: Visit) -> tuple[Message, ...]:
    """Return the message for a reviewer who began a visit that its author finished; empty if its author began it."""
    if not visit.given_by:
        return ()
    handover = json.loads(register.visits.document(visit.id)).get("given_by") or {}
    handed_over_at = usable_moment(handover.get("at") or "", visit.recorded_at)
    name = name_of(register, visit.given_by)
    if handed_over_at is None:
        return (say("Begun by {name} and handed over half-done.", name=name),)
    return (
        say(
            "Begun by {name} and handed over half-done on {day}.", name=name, day=handed_over_at.astimezone(CITY).date()
        ),
    )
