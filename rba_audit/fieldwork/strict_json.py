"""Bytes as one JSON value, or nothing: what two readers may understand differently is refused.

Nothing is corrected on the way.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from rba_audit.fieldwork.refusals import Refused, TooLarge, refused
from rba_audit.words import say

LARGEST_BYTES: Final = 1_000_000
_DEEPEST: Final = 32
_LONGEST_NUMBER: Final = 18  # digits of a whole number that every reader keeps exact
_UNSAFE: Final = re.compile("[\0\ud800-\udfff]")  # what not every store and reader can hold


def read_json(body: bytes) -> Any:
    """Return the one JSON value in `body`.

    Raises:
        TooLarge: it has more than `LARGEST_BYTES` bytes.
        Refused: it is no JSON, or holds what readers understand differently: a key twice, NaN, a huge number.
    """
    if len(body) > LARGEST_BYTES:
        raise TooLarge(
            say("The visit has more than {limit} MB of answers; send it as two visits.", limit=LARGEST_BYTES // 10**6)
        )
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_members,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_whole,
        )
    except (ValueError, RecursionError):
        raise _unreadable() from None
    _refuse_unsafe(value)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _unreadable()
    return members


def _no_number(_text: str) -> float:
    raise _unreadable()


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _unreadable()
    return number


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_NUMBER:
        raise _unreadable()
    return int(text)


def _refuse_unsafe(value: object) -> None:
    waiting = [(value, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > _DEEPEST or (isinstance(inner, str) and _UNSAFE.search(inner)):
            raise _unreadable()
        if isinstance(inner, dict):
            waiting += [(key, depth) for key in inner]
            waiting += [(member, depth + 1) for member in inner.values()]
        elif isinstance(inner, list):
            waiting += [(member, depth + 1) for member in inner]


def _unreadable() -> Refused:
    return refused(say("What arrived is no whole visit; keep it, open this app again with signal and send it again."))
