"""An identity number is found wherever it stands and however it is written; other numbers are not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.identity_numbers import numbers, written
from rba_audit.kla.kha_identity import has_identity_number

WORDS = st.text(st.characters(whitelist_categories=["L"]), min_size=1, max_size=12)


@given(st.data(), numbers())
def test_a_number_is_found_with_any_marks_in_any_script_and_among_any_words(data, number):
    text = data.draw(written(number))
    assert has_identity_number(text), text
    before, after = data.draw(WORDS), data.draw(WORDS)
    assert has_identity_number(f"{before} {text} {after}")
    assert has_identity_number(f"{before}{text}{after}")


@given(numbers(), st.integers(1, 999), st.integers(1, 99_999_999))
def test_a_number_is_found_next_to_other_numbers(number, before, after):
    assert has_identity_number(f"{before}. {number}")
    assert has_identity_number(f"{before}/{number[:4]} {number[4:8]} {number[8:12]} {number[12:]} (0{after})")


@given(st.text(st.sampled_from("0123456789"), min_size=16, max_size=16), st.sampled_from(["", " ", ".", "-"]))
def test_sixteen_digits_are_refused_whatever_they_say(digits, mark):
    assert has_identity_number(mark.join((digits[:4], digits[4:8], digits[8:12], digits[12:])))


@pytest.mark.parametrize("text", ["3,60401E+15", "3.60401E+15", "3.604E15", "NIK 3604012345678901."])
def test_a_number_that_a_spreadsheet_shortened_is_refused(text):
    assert has_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Siti Aminah",
        "081234567890",
        "0812-3456-7890 / 0812-3456-7890",
        "197001011995031002",  # the number of a civil servant: 18 digits
        "19700101 199503 1 002",
        "800/1234/2024/12345",
        "421/KHA/DP3AKB/XI/2026",
        "106.15012345678901",
        "-6.120000000000001",
        "2026-11-30 14:05:33",
        "30/11/2026",
        "3.6E+12",
        "360401234567890",
        "36040123456789012",
    ],
)
def test_other_numbers_are_not_taken_for_one(text):
    assert not has_identity_number(text)
