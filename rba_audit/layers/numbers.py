"""Read the first of several properties that has a text or a number, with or without a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rba_audit.layers.property_words import property_number

_WITH_UNIT: Final = re.compile(r"\s*([0-9][0-9.,\s]*?)\s*([a-z]*)\s*", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*")


def first_text(properties: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the first of these properties that has a value, as text; empty if none has."""
    return next((str(properties[key]) for key in keys if properties.get(key)), "")


def first_number(properties: Mapping[str, Any], keys: Sequence[str]) -> float | None:
    """Return the first of these properties that is a number, or a text such as "1,5 m"; None if none is.

    Of several numbers in one text ("150000;20000") the largest counts; an ambiguous number is skipped.
    """
    return next((number for key in keys if (number := property_number(properties.get(key))) is not None), None)


def first_number_in_units(
    properties: Mapping[str, Any], keys: Sequence[str], units: Mapping[str, float]
) -> float | None:
    """Return the first of these properties that is a large whole number, such as "150 kV", "150.000" or "150000;20000 V".

    A mark between groups of three digits separates thousands here, not decimals. Of several numbers the largest counts. A text
    with a number that cannot be read is skipped; None if no property is left.
    """
    for key in keys:
        value = properties.get(key)
        if isinstance(value, str):
            numbers = [_in_units(part, units) for part in value.split(";") if part.strip()]
            if numbers and None not in numbers:
                return max(amount for amount in numbers if amount is not None)
        elif (number := first_number(properties, (key,))) is not None:
            return number
    return None


def _in_units(text: str, units: Mapping[str, float]) -> float | None:
    match = _WITH_UNIT.fullmatch(text)
    if match is None:
        return None
    digits, unit = match[1], match[2].lower()
    if unit and unit not in units:
        return None
    if _THOUSANDS.fullmatch(digits):
        # "1.500 kV" may be 1,5 kV or 1500 kV.
        return float(re.sub(r"[^0-9]", "", digits)) if units.get(unit, 1.0) == 1 else None
    number = re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", digits)
    return float(digits.replace(",", ".")) * units.get(unit, 1.0) if number else None
