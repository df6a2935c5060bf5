"""One message can be said in either language, when it is shown and not before; numbers are written as each language does."""

import contextvars
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from rba_audit.messages import (
    LANGUAGES,
    BilingualText,
    Message,
    format_exact,
    format_number,
    language,
    say,
    set_language,
    using_language,
)


def test_indonesian_is_spoken_unless_another_language_is_chosen():
    assert language() == LANGUAGES[0] == "id"


def test_a_language_is_spoken_inside_its_block_only():
    with using_language("en"):
        inside = language()
        with using_language("id"):
            deeper = language()
        back = language()

    assert (inside, deeper, back, language()) == ("en", "id", "en", "id")


def test_a_language_is_given_back_after_an_error():
    with pytest.raises(ValueError, match="stop"), using_language("en"):
        raise ValueError("stop")

    assert language() == "id"


@pytest.mark.parametrize("code", ["", "fr", "EN", "../en"])
def test_an_unknown_language_is_indonesian(code):
    with using_language("en"), using_language(code):
        assert language() == "id"


def test_speaking_from_here_on_stays_in_its_context():
    def reader():
        set_language("en")
        return language()

    assert contextvars.copy_context().run(reader) == "en"
    assert language() == "id"


def test_speaking_an_unknown_language_from_here_on_is_indonesian():
    def reader():
        set_language("en")
        set_language("fr")
        return language()

    assert contextvars.copy_context().run(reader) == "id"


def test_a_message_is_translated_when_it_is_shown():
    message = say("line {line}", line=3)

    with using_language("en"):
        english = str(message)

    assert (english, str(message)) == ("line 3", "baris 3")


def test_a_message_inside_a_message_speaks_the_same_language():
    message = say("{source}, {where}", source="a.geojson", where=say("line {line}", line=3))

    with using_language("en"):
        english = str(message)

    assert (english, str(message)) == ("a.geojson, line 3", "a.geojson, baris 3")


def test_a_message_keeps_what_it_was_given():
    assert say("{count} sites", count=3) == Message("{count} sites", (("count", 3),))
    assert say("{text}", text="a") != say("{text}", text="b")
    assert hash(say("{count} sites", count=3)) == hash(say("{count} sites", count=3))


def test_braces_of_a_value_stay_as_they_are():
    with using_language("en"):
        assert str(say("line {line}", line="{line} {0} %s")) == "line {line} {0} %s"


def test_doubled_braces_are_text():
    message = say('\'{key}\' must be {{ id = "…", en = "…" }}, not {found}', key="title", found="3")

    with using_language("en"):
        english = str(message)

    assert english == '\'title\' must be { id = "…", en = "…" }, not 3'
    assert str(message) == '\'title\' harus { id = "…", en = "…" }, bukan 3'


def test_a_text_the_catalogue_does_not_hold_is_said_in_english():
    assert str(Message("never said anywhere")) == "never said anywhere"


def test_words_of_a_standard_come_from_the_standard_alone():
    words = BilingualText(id="Taman", en="Park")

    with using_language("en"):
        english = str(words)

    assert (english, str(words)) == ("Park", "Taman")


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (0, 0, "0", "0"),
        (1200, 0, "1.200", "1,200"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (1200.5, 1, "1.200,5", "1,200.5"),
        (Fraction(5, 4), 2, "1,25", "1.25"),
        (Decimal("1.2"), 2, "1,20", "1.20"),
        (3.0, 2, "3", "3"),
        (3.001, 2, "3", "3"),
        (-0.5, 1, "-0,5", "-0.5"),
        (100, 2, "100", "100"),
        (1000, 2, "1.000", "1,000"),
    ],
)
def test_a_number_is_written_as_its_language_writes_it(value, decimals, indonesian, english):
    with using_language("en"):
        assert format_number(value, decimals) == english
    assert format_number(value, decimals) == indonesian


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (10_000, "10.000 ruang", "10,000 ruang"),
        (999, "999 ruang", "999 ruang"),
        (True, "True ruang", "True ruang"),
        ("10000", "10000 ruang", "10000 ruang"),
        (date(2026, 8, 9), "9 Agu 2026 ruang", "9 Aug 2026 ruang"),
    ],
)
def test_a_sentence_writes_whole_numbers_and_days_as_its_language_does(value, indonesian, english):
    for code, wanted in (("id", indonesian), ("en", english)):
        with using_language(code):
            assert str(say("{what} ruang", what=value)) == wanted


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (1000.5, "1.000,5", "1,000.5"),
        (Decimal("100000.0"), "100.000", "100,000"),
        (-0.25, "-0,25", "-0.25"),
        (100, "100", "100"),
        (0.0, "0", "0"),
        (0.1 + 0.2, "0,3", "0.3"),
        (1e300, "1e+300", "1e+300"),
        (10**400, "1e+400", "1e+400"),
        (Fraction(1, 3), "0,333333333333", "0.333333333333"),
    ],
)
def test_a_number_is_written_with_the_decimals_it_was_given_with(value, indonesian, english):
    for code, wanted in (("id", indonesian), ("en", english)):
        with using_language(code):
            assert format_exact(value) == wanted
