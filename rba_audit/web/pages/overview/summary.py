"""What a whole register amounts to: what fails most, where, and where nobody has looked.

Numbers are counted from the findings; nothing is judged again here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, Findings, GateItem, Status
from rba_audit.findings.conclusions import counted
from rba_audit.reports import LISTED, RepairLine, SiteRow
from rba_audit.standard import Requirement


@dataclass(frozen=True, slots=True)
class Priority:
    """A counted requirement that audited sites do not, or only partly, meet."""

    requirement: Requirement
    gate_item: GateItem | None
    """What leaving it unmet is to the gate."""
    unmet: int
    partly: int
    remedy: str
    lead: str
    cost: str


def urgency(item: GateItem | None) -> int:
    """Return the place of an item among those that come first; what auditors ask for waits with the rest."""
    return {"red": 0, "must_fix": 1}.get(item or "", 2)


def priorities(findings: Findings, most: int) -> list[Priority]:
    """Return what to fix first: what keeps a site from the top rank or the status before the others, each by how many sites fail it."""
    standard = findings.standard
    counts = counted(standard, findings.extension)
    unmet, partly = ((findings.matrix == outcome).sum(axis=1) for outcome in (DOES_NOT_CONFORM, PARTIAL))
    found = [
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
        found, key=lambda each: (urgency(each.gate_item), -each.unmet - each.partly, -each.unmet, each.requirement.id)
    )[:most]


@dataclass(frozen=True, slots=True)
class DistrictCounts:
    """How many sites of a kecamatan have each status; the name is empty where sites do not state theirs."""

    name: str
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """How many sites it has."""
        return self.counts.total()


def districts(rows: Iterable[SiteRow]) -> list[DistrictCounts]:
    """Return the kecamatan by name; sites that state none come last."""
    counts: dict[str, Counter[Status]] = {}
    for row in rows:
        counts.setdefault(row.kecamatan, Counter())[row.status] += 1
    return [
        DistrictCounts(name, counts[name]) for name in sorted(counts, key=lambda name: (name == "", name.casefold()))
    ]


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A site a surveyor should go to."""

    row: SiteRow
    located: bool


def next_visits(findings: Findings, rows: Iterable[SiteRow], most: int) -> list[NextVisit]:
    """Return the sites that need a surveyor: never audited before half known, least known first, not located last."""
    needy = [
        NextVisit(row, findings.source.shapes[row.position] is not None)
        for row in rows
        if row.status in LISTED["not_known"]
    ]
    return sorted(
        needy,
        key=lambda each: (
            not each.located,
            each.row.status != "not_audited",
            -each.row.undetermined,
            each.row.name.casefold(),
        ),
    )[:most]


@dataclass(frozen=True, slots=True)
class RepairTask:
    """One repair and every site of a list that needs it."""

    requirement: Requirement
    gate_item: GateItem | None
    remedy: str
    cost: str
    sites: tuple[RepairLine, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency and what it is asked to lead."""

    name: str
    tasks: tuple[RepairTask, ...]

    @property
    def red(self) -> int:
        """How many of its repairs lift a red item."""
        return sum(task.gate_item == "red" for task in self.tasks)

    @property
    def must_fix(self) -> int:
        """How many of its repairs lift what must be fixed first."""
        return sum(task.gate_item == "must_fix" for task in self.tasks)


def by_agency(repairs: Sequence[RepairLine]) -> list[Agency]:
    """Return the repairs under the agency that leads them; the most urgent agency, and its most urgent repair, first."""
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
    """Return the most serious thing that one requirement is to the gate at any of its sites."""
    requirement = group[0].requirement
    items: tuple[GateItem, ...] = ("red", "must_fix", "before_audit")
    return next((item for item in items if any(requirement in getattr(each.row, item) for each in group)), None)


def not_located(findings: Findings) -> int:
    """Return how many sites have no place on the map."""
    return sum(shape is None for shape in findings.source.shapes)
