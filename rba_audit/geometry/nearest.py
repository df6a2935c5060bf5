"""Nearest shapes and distances between shapes, exact from edge to edge, never from a centroid.

The nearest pair of points is found in a local projection; the distance between them is then geodesic, on the ellipsoid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry.local_projection import centres, length_m, lonlats, project

_HALF_WAY: Final = 180.0
_BAND: Final = 0.1
"""Height of the bands of latitude that share a projection, in degrees: at the edge of one, lengths are off by 0.02 % in Indonesia."""
_METRES_A_DEGREE: Final = 110_500
"""A little less than the shortest degree of latitude, so that a search misses no shape within reach."""


@dataclass(frozen=True)
class NearestShapes:
    """For each shape, the index of the nearest other one within reach (-1: none) and the distance to it in metres (NaN: none)."""

    index: NDArray[np.intp]
    distance_m: NDArray[np.float64]


def find_nearest(
    shapes: NDArray[np.object_],
    others: NDArray[np.object_],
    within_m: float,
    half_widths_m: NDArray[np.float64] | None = None,
) -> NearestShapes:
    """Return for each shape the nearest of `others` that is within reach, and its distance in metres (0 where they touch).

    Args:
        shapes: Shapes in longitude and latitude, or None.
        others: Likewise.
        within_m: Search radius, in metres.
        half_widths_m: For each of `others`, the distance from its drawn shape to its edge, such as half the width of a road
            drawn as a line. Distances are to the edge.
    """
    index = np.full(len(shapes), -1, dtype=np.intp)
    distance = np.full(len(shapes), np.nan)
    for one, other, metres in _close_pairs(shapes, others, within_m, half_widths_m):
        order = np.lexsort((other, metres))[::-1]
        index[one[order]], distance[one[order]] = other[order], metres[order]
    return NearestShapes(index, distance)


def pairs_within(
    shapes: NDArray[np.object_], others: NDArray[np.object_], within_m: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return every pair within `within_m`: indices into `shapes`, indices into `others`, and the metres between them."""
    pairs = [
        (rows[one], other_rows[other], metres)
        for rows, other_rows, here, around, about in _bands(shapes, others, within_m)
        for one, other in [shapely.STRtree(around).query(here, predicate="dwithin", distance=within_m)]
        for metres in [_metres(here[one], around[other], about)]
    ]
    if not pairs:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
    one, other, metres = (np.concatenate(columns) for columns in zip(*pairs, strict=True))
    return one, other, metres


def apart_m(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the distance of each shape from the one at the same index of `others`, in metres (0 where they touch).

    NaN if one of the two is missing or empty.
    """
    distance = np.full(len(shapes), np.nan)
    missing = (
        shapely.is_missing(shapes) | shapely.is_missing(others) | shapely.is_empty(shapes) | shapely.is_empty(others)
    )
    both = np.flatnonzero(~missing)
    about = centres(shapes[both])
    distance[both] = _metres(project(shapes[both], about), project(others[both], about), about)
    return distance


def _close_pairs(
    shapes: NDArray[np.object_],
    others: NDArray[np.object_],
    within_m: float,
    half_widths_m: NDArray[np.float64] | None,
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]]:
    """Yield candidate pairs that include each shape's nearest: the nearest as drawn, and wider ones whose edge may be nearer."""
    widths = np.zeros(len(others)) if half_widths_m is None else half_widths_m
    widest = float(widths.max(initial=0))
    for rows, other_rows, here, around, about in _bands(shapes, others, within_m + widest):
        tree = shapely.STRtree(around)
        (one, other), drawn = tree.query_nearest(
            here, max_distance=within_m + widest, return_distance=True, all_matches=False
        )
        if widest:
            reach = drawn - widths[other_rows[other]] + widest
            near, other = tree.query(here[one], predicate="dwithin", distance=np.maximum(reach, 0) + 1e-6)
            one = one[near]
        metres = np.maximum(_metres(here[one], around[other], about) - widths[other_rows[other]], 0)
        close = metres <= within_m
        yield rows[one[close]], other_rows[other[close]], metres[close]


def _bands(
    shapes: NDArray[np.object_], others: NDArray[np.object_], within_m: float
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.object_], NDArray[np.object_], NDArray[np.float64]]]:
    """Yield for each band of latitude the indices of shapes and others that may be within reach, both projected, and the point."""
    middles = centres(shapes)
    latitude = middles[:, 1]
    located = np.flatnonzero(~np.isnan(latitude) & ~shapely.is_empty(shapes))
    usable = ~(shapely.is_missing(others) | shapely.is_empty(others))
    bounds = shapely.bounds(others)
    margin = within_m / _METRES_A_DEGREE
    band = np.floor(latitude[located] / _BAND).astype(np.int64)
    for number in np.unique(band).tolist():
        rows = located[band == number]
        _, south, _, north = shapely.total_bounds(shapes[rows])
        other_rows = np.flatnonzero(usable & (bounds[:, 3] >= south - margin) & (bounds[:, 1] <= north + margin))
        if other_rows.size:
            about = np.array([_middle(middles[rows, 0]), (south + north) / 2])
            yield rows, other_rows, project(shapes[rows], about), project(others[other_rows], about), about


def _middle(longitudes: NDArray[np.float64]) -> float:
    """Return a longitude in the middle of others, also if they lie on both sides of the antimeridian."""
    if np.ptp(longitudes) <= _HALF_WAY:
        return float(longitudes.mean())
    middle = float((longitudes % (2 * _HALF_WAY)).mean())
    return middle - 2 * _HALF_WAY if middle > _HALF_WAY else middle


def _metres(here: NDArray[np.object_], there: NDArray[np.object_], about: NDArray[np.float64]) -> NDArray[np.float64]:
    ends = shapely.get_coordinates(shapely.shortest_line(here, there)).reshape(-1, 2, 2)
    points = np.broadcast_to(about, (len(ends), 2))
    return length_m(lonlats(ends[:, 0], points), lonlats(ends[:, 1], points))
