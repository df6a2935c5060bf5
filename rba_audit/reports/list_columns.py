"""Columns of a list of sites and of a list of repairs."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.messages import say
from rba_audit.reports.columns import Column
from rba_audit.reports.detail_table import DetailTable, cost_heading
from rba_audit.reports.lists import RepairLine, SiteRow
from rba_audit.standard import Requirement
from rba_audit.status_style import rank_words, status_words


def site_columns(details: DetailTable | None = None) -> list[Column[SiteRow]]:
    """Return the columns of a list of sites, with those of `details`."""
    return [
        Column(say("Id"), lambda row: row.id, 16),
        Column(say("Name"), lambda row: row.name, 24),
        Column(say("Kind"), lambda row: row.kind, 16),
        Column(say("Kelurahan"), lambda row: row.kelurahan, 14),
        Column(say("Kecamatan"), lambda row: row.kecamatan, 13),
        Column(say("Status"), lambda row: status_words(row.status), 13),
        Column(say("Lowest score"), lambda row: row.score_low, 9),
        Column(say("Highest score"), lambda row: row.score_high, 9),
        Column(say("Out of"), lambda row: row.score_max, 8),
        Column(say("Rank"), lambda row: rank_words(row.rank_low, row.rank_high), 14),
        Column(say("Determined (%)"), lambda row: row.answered_pct, 11),
        Column(say("Mandatory, not met"), lambda row: _named(row.red), 32),
        Column(say("Must be fixed first"), lambda row: _named(row.must_fix), 32),
        Column(say("Asked by auditors"), lambda row: _named(row.before_audit), 46),
        Column(say("Requirements not met"), lambda row: len(row.fails), 12),
        Column(say("Not known yet"), lambda row: row.undetermined, 11),
        *(details.columns() if details else ()),
    ]


def repair_columns(currency: str = "") -> list[Column[RepairLine]]:
    """Return the columns of a list of repairs; `currency` is the symbol of the edition's currency."""
    return [
        Column(say("Id"), lambda repair: repair.row.id, 16),
        Column(say("Name"), lambda repair: repair.row.name, 24),
        Column(say("Kecamatan"), lambda repair: repair.row.kecamatan, 13),
        Column(say("Requirement"), lambda repair: repair.requirement.id, 12),
        Column(say("Title"), lambda repair: str(repair.requirement.title), 26),
        Column(say("Outcome"), lambda repair: repair.outcome, 14),
        Column(say("Mandatory"), lambda repair: _yes(repair.requirement in repair.row.red), 10),
        Column(say("Must be fixed first"), lambda repair: _yes(repair.requirement in repair.row.must_fix), 12),
        Column(say("Asked by auditors"), lambda repair: _yes(repair.requirement in repair.row.before_audit), 10),
        Column(say("Wanted"), lambda repair: repair.expected, 46),
        Column(say("Found"), lambda repair: repair.observed, 34),
        Column(say("Remedy"), lambda repair: repair.remedy, 38),
        Column(say("Lead agency"), lambda repair: repair.lead, 22),
        Column(say("Cost band"), lambda repair: repair.cost, 16),
        Column(cost_heading(currency, high=False), lambda repair: repair.cost_low, 15, "#,##0"),
        Column(cost_heading(currency, high=True), lambda repair: repair.cost_high, 15, "#,##0"),
    ]


def _named(requirements: Sequence[Requirement]) -> str:
    return "; ".join(f"{requirement.id} {requirement.title}" for requirement in requirements)


def _yes(holds: bool) -> str:
    return str(say("yes")) if holds else ""
