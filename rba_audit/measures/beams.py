"""Beams of swings, and the free space in front, behind and to the sides of each.

Coordinates of a swing are relative to its beam: `u` runs along it from its start, `v` across it. Its corridor extends across
the beam and is as wide as the beam is long; an object outside the corridor is to the side of the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.measures.object_pairs import Flags, ObjectPairs, Positions, Shapes, SiteObjects, smallest_by_group
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats

_BEARING: Final = "bearing_deg"
_FRONT: Final = "front_bearing_deg"
_WIDTH: Final = "width_m"
_PIVOT: Final = "pivot_height_m"
_LONGER: Final = 1.05
"""Least ratio of length to depth of a frame for its longer side to count as the direction of the beam."""
_HAIR_M: Final = 1e-6
"""Tolerance at the ends of the corridor, in metres: an object this close is inside, so that rounding errors do not decide."""


@dataclass(frozen=True, eq=False)
class SwingBeams:
    """The swings among some items.

    Attributes:
        items: Their indices among the items.
        site: Index of the site of each.
        frames: Drawn shape of each, in metres about the point of its site; the beam instead of a point if it is known.
        start: Start of the beam, (n, 2); NaN if its direction is unknown.
        along: Unit vector along the beam, (n, 2).
        length_m: Length of the beam; NaN if its direction is unknown.
        around_m: Greatest distance of a frame from the point it is drawn as; NaN if not stated, 0 for other shapes.
        pivot_m: Height of the pivot; NaN if it is not stated.
        front: 1 if the front is towards positive `v`, -1 if towards negative, 0 if not stated.
    """

    items: Positions
    site: Positions
    frames: Shapes
    start: NDArray[np.float64]
    along: NDArray[np.float64]
    length_m: Floats
    around_m: Floats
    pivot_m: Floats
    front: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def known(self) -> Flags:
        """Whether the beam of each is known."""
        return ~np.isnan(self.length_m)

    def corridors(self, reach_m: Floats, less_m: float) -> Shapes:
        """Return the corridor of each swing, `reach_m` to both sides and shrunk by `less_m`; None if the beam or reach is unknown."""
        rectangles = np.full(len(self), None, dtype=object)
        at = np.flatnonzero(self.known & ~np.isnan(reach_m))
        if at.size:
            across = _across(self.along[at])
            begin = self.start[at] + self.along[at] * less_m
            end = self.start[at] + self.along[at] * (self.length_m[at] - less_m)[:, None]
            out = across * (reach_m[at] - less_m)[:, None]
            rectangles[at] = shapely.polygons(np.stack([begin - out, end - out, end + out, begin + out], axis=1))
        return rectangles


def swing_beams(parts: Parts, chosen: Flags) -> SwingBeams:
    """Return the chosen parts as swings."""
    items = np.flatnonzero(chosen)
    numbers = {name: parts.number(name)[items] for name in (_BEARING, _FRONT, _WIDTH, _PIVOT)}
    frames = parts.shapes[items].copy()
    ends = np.full((len(items), 2, 2), np.nan)
    for at, shape in enumerate(frames.tolist()):
        both_ends = _ends(shape, float(numbers[_BEARING][at]), float(numbers[_WIDTH][at]))
        if both_ends is not None:
            ends[at] = both_ends
            if shape.geom_type == "Point":
                frames[at] = shapely.LineString(both_ends)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    along = (ends[:, 1] - ends[:, 0]) / length[:, None]
    points = shapely.get_type_id(frames) == shapely.GeometryType.POINT
    return SwingBeams(
        items=items,
        site=parts.site[items],
        frames=frames,
        start=ends[:, 0],
        along=along,
        length_m=length,
        around_m=np.where(points, numbers[_WIDTH] / 2, 0.0),
        pivot_m=np.where(numbers[_PIVOT] > 0, numbers[_PIVOT], np.nan),
        front=_front(along, numbers[_FRONT]),
    )


def _ends(shape: BaseGeometry, bearing: float, width: float) -> NDArray[np.float64] | None:
    """Return both ends of the beam of a swing, (2, 2); None if neither its bearing nor its shape gives a direction."""
    if not np.isnan(bearing):
        along = np.array([np.sin(np.radians(bearing)), np.cos(np.radians(bearing))])
        centre = np.array(shape.centroid.coords[0])
        reach = (shapely.get_coordinates(shape) - centre) @ along
        if shape.geom_type == "Point":
            reach = np.array([-width / 2, width / 2])
        low, high = float(reach.min()), float(reach.max())
        return np.array([centre + along * low, centre + along * high]) if high > low else None
    if shape.geom_type == "LineString" and not shape.is_closed:
        coordinates = shapely.get_coordinates(shape)
        return coordinates[[0, -1]]
    frame = shapely.oriented_envelope(shape)
    if frame.geom_type != "Polygon":
        return None
    corners = shapely.get_coordinates(frame)[:4]
    sides = np.hypot(*(corners - np.roll(corners, -1, axis=0)).T)
    if max(sides[0], sides[1]) < _LONGER * min(sides[0], sides[1]):
        return None
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    return middles[[1, 3]] if sides[0] > sides[1] else middles[[0, 2]]


def _front(along: NDArray[np.float64], bearing: Floats) -> NDArray[np.int8]:
    towards = np.column_stack([np.sin(np.radians(bearing)), np.cos(np.radians(bearing))])
    facing = (_across(along) * towards).sum(axis=1)
    signs: NDArray[np.int8] = np.sign(np.nan_to_num(facing)).astype(np.int8)
    return signs


def _across(along: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([-along[:, 1], along[:, 0]])


@dataclass(frozen=True, eq=False)
class FreeSpace:
    """Distance from each swing to the nearest object in one direction.

    Attributes:
        metres: The distance; NaN if there is no object within reach.
        nearest: Index of the object; -1 if there is none.
    """

    metres: Floats
    nearest: Positions


def free_space(
    swings: SwingBeams, others: SiteObjects, near: ObjectPairs, within_m: float
) -> tuple[FreeSpace, FreeSpace, FreeSpace]:
    """Return the free space in front, behind and to the sides of each swing whose beam is known, up to `within_m`.

    If the front is not stated, it is the side with less free space.
    """
    near = near.only(swings.known[near.one])
    at = near.one
    seen = _turned(others.shapes[near.other], swings.start[at], swings.along[at])
    frames = _turned(swings.frames[at], swings.start[at], swings.along[at])
    end, far = swings.length_m[at], within_m + _HAIR_M
    before = _within(seen, -_HAIR_M, 0, end + _HAIR_M, far)
    behind = _within(seen, -_HAIR_M, -far, end + _HAIR_M, 0)
    aside = [
        shapely.distance(frames, _within(seen, *strip))
        for strip in ((-far, -far, -_HAIR_M, far), (end + _HAIR_M, -far, end + far, far))
    ]
    sides = np.fmin(*aside)
    one = _first(swings, near, shapely.bounds(before)[:, 1], within_m)
    other = _first(swings, near, -shapely.bounds(behind)[:, 3], within_m)
    lateral = _first(swings, near, sides, within_m)
    turned = np.where(
        swings.front != 0,
        swings.front < 0,
        np.nan_to_num(other.metres, nan=np.inf) < np.nan_to_num(one.metres, nan=np.inf),
    )
    front, back = _exchanged(one, other, turned), _exchanged(other, one, turned)
    return front, back, lateral


def _turned(shapes: Shapes, start: NDArray[np.float64], along: NDArray[np.float64]) -> Shapes:
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = coordinates - start[owner]
    seen = np.column_stack([(moved * along[owner]).sum(axis=1), (moved * _across(along)[owner]).sum(axis=1)])
    turned: Shapes = shapely.set_coordinates(shapes.copy(), seen)
    return turned


def _within(
    shapes: Shapes, west: Floats | float, south: Floats | float, east: Floats | float, north: Floats | float
) -> Shapes:
    """Return each shape clipped to a rectangle; None if it lies outside."""
    edges = np.column_stack([np.broadcast_to(edge, len(shapes)) for edge in (west, south, east, north)])
    bounds = shapely.bounds(shapes)
    apart = (bounds[:, :2] > edges[:, 2:]).any(axis=1) | (bounds[:, 2:] < edges[:, :2]).any(axis=1)
    whole = (bounds[:, :2] >= edges[:, :2]).all(axis=1) & (bounds[:, 2:] <= edges[:, 2:]).all(axis=1)
    clipped: Shapes = shapes.copy()
    clipped[apart] = None
    cut = np.flatnonzero(~apart & ~whole)
    clipped[cut] = shapely.intersection(shapes[cut], shapely.box(*(edges[cut, side] for side in range(4))))
    return clipped


def _first(swings: SwingBeams, near: ObjectPairs, metres: Floats, within_m: float) -> FreeSpace:
    within = np.flatnonzero(metres <= within_m)  # False for NaN
    first = smallest_by_group(near.one[within], metres[within], len(swings))
    has_object = first >= 0
    distance, index = np.full(len(swings), np.nan), np.full(len(swings), -1, dtype=np.intp)
    distance[has_object] = np.maximum(metres[within][first[has_object]], 0)
    index[has_object] = near.other[within][first[has_object]]
    return FreeSpace(distance, index)


def _exchanged(one: FreeSpace, other: FreeSpace, turned: Flags) -> FreeSpace:
    return FreeSpace(np.where(turned, other.metres, one.metres), np.where(turned, other.nearest, one.nearest))
