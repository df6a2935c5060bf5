"""Rehearsals of a round: copy the folder as it is now, invite verifiers, and record their decisions and the real outcomes.

A verifier goes through the copy as the province would. What changes in the folder later does not change the copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, cast
from uuid import uuid4

from rba_audit.days import now_utc
from rba_audit.errors import EvidenceError, Forbidden, NotInRegister
from rba_audit.kla.rehearsal_copy import frozen_items
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.kla.points import read_points
from rba_audit.register.kla.rehearsal_records import REHEARSAL_STATES, Rehearsal, RehearsalItem, RehearsalState
from rba_audit.register.person_records import Person
from rba_audit.standard.policies import KlaPolicy

LONGEST_REASON: Final = 1000
"""Letters of the reason of a decision, or of the note of a real outcome."""
ABOUT_INDICATOR: Final = "indicator"
"""First part of the subject of a real outcome that is about an indicator."""
_BETWEEN: Final = "/"


def begin_rehearsal(
    register: Register,
    policy: KlaPolicy,
    year: int,
    names: Mapping[str, str],
    *,
    by: Person,
    day: date,
    id: str = "",
    at: datetime | None = None,
) -> Rehearsal:
    """Copy the folder as it is now and begin a rehearsal with it; the same id again begins none.

    Raises:
        Forbidden: the person's role does not include it.
    """
    _refuse_others(by)
    wanted = id or str(uuid4())
    items = frozen_items(register, policy, year, names, day)
    register.kla.rehearsals.begin(wanted, year, day, items, person_id=by.id, at=at or now_utc())
    return register.kla.rehearsals.get(wanted)


def rehearsals_for(register: Register, someone: Person) -> list[Rehearsal]:
    """Return the rehearsals that a person may see, newest first: the office all, a verifier those they are invited to."""
    return [rehearsal for rehearsal in register.kla.rehearsals.all() if _sees(someone, rehearsal)]


def rehearsal_for(register: Register, id: str, someone: Person) -> Rehearsal:
    """Return a rehearsal that a person may see.

    Raises:
        NotInRegister: there is no such rehearsal, or the person is not invited to it.
    """
    rehearsal = register.kla.rehearsals.get(id)
    if not _sees(someone, rehearsal):
        raise NotInRegister(say("There is no such rehearsal; look it up in the list of rehearsals."))
    return rehearsal


def item_of(rehearsal: Rehearsal, number: int) -> RehearsalItem:
    """Return an item of the copy.

    Raises:
        NotInRegister: there is no such item.
    """
    if not 1 <= number <= len(rehearsal.items):
        raise NotInRegister(say("This rehearsal has no such item; look it up in its list."))
    return rehearsal.items[number - 1]


def next_undecided(rehearsal: Rehearsal, after: int = 0) -> int | None:
    """Return the number of the first item without a decision after an item, or else of the first of all; None if each has one."""
    open_items = [item.number for item in rehearsal.items if item.number not in rehearsal.decisions]
    return next((number for number in open_items if number > after), open_items[0] if open_items else None)


def invite_verifier(
    register: Register, id: str, verifier_id: str, *, invited: bool, by: Person, at: datetime | None = None
) -> Person:
    """Invite a verifier to a rehearsal or take the invitation back, and return them.

    Raises:
        Forbidden: the role of the user does not include it.
        NotInRegister: there is no such rehearsal or person.
        EvidenceError: the invited person is not a verifier, or may not sign in.
    """
    _refuse_others(by)
    verifier = register.people.get(verifier_id)
    if invited and not (verifier.may("verify") and verifier.active):
        raise EvidenceError(say("{name} is no verifier who may come in; choose another account.", name=verifier.name))
    register.kla.rehearsals.invite(id, verifier_id, invited=invited, person_id=by.id, at=at or now_utc())
    return verifier


def decide_item(
    register: Register,
    id: str,
    number: int,
    state: str,
    reason: str,
    *,
    by: Person,
    seen: int,
    at: datetime | None = None,
) -> None:
    """Record the decision of a verifier about an item.

    Raises:
        Forbidden: the person is not invited to this rehearsal.
        NotInRegister: there is no such rehearsal or item.
        EvidenceError: the decision is neither of the two, or an item is refused without a reason.
        Conflict: the rehearsal is closed, or another verifier decided meanwhile.
    """
    rehearsal = register.kla.rehearsals.get(id)
    if not by.may("verify") or by.id not in rehearsal.verifiers:
        raise Forbidden(say("You are not invited to this rehearsal; ask the office for an invitation."))
    if state not in REHEARSAL_STATES:
        raise EvidenceError(say("Accept the item, or refuse it."))
    text = reason.strip()
    if state == "refused" and not text:
        raise EvidenceError(say("Write why you refuse it: the office needs the reason to put it right."))
    if len(text) > LONGEST_REASON:
        raise EvidenceError(say("The reason is too long; write at most {count} letters.", count=LONGEST_REASON))
    register.kla.rehearsals.decide(id, number, state, text, person_id=by.id, at=at or now_utc(), seen=seen)


def close_rehearsal(register: Register, id: str, *, by: Person, at: datetime | None = None) -> None:
    """Close a rehearsal for good.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such rehearsal.
    """
    _refuse_others(by)
    register.kla.rehearsals.close(id, person_id=by.id, at=at or now_utc())


def record_outcome(
    register: Register,
    rehearsal: Rehearsal,
    subject: str,
    state: str,
    points: str,
    note: str,
    *,
    by: Person,
    at: datetime | None = None,
) -> None:
    """Record what really was decided in the round of a rehearsal about one of its items or indicators.

    Args:
        register: The register.
        rehearsal: The rehearsal.
        subject: The number of the item, or `indicator/` and the name of the indicator.
        state: `accepted`, `refused`, or empty if it is not known.
        points: The points as written; empty if they are not known.
        note: The reason that was given.
        by: The user.
        at: The current time.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: the rehearsal has no such item or indicator.
        EvidenceError: a field is impossible, or all are empty.
    """
    _refuse_others(by)
    text = note.strip()
    if state not in (*REHEARSAL_STATES, "") or len(text) > LONGEST_REASON or not (state or points.strip() or text):
        raise EvidenceError(
            say(
                "Choose accepted or refused, or write points or a note of at most {count} letters.",
                count=LONGEST_REASON,
            )
        )
    try:
        number: Decimal | None = read_points(points) if points.strip() else None
    except ValueError:
        raise EvidenceError(
            say("“{points}” is no number of points; write one such as 12 or 12.5.", points=points)
        ) from None
    register.kla.rehearsals.record_outcome(
        rehearsal.year,
        _subject(rehearsal, subject),
        cast('RehearsalState | Literal[""]', state),
        number,
        text,
        person_id=by.id,
        at=at or now_utc(),
    )


def indicators_of(rehearsal: Rehearsal, policy: KlaPolicy) -> list[str]:
    """Return the names of the indicators that the items of a rehearsal serve, in the order of the rules file."""
    served = {name for item in rehearsal.items for name in item.indicators}
    listed = [indicator.name for indicator in policy.indicators.indicators if indicator.name in served]
    return [*listed, *sorted(served.difference(listed))]


def _subject(rehearsal: Rehearsal, subject: str) -> tuple[str, str, str]:
    about, between, name = subject.partition(_BETWEEN)
    if between and about == ABOUT_INDICATOR and any(name in item.indicators for item in rehearsal.items):
        return "", "", name
    if between or not (subject.isascii() and subject.isdigit() and len(subject) <= len("100000")):
        raise NotInRegister(say("This rehearsal has no such item; look it up in its list."))
    return (*item_of(rehearsal, int(subject)).subject, "")


def _sees(someone: Person, rehearsal: Rehearsal) -> bool:
    return someone.may("follow_up") or (someone.may("verify") and someone.id in rehearsal.verifiers)


def _refuse_others(by: Person) -> None:
    if not by.may("rehearse"):
        raise Forbidden(say("Your role does not include rehearsals; ask an administrator if it should."))
