"""Square metres from longitude and latitude, on the WGS84 ellipsoid.

The ellipsoid is projected to the sphere of equal area (authalic latitude). There the area between an edge and
the equator has a closed form, the spherical excess of the quadrilateral they enclose. The area of a ring is the sum
over its edges, as in the shoelace formula; an edge follows the great circle, so long edges need no subdividing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry.local_projection import GEOD, shape_array

Shapes = NDArray[np.object_] | Sequence[BaseGeometry | None]

_POLYGON: Final = int(shapely.GeometryType.POLYGON)
_MULTIPOLYGON: Final = int(shapely.GeometryType.MULTIPOLYGON)  # and above it GeometryCollection


def area_m2(shapes: Shapes) -> NDArray[np.float64]:
    """Return the area of each shape on the ellipsoid, in m²; NaN for a shape without one.

    Args:
        shapes: shapely geometries in longitude and latitude (degrees), or None.

    Returns:
        One float per shape, holes taken out, parts added up; NaN for None, points and lines.

    Source: J. P. Snyder, Map Projections: A Working Manual, USGS PP 1395, eqs. 3-11 and 3-12.

    >>> area_m2([shapely.box(106.8, -6.2, 106.801, -6.199)]).round(0).tolist()
    [12239.0]
    """
    outlines = shape_array(shapes)
    areas = np.full(len(outlines), np.nan)
    parts, shape_of_part = shapely.get_parts(outlines, return_index=True)
    while (nested := shapely.get_type_id(parts) >= _MULTIPOLYGON).any():
        inner, owner = shapely.get_parts(parts[nested], return_index=True)
        shape_of_part = np.concatenate([shape_of_part[~nested], shape_of_part[nested][owner]])
        parts = np.concatenate([parts[~nested], inner])
    flat = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    if not flat.any():
        return areas
    rings, polygon_of_ring = shapely.get_rings(parts[flat], return_index=True)
    ring_areas = _ring_areas_m2(rings)
    outer = np.diff(polygon_of_ring, prepend=-1) != 0
    shape_of_ring = shape_of_part[flat][polygon_of_ring]
    sums = np.bincount(shape_of_ring, np.where(outer, ring_areas, -ring_areas), len(outlines))
    measured = np.unique(shape_of_ring)
    areas[measured] = sums[measured]
    return areas


def _ring_areas_m2(rings: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the area inside each ring, in m², whether it runs clockwise or counterclockwise."""
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    same_ring = ring[1:] == ring[:-1]
    turn = np.radians(np.diff(degrees[:, 0]))[same_ring]
    turn = (turn + np.pi) % (2 * np.pi) - np.pi if (np.abs(turn) > np.pi).any() else turn
    latitude = _authalic(np.radians(degrees[:, 1]))
    start, end = latitude[:-1][same_ring], latitude[1:][same_ring]
    excess = 2 * np.arctan(np.tan(turn / 2) * np.sin((start + end) / 2) / np.cos((end - start) / 2))
    radius_squared = GEOD.a**2 * _authalic_q(np.array(np.pi / 2)) / 2
    return np.abs(np.bincount(ring[1:][same_ring], excess, len(rings))) * radius_squared


def _authalic(latitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the latitudes (radians) on the sphere of equal area."""
    ratio = _authalic_q(latitude) / _authalic_q(np.array(np.pi / 2))
    return np.arcsin(np.clip(ratio, -1, 1))


def _authalic_q(latitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Snyder's q: the area from the equator to a latitude, per radian and in units of a²/2."""
    e_squared, e = GEOD.es, np.sqrt(GEOD.es)
    sine = np.sin(latitude)
    q: NDArray[np.float64] = (1 - e_squared) * (sine / (1 - e_squared * sine**2) + np.arctanh(e * sine) / e)
    return q
