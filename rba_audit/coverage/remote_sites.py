"""Which sites lie too far from the others, or are drawn too large, to be computed together with them.

One wrong coordinate would otherwise stretch the ground that is looked at over half the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import centres, length_m

POLE: Final = 85.0
"""Degrees of latitude beyond which a piece of ground cannot be laid flat by its longitude and latitude."""
_NAMED: Final = 5  # ids named before the rest is left
_RADIUS_M: Final = 6_371_000.0


def shortened_ids(ids: Sequence[str]) -> str:
    """Return the first few of some ids, and a sign that there are more."""
    return ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")


def remote_sites(shapes: NDArray[np.object_], within_m: float, *, together: bool) -> NDArray[np.bool_]:
    """Return which shapes are left out: near a pole, drawn larger than `within_m`, or that far from the others.

    Args:
        shapes: Sites in longitude and latitude, or None.
        within_m: The greatest size of a site, and the greatest distance from the site that has the most others around it.
        together: Whether distances between the sites matter: where boundaries or a population say what ground counts, they do not.
    """
    bounds = shapely.bounds(shapes)
    located = np.flatnonzero(~np.isnan(bounds[:, 0]))
    low, high = bounds[located, :2], bounds[located, 2:]
    middles = centres(shapes[located])
    polar = np.maximum(np.abs(low[:, 1]), np.abs(high[:, 1])) > POLE
    # A shape on both sides of longitude 180 spans what is left of the circle.
    wide = high[:, 0] - low[:, 0]
    wide = np.where(wide > 180, 360 - wide, wide)
    half = np.column_stack([middles[:, 0] + wide / 2, high[:, 1]])
    half_m = length_m(middles, half)
    left_out = polar | ~(2 * half_m <= within_m)
    if together and not left_out.all():
        kept = np.flatnonzero(~left_out)
        left_out[kept] = _apart(middles[kept], half_m[kept], within_m)
    found = np.zeros(len(shapes), dtype=np.bool_)
    found[located] = left_out
    return found


def _apart(middles: NDArray[np.float64], half_m: NDArray[np.float64], within_m: float) -> NDArray[np.bool_]:
    """Return which positions are farther than `within_m` from the one with the most others that near; the first of several such."""
    lon, lat = np.radians(middles).T
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    chord = 2 * np.sin(within_m / _RADIUS_M / 2)
    if _far(xyz, xyz.mean(axis=0), half_m, within_m).any():
        from scipy.spatial import cKDTree  # only where some are far: this import takes its time

        around = cKDTree(xyz).query_ball_point(xyz, chord, return_length=True)
        return _far(xyz, xyz[int(np.argmax(around))], half_m, within_m)
    return np.zeros(len(middles), dtype=np.bool_)


def _far(
    xyz: NDArray[np.float64], middle: NDArray[np.float64], half_m: NDArray[np.float64], within_m: float
) -> NDArray[np.bool_]:
    half_chord = np.sqrt(((xyz - middle) ** 2).sum(axis=1)) / 2
    found: NDArray[np.bool_] = 2 * _RADIUS_M * np.arcsin(np.minimum(half_chord, 1)) + half_m > within_m + half_m.min()
    return found
