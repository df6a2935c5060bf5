"""Exports of KoboToolbox and ODK: positions with their accuracy, split answers, repeats as parts, pictures that are not taken."""

import csv
import io
import zipfile

import pytest
import xlsxwriter

from rba_audit.file_formats import read_source
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.file_formats.survey_exports import survey_tables
from rba_audit.file_formats.survey_links import is_linked, linked_rows
from rba_audit.messages import using_language


def table(name, columns, *rows):
    records = [
        SourceRow(number, {column: value for column, value in zip(columns, row, strict=False) if value != ""})
        for number, row in enumerate(rows, start=2)
    ]
    return SourceTable(name, tuple(columns), tuple(records))


def notes(tables):
    with using_language("en"):
        return " | ".join(str(note) for table in tables for note in table.notes)


def places(table):
    return [(row.geometry and (row.geometry["type"], row.geometry["coordinates"])) for row in table.rows]


KOBO = ("nama", "_gps_latitude", "_gps_longitude", "_gps_altitude", "_gps_precision", "_id", "_uuid", "_index")


def test_kobo_columns_of_a_point_give_its_position_and_accuracy():
    export = table(
        "",
        ("umum/nama", "umum/gps", *(f"umum/{column}" for column in KOBO[1:5]), *KOBO[5:]),
        ("A", "-6.11 106.15 30 4.5", "-6.11", "106.15", "30", "4.5", "11", "u-1", "1"),
        ("B", "", "", "", "", "", "12", "u-2", "2"),
        ("C", "-6.12 106.16 0 0", "-6.12", "106.16", "0", "0", "13", "u-3", "3"),
    )
    (read,) = survey_tables([export])

    assert places(read) == [("Point", [106.15, -6.11]), None, ("Point", [106.16, -6.12])]
    assert [row.values.get("position_accuracy_m") for row in read.rows] == [4.5, None, None]
    assert read.crs == "EPSG:4326"
    assert read.columns == (*export.columns, "position_accuracy_m")
    assert all(
        before.values.items() <= after.values.items() for before, after in zip(export.rows, read.rows, strict=True)
    )
    assert "positions are those of “umum/gps”" in notes([read])
    assert "set by hand on a map" in notes([read])


@pytest.mark.parametrize("separator", ["-", ":", "/"])
def test_odk_columns_of_a_point_give_its_position_and_accuracy(separator):
    parts = [f"umum{separator}gps{separator}{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]
    export = table("", ("SubmissionDate", "nama", *parts, "KEY"), ("2026", "A", -6.11, 106.15, 30, 3.2, "uuid:1"))
    (read,) = survey_tables([export])

    assert places(read) == [("Point", [106.15, -6.11])]
    assert read.rows[0].values["position_accuracy_m"] == 3.2


OUTLINE = "-6.1 106.1 0 3;-6.1 106.2 0 5;-6.2 106.2 0 4;-6.1 106.1 0 3"


@pytest.mark.parametrize(
    ("text", "kind", "coordinates", "accuracy"),
    [
        ("-6.11 106.15 30 4.5", "Point", [106.15, -6.11], 4.5),
        ("-6.11 106.15", "Point", [106.15, -6.11], None),
        (OUTLINE, "Polygon", [[[106.1, -6.1], [106.2, -6.1], [106.2, -6.2], [106.1, -6.1]]], 5.0),
        ("-6.1 106.1 0 0;-6.1 106.2 0 5;", "LineString", [[106.1, -6.1], [106.2, -6.1]], None),
    ],
)
def test_texts_of_points_lines_and_outlines(text, kind, coordinates, accuracy):
    (read,) = survey_tables([table("", ("batas", "KEY", "SubmissionDate"), (text, "uuid:1", "2026"))])

    assert places(read) == [(kind, coordinates)]
    assert read.rows[0].values.get("position_accuracy_m") == accuracy
    assert read.rows[0].values["batas"] == text


def test_an_outline_goes_before_a_point_and_the_start_of_the_phone_comes_last():
    columns = ("start-geopoint", "gps", "batas", "_id", "_uuid")
    first, second = "-6.5 106.5 0 9", "-6.11 106.15 0 4"
    (read,) = survey_tables(
        [table("", columns, (first, second, "", 1, "a"), (first, second, OUTLINE, 2, "b"), (first, "", "", 3, "c"))]
    )

    assert [kind for kind, _ in places(read)] == ["Point", "Polygon", "Point"]
    assert places(read)[0][1] == [106.15, -6.11]
    assert places(read)[2][1] == [106.5, -6.5]


def test_a_position_that_is_none_is_a_fault_of_its_row():
    (read,) = survey_tables([table("", KOBO, ("A", "-96.1", "106.1", "", "5", 1, "u", 1))])

    with using_language("en"):
        assert str(read.rows[0].fault) == "“-96.1 106.1” in “gps” is no latitude and longitude"
    assert read.rows[0].geometry is None


def test_answers_split_over_columns_are_put_together():
    columns = ("fasilitas/lampu", "fasilitas/bangku", "umum/MAN-06", "umum/jumlah", "_id", "_uuid")
    export = table("", columns, ("1", "0", "yes", "1", 1, "a"), (1, 1, "no", "0", 2, "b"), ("0", "0", "", "", 3, "c"))
    (read,) = survey_tables([export])

    assert [row.values.get("fasilitas") for row in read.rows] == ["lampu", "lampu bangku", None]
    assert read.columns == (*columns, "fasilitas")
    assert "“fasilitas”" in notes([read])
    with_summary = table("", ("fasilitas", *columns), ("lampu", "1", "0", "", "", 1, "a"))
    assert survey_tables([with_summary])[0].columns == with_summary.columns


def kobo_tables():
    root = table("RBA 2026 Kota Serang Formulir Ua", KOBO, ("A", "-6.1", "106.1", "", "5", 1, "u-1", "1"))
    root = SourceTable(root.name[:31], root.columns, root.rows)
    items = table(
        "alat",
        ("alat/part", "alat/jenis", "_index", "_parent_table_name", "_parent_index"),
        ("equipment", "ayunan", "1", "RBA 2026 Kota Serang Formulir Uang Rakyat", "1"),
        ("equipment", "jungkit", "2", "RBA 2026 Kota Serang Formulir Uang Rakyat", "7"),
    )
    faults = table("rusak", ("apa", "_index", "_parent_table_name", "_parent_index"), ("rantai", "1", "alat", "1"))
    return root, items, faults


def test_kobo_repeats_follow_their_table_and_are_parts_of_their_row():
    root, items, faults = kobo_tables()
    read = survey_tables([faults, items, root])

    assert [table.name for table in read] == [root.name, "alat", "rusak"]
    assert [row.values.get("part_of") for row in read[1].rows] == ["u-1", None]
    assert [row.values["part"] for row in read[1].rows] == ["equipment", "equipment"]
    assert read[2].rows[0].values["part_of"] == "u-1"
    assert "repeats whose row is not in the file: 1" in notes(read)
    assert [is_linked(table) for table in read] == [False, True, True]
    assert linked_rows(read) == {"alat": {2: (root.name, 2)}, "rusak": {2: (root.name, 2)}}


def test_repeats_that_name_each_other_as_their_row_belong_to_none():
    def one(name, other):
        return table(name, ("_index", "_parent_table_name", "_parent_index", "_id"), ("1", other, "1", 1))

    read = survey_tables([one("a", "b"), one("b", "a")])

    assert all("part_of" not in row.values for table in read for row in table.rows)


def test_submissions_that_were_not_approved_are_noted_and_encrypted_ones_refused():
    columns = ("nama", "KEY", "SubmissionDate", "ReviewState", "Status")
    export = table(
        "", columns, ("A", "1", "x", "rejected"), ("B", "2", "x", "approved"), ("", "3", "x", "", "not decrypted")
    )
    (read,) = survey_tables([export])

    assert "rows that were not approved in the survey tool: 2 (1)" in notes([read])
    assert [row.fault is not None for row in read.rows] == [False, False, True]


def test_other_tables_stay_as_they_are():
    plain = table("", ("nama", "koordinat", "fasilitas/a", "fasilitas/b"), ("A", "-6.1 106.1", "1", "0"))

    assert survey_tables([plain]) == (plain,)
    assert survey_tables([plain])[0] is plain


def test_a_media_archive_of_odk_central_is_read_and_its_pictures_are_noted():
    def text(*rows):
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue()

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("RBA-alat.csv", text(("jenis", "PARENT_KEY", "KEY"), ("ayunan", "uuid:1", "uuid:1/alat[1]")))
        head = (
            "SubmissionDate",
            "nama",
            "gps-Latitude",
            "gps-Longitude",
            "gps-Altitude",
            "gps-Accuracy",
            "foto",
            "KEY",
        )
        archive.writestr("RBA.csv", text(head, ("2026-05-01", "A", "-6.1", "106.1", "", "5", "1.jpg", "uuid:1")))
        archive.writestr("media/1.jpg", b"\xff\xd8\xff")
    source = read_source(out.getvalue(), "RBA.zip")

    assert [(table.name, len(table.rows)) for table in source.tables] == [("RBA", 1), ("RBA-alat", 1)]
    assert source.tables[1].rows[0].values["part_of"] == "uuid:1"
    assert source.tables[0].rows[0].values["foto"] == "1.jpg"
    with using_language("en"):
        assert "1.jpg" in str(source.notes[0])


def test_a_workbook_of_kobotoolbox_is_read_in_the_worker():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for read in kobo_tables()[:2]:
            sheet = book.add_worksheet(read.name)
            sheet.write_row(0, 0, read.columns)
            for row in read.rows:
                sheet.write_row(row.number - 1, 0, [row.values.get(column, "") for column in read.columns])
    source = read_source(out.getvalue(), "RBA.xlsx")

    assert source.format == "xlsx"
    assert places(source.tables[0]) == [("Point", [106.1, -6.1])]
    assert source.tables[1].rows[0].values["part_of"] == "u-1"
