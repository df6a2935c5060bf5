"""Details of listed sites for files: a point inside, the visit that the audit rests on, and the cost of known repairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.messages import Message, say
from rba_audit.reports.columns import Cell, Column
from rba_audit.reports.lists import SiteRow

_DECIMALS: Final = 6
"""Of a position in degrees: about 0.1 m."""


@dataclass(frozen=True, slots=True)
class AuditVisit:
    """The visit that the audit of a site rests on: its day, and its auditor where the reader may see names.

    Attributes:
        auditor_id: Id of the auditor's account; empty if unknown or hidden.
        auditor: The name as they signed; empty if hidden.
    """

    day: date
    auditor_id: str = ""
    auditor: str = ""


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """Details of one site.

    Attributes:
        latitude: Of a point inside the site, in degrees; None without a position.
        longitude: Of the same point.
        visit: The visit that its audit rests on; None if no visit counts.
        cost_low: Lower end of the cost of all counted requirements that are unmet or partly met, in the edition's currency;
            None if nothing is known to fail while outcomes are undetermined.
        cost_high: The upper end.
    """

    latitude: float | None
    longitude: float | None
    visit: AuditVisit | None
    cost_low: int | None
    cost_high: int | None

    def properties(self) -> dict[str, Cell]:
        """Return the details as properties of a Feature; the auditor only if the name is known."""
        named = {"audit_by": self.visit.auditor} if self.visit and self.visit.auditor else {}
        return {
            "point_lat": self.latitude,
            "point_lon": self.longitude,
            "audit_date": self.visit.day.isoformat() if self.visit else None,
            **named,
            "repair_cost_low": self.cost_low,
            "repair_cost_high": self.cost_high,
        }


@dataclass(frozen=True, slots=True)
class DetailTable:
    """Details of the sites of a file.

    Attributes:
        by_id: The details of each site.
        dated: Whether visits are known at all; files of a site list without a register have none.
        named: Whether the reader may see who audited.
        currency: Symbol of the currency of the costs; empty if the edition states none.
    """

    by_id: Mapping[str, SiteDetails]
    dated: bool
    named: bool
    currency: str

    def columns(self) -> list[Column[SiteRow]]:
        """Return the columns of a list of sites that show the details."""
        visits: list[Column[SiteRow]] = [Column(say("Last audit visit"), self._day, 11)] if self.dated else []
        visits += [Column(say("Auditor"), self._auditor, 16)] if self.dated and self.named else []
        return [
            Column(say("Latitude"), lambda row: self.by_id[row.id].latitude, 11, "0.000000"),
            Column(say("Longitude"), lambda row: self.by_id[row.id].longitude, 12, "0.000000"),
            *visits,
            Column(cost_heading(self.currency, high=False), lambda row: self.by_id[row.id].cost_low, 15, "#,##0"),
            Column(cost_heading(self.currency, high=True), lambda row: self.by_id[row.id].cost_high, 15, "#,##0"),
        ]

    def _day(self, row: SiteRow) -> date | None:
        visit = self.by_id[row.id].visit
        return visit.day if visit else None

    def _auditor(self, row: SiteRow) -> str:
        visit = self.by_id[row.id].visit
        return visit.auditor if visit else ""


def cost_heading(currency: str, *, high: bool) -> Message:
    """Return the heading of a column of costs."""
    unit = currency.strip() or "–"
    if high:
        return say("Cost of known repairs, at most ({currency})", currency=unit)
    return say("Cost of known repairs, at least ({currency})", currency=unit)


def site_details(
    findings: Findings, rows: Sequence[SiteRow], audits: Mapping[str, AuditVisit] | None = None, *, named: bool = False
) -> DetailTable:
    """Return the details of the sites of a list; `audits` are the visits by site id, None if there is no register."""
    standard = findings.standard
    bands = [standard.cost_bands[requirement.remedy.cost] for requirement in standard.requirements]
    low, high = (np.array([getattr(band, end) for band in bands], dtype=np.int64) for end in ("low", "high"))
    positions = np.array([row.position for row in rows], dtype=np.intp)
    fails = np.isin(findings.matrix[:, positions], (DOES_NOT_CONFORM, PARTIAL))
    fails &= counted(standard, findings.extension)[:, None]
    failing_sites = np.asarray(fails.any(axis=0)).tolist()
    costs = zip((low @ fails).tolist(), (high @ fails).tolist(), failing_sites, strict=True)
    details = {}
    for row, (cost_low, cost_high, failing) in zip(rows, costs, strict=True):
        known = failing or (row.undetermined == 0 and row.status != "not_audited")
        latitude, longitude = _point(findings, row.position)
        details[row.id] = SiteDetails(
            latitude,
            longitude,
            (audits or {}).get(row.id),
            int(cost_low) if known else None,
            int(cost_high) if known else None,
        )
    return DetailTable(details, audits is not None, named, standard.currency.symbol)


def _point(findings: Findings, site: int) -> tuple[float | None, float | None]:
    shape = findings.source.shapes[site]
    if shape is None or shape.is_empty:
        return None, None
    point = shape.representative_point()
    return round(point.y, _DECIMALS), round(point.x, _DECIMALS)
