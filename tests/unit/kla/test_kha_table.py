"""People from a table: the columns that are named and no others, an identity number anywhere refuses all, nobody comes twice."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.identity_numbers import numbers, written
from helpers.registers import empty_register
from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_drafts import draft_text, people_of_draft
from rba_audit.kla.kha_lists import empty_table, people_csv, people_lines
from rba_audit.kla.kha_table import column_letter, read_people_table
from rba_audit.messages import using_language
from rba_audit.register.kla.trainings import KhaAddition, KhaCertificate, KhaPerson
from rba_audit.sites import site_of
from rba_audit.standard.policies import shipped_policies

POLICY = shipped_policies().kla.kha
SITES = [
    site_of(id, {"id": id, "properties": {"name": name}})
    for id, name in (("taman-sari", "Taman Sari"), ("alun", "Alun-alun Barat"))
]
HEADINGS = [
    "No",
    "Nama Lengkap",
    "Instansi",
    "Unsur",
    "No. Sertifikat",
    "Tgl. Sertifikat",
    "Berlaku sampai",
    "Lokasi",
    "No. HP",
]
ROW = [
    "1",
    "Siti Aminah, S.Pd.",
    "Puskesmas Curug",
    "Puskesmas",
    "KHA/1/2026",
    "2 Maret 2026",
    "02/03/2029",
    "Taman Sari; alun",
    "0812",
]


def as_csv(*rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(*rows, make=as_csv, **more):
    return read_people_table(make(*rows), POLICY, SITES, **more)


def refusal(*rows, make=as_csv):
    with pytest.raises(EvidenceError) as caught:
        read(*rows, make=make)
    with using_language("en"):
        return str(caught.value)


def told(table):
    with using_language("en"):
        return [(each.row, str(each.message), each.left_out) for each in table.problems]


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_only_the_named_columns_are_taken_whatever_stands_above_and_between(make):
    with using_language("en"):
        table = read(["Daftar hadir pelatihan"], [], HEADINGS, ROW, make=make)
        taken = [(str(words), heading) for words, heading in table.taken]

    assert table.people == (
        KhaPerson(
            "Siti Aminah, S.Pd.",
            "Puskesmas Curug",
            "puskesmas",
            ("alun", "taman-sari"),
            (KhaCertificate("KHA/1/2026", date(2026, 3, 2), date(2029, 3, 2)),),
        ),
    )
    assert taken == [
        ("Name", "Nama Lengkap"),
        ("Institution", "Instansi"),
        ("Sector", "Unsur"),
        ("Certificate number", "No. Sertifikat"),
        ("Date of certificate", "Tgl. Sertifikat"),
        ("Valid until", "Berlaku sampai"),
        ("Sites", "Lokasi"),
    ]
    assert [(left.letter, left.heading) for left in table.left] == [("A", "No"), ("I", "No. HP")]
    assert (table.rows, table.problems) == (1, ())


@settings(max_examples=60)
@given(st.data(), numbers(), st.integers(1, 4), st.integers(0, len(HEADINGS) - 1))
def test_an_identity_number_in_any_cell_refuses_the_table_and_is_not_repeated(data, number, row, column):
    rows = [HEADINGS, *([*ROW] for _ in range(4))]
    text = data.draw(written(number)).replace("\n", " ").replace("\t", " ")
    rows[row][column] = f"a {text} b"
    sentence = refusal(*rows)

    assert f"Row {row + 1}, column {column_letter(column)} " in sentence
    assert number not in sentence
    assert text.strip() not in sentence


@pytest.mark.parametrize("heading", ["NIK", "No. KTP", "nomor identitas", "N I K", "Nik/KTP"])
def test_a_column_for_identity_numbers_is_refused_whatever_is_in_it(heading):
    known = heading != "N I K"  # not one of the words, but its content is found
    content = "3604" if known else "3604012345678901"

    assert "Row 2, column B" in refusal(["Nama", heading], ["Siti", content])
    assert "Row 2, column A" in refusal([heading, "Nama"], ["36040 12345 678901", "Siti"])
    assert read(["Nama", "KTP"], ["Siti", ""]).people[0].name == "Siti"


def test_an_identity_number_that_a_spreadsheet_stores_as_a_number_is_refused():
    assert "column B" in refusal(["Nama", "x"], ["Siti", 3604012345678901], make=as_xlsx)
    assert "column A" in refusal(["Nama", "x"], ["Siti", 1], [3.604012345678901e15, 2], make=as_xlsx)
    assert "column B" in refusal(["Nama", "x"], ["Siti", "3,60401E+15"])


def test_rows_that_cannot_be_stored_are_left_out_with_a_sentence_and_the_others_are_taken():
    table = read(
        ["Nama", "Instansi", "Tanggal sertifikat", "Berlaku sampai"],
        ["", "DLH", "", ""],
        ["Siti", "DLH", "31/02/2026", ""],
        ["Budi", "DLH", "2026-03-02", "2025-03-02"],
        ["Nur", "x" * 201, "", ""],
        ["Ani\x7f", "DLH", "", ""],
        ["12345", "DLH", "", ""],
        ["Rina", "DLH", "2026-03-02", "-"],
    )

    assert [person.name for person in table.people] == ["Rina"]
    assert told(table) == [
        (2, "The name is missing; write it.", True),
        (3, "Date of certificate: this is no day; write it as 30/11/2026", True),
        (4, "the certificate ends before its day; correct one of the two", True),
        (5, "Institution: longer than 200 letters; shorten it", True),
        (6, "Name: it has characters that cannot be printed; write it anew", True),
        (7, "The name is missing; write it.", True),
    ]


def test_what_is_no_sector_or_site_is_said_and_not_guessed():
    table = read(
        ["Nama", "Sektor", "Lokasi"], ["Siti", "Dewan", "Taman Hilang, Alun alun barat"], ["Budi", "", ""], sector="opd"
    )

    assert [(person.sector, person.sites) for person in table.people] == [("", ("alun",)), ("opd", ())]
    assert told(table) == [
        (2, "“Dewan” is no sector of the list; the person is taken without one", False),
        (2, "“Taman Hilang” is no site of the register; it is left out", False),
    ]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x","y")', "@sum a", "+cmd|a", "<script>alert(1)</script>", "a\u202eb"]
)
def test_hostile_names_stay_text_or_are_refused(name):
    table = read(["Nama"], [name])
    kept = [person.name for person in table.people]

    assert kept == ([name] if name.isprintable() else [])
    if kept:
        lines = people_lines(table.people, POLICY, date(2026, 11, 30), {}, {})
        written_again = next(csv.reader(io.StringIO(people_csv(lines).splitlines()[1])))
        assert not written_again[0].startswith(("=", "@", "+"))


def test_a_formula_in_a_workbook_is_left_out_even_if_its_value_looks_like_a_name():
    table = read(["Nama"], ["=A1"], ["Siti"], make=as_xlsx)

    assert [person.name for person in table.people] == ["Siti"]
    assert told(table) == [(2, "Name: the cell holds a formula; paste its value", True)]


def test_a_table_without_names_or_rows_is_refused_with_what_it_needs():
    assert "no column “Name”" in refusal(["Peserta KHA", "Instansi"], ["Siti", "DLH"])
    assert "no row below" in refusal(["Nama", "Instansi"])


def test_the_same_table_twice_adds_nobody_twice_and_undoing_takes_back_what_it_added(tmp_path):
    first = read(HEADINGS, ROW, ["2", "Budi", "DLH", "OPD", "", "", "", "", ""])
    again = read(
        HEADINGS,
        ROW,
        ROW,
        ["2", "BUDI", "dlh", "", "KHA/9", "", "", "alun", ""],
        ["3", "Nur", "", "", "", "", "", "", ""],
    )
    with_register = empty_register(tmp_path)
    trainings = with_register.kla.trainings

    assert trainings.record(first.people, "table", "putri", "a") == KhaAddition(2, 1, 0)
    assert trainings.record(first.people, "table", "putri", "a") == KhaAddition(0, 0, 2)  # a form sent twice
    assert trainings.record(first.people, "table", "putri", "b") == KhaAddition(0, 0, 2)
    assert trainings.preview(again.people) == KhaAddition(1, 1, 2)
    assert trainings.record(again.people, "table", "putri", "c") == KhaAddition(1, 1, 2)
    assert [(each.name, each.sites, len(each.certificates)) for each in trainings.people()] == [
        ("Budi", ("alun",), 1),
        ("Nur", (), 0),
        ("Siti Aminah, S.Pd.", ("alun", "taman-sari"), 1),
    ]
    trainings.undo("c", "putri")
    assert [(each.name, each.sites, len(each.certificates)) for each in trainings.people()] == [
        ("Budi", (), 0),
        ("Siti Aminah, S.Pd.", ("alun", "taman-sari"), 1),
    ]
    trainings.undo("a", "putri")
    assert trainings.people() == []
    assert [each.undone_at is not None for each in trainings.recordings(9)] == [True, True]
    with_register.close()


def test_an_undone_recording_leaves_a_person_who_got_a_certificate_since(tmp_path):
    register = empty_register(tmp_path)
    trainings = register.kla.trainings
    trainings.record([KhaPerson("Siti", "", "", (), ())], "form", "putri", "a")
    trainings.record([KhaPerson("Siti", "", "", (), (KhaCertificate("1", None, None),))], "form", "putri", "b")
    trainings.undo("a", "putri")

    assert [(each.name, len(each.certificates)) for each in trainings.people()] == [("Siti", 1)]
    register.close()


def test_the_list_and_the_empty_table_can_be_read_again_in_both_languages():
    people = read(HEADINGS, ROW, ["2", "Budi", "", "", "", "", "", "", ""]).people
    for language in ("id", "en"):
        with using_language(language):
            lines = people_lines(people, POLICY, date(2026, 11, 30), {site.id: site.name for site in SITES}, {})
            again = read_people_table(people_csv(lines).encode(), POLICY, SITES)
            assert again.people == people
            with pytest.raises(EvidenceError):  # headings alone
                read_people_table(empty_table(POLICY).encode(), POLICY, SITES)
            filled = empty_table(POLICY).encode() + b"Siti,DLH,OPD,1,2026-01-02,,Taman Sari\r\n"
            assert len(read_people_table(filled, POLICY, SITES).taken) == 7


def test_a_draft_comes_back_as_it_went_and_a_changed_one_is_refused():
    people = list(read(HEADINGS, ROW, ["2", "Budi", "", "", "", "", "", "", ""]).people)
    known = {sector.name: 1 for sector in POLICY.sectors}, {"taman-sari": 1, "alun": 1}, {}
    text = draft_text(people)

    assert people_of_draft(text, *known) == people
    assert people_of_draft(text, {}, {}, {})[0].sites == ()
    hostile = [
        "",
        "x",
        text[:-8],
        draft_text([KhaPerson("3604012345678901", "", "", (), ())]),
        draft_text([KhaPerson("Siti", "3604 0123 4567 8901", "", (), ())]),
        draft_text([KhaPerson("x" * 500, "", "", (), ())]),
        draft_text([KhaPerson("A", "", "", (), ())] * 20_001),
    ]
    for each in hostile:
        with pytest.raises(EvidenceError):
            people_of_draft(each, *known)
