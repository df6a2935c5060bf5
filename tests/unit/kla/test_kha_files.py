"""Tables of any make are read alike; what is damaged, hostile or too large is refused with a sentence."""

import io
import zipfile

import openpyxl
import pytest

from rba_audit.errors import EvidenceError
from rba_audit.kla import kha_xlsx
from rba_audit.kla.kha_files import LARGEST_TABLE_BYTES, read_table
from rba_audit.messages import using_language

ROWS = [["Nama", "Instansi"], ["Siti Aminah", "DLH"], ["=1+1", "Bank"], ["Budi ✓", 'a "b"; c']]


def workbook(rows, *, other=()):
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column)
            cell.value = value
            if isinstance(value, str) and value.startswith("=") and value not in other:
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def texts(table):
    return [[row.cells[index].text for index in sorted(row.cells)] for row in table.rows]


def refusal(data):
    with pytest.raises(EvidenceError) as caught:
        read_table(data)
    with using_language("en"):
        return str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_and_xlsx_of_the_same_cells_are_the_same_rows(separator, encoding):
    import csv

    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(ROWS)

    assert texts(read_table(out.getvalue().encode(encoding))) == texts(read_table(workbook(ROWS))) == ROWS


def test_csv_as_excel_for_windows_saves_it_is_read():
    assert texts(read_table("Nama\r\nRené".encode("cp1252"))) == [["Nama"], ["René"]]


def test_numbers_days_and_formulas_of_a_workbook_are_told_apart():
    from datetime import date

    table = read_table(
        workbook([["Nama"], [date(2026, 11, 30)], [3604012345678901], [0.1 + 0.2], ["=A1"]], other={"=A1"})
    )
    cells = [row.cells[0] for row in table.rows[1:]]

    assert [cell.text for cell in cells] == ["46356", "3604012345678901", "0.3", ""]
    assert [cell.formula for cell in cells] == [False, False, False, True]


def test_the_first_visible_sheet_is_read_and_the_others_are_counted():
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "Rahasia", "hidden"
    book.create_sheet("Peserta")["B3"] = "Nama"
    book.create_sheet("Lain")["A1"] = "tidak"
    out = io.BytesIO()
    book.active = 1
    book.save(out)
    table = read_table(out.getvalue())

    assert (table.sheet, table.other_sheets) == ("Peserta", 2)
    assert [(row.number, list(row.cells)) for row in table.rows] == [(3, [1])]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 500,
        zipped({"a.txt": b"x"}),
        zipped({"xl/workbook.xml": b"<workbook/>", "xl/_rels/workbook.xml.rels": b"<r/>"}),
        zipped({"xl/workbook.xml": b"<workbook>", "xl/_rels/workbook.xml.rels": b"<r/>"}),
        workbook(ROWS)[:-200],
    ],
)
def test_a_damaged_workbook_is_refused(data):
    assert "no workbook" in refusal(data)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>&undefined;</a>",
        b'<worksheet><row r="x"><c r="A1"><v>1</v></c></row></worksheet>' * 2,
        b"",
    ],
)
def test_a_workbook_with_a_document_type_or_broken_xml_is_refused(part, content):
    assert "no workbook" in refusal(zipped({**parts_of(workbook(ROWS)), part: content}))


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="1A"><v>1</v></c>',
        b'<c r="A1" t="s"><v>99</v></c>',
        b'<c r="A1" t="s"><v>x</v></c>',
        b'<c r="A1"><v>one</v></c>',
        b'<c r="A1"><v>1e999</v></c>',
    ],
)
def test_a_cell_that_no_program_writes_is_refused(cell):
    sheet = b'<worksheet><sheetData><row r="1">' + cell + b"</row></sheetData></worksheet>"

    assert "no workbook" in refusal(zipped({**parts_of(workbook(ROWS)), "xl/worksheets/sheet1.xml": sheet}))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(kha_xlsx, "_MOST_BYTES", 100_000)
    parts = {
        **parts_of(workbook(ROWS)),
        "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 2_000_000 + b"</worksheet>",
    }

    assert "too large" in refusal(zipped(parts))


def test_the_limits_are_taken_and_one_more_is_refused(monkeypatch):
    monkeypatch.setattr(kha_xlsx, "MOST_ROWS", 4)
    monkeypatch.setattr("rba_audit.kla.kha_files.MOST_ROWS", 4)
    more = [*ROWS, ["Nur"]]

    assert len(read_table(workbook(ROWS)).rows) == len(read_table(b"a\nb\nc\nd\n").rows) == 4
    assert "too large" in refusal(workbook(more))
    assert "divide it" in refusal(b"a\nb\nc\nd\ne\n")
    assert len(read_table(",".join(["x"] * 200).encode()).rows[0].cells) == 200
    assert "200 columns" in refusal(",".join(["x"] * 201).encode())


def test_other_files_are_refused():
    assert "Choose" in refusal(b"")
    assert "5 MB" in refusal(b"x" * (LARGEST_TABLE_BYTES + 1))
    assert "older Excel" in refusal(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert "no table" in refusal(b"\x89PNG\r\n\x1a\n\0\0")
    assert "no table" in refusal(b"Nama\0\n")
