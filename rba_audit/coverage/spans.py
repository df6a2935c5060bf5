"""How many degrees a distance spans at some place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import round_again


class Span(NamedTuple):
    """A distance in degrees: eastwards and northwards."""

    east: float
    north: float


def span(metres: float, lon: float, lat: float) -> Span:
    """Return how many degrees a distance spans at a place."""
    about = np.array([lon, lat])
    corner = np.array([shapely.Point(metres, metres)], dtype=object)
    east, north = (shapely.get_coordinates(round_again(corner, about))[0] - about).tolist()
    return Span(east, north)


def widened(bounds: NDArray[np.float64], metres: float) -> NDArray[np.float64]:
    """Return bounds (west, south, east, north) that are a distance wider on every side, and a little more than that."""
    west, south, east, north = bounds.tolist()
    margin = span(1.01 * metres, (west + east) / 2, max(abs(south), abs(north)))
    up = span(1.01 * metres, (west + east) / 2, 0).north
    return np.array([west - margin.east, south - up, east + margin.east, north + up])
