"""Parse JSON strictly: reject input that two parsers may interpret differently.

Nothing is corrected or normalised.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, TypeGuard

_MAX_DEPTH: Final = 32
_MAX_DIGITS: Final = 18  # digits; a longer integer may exceed 64 bits
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
            object_pairs_hook=_unique_members,
            parse_constant=_reject_constant,
            parse_float=_parse_float,
            parse_int=_parse_int,
        )
    except (ValueError, RecursionError):
        raise NotJson from None
    _refuse_unsafe(value)
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson
    return members


def _reject_constant(_text: str) -> float:
    raise NotJson


def _parse_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson
    return number


def _parse_int(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS:
        raise NotJson
    return int(text)


def _refuse_unsafe(value: object) -> None:
    stack = [(value, 1)]
    while stack:
        inner, depth = stack.pop()
        if depth > _MAX_DEPTH or (isinstance(inner, str) and _UNSAFE.search(inner)):
            raise NotJson
        if isinstance(inner, dict):
            stack += [(key, depth) for key in inner]
            stack += [(member, depth + 1) for member in inner.values()]
        elif isinstance(inner, list):
            stack += [(member, depth + 1) for member in inner]


def is_whole(value: object, low: int, high: int) -> TypeGuard[int]:
    """Return whether a value is an integer in `low`..`high`, both included; neither `true` nor `1.0` is one."""
    return type(value) is int and low <= value <= high
