"""Erasure of a person on request: what is told before, and what is left afterwards.

Their visits and decisions stay, for verdicts rest on them; who made them does not.
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
    """What of a person's work is not finished.

    Attributes:
        waiting: How many of their visits wait for a reviewer.
        sent_back: How many were sent back, which nobody else can correct.
        unreviewed: How many visits wait for review and have no other reviewer left; 0 where there is another one.
    """

    waiting: int
    sent_back: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was done.

    Attributes:
        name: What the person is called from now on.
        mentions: Where the name or login still stands in what people wrote.
        copies: Copies beside the register in which the name stands as well.
        wiped: Whether the file's free space was written over at once.
    """

    name: str
    mentions: tuple[NameMention, ...]
    copies: tuple[str, ...]
    wiped: bool


def pending_work(register: Register, someone: Person) -> PendingWork:
    """Return what of a person's work is not finished."""
    waiting = register.visits.newest(OPEN)
    own = [state for visit, state in waiting if visit.author == someone.id]
    others = any(each.may("review") and each.active and each.id != someone.id for each in register.people.all())
    alone = someone.may("review") and not others
    return PendingWork(
        waiting=sum(state != "has_issues" for state in own),
        sent_back=sum(state == "has_issues" for state in own),
        unreviewed=sum(state != "has_issues" for _, state in waiting) if alone else 0,
    )


def pending_words(pending: PendingWork) -> list[Message]:
    """Return what has to be known before a person is erased."""
    told = []
    if pending.waiting:
        told.append(say("{count} of their visits wait for a reviewer; they stay in the queue.", count=pending.waiting))
    if pending.sent_back:
        told.append(
            say("{count} of their visits were sent back; nobody else can correct them.", count=pending.sent_back)
        )
    if pending.unreviewed:
        told.append(say("{count} visits wait for review and no other reviewer is there.", count=pending.unreviewed))
    return told


def mentions_of(register: Register, someone: Person) -> tuple[NameMention, ...]:
    """Return where a person's name or login stands in what people wrote, but for their own signature under their visits."""
    signed = {visit.id for visit in _versions(register, someone)}
    return tuple(
        each
        for each in register.personal_data.mentions(someone.name, someone.login)
        if not (each.record in signed and each.field in ("auditor", "document.auditor"))
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
    """Take a person's name out of the register for good.

    Raises:
        NotInRegister: there is no such person.
        NotAllowed: it is oneself, nobody would be left to administer, the reason names them, or they are erased already.
        Conflict: they were changed since the line of the log with number `seen`.
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
