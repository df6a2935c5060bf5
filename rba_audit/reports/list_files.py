"""Lists of sites and their repairs as CSV and as XLSX workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rba_audit.findings import Findings
from rba_audit.messages import Message, say
from rba_audit.reports.detail_table import DetailTable, site_details
from rba_audit.reports.list_columns import repair_columns, site_columns
from rba_audit.reports.lists import ListName, SiteRow, list_rows, repairs, site_rows
from rba_audit.reports.provenance import Provenance
from rba_audit.reports.spreadsheets import Book, Separator, csv_text

_TITLES: Final[dict[ListName | None, Message]] = {
    "non_standard": say("Not standard"),
    "not_known": say("Not known yet"),
    None: say("All sites"),
}


def list_csv(
    rows: Sequence[SiteRow],
    provenance: Provenance | None = None,
    details: DetailTable | None = None,
    *,
    separator: Separator = ",",
) -> str:
    """Return sites as CSV, with the columns of `details`."""
    return csv_text(site_columns(details), rows, provenance, separator=separator)


def workbook(findings: Findings, provenance: Provenance) -> bytes:
    """Return both lists, all sites and the repairs as one XLSX workbook."""
    book, every = Book(), site_rows(findings)
    columns = site_columns(site_details(findings, every))
    non_standard = list_rows(findings, "non_standard")
    for title, rows in (
        (say("Not standard"), non_standard),
        (say("Not known yet"), list_rows(findings, "not_known")),
    ):
        book.fill(book.sheet(str(title)), columns, rows)
    lines = repairs(findings, non_standard)
    book.fill(book.sheet(str(say("Repairs"))), repair_columns(findings.standard.currency.symbol), lines)
    book.fill(book.sheet(str(say("All sites"))), columns, every)
    book.about(_about_findings(findings, provenance))
    return book.content()


def list_workbook(
    findings: Findings,
    name: ListName | None,
    rows: Sequence[SiteRow],
    provenance: Provenance,
    details: DetailTable | None = None,
    *,
    note: str = "",
    note_if_cut: str = "",
) -> bytes:
    """Return the rows of a list (None: all sites) as an XLSX workbook; the list of non-standard sites has a sheet of repairs.

    `details` are further columns. `note` is the first line of the workbook; `note_if_cut` stands there as well where a cell
    holds or shows only its beginning.
    """
    book = Book()
    first = book.sheet(str(_TITLES[name]))
    if name == "non_standard":
        lines = repairs(findings, rows)
        book.fill(book.sheet(str(say("Repairs"))), repair_columns(findings.standard.currency.symbol), lines)
    book.fill(first, site_columns(details), rows, note=note, note_if_cut=note_if_cut)
    book.about(_about_findings(findings, provenance))
    return book.content()


def _about_findings(findings: Findings, provenance: Provenance) -> list[tuple[Message, str]]:
    standard = findings.standard
    return [
        *provenance.about(),
        (say("Note"), str(standard.note)),
        (say("Ladder"), str(standard.ladder.note.words)),
        *([(say("Costs"), str(standard.currency.origin))] if standard.currency.origin else []),
        (say("Sites"), findings.source.source),
    ]
