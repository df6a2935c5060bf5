"""Guess the columns that make a position, and make the geometry of each row from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rba_audit.file_formats import SourceRow, SourceTable
from rba_audit.imports.column_mapping import ColumnMapping
from rba_audit.imports.positions import (
    are_degrees,
    are_metres,
    heading_direction,
    known_crs,
    read_degrees,
    read_metres,
    read_pair,
    read_wkt,
    to_degrees,
    zone_crs,
)
from rba_audit.imports.source_columns import sample_text
from rba_audit.layers.property_words import is_blank
from rba_audit.messages import Message, say
from rba_audit.sites.problems import quote
from rba_audit.standard.policies import BoundingBox, Policies

POSITION_TARGETS: Final = ("longitude", "latitude", "coordinates", "easting", "northing", "zone", "wkt")
_WKT: Final = ("wkt",)
_DEGREES: Final = ("longitude", "latitude")
_METRES: Final = ("easting", "northing")
_PAIR: Final = ("coordinates",)
Fault = tuple[Message, Message]
"""What was found, and what to do."""


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a row: a geometry, or why there is none; neither if its cells are empty."""

    geometry: Mapping[str, Any] | None = None
    fault: Fault | None = None


class PositionReader:
    """Makes the geometry of each row of a table by a mapping."""

    def __init__(self, table: SourceTable, mapping: ColumnMapping, policies: Policies) -> None:
        self._policy, self._box = policies.columns, policies.whereabouts.box
        self._crs = mapping.crs
        self._by_target: dict[str, str] = {}
        for use in mapping.columns:
            if use.target in POSITION_TARGETS:
                self._by_target.setdefault(use.target, use.column)
        self._lonlat = bool(self._by_target.get("coordinates")) and lonlat_order(
            [row.values.get(self._by_target["coordinates"]) for row in table.rows], policies
        )

    @property
    def reads(self) -> bool:
        """Whether the mapping names columns of a position."""
        return any({*pair} <= self._by_target.keys() for pair in (_WKT, _DEGREES, _METRES, _PAIR))

    @property
    def leaves_crs(self) -> bool:
        """Whether the geometries are in the reference system of the mapping; otherwise they are longitude and latitude."""
        return not self.reads or "wkt" in self._by_target

    def position(self, row: SourceRow) -> Position:
        """Return the position of a row."""
        if self.is_zero(row):
            return Position()
        if row.geometry is not None or not self.reads:
            return Position(row.geometry)
        readers: tuple[tuple[tuple[str, ...], Callable[..., Position]], ...] = (
            (_WKT, self._of_wkt),
            (_DEGREES, self._of_degrees),
            (_METRES, self._of_metres),
            (_PAIR, self._of_pair),
        )
        for targets, read in readers:
            if {*targets} <= self._by_target.keys():
                values = [row.values.get(self._by_target[target]) for target in targets]
                if not all(map(is_blank, values)):
                    return read(row, *values)
        return Position()

    def is_zero(self, row: SourceRow) -> bool:
        """Return whether the position is 0, 0, which programs write where nobody measured; no play space lies in that sea."""
        if row.geometry is not None:
            return row.geometry.get("type") == "Point" and not any(row.geometry["coordinates"][:2])
        return any(
            all(read_metres(row.values.get(self._by_target.get(target, ""))) == 0 for target in targets)
            for targets in (_DEGREES, _METRES)
        )

    def _of_wkt(self, _row: SourceRow, value: object) -> Position:
        geometry = read_wkt(value)
        return Position(geometry) if geometry is not None else self._unreadable(value)

    def _of_degrees(self, row: SourceRow, lon: object, lat: object) -> Position:
        x, y = read_degrees(lon, "longitude", self._policy), read_degrees(lat, "latitude", self._policy)
        if x is None or y is None:
            metres = read_metres(lon), read_metres(lat)
            if metres[0] is not None and metres[1] is not None and are_metres(metres[0], metres[1]):
                return self._of_metres(row, lon, lat)
            return self._unreadable(lon if x is None else lat)
        if are_metres(x, y):
            return self._of_metres(row, lon, lat)
        if self._crs and not are_degrees(x, y):
            return self._projected(x, y, self._crs)
        x = self._signed(x, "longitude")
        return _point(x, self._signed(y, "latitude"))

    def _signed(self, value: float, axis: str) -> float:
        """Return degrees with the sign that the heading states: a column `LS` has degrees south."""
        direction = heading_direction(
            self._by_target[axis], "longitude" if axis == "longitude" else "latitude", self._policy
        )
        return -value if direction in ("south", "west") and value > 0 else value

    def _of_pair(self, row: SourceRow, value: object) -> Position:
        pair = read_pair(value, self._policy)
        if pair is None:
            return self._unreadable(value)
        one, two, order = pair
        if are_metres(one, two):
            return self._of_metres(row, one, two)
        return _point(one, two) if order == "lonlat" or (not order and self._lonlat) else _point(two, one)

    def _of_metres(self, row: SourceRow, easting: object, northing: object) -> Position:
        x, y = read_metres(easting), read_metres(northing)
        if x is None or y is None:
            return self._unreadable(easting if x is None else northing)
        zone = row.values.get(self._by_target["zone"]) if "zone" in self._by_target else None
        systems = (self._crs,) if self._crs else zone_crs(sample_text(zone), self._policy) if zone is not None else ()
        if len(systems) > 1:
            systems = tuple(crs for crs in systems if in_box(to_degrees(x, y, crs), self._box))
        if len(systems) == 1 and known_crs(systems[0]):
            return self._projected(x, y, systems[0])
        found = say(
            "the position is in metres ({x}, {y}), and their zone is not known", x=quote(easting), y=quote(northing)
        )
        return Position(fault=(found, which_zone()))

    def _projected(self, x: float, y: float, crs: str) -> Position:
        place = to_degrees(x, y, crs)
        if place is not None:
            return _point(*place)
        found = say("{x}, {y} is no place in {crs}", x=quote(x), y=quote(y), crs=crs)
        return Position(fault=(found, say("correct the position, or name another reference system")))

    def _unreadable(self, value: object) -> Position:
        found = say("“{value}” is not read as a position", value=quote(value))
        return Position(fault=(found, say("write longitude and latitude in degrees, such as 106.15 and -6.11")))


def which_zone() -> Message:
    """Return the question which zone metres are in."""
    return say("which zone? Name its reference system, such as EPSG:32748 (UTM 48S) or EPSG:32749 (UTM 49S)")


def in_box(place: tuple[float, float] | None, box: BoundingBox) -> bool:
    """Return whether longitude and latitude lie in the area in which sites are expected."""
    return place is not None and box.west <= place[0] <= box.east and box.south <= place[1] <= box.north


def lonlat_order(values: Sequence[object], policies: Policies) -> bool:
    """Return whether a column of pairs has longitude first: by what no latitude can be, then by the expected area."""
    pairs = [pair for value in values if (pair := read_pair(value, policies.columns)) is not None]
    free = [(one, two) for one, two, order in pairs if not order]
    if any(abs(one) > 90 for one, _ in free) != any(abs(two) > 90 for _, two in free):
        return any(abs(one) > 90 for one, _ in free)
    box = policies.whereabouts.box
    as_lonlat = sum(in_box((one, two), box) for one, two in free)
    as_latlon = sum(in_box((two, one), box) for one, two in free)
    return as_lonlat > as_latlon


def looks_exchanged(pairs: Sequence[tuple[float, float]], policies: Policies) -> bool:
    """Return whether longitude and latitude stand in each other's column: by what no latitude can be, or the expected area."""
    if not pairs:
        return False
    if all(abs(lat) > 90 >= abs(lon) for lon, lat in pairs):
        return True
    box = policies.whereabouts.box
    right = sum(in_box(pair, box) for pair in pairs)
    swapped = sum(in_box((lat, lon), box) for lon, lat in pairs)
    return not right and swapped * 100 > len(pairs) * policies.whereabouts.others_pct.value


def _point(lon: float, lat: float) -> Position:
    return Position({"type": "Point", "coordinates": [lon, lat]})
