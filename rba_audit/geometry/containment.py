"""Find the positions that lie in each shape."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray


def positions_in_shapes(
    shapes: NDArray[np.object_], at: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every pair of a shape and a position inside it or on its edge, as two columns of indices.

    Args:
        shapes: Shapes in longitude and latitude, or None.
        at: Longitude and latitude of each position, (n, 2); an array instead of shapely points, because there may be many.
    """
    order = np.argsort(at[:, 0])
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    west, _, east, _ = shapely.bounds(shapes[present]).T
    first, last = np.searchsorted(at[order, 0], west, "left"), np.searchsorted(at[order, 0], east, "right")
    shapely.prepare(shapes)
    matches = [
        near[shapely.intersects_xy(shapes[shape], at[near])]
        for shape, begin, end in zip(present, first, last, strict=True)
        for near in [order[begin:end]]
    ]
    if not matches:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    return np.repeat(present, [len(indices) for indices in matches]), np.concatenate(matches)
