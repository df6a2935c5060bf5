"""Count the actions of each agency: unfinished, overdue, and without an owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rba_audit.followup.action_list import ActionLine, is_unfinished


@dataclass(frozen=True, slots=True)
class AgencyActions:
    """Number of actions that one agency leads.

    Attributes:
        agency: The short name of the agency, as `ActionRequest.lead` has it.
        words: Its full name.
        unfinished: Actions that are neither closed nor withdrawn.
        overdue: Those of them whose due date is past.
        unassigned: Those of them without an owner.
        late_since: The earliest day of those that are overdue; None without any.
    """

    agency: str
    words: str
    unfinished: int
    overdue: int
    unassigned: int
    late_since: date | None


def actions_by_agency(lines: Sequence[ActionLine]) -> list[AgencyActions]:
    """Return the counts of each agency that leads an action of `lines`: most overdue first, then most unfinished."""
    by_agency: dict[str, list[ActionLine]] = {}
    for line in lines:
        by_agency.setdefault(line.action.request.lead, []).append(line)
    counts = []
    for agency, group in by_agency.items():
        unfinished = [line for line in group if is_unfinished(line)]
        counts.append(
            AgencyActions(
                agency=agency,
                words=str(group[0].action.request.lead_words),
                unfinished=len(unfinished),
                overdue=sum(line.overdue for line in unfinished),
                unassigned=sum(not line.action.owner for line in unfinished),
                late_since=min((line.action.due for line in unfinished if line.overdue), default=None),
            )
        )
    return sorted(counts, key=lambda row: (-row.overdue, -row.unfinished, row.words.casefold()))
