"""Workbooks of agencies: what to repair, the sites, the costs, and an index of all agencies; made to be printed on A4.

Every text of a cell is text, whatever it looks like. Rows are as high as their wrapped text, since spreadsheets that do not
measure it on opening would print one row over the next.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

import xlsxwriter

from rba_audit.findings import Findings
from rba_audit.messages import Message, format_day, say
from rba_audit.papers.agency_lists import AgencyLine, AgencyList, AgencyTotals, BandCost
from rba_audit.reports import Column, Provenance, SiteRow, escape_formula, status_words
from rba_audit.status_style import gate_words

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST_CELL: Final = 32_767
_MOST_LINES: Final = 1_048_000
_LINE_PT: Final = 15.0
_TALLEST_PT: Final = 405.0
_A4: Final = 9
_MARGIN_INCHES: Final = 0.4
_FILLED: Final = 0.92  # of a column's width that a line of text fills before it breaks, on average
T = TypeVar("T")


def agency_workbook(agency: AgencyList, findings: Findings, provenance: Provenance) -> bytes:
    """Return the workbook of an agency: repairs, sites, costs, and a sheet that says what it is."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        styles = _styles(book)
        title = str(agency.totals.name)
        _sheet(book, styles, say("Repairs"), title, _line_columns(), agency.lines)
        _sheet(book, styles, say("Sites"), title, _site_columns(), _sites(agency.lines))
        _sheet(book, styles, say("Costs"), title, _band_columns(), agency.totals.bands, _band_totals(agency.totals))
        _sheet(book, styles, say("About"), title, _about_columns(), _about(findings, provenance, [agency.totals]))
    return buffer.getvalue()


def index_workbook(agencies: Sequence[AgencyTotals], findings: Findings, provenance: Provenance) -> bytes:
    """Return the workbook with the totals of each agency."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        styles = _styles(book)
        title = str(say("Agencies"))
        _sheet(book, styles, say("Agencies"), title, _total_columns(), agencies, _index_totals(agencies))
        _sheet(book, styles, say("About"), title, _about_columns(), _about(findings, provenance, agencies))
    return buffer.getvalue()


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
        Column(say("By when"), lambda line: format_day(line.due) if line.due else "", 11),
        Column(say("Lowest cost"), lambda line: line.cost.low, 13),
        Column(say("Highest cost"), lambda line: line.cost.high, 14),
    ]


def _site_columns() -> list[Column[list[AgencyLine]]]:
    return [
        Column(say("Id"), lambda lines: _row(lines).id, 20),
        Column(say("Site"), lambda lines: _row(lines).name, 30),
        Column(say("Kelurahan"), lambda lines: _row(lines).kelurahan, 18),
        Column(say("Kecamatan"), lambda lines: _row(lines).kecamatan, 16),
        Column(say("Latitude"), lambda lines: lines[0].position[0] if lines[0].position else None, 12),
        Column(say("Longitude"), lambda lines: lines[0].position[1] if lines[0].position else None, 12),
        Column(say("Status"), lambda lines: status_words(_row(lines).status), 18),
        Column(say("Repairs"), len, 11),
        Column(say("Mandatory"), lambda lines: sum(line.item == "red" for line in lines), 11),
        Column(say("Must be fixed first"), lambda lines: sum(line.item == "must_fix" for line in lines), 12),
        Column(say("Lowest cost"), lambda lines: sum(line.cost.low for line in lines), 16),
        Column(say("Highest cost"), lambda lines: sum(line.cost.high for line in lines), 16),
    ]


def _band_columns() -> list[Column[BandCost]]:
    return [
        Column(say("Cost band"), lambda band: str(band.band.words), 26),
        Column(say("Repairs"), lambda band: band.repairs, 12),
        Column(say("Lowest cost"), lambda band: band.cost.low, 18),
        Column(say("Highest cost"), lambda band: band.cost.high, 18),
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
        Column(say("Lowest cost"), lambda agency: agency.cost.low, 18),
        Column(say("Highest cost"), lambda agency: agency.cost.high, 18),
    ]


def _about_columns() -> list[Column[tuple[Message, str]]]:
    return [Column(say("About"), lambda line: str(line[0]), 26), Column(say("Text"), lambda line: line[1], 90)]


def _band_totals(totals: AgencyTotals) -> list[str | int]:
    return [str(say("All")), totals.repairs, totals.cost.low, totals.cost.high]


def _index_totals(agencies: Sequence[AgencyTotals]) -> list[str | int | None]:
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


def _styles(book: xlsxwriter.Workbook) -> dict[str, Any]:
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B9BDC0"}
    heading = {**cell, "bold": True, "bg_color": "#E7F1EF"}
    return {
        "heading": book.add_format(heading),
        "cell": book.add_format(cell),
        "whole": book.add_format({**cell, "num_format": "#,##0"}),
        "degrees": book.add_format({**cell, "num_format": "0.000000"}),
        "total": book.add_format({**heading, "num_format": "#,##0"}),
    }


def _sheet(
    book: xlsxwriter.Workbook,
    styles: dict[str, Any],
    name: Message,
    title: str,
    columns: Sequence[Column[T]],
    rows: Iterable[T],
    totals: Sequence[str | int | None] = (),
) -> None:
    """Add a sheet: landscape A4, as wide as the paper, with its heading row on each page and `title` above it."""
    sheet = book.add_worksheet(str(name))
    widths = [column.width for column in columns]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    _write_row(sheet, 0, [str(column.heading) for column in columns], widths, dict.fromkeys(styles, styles["heading"]))
    last = 0
    for last, row in enumerate(rows, start=1):
        if last == _MOST_LINES:
            _write_row(
                sheet, last, [str(say("A sheet holds no more lines; audit fewer sites at once"))], widths, styles
            )
            break
        _write_row(sheet, last, [column.value(row) for column in columns], widths, styles)
    sheet.freeze_panes(1, min(2, len(columns) - 1))
    if last:
        sheet.autofilter(0, 0, last, len(columns) - 1)
    if totals:
        _write_row(sheet, last + 1, totals, widths, dict.fromkeys(styles, styles["total"]))
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=_MARGIN_INCHES, right=_MARGIN_INCHES, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{_header_text(title)}&R{_header_text(str(name))}")
    sheet.set_footer("&R&P / &N")


def _write_row(
    sheet: Any, line: int, values: Sequence[str | int | float | None], widths: Sequence[int], styles: dict[str, Any]
) -> None:
    """Write a row of cells, as high as its text; the height is set first, because rows are written in order."""
    lines = [
        _wrapped_lines(value, width) for value, width in zip(values, widths, strict=False) if isinstance(value, str)
    ]
    sheet.set_row(line, min(_LINE_PT * max([1, *lines]), _TALLEST_PT))
    for index, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(line, index, str(escape_formula(value))[:_LONGEST_CELL], styles["cell"])
        elif value is None:
            sheet.write_blank(line, index, None, styles["cell"])
        else:
            sheet.write_number(line, index, value, styles["degrees" if isinstance(value, float) else "whole"])


def _wrapped_lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column, words kept whole; `width` in characters of the standard font."""
    room = max(int(width * _FILLED), 1)
    count = 0
    for part in text.split("\n"):
        used = room + 1
        for word in part.split(" "):
            length = len(word)
            if used + 1 + length <= room:
                used += 1 + length
            else:
                count += max(-(-length // room), 1)
                used = length % room or length
    return max(count, 1)


def _header_text(text: str) -> str:
    """Return a text for a header, in which `&` begins a code."""
    return text.replace("&", "&&")[:100]
