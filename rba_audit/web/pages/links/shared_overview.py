"""Content of the page that a read-only link opens: a closed list of figures over the whole register.

No field holds a person, a child's answer, a note, a photo or an address of another page. What cannot be known is None, never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rba_audit.auditing import RegisterAudit
from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, Findings, Status
from rba_audit.findings.conclusions import counted
from rba_audit.followup.action_list import ActionLine, action_lines
from rba_audit.followup.due import DUE_KINDS, DUE_WORDS, DueKind, due_counts
from rba_audit.followup.surveillance import next_looks
from rba_audit.messages import Message, say
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
class DueFigure:
    """Number of records of one kind that are due; None with the reason if it cannot be known, which may also limit a number."""

    words: str
    count: int | None
    unknown: str = ""


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
        due=_due(register, audited, today, lines),
        agencies=_agencies(findings, lines, today),
        districts=tuple(districts(rows)),
    )


def _priority(row: Priority) -> SharedPriority:
    gate = str(gate_words(row.gate_item)) if row.gate_item else ""
    return SharedPriority(str(row.requirement.title), gate, row.unmet, row.partly, row.lead, row.cost)


def _urgent(row: SiteRow) -> UrgentSite:
    red, must_fix = (tuple(str(item.title) for item in items) for items in (row.red, row.must_fix))
    return UrgentSite(row.name, row.kecamatan, row.status, red, must_fix)


def _due(register: Register, audited: RegisterAudit, today: date, lines: Sequence[ActionLine]) -> tuple[DueFigure, ...]:
    counts = due_counts(register, audited, today)
    seen = len(next_looks(register, audited.findings, today, policy=audited.policies.followup))
    unseen = len(audited.findings) - seen
    reasons: dict[DueKind, Message] = {}
    unknown: set[DueKind] = set()
    if not lines:
        reasons["action"] = say("no action was made yet")
        unknown.add("action")
    if not register.certificates.all():
        reasons["certificate"] = say("no certificate was recorded yet")
        unknown.add("certificate")
    if unseen:
        reasons["surveillance"] = say("{count} sites have no approved visit", count=unseen)
        if not seen:
            unknown.add("surveillance")
    return tuple(
        DueFigure(
            str(DUE_WORDS[kind]),
            None if kind in unknown else counts.records(kind) + counts.elsewhere[kind],
            str(reasons[kind]) if kind in reasons else "",
        )
        for kind in DUE_KINDS
    )


def _agencies(findings: Findings, lines: Sequence[ActionLine], today: date) -> tuple[AgencyProgress, ...]:
    """Return the agencies that lead a repair or an action, the one farthest behind first."""
    standard = findings.standard
    unmet = ((findings.matrix == DOES_NOT_CONFORM) | (findings.matrix == PARTIAL)).sum(axis=1)
    counts = counted(standard, findings.extension)
    repairs: Counter[str] = Counter()
    for index, requirement in enumerate(standard.requirements):
        if counts[index] and unmet[index]:
            repairs[requirement.remedy.lead] += int(unmet[index])
    by_lead: dict[str, list[ActionLine]] = {}
    for line in lines:
        if line.withdrawn is None:
            by_lead.setdefault(line.action.request.lead, []).append(line)
    agencies = [
        _agency(
            str(standard.agencies[lead]) if lead in standard.agencies else lead, repairs[lead], by_lead.get(lead), today
        )
        for lead in {**repairs, **by_lead}
    ]
    return tuple(
        sorted(
            agencies, key=lambda each: (-(each.overdue or 0), -(each.open or 0), -each.repairs, each.name.casefold())
        )
    )


def _agency(name: str, repairs: int, lines: Sequence[ActionLine] | None, today: date) -> AgencyProgress:
    if lines is None:
        return AgencyProgress(name, repairs, None, None, 0)
    late = [line for line in lines if line.overdue]
    waiting = sum(line.action.state != "closed" for line in lines)
    return AgencyProgress(
        name, repairs, waiting, len(late), max(((today - line.action.due).days for line in late), default=0)
    )
