"""Conditions as a file states them: what each table becomes, and the sentence that a wrong one earns."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from helpers.edition_files import condition
from rba_audit.conditions import (
    All,
    AnyOf,
    Between,
    Compare,
    Count,
    Includes,
    Is,
    Lookup,
    Sum,
    Term,
    count_within,
    every,
    exact,
    includes,
    parts_of,
    questions_of,
    read_condition,
    some,
)
from rba_audit.errors import StandardError
from rba_audit.messages import using_language

YES, NO = '{ question = "edge", is = "yes" }', '{ question = "edge", is = "no" }'
IS_YES, IS_NO = Is("edge", ("yes",)), Is("edge", ("no",))
HALF = Fraction(1, 2)

READ = {
    YES: IS_YES,
    '{ question = "edge", is_one_of = ["yes", "no"] }': Is("edge", ("yes", "no")),
    '{ question = "width", at_least = 0.5 }': Compare("width", True, HALF),
    '{ question = "width", at_most = "1/2" }': Compare("width", False, HALF),
    '{ question = "width", between = [0.5, 0.5] }': Between("width", HALF, HALF),
    '{ question = "width", between = [0, 0.5] }': Between("width", Fraction(0), HALF),
    '{ question = "kinds", includes_at_least = 0 }': Includes("kinds", 0, ()),
    '{ question = "kinds", includes_at_least = 1, of = ["sand"] }': Includes("kinds", 1, ("sand",)),
    f"{{ all = [{YES}, {NO}] }}": All((IS_YES, IS_NO)),
    f"{{ any = [{YES}, {NO}] }}": AnyOf((IS_YES, IS_NO)),
    f"{{ at_least_of = 1, of = [{YES}, {NO}] }}": Count((IS_YES, IS_NO), 1, 2),
    f"{{ at_most_of = 1, of = [{YES}, {NO}] }}": Count((IS_YES, IS_NO), 0, 1),
    f"{{ at_least_of = 1, at_most_of = 1, of = [{YES}] }}": Count((IS_YES,), 1, 1),
    f"{{ at_most_of = 0, of = [{YES}] }}": Count((IS_YES,), 0, 0),
    '{ question = "width", at_least = { by = "scale", rt = 0.5 } }': Compare(
        "width", True, Lookup("scale", (("rt", HALF),))
    ),
    '{ question = "width", at_most = { rt = 1, by = "scale", rw = 2 } }': Compare(
        "width", False, Lookup("scale", (("rt", Fraction(1)), ("rw", Fraction(2))))
    ),
    '{ question = "width", at_least = { sum = [1] } }': Compare("width", True, Sum((Term(Fraction(1)),))),
    '{ sum = [{ times = "1/2", of = ["width", "length"] }, 3], at_most = 4 }': Compare(
        Sum((Term(HALF, ("width", "length")), Term(Fraction(3)))), False, Fraction(4)
    ),
    '{ sum = [{ times = 1, of = ["width"] }], at_least = { by = "scale", rt = 1 } }': Compare(
        Sum((Term(Fraction(1), ("width",)),)), True, Lookup("scale", (("rt", Fraction(1)),))
    ),
}


@pytest.mark.parametrize("text", READ)
def test_a_table_becomes_the_condition_it_states(text):
    assert condition(text) == READ[text]


def test_a_name_stands_for_its_condition_alone_and_among_others():
    assert read_condition("edged", {"edged": IS_YES}) == IS_YES
    assert condition('{ all = ["edged"] }', {"edged": IS_YES}) == All((IS_YES,))
    assert condition('{ at_most_of = 1, of = ["edged"] }', {"edged": IS_YES}) == Count((IS_YES,), 0, 1)


SHAPES = "a limit is a number, { by = …, word = number } or { sum = [ … ] }, not "
REFUSED = {
    # words
    '{ question = "edge", is_one_of = "yes" }': "a list of words belongs here, not 'yes'",
    '{ question = "edge", is_one_of = [] }': "a list of words belongs here, not []",
    '{ question = "edge", is_one_of = ["yes", 1] }': "a list of words belongs here, not ['yes', 1]",
    '{ question = "edge", is = 1 }': "a list of words belongs here, not [1]",
    '{ question = "edge", is = true }': "a list of words belongs here, not [True]",
    '{ question = "kinds", includes_at_least = 1, of = "sand" }': "a list of words belongs here, not 'sand'",
    '{ question = "kinds", includes_at_least = 1, of = [] }': "a list of words belongs here, not []",
    '{ sum = [{ times = 1, of = "width" }], at_least = 1 }': "a list of words belongs here, not 'width'",
    '{ sum = [{ times = 1, of = [] }], at_least = 1 }': "a list of words belongs here, not []",
    # names
    '{ question = "", is = "yes" }': "'question' names a question or fact, not ''",
    '{ question = 1, at_least = 1 }': "'question' names a question or fact, not 1",
    '{ question = ["a"], between = [1, 2] }': "'question' names a question or fact, not ['a']",
    '{ question = 1, includes_at_least = 1 }': "'question' names a question or fact, not 1",
    '{ question = "width", at_least = { by = "", rt = 1 } }': "'by' names a question or fact, not ''",
    '{ question = "width", at_least = { by = 2, rt = 1 } }': "'by' names a question or fact, not 2",
    # whole numbers
    '{ question = "kinds", includes_at_least = -1 }': "a whole number belongs here, not -1",
    '{ question = "kinds", includes_at_least = true }': "a whole number belongs here, not True",
    '{ question = "kinds", includes_at_least = "1" }': "a whole number belongs here, not '1'",
    f"{{ at_least_of = true, of = [{YES}] }}": "a whole number belongs here, not True",
    f"{{ at_most_of = -1, of = [{YES}] }}": "a whole number belongs here, not -1",
    # numbers
    '{ question = "width", at_least = true }': "True stands where a number belongs",
    '{ question = "width", at_least = [1] }': "[1] stands where a number belongs",
    '{ question = "width", at_least = "1/0" }': "'1/0' stands where a number belongs",
    '{ question = "width", at_least = "wide" }': "'wide' stands where a number belongs",
    '{ question = "width", at_least = inf }': "Decimal('Infinity') stands where a number belongs",
    '{ question = "width", at_least = nan }': "Decimal('NaN') stands where a number belongs",
    '{ question = "width", at_least = { by = "scale", rt = "x" } }': "'x' stands where a number belongs",
    '{ question = "width", between = [1, "x"] }': "'x' stands where a number belongs",
    # limits
    '{ question = "width", at_least = { by = "scale" } }': SHAPES + "{'by': 'scale'}",
    '{ question = "width", at_least = { rt = 1, rw = 2 } }': SHAPES + "{'rt': 1, 'rw': 2}",
    '{ question = "width", at_most = {} }': SHAPES + "{}",
    '{ question = "width", at_most = { sum = [1], times = 2 } }': SHAPES + "{'sum': [1], 'times': 2}",
    # sums
    '{ sum = [], at_least = 1 }': "'sum' is a list of terms, not []",
    '{ sum = 1, at_least = 1 }': "'sum' is a list of terms, not 1",
    '{ question = "width", at_least = { sum = [] } }': "'sum' is a list of terms, not []",
    '{ question = "width", at_least = { sum = 2 } }': "'sum' is a list of terms, not 2",
    '{ sum = [{ times = 1 }], at_least = 1 }': "a term of a sum is { times = …, of = [ … ] } or a number, not {'times': 1}",
    '{ sum = [{ times = 1, of = ["a"], by = 1 }], at_least = 1 }': (
        "a term of a sum is { times = …, of = [ … ] } or a number, not {'times': 1, 'of': ['a'], 'by': 1}"
    ),
    '{ sum = [{ times = "x", of = ["a"] }], at_least = 1 }': "'x' stands where a number belongs",
    # ranges
    '{ question = "width", between = [2, 1] }': "'between' takes [low, high], not [2, 1]",
    '{ question = "width", between = [1] }': "'between' takes [low, high], not [1]",
    '{ question = "width", between = [1, 2, 3] }': "'between' takes [low, high], not [1, 2, 3]",
    '{ question = "width", between = 1 }': "'between' takes [low, high], not 1",
    # combinations
    "{ all = [] }": "'all', 'any' and 'of' take a list of conditions, not []",
    "{ any = {} }": "'all', 'any' and 'of' take a list of conditions, not {}",
    '{ at_least_of = 1, of = "edged" }': "'all', 'any' and 'of' take a list of conditions, not 'edged'",
    "{ all = [1] }": 'a condition is a table such as { question = "…", is = "yes" }, not 1',
    f"{{ at_least_of = 2, of = [{YES}] }}": "2 to 1 of 1 conditions can never be counted",
    f"{{ at_most_of = 2, of = [{YES}] }}": "0 to 2 of 1 conditions can never be counted",
    f"{{ at_least_of = 2, at_most_of = 1, of = [{YES}, {NO}] }}": "2 to 1 of 2 conditions can never be counted",
    # tables
    "1": 'a condition is a table such as { question = "…", is = "yes" }, not 1',
    "{}": "no condition has the keys -; standards/README.md lists them",
    '{ question = "width" }': "no condition has the keys question; standards/README.md lists them",
    '{ question = "width", at_least = 1, at_most = 2 }': (
        "no condition has the keys at_least, at_most, question; standards/README.md lists them"
    ),
    '{ question = "width", at_least = 1, of = ["a"] }': (
        "no condition has the keys at_least, of, question; standards/README.md lists them"
    ),
    '"edged"': "no check or situation is named 'edged'; use one of: -",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_condition_is_refused_in_a_sentence_of_its_own(text):
    with pytest.raises(StandardError) as refused, using_language("en"):
        condition(text)
    with using_language("en"):
        assert str(refused.value) == REFUSED[text]


def test_an_unknown_name_is_told_with_those_that_there_are():
    with pytest.raises(StandardError) as refused:
        read_condition("egded", {"wide": IS_NO, "edged": IS_YES})
    with using_language("en"):
        assert str(refused.value) == "no check or situation is named 'egded'; use one of: edged, wide"


def test_a_number_of_a_file_is_exact():
    assert [exact(value) for value in (2, Decimal("0.1"), "2/3", "-1.5")] == [
        Fraction(2),
        Fraction(1, 10),
        Fraction(2, 3),
        Fraction(-3, 2),
    ]


@pytest.mark.parametrize("value", [0.1, None, False, Decimal("sNaN")])
def test_what_is_no_exact_number_is_refused(value):
    with pytest.raises(StandardError):
        exact(value)


def test_every_question_that_a_condition_looks_at_is_named_in_order():
    text = """{ all = [{ question = "a", is = "x" }, { any = [{ question = "b", between = [1, 2] }]
        }, { at_least_of = 1, of = [{ question = "c", includes_at_least = 1 }] },
        { question = "d", at_least = { by = "e", x = 1 } }, { question = "f", at_most = 1 },
        { sum = [{ times = 1, of = ["g", "h"] }, 2], at_least = { sum = [{ times = 1, of = ["a"] }] } }] }"""
    assert list(questions_of(condition(" ".join(text.split())))) == list("abcdefgha")


def test_only_a_combination_has_parts():
    assert [parts_of(each) for each in (All((IS_YES,)), AnyOf((IS_NO,)), Count((IS_YES, IS_NO), 0, 1), IS_YES)] == [
        (IS_YES,),
        (IS_NO,),
        (IS_YES, IS_NO),
        (),
    ]


# --- deciding: 1 true, -1 false, 0 unknown ---

PAIRS = np.array([[1, 1, 1, 0, 0, -1], [1, 0, -1, 0, -1, -1]], dtype=np.int8)


def test_all_and_any_know_as_soon_as_one_decides():
    assert every(PAIRS).tolist() == [1, 0, -1, 0, -1, -1]
    assert some(PAIRS).tolist() == [1, 1, 1, 0, 0, -1]


@pytest.mark.parametrize(
    ("low", "high", "decided"),
    [
        (1, 1, [-1, 0, 1, 0, 0, -1]),
        (0, 1, [-1, 0, 1, 0, 1, 1]),
        (1, 2, [1, 1, 1, 0, 0, -1]),
        (2, 2, [1, 0, -1, 0, -1, -1]),
        (0, 0, [-1, -1, -1, 0, 0, 1]),
        (0, 2, [1, 1, 1, 1, 1, 1]),
    ],
)
def test_a_count_is_known_as_soon_as_what_is_unknown_cannot_change_it(low, high, decided):
    assert count_within(PAIRS, low, high).tolist() == decided


def test_a_set_is_counted_among_the_names_that_are_asked_for():
    masks, known = np.array([0b111, 0b101, 0b010, 0b111]), np.array([True, True, True, False])
    assert includes(masks, known, 0b011, 2).tolist() == [1, -1, -1, 0]
    assert includes(masks, known, 0b011, 1).tolist() == [1, 1, 1, 0]
