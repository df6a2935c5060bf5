"""List of actions: filters and order.

Overdue actions come first. An unknown state in the query falls back to the actions that are not closed; parsing never raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final, Literal, get_args

from rba_audit.auditing import RegisterAudit
from rba_audit.findings import GateItem
from rba_audit.followup.action_creation import closing_proofs
from rba_audit.followup.action_updates import Proof, risk_of
from rba_audit.followup.withdrawal import WithdrawalCause, withdrawn_actions
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.action_records import Action, ActionEvent, ActionState
from rba_audit.standard import OUTCOMES
from rba_audit.standard.policies import FollowupPolicy, Risk, shipped_policies
from rba_audit.status_style import gate_words

ACTION_STATE_WORDS: Final[Mapping[ActionState, Message]] = {
    "open": say("to do"),
    "done": say("done, to be confirmed"),
    "closed": say("closed"),
}
SHOWN: Final[Mapping[str, Message]] = {
    "": say("Not closed"),
    "overdue": say("Overdue"),
    "open": say("To do"),
    "done": say("To be confirmed"),
    "met": say("Met at a later visit"),
    "closed": say("Closed"),
    "not_needed": say("No longer needed"),
    "withdrawn": say("Withdrawn"),
    "all": say("All"),
}
"""Labels of the state filter of the list, by its query value."""
DueIn = Literal["overdue", "month", "later"]
DUE_IN_WORDS: Final[Mapping[DueIn, Message]] = {
    "overdue": say("Overdue"),
    "month": say("Until the end of this month"),
    "later": say("After this month"),
}
"""Labels of the filter by due date; an action always has one."""
ITEMS: Final[tuple[GateItem, ...]] = get_args(GateItem)
"""Values of the filter by what the gate of the standard says about the requirement."""
NO_OWNER: Final = "-"
"""Value of the filter by owner for the actions without one."""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action of the list, with the name and area of its site."""

    action: Action
    risk: Risk
    site: str
    kelurahan: str
    kecamatan: str
    overdue: bool
    proof: Proof | None
    withdrawn: WithdrawalCause | None = None
    """Why the action is withdrawn; None if it is not."""
    not_needed: ActionEvent | None = None
    """The event that reported it as no longer needed, if it waits or is closed because of it; else None."""
    due_in: DueIn | None = None
    """When an unfinished action is due; None for one that is closed or withdrawn."""
    gate_item: GateItem | None = None
    """How the gate of the standard classifies the requirement with the outcome that led to the action."""


@dataclass(frozen=True, slots=True)
class ActionQuery:
    """Filters of the list; an empty filter matches everything, an empty state the actions that are not closed."""

    state: str = ""
    agency: str = ""
    kecamatan: str = ""
    risk: str = ""
    site: str = ""
    owner: str = ""
    requirement: str = ""
    due: str = ""
    item: str = ""
    group: str = ""
    """`agency` lists the actions of each agency together."""

    @property
    def narrows(self) -> bool:
        """Whether any filter other than the state is set."""
        return bool(self.query(state="", group=""))

    def query(self, **changes: str) -> dict[str, str]:
        """Return the query parameters of these filters with some changed; empty ones are left out."""
        changed = replace(self, **changes)
        return {field.name: text for field in fields(changed) if (text := getattr(changed, field.name))}


def read_action_query(parameters: Mapping[str, str]) -> ActionQuery:
    """Return the filters in the query parameters of a request; an unknown state, due date, item or group counts as empty."""
    texts = {field.name: parameters.get(field.name, "") for field in fields(ActionQuery)}
    choices: Mapping[str, Collection[str]] = {
        "state": SHOWN,
        "due": DUE_IN_WORDS,
        "item": ITEMS,
        "group": ("agency",),
    }
    return ActionQuery(**{name: text if text in choices.get(name, (text,)) else "" for name, text in texts.items()})


def action_lines(
    register: Register, audited: RegisterAudit, today: date, sites: Sequence[str] | None = None
) -> list[ActionLine]:
    """Return the actions of all sites or of some: overdue first, then by due date, then withdrawn, then closed (newest first)."""
    policy = audited.policies.followup
    actions = register.actions.all(sites)
    withdrawn = withdrawn_actions(register, audited, actions)
    proofs = closing_proofs(register, audited, [action for action in actions if action.id not in withdrawn])
    not_needed = _not_needed_events(register, actions)
    findings = audited.findings
    source = findings.source
    requirements = {requirement.id: requirement for requirement in findings.standard.requirements}
    lines = []
    for action in actions:
        site = source.site(action.request.site_id) if action.request.site_id in source else None
        requirement = requirements.get(action.request.requirement)
        outcome = next((outcome for outcome in OUTCOMES if outcome == action.request.outcome), None)
        lines.append(
            ActionLine(
                action=action,
                risk=risk_of(action, policy=policy),
                site=site.name if site else action.request.site_id,
                kelurahan=site.kelurahan if site else "",
                kecamatan=site.kecamatan if site else "",
                overdue=action.overdue(today) and action.id not in withdrawn,
                proof=proofs.get(action.id),
                withdrawn=withdrawn.get(action.id),
                not_needed=not_needed.get(action.id),
                due_in=None if action.state == "closed" or action.id in withdrawn else _due_in(action.due, today),
                gate_item=findings.gate_item(requirement, outcome) if requirement and outcome else None,
            )
        )
    risks = {risk.name: order for order, risk in enumerate(policy.risks)}
    waiting = sorted(
        (line for line in lines if line.action.state != "closed"),
        key=lambda line: (
            line.withdrawn is not None,
            not line.overdue,
            line.action.due,
            risks.get(line.action.request.risk, 0),
            line.site.casefold(),
            line.action.request.requirement,
        ),
    )
    closed = [line for line in lines if line.action.state == "closed"]
    return waiting + sorted(closed, key=lambda line: line.action.last.at, reverse=True)


def _due_in(due: date, today: date) -> DueIn:
    if due < today:
        return "overdue"
    return "month" if (due.year, due.month) == (today.year, today.month) else "later"


def _not_needed_events(register: Register, actions: Sequence[Action]) -> dict[str, ActionEvent]:
    """Return the events by which actions that wait or are closed are no longer needed, by action id.

    An event does not count if the action is open, was closed by a visit, or was reported done or reopened since.
    """
    events = register.actions.newest("not_needed")
    if not events:
        return {}
    done, reopened, undone = (register.actions.newest(what) for what in ("done", "reopened", "undone"))
    # An undone change of many actions takes its reopening back.
    still_reopened = {id: event for id, event in reopened.items() if id not in undone or undone[id].seq < event.seq}
    others = [done, still_reopened]
    return {
        action.id: events[action.id]
        for action in actions
        if action.id in events
        and action.state != "open"
        and not action.last.visit_id
        and all(action.id not in other or other[action.id].seq < events[action.id].seq for other in others)
    }


def matching_lines(all_lines: Sequence[ActionLine], query: ActionQuery) -> list[ActionLine]:
    """Return the lines that match the filters, those of each agency together if the query groups them."""
    matching = [
        line
        for line in all_lines
        if _in_state(line, query.state)
        and query.agency in ("", line.action.request.lead)
        and query.kecamatan in ("", line.kecamatan)
        and query.risk in ("", line.action.request.risk)
        and query.site in ("", line.action.request.site_id)
        and query.owner in ("", line.action.owner or NO_OWNER)
        and query.requirement in ("", line.action.request.requirement)
        and query.due in ("", line.due_in)
        and query.item in ("", line.gate_item)
    ]
    if query.group:
        matching.sort(key=lambda line: (str(line.action.request.lead_words).casefold(), line.action.request.lead))
    return matching


def is_unfinished(line: ActionLine) -> bool:
    """Return whether an action is still to be done or confirmed: neither closed nor withdrawn."""
    return line.action.state != "closed" and line.withdrawn is None


def counts_by_state(all_lines: Sequence[ActionLine]) -> Counter[str]:
    """Return the number of lines for each state filter of `SHOWN`."""
    return Counter({state: sum(_in_state(line, state) for line in all_lines) for state in SHOWN})


def _in_state(line: ActionLine, state: str) -> bool:
    match state:
        case "":
            return is_unfinished(line)
        case "withdrawn":
            return line.withdrawn is not None
        case "not_needed":
            return line.not_needed is not None and line.withdrawn is None
        case "overdue":
            return line.overdue
        case "met":
            return line.proof is not None
        case "all":
            return True
    return line.action.state == state and line.withdrawn is None


def state_words(line: ActionLine) -> Message:
    """Return the state of an action in words."""
    if line.withdrawn:
        return say("withdrawn")
    if line.not_needed:
        return say("no longer needed") if line.action.state == "closed" else say("no longer needed, to be confirmed")
    return ACTION_STATE_WORDS[line.action.state]


def query_words(
    query: ActionQuery, all_lines: Sequence[ActionLine], *, policy: FollowupPolicy | None = None
) -> list[tuple[Message, str]]:
    """Return the filters that are set as pairs of a heading and a value."""
    agencies = {line.action.request.lead: str(line.action.request.lead_words) for line in all_lines}
    sites = {line.action.request.site_id: line.site for line in all_lines}
    risks = {risk.name: str(risk.words) for risk in (policy or shipped_policies().followup).risks}
    pairs = [(say("State"), str(SHOWN[query.state]))]
    pairs += [(say("Lead agency"), agencies.get(query.agency, query.agency))] if query.agency else []
    pairs += [(say("Kecamatan"), query.kecamatan)] if query.kecamatan else []
    pairs += [(say("Risk"), risks.get(query.risk, query.risk))] if query.risk else []
    pairs += [(say("Site"), sites.get(query.site, query.site))] if query.site else []
    owner = str(say("nobody yet")) if query.owner == NO_OWNER else query.owner
    pairs += [(say("Owner"), owner)] if query.owner else []
    pairs += [(say("Requirement"), query.requirement)] if query.requirement else []
    pairs += [(say("Due"), str(words)) for name, words in DUE_IN_WORDS.items() if name == query.due]
    pairs += [(say("Weight"), gate_words(query.item))] if query.item else []
    return pairs
