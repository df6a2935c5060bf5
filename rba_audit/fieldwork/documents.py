"""What a phone sends: a visit, or a report of a danger, every part of it of the kind agreed on.

Whether it makes sense is not asked here; keys nobody agreed on are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from rba_audit.fieldwork.refusals import TooLarge, refused
from rba_audit.photographs import LARGEST_BYTES as LARGEST_PHOTO
from rba_audit.register import STAGES
from rba_audit.register.records import FORMAT, SCOPES, SOURCES
from rba_audit.strict_json import NotJson, is_whole, read_json
from rba_audit.words import say

LARGEST_BYTES: Final = 1_000_000
"""Of one visit or report, without its photos."""
MOST_PHOTOS: Final = 200
_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_NAMED: Final = 5  # parts that are named in a refusal; more would help nobody
# Characters of an id, a line and a page, and members of a list.
_ID: Final = 200
_LINE: Final = 500
_PAGE: Final = 10_000
_LIST: Final = 2_000
_ANYWHERE_M: Final = 50_000_000

_Fits = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class _Object:
    needed: Mapping[str, _Shape]
    optional: Mapping[str, _Shape]


@dataclass(frozen=True, slots=True)
class _Each:
    shape: _Shape
    most: int


@dataclass(frozen=True, slots=True)
class _Members:
    shape: _Shape
    most: int


@dataclass(frozen=True, slots=True)
class _OrNull:
    shape: _Shape


_Shape = _Fits | _Object | _Each | _Members | _OrNull


def _faults(value: Any, shape: _Shape, at: str) -> Iterator[str]:
    """Yield the path of each part that is not as agreed."""
    match shape:
        case _OrNull(inner):
            if value is not None:
                yield from _faults(value, inner, at)
        case _Object(needed, optional):
            if not isinstance(value, dict):
                yield at
                return
            yield from (f"{at}.{key}" for key in needed if key not in value)
            for key, inner in {**needed, **optional}.items():
                if key in value:
                    yield from _faults(value[key], inner, f"{at}.{key}")
        case _Each(inner, most):
            if not isinstance(value, list) or len(value) > most:
                yield at
                return
            for index, member in enumerate(value):
                yield from _faults(member, inner, f"{at}[{index}]")
        case _Members(inner, most):
            if not isinstance(value, dict) or len(value) > most or any(len(key) > _ID for key in value):
                yield at
                return
            for key, member in value.items():
                yield from _faults(member, inner, f"{at}.{key}")
        case _:
            if not shape(value):
                yield at


def _text(most: int, least: int = 0) -> _Fits:
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def _number(low: float, high: float) -> _Fits:
    return lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _format(value: Any) -> bool:
    return is_whole(value, FORMAT, FORMAT)


def _hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.match(value) is not None


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and (value == "" or datetime.fromisoformat(value) is not None)
    except ValueError:
        return False


def _answer(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= _LIST and all(isinstance(name, str) and len(name) <= _LINE for name in value)
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and len(str(value)) <= _PAGE


_POINT: Final[Mapping[str, _Shape]] = {"lon": _number(-180, 180), "lat": _number(-90, 90)}
_PLACE: Final = _Object(_POINT, {"accuracy_m": _OrNull(_number(0, _ANYWHERE_M)), "at": _OrNull(_moment)})
_POSITION: Final = _Object(
    _POINT,
    {
        "accuracy_m": _OrNull(_number(0, _ANYWHERE_M)),
        "at": _OrNull(_moment),
        "how": lambda value: value in ("gps", "pin"),
        "fixes": _OrNull(_number(0, 10**6)),
        "gps": _OrNull(_PLACE),
        "reason": _OrNull(_text(_PAGE)),
        "sure": _OrNull(_flag),
    },
)
_ITEM: Final = _Object(
    {"id": _text(_ID, 1), "kind": _text(_ID)},
    {
        "name": _OrNull(_text(_LINE)),
        "gone": _flag,
        "same_as": _OrNull(_text(_ID, 1)),
        "answers": _Members(_answer, _LIST),
        "note": _OrNull(_text(_PAGE)),
    },
)
# Where a photo comes from, and what is known by that: of one from the gallery no more than its own file said.
_ORIGIN: Final[Mapping[str, _Shape]] = {
    "bytes": _number(1, LARGEST_PHOTO),
    "source": lambda value: value in SOURCES,
    "taken_at": _OrNull(_moment),
    "position": _OrNull(_PLACE),
}
_PHOTO: Final = _Object({"sha256": _hash}, {"question": _OrNull(_text(_ID)), "item": _OrNull(_text(_ID)), **_ORIGIN})
_VISIT: Final = _Object(
    {
        "format": _format,
        "id": _uuid,
        "site": _text(_LINE, 1),
        "edition": _text(_ID, 1),
        "stage": lambda value: value in STAGES,
        "author": _text(_ID, 1),
        "auditor": _text(_LINE),
        "day": _day,
        "answers": _Members(_answer, _LIST),
    },
    {
        "scope": lambda value: value in SCOPES,
        "given_by": _OrNull(_Object({"author": _text(_ID, 1)}, {"at": _OrNull(_moment), "begun_at": _OrNull(_moment)})),
        "begun_at": _OrNull(_moment),
        "frozen_at": _OrNull(_moment),
        "replaces": _OrNull(_uuid),
        "notes": _Members(_text(_PAGE), _LIST),
        "note": _OrNull(_text(_PAGE)),
        "position": _OrNull(_POSITION),
        "items": _Each(_ITEM, _ID),
        "photos": _Each(_PHOTO, MOST_PHOTOS),
    },
)
_WHERE: Final = _Object({}, {"at_site": _flag, "words": _OrNull(_text(_PAGE))})
_DANGER: Final = _Object(
    {"format": _format, "id": _uuid, "site": _text(_LINE, 1), "author": _text(_ID, 1)},
    {
        "question": _OrNull(_text(_ID)),
        "note": _OrNull(_text(_PAGE)),
        "at": _OrNull(_moment),
        "position": _OrNull(_POSITION),
        "where": _OrNull(_WHERE),
        "photo": _OrNull(_Object({"sha256": _hash}, _ORIGIN)),
    },
)


MOST_OF_A_WALK: Final = 5_000
"""Positions of a walk around a place, and of an outline: an hour at more than one a second."""
_FIX: Final = (_number(-180, 180), _number(-90, 90), lambda value: value is None or _accuracy(value), _moment)


def _accuracy(value: Any) -> bool:
    return _number(0, _ANYWHERE_M)(value)


def _fix(value: Any) -> bool:
    return isinstance(value, list) and len(value) == len(_FIX) and all(map(_holds, _FIX, value))


def _holds(fits: _Fits, value: Any) -> bool:
    return fits(value)


def _drawn(value: Any) -> bool:
    """Tell whether a value is a point or an area with no more positions than a walk has; what else it is, is asked later."""
    if not isinstance(value, dict) or value.get("type") not in ("Point", "Polygon"):
        return False
    content = value.get("coordinates")
    if value["type"] == "Point":
        return isinstance(content, list)
    return isinstance(content, list) and sum(len(ring) for ring in content if isinstance(ring, list)) <= MOST_OF_A_WALK


_PROPOSAL: Final = _Object(
    {
        "id": _uuid,
        "site": _text(_ID, 1),
        "name": _text(_LINE, 1),
        "kind": _text(_ID),
        "geometry": _drawn,
        "accuracy_m": _OrNull(_number(0, _ANYWHERE_M)),
        "walk": _Each(_fix, MOST_OF_A_WALK),
        "note": _text(_PAGE),
        "near": _Each(_text(_LINE, 1), _ID),
        "author": _text(_ID, 1),
        "begun_at": _OrNull(_moment),
    },
    {},
)


def read_proposal(body: bytes) -> dict[str, Any]:
    """Return the proposal of a place whose every part has the kind agreed on.

    Raises:
        TooLarge: it is more than one proposal ever is.
        Refused: it is no proposal.
    """
    return _read(body, _PROPOSAL)


def read_visit(body: bytes) -> dict[str, Any]:
    """Return the document of a visit whose every part has the kind agreed on; whether it makes sense is not asked.

    Raises:
        TooLarge: it is more than one visit ever is.
        Refused: it is no visit.
    """
    return _read(body, _VISIT)


def read_danger(body: bytes) -> dict[str, Any]:
    """Return the report of a danger whose every part has the kind agreed on.

    Raises:
        TooLarge: it is more than one report ever is.
        Refused: it is no report of a danger.
    """
    return _read(body, _DANGER)


def _read(body: bytes, shape: _Object) -> dict[str, Any]:
    if len(body) > LARGEST_BYTES:
        raise TooLarge(
            say("The visit has more than {limit} MB of answers; send it as two visits.", limit=LARGEST_BYTES // 10**6)
        )
    try:
        document: dict[str, Any] = read_json(body)
    except NotJson:
        raise refused(
            say("What arrived is no whole visit; keep it, open this app again with signal and send it again.")
        ) from None
    parts = list(_faults(document, shape, ""))
    if parts:
        named = ", ".join(part.lstrip(".") or "JSON" for part in parts[:_NAMED])
        raise refused(
            say(
                "What arrived is not as this server expects it ({parts}); renew this app and send it again.",
                parts=named,
            )
        )
    return document
