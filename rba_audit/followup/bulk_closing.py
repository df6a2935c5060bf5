"""Close many actions at once as no longer needed, with a preview of the result for each.

The user names each action with the last event that they saw; an action that changed meanwhile is refused, the others are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from rba_audit.days import now_utc
from rba_audit.errors import RbaError
from rba_audit.followup.action_list import ActionLine
from rba_audit.followup.action_updates import refuse_others, why_not_needed
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.action_records import Action, ActionEvent, ActionState
from rba_audit.register.person_records import Person

MOST_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class UnclosedAction:
    """An action that is not closed, and the reason."""

    line: ActionLine
    message: str


@dataclass(frozen=True, slots=True)
class BulkClosing:
    """The result of closing many actions.

    Attributes:
        closed: Actions that become closed.
        waiting: Actions that wait for a second person then.
        refused: Actions that remain unchanged.
        unknown: The number of named actions that do not exist.
    """

    closed: tuple[ActionLine, ...]
    waiting: tuple[ActionLine, ...]
    refused: tuple[UnclosedAction, ...]
    unknown: int

    @property
    def taken(self) -> tuple[ActionLine, ...]:
        """Actions that change: closed or waiting."""
        return self.closed + self.waiting


def can_be_closed(line: ActionLine) -> bool:
    """Return whether an action can be closed as no longer needed."""
    return line.action.state == "open" and line.withdrawn is None


def plan_bulk_closing(lines: Sequence[ActionLine], chosen: Mapping[str, int], reason: str, by: Person) -> BulkClosing:
    """Return the result that closing actions would have; `chosen` has the number of the last seen event by action id.

    An action that this person closed with this reason after that very event counts as taken, so that a repeated request
    gets the same result.

    Raises:
        Forbidden: the person's role does not include it.
        EvidenceError: there is no reason, or it is too long.
    """
    refuse_others(by)
    text = why_not_needed(reason)
    named = {line.action.id: line for line in lines if line.action.id in chosen}
    taken: list[ActionLine] = []
    refused: list[UnclosedAction] = []
    for id, line in named.items():
        problem = None if _closed_before(line.action, chosen[id], text, by) else _closing_problem(line, chosen[id])
        if problem is None:
            taken.append(line)
        else:
            refused.append(UnclosedAction(line, str(problem)))
    return _sorted(taken, refused, len(chosen) - len(named))


def close_many(
    register: Register, lines: Sequence[ActionLine], chosen: Mapping[str, int], reason: str, by: Person, today: date
) -> BulkClosing:
    """Record that actions are no longer needed, and return the result; see `plan_bulk_closing`.

    Raises:
        Forbidden: the person's role does not include it.
        EvidenceError: there is no reason, or it is too long.
    """
    planned = plan_bulk_closing(lines, chosen, reason, by)
    text, now = why_not_needed(reason), now_utc()
    events = [_event(line, chosen[line.action.id] + 1, text, by, today, now) for line in planned.taken]
    results = register.actions.add_each(events)
    faults = {id: result for id, result in results.items() if isinstance(result, RbaError)}
    refused = [UnclosedAction(line, str(faults[line.action.id])) for line in planned.taken if line.action.id in faults]
    taken = [line for line in planned.taken if line.action.id not in faults]
    return _sorted(taken, [*planned.refused, *refused], planned.unknown)


def _sorted(taken: Sequence[ActionLine], refused: Sequence[UnclosedAction], unknown: int) -> BulkClosing:
    return BulkClosing(
        tuple(line for line in taken if not line.risk.second_person),
        tuple(line for line in taken if line.risk.second_person),
        tuple(refused),
        unknown,
    )


def _closing_problem(line: ActionLine, seen: int) -> Message | None:
    """Return why an action cannot be closed; None if it can."""
    if line.withdrawn is not None:
        return say("It is withdrawn; there is nothing to close.")
    if line.action.last.seq != seen:
        return say("Somebody changed it meanwhile; look at it again.")
    return {
        "open": None,
        "done": say("It waits for a second person already."),
        "closed": say("It is closed already."),
    }[line.action.state]


def _closed_before(action: Action, seen: int, reason: str, by: Person) -> bool:
    last = action.last
    return (last.seq, last.what, last.note, last.person_id) == (seen + 1, "not_needed", reason, by.id)


def _event(line: ActionLine, seq: int, reason: str, by: Person, today: date, now: datetime) -> ActionEvent:
    state: ActionState = "done" if line.risk.second_person else "closed"
    return replace(
        line.action.last,
        seq=seq,
        what="not_needed",
        state=state,
        person_id=by.id,
        day=today,
        at=now,
        note=reason,
        photo="",
        visit_id="",
    )
