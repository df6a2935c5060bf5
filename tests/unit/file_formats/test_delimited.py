"""CSV of any make is read as it was written: encoding, separator, quotation marks, titles; what is odd is noted by its line."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rba_audit.file_formats.delimited import read_delimited
from rba_audit.file_formats.problems import FormatError
from rba_audit.messages import using_language


def table(text, encoding="utf-8"):
    (result,) = read_delimited(text if isinstance(text, bytes) else text.encode(encoding))
    return result


def rows(text, encoding="utf-8"):
    return [(row.number, dict(row.values)) for row in table(text, encoding).rows]


def notes(text, encoding="utf-8"):
    with using_language("en"):
        return " | ".join(map(str, table(text, encoding).notes))


def refusal(data):
    with pytest.raises(FormatError) as caught:
        read_delimited(data)
    with using_language("en"):
        return str(caught.value.found)


PARKS = [("nama", "lintang", "bujur"), ("Taman A", "-6,11", "106,15"), ("Taman, B; C", "-6,12", "106,16")]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_decimal_comma_next_to_any_separator_in_any_encoding(separator, encoding):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(
        [*PARKS, ("Café", "1.200", "−6")][: 3 if encoding == "cp1252" else 4]
    )

    read = rows(out.getvalue(), encoding)

    assert read[0] == (2, {"nama": "Taman A", "lintang": "-6,11", "bujur": "106,15"})
    assert read[1][1]["nama"] == "Taman, B; C"
    assert [row[1] for row in read[2:]] == [{"nama": "Café", "lintang": "1.200", "bujur": "−6"}][: len(read) - 2]


_HEADINGS = st.lists(st.text("abcdefghijklmnop", min_size=2, max_size=6), min_size=2, max_size=5, unique=True)
_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters=[*map(chr, range(32)), "\x85", "\ufeff"]), max_size=12
) | st.sampled_from(["007", "1.200", "−6,1", 'a "b" c', "x\ny", "x\r\ny", '"', "'", ";", ",,", "a|b\tc", "=1+1", " a "])


@settings(max_examples=120, deadline=None)
@given(
    st.data(),
    _HEADINGS,
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_of_texts_reads_back_as_it_was_written(data, headings, separator, encoding, end, quoting):
    texts = data.draw(st.lists(st.lists(_TEXT, min_size=len(headings), max_size=len(headings)), max_size=8))
    out = io.StringIO(newline="")
    # A few plain rows first: of one or two rows alone nothing can say which of two characters is the separator.
    plain = [[f"w{index}" for index in range(len(headings))]] * 5
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows([headings, *plain, *texts])

    read = table(out.getvalue(), encoding)

    assert read.columns == tuple(headings)
    expected = [{heading: text for heading, text in zip(headings, row, strict=True) if text.strip()} for row in texts]
    assert [dict(row.values) for row in read.rows[5:]] == [row for row in expected if row]


def test_a_stated_separator_counts_and_rows_keep_their_lines():
    assert rows("sep=|\r\nnama|luas\r\n\r\nA;B,C|1\r\n") == [(4, {"nama": "A;B,C", "luas": "1"})]
    assert rows("sep=\t\nnama\tluas\nA\t1\n") == [(3, {"nama": "A", "luas": "1"})]


def test_line_breaks_in_cells_count_as_lines():
    assert rows('nama;alamat\n"A";"Jl. Satu\nSerang"\nB;Jl. Dua\n') == [
        (2, {"nama": "A", "alamat": "Jl. Satu\nSerang"}),
        (4, {"nama": "B", "alamat": "Jl. Dua"}),
    ]


def test_titles_above_the_headings_are_noted_and_numbering_rows_left_out():
    text = "DAFTAR TAMAN, KOTA SERANG, 2024\n\nNo;Nama;Lintang\n(1);(2);(3)\n1;A;-6,1\n2;B;-6,2\n"

    assert rows(text) == [
        (5, {"No": "1", "Nama": "A", "Lintang": "-6,1"}),
        (6, {"No": "2", "Nama": "B", "Lintang": "-6,2"}),
    ]
    assert "“DAFTAR TAMAN, KOTA SERANG, 2024”" in notes(text)
    assert "row 4 only numbers the columns" in notes(text)


def test_years_are_headings_and_a_file_without_headings_loses_no_row():
    assert table("Kelurahan;2020;2021\nSerang;10;11\nCipare;12;13\n").columns == ("Kelurahan", "2020", "2021")
    text = "Taman A;-6.1;106.1\nTaman B;-6.2;106.2\n"
    assert rows(text)[0] == (1, {"column_1": "Taman A", "column_2": "-6.1", "column_3": "106.1"})
    assert "no row of headings" in notes(text)


def test_rows_of_other_lengths_are_noted_by_line_and_nothing_is_lost():
    text = "id;nama;luas\n1;A;5\n2;B;6;lebih;2\n3;C\n4;D;7\n"

    assert rows(text)[1] == (3, {"id": "2", "nama": "B", "luas": "6", "column_4": "lebih", "column_5": "2"})
    assert rows(text)[2] == (4, {"id": "3", "nama": "C"})
    assert "more cells than there are headings: 3 (1)" in notes(text)
    assert "fewer cells than there are headings: 4 (1)" in notes(text)
    assert table("id;nama;\n1;A;\n2;B;\n").columns == ("id", "nama")


def test_repeated_and_empty_headings_get_names_of_their_own():
    text = "nama;;nama;luas;nama\nA;x;B;1;C\n"

    assert table(text).columns == ("nama", "column_2", "nama (2)", "luas", "nama (3)")
    assert "more than once" in notes(text)
    assert "without a heading, named by their position: “column_2”" in notes(text)


def test_a_quotation_mark_that_does_not_fit_swallows_no_other_row():
    text = 'id;nama\n1;"Taman "Indah" Raya"\n2;"Ayunan\n3;B\n4;"C"\n5;Meja 5" tinggi\n'

    assert [row["nama"] for _, row in rows(text)] == ['Taman "Indah" Raya', '"Ayunan', "B", "C", 'Meja 5" tinggi']
    assert "2, 3 (2)" not in notes(text)
    assert "a quotation mark that does not fit: 2, 3" in notes(text)


def test_other_ways_to_quote():
    assert rows("'id';'nama'\n'1';'A; B'\n") == [(2, {"id": "1", "nama": "A; B"})]
    assert rows('id, nama, luas\n1, "A, B", 5\n') == [(2, {"id": "1", "nama": "A, B", "luas": "5"})]
    assert rows("nama\nJl. A, 5\nTaman\nB\n")[0] == (2, {"nama": "Jl. A, 5"})


def test_text_that_is_no_utf_8_is_noted():
    assert rows("nama;kota\nCafé;Málaga\n", "cp1252") == [(2, {"nama": "Café", "kota": "Málaga"})]
    assert "Windows-1252" in notes("nama;kota\nCafé;Málaga\n", "cp1252")
    assert notes("nama;kota\nCafé;Málaga\n") == ""
    assert rows(b"nama;kota\nA\x81;B\n")[0][1]["nama"] == "A\x81"


def test_what_is_no_table_is_refused():
    assert "empty" in refusal(b"")
    assert "empty" in refusal(b"\n ;;\n")
    assert "no table" in refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert "damaged" in refusal("nama;luas\n".encode("utf-16") + b"\0\xd8\0\xd8")
    assert "2,000 columns" in refusal(("a;" * 2001 + "a\n").encode())
    assert "line 2 has more than 1,000,000" in refusal(b"nama;luas\n" + b"x" * 1_000_001 + b";2\n")
    assert "characters" in refusal(b"nama;luas\n" + b"x" * 4_000_001)
    assert "50 MB" in refusal(b"a" * 50_000_001)


def test_the_limits_are_taken_and_one_more_is_refused(monkeypatch):
    monkeypatch.setattr("rba_audit.file_formats.delimited._MOST_CELLS", 6)
    assert len(table("a;b\nc;d\ne;f\ng;h\n").rows) == 3
    assert "6 cells" in refusal(b"a;b\nc;d\ne;f\ng;h\ni;\n")
    assert len(table(";".join(["a"] + [f"b{index}" for index in range(1_999)]) + "\n").columns) == 2_000
    monkeypatch.undo()
    stray = "id;nama\n" + '1;"a"b\n' * 200
    assert len(table(stray).rows) == 200
    assert "200 lines" in refusal((stray + '1;"a"b\n').encode())
