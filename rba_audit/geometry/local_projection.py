"""Local projection: longitude and latitude to metres east and north of a point, and back.

Scale is true at the latitude of the point: at 1 km from it lengths are off by less than 0.003 % anywhere in Indonesia,
and by less than 0.02 % at the latitude of central Europe. All shapes of one site are projected about the same point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Lonlats = NDArray[np.float64]

_HALF_WAY: Final = 180.0  # degrees of longitude: a shape that spans more than half the world crosses the antimeridian
_ROUND: Final = 360.0
GEOD: Final = pyproj.Geod(ellps="WGS84")


def shape_array(shapes: NDArray[np.object_] | Sequence[BaseGeometry | None]) -> NDArray[np.object_]:
    """Return a sequence of shapes as an array of objects."""
    if isinstance(shapes, np.ndarray):
        return shapes.astype(object)
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def centres(shapes: NDArray[np.object_]) -> Lonlats:
    """Return the middle of the bounds of each shape, as longitude and latitude; NaN where there is no shape.

    A shape that crosses the antimeridian (longitude 180) has its middle near it, not on the other side of the world.
    """
    west, south, east, north = shapely.bounds(shapes).T
    middles = np.column_stack([(west + east) / 2, (south + north) / 2])
    for at in np.flatnonzero(east - west > _HALF_WAY).tolist():
        around = shapely.get_coordinates(shapes[at])[:, 0] % _ROUND
        middle = (around.min() + around.max()) / 2
        middles[at, 0] = middle - _ROUND if middle > _HALF_WAY else middle
    return middles


def project(shapes: NDArray[np.object_], points: Lonlats) -> NDArray[np.object_]:
    """Return shapes in metres east and north of a point: one point for all of them (2,), or one for each (n, 2)."""
    return _transformed(shapes, points, metres_from)


def unproject(shapes: NDArray[np.object_], points: Lonlats) -> NDArray[np.object_]:
    """Return projected shapes in longitude and latitude: the inverse of `project` about the same points."""
    return _transformed(shapes, points, lonlats)


def metres_from(positions: Lonlats, points: Lonlats) -> Lonlats:
    """Return metres east and north of each position from its own point, shape (n, 2); `lonlats` is the inverse."""
    apart = positions - points
    far = np.abs(apart[:, 0]) > _HALF_WAY
    apart[far, 0] -= np.copysign(_ROUND, apart[far, 0])
    return apart * _degree_m(points[:, 1])


def lonlats(metres: Lonlats, points: Lonlats) -> Lonlats:
    """Return longitude and latitude of positions given in metres east and north of their own points, shape (n, 2)."""
    positions = metres / _degree_m(points[:, 1]) + points
    far = np.abs(positions[:, 0]) > _HALF_WAY
    positions[far, 0] -= np.copysign(_ROUND, positions[far, 0])
    return positions


def length_m(starts: Lonlats, ends: Lonlats) -> NDArray[np.float64]:
    """Return the geodesic length between points given as longitude and latitude, shape (n, 2) each."""
    if not len(starts):
        return np.zeros(0)
    _, _, metres = GEOD.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])
    return np.asarray(metres, dtype=np.float64)


def _transformed(
    shapes: NDArray[np.object_], points: Lonlats, move: Callable[[Lonlats, Lonlats], Lonlats]
) -> NDArray[np.object_]:
    moved = shape_array(shapes)
    coordinates, owner = shapely.get_coordinates(moved, return_index=True)
    about = np.broadcast_to(points, (len(moved), 2))[owner]
    changed: NDArray[np.object_] = shapely.set_coordinates(moved.copy(), move(coordinates, about))
    return changed


def _degree_m(latitude: NDArray[np.float64]) -> Lonlats:
    """Return the length of a degree of longitude and of a degree of latitude, in metres, (n, 2).

    Source: radii of curvature of an ellipsoid: N cos φ along the parallel, M along the meridian.
    """
    phi = np.radians(latitude)
    flattened = 1 - GEOD.es * np.sin(phi) ** 2
    east = GEOD.a / np.sqrt(flattened) * np.cos(phi)
    north = GEOD.a * (1 - GEOD.es) / flattened**1.5
    return np.radians(np.column_stack([east, north]))
