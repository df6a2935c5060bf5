"""Work that one surveyor began and handed to a colleague half-done: one visit under one id, sent by whoever sends it first.

The colleague's document says who began it. Whoever of the two comes second is told, and nothing is doubled (ADR 42).
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


def second_sender(register: Register, kept: Visit, document: Mapping[str, Any]) -> Conflict | None:
    """Return what is told to whoever sends second what two had in hand; None where the kept visit was never handed over."""
    if kept.given_by and kept.given_by == document["author"]:
        return Conflict(
            say(
                "{name} went on with this visit after you handed it over, and has sent it. Yours stays on this phone and is not sent a second time.",
                name=name_of(register, kept.author),
            ),
            "handed_over",
        )
    if kept.author and kept.author == giver_of(document):
        return Conflict(
            say(
                "{name}, who handed this visit to you, took it back and has sent it. Yours stays on this phone and is not sent a second time.",
                name=name_of(register, kept.author),
            ),
            "handed_over",
        )
    return None


def giver_of(document: Mapping[str, Any]) -> str:
    """Return who began a visit and handed it over half-done; empty where its author began it."""
    return str((document.get("given_by") or {}).get("author") or "")


def sent_by_colleague(register: Register, visit_id: str, giver: str) -> Visit | None:
    """Return a visit that a colleague sent who had it half-done from `giver`; None for any other."""
    try:
        kept = register.visits.get(visit_id)
    except NotInRegister:
        return None
    return kept if giver and kept.given_by == giver and kept.author != giver else None


def begun_by_words(register: Register, visit: Visit) -> tuple[Message, ...]:
    """Return who began a visit that its author finished, for a reviewer; nothing where its author began it."""
    if not visit.given_by:
        return ()
    given = json.loads(register.visits.document(visit.id)).get("given_by") or {}
    at = usable_moment(given.get("at") or "", visit.recorded_at)
    name = name_of(register, visit.given_by)
    if at is None:
        return (say("Begun by {name} and handed over half-done.", name=name),)
    return (say("Begun by {name} and handed over half-done on {day}.", name=name, day=at.astimezone(CITY).date()),)
