"""List of actions as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.followup.action_list import ActionLine, state_words
from rba_audit.followup.withdrawal import WITHDRAWAL_WORDS
from rba_audit.messages import say
from rba_audit.reports import Column, Provenance, table_workbook
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.review_states import SCOPE_WORDS


def _met_at(line: ActionLine) -> str:
    return str(SCOPE_WORDS[line.proof.visit.scope]) if line.proof else ""


def _columns() -> list[Column[ActionLine]]:
    return [
        Column(say("Due"), lambda line: line.action.due.isoformat(), 12),
        Column(say("Overdue"), lambda line: str(say("yes")) if line.overdue else "", 11),
        Column(say("State"), lambda line: str(state_words(line)), 20),
        Column(say("Risk"), lambda line: str(line.risk.words), 16),
        Column(say("Site"), lambda line: line.site, 34),
        Column(say("Site id"), lambda line: line.action.request.site_id, 22),
        Column(say("Kecamatan"), lambda line: line.kecamatan, 16),
        Column(say("Requirement"), lambda line: line.action.request.requirement, 12),
        Column(say("Title"), lambda line: str(line.action.request.title), 34),
        Column(say("Remedy"), lambda line: str(line.action.request.remedy), 52),
        Column(say("Lead agency"), lambda line: str(line.action.request.lead_words), 30),
        Column(say("Cost band"), lambda line: str(line.action.request.cost_words), 18),
        Column(say("Owner"), lambda line: line.action.owner, 24),
        Column(say("Met since"), lambda line: line.proof.visit.day.isoformat() if line.proof else "", 12),
        Column(say("Met at"), _met_at, 14),
        Column(say("Edition"), lambda line: line.action.request.edition, 12),
        Column(say("Action id"), lambda line: line.action.id, 38),
        Column(
            say("Withdrawn because"), lambda line: str(WITHDRAWAL_WORDS[line.withdrawn]) if line.withdrawn else "", 44
        ),
        Column(say("No longer needed because"), lambda line: line.not_needed.note if line.not_needed else "", 44),
    ]


def actions_csv(lines: Sequence[ActionLine], provenance: Provenance) -> str:
    """Return actions as CSV."""
    return csv_text(_columns(), lines, provenance)


def actions_workbook(lines: Sequence[ActionLine], provenance: Provenance) -> bytes:
    """Return actions as an XLSX workbook; no cell of it is a formula or a link."""
    return table_workbook([(str(say("Actions")), _columns(), lines)], provenance.about())
