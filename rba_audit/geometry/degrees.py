"""Convert a distance in metres to degrees of longitude and latitude."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rba_audit.geometry import lonlats

_MARGIN = 1.01  # so that a search misses nothing through rounding, or because a degree is narrower at the far side of the bounds


def degrees_spanned(metres: float, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the degrees eastwards and northwards that a distance spans at each point, (n, 2)."""
    return lonlats(np.full_like(points, metres), points) - points


def widen_bounds(bounds: NDArray[np.float64], metres: float) -> NDArray[np.float64]:
    """Return bounds (west, south, east, north), (n, 4), widened on every side by a distance and 1 % of it."""
    low, high = bounds[:, :2], bounds[:, 2:]
    # A degree of longitude is narrowest far from the equator, one of latitude on it.
    farthest = np.column_stack([low[:, 0], np.abs(bounds[:, [1, 3]]).max(axis=1)])
    east = degrees_spanned(_MARGIN * metres, farthest)[:, 0]
    north = degrees_spanned(_MARGIN * metres, np.zeros_like(farthest))[:, 1]
    margin = np.column_stack([east, north])
    return np.hstack([low - margin, high + margin])
