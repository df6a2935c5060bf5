"""GeoJSON geometries from WKB, exactly as stored: nothing is closed, rounded or repaired.

Extended WKB and ISO WKB, both byte orders, Z kept and M left out.
"""

from __future__ import annotations

import math
import struct
from typing import Any, Final

from rba_audit.messages import Message, say

_NAMES: Final = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
_ARCS: Final = frozenset((8, 9, 10, 11, 12, 13, 14))
_MOST_NESTED: Final = 20


class GeometryFault(Exception):
    """A geometry cannot be used; `fault` says why."""

    def __init__(self, fault: Message) -> None:
        super().__init__(str(fault))
        self.fault = fault


def geometry_of_wkb(data: bytes) -> dict[str, Any] | None:
    """Return the GeoJSON geometry of a WKB; None if it is empty.

    Raises:
        GeometryFault: It is damaged, of a kind that GeoJSON does not have, has a ring that is not closed or a number that is none.
    """
    reader = _Reader(data)
    try:
        return reader.geometry(0)
    except struct.error:
        raise GeometryFault(say("its geometry is damaged")) from None


def closed_ring(positions: list[Any]) -> list[Any]:
    """Return the positions of a ring, after checking that it ends where it begins.

    Raises:
        GeometryFault: It does not, or has fewer than four positions.
    """
    if positions and positions[0][:2] != positions[-1][:2]:
        raise GeometryFault(say("its outline is not closed: it does not end where it begins"))
    if 0 < len(positions) < 4:
        raise GeometryFault(say("its outline has fewer than three corners"))
    return positions


class _Reader:
    """A position in the bytes of one geometry."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def geometry(self, depth: int) -> dict[str, Any] | None:
        order = "<" if self._take("B") == 1 else ">"
        code = self._take(order + "I")
        if code & 0x20000000:
            self._take(order + "I")  # the number of its reference system; the table says it too
        kind, z, m = _kind(code)
        if kind in _ARCS:
            raise GeometryFault(say("its geometry has arcs; save it with straight lines"))
        if kind not in _NAMES or depth > _MOST_NESTED:
            raise GeometryFault(say("its geometry is of a kind that is not read ({number})", number=str(kind)))
        if kind == 1:
            position = self._positions(order, z, m, 1)
            return {"type": "Point", "coordinates": position[0]} if position else None
        if kind == 2:
            line = self._positions(order, z, m)
            return {"type": "LineString", "coordinates": line} if line else None
        if kind == 3:
            rings = [closed_ring(self._positions(order, z, m)) for _ in range(self._count(order, 4))]
            return {"type": "Polygon", "coordinates": rings} if rings and rings[0] else None
        members = [self.geometry(depth + 1) for _ in range(self._count(order, 5))]
        parts = [member for member in members if member is not None]
        if not parts:
            return None
        if kind == 7:
            return {"type": "GeometryCollection", "geometries": parts}
        return {"type": _NAMES[kind], "coordinates": [part["coordinates"] for part in parts]}

    def _positions(self, order: str, z: bool, m: bool, count: int | None = None) -> list[list[float]]:
        size = 2 + z + m
        number = self._count(order, size * 8) if count is None else count
        values = struct.unpack_from(f"{order}{number * size}d", self._data, self._at)
        self._at += number * size * 8
        if not all(map(math.isfinite, values)):
            if number == 1 and all(map(math.isnan, values)):
                return []  # an empty point
            xy = [value for index, value in enumerate(values) if index % size < 2]
            if not all(map(math.isfinite, xy)):
                raise GeometryFault(say("one of its coordinates is not a number"))
            z = False
        return [list(values[at : at + 2 + z]) for at in range(0, len(values), size)]

    def _count(self, order: str, least: int) -> int:
        count: int = self._take(order + "I")
        if count * least > len(self._data) - self._at:  # a count that the bytes cannot hold
            raise GeometryFault(say("its geometry is damaged"))
        return count

    def _take(self, layout: str) -> Any:
        (value,) = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return value


def _kind(code: int) -> tuple[int, bool, bool]:
    """Return number, Z and M of a type code: EWKB has flags, ISO adds thousands."""
    z, m, code = bool(code & 0x80000000), bool(code & 0x40000000), code & 0x0FFFFFFF
    thousands, kind = divmod(code, 1000)
    return kind, z or thousands in {1, 3}, m or thousands in {2, 3}
