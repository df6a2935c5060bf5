"""Every visible sheet becomes a table with the values that its program stored; what cannot be read is noted, what is hostile refused."""

import base64
import datetime
import io
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from rba_audit.file_formats.problems import FormatError
from rba_audit.file_formats.workbooks import read_workbook
from rba_audit.messages import using_language

OLD_WORKBOOK = zlib.decompress(
    base64.b85decode(
        "c-rk)O=uHA6#izi`78ZN+Ei%85DHeU?LkBkq{fD7FKwx%;17asO(`WcmDGTG&}z*|1VIoKFNJ#WQuX2wDySfM5Gr~Q1R>F*CqcnO"
        "oAu4x-I&%2jc6dU-!gAz-n@D5W!{_F$-bTsW@qj;=dcVr;X>Z<!&Af)RQz@)02((8)wF9L6~jSA!SAC$dfa$a^UAAYsN$W2#2xJ!"
        "QQ#w$LpYB9iR4J6jEJ!hx==oJ3XO74;s%vkG_haxOph{cV0xQnA2Z#>oJ&kQNj57EVm{j6w%y9({j!C}YKaQm=Q;10vjvTKsq*;j"
        "Wns#?(Ult0$17|gtW{$c6w;oN<VZ^O>u?iQzyU%>UtdRecNQTE_bk2{5#X!6ub)O7etG!<#Q(mO@BIzmM?qZ9zalkY3dRwkk~xDK"
        "Y}3?;8$<drJ()o@;vSV68hZ7y<N|i^Nv#UW^^*)$y=i@tvSmn5j*jZ%#E7L6x*HfwPwELutu87tDkrPdOMnlJz>-6whPP5R(Kzb3"
        "9pnuaAVUkczP#xh9*7=h&J>$AUnlF8?=Wyq&7jG(JmP}sKhVZAHZwiXTGw*BnQ4e*sBRr-v>JP+S>^(dwvwH#jJMGZMeU8$&V1hc"
        "Ae{LW-9+uVp4{os+`H%uTIlr_r}^rcM!RSi*RLr&jM}xZ4xSH8n|?Wjd@^A9ZdmWkIxMPfM+h=Cdunw=p(m}iGJ7uSxe7gvdYYwK"
        "te{!2X0=vN$Tz{7pVzAc^6CpoTHVq|JQv&ZU>&DH&{|=`QsqThAWU&oMkE_uYDBUT73MRt$_nnq2C#C;%IU@+>v2yB(&_sX<wzG%"
        "pp}{~V#Rdv+N+9{R@H$62M!!KaNyw2Ao%)eUb!{v((U0Zq4`~BkxJhAO!D7i5EJyApud#6k)%3>Qzhlk8n}h6ORRE^{k>3OA6ZW!"
        "fnoL|QF8v${aO_No>fl_{Jkwys{MQ^e*R<oKLGWi3(E"
    )
)
"""A sheet as Excel 97 saves it: a row of headings, two rows with a day, yes and no, and a formula; and a hidden sheet."""


@pytest.fixture
def read(tmp_path):
    def tables(data):
        path = tmp_path / "file"
        path.write_bytes(data)
        return read_workbook(path)

    return tables


def workbook(sheets, **options):
    """Return an XLSX workbook of functions that fill its sheets, by their names."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"remove_timezone": True, **options}) as book:
        for name, fill in sheets.items():
            fill(book, book.add_worksheet(name))
    return out.getvalue()


def rows(data):
    """Return an XLSX workbook of one sheet with these rows."""

    def fill(_book, sheet):
        for number, row in enumerate(data):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write_string(number, column, value) if isinstance(value, str) else sheet.write(
                        number, column, value
                    )

    return workbook({"Data": fill})


def notes(tables):
    with using_language("en"):
        return " | ".join(str(note) for table in tables for note in table.notes)


def refusal(read, data):
    with pytest.raises(FormatError) as caught:
        read(data)
    with using_language("en"):
        return str(caught.value.found)


def values(table):
    return [(row.number, dict(row.values)) for row in table.rows]


def test_titles_and_a_numbering_row_are_no_data(read):
    (table,) = read(
        rows(
            [
                ["DAFTAR RTH KOTA"],
                ["Tahun", 2024],
                [],
                ["No", "Nama Taman", "Luas (m2)", "Telepon"],
                ["(1)", "(2)", "(3)", "(4)"],
                [1, "Taman A", 1200, "0254-200"],
                [2, "Taman B", 12.5, "007"],
            ]
        )
    )

    assert values(table) == [
        (6, {"No": 1, "Nama Taman": "Taman A", "Luas (m2)": 1200, "Telepon": "0254-200"}),
        (7, {"No": 2, "Nama Taman": "Taman B", "Luas (m2)": 12.5, "Telepon": "007"}),
    ]
    assert "“DAFTAR RTH KOTA”, “Tahun”, “2024”" in notes([table])
    assert "row 5 only numbers the columns" in notes([table])
    assert type(table.rows[0].values["Luas (m2)"]) is int


def test_headings_merged_over_columns_are_groups(read):
    def fill(_book, sheet):
        sheet.merge_range("A1:F1", "JUMLAH PENDUDUK")
        sheet.merge_range("A3:A4", "Kelurahan")
        sheet.merge_range("B3:C3", "Penduduk")
        sheet.merge_range("D3:E3", "Anak")
        sheet.merge_range("F3:F4", "Luas\nkm2")
        sheet.write_row("B4", ["L", "P", "L", "P"])
        sheet.write_row("A5", ["Serang", 10, 11, 3, 4, 1.5])

    (table,) = read(workbook({"Data": fill}))

    assert values(table) == [
        (5, {"Kelurahan": "Serang", "Penduduk/L": 10, "Penduduk/P": 11, "Anak/L": 3, "Anak/P": 4, "Luas km2": 1.5})
    ]


def test_a_heading_merged_over_columns_of_data_takes_no_row_of_data(read):
    def fill(_book, sheet):
        sheet.write("A1", "Nama")
        sheet.merge_range("B1:C1", "Koordinat")
        sheet.write_row("A2", ["Taman A", -6.1, 106.1])
        sheet.write_row("A3", ["Taman B", "utara", "timur"])

    (table,) = read(workbook({"Data": fill}))

    assert [row.number for row in table.rows] == [2, 3]
    assert table.columns == ("Nama", "Koordinat", "Koordinat (2)")


@pytest.mark.parametrize("since_1904", [False, True])
def test_days_times_numbers_and_truths_are_those_that_the_sheet_shows(read, since_1904):
    def fill(book, sheet):
        day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["hari", "saat", "buka", "persen", "lama", "ya", "angka", "rumus", "nik"])
        sheet.write_datetime(1, 0, datetime.date(2024, 5, 1), day)
        sheet.write_datetime(1, 1, datetime.datetime(2024, 5, 1, 10, 30, tzinfo=datetime.UTC), moment)
        sheet.write_number(1, 2, 0.4375, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(1, 3, 0.5, book.add_format({"num_format": "0%"}))
        sheet.write_number(1, 4, 1.5, book.add_format({"num_format": "[h]:mm:ss"}))
        sheet.write_boolean(1, 5, True)
        sheet.write_number(1, 6, 2.4000000000000004)
        sheet.write_formula(1, 7, "=1+1", None, 2)
        sheet.write_number(1, 8, 3604012345678901)

    (table,) = read(workbook({"Data": fill}, date_1904=since_1904))

    assert values(table) == [
        (
            2,
            {
                "hari": "2024-05-01",
                "saat": "2024-05-01T10:30:00",
                "buka": "10:30:00",
                "persen": 0.5,
                "lama": "36:00:00",
                "ya": True,
                "angka": 2.4,
                "rumus": 2,
                "nik": 3604012345678901,
            },
        )
    ]


def test_errors_and_formulas_without_a_value_are_noted_with_their_cells(read):
    book = openpyxl.Workbook()
    for row in (["nama", "luas", "anak"], ["A", "=B9", 3], ["B", 5, "#N/A"], ["C", "=1/0", "#DIV/0!"]):
        book.active.append(row)
    for cell in ("C3", "C4"):
        book.active[cell].data_type = "e"
    out = io.BytesIO()
    book.save(out)
    (table,) = read(out.getvalue())

    assert values(table) == [(2, {"nama": "A", "anak": 3}), (3, {"nama": "B", "luas": 5}), (4, {"nama": "C"})]
    assert "C3 (#N/A), C4 (#DIV/0!) (2)" in notes([table])
    assert "formulas without a stored value, read as empty: B2, B4 (2)" in notes([table])


def test_every_visible_sheet_is_a_table_and_hidden_ones_are_noted(read):
    def table(name):
        return lambda _book, sheet: (sheet.write_row(2, 1, ["nama", "luas"]), sheet.write_row(3, 1, [name, 5]))

    def hidden(_book, sheet):
        sheet.hide()
        sheet.write_row(0, 0, ["rahasia", "kode"])

    tables = read(workbook({"Taman": table("A"), "Pilihan": hidden, "Kosong": lambda *_: None, "Lain": table("B")}))

    assert [(table.name, values(table)) for table in tables] == [
        ("Taman", [(4, {"nama": "A", "luas": 5})]),
        ("Lain", [(4, {"nama": "B", "luas": 5})]),
    ]
    assert notes(tables) == "hidden sheets, not read: “Pilihan”"
    assert "no visible sheet" in refusal(read, workbook({"Kosong": lambda *_: None}))


def test_a_workbook_of_excel_97_is_read(read):
    (table,) = read(OLD_WORKBOOK)

    assert values(table) == [
        (2, {"Nama": "A", "Luas": 1200, "Tanggal": "2024-05-01", "Buka": True}),
        (3, {"Nama": "B", "Luas": 12.5, "Buka": False}),
    ]
    assert notes([table]) == "hidden sheets, not read: “Lain”"


def ods(body):
    spaces = "".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" ' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_cell(text, more=""):
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def number_cell(number, more=""):
    return f'<table:table-cell office:value-type="float" office:value="{number}" {more}><text:p>{number}</text:p></table:table-cell>'


def test_a_workbook_of_libreoffice_is_read(read):
    head = "<table:table-row>" + text_cell("Nama") + text_cell("Penduduk", 'table:number-columns-spanned="2"')
    head += "<table:covered-table-cell/></table:table-row><table:table-row><table:table-cell/>"
    head += text_cell("L") + text_cell("P") + "</table:table-row>"
    error = 'calcext:value-type="error" office:string-value="" table:formula="of:=NA()"'
    row = "<table:table-row>" + text_cell("A") + number_cell(12) + text_cell("#N/A", error) + "</table:table-row>"
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'

    (table,) = read(ods(f'<table:table table:name="Data">{head}{row}{empty}</table:table>'))

    assert values(table) == [(3, {"Nama": "A", "Penduduk/L": 12})]
    assert table.columns == ("Nama", "Penduduk/L", "Penduduk/P")
    assert "C3 (#N/A)" in notes([table])


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="1000000">' + number_cell(1) + "</table:table-row>",
        "<table:table-row>" + number_cell(1, 'table:number-columns-repeated="16384"') + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="200000">'
        + number_cell(1, 'table:number-columns-repeated="1000"')
        + "</table:table-row>",
    ],
)
def test_repeated_cells_count_as_often_as_they_stand_for(read, row):
    assert "too large" in (text := refusal(read, ods(f'<table:table table:name="D">{row}</table:table>'))) or (
        "columns" in text
    )


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r=\'BXA200000\'><v>1</v></c></row>',
    ],
)
def test_two_cells_far_apart_are_refused_before_they_are_laid_out(read, cells):
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode()

    text = refusal(read, zipped({**parts_of(rows([["a", "b"]])), "xl/worksheets/sheet1.xml": sheet}))

    assert "too large" in text or "columns" in text


def test_empty_cells_far_away_do_no_harm(read):
    parts = parts_of(rows([["nama", "luas"], ["A", 5]]))
    sheet = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    )

    (table,) = read(zipped({**parts, "xl/worksheets/sheet1.xml": sheet}))

    assert values(table) == [(2, {"nama": "A", "luas": 5})]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 500,
        rows([["a", "b"]])[:-200],
        zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000,
        OLD_WORKBOOK[:3000],
    ],
)
def test_a_damaged_workbook_is_refused(read, data):
    assert "damaged" in refusal(read, data)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_document_type_is_refused(read, part):
    content = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'

    assert "damaged" in refusal(read, zipped({**parts_of(rows([["a", "b"]])), part: content}))


_HEADINGS = st.lists(st.text("abcdefghijklmnop", min_size=2, max_size=6), min_size=2, max_size=4, unique=True)
_CELLS = st.one_of(
    st.none(),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs",)), min_size=1, max_size=8),
    st.integers(-(10**12), 10**12),
    st.integers(-(10**9), 10**9).map(lambda number: number / 1000),
    st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(st.data(), _HEADINGS)
def test_any_sheet_of_texts_and_numbers_reads_back(tmp_path_factory, data, headings):
    cells = data.draw(st.lists(st.lists(_CELLS, min_size=len(headings), max_size=len(headings)), max_size=6))
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(rows([headings, ["w"] * len(headings), *cells]))

    (table,) = read_workbook(path)

    expected = [
        {heading: cell for heading, cell in zip(headings, row, strict=True) if cell is not None and str(cell).strip()}
        for row in cells
    ]
    assert [dict(row.values) for row in table.rows[1:]] == [row for row in expected if row]
