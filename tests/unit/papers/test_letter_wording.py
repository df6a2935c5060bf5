"""Placeholders in the wording of letters: known ones are filled once, unknown ones are named."""

import pytest

from rba_audit.messages import using_language
from rba_audit.papers.letter_wording import (
    PLACEHOLDERS,
    default_closing,
    default_number,
    default_opening,
    fill_placeholders,
    unknown_placeholder,
)


@pytest.mark.parametrize("code", ["id", "en"])
def test_shipped_texts_use_known_placeholders_only(code):
    with using_language(code):
        texts = (default_opening(), default_closing(), default_number())

    assert [unknown_placeholder(text) for text in texts] == ["", "", ""]
    assert "{agency}" in texts[0]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("", ""),
        ("{agency} {count}", ""),
        ("{dinas}", "dinas"),
        ("{ agency}", " agency"),
        ("{}", " "),
        ("{a", ""),
        ("}{", ""),
    ],
)
def test_a_name_that_is_no_placeholder_is_found(text, unknown):
    assert unknown_placeholder(text) == unknown


def test_values_are_not_searched_for_placeholders_and_other_braces_stay():
    values = {**dict.fromkeys(PLACEHOLDERS, "x"), "agency": "{count} {agency}"}

    assert fill_placeholders("{agency}, {count}, {other} {", values) == "{count} {agency}, x, {other} {"
