"""The list of actions: which of them somebody asked to see, in which order, and as files.

What is overdue stands first. An address nobody could have clicked together shows what is not closed; it is no error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.followup.action_creation import closing_proofs
from rba_audit.followup.action_updates import Proof, risk_of
from rba_audit.followup.withdrawal import WITHDRAWAL_WORDS, WithdrawalCause, withdrawn_actions
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.action_records import Action, ActionEvent, ActionState
from rba_audit.reports import Column, Provenance, table_workbook
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.review_states import SCOPE_WORDS
from rba_audit.standard.policies import FollowupPolicy, Risk, shipped_policies

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
"""What the list can be narrowed to, by state."""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action of the list, with what is known of its site."""

    action: Action
    risk: Risk
    site: str
    kelurahan: str
    kecamatan: str
    overdue: bool
    proof: Proof | None
    withdrawn: WithdrawalCause | None = None
    """Why nothing is behind it any more; None where something is."""
    not_needed: ActionEvent | None = None
    """What says that it is no longer needed, where it waits or is closed for that; None where it does not."""


@dataclass(frozen=True, slots=True)
class ActionQuery:
    """What somebody asked to see; an empty text asks for everything, an empty state for what is not closed."""

    state: str = ""
    agency: str = ""
    kecamatan: str = ""
    risk: str = ""
    site: str = ""

    def query(self, **changes: str) -> dict[str, str]:
        """Return the address parameters of this wish, with some changed; what asks for nothing is left out."""
        wish = replace(self, **changes)
        return {each.name: text for each in fields(wish) if (text := getattr(wish, each.name))}


def read_action_query(given: Mapping[str, str]) -> ActionQuery:
    """Return what the parameters of an address ask for."""
    texts = {each.name: given.get(each.name, "") for each in fields(ActionQuery)}
    return ActionQuery(**{**texts, "state": texts["state"] if texts["state"] in SHOWN else ""})


def action_lines(
    register: Register, audited: RegisterAudit, today: date, sites: Sequence[str] | None = None
) -> list[ActionLine]:
    """Return the actions of all sites, or of some: overdue first, then by due date; then those withdrawn, and those closed.

    Those closed stand the newest first.
    """
    policy = audited.policies.followup
    actions = register.actions.all(sites)
    gone = withdrawn_actions(register, audited, actions)
    proved = closing_proofs(register, audited, [each for each in actions if each.id not in gone])
    dropped = _not_needed(register, actions)
    findings = audited.findings
    source = findings.source
    found = []
    for each in actions:
        site = source.site(each.asked.site_id) if each.asked.site_id in source else None
        found.append(
            ActionLine(
                action=each,
                risk=risk_of(each, policy=policy),
                site=site.name if site else each.asked.site_id,
                kelurahan=site.kelurahan if site else "",
                kecamatan=site.kecamatan if site else "",
                overdue=each.overdue(today) and each.id not in gone,
                proof=proved.get(each.id),
                withdrawn=gone.get(each.id),
                not_needed=dropped.get(each.id),
            )
        )
    risks = {risk.name: order for order, risk in enumerate(policy.risks)}
    waiting = sorted(
        (line for line in found if line.action.state != "closed"),
        key=lambda line: (
            line.withdrawn is not None,
            not line.overdue,
            line.action.due,
            risks.get(line.action.asked.risk, 0),
            line.site.casefold(),
            line.action.asked.requirement,
        ),
    )
    over = [line for line in found if line.action.state == "closed"]
    return waiting + sorted(over, key=lambda line: line.action.last.at, reverse=True)


def _not_needed(register: Register, actions: Sequence[Action]) -> dict[str, ActionEvent]:
    """Return what says of actions that they are no longer needed, by their ids; only of those that wait or are closed for that."""
    said = register.actions.newest("not_needed")
    if not said:
        return {}
    others = [register.actions.newest(what) for what in ("done", "reopened")]
    return {
        each.id: said[each.id]
        for each in actions
        if each.id in said
        and each.state != "open"
        and not each.last.visit_id
        and all(each.id not in other or other[each.id].seq < said[each.id].seq for other in others)
    }


def matching_lines(all_lines: Sequence[ActionLine], wish: ActionQuery) -> list[ActionLine]:
    """Return the lines that answer a wish."""
    return [
        line
        for line in all_lines
        if _in_state(line, wish.state)
        and wish.agency in ("", line.action.asked.lead)
        and wish.kecamatan in ("", line.kecamatan)
        and wish.risk in ("", line.action.asked.risk)
        and wish.site in ("", line.action.asked.site_id)
    ]


def is_unfinished(line: ActionLine) -> bool:
    """Tell whether something is still to be done or confirmed."""
    return line.action.state != "closed" and line.withdrawn is None


def counts_by_state(all_lines: Sequence[ActionLine]) -> Counter[str]:
    """Return how many lines answer each word of `SHOWN`."""
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
    """Return how an action stands."""
    if line.withdrawn:
        return say("withdrawn")
    if line.not_needed:
        return say("no longer needed") if line.action.state == "closed" else say("no longer needed, to be confirmed")
    return ACTION_STATE_WORDS[line.action.state]


def _met_at(line: ActionLine) -> str:
    return str(SCOPE_WORDS[line.proof.visit.scope]) if line.proof else ""


def _columns() -> list[Column[ActionLine]]:
    return [
        Column(say("Due"), lambda line: line.action.due.isoformat(), 12),
        Column(say("Overdue"), lambda line: str(say("yes")) if line.overdue else "", 11),
        Column(say("State"), lambda line: str(state_words(line)), 20),
        Column(say("Risk"), lambda line: str(line.risk.words), 16),
        Column(say("Site"), lambda line: line.site, 34),
        Column(say("Site id"), lambda line: line.action.asked.site_id, 22),
        Column(say("Kecamatan"), lambda line: line.kecamatan, 16),
        Column(say("Requirement"), lambda line: line.action.asked.requirement, 12),
        Column(say("Title"), lambda line: str(line.action.asked.title), 34),
        Column(say("Remedy"), lambda line: str(line.action.asked.remedy), 52),
        Column(say("Lead agency"), lambda line: str(line.action.asked.lead_words), 30),
        Column(say("Cost band"), lambda line: str(line.action.asked.cost_words), 18),
        Column(say("Owner"), lambda line: line.action.owner, 24),
        Column(say("Met since"), lambda line: line.proof.visit.day.isoformat() if line.proof else "", 12),
        Column(say("Met at"), _met_at, 14),
        Column(say("Edition"), lambda line: line.action.asked.edition, 12),
        Column(say("Action id"), lambda line: line.action.id, 38),
        Column(
            say("Withdrawn because"), lambda line: str(WITHDRAWAL_WORDS[line.withdrawn]) if line.withdrawn else "", 44
        ),
        Column(say("No longer needed because"), lambda line: line.not_needed.note if line.not_needed else "", 44),
    ]


def actions_csv(found: Sequence[ActionLine], provenance: Provenance) -> str:
    """Return actions as CSV."""
    return csv_text(_columns(), found, provenance)


def actions_workbook(found: Sequence[ActionLine], provenance: Provenance) -> bytes:
    """Return actions as an XLSX workbook; no cell of it is a formula or a link."""
    return table_workbook([(str(say("Actions")), _columns(), found)], provenance.about())


def query_words(
    wish: ActionQuery, all_lines: Sequence[ActionLine], *, policy: FollowupPolicy | None = None
) -> list[tuple[Message, str]]:
    """Return what a wish asks for: a heading and a value each."""
    agencies = {line.action.asked.lead: str(line.action.asked.lead_words) for line in all_lines}
    sites = {line.action.asked.site_id: line.site for line in all_lines}
    risks = {risk.name: str(risk.words) for risk in (policy or shipped_policies().followup).risks}
    told = [(say("State"), str(SHOWN[wish.state]))]
    told += [(say("Lead agency"), agencies.get(wish.agency, wish.agency))] if wish.agency else []
    told += [(say("Kecamatan"), wish.kecamatan)] if wish.kecamatan else []
    told += [(say("Risk"), risks.get(wish.risk, wish.risk))] if wish.risk else []
    told += [(say("Site"), sites.get(wish.site, wish.site))] if wish.site else []
    return told
