"""Find national identity numbers (NIK, 16 digits) in text, so that none of them is ever stored.

A number is found with any marks between its digits, in digits of any script, and in the form in which spreadsheets shorten it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LENGTH: Final = 16
_RUN: Final = re.compile(r"\d(?:[\W_]*\d)*")
_DIGITS: Final = re.compile(r"\d+")
_MARK: Final = re.compile(r"\D+")
_SPACING: Final = re.compile(r"[\s.,'’`_\-–—·]*")
"""Marks that people write between the digits of one number."""
_SHORTENED: Final = re.compile(r"(?<![\d.,])\d(?:[.,]\d+)?\s*[eE]\s*\+?\s*15(?!\d)")
"""A number of 16 digits as a spreadsheet shows it in a narrow cell, such as 3,60401E+15."""
_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}[.,]\d+")
"""A number with decimals, such as a coordinate."""
_PROVINCES: Final = frozenset(
    {*range(11, 22), *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82, *range(91, 98)}
)
"""The codes with which a number begins."""
_MONTHS: Final = range(1, 13)
_DAYS: Final = (*range(1, 32), *range(41, 72))
"""Days of birth; 40 is added for women."""


def has_identity_number(text: str) -> bool:
    """Return whether a text holds an identity number of 16 digits."""
    if len(text) < _LENGTH and not _SHORTENED.search(text):
        return False  # the quick answer for nearly every cell
    plain = text if text.isascii() else _plain(text)
    if _SHORTENED.search(plain):
        return True
    decimal = _DECIMAL.fullmatch(plain.strip()) is not None
    return any(_in_run(run.group(), certain=not decimal) for run in _RUN.finditer(plain))


def _plain(text: str) -> str:
    """Return a text with the digits of every script as ASCII, and without characters that nobody sees."""
    shown = (letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in shown)


def _in_run(run: str, *, certain: bool) -> bool:
    """Return whether digits with marks between them hold an identity number.

    With `certain` 16 digits in one piece, or 16 digits with nothing but spacing between them, are one whatever they say; in
    other numbers only digits that could be one: a province, a day and a month of birth.
    """
    groups = _DIGITS.findall(run)
    if certain and any(len(group) == _LENGTH for group in groups):
        return True
    if certain and sum(map(len, groups)) == _LENGTH and all(map(_SPACING.fullmatch, _MARK.findall(run))):
        return True
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) >= _LENGTH:
                break
        if len(digits) == _LENGTH and _could_be_one(digits):
            return True
    return False


def _could_be_one(digits: str) -> bool:
    return int(digits[:2]) in _PROVINCES and int(digits[6:8]) in _DAYS and int(digits[8:10]) in _MONTHS
