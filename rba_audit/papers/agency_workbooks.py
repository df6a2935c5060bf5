"""Workbooks of agencies: what to repair, the sites, the costs, and an index of all agencies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rba_audit.findings import Findings
from rba_audit.messages import Message, say
from rba_audit.papers.agency_lists import AgencyLine, AgencyList, AgencyTotals, BandCost
from rba_audit.reports import Column, Provenance, SiteRow, status_words
from rba_audit.reports.columns import Cell
from rba_audit.reports.spreadsheets import Book
from rba_audit.status_style import gate_words

_WHOLE: Final = "#,##0"
_DEGREES: Final = "0.000000"


def agency_workbook(agency: AgencyList, findings: Findings, provenance: Provenance) -> bytes:
    """Return the workbook of an agency: repairs, sites, costs, and a sheet that says what it is."""
    book, title = Book(), str(agency.totals.name)
    book.fill(book.sheet(str(say("Repairs"))), _line_columns(), agency.lines, title=title)
    book.fill(book.sheet(str(say("Sites"))), _site_columns(), _sites(agency.lines), title=title)
    totals = _band_totals(agency.totals)
    book.fill(book.sheet(str(say("Costs"))), _band_columns(), agency.totals.bands, totals=totals, title=title)
    book.about(_about(findings, provenance, [agency.totals]))
    return book.content()


def index_workbook(agencies: Sequence[AgencyTotals], findings: Findings, provenance: Provenance) -> bytes:
    """Return the workbook with the totals of each agency."""
    book = Book()
    book.fill(book.sheet(str(say("Agencies"))), _total_columns(), agencies, totals=_index_totals(agencies))
    book.about(_about(findings, provenance, agencies))
    return book.content()


def _line_columns() -> list[Column[AgencyLine]]:
    return [
        Column(say("Id"), lambda line: line.repair.row.id, 14),
        Column(say("Site"), lambda line: line.repair.row.name, 20),
        Column(say("Kelurahan, kecamatan"), lambda line: line.area, 15),
        Column(say("Requirement"), lambda line: f"{line.repair.requirement.id} {line.repair.requirement.title}", 20),
        Column(say("Priority"), lambda line: gate_words(line.item) if line.item else "", 11),
        Column(say("Found"), lambda line: line.repair.observed, 26),
        Column(say("Wanted"), lambda line: line.repair.expected, 26),
        Column(say("Remedy"), lambda line: line.repair.remedy, 27),
        Column(say("By when"), lambda line: line.due, 11),
        Column(say("Lowest cost"), lambda line: line.cost.low, 13, _WHOLE),
        Column(say("Highest cost"), lambda line: line.cost.high, 14, _WHOLE),
    ]


def _site_columns() -> list[Column[list[AgencyLine]]]:
    return [
        Column(say("Id"), lambda lines: _row(lines).id, 20),
        Column(say("Site"), lambda lines: _row(lines).name, 30),
        Column(say("Kelurahan"), lambda lines: _row(lines).kelurahan, 18),
        Column(say("Kecamatan"), lambda lines: _row(lines).kecamatan, 16),
        Column(say("Latitude"), lambda lines: lines[0].position[0] if lines[0].position else None, 12, _DEGREES),
        Column(say("Longitude"), lambda lines: lines[0].position[1] if lines[0].position else None, 12, _DEGREES),
        Column(say("Status"), lambda lines: status_words(_row(lines).status), 18),
        Column(say("Repairs"), len, 11),
        Column(say("Mandatory"), lambda lines: sum(line.item == "red" for line in lines), 11),
        Column(say("Must be fixed first"), lambda lines: sum(line.item == "must_fix" for line in lines), 12),
        Column(say("Lowest cost"), lambda lines: sum(line.cost.low for line in lines), 16, _WHOLE),
        Column(say("Highest cost"), lambda lines: sum(line.cost.high for line in lines), 16, _WHOLE),
    ]


def _band_columns() -> list[Column[BandCost]]:
    return [
        Column(say("Cost band"), lambda band: str(band.band.words), 26),
        Column(say("Repairs"), lambda band: band.repairs, 12),
        Column(say("Lowest cost"), lambda band: band.cost.low, 18, _WHOLE),
        Column(say("Highest cost"), lambda band: band.cost.high, 18, _WHOLE),
    ]


def _total_columns() -> list[Column[AgencyTotals]]:
    return [
        Column(say("Id"), lambda agency: agency.id, 14),
        Column(say("Agency"), lambda agency: str(agency.name), 36),
        Column(say("Sites"), lambda agency: agency.sites, 11),
        Column(say("Repairs"), lambda agency: agency.repairs, 11),
        Column(say("Mandatory"), lambda agency: agency.red, 11),
        Column(say("Must be fixed first"), lambda agency: agency.must_fix, 14),
        Column(say("Not known yet"), lambda agency: agency.not_known, 14),
        Column(say("Lowest cost"), lambda agency: agency.cost.low, 18, _WHOLE),
        Column(say("Highest cost"), lambda agency: agency.cost.high, 18, _WHOLE),
    ]


def _band_totals(totals: AgencyTotals) -> list[Cell]:
    return [str(say("All")), totals.repairs, totals.cost.low, totals.cost.high]


def _index_totals(agencies: Sequence[AgencyTotals]) -> list[Cell]:
    """Return the cells of the last row; sites are not summed, since a site may stand at several agencies."""
    if not agencies:
        return []
    costs = [agency.cost for agency in agencies]
    return [
        "",
        str(say("All")),
        None,
        *(sum(getattr(agency, name) for agency in agencies) for name in ("repairs", "red", "must_fix", "not_known")),
        sum(cost.low for cost in costs),
        sum(cost.high for cost in costs),
    ]


def _about(findings: Findings, provenance: Provenance, agencies: Sequence[AgencyTotals]) -> list[tuple[Message, str]]:
    not_known = sum(agency.not_known for agency in agencies)
    return [
        *provenance.about(),
        (
            say("Costs"),
            str(findings.standard.currency.origin or say("The edition does not say where its costs come from.")),
        ),
        (
            say("Not known yet"),
            str(
                say(
                    "{count} requirements that this agency leads are not known yet; what they cost is not known and in no total.",
                    count=not_known,
                )
            ),
        ),
        (say("Note"), str(findings.standard.note)),
    ]


def _row(lines: Sequence[AgencyLine]) -> SiteRow:
    return lines[0].repair.row


def _sites(lines: Iterable[AgencyLine]) -> list[list[AgencyLine]]:
    """Return the lines of each site, in the order of names."""
    by_site: dict[str, list[AgencyLine]] = {}
    for line in lines:
        by_site.setdefault(line.repair.row.id, []).append(line)
    return sorted(by_site.values(), key=lambda own: (_row(own).name.casefold(), _row(own).id))
