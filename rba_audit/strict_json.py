"""Parse JSON strictly: reject input that two parsers may interpret differently.

Nothing is corrected or normalised.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, TypeGuard

_DEEPEST: Final = 32
_LONGEST_NUMBER: Final = 18  # digits; a longer integer may exceed 64 bits
_UNSAFE: Final = re.compile(
    "[\0\ud800-\udfff]"
)  # NUL and lone surrogates, which some databases and parsers cannot represent


class NotJson(ValueError):
    """These bytes are not JSON, or JSON that two parsers may interpret differently."""


def read_json(body: bytes) -> Any:
    """Return the JSON value in `body`; the caller has limited its length.

    Raises:
        NotJson: it is not UTF-8 or JSON, has a duplicate key, NaN, an infinite float or an integer of more than 18 digits,
            is nested deeper than 32 levels, or a string holds NUL or a lone surrogate.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_members,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_whole,
        )
    except (ValueError, RecursionError):
        raise NotJson from None
    _refuse_unsafe(value)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson
    return members


def _no_number(_text: str) -> float:
    raise NotJson


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson
    return number


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_NUMBER:
        raise NotJson
    return int(text)


def _refuse_unsafe(value: object) -> None:
    waiting = [(value, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > _DEEPEST or (isinstance(inner, str) and _UNSAFE.search(inner)):
            raise NotJson
        if isinstance(inner, dict):
            waiting += [(key, depth) for key in inner]
            waiting += [(member, depth + 1) for member in inner.values()]
        elif isinstance(inner, list):
            waiting += [(member, depth + 1) for member in inner]


def is_whole(value: object, low: int, high: int) -> TypeGuard[int]:
    """Return whether a value is an integer in `low`..`high`, both included; neither `true` nor `1.0` is one."""
    return type(value) is int and low <= value <= high
