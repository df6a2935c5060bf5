"""Schemas of JSON documents built from predicates; `shape_faults` yields the paths of the parts that do not conform."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

LONGEST_KEY: Final = 200
_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")

Predicate = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object with its required and its optional members; further members are ignored."""

    needed: Mapping[str, Shape]
    optional: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list of at most `most` values of one shape."""

    shape: Shape
    most: int


@dataclass(frozen=True, slots=True)
class MapShape:
    """An object of at most `most` members of one shape, with any names of up to `LONGEST_KEY` characters."""

    shape: Shape
    most: int


@dataclass(frozen=True, slots=True)
class Nullable:
    """A shape, or null."""

    shape: Shape


Shape = Predicate | ObjectShape | ListShape | MapShape | Nullable


def shape_faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Yield the path of each part of a value that does not conform to the shape; `path` is the path of the value itself."""
    match shape:
        case Nullable(inner):
            if value is not None:
                yield from shape_faults(value, inner, path)
        case ObjectShape(needed, optional):
            if not isinstance(value, dict):
                yield path
                return
            yield from (f"{path}.{key}" for key in needed if key not in value)
            for key, inner in {**needed, **optional}.items():
                if key in value:
                    yield from shape_faults(value[key], inner, f"{path}.{key}")
        case ListShape(inner, most):
            if not isinstance(value, list) or len(value) > most:
                yield path
                return
            for index, member in enumerate(value):
                yield from shape_faults(member, inner, f"{path}[{index}]")
        case MapShape(inner, most):
            if not isinstance(value, dict) or len(value) > most or any(len(key) > LONGEST_KEY for key in value):
                yield path
                return
            for key, member in value.items():
                yield from shape_faults(member, inner, f"{path}.{key}")
        case _:
            if not shape(value):
                yield path


def is_text(most: int, least: int = 0) -> Predicate:
    """Return a predicate for text of `least` to `most` characters."""
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def is_number(low: float, high: float) -> Predicate:
    """Return a predicate for numbers within bounds, both inclusive; `true` and `false` are not numbers."""
    return lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def is_hash(value: Any) -> bool:
    """Return whether a value is a SHA-256 in lower-case hexadecimal digits."""
    return isinstance(value, str) and _HASH.match(value) is not None


def is_flag(value: Any) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def is_uuid(value: Any) -> bool:
    """Return whether a value is a UUID in its canonical form."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def is_day(value: Any) -> bool:
    """Return whether a value is a day in the ISO form YYYY-MM-DD."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_moment(value: Any) -> bool:
    """Return whether a value is a moment in an ISO form, or an empty text."""
    try:
        return isinstance(value, str) and (value == "" or datetime.fromisoformat(value) is not None)
    except ValueError:
        return False
