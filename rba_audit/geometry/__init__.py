"""Metres and square metres from longitude and latitude, on the WGS84 ellipsoid.

Nothing else in the package may call `.area` or `.distance` on shapes in degrees: only here it is known what a degree is worth.
"""

from rba_audit.geometry.areas import Shapes, area_m2
from rba_audit.geometry.nearest import Nearest, apart_m, nearest, pairs_within
from rba_audit.geometry.outlines import outline_faults
from rba_audit.geometry.planes import centres, column, flat, length_m, lonlats, metres, round_again

__all__ = [
    "Nearest",
    "Shapes",
    "apart_m",
    "area_m2",
    "centres",
    "column",
    "flat",
    "length_m",
    "lonlats",
    "metres",
    "nearest",
    "outline_faults",
    "pairs_within",
    "round_again",
]
