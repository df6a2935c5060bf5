"""Metres and square metres from longitude and latitude, on the WGS84 ellipsoid.

No other package may call `.area` or `.distance` on shapes in degrees: only this one converts degrees to metres.

Public modules: `containment`, `degrees`.
"""

from rba_audit.geometry.areas import Shapes, area_m2
from rba_audit.geometry.local_projection import centres, length_m, lonlats, metres_from, project, shape_array, unproject
from rba_audit.geometry.nearest import NearestShapes, apart_m, find_nearest, pairs_within
from rba_audit.geometry.outlines import outline_faults

__all__ = [
    "NearestShapes",
    "Shapes",
    "apart_m",
    "area_m2",
    "centres",
    "find_nearest",
    "length_m",
    "lonlats",
    "metres_from",
    "outline_faults",
    "pairs_within",
    "project",
    "shape_array",
    "unproject",
]
