"""How many degrees a distance spans at some place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rba_audit.geometry import lonlats

_MARGIN = 1.01  # what is looked for is never missed for a rounding, nor for a degree that is narrower at its far side


def degrees_spanned(metres: float, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many degrees eastwards and northwards a distance spans at each place, (n, 2)."""
    return lonlats(np.full_like(points, metres), points) - points


def widen_bounds(bounds: NDArray[np.float64], metres: float) -> NDArray[np.float64]:
    """Return bounds (west, south, east, north), (n, 4), a distance wider on every side, and a little more than that."""
    low, high = bounds[:, :2], bounds[:, 2:]
    # A degree of longitude is narrowest far from the equator, one of latitude on it.
    farthest = np.column_stack([low[:, 0], np.abs(bounds[:, [1, 3]]).max(axis=1)])
    east = degrees_spanned(_MARGIN * metres, farthest)[:, 0]
    north = degrees_spanned(_MARGIN * metres, np.zeros_like(farthest))[:, 1]
    margin = np.column_stack([east, north])
    return np.hstack([low - margin, high + margin])
