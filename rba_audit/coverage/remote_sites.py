"""Detect outlying sites: too far from the others, or too large, to be computed together with them.

Otherwise one wrong coordinate would extend the computed area over half the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import centres, length_m

POLE: Final = 85.0
"""Degrees of latitude beyond which the local projection is not usable."""
_NAMED: Final = 5  # ids listed before the list is cut off
_RADIUS_M: Final = 6_371_000.0


def shortened_ids(ids: Sequence[str]) -> str:
    """Return the first few ids as text, with an ellipsis if there are more."""
    return ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")


def remote_sites(shapes: NDArray[np.object_], within_m: float, *, together: bool) -> NDArray[np.bool_]:
    """Return which shapes are left out: near a pole, larger than `within_m`, or farther than that from the others.

    Args:
        shapes: Sites in longitude and latitude, or None.
        within_m: The greatest size of a site, and the greatest distance from the site with the most others around it.
        together: Whether distances between the sites matter: not if boundaries or a population define the computed area.
    """
    bounds = shapely.bounds(shapes)
    located = np.flatnonzero(~np.isnan(bounds[:, 0]))
    low, high = bounds[located, :2], bounds[located, 2:]
    middles = centres(shapes[located])
    polar = np.maximum(np.abs(low[:, 1]), np.abs(high[:, 1])) > POLE
    # The width of a shape across the antimeridian is the rest of the circle.
    wide = high[:, 0] - low[:, 0]
    wide = np.where(wide > 180, 360 - wide, wide)
    half = np.column_stack([middles[:, 0] + wide / 2, high[:, 1]])
    half_m = length_m(middles, half)
    left_out = polar | ~(2 * half_m <= within_m)
    if together and not left_out.all():
        remaining = np.flatnonzero(~left_out)
        left_out[remaining] = _apart(middles[remaining], half_m[remaining], within_m)
    is_remote = np.zeros(len(shapes), dtype=np.bool_)
    is_remote[located] = left_out
    return is_remote


def _apart(middles: NDArray[np.float64], half_m: NDArray[np.float64], within_m: float) -> NDArray[np.bool_]:
    """Return which positions are farther than `within_m` from the one with the most neighbours; of several such, the first."""
    lon, lat = np.radians(middles).T
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    chord = 2 * np.sin(within_m / _RADIUS_M / 2)
    if _far(xyz, xyz.mean(axis=0), half_m, within_m).any():
        from scipy.spatial import cKDTree  # imported only if some are far, because the import is slow

        around = cKDTree(xyz).query_ball_point(xyz, chord, return_length=True)
        return _far(xyz, xyz[int(np.argmax(around))], half_m, within_m)
    return np.zeros(len(middles), dtype=np.bool_)


def _far(
    xyz: NDArray[np.float64], middle: NDArray[np.float64], half_m: NDArray[np.float64], within_m: float
) -> NDArray[np.bool_]:
    half_chord = np.sqrt(((xyz - middle) ** 2).sum(axis=1)) / 2
    is_far: NDArray[np.bool_] = 2 * _RADIUS_M * np.arcsin(np.minimum(half_chord, 1)) + half_m > within_m + half_m.min()
    return is_far
