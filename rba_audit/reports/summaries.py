"""Summaries over the register: most frequent failures, counts per kecamatan, sites to visit next, repairs per agency.

Numbers are counted from the findings; nothing is evaluated here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, Findings, GateItem, Status
from rba_audit.findings.conclusions import counted
from rba_audit.reports.lists import LISTED, RepairLine, SiteRow
from rba_audit.standard import Requirement


@dataclass(frozen=True, slots=True)
class Priority:
    """A counted requirement that some audited sites do not meet, or meet only partly.

    Attributes:
        unmet: How many sites do not meet it.
        partly: How many sites meet it partly.
        remedy: What to do about it.
        lead: The agency that leads the remedy.
        cost: The cost band of the remedy, in words.
    """

    requirement: Requirement
    gate_item: GateItem | None
    """The role in the gate of this requirement where it is unmet."""
    unmet: int
    partly: int
    remedy: str
    lead: str
    cost: str


def urgency(item: GateItem | None) -> int:
    """Return the sort key of a gate item: red first, then must-fix, then all others (before-audit items included)."""
    return {"red": 0, "must_fix": 1}.get(item or "", 2)


def priorities(findings: Findings, most: int) -> list[Priority]:
    """Return the first `most` requirements to fix: by urgency, then by how many sites fail or partly fail them."""
    standard = findings.standard
    counts = counted(standard, findings.extension)
    unmet, partly = ((findings.matrix == outcome).sum(axis=1) for outcome in (DOES_NOT_CONFORM, PARTIAL))
    unmet_requirements = [
        Priority(
            requirement=requirement,
            gate_item=findings.gate_item(requirement, "does_not_conform" if unmet[index] else "partial"),
            unmet=int(unmet[index]),
            partly=int(partly[index]),
            remedy=str(requirement.remedy.what),
            lead=str(standard.agencies[requirement.remedy.lead]),
            cost=str(standard.cost_bands[requirement.remedy.cost].words),
        )
        for index, requirement in enumerate(standard.requirements)
        if counts[index] and unmet[index] + partly[index]
    ]
    return sorted(
        unmet_requirements,
        key=lambda row: (urgency(row.gate_item), -row.unmet - row.partly, -row.unmet, row.requirement.id),
    )[:most]


@dataclass(frozen=True, slots=True)
class DistrictCounts:
    """Number of sites per status in a kecamatan; the name is empty for sites that do not state theirs."""

    name: str
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """Number of its sites."""
        return self.counts.total()


def districts(rows: Iterable[SiteRow]) -> list[DistrictCounts]:
    """Return the counts per kecamatan, by name; sites that state none come last."""
    counts: dict[str, Counter[Status]] = {}
    for row in rows:
        counts.setdefault(row.kecamatan, Counter())[row.status] += 1
    return [
        DistrictCounts(name, counts[name]) for name in sorted(counts, key=lambda name: (name == "", name.casefold()))
    ]


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A site that a surveyor should visit, and whether it has a position."""

    row: SiteRow
    located: bool


def next_visits(findings: Findings, rows: Iterable[SiteRow], most: int) -> list[NextVisit]:
    """Return the first `most` sites that need a visit.

    Sites without a position come last; before that sites never audited, then those with the most undetermined requirements.
    """
    visits = [
        NextVisit(row, findings.source.shapes[row.position] is not None)
        for row in rows
        if row.status in LISTED["not_known"]
    ]
    return sorted(
        visits,
        key=lambda visit: (
            not visit.located,
            visit.row.status != "not_audited",
            -visit.row.undetermined,
            visit.row.name.casefold(),
        ),
    )[:most]


@dataclass(frozen=True, slots=True)
class RepairTask:
    """One repair, and the sites of a list that need it."""

    requirement: Requirement
    gate_item: GateItem | None
    remedy: str
    cost: str
    sites: tuple[RepairLine, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency and the repairs that it leads."""

    name: str
    tasks: tuple[RepairTask, ...]

    @property
    def red(self) -> int:
        """How many of its repairs remove a red item."""
        return sum(task.gate_item == "red" for task in self.tasks)

    @property
    def must_fix(self) -> int:
        """How many of its repairs remove a must-fix item."""
        return sum(task.gate_item == "must_fix" for task in self.tasks)


def by_agency(repairs: Sequence[RepairLine]) -> list[Agency]:
    """Return the repairs grouped by the agency that leads them: most urgent agency first, and in each most urgent repair first."""
    grouped: dict[str, dict[str, list[RepairLine]]] = {}
    for repair in repairs:
        grouped.setdefault(repair.lead, {}).setdefault(repair.requirement.id, []).append(repair)
    agencies = []
    for lead, tasks in grouped.items():
        made = [
            RepairTask(
                first.requirement,
                _gate_item(group),
                first.remedy,
                first.cost,
                tuple(group),
            )
            for group in tasks.values()
            for first in group[:1]
        ]
        agencies.append(
            Agency(
                lead,
                tuple(sorted(made, key=lambda task: (urgency(task.gate_item), -len(task.sites), task.requirement.id))),
            )
        )
    return sorted(agencies, key=lambda agency: (-agency.red, -agency.must_fix, -len(agency.tasks), agency.name))


def _gate_item(group: Sequence[RepairLine]) -> GateItem | None:
    """Return the most serious gate item of one requirement over its sites."""
    requirement = group[0].requirement
    items: tuple[GateItem, ...] = ("red", "must_fix", "before_audit")
    return next((item for item in items if any(requirement in getattr(line.row, item) for line in group)), None)


def not_located(findings: Findings) -> int:
    """Return how many sites have no geometry."""
    return sum(shape is None for shape in findings.source.shapes)
