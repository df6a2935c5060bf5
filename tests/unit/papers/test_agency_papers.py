"""Letters and workbooks of agencies: every line with its source of cost and day, hostile names as text, nothing overprinted."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pypdfium2
import pytest

from helpers.agency_registers import HOSTILE, OFFICE, random_findings
from rba_audit.messages import using_language
from rba_audit.papers import agency_letters
from rba_audit.papers.agency_letters import agency_letter, letter_data
from rba_audit.papers.agency_lists import agency_lists
from rba_audit.papers.agency_package import agency_package
from rba_audit.papers.agency_workbooks import agency_workbook, index_workbook
from rba_audit.register.office import Office
from rba_audit.reports import Provenance, site_rows

AT = datetime(2026, 11, 30, 3, 0, 0, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def findings(standard):
    return random_findings(standard, 11, sites=12, agencies=3, names=HOSTILE)


@pytest.fixture(scope="module")
def about(standard):
    return Provenance(date(2026, 11, 30), standard.edition, "An edition", ("Kecamatan: Serang",))


@pytest.fixture(scope="module")
def lists(findings):
    with using_language("id"):
        rows = site_rows(findings)
        first = agency_lists(findings, rows, {})[0].lines[0].repair
        return agency_lists(findings, rows, {(first.row.id, first.requirement.id): date(2026, 12, 24)})


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_bounded() for page in document))


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def test_a_letter_names_every_repair_where_and_by_when_and_says_that_it_is_not_signed(lists, findings, about):
    with using_language("id"):
        text = text_of(agency_letter(lists[0], OFFICE, findings.standard, about, AT))

    for line in lists[0].lines:
        assert squeezed(line.repair.requirement.id) in squeezed(text)
        assert squeezed(line.repair.remedy) in squeezed(text)
        assert squeezed(line.repair.row.name) in squeezed(text)
    for words in (
        "PEMERINTAH KOTA SERANG", "Dinas Taman", "Jl. Veteran 1", "Serang, 30 November 2026", "600/ /XI/2026",
        str(lists[0].totals.name), "24 Des 2026", "belum ditetapkan", "Bukan TTE BSrE", "Kepala Dinas", "Rahmat Hidayat",
        "NIP 19700101 199503 1 002", "bukan nilai resmi", "Kecamatan: Serang", "-6.100000", str(lists[0].totals.cost),
    ):  # fmt: skip
        assert squeezed(words) in squeezed(text), words


def test_a_letter_of_an_office_without_texts_has_the_shipped_wording_and_gaps(lists, findings, about):
    with using_language("en"):
        text = text_of(agency_letter(lists[0], Office(), findings.standard, about, AT))

    assert "(the name of the office is not set)" in text
    assert "Please plan and carry out the repairs below" in text
    assert "…………" in text
    assert not re.search(r"\{[a-z_]+\}", text.replace("{agency} \\ @nama", ""))


def test_most_urgent_repairs_stand_first_in_the_letter_and_kinds_that_do_not_fit_are_counted(lists, findings, about):
    with using_language("en"):
        data = letter_data(lists[0], OFFICE, findings.standard, about, AT)

    strong = [row["strong"] for row in data["rows"]]
    assert strong == sorted(strong, reverse=True)
    shown = sum(len(chapter["rows"]) for chapter in data["chapters"])
    assert shown == len(lists[0].lines)
    assert data["cut"] == ""
    assert len(data["rows"]) == min(10, len(data["chapters"]))
    assert ("stand in the appendix" in data["more"]) == (len(data["chapters"]) > 10)


def test_an_appendix_that_is_cut_says_how_much_the_workbook_has_more(lists, findings, about, monkeypatch):
    monkeypatch.setattr(agency_letters, "MOST_LINES", 2)
    with using_language("en"):
        data = letter_data(lists[0], OFFICE, findings.standard, about, AT)

    assert sum(len(chapter["rows"]) for chapter in data["chapters"]) == 2
    assert f"{len(lists[0].lines) - 2} more repairs" in data["cut"]


def test_a_workbook_has_every_repair_as_text_its_sites_and_costs_that_add_up(lists, findings, about):
    with using_language("en"):
        agency = lists[0]
        book = openpyxl.load_workbook(io.BytesIO(agency_workbook(agency, findings, about)))
    repairs_sheet, sites, costs, last = book.worksheets

    rows = list(repairs_sheet.iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[3].split()[0]) for row in rows] == [
        (line.repair.row.id, line.repair.requirement.id) for line in agency.lines
    ]
    assert all(cell.data_type != "f" and cell.hyperlink is None for sheet in book for row in sheet for cell in row)
    assert "'=1+1" in {row[1] for row in rows} | {row[1] for row in sites.values}
    assert sum(row[9] for row in rows) == agency.totals.cost.low
    assert sum(row[10] for row in rows) == agency.totals.cost.high
    assert list(costs.values)[-1] == ("All", agency.totals.repairs, agency.totals.cost.low, agency.totals.cost.high)
    assert sum(row[7] for row in list(sites.values)[1:]) == agency.totals.repairs
    assert "Kecamatan: Serang" in {row[1] for row in last.values}


def test_sheets_print_on_a4_and_rows_are_as_high_as_their_text(lists, findings, about):
    with using_language("en"):
        book = openpyxl.load_workbook(io.BytesIO(agency_workbook(lists[0], findings, about)))

    for sheet in book.worksheets[:-1]:
        # Neighbours of one width are one entry of the file.
        widths = [each.width for each in sheet.column_dimensions.values() for _ in range(each.min, each.max + 1)]
        assert sum(widths) <= 210, "text stays legible when the sheet is as wide as the paper"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == "$1:$1"
        for row in sheet.iter_rows():
            needed = max(
                sum(-(-len(part) // int(width)) or 1 for part in str(cell.value).split("\n"))
                for cell, width in zip(row, widths, strict=True)
                if isinstance(cell.value, str)
            )
            assert (sheet.row_dimensions[row[0].row].height or 15) >= min(15 * needed, 405)


def test_a_package_holds_a_letter_and_a_workbook_for_each_agency_and_an_index(lists, findings, about):
    with using_language("id"):
        archive = zipfile.ZipFile(io.BytesIO(agency_package(lists, findings, OFFICE, about, AT)))
        index = openpyxl.load_workbook(io.BytesIO(archive.read("perangkat-daerah-2026-11-30.xlsx"))).worksheets[0]

    ids = [agency.totals.id for agency in lists]
    assert sorted(archive.namelist()) == sorted(
        [
            "perangkat-daerah-2026-11-30.xlsx",
            *(f"surat-{id}-2026-11-30.pdf" for id in ids),
            *(f"perbaikan-{id}-2026-11-30.xlsx" for id in ids),
        ]
    )
    assert [row[0] for row in index.values][1:-1] == ids
    assert list(index.values)[-1][3] == sum(len(agency.lines) for agency in lists)


def test_the_index_of_no_agency_is_a_sheet_without_totals(findings, about):
    with using_language("en"):
        book = openpyxl.load_workbook(io.BytesIO(index_workbook([], findings, about)))

    assert len(list(book.worksheets[0].values)) == 1


def test_agencies_with_ids_that_no_file_name_tells_apart_have_files_of_their_own(findings, about):
    """An edition may name its agencies as it likes, also in letters that no file name keeps."""
    with using_language("id"):
        first = agency_lists(findings, site_rows(findings), {})[0]
        ids = ("дорстрой", "道路", "a b", "A-B", "a/b", "dlh")
        agencies = [replace(first, totals=replace(first.totals, id=id), lines=first.lines[:1]) for id in ids]
        package = agency_package(agencies, findings, OFFICE, about, AT)

    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = archive.namelist()
    assert len({name.casefold() for name in names}) == len(names) == 1 + 2 * len(ids)
    assert {"1-surat-2026-11-30.pdf", "3-surat-a-b-2026-11-30.pdf", "surat-dlh-2026-11-30.pdf"} < set(names)
