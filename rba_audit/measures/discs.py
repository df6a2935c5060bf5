"""Discs around points as polygons: from within, from without, and of the same area.

A claim that something is covered stands on the polygon within, a claim that it is not on the one without. The two differ
by less than 0.01 % of the area.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

_QUARTER: Final = 128  # edges of a quarter of the polygon
_EDGE: Final = 2 * pi / (4 * _QUARTER)
WITHIN: Final = 1.0
WITHOUT: Final = 1 / cos(_EDGE / 2)
SAME_AREA: Final = sqrt(_EDGE / sin(_EDGE))


def disc(middle: BaseGeometry, radius_m: float, how: float = WITHIN) -> BaseGeometry:
    """Return the disc around a point, or all within the radius of another shape: `WITHIN`, `WITHOUT` or `SAME_AREA`."""
    return shapely.buffer(middle, radius_m * how, quad_segs=_QUARTER)
