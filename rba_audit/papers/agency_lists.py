"""Repairs by the agency that leads them: counts, costs and lines, for the pages and papers of agencies.

Each counted requirement that a site does not, or only partly, meet belongs to the one agency that leads its remedy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, Findings, GateItem
from rba_audit.findings.conclusions import counted
from rba_audit.messages import BilingualText
from rba_audit.plans import CostRange
from rba_audit.reports import RepairLine, SiteRow, repairs
from rba_audit.standard import CostBand, Currency, Standard

_PRIORITIES: Final[tuple[GateItem, ...]] = ("red", "must_fix", "before_audit")
_COORDINATE_DIGITS: Final = 6

DueDates = Mapping[tuple[str, str], date]
"""The day by which an unfinished action is due, by (site id, requirement id)."""


@dataclass(frozen=True, slots=True)
class BandCost:
    """The repairs of one cost band: how many, and their cost."""

    band: CostBand
    repairs: int
    cost: CostRange


@dataclass(frozen=True, slots=True)
class AgencyTotals:
    """Counts and costs of the repairs that an agency leads at some sites.

    Attributes:
        id: The agency's short name in the edition.
        sites: Number of sites with a repair.
        repairs: Number of (requirement, site) pairs that are not, or only partly, met.
        red, must_fix: Number of repairs that are mandatory, or must be fixed first.
        not_known: Number of pairs that are not determined yet; their costs are in no total.
        bands: The repairs by cost band, in the edition's order, without empty bands.
        cost: The cost of all its repairs.
    """

    id: str
    name: BilingualText
    sites: int
    repairs: int
    red: int
    must_fix: int
    not_known: int
    bands: tuple[BandCost, ...]
    cost: CostRange


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """A repair at a site, with all that the agency needs to carry it out.

    Attributes:
        item: The role of the unmet requirement in the gate; None if it has none.
        due: The day by which its action is due; None without an unfinished action.
        position: Latitude and longitude in degrees of a point inside the site; None if it lies nowhere known.
    """

    repair: RepairLine
    item: GateItem | None
    cost: CostRange
    due: date | None
    position: tuple[float, float] | None

    @property
    def urgency(self) -> int:
        """The sort key of its gate item: red first, then must-fix, then what auditors ask for, then the others."""
        return _PRIORITIES.index(self.item) if self.item else len(_PRIORITIES)

    @property
    def area(self) -> str:
        """The kelurahan and kecamatan of the site, as far as they are stated."""
        return ", ".join(filter(None, (self.repair.row.kelurahan, self.repair.row.kecamatan)))


@dataclass(frozen=True, slots=True)
class AgencyList:
    """The repairs that one agency leads: totals, and a line for each, most urgent first."""

    totals: AgencyTotals
    lines: tuple[AgencyLine, ...]


def agency_totals(findings: Findings, rows: Sequence[SiteRow]) -> list[AgencyTotals]:
    """Return the totals of each agency that has a repair at one of these sites, most urgent agency first."""
    standard, conclusions = findings.standard, findings.conclusions
    positions = np.array([row.position for row in rows], dtype=np.intp)
    outcomes = findings.matrix[:, positions]
    counts = counted(standard, findings.extension)[:, None]
    unmet = _unmet(findings, positions)
    not_known = (outcomes == UNDETERMINED) & counts
    red, must_fix = conclusions.red[:, positions], conclusions.must_fix[:, positions]
    leads = np.array([requirement.remedy.lead for requirement in standard.requirements])
    totals = [
        AgencyTotals(
            id=agency,
            name=name,
            sites=int(unmet[own].any(axis=0).sum()),
            repairs=int(unmet[own].sum()),
            red=int(red[own].sum()),
            must_fix=int(must_fix[own].sum()),
            not_known=int(not_known[own].sum()),
            bands=(bands := _bands(standard, own, unmet.sum(axis=1))),
            cost=sum_of_costs([band.cost for band in bands], standard.currency),
        )
        for agency, name in standard.agencies.items()
        if unmet[own := leads == agency].any()
    ]
    return sorted(totals, key=lambda agency: (-agency.red, -agency.must_fix, -agency.repairs, str(agency.name)))


def sites_to_repair(findings: Findings, rows: Sequence[SiteRow]) -> int:
    """Return at how many of these sites some agency has a repair."""
    return int(_unmet(findings, np.array([row.position for row in rows], dtype=np.intp)).any(axis=0).sum())


def agency_lists(
    findings: Findings, rows: Sequence[SiteRow], due: DueDates, agencies: Sequence[str] | None = None
) -> list[AgencyList]:
    """Return the repairs at these sites by agency, most urgent agency first; `agencies` are ids, all by default."""
    wanted = {
        totals.id: totals for totals in agency_totals(findings, rows) if agencies is None or totals.id in agencies
    }
    lines: dict[str, list[AgencyLine]] = {agency: [] for agency in wanted}
    if not wanted:
        return []
    points = {row.position: _point_inside(findings, row.position) for row in rows}
    for repair in repairs(findings, rows):
        if repair.requirement.remedy.lead in lines:
            line = _line(findings.standard, repair, due, points[repair.row.position])
            lines[repair.requirement.remedy.lead].append(line)
    return [AgencyList(totals, tuple(sorted(lines[agency], key=_line_order))) for agency, totals in wanted.items()]


def sum_of_costs(costs: Sequence[CostRange], currency: Currency) -> CostRange:
    """Return the sum of several costs in one currency."""
    return CostRange(sum(cost.low for cost in costs), sum(cost.high for cost in costs), currency)


def coordinate_words(position: tuple[float, float] | None) -> str:
    """Return latitude and longitude as map services read them: `-6.120000, 106.150000`; empty without a position."""
    return "" if position is None else ", ".join(f"{degrees:.{_COORDINATE_DIGITS}f}" for degrees in position)


def _unmet(findings: Findings, positions: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return a mask (requirements, positions) of the counted requirements that are not, or only partly, met."""
    unmet = np.isin(findings.matrix[:, positions], (DOES_NOT_CONFORM, PARTIAL))
    unmet &= counted(findings.standard, findings.extension)[:, None]
    return unmet


def _line_order(line: AgencyLine) -> tuple[int, str, str, str]:
    row = line.repair.row
    return line.urgency, line.repair.requirement.id, row.name.casefold(), row.id


def _line(standard: Standard, repair: RepairLine, due: DueDates, position: tuple[float, float] | None) -> AgencyLine:
    row, requirement = repair.row, repair.requirement
    band = standard.cost_bands[requirement.remedy.cost]
    return AgencyLine(
        repair=repair,
        item=next((item for item in _PRIORITIES if requirement in getattr(row, item)), None),
        cost=CostRange(band.low, band.high, standard.currency),
        due=due.get((row.id, requirement.id)),
        position=position,
    )


def _bands(
    standard: Standard, own: NDArray[np.bool_], repairs_by_requirement: NDArray[np.int64]
) -> tuple[BandCost, ...]:
    """Return the costs of an agency: `own` is a mask of its requirements."""
    numbers = dict.fromkeys(standard.cost_bands, 0)
    for index in np.flatnonzero(own).tolist():
        numbers[standard.requirements[index].remedy.cost] += int(repairs_by_requirement[index])
    return tuple(
        BandCost(band, number, CostRange(band.low * number, band.high * number, standard.currency))
        for name, number in numbers.items()
        if number
        for band in (standard.cost_bands[name],)
    )


def _point_inside(findings: Findings, position: int) -> tuple[float, float] | None:
    shape = findings.source.shapes[position]
    if shape is None or shape.is_empty:
        return None
    point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    longitude, latitude = shapely.get_x(point), shapely.get_y(point)
    return round(float(latitude), _COORDINATE_DIGITS), round(float(longitude), _COORDINATE_DIGITS)
