"""`WhereaboutsPolicy`: limits for doubting the position of a site (`whereabouts.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    decimals,
    number,
    number_from_zero,
    number_origin,
    own_sourced,
    rules_table,
    sourced,
    whole_numbers,
)
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """The area in which sites are expected if no boundary states it, in degrees."""

    name: BilingualText
    west: float
    south: float
    east: float
    north: float
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class WhereaboutsPolicy:
    """Content of `whereabouts.toml`.

    Attributes:
        position_m: Assumed accuracy of a position that states none.
        boundary_m: Assumed accuracy of a boundary that states none.
        overlap_pct: Maximum overlap of two outlines, in percent of the smaller one.
        near_m: Minimum distance of two points.
        centre_m: A point within this distance of the middle of a boundary counts as that middle.
        decimals: So many decimals of a degree, or fewer, are too few.
        lon_properties: Properties in which a boundary may state the longitude of its middle.
        lat_properties: Likewise its latitude.
        moved_m: A site with another name, farther than this from the one known under its id, counts as another site.
        others_pct: Share of the other sites that must lie in the box.
        box: The area in which sites are expected.
        digits: Number of digits of a code, by level.
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
    """Return the content of a `whereabouts.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    assumed, on_top, placeholder = (table.table(key) for key in ("assumed", "on_top", "placeholder"))
    another, exchanged, codes = (table.table(key) for key in ("another_place", "exchanged", "codes"))
    policy = WhereaboutsPolicy(
        position_m=own_sourced(assumed, "position_m", number_from_zero, "m"),
        boundary_m=own_sourced(assumed, "boundary_m", number_from_zero, "m"),
        overlap_pct=own_sourced(on_top, "overlap_pct", number_from_zero, "%"),
        near_m=own_sourced(on_top, "near_m", number_from_zero, "m"),
        centre_m=own_sourced(placeholder, "centre_m", number_from_zero, "m"),
        decimals=own_sourced(placeholder, "decimals", decimals, ""),
        lon_properties=placeholder.texts("lon_properties"),
        lat_properties=placeholder.texts("lat_properties"),
        moved_m=own_sourced(another, "moved_m", number_from_zero, "m"),
        others_pct=own_sourced(exchanged, "others_pct", number_from_zero, "%"),
        box=_box(exchanged.table("box")),
        digits=sourced(codes, "digits", whole_numbers, "", number_origin(codes)),
    )
    for part in (assumed, on_top, placeholder, another, exchanged, codes, table):
        part.refuse_unknown_keys()
    return policy


def _box(table: Table) -> BoundingBox:
    west, south, east, north = (number(table, side) for side in ("west", "south", "east", "north"))
    box = BoundingBox(table.words("name"), west, south, east, north, number_origin(table))
    table.refuse_unknown_keys()
    return box
