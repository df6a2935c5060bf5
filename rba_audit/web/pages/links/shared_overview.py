"""Content of the page that a read-only link opens: a closed list of figures over the whole register.

No field holds a person, a child's answer, a note, a photo or an address of another page. What cannot be known is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.findings import Findings, Status
from rba_audit.followup.action_list import ActionLine, action_lines
from rba_audit.followup.agency_summary import AgencyActions, actions_by_agency
from rba_audit.followup.due import DueFigure, due_counts, due_figures
from rba_audit.papers.agency_lists import agency_totals
from rba_audit.register import Register
from rba_audit.reports import SiteRow, site_rows
from rba_audit.reports.summaries import DistrictCounts, Priority, districts, priorities
from rba_audit.status_style import gate_words

_PRIORITIES: Final = 8
_SITES: Final = 30


@dataclass(frozen=True, slots=True)
class SharedPriority:
    """A requirement that sites do not, or only partly, meet, in the words of the standard."""

    title: str
    gate: str
    unmet: int
    partly: int
    lead: str
    cost: str


@dataclass(frozen=True, slots=True)
class UrgentSite:
    """A site that misses a mandatory requirement, or one that must be fixed first."""

    name: str
    kecamatan: str
    status: Status
    red: tuple[str, ...]
    must_fix: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgencyProgress:
    """Work of one agency.

    Attributes:
        repairs: Number of (requirement, site) pairs that it leads and that are not, or only partly, met.
        open: Its actions that are not closed; None if no action of it was ever made.
        overdue: Those past their day; None as above.
        latest_days: Days since the earliest day of those overdue.
    """

    name: str
    repairs: int
    open: int | None
    overdue: int | None
    latest_days: int


@dataclass(frozen=True, slots=True)
class SharedOverview:
    """Everything that the page shows.

    Attributes:
        not_known: Number of sites that were not audited or about which too little is known.
        urgent: The first sites of `urgent_total`.
    """

    edition: str
    total: int
    counts: Mapping[Status, int]
    not_audited: int
    not_known: int
    priorities: tuple[SharedPriority, ...]
    urgent: tuple[UrgentSite, ...]
    urgent_total: int
    due: tuple[DueFigure, ...]
    agencies: tuple[AgencyProgress, ...]
    districts: tuple[DistrictCounts, ...]


def shared_overview(register: Register, audited: RegisterAudit, today: date) -> SharedOverview:
    """Return the figures of a day; `audited` must be based on approved visits only."""
    findings = audited.findings
    rows = site_rows(findings)
    counts = findings.counts()
    urgent = sorted(
        (row for row in rows if row.red or row.must_fix), key=lambda row: (-len(row.red), -len(row.must_fix), row.name)
    )
    lines = action_lines(register, audited, today)
    return SharedOverview(
        edition=str(findings.standard.title),
        total=len(findings),
        counts=counts,
        not_audited=counts["not_audited"],
        not_known=counts["not_audited"] + counts["undetermined"],
        priorities=tuple(_priority(row) for row in priorities(findings, _PRIORITIES)),
        urgent=tuple(_urgent(row) for row in urgent[:_SITES]),
        urgent_total=len(urgent),
        due=tuple(due_figures(register, audited, due_counts(register, audited, today)).values()),
        agencies=_agencies(findings, rows, lines, today),
        districts=tuple(districts(rows)),
    )


def _priority(row: Priority) -> SharedPriority:
    gate = str(gate_words(row.gate_item)) if row.gate_item else ""
    return SharedPriority(str(row.requirement.title), gate, row.unmet, row.partly, row.lead, row.cost)


def _urgent(row: SiteRow) -> UrgentSite:
    red, must_fix = (tuple(str(item.title) for item in items) for items in (row.red, row.must_fix))
    return UrgentSite(row.name, row.kecamatan, row.status, red, must_fix)


def _agencies(
    findings: Findings, rows: Sequence[SiteRow], lines: Sequence[ActionLine], today: date
) -> tuple[AgencyProgress, ...]:
    """Return the agencies that lead a repair or an action, the one farthest behind first."""
    actions = {row.agency: row for row in actions_by_agency([line for line in lines if line.withdrawn is None])}
    totals = {agency.id: agency for agency in agency_totals(findings, rows)}
    agencies = [
        _agency(
            str(totals[lead].name) if lead in totals else actions[lead].words,
            totals[lead].repairs if lead in totals else 0,
            actions.get(lead),
            today,
        )
        for lead in {**totals, **actions}
    ]
    return tuple(
        sorted(
            agencies, key=lambda each: (-(each.overdue or 0), -(each.open or 0), -each.repairs, each.name.casefold())
        )
    )


def _agency(name: str, repairs: int, actions: AgencyActions | None, today: date) -> AgencyProgress:
    if actions is None:
        return AgencyProgress(name, repairs, None, None, 0)
    days = (today - actions.late_since).days if actions.late_since else 0
    return AgencyProgress(name, repairs, actions.unfinished, actions.overdue, days)
