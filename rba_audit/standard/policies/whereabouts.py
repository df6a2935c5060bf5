"""`WhereaboutsPolicy`: when a position is doubted (`whereabouts.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    number,
    number_from_zero,
    number_origin,
    own_sourced,
    rules_table,
    sourced,
    whole,
    whole_numbers,
)
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """The part of the world that sites are expected in where no boundary says so; degrees."""

    name: BilingualText
    west: float
    south: float
    east: float
    north: float
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class WhereaboutsPolicy:
    """What `whereabouts.toml` states.

    Attributes:
        position_m: How well a position is known that does not say so.
        boundary_m: How well a boundary is known that does not say so.
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

    position_m: SourcedNumber[float]
    boundary_m: SourcedNumber[float]
    overlap_pct: SourcedNumber[float]
    near_m: SourcedNumber[float]
    centre_m: SourcedNumber[float]
    decimals: SourcedNumber[int]
    lon_properties: tuple[str, ...]
    lat_properties: tuple[str, ...]
    moved_m: SourcedNumber[float]
    others_pct: SourcedNumber[float]
    box: BoundingBox
    digits: SourcedNumber[tuple[int, ...]]


def read_whereabouts(path: Path) -> WhereaboutsPolicy:
    """Return what a file states.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    assumed, on_top, placeholder = (table.table(key) for key in ("assumed", "on_top", "placeholder"))
    another, exchanged, codes = (table.table(key) for key in ("another_place", "exchanged", "codes"))
    found = WhereaboutsPolicy(
        position_m=own_sourced(assumed, "position_m", number_from_zero, "m"),
        boundary_m=own_sourced(assumed, "boundary_m", number_from_zero, "m"),
        overlap_pct=own_sourced(on_top, "overlap_pct", number_from_zero, "%"),
        near_m=own_sourced(on_top, "near_m", number_from_zero, "m"),
        centre_m=own_sourced(placeholder, "centre_m", number_from_zero, "m"),
        decimals=own_sourced(placeholder, "decimals", whole, ""),
        lon_properties=placeholder.texts("lon_properties"),
        lat_properties=placeholder.texts("lat_properties"),
        moved_m=own_sourced(another, "moved_m", number_from_zero, "m"),
        others_pct=own_sourced(exchanged, "others_pct", number_from_zero, "%"),
        box=_box(exchanged.table("box")),
        digits=sourced(codes, "digits", whole_numbers, "", number_origin(codes)),
    )
    for part in (assumed, on_top, placeholder, another, exchanged, codes, table):
        part.refuse_unknown_keys()
    return found


def _box(table: Table) -> BoundingBox:
    west, south, east, north = (number(table, side) for side in ("west", "south", "east", "north"))
    box = BoundingBox(table.words("name"), west, south, east, north, number_origin(table))
    table.refuse_unknown_keys()
    return box
