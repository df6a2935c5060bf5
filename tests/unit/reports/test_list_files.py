"""Columns, coordinates, costs, row heights and pages of the files of a list; hostile names stay text in each."""

import csv
import io
import math
from datetime import date

import geopandas
import numpy as np
import openpyxl
import pytest
from shapely import Point

from helpers.effort import over_seeds
from rba_audit.auditing import audit
from rba_audit.messages import say, using_language
from rba_audit.reports import (
    AuditVisit,
    Column,
    Provenance,
    geopackage,
    list_csv,
    list_rows,
    list_workbook,
    repairs,
    site_details,
    site_rows,
    table_workbook,
)
from rba_audit.reports.sheet_layout import MOST_LINES, pages_wide, wrapped_lines
from rba_audit.reports.spreadsheets import Book
from rba_audit.sites import sites_from_features

ABOUT = Provenance(date(2026, 11, 30), "rbra-2024", "An edition")
HOSTILE = ["=1+1", "'; DROP TABLE sites; --", "<b>x</b>&amp;", "@SUM(A1)", "line\nbreak", "\u202eabc", "$a_{b}$"]


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


@pytest.fixture(scope="module")
def audits(findings):
    return {site_id: AuditVisit(date(2026, 1, 5), "p1", "Ayu") for site_id in findings.source.ids[::2]}


def lines_of(text, separator=","):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator))


def cost(findings, row, end):
    """Return the sum of the bands of what fails, counted from the repairs."""
    return sum(
        getattr(findings.standard.cost_bands[repair.requirement.remedy.cost], end)
        for repair in repairs(findings, [row])
    )


def test_details_are_a_point_inside_the_visit_and_the_cost_of_what_fails(findings, audits):
    rows = site_rows(findings)
    details = site_details(findings, rows, audits, named=True)
    for row, line in zip(rows, lines_of(list_csv(rows, ABOUT, details)), strict=True):
        shape = findings.source.shapes[row.position]
        if shape is None:
            assert line["Latitude"] == line["Longitude"] == ""
        else:
            assert shape.buffer(1e-6).contains(Point(float(line["Longitude"]), float(line["Latitude"])))
        assert line["Last audit visit"] == ("2026-01-05" if row.id in audits else "")
        assert line["Auditor"] == ("Ayu" if row.id in audits else "")
        low, high = (line[f"Cost of known repairs, {end} (Rp)"] for end in ("at least", "at most"))
        if any(True for _ in repairs(findings, [row])):
            assert (low, high) == (str(cost(findings, row, "low")), str(cost(findings, row, "high")))
        elif row.undetermined:
            assert low == high == "", "what is not known costs nothing that is known"


def test_a_cost_that_cannot_be_known_is_no_zero(standard):
    found = audit(
        sites_from_features([{"type": "Feature", "id": "a", "properties": {}, "geometry": None}], "x"), standard
    )
    (details,) = site_details(found, site_rows(found), {}).by_id.values()
    assert details.cost_low is None
    assert details.cost_high is None


def test_a_reader_who_may_see_no_names_gets_no_column_of_auditors(findings, audits):
    hidden = {id: AuditVisit(audit_visit.day) for id, audit_visit in audits.items()}
    text = list_csv(site_rows(findings), ABOUT, site_details(findings, site_rows(findings), hidden, named=False))
    assert "Auditor" not in lines_of(text)[0]
    assert "Ayu" not in text


def test_semicolons_come_with_decimal_commas_and_the_same_cells(findings, audits):
    rows = site_rows(findings)
    details = site_details(findings, rows, audits)
    with_commas, with_semicolons = (
        lines_of(list_csv(rows, ABOUT, details, separator=separator), separator) for separator in (",", ";")
    )
    for one, other in zip(with_commas, with_semicolons, strict=True):
        for heading in ("Latitude", "Longitude"):
            assert one.pop(heading).replace(".", ",") == other.pop(heading)
        assert one == other


def named(*names):
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [106.1, -6.1]}}
    return sites_from_features(
        [
            {**feature, "id": f"s{number}", "properties": {"name": name, "LOK-03": 1}}
            for number, name in enumerate(names)
        ],
        "here",
    )


def test_hostile_names_stay_text_in_a_geopackage(standard, tmp_path):
    found = audit(named(*HOSTILE), standard)
    rows = site_rows(found)
    path = tmp_path / "x.gpkg"
    path.write_bytes(geopackage(found, rows, ABOUT, site_details(found, rows, {})))
    table = geopandas.read_file(path)
    assert list(table.name) == [row.name for row in rows]
    assert list(table.id) == [row.id for row in rows]
    assert str(table.crs) == "EPSG:4326"
    assert geopandas.list_layers(path).name.tolist() == ["sites"]


def test_a_geopackage_of_no_site_has_its_columns(findings, tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_bytes(geopackage(findings, [], ABOUT, site_details(findings, [], {}, named=True)))
    assert {"id", "name", "status", "point_lat", "repair_cost_low", "audit_by"} <= set(
        geopandas.read_file(path).columns
    )


def test_numbers_and_days_of_a_workbook_are_numbers_and_days(findings, audits):
    rows = list_rows(findings, "non_standard")
    details = site_details(findings, rows, audits, named=True)
    book = openpyxl.load_workbook(io.BytesIO(list_workbook(findings, "non_standard", rows, ABOUT, details)))
    sheet = book["Not standard"]
    heading, *lines = sheet.iter_rows(values_only=True)
    for line in lines:
        cells = dict(zip(heading, line, strict=True))
        assert isinstance(cells["Lowest score"], int)
        assert cells["Latitude"] is None or isinstance(cells["Latitude"], float)
        assert cells["Last audit visit"] is None or cells["Last audit visit"].date() == date(2026, 1, 5)
        assert isinstance(cells["Cost of known repairs, at least (Rp)"], int)
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_title_cols == "$A:$B"


def test_each_row_is_as_high_as_its_longest_cell(findings):
    rows = list_rows(findings, "non_standard")
    book = openpyxl.load_workbook(io.BytesIO(list_workbook(findings, "non_standard", rows, ABOUT)))
    for sheet in book.worksheets[:2]:
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        for line in sheet.iter_rows(min_row=2):
            # At least as many lines as the letters fill, if none of them were lost at line ends.
            least = max(
                math.ceil(len(str(cell.value)) / (width + 1))
                for cell, width in zip(line, widths, strict=True)
                if cell.value
            )
            assert sheet.row_dimensions[line[0].row].height >= min(least, MOST_LINES) * 15


@over_seeds(20, 400)
def test_a_wrapped_text_has_at_least_the_lines_of_a_simple_wrap(seed):
    chance = np.random.default_rng(seed)
    words = ["x" * int(length) for length in chance.integers(1, 40, size=chance.integers(1, 60))]
    width = int(chance.integers(5, 60))
    text = " ".join(words)
    most = int(width * 0.95)
    assert wrapped_lines(text, width) >= math.ceil(len(text.replace(" ", "")) / most)
    assert wrapped_lines(text, width) <= len(words) + sum(len(word) // most for word in words)


def test_wide_tables_take_more_pages_instead_of_small_print():
    assert pages_wide([20] * 5, 2) == 1
    assert pages_wide([20] * 15, 2) == 2
    assert pages_wide([40] * 20, 2) > 2


def test_the_first_line_names_the_whole_file_only_where_something_is_missing(findings):
    rows = site_rows(findings)

    def first_line(columns_note, cut):
        content = list_workbook(findings, None, rows, ABOUT, note=columns_note, note_if_cut=cut)
        return openpyxl.load_workbook(io.BytesIO(content)).active["A1"].value

    assert first_line("", "see b.csv") == "Id"
    assert first_line("see a.xlsx", "see b.csv") == "see a.xlsx"


def test_a_cell_that_is_cut_is_told_in_the_first_line():
    columns = [Column(say("Name"), lambda row: row, 10), Column(say("Id"), lambda row: row[:1], 10)]
    book = Book()
    first, other = book.sheet("first"), book.sheet("other")
    book.fill(other, columns, ["word " * 200])
    book.fill(first, columns, ["short"], note="see a.xlsx", note_if_cut="see b.csv")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content())).active
    assert sheet.title == "first"
    assert sheet["A1"].value == "see a.xlsx see b.csv"
    assert sheet["A2"].value == "Name"
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref.startswith("A2:")


def test_any_table_gets_row_heights():
    columns = [Column(say("Name"), lambda row: row, 10)]
    sheet = openpyxl.load_workbook(io.BytesIO(table_workbook([("x", columns, ["word " * 9])], []))).active
    assert sheet.row_dimensions[2].height >= 45
