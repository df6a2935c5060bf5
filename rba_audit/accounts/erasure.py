"""Erasure of a person on request: warnings before it, and the mentions of the name that remain.

Visits and decisions stay, because outcomes rest on them; the name of the person who made them is removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rba_audit.days import now_utc
from rba_audit.errors import Forbidden
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit
from rba_audit.register.person_records import Person
from rba_audit.register.personal_data import NameMention
from rba_audit.review_states import OPEN

LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class PendingWork:
    """A person's unfinished work.

    Attributes:
        waiting: How many of their visits wait for a reviewer.
        sent_back: How many were sent back; only their author can correct them.
        unreviewed: How many visits of all wait for review, if the person is the last reviewer; else 0.
    """

    waiting: int
    sent_back: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """The result of an erasure.

    Attributes:
        name: The name that replaces the person's own.
        mentions: Texts written by users that still contain the name or login.
        copies: Older copies of the database file, which still contain the name.
        wiped: Whether the free space of the database file was overwritten at once.
    """

    name: str
    mentions: tuple[NameMention, ...]
    copies: tuple[str, ...]
    wiped: bool


def pending_work(register: Register, someone: Person) -> PendingWork:
    """Return a person's unfinished work."""
    waiting = register.visits.newest(OPEN)
    own = [state for visit, state in waiting if visit.author == someone.id]
    others = any(person.may("review") and person.active and person.id != someone.id for person in register.people.all())
    alone = someone.may("review") and not others
    return PendingWork(
        waiting=sum(state != "has_issues" for state in own),
        sent_back=sum(state == "has_issues" for state in own),
        unreviewed=sum(state != "has_issues" for _, state in waiting) if alone else 0,
    )


def pending_words(pending: PendingWork) -> list[Message]:
    """Return a message per kind of unfinished work, shown before a person is erased."""
    messages = []
    if pending.waiting:
        messages.append(
            say("{count} of their visits wait for a reviewer; they stay in the queue.", count=pending.waiting)
        )
    if pending.sent_back:
        messages.append(
            say("{count} of their visits were sent back; nobody else can correct them.", count=pending.sent_back)
        )
    if pending.unreviewed:
        messages.append(say("{count} visits wait for review and no other reviewer is there.", count=pending.unreviewed))
    return messages


def mentions_of(register: Register, someone: Person) -> tuple[NameMention, ...]:
    """Return where a person's name or login occurs in texts of users; their signature on their own visits is left out."""
    signed = {visit.id for visit in _versions(register, someone)}
    return tuple(
        mention
        for mention in register.personal_data.mentions(someone.name, someone.login)
        if not (mention.record in signed and mention.field in ("auditor", "document.auditor"))
    )


def erase_account(
    register: Register,
    id: str,
    *,
    reason: str,
    by: Person | None,
    at: datetime | None = None,
    seen: int | None = None,
) -> ErasureResult:
    """Remove a person's name from the register; it cannot be undone.

    Raises:
        NotInRegister: there is no such person.
        Forbidden: the person is the administrator who asks, no administrator would be left, the reason contains the name
            or login, or the person is erased already.
        Conflict: the person was changed since line `seen` of the account log.
    """
    someone = register.people.get(id)
    if by is not None and by.id == id:
        raise Forbidden(say("You cannot erase yourself; ask another administrator."))
    plain = " ".join(reason.split())[:LONGEST_REASON]
    if re.search(rf"(?<!\w)(?:{re.escape(someone.name)}|{re.escape(someone.login)})(?!\w)", plain, re.IGNORECASE):
        raise Forbidden(say("The reason is kept, so it must not hold the name or the login; write it without."))
    mentions = mentions_of(register, someone)
    register.people.erase(id, at or now_utc(), None if by is None else by.id, plain, seen=seen)
    wiped = register.wipe_free_space()
    return ErasureResult(register.people.get(id).name, mentions, tuple(register.older_copies()), wiped)


def _versions(register: Register, someone: Person) -> list[Visit]:
    return [version for visit in register.visits.by_author(someone.id) for version in register.visits.chain(visit.root)]
