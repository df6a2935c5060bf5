"""Papers of an evidence pack about the whole city: annex of sites, counts and their trend, costs of the rest, people trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any, Final

from rba_audit.auditing import TrendPoint
from rba_audit.findings import STATUSES, Findings
from rba_audit.findings.wording import kind_words
from rba_audit.messages import Message, format_day, format_number, say
from rba_audit.papers.agency_lists import AgencyTotals, agency_totals
from rba_audit.papers.issue import Issue
from rba_audit.papers.plan_paper import plan_paper
from rba_audit.plans.sheets import PlanSheet
from rba_audit.plans.tables import PlanColumn
from rba_audit.register.certificates import Certificate
from rba_audit.reports import Column, Provenance, SiteRow
from rba_audit.reports.spreadsheets import Book
from rba_audit.sites.names import property_text
from rba_audit.status_style import LOOKS, status_words

_DEGREES: Final = "0.000000"
_MONTHS: Final = 3 * 12
"""The trend goes back three years, as award reports do; the last point is the day itself."""


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A site in the annex of the decree; a text is empty and a number None where it is not known."""

    number: int
    id: str
    name: str
    kind: str
    area_m2: float | None
    kecamatan: str
    kelurahan: str
    latitude: float | None
    longitude: float | None
    owner: str
    manager: str


@dataclass(frozen=True, slots=True)
class TrainedPerson:
    """A person trained on the rights of the child; `valid` says whether a certificate is valid, in words."""

    name: str
    institution: str
    sector: str
    valid: str


def annex_rows(findings: Findings, rows: Sequence[SiteRow]) -> list[AnnexRow]:
    """Return the sites of the annex, in the order of `rows`."""
    annex = []
    for number, row in enumerate(rows, 1):
        site, shape = findings.source[row.position], findings.source.shapes[row.position]
        middle = None if shape is None or shape.is_empty else shape.centroid
        area = float(findings.area_m2[row.position])
        annex.append(
            AnnexRow(
                number,
                row.id,
                row.name,
                kind_words(findings.standard, site.kind),
                None if isnan(area) else round(area, 1),
                row.kecamatan,
                row.kelurahan,
                None if middle is None else round(middle.y, 6),
                None if middle is None else round(middle.x, 6),
                property_text(site.facts.get("owner")),
                property_text(site.facts.get("manager")),
            )
        )
    return annex


def annex_pdf(issue: Issue, rows: Sequence[AnnexRow]) -> bytes:
    """Return the annex of the decree as a PDF file, to be checked and signed by the office."""

    def degrees(value: float | None) -> str:
        # As maps on the phone take it: with a point.
        return _unknown() if value is None else f"{value:.6f}"

    columns: Sequence[PlanColumn[Any]] = (
        (say("No."), lambda row: str(row.number), 4),
        (say("Site"), lambda row: row.name, 24),
        (say("Kind"), lambda row: row.kind or _unknown(), 14),
        (say("Area (m²)"), lambda row: _unknown() if row.area_m2 is None else format_number(row.area_m2, 1), 9),
        (say("Kelurahan"), lambda row: row.kelurahan or _unknown(), 13),
        (say("Kecamatan"), lambda row: row.kecamatan or _unknown(), 13),
        (say("Latitude"), lambda row: degrees(row.latitude), 11),
        (say("Longitude"), lambda row: degrees(row.longitude), 11),
        (say("Owner of the land"), lambda row: row.owner or _unknown(), 18),
        (say("Manager"), lambda row: row.manager or _unknown(), 18),
    )
    about = [
        (say("What this is"), str(say("Draft of the annex of the decree: name, kind, area, place, owner and manager of each site."))),
        (say("Area"), str(say("Of the outline in the register; it is no land survey."))),
        (say("Position"), str(say("The middle of the outline, in degrees (WGS 84)."))),
    ]  # fmt: skip
    return plan_paper(issue, str(say("Annex: sites of the round")), about, [(say("Sites"), columns, rows)], _cut())


def annex_workbook(issue: Issue, rows: Sequence[AnnexRow], provenance: Provenance) -> bytes:
    """Return the annex of the decree as a workbook; its numbers are numbers, and what is not known is said in words."""
    columns: list[Column[AnnexRow]] = [
        Column(say("No."), lambda row: row.number, 6),
        Column(say("Id"), lambda row: row.id, 18),
        Column(say("Site"), lambda row: row.name, 30),
        Column(say("Kind"), lambda row: row.kind or _unknown(), 18),
        Column(say("Area (m²)"), lambda row: _unknown() if row.area_m2 is None else row.area_m2, 12, "#,##0.0"),
        Column(say("Kelurahan"), lambda row: row.kelurahan or _unknown(), 18),
        Column(say("Kecamatan"), lambda row: row.kecamatan or _unknown(), 18),
        Column(say("Latitude"), lambda row: _unknown() if row.latitude is None else row.latitude, 12, _DEGREES),
        Column(say("Longitude"), lambda row: _unknown() if row.longitude is None else row.longitude, 12, _DEGREES),
        Column(say("Owner of the land"), lambda row: row.owner or _unknown(), 24),
        Column(say("Manager"), lambda row: row.manager or _unknown(), 24),
    ]
    book = Book(created=issue.at)
    book.fill(book.sheet(str(say("Sites"))), columns, rows, title=str(say("Annex: sites of the round")))
    book.about(provenance.about())
    return book.content()


def trend_months() -> int:
    """Return how many points `trend_paper` takes at most."""
    return _MONTHS + 1


def trend_paper(issue: Issue, points: Sequence[TrendPoint], certificates: Sequence[Certificate], sites: int) -> bytes:
    """Return how many play spaces there are and how many are standard, now and at the end of each of the last years.

    Args:
        issue: The office, and the day.
        points: The counts of `status_trend`, oldest first.
        certificates: All certificates.
        sites: How many sites the register has today.
    """
    last = issue.day
    shown = [point for point in points if point.day == last or point.day.month == 12]
    columns: Sequence[PlanColumn[Any]] = (
        (say("Day"), lambda point: format_day(point.day), 14),
        (say("All sites"), lambda point: sum(point.counts.values()), 12),
        *((LOOKS[status].label, _counter(status), 14) for status in STATUSES),
        (say("With a valid certificate"), lambda point: _certified(certificates, point.day), 14),
    )
    about = [
        (
            say("On this day"),
            str(
                say(
                    "{sites} play spaces are in the register; {standard} are standard by the readiness estimate, {certified} have a valid certificate.",
                    sites=sites,
                    standard=points[-1].counts["standard"] if points else _unknown(),
                    certified=_certified(certificates, last),
                )
            ),
        ),
        (
            say("How it is counted"),
            str(
                say(
                    "At the end of each year, by the visits approved until then, under the edition and rules of today; certificates as they were valid on that day. Play spaces are those in the register today."
                )
            ),
        ),
    ]
    sheets: list[PlanSheet] = [(say("The last three years"), columns, shown)]
    return plan_paper(issue, str(say("Play spaces and standard play spaces")), about, sheets, _cut())


def costs_paper(issue: Issue, findings: Findings, rest: Sequence[SiteRow]) -> bytes:
    """Return what the other sites need to become standard: repairs and costs by agency and by site; `rest` are these sites."""
    currency = findings.standard.currency
    agencies = agency_totals(findings, rest)
    by_agency: Sequence[PlanColumn[Any]] = (
        (say("Agency"), lambda agency: str(agency.name), 30),
        (say("Sites"), lambda agency: agency.sites, 9),
        (say("Repairs"), lambda agency: agency.repairs, 9),
        (say("Mandatory"), lambda agency: agency.red, 11),
        (say("Not known yet"), lambda agency: agency.not_known, 12),
        (say("Lowest cost"), lambda agency: agency.cost.low, 16),
        (say("Highest cost"), lambda agency: agency.cost.high, 16),
    )
    costs = {row.id: agency_totals(findings, [row]) for row in rest}
    by_site: Sequence[PlanColumn[Any]] = (
        (say("Site"), lambda row: row.name, 30),
        (say("Kecamatan"), lambda row: row.kecamatan or _unknown(), 16),
        (say("Status"), lambda row: status_words(row.status), 18),
        (say("Repairs"), lambda row: _known(row, sum(agency.repairs for agency in costs[row.id])), 9),
        (say("Not known yet"), lambda row: row.undetermined, 12),
        (say("Lowest cost"), lambda row: _known(row, _sum(costs[row.id], "low")), 16),
        (say("Highest cost"), lambda row: _known(row, _sum(costs[row.id], "high")), 16),
    )
    about = [
        (
            say("Sites"),
            str(say("{count} sites are not part of this round and not standard yet.", count=len(rest))),
        ),
        (say("Costs"), str(currency.origin or say("The edition does not say where its costs come from."))),
        (
            say("Not known yet"),
            str(say("What the requirements cost that nobody has answered yet is not known, and in no figure.")),
        ),
        (say("Unit"), currency.symbol.strip()),
    ]
    sheets: list[PlanSheet] = [(say("By agency"), by_agency, agencies), (say("By site"), by_site, rest)]
    return plan_paper(issue, str(say("Plan and costs for the other play spaces")), about, sheets, _cut())


def people_paper(issue: Issue, people: Sequence[TrainedPerson]) -> bytes:
    """Return the list of people trained on the rights of the child: names, institutions, sectors and validity only."""
    columns: Sequence[PlanColumn[Any]] = (
        (say("No."), lambda pair: str(pair[0]), 4),
        (say("Name"), lambda pair: pair[1].name, 28),
        (say("Institution"), lambda pair: pair[1].institution, 28),
        (say("Sector"), lambda pair: pair[1].sector or _unknown(), 24),
        (say("Certificate"), lambda pair: pair[1].valid, 20),
    )
    about = [(say("People trained"), format_number(len(people), 0))]
    sheets: list[PlanSheet] = [(say("KHA training"), columns, list(enumerate(people, 1)))]
    return plan_paper(issue, str(say("People trained on the rights of the child (KHA)")), about, sheets, _cut())


def _certified(certificates: Sequence[Certificate], day: date) -> int:
    """Return how many sites have a certificate that was valid on a day."""
    return len(
        {
            each.site_id
            for each in certificates
            if each.issued <= day <= each.valid_until and (each.withdrawn is None or day < each.withdrawn.day)
        }
    )


def _counter(status: Any) -> Any:
    return lambda point: point.counts[status]


def _sum(agencies: Sequence[AgencyTotals], end: str) -> int:
    return sum(getattr(agency.cost, end) for agency in agencies)


def _known(row: SiteRow, number: int) -> int | None:
    """Return a number of a site; None for one that nobody audited, where it is not known."""
    return None if row.status == "not_audited" else number


def _unknown() -> str:
    return str(say("unknown"))


def _cut() -> Message:
    return say("More rows are in the register; this table shows the first ones.")
