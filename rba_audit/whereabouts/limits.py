"""When a position is doubted, as `standards/whereabouts.toml` states it.

No number of it stands in code.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from rba_audit.resources import standards_dir
from rba_audit.standard.tables import Table, read_toml
from rba_audit.words import Words, say

CONFIDENCE: Final = ("official", "secondary", "inferred", "own_choice")


@dataclass(frozen=True, slots=True)
class Limit:
    """A number, where it is from and how sure it is.

    Attributes:
        source: Empty where it is this project's own choice.
    """

    value: float
    confidence: str
    source: str
    note: Words


@dataclass(frozen=True, slots=True)
class Box:
    """The part of the world that sites are expected in where no boundary says so; degrees."""

    name: Words
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything the file states.

    Attributes:
        position_m: How well a position is known that does not say so, in metres.
        boundary_m: How well a boundary is known that does not say so, in metres.
        overlap_pct: How much of the smaller of two outlines they may share.
        near_m: How close two points may lie.
        centre_m: How close to the middle of a boundary a point is that middle.
        decimals: How many decimals of a degree are too few.
        lon_properties: Where a boundary may state the longitude of its middle.
        lat_properties: Likewise its latitude.
        moved_m: How far from the place known under its id another name makes another place.
        others_pct: How many of the other sites have to lie in the box.
        box: Where sites are expected.
        digits: How many digits a code has, level by level.
    """

    position_m: Limit
    boundary_m: Limit
    overlap_pct: Limit
    near_m: Limit
    centre_m: Limit
    decimals: Limit
    lon_properties: tuple[str, ...]
    lat_properties: tuple[str, ...]
    moved_m: Limit
    others_pct: Limit
    box: Box
    digits: tuple[int, ...]


@cache
def limits() -> Limits:
    """Return the limits of the file that is shipped.

    Raises:
        StandardError: the file cannot be used.
    """
    return read_limits(standards_dir() / "whereabouts.toml")


def read_limits(path: Path) -> Limits:
    """Return the limits in a file.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong kind.
    """
    table = Table(read_toml(path), path.name)
    assumed, on_top, placeholder = (table.table(key) for key in ("assumed", "on_top", "placeholder"))
    another, exchanged, codes = (table.table(key) for key in ("another_place", "exchanged", "codes"))
    found = Limits(
        position_m=_limit(assumed, "position_m"),
        boundary_m=_limit(assumed, "boundary_m"),
        overlap_pct=_limit(on_top, "overlap_pct"),
        near_m=_limit(on_top, "near_m"),
        centre_m=_limit(placeholder, "centre_m"),
        decimals=_limit(placeholder, "decimals"),
        lon_properties=placeholder.texts("lon_properties"),
        lat_properties=placeholder.texts("lat_properties"),
        moved_m=_limit(another, "moved_m"),
        others_pct=_limit(exchanged, "others_pct"),
        box=_box(exchanged.table("box")),
        digits=_digits(codes),
    )
    for part in (assumed, on_top, placeholder, another, exchanged, codes, table):
        part.done()
    return found


def _limit(table: Table, key: str) -> Limit:
    own = table.table(key)
    value = _number(own, "value")
    if value < 0:
        raise own.fault(say("'{key}' must not be less than zero", key="value"))
    limit = Limit(value, *_origin(own))
    own.done()
    return limit


def _box(table: Table) -> Box:
    box = Box(table.words("name"), *(_number(table, side) for side in ("west", "south", "east", "north")))
    _origin(table)
    table.done()
    return box


def _digits(table: Table) -> tuple[int, ...]:
    digits = table.take("digits")
    if not isinstance(digits, list) or not all(isinstance(each, int) and each > 0 for each in digits):
        raise table.fault(say("'{key}' must be a list of whole numbers", key="digits"))
    _origin(table)
    return tuple(digits)


def _origin(table: Table) -> tuple[str, str, Words]:
    confidence = table.one_of("confidence", CONFIDENCE)
    source = table.text("source", default="")
    if (confidence == "own_choice") == bool(source):
        raise table.fault(say("'source' goes with every confidence but 'own_choice'; correct one of them"))
    return confidence, source, table.words("note")


def _number(table: Table, key: str) -> float:
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise table.fault(say("'{key}' must be a number, not {found}", key=key, found=repr(value)))
    return float(value)
