"""Answers become columns: read in both languages, rounded at the door, and unknown where they cannot be used."""

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.public_data import SHARED
from rba_audit.errors import EvidenceError
from rba_audit.evidence import (
    GIVEN,
    MISSING,
    NOT_APPLICABLE,
    NOT_SEEN,
    OUT_OF_RANGE,
    UNREADABLE,
    fixed_point,
    read_evidence,
    read_number,
)
from rba_audit.messages import BilingualText, using_language
from rba_audit.sites import read_sites
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())
NUMBER = next(each for each in STANDARD.questions if each.kind == "number" and each.decimals == 1)
WORD = next(each for each in STANDARD.questions if each.kind == "yes_partial_no")
SET = next(each for each in STANDARD.questions if each.kind == "set")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,2", "1.2"), ("1.2", "1.2"), ("1 200", "1200"), ("1.200,5", "1200.5"), ("1,200.5", "1200.5"), ("0.125", "0.125"), ("0,125", "0.125"),
        ("12", "12"), ("-3,5", "-3.5"), ("−3,5", "-3.5"), ("+4", "4"), (" 7 ", "7"), (",5", "0.5"), ("5.", "5"), ("12.345.678", "12345678"),
        ("1\u00a0200", "1200"), ("1200", "1200"), ("12.3456", "12.3456"), ("1.20", "1.2"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_indonesians_and_as_english_speakers_type_it(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "dua",
        "1,2,3",
        "1.2.3",
        "١٢",
        "1٢,5",
        "1.200.5",
        "1,2.3,4",
        "12e3",
        "0x10",
        "1 2",
        "--1",
        "1-2",
        "NaN",
        "inf",
        "½",
        "1" * 40,
    ],
)
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(EvidenceError):
        read_number(text)


@pytest.mark.parametrize("text", ["1.200", "1,200", "12.500", "999,999"])
def test_a_number_that_could_be_two_asks_which(text):
    with pytest.raises(EvidenceError) as caught:
        read_number(text)

    with using_language("en"):
        assert "could be" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,5 m", "1.5"), ("1.2 m", "1.2"), ("1,2m", "1.2"), ("0,5 M", "0.5"), ("1.200,5 m", "1200.5"), ("-3 m.", "-3")],
)
def test_the_unit_of_a_question_may_stand_beside_its_number(text, number):
    assert read_number(text, BilingualText("m", "m")) == Decimal(number)


@pytest.mark.parametrize("text", ["Rp 5.000,50", "Rp5000.50", "5000,50 Rp"])
def test_the_unit_may_stand_before_the_number(text):
    assert read_number(text, BilingualText("Rp", "Rp")) == Decimal("5000.5")


@pytest.mark.parametrize(
    "text", ["2.5cm", "12,5cm", "120 cm", "120cm", "1,2 m²", "1,2m2", "50 %", "12 km/h", "5 orang"]
)
def test_another_unit_is_refused_with_the_right_one(text):
    with pytest.raises(EvidenceError) as caught:
        read_number(text, BilingualText("m", "m"))

    with using_language("en"):
        assert str(caught.value) == f"leave the unit out: the unit here is m, found: '{text}'"


@pytest.mark.parametrize(
    "text",
    ["1e3", "12e3", "12E3", "0x10", "±120", ">120", "< 5", "~120", "kira-kira 250", "120?", "1/2", "1½", "1.5.2", "--", "-", "--5", "1+2", "١٢", "1٢", "5-10",
     "120 atau 130", "m 5", "m", "Rp 5.000", "120 cm 5"],
)  # fmt: skip
def test_what_is_no_number_with_a_unit_is_told_as_no_number(text):
    with pytest.raises(EvidenceError) as caught:
        read_number(text, BilingualText("cm²", "cm²"))

    with using_language("en"):
        assert str(caught.value) == f"'{text}' is not a number; write one number in the digits 0 to 9, like 1,2 or 1.2"
    with using_language("id"):
        assert (
            str(caught.value)
            == f"'{text}' bukan angka; tulis satu angka saja dengan angka 0 sampai 9, seperti 1,2 atau 1.2"
        )


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [
        ("1.200", "'1.200' bisa berarti 1,200 atau 1200; tulis 1,2 atau 1200", "'1.200' could be 1.200 or 1200; write 1.2 or 1200"),
        ("1,234", "'1,234' bisa berarti 1,234 atau 1234; tulis 1,2340 atau 1234", "'1,234' could be 1.234 or 1234; write 1.2340 or 1234"),
        ("5.000", "'5.000' bisa berarti 5,000 atau 5000; tulis 5 atau 5000", "'5.000' could be 5.000 or 5000; write 5 or 5000"),
    ],
)  # fmt: skip
def test_what_is_proposed_for_a_number_that_could_be_two_reads_in_one_way(text, indonesian, english):
    with pytest.raises(EvidenceError) as caught:
        read_number(text)

    with using_language("id"):
        assert str(caught.value) == indonesian
    with using_language("en"):
        assert str(caught.value) == english


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("unit-typed.geojson", {"S0": "1.2", "S1": None, "S2": "1.5", "S3": None}),
    ],
)
@pytest.mark.public_data
def test_the_typed_units_of_the_cases_are_read_or_refused(file, values):
    sites = read_sites(SHARED / "cases/numbers" / file)
    properties = [sites.properties(site) for site in range(len(sites))]
    evidence = read_evidence(properties, STANDARD)
    key = "MUD-02.path"
    row, scale = evidence.number_row[key], STANDARD.question(key).scale

    read = {
        each["name"]: Decimal(int(evidence.numbers[row, site])) / scale
        if evidence.codes[evidence.row[key], site] == GIVEN
        else None
        for site, each in enumerate(properties)
    }
    assert read == {name: value and Decimal(value) for name, value in values.items()}
    with using_language("en"):
        assert all("leave the unit out" in str(remark.why) for remark in evidence.remarks)


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=30), st.integers(0, 4))
def test_rounding_is_half_away_from_zero_at_the_written_decimals(values, decimals):
    wanted = [int(Decimal(repr(value)).scaleb(decimals).to_integral_value(ROUND_HALF_UP)) for value in values]

    assert fixed_point(values, decimals).tolist() == wanted


@pytest.mark.parametrize(
    ("value", "hundredths"), [(1.005, 101), (-1.005, -101), (2.675, 268), (0.125, 13), (1.0049999, 100), (8.345, 835)]
)
def test_a_float_counts_as_the_decimal_it_prints(value, hundredths):
    assert fixed_point([value], 2).tolist() == [hundredths]


def codes(question, *values):
    evidence = read_evidence([{question.id: value} for value in values], STANDARD)
    return evidence, evidence.codes[evidence.row[question.id]].tolist()


def test_words_are_read_alike_in_both_languages_and_any_case():
    _, found = codes(WORD, "yes", "ya", "YA ", True, "partial", "sebagian", "no", "tidak", False)

    assert found[0] == found[1] == found[2] == found[3]
    assert found[4] == found[5]
    assert found[6] == found[7] == found[8]
    assert len({found[0], found[4], found[6]}) == 3


def test_nothing_given_and_nothing_seen_are_kept_apart_and_are_no_answer():
    _, found = codes(WORD, None, "", "not_seen", "belum_dilihat", "not_applicable", "tidak_berlaku")

    assert found == [MISSING, MISSING, NOT_SEEN, NOT_SEEN, NOT_APPLICABLE, NOT_APPLICABLE]


@pytest.mark.parametrize("value", ["maybe", 3, 1.5, ["yes"], {"a": 1}])
def test_an_unknown_word_is_unknown_and_told(value):
    evidence, found = codes(WORD, value)

    assert found == [UNREADABLE]
    assert [(remark.question, remark.value) for remark in evidence.remarks] == [(WORD.id, value)]


def test_a_value_outside_the_plausible_range_is_unknown_and_told_and_the_ends_are_inside():
    step = 1 / NUMBER.scale
    low, high = float(NUMBER.low), float(NUMBER.high)
    evidence, found = codes(NUMBER, low, high, round(low - step, 6), round(high + step, 6))

    assert found == [GIVEN, GIVEN, OUT_OF_RANGE, OUT_OF_RANGE]
    assert [remark.row for remark in evidence.remarks] == [2, 3]


@pytest.mark.parametrize("value", [True, "1.200", "satu", [], {}, math.nan, math.inf])
def test_what_is_no_number_never_becomes_one(value):
    _, found = codes(NUMBER, value)

    assert found[0] in (UNREADABLE, MISSING)


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308])
def test_a_number_beyond_all_bounds_is_out_of_range_and_does_not_overflow(value):
    _, found = codes(NUMBER, value)

    assert found == [OUT_OF_RANGE]


def test_a_set_is_read_from_a_list_or_from_any_of_the_ways_tools_join_names():
    names = [choice.name for choice in SET.choices[:2]]
    evidence, found = codes(
        SET,
        names,
        " ".join(names),
        ",".join(names),
        ";".join(reversed(names)),
        "{" + ",".join(names) + "}",
        "none",
        "tidak_ada",
        [],
    )

    assert found == [GIVEN] * 7 + [MISSING]
    assert evidence.numbers[evidence.number_row[SET.id]].tolist() == [3, 3, 3, 3, 3, 0, 0, 0]


def test_a_set_with_a_strange_name_or_with_none_beside_a_name_is_unknown():
    _, found = codes(SET, ["no such thing"], ["none", SET.choices[0].name])

    assert found == [UNREADABLE, UNREADABLE]


def test_an_answer_that_the_edition_does_not_ask_is_counted_and_not_judged():
    code = STANDARD.aspects[0].code
    evidence = read_evidence([{f"{code}-99": "yes"}, {f"{code}-99": "no", "name": "Taman"}], STANDARD)

    assert evidence.unasked == {f"{code}-99": 2}
    assert not evidence.audited.any()


def test_memory_nobody_wrote_to_is_an_answer_nobody_gave():
    evidence = read_evidence([{}], STANDARD)

    assert not evidence.codes.any()
    assert np.uint8(0) == MISSING
