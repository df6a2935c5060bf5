"""Shapefiles in a ZIP archive, with what people leave out."""

import pytest

from helpers.made_files import dbf, shapefile, zipped
from rba_audit.file_formats import read_source
from rba_audit.file_formats.dbase import read_dbase
from rba_audit.file_formats.problems import FormatError
from rba_audit.messages import using_language

PLACES = [(106.1, -6.1), (106.2, -6.2), (106.3, -6.3)]
FIELDS = {
    "ID": ("N", 19),
    "NAMOBJ": ("C", 254),
    "tinggi_m": ("N", 8),
    "tgl": ("D", 8),
    "ada": ("L", 1),
    "catatan_ya": ("C", 20),
}
WGS84 = 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'


def row(id=b"1", name=b"Taman", height=b"1.5", day=b"20260406", there=b"T", note=b"-"):
    return (id.rjust(19), name, height.rjust(8), day, there, note)


def notes_of(source):
    with using_language("en"):
        return [str(note) for note in (*source.notes, *source.tables[0].notes)]


def test_in_a_sub_folder_in_upper_case_with_everything_it_needs():
    rows = [
        row(b"9007199254740993"),
        row(b"", b"", b"********", b"", b"?", b""),
        row(b"3", b"x" * 254, b"2.50", b"00000000", b"F"),
    ]
    source = read_source(
        zipped(shapefile(PLACES, dbf(FIELDS, rows), prj=WGS84, cpg="UTF-8") | {"data/baca.txt": "x"}), "jalan.zip"
    )
    (table,) = source.tables

    assert (source.format, table.name, table.crs) == ("shapefile", "TAMAN", "EPSG:4326")
    assert table.columns == tuple(FIELDS)
    assert table.rows[0].values == {
        "ID": 9007199254740993,
        "NAMOBJ": "Taman",
        "tinggi_m": 1.5,
        "tgl": "2026-04-06",
        "ada": True,
        "catatan_ya": "-",
    }
    assert dict(table.rows[1].values) == {}
    assert table.rows[2].values["ada"] is False
    assert [row.geometry["coordinates"] for row in table.rows] == [list(place) for place in PLACES]
    assert notes_of(source) == [
        "other files in the archive (1) are not read: baca.txt",
        "“NAMOBJ”: texts that may be cut off (1): a shapefile holds 254 characters",
    ]


def test_without_index_reference_system_and_encoding_it_is_read_and_told():
    rows = [row(name="Taman Ü".encode("cp1252")), row(), row()]
    source = read_source(zipped(shapefile(PLACES, dbf(FIELDS, rows), shx="")), "x.zip")

    assert source.tables[0].crs == ""
    assert source.tables[0].rows[0].values["NAMOBJ"] == "Taman Ü"
    assert len(source.tables[0].rows) == 3
    assert notes_of(source) == [
        "the text is read as cp1252, which the file does not say; look at “Taman Ü”",
        "the index of the shapefile (.shx) is missing and was made anew",
        "the file with the reference system (.prj) is missing; if the positions are in metres, name it, such as EPSG:32748 (--crs)",
    ]


def test_without_its_table_only_the_shapes_are_read_and_that_is_told():
    source = read_source(zipped(shapefile(PLACES, None, prj=WGS84)), "x.zip")

    assert [dict(row.values) for row in source.tables[0].rows] == [{}, {}, {}]
    assert notes_of(source) == ["the file with the names and facts (.dbf) is missing; only the shapes are read"]


def test_deleted_rows_do_not_shift_the_others_and_several_shapefiles_are_tables():
    table = dbf(FIELDS, [row(name=name) for name in (b"A", b"B", b"C")], deleted=frozenset({1}))
    files = shapefile(PLACES, table, prj=WGS84, stem="a/satu", upper=False) | shapefile(
        PLACES[:1], None, prj=WGS84, stem="a/dua"
    )
    source = read_source(zipped(files), "x.zip")

    assert [table.name for table in source.tables] == ["satu", "dua"]
    read = {row.values["NAMOBJ"]: row.geometry["coordinates"] for row in source.tables[0].rows}
    assert read == {"A": [106.1, -6.1], "C": [106.3, -6.3]}
    assert "rows that were deleted in the file (1) are left out" in notes_of(source)


@pytest.mark.parametrize(
    ("raw", "stated", "text", "told"),
    [
        ("Ü".encode(), "", "Ü", 0),
        ("Ü".encode(), "ISO-8859-1", "Ã\x9c", 0),
        ("Ü".encode("cp1252"), "1252", "Ü", 0),
        ("Ü".encode("cp1252"), "ANSI 1252", "Ü", 0),
        ("Ü".encode("cp1252"), "UTF-8", "Ü", 1),
        ("Ü".encode("cp1252"), "88591", "Ü", 0),
        ("a" * 253 + "Ü", "", "a" * 253 + "�", 1),
    ],
)
def test_the_encoding_is_the_stated_one_if_it_fits_then_utf8_then_that_of_windows(raw, stated, text, told):
    raw = raw.encode()[:254] if isinstance(raw, str) else raw
    table = read_dbase(dbf({"NAMA": ("C", 254)}, [(raw,)]), stated)

    assert table.rows[0]["NAMA"] == text
    assert len(table.notes) == told


@pytest.mark.parametrize("data", [b"", b"\x03" + bytes(40), dbf({"a": ("C", 5)}, [])[:40]])
def test_a_damaged_table_is_refused_in_words(data):
    with pytest.raises(FormatError):
        read_dbase(data, "")
