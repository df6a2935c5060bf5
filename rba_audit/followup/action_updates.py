"""Updates of an action: due date, owner, done, no longer needed, confirmed, closed, reopened.

Optimistic concurrency: each update names the last event that its user saw, so that of two concurrent updates one fails.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, Forbidden
from rba_audit.messages import Message, say
from rba_audit.photographs import clean_photo
from rba_audit.photographs.exif import origin_of
from rba_audit.register import Register, Visit
from rba_audit.register.action_records import Action, ActionState
from rba_audit.register.person_records import Person
from rba_audit.standard.policies import FollowupPolicy, Risk, shipped_policies

LONGEST_ACTION_NOTE: Final = 2_000
_OPEN: Final[tuple[ActionState, ...]] = ("open",)
_DONE: Final[tuple[ActionState, ...]] = ("done",)


@dataclass(frozen=True, slots=True)
class Proof:
    """Visit that shows that an action has become unnecessary: its requirement is met, or no longer applies (`applies` is False)."""

    visit: Visit
    applies: bool


def risk_of(action: Action, *, policy: FollowupPolicy | None = None) -> Risk:
    """Return the risk of an action as recorded when it was created."""
    return (policy or shipped_policies().followup).risk(action.request.risk)


def may_confirm(register: Register, action: Action, by: Person, *, policy: FollowupPolicy | None = None) -> bool:
    """Return whether a person may confirm a done action; at a risk that needs two people, not the one who reported it."""
    return by.may("follow_up") and not (
        risk_of(action, policy=policy).second_person and by.id == _doer(register, action)
    )


def _doer(register: Register, action: Action) -> str:
    done = [event for event in register.actions.history(action.id) if event.what in ("done", "not_needed")]
    return done[-1].person_id if done else ""


def change_due(register: Register, id: str, seq: int, due: date, reason: str, by: Person, today: date) -> Action:
    """Change the due date of an action; `seq` is the number of the last event that the person saw (in all updates).

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such action.
        EvidenceError: there is no reason, or the date is past.
        Conflict: the action was changed meanwhile, or it is closed.
    """
    refuse_others(by)
    if due < today:
        raise EvidenceError(say("The due date {day} is past; choose today or a later day.", day=due))
    note = _text(reason, say("Write why the due date changes."))
    return _happened(register, id, seq, by, today, ("open", "done"), what="due", due=due, note=note)


def change_owner(register: Register, id: str, seq: int, owner: str, by: Person, today: date) -> Action:
    """Set the person or agency who is responsible for an action; empty clears it.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such action.
        Conflict: the action was changed meanwhile, or it is closed.
    """
    refuse_others(by)
    name = " ".join(owner.split())[:LONGEST_ACTION_NOTE]
    return _happened(register, id, seq, by, today, ("open", "done"), what="owner", owner=name)


def report_done(
    register: Register,
    id: str,
    seq: int,
    note: str,
    photo: bytes,
    by: Person,
    today: date,
    *,
    policy: FollowupPolicy | None = None,
) -> Action:
    """Record that an action is done, with a note and a photo; its risk decides whether that closes it or a second person must.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such action.
        EvidenceError: the note or the photo is missing, or the photo cannot be stored.
        Conflict: the action was changed meanwhile, or it is not open.
    """
    refuse_others(by)
    text = _text(note, say("Write what was done."))
    if not photo:
        raise EvidenceError(say("Add a photo of what was done; without one nobody can see it later."))
    now = register.actions.get(id)
    photo_sha256 = sha256(photo).hexdigest()
    if (now.state, now.last.seq) == ("open", seq):
        register.photos.keep(photo_sha256, clean_photo(photo), by.id)
    state = "done" if risk_of(now, policy=policy).second_person else "closed"
    done = _happened(register, id, seq, by, today, _OPEN, what="done", state=state, note=text, photo=photo_sha256)
    origin = origin_of(photo)
    register.action_photos.record(id, done.last.seq, origin.taken_at, origin.position)
    return done


def not_needed(
    register: Register,
    id: str,
    seq: int,
    reason: str,
    by: Person,
    today: date,
    *,
    policy: FollowupPolicy | None = None,
) -> Action:
    """Record that an action is no longer needed; its risk decides whether that closes it or a second person must.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such action.
        EvidenceError: there is no reason, or it is too long.
        Conflict: the action was changed meanwhile, or it is not open.
    """
    refuse_others(by)
    text = why_not_needed(reason)
    state = "done" if risk_of(register.actions.get(id), policy=policy).second_person else "closed"
    return _happened(register, id, seq, by, today, _OPEN, what="not_needed", state=state, note=text)


def why_not_needed(reason: str) -> str:
    """Return the reason why an action is no longer needed, in the form in which it is stored.

    Raises:
        EvidenceError: there is no reason, or it is too long.
    """
    return _text(reason, say("Write why the action is no longer needed."))


def confirm_closing(
    register: Register,
    id: str,
    seq: int,
    note: str,
    by: Person,
    today: date,
    *,
    policy: FollowupPolicy | None = None,
) -> Action:
    """Close an action that was reported done, as the second person.

    Raises:
        Forbidden: the person's role does not include it, or two people are needed and they reported it done themselves.
        NotInRegister: there is no such action.
        Conflict: the action was changed meanwhile, or it is not waiting for confirmation.
    """
    refuse_others(by)
    now = register.actions.get(id)
    if now.state == "done" and not may_confirm(register, now, by, policy=policy):
        raise Forbidden(say("You said so yourself; at high risk another person has to look and confirm."))
    return _happened(
        register, id, seq, by, today, _DONE, what="closed", state="closed", note=note.strip()[:LONGEST_ACTION_NOTE]
    )


def close_by_visit(
    register: Register,
    proof: Proof | None,
    id: str,
    seq: int,
    visit_id: str,
    by: Person,
    today: date,
    *,
    policy: FollowupPolicy | None = None,
) -> Action:
    """Close an action because a later visit found its requirement met.

    `proof` is the current proof (see `closing_proofs`); `visit_id` is the visit that was shown to the person.

    Raises:
        Forbidden: the person's role does not include it, or two people are needed and the visit is their own.
        NotInRegister: there is no such action.
        Conflict: the action was changed meanwhile, it is closed, or the visit no longer proves it.
    """
    refuse_others(by)
    now = register.actions.get(id)
    if now.state != "closed" and (proof is None or proof.visit.id != visit_id):
        raise Conflict(
            say("The visits changed meanwhile, and this one no longer proves that the requirement is met; look again."),
            "no_proof",
            now,
        )
    if proof is not None and risk_of(now, policy=policy).second_person and proof.visit.author == by.id:
        raise Forbidden(say("That visit is your own; at high risk another person has to close the action."))
    return _happened(register, id, seq, by, today, ("open", "done"), what="closed", state="closed", visit_id=visit_id)


def reopen_action(register: Register, id: str, seq: int, reason: str, by: Person, today: date) -> Action:
    """Reopen an action that was reported done or closed.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such action.
        EvidenceError: there is no reason, or it is too long.
        Conflict: the action was changed meanwhile, it is open, or a newer action replaced it.
    """
    refuse_others(by)
    note = _text(reason, say("Write why the action is opened again."))
    now = register.actions.get(id)
    if any(action.request.previous == id for action in register.actions.all([now.request.site_id])):
        raise Conflict(say("A newer action for this requirement exists; work on that one."), "superseded", now)
    return _happened(register, id, seq, by, today, ("done", "closed"), what="reopened", state="open", note=note)


def _happened(
    register: Register,
    id: str,
    seq: int,
    by: Person,
    today: date,
    states: Collection[ActionState],
    **changes: Any,
) -> Action:
    """Add an event after event number `seq` if the action is in one of `states` then.

    Raises:
        NotInRegister: there is no such action.
        Conflict: `illegal` if it is in another state; or the action was changed meanwhile.
    """
    now = register.actions.get(id)
    before = now.last
    if seq != before.seq:
        # The same request may have been recorded already; the register accepts a repetition and rejects any other change.
        before = next((event for event in register.actions.history(id) if event.seq == seq), before)
    elif now.state not in states:
        messages = {
            "open": say("This action is still to be done; nothing was recorded."),
            "done": say("This action is done already and waits for a second person; nothing was recorded."),
            "closed": say("This action is closed; open it again first if it is not over."),
        }
        raise Conflict(messages[now.state], "illegal", now)
    empty = {"note": "", "photo": "", "visit_id": ""}
    fields = {"seq": seq + 1, "person_id": by.id, "day": today, "at": now_utc(), **empty, **changes}
    return register.actions.add(replace(before, **fields))


def refuse_others(by: Person) -> None:
    """Check that a person's role includes work on actions.

    Raises:
        Forbidden: it does not.
    """
    if not by.may("follow_up"):
        raise Forbidden(say("Your role does not include work on actions; ask an administrator if it should."))


def _text(entered: str, missing: Message) -> str:
    text = entered.strip()
    if not text:
        raise EvidenceError(missing)
    if len(text) > LONGEST_ACTION_NOTE:
        raise EvidenceError(
            say("The text has {found} letters; shorten it to {most}.", found=len(text), most=LONGEST_ACTION_NOTE)
        )
    return text
