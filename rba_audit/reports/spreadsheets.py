"""Write lists as CSV and XLSX, with formulas in cells escaped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import xlsxwriter

from rba_audit.findings import Findings
from rba_audit.messages import Message, say
from rba_audit.reports.columns import Cell, Column
from rba_audit.reports.lists import ListName, RepairLine, SiteRow, list_rows, repairs, site_rows
from rba_audit.reports.provenance import Provenance
from rba_audit.standard import Requirement
from rba_audit.status_style import rank_words, status_words

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM: Final = "\ufeff"
_LONGEST_CELL: Final = 32_767
_MOST_LINES: Final = 1_048_575  # of a sheet, without its heading
_LONGEST_NAME: Final = 31  # of a sheet
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
T = TypeVar("T")


def escape_formula(value: Cell) -> Cell:
    """Prefix a text that begins like a formula with an apostrophe, so that no spreadsheet evaluates it (CSV injection)."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value


def site_columns() -> list[Column[SiteRow]]:
    """Return the columns of a list of sites."""
    return [
        Column(say("Id"), lambda row: row.id, 22),
        Column(say("Name"), lambda row: row.name, 34),
        Column(say("Kind"), lambda row: row.kind, 24),
        Column(say("Kelurahan"), lambda row: row.kelurahan, 18),
        Column(say("Kecamatan"), lambda row: row.kecamatan, 16),
        Column(say("Status"), lambda row: status_words(row.status), 18),
        Column(say("Lowest score"), lambda row: row.score_low, 13),
        Column(say("Highest score"), lambda row: row.score_high, 13),
        Column(say("Out of"), lambda row: row.score_max, 9),
        Column(say("Rank"), lambda row: rank_words(row.rank_low, row.rank_high), 18),
        Column(say("Determined (%)"), lambda row: row.answered_pct, 12),
        Column(say("Mandatory, not met"), lambda row: _named(row.red), 44),
        Column(say("Must be fixed first"), lambda row: _named(row.must_fix), 44),
        Column(say("Asked by auditors"), lambda row: _named(row.before_audit), 44),
        Column(say("Requirements not met"), lambda row: len(row.fails), 14),
        Column(say("Not known yet"), lambda row: row.undetermined, 14),
    ]


def repair_columns() -> list[Column[RepairLine]]:
    """Return the columns of a list of repairs."""
    return [
        Column(say("Id"), lambda repair: repair.row.id, 22),
        Column(say("Name"), lambda repair: repair.row.name, 34),
        Column(say("Kecamatan"), lambda repair: repair.row.kecamatan, 16),
        Column(say("Requirement"), lambda repair: repair.requirement.id, 12),
        Column(say("Title"), lambda repair: str(repair.requirement.title), 34),
        Column(say("Outcome"), lambda repair: repair.outcome, 16),
        Column(say("Mandatory"), lambda repair: _yes(repair.requirement in repair.row.red), 11),
        Column(say("Must be fixed first"), lambda repair: _yes(repair.requirement in repair.row.must_fix), 14),
        Column(say("Asked by auditors"), lambda repair: _yes(repair.requirement in repair.row.before_audit), 14),
        Column(say("Found"), lambda repair: repair.observed, 36),
        Column(say("Wanted"), lambda repair: repair.expected, 36),
        Column(say("Remedy"), lambda repair: repair.remedy, 52),
        Column(say("Lead agency"), lambda repair: repair.lead, 30),
        Column(say("Cost band"), lambda repair: repair.cost, 18),
    ]


def _named(requirements: Sequence[Requirement]) -> str:
    return "; ".join(f"{requirement.id} {requirement.title}" for requirement in requirements)


def _yes(holds: bool) -> str:
    return str(say("yes")) if holds else ""


def csv_text(columns: Sequence[Column[T]], rows: Sequence[T], provenance: Provenance | None = None) -> str:
    """Return rows as CSV with a byte-order mark, so that Excel reads it as UTF-8; `provenance` becomes its last columns."""
    all_columns = [*columns, *(provenance.columns() if provenance else ())]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([str(column.heading) for column in all_columns])
    writer.writerows([[escape_formula(column.value(row)) for column in all_columns] for row in rows])
    return _BOM + buffer.getvalue()


def list_csv(rows: Sequence[SiteRow], provenance: Provenance | None = None) -> str:
    """Return sites as CSV."""
    return csv_text(site_columns(), rows, provenance)


def workbook(findings: Findings, provenance: Provenance) -> bytes:
    """Return both lists, all sites and the repairs as one XLSX workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        styles = _styles(book)
        non_standard, not_known = list_rows(findings, "non_standard"), list_rows(findings, "not_known")
        _sheet(book, styles, str(say("Not standard")), site_columns(), non_standard)
        _sheet(book, styles, str(say("Not known yet")), site_columns(), not_known)
        _sheet(book, styles, str(say("Repairs")), repair_columns(), repairs(findings, non_standard))
        _sheet(book, styles, str(say("All sites")), site_columns(), site_rows(findings))
        _about(book, styles, _about_findings(findings, provenance))
    return buffer.getvalue()


def list_workbook(findings: Findings, name: ListName | None, rows: Sequence[SiteRow], provenance: Provenance) -> bytes:
    """Return the rows of a list (None: all sites) as an XLSX workbook; the list of non-standard sites has a sheet of repairs."""
    titles = {"non_standard": say("Not standard"), "not_known": say("Not known yet"), None: say("All sites")}
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        styles = _styles(book)
        _sheet(book, styles, str(titles[name]), site_columns(), rows)
        if name == "non_standard":
            _sheet(book, styles, str(say("Repairs")), repair_columns(), repairs(findings, rows))
        _about(book, styles, _about_findings(findings, provenance))
    return buffer.getvalue()


def table_workbook(
    sheets: Sequence[tuple[str, Sequence[Column[T]], Sequence[T]]], about: Sequence[tuple[Message, str]]
) -> bytes:
    """Return an XLSX workbook with one sheet per (name, columns, rows), and `about` on the last sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        styles = _styles(book)
        for name, columns, rows in sheets:
            # Excel allows no slash in the name of a sheet and at most 31 characters.
            _sheet(book, styles, name.replace("/", "-")[:_LONGEST_NAME], columns, rows)
        _about(book, styles, about)
    return buffer.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, object]:
    return {
        "heading": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E7F1EF", "bottom": 1}
        ),
        "cell": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _sheet(
    book: xlsxwriter.Workbook, styles: dict[str, object], name: str, columns: Sequence[Column[T]], rows: Iterable[T]
) -> None:
    sheet = book.add_worksheet(name)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, str(column.heading), styles["heading"])
    line = 0
    for line, row in enumerate(rows, start=1):
        if line == _MOST_LINES:
            sheet.write_string(
                line, 0, str(say("A sheet holds no more lines; audit fewer sites at once")), styles["heading"]
            )
            break
        for index, column in enumerate(columns):
            value = escape_formula(column.value(row))
            if isinstance(value, str):
                sheet.write_string(line, index, value[:_LONGEST_CELL], styles["cell"])
            elif value is not None:
                sheet.write_number(line, index, value, styles["cell"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(line, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _about_findings(findings: Findings, provenance: Provenance) -> list[tuple[Message, str]]:
    standard = findings.standard
    return [
        *provenance.about(),
        (say("Note"), str(standard.note)),
        (say("Ladder"), str(standard.ladder.note.words)),
        (say("Sites"), findings.source.source),
    ]


def _about(book: xlsxwriter.Workbook, styles: dict[str, object], lines: Sequence[tuple[Message, str]]) -> None:
    sheet = book.add_worksheet(str(say("About")))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    for line, (heading, text) in enumerate(lines):
        sheet.write_string(line, 0, str(heading), styles["heading"])
        sheet.write_string(line, 1, str(escape_formula(text)), styles["cell"])
