"""Parse typed numbers, and convert numbers to fixed-point integers of a stated precision (ADR 0007).

An ambiguous text is not guessed: the error names both numbers that it could mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.errors import EvidenceError
from rba_audit.messages import BilingualText, say

# Only the digits 0 to 9, as in the browser; `\d` would match the digits of every script.
_GROUPED: Final = {mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in (".", ",", " ")}
# A unit before the number ("Rp 5.000") or after it ("1,5 m"): text that begins with neither a digit, a separator nor a sign.
_UNIT_BEFORE: Final = re.compile(r"([^0-9 .,+\-−][^0-9]*?) *([+\-−]?[0-9].*)", re.DOTALL)
_UNIT_BEHIND: Final = re.compile(r"(.*?[0-9]) *([^0-9 .,+\-−].*)", re.DOTALL)
# Text after a number that counts as a unit: mainly letters, also "m2"; but not "e3", "?", "/2" or " atau 130".
_UNIT: Final = re.compile(r"(?!e[0-9])[a-z%°'\"][a-z%°/ .]*[23²³]?", re.IGNORECASE | re.ASCII)
_PLAIN: Final = re.compile(r"[0-9]+")
_SPACES: Final = re.compile(r"[\s\u00a0\u2009\u202f]")
LONGEST: Final = 32
# A larger value does not fit a fixed-point column; it is far outside any plausible range.
LARGEST: Final = 10**17


def read_number(text: str, unit: BilingualText | None = None) -> Decimal:
    """Return the number in `text`; its decimal separator is a comma or a point.

    The unit of the question may precede or follow the number, in either language; any other unit is an error.

    >>> read_number("1,2"), read_number("1.200,5"), read_number("1 200")
    (Decimal('1.2'), Decimal('1200.5'), Decimal('1200'))
    >>> read_number("1,5 m", BilingualText("m", "m"))
    Decimal('1.5')

    Raises:
        EvidenceError: it is no number, is ambiguous (`1.200`), or has another unit.
    """
    plain = _without_unit(_SPACES.sub(" ", text.strip()), text, unit)
    sign = -1 if plain[:1] in ("-", "−") else 1
    body = plain[1:].strip() if plain[:1] in ("-", "−", "+") else plain
    if not body or len(body) > LONGEST:
        raise _no_number(text)
    whole, decimals = _split(body, text)
    digits = _digits(whole, text)
    if decimals and not _PLAIN.fullmatch(decimals):
        raise _no_number(text)
    return sign * Decimal(f"{digits}.{decimals or 0}").normalize()


def _no_number(text: str) -> EvidenceError:
    return EvidenceError(
        say("'{text}' is not a number; write one number in the digits 0 to 9, like 1,2 or 1.2", text=text[:LONGEST])
    )


def _without_unit(plain: str, text: str, own: BilingualText | None) -> str:
    """Return the number without its unit."""
    behind, before = _UNIT_BEHIND.fullmatch(plain), _UNIT_BEFORE.fullmatch(plain)
    if behind is None and before is None:
        return plain
    number, unit = behind.groups() if behind is not None else before.groups()[::-1]  # type: ignore[union-attr]
    if own is None:
        raise _no_number(text)
    if _one_spelling(unit) in map(_one_spelling, own):
        return str(number)
    if behind is None or not _UNIT.fullmatch(unit):
        raise _no_number(text)
    raise EvidenceError(
        say("leave the unit out: the unit here is {unit}, found: '{text}'", unit=own, text=text[:LONGEST])
    )


def _one_spelling(unit: str) -> str:
    return unit.lower().replace(" ", "").replace(".", "").replace("²", "2")


def _split(body: str, text: str) -> tuple[str, str]:
    """Return the digits before and after the decimal separator."""
    marks = [mark for mark in (".", ",") if mark in body]
    if not marks:
        return body, ""
    if len(marks) == 2:
        last = max(marks, key=body.rindex)
        return (body, "") if body.count(last) > 1 else tuple(body.split(last))  # type: ignore[return-value]
    mark = marks[0]
    if body.count(mark) > 1:
        return body, ""
    whole, decimals = body.split(mark)
    if re.fullmatch(r"[0-9]{3}", decimals) and re.fullmatch(r"[1-9][0-9]{0,2}", whole):
        short = decimals.rstrip("0")
        # The proposal has a fourth decimal (zero) if all three are significant: it then cannot be read as thousands.
        typed = f"{whole},{decimals}0" if len(short) == len(decimals) else f"{whole},{short}".rstrip(",")
        raise EvidenceError(
            say(
                "'{text}' could be {small} or {large}; write {small_typed} or {large}",
                text=text,
                small=_in_both(f"{whole},{decimals}"),
                large=whole + decimals,
                small_typed=_in_both(typed),
            )
        )
    return whole or "0", decimals


def _in_both(number: str) -> BilingualText:
    return BilingualText(number, number.replace(",", "."))


def _digits(whole: str, text: str) -> str:
    if _PLAIN.fullmatch(whole):
        return whole
    for mark, pattern in _GROUPED.items():
        if pattern.fullmatch(whole):
            return whole.replace(mark, "")
    raise _no_number(text)


def fixed_point(values: Sequence[int | float | Decimal], decimals: int) -> NDArray[np.int64]:
    """Return `values` × 10^`decimals` as integers, rounded half away from zero.

    A float is taken as the shortest decimal that prints it, so 1.005 with two decimals is 101 and not 100. Values too
    large for a column become ±`LARGEST`.
    """
    rough = np.array([float(max(-LARGEST, min(LARGEST, value))) for value in values], dtype=np.float64) * 10.0**decimals
    rough = np.clip(rough, -float(LARGEST), float(LARGEST))
    size = np.abs(rough)
    result = (np.sign(rough) * np.floor(size + 0.5)).astype(np.int64)
    # The product above can be rounded wrongly only near a tie, or if it is too large for an exact float.
    doubtful = np.flatnonzero((np.abs(size - np.floor(size) - 0.5) < 1e-6 * np.maximum(size, 1)) | (size > 2**40))
    for index in doubtful.tolist():
        value = max(-LARGEST, min(LARGEST, values[index]))
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        rounded = int(exact.scaleb(decimals).to_integral_value(ROUND_HALF_UP))
        result[index] = max(-LARGEST, min(LARGEST, rounded))
    return result
