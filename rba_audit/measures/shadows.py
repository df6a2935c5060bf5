"""Part of an area that is hidden from one or several eyes, computed exactly from the shadow of each edge.

All shapes are in metres in one plane and as high as the eye: nothing behind an edge is seen.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.measures.results import Floats

_FACETS: Final = 4  # an edge spans at most half a turn, so each facet at most an eighth, and the chord of the far side stays far enough
_IN_LINE_M: Final = 1e-6  # an edge in line with the eye casts no shadow


def edges_of(shapes: NDArray[np.object_]) -> Floats:
    """Return the edges of lines and areas, shape (n, 2, 2)."""
    parts = shapely.get_parts(shapes)
    areas = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lines = np.concatenate([parts[~areas], shapely.get_rings(parts[areas])])
    points, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.stack([points[:-1][same], points[1:][same]], axis=1)


def out_of_sight(area: BaseGeometry, eyes: Floats, edges: Floats) -> BaseGeometry:
    """Return the part of an area that is seen from none of the eyes (n, 2); all of it without eyes."""
    left = area
    for eye in eyes:
        if left.is_empty:
            break
        cast = shadows(eye, edges, shapely.get_coordinates(area))
        left = shapely.intersection(left, shapely.union_all(cast[shapely.intersects(cast, left)]))
        left = _areas_only(left)
    return left


def shadows(eye: Floats, edges: Floats, reaching: Floats) -> NDArray[np.object_]:
    """Return the shadow of each edge as seen from an eye, long enough to reach every point of `reaching`."""
    ends = edges - eye
    (ax, ay), (bx, by) = ends[:, 0].T, ends[:, 1].T
    across = np.abs(ax * by - ay * bx)
    casting = across > _IN_LINE_M * np.hypot(bx - ax, by - ay)
    ends = ends[casting]
    if not len(ends):
        return np.zeros(0, dtype=object)
    far = 2 * max(np.hypot(*(reaching - eye).T).max(), np.hypot(ends[..., 0], ends[..., 1]).max())
    angles = np.arctan2(ends[..., 1], ends[..., 0])
    turn = (angles[:, 1] - angles[:, 0] + np.pi) % (2 * np.pi) - np.pi
    steps = np.linspace(1, 0, _FACETS + 1)
    along = angles[:, :1] + turn[:, None] * steps
    along[:, 0] = angles[:, 1]  # exact, so that the shadows of neighbouring edges share this ray without a gap
    rim = far * np.stack([np.cos(along), np.sin(along)], axis=2)
    return np.asarray(shapely.polygons(np.concatenate([ends, rim], axis=1) + eye), dtype=object)


def _areas_only(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape without its lines and points, at which two areas only touched."""
    parts = shapely.get_parts(shape)
    if len(parts) and shapely.get_type_id(shape) == shapely.GeometryType.GEOMETRYCOLLECTION:
        parts = parts[shapely.get_dimensions(parts) == 2]
        return shapely.union_all(parts)
    return shape
