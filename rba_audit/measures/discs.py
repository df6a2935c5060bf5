"""Discs around points as polygons: inscribed, circumscribed, or of the same area.

The inscribed polygon proves that a shape is covered, the circumscribed one that it is not. The two differ by less than 0.01 %
of the area.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

_QUARTER: Final = 128  # number of edges in a quarter of the polygon
_EDGE: Final = 2 * pi / (4 * _QUARTER)
WITHIN: Final = 1.0
WITHOUT: Final = 1 / cos(_EDGE / 2)
SAME_AREA: Final = sqrt(_EDGE / sin(_EDGE))


def disc(middle: BaseGeometry, radius_m: float, how: float = WITHIN) -> BaseGeometry:
    """Return the disc around a point, or the buffer of another shape; `how` is `WITHIN`, `WITHOUT` or `SAME_AREA`."""
    return shapely.buffer(middle, radius_m * how, quad_segs=_QUARTER)
