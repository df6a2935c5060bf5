"""Change owner, due date and state of many actions at once, with a preview, and undo such a change as a whole.

The result for each action is that of the single changes of `action_updates`, made one after the other. The user names each
action with the last event that they saw; an action that changed meanwhile is skipped, the others are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from rba_audit.days import now_utc
from rba_audit.errors import EvidenceError
from rba_audit.followup.action_list import ActionLine
from rba_audit.followup.action_updates import LONGEST_ACTION_NOTE, refuse_others
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.action_records import ActionEvent
from rba_audit.register.bulk_changes import BulkChange
from rba_audit.register.person_records import Person

MOST_CHANGED_AT_ONCE: Final = 10_000
BulkState = Literal["", "open"]
"""The state that actions get: unchanged, or open again."""


@dataclass(frozen=True, slots=True)
class BulkValues:
    """New values of each action; empty fields change nothing.

    Attributes:
        owner: The new owner.
        due: The new due date.
        state: `open` to reopen what was reported done or is closed.
        reason: Why; required with a due date or a state.
    """

    owner: str = ""
    due: date | None = None
    state: BulkState = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """An action that changes, and its new events in their order."""

    line: ActionLine
    events: tuple[ActionEvent, ...]


@dataclass(frozen=True, slots=True)
class SkippedAction:
    """An action that stays as it is, and the reason."""

    line: ActionLine
    message: Message


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The result that changing many actions has.

    Attributes:
        changes: Actions that change.
        skipped: Actions that stay as they are.
        unknown: Number of named actions that are not in the register.
    """

    changes: tuple[PlannedChange, ...]
    skipped: tuple[SkippedAction, ...]
    unknown: int

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The reasons for which actions are skipped, with the number of actions, the most frequent first."""
        return Counter(str(skipped.message) for skipped in self.skipped).most_common()


def checked_values(owner: str, due: date | None, state: str, reason: str, today: date) -> BulkValues:
    """Return new values as they are applied and stored.

    Raises:
        EvidenceError: nothing would change, the date is past, or the reason is missing or too long.
    """
    values = BulkValues(
        owner=" ".join(owner.split())[:LONGEST_ACTION_NOTE],
        due=due,
        state="open" if state == "open" else "",
        reason=reason.strip(),
    )
    if not (values.owner or values.due or values.state):
        raise EvidenceError(say("Choose what should change: who does it, the due date, or the state."))
    if values.due is not None and values.due < today:
        raise EvidenceError(say("The due date {day} is past; choose today or a later day.", day=values.due))
    if values.due is not None and not values.reason:
        raise EvidenceError(say("Write why the due date changes."))
    if values.state and not values.reason:
        raise EvidenceError(say("Write why the action is opened again."))
    if len(values.reason) > LONGEST_ACTION_NOTE:
        raise EvidenceError(
            say(
                "The text has {found} letters; shorten it to {most}.",
                found=len(values.reason),
                most=LONGEST_ACTION_NOTE,
            )
        )
    return values


def can_be_changed(line: ActionLine) -> bool:
    """Return whether owner, due date or state of an action may change."""
    return line.withdrawn is None


def plan_bulk_change(
    lines: Sequence[ActionLine], chosen: Mapping[str, int], values: BulkValues, by: Person, today: date
) -> BulkPlan:
    """Return the result that a change would have.

    `lines` are all actions of their sites; `chosen` has the number of the last seen event by action id.

    Raises:
        Forbidden: the person's role does not include it.
    """
    refuse_others(by)
    superseded = {line.action.request.previous for line in lines if line.action.request.previous}
    changes: list[PlannedChange] = []
    skipped: list[SkippedAction] = []
    named = [line for line in lines if line.action.id in chosen]
    for line in named:
        problem = _problem(line, chosen[line.action.id], values, superseded=line.action.id in superseded)
        events = () if problem else _events(line.action.last, values, by, today)
        if problem or not events:
            skipped.append(SkippedAction(line, problem or say("It is so already.")))
        else:
            changes.append(PlannedChange(line, events))
    return BulkPlan(tuple(changes), tuple(skipped), len(chosen) - len(named))


def change_many(register: Register, plan: BulkPlan, id: str, by: Person) -> tuple[BulkChange, BulkPlan]:
    """Record a plan in one transaction, and return what was recorded, and the plan as it was carried out; idempotent by id.

    `id` is a UUID generated when the preview was made.

    Raises:
        Forbidden: the person's role does not include it.
        EvidenceError: the id is no UUID.
        Conflict: another person used the id.
    """
    refuse_others(by)
    change = register.bulk_changes.record(
        id, {planned.line.action.id: planned.events for planned in plan.changes}, by.id
    )
    done = tuple(planned for planned in plan.changes if planned.line.action.id in change.actions)
    stale = tuple(
        SkippedAction(planned.line, _changed_meanwhile())
        for planned in plan.changes
        if planned.line.action.id not in change.actions
    )
    return change, BulkPlan(done, plan.skipped + stale, plan.unknown)


def _problem(line: ActionLine, seen: int, values: BulkValues, *, superseded: bool) -> Message | None:
    """Return why an action stays as it is; None if it may change."""
    state = line.action.state
    if line.withdrawn is not None:
        return say("It is withdrawn; there is nothing to change.")
    if line.action.last.seq != seen:
        return _changed_meanwhile()
    if state == "closed" and not values.state:
        return say("It is closed already.")
    if state != "open" and values.state and superseded:
        return say("A newer action for this requirement exists; work on that one.")
    return None


def _changed_meanwhile() -> Message:
    return say("Somebody changed it meanwhile; look at it again.")


def _events(last: ActionEvent, values: BulkValues, by: Person, today: date) -> tuple[ActionEvent, ...]:
    """Return the events that give an action the new values; none for those that it has already."""
    events: list[ActionEvent] = []
    base = replace(last, person_id=by.id, day=today, at=now_utc(), note="", photo="", visit_id="")
    if values.state == "open" and last.state != "open":
        base = replace(base, seq=base.seq + 1, state="open")
        events.append(replace(base, what="reopened", note=values.reason))
    if values.owner and values.owner != base.owner:
        base = replace(base, seq=base.seq + 1, owner=values.owner)
        events.append(replace(base, what="owner"))
    if values.due is not None and values.due != base.due:
        base = replace(base, seq=base.seq + 1, due=values.due)
        events.append(replace(base, what="due", note=values.reason))
    return tuple(events)


# --- undo -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BulkResult:
    """A recorded change as it stands now.

    Attributes:
        before: The event before the change, by action id.
        after: The last event of the change, by action id.
        changed_since: The ids of the actions that were changed again since; they stay as they are when it is undone.
    """

    change: BulkChange
    before: Mapping[str, ActionEvent]
    after: Mapping[str, ActionEvent]
    changed_since: frozenset[str]

    @property
    def can_be_undone(self) -> bool:
        """Whether any of its actions can get its earlier owner, due date and state back."""
        return not (self.change.undoes or self.change.undone_by) and len(self.changed_since) < len(self.after)


def bulk_result(register: Register, id: str) -> BulkResult:
    """Return a recorded change with its actions as they stand now.

    Raises:
        NotInRegister: there is no such change.
    """
    change = register.bulk_changes.get(id)
    events = {
        action_id: {event.seq: event for event in stored}
        for action_id, stored in register.bulk_changes.events(id).items()
    }
    # A row that is damaged is left out, as it is everywhere.
    whole = {
        action_id: (first, last)
        for action_id, (first, last) in change.actions.items()
        if {first - 1, last} <= events.get(action_id, {}).keys()
    }
    return BulkResult(
        change,
        before={action_id: events[action_id][first - 1] for action_id, (first, _) in whole.items()},
        after={action_id: events[action_id][last] for action_id, (_, last) in whole.items()},
        changed_since=frozenset(action_id for action_id, (_, last) in whole.items() if max(events[action_id]) > last),
    )


def undo_bulk_change(register: Register, id: str, undo_id: str, by: Person, today: date) -> BulkChange:
    """Give the actions of a change their earlier owner, due date and state back, except those changed since; idempotent.

    `undo_id` is a UUID generated when the form was opened.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such change.
        EvidenceError: the id is no UUID, the change is itself an undo, or all of its actions were changed since.
        Conflict: it was undone before.
    """
    refuse_others(by)
    result = bulk_result(register, id)
    if result.change.undoes:
        raise EvidenceError(say("This is an undo already; change the actions once more instead."))
    if not result.change.undone_by and len(result.changed_since) == len(result.after):
        raise EvidenceError(say("All of these actions were changed since; nothing was undone."))
    now = now_utc()
    events = {
        action_id: (
            replace(
                result.before[action_id],
                seq=after.seq + 1,
                what="undone",
                person_id=by.id,
                day=today,
                at=now,
                note="",
                photo="",
            ),
        )
        for action_id, after in result.after.items()
        if action_id not in result.changed_since
    }
    return register.bulk_changes.record(undo_id, events, by.id, undoes=id)
