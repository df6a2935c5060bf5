"""Random outlines for browser tests: stars, holes, several areas, some crossing or overlapping; on a grid, so that edges touch."""

import pyproj
import shapely

from rba_audit.geometry import area_m2, outline_faults
from rba_audit.messages import using_language

GEOD = pyproj.Geod(ellps="WGS84")
STEP = 1 / 1024  # a grid of binary fractions: what lies on a line lies on it exactly, there and here


def outline_cases(chance, number=600):
    found = []
    for _ in range(number):
        middle = (chance.choice([106.0, -70.0, 8.0]), chance.choice([-6.0, 49.0, 0.0, 64.0]))
        areas = [_area(chance, middle) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
        kind = "Polygon" if len(areas) == 1 else "MultiPolygon"
        geometry = {"type": kind, "coordinates": areas[0] if kind == "Polygon" else areas}
        faults = outline_faults(geometry)
        shape = shapely.geometry.shape(geometry)
        with using_language("en"):
            told = [str(fault) for fault in faults]
        found.append(
            {
                "geometry": geometry,
                "told": told,
                "area_m2": None if faults else float(area_m2([shape])[0]),
                "perimeter_m": sum(GEOD.line_length(*zip(*ring, strict=True)) for rings in areas for ring in rings),
            }
        )
    return found


def _area(chance, middle):
    if chance.random() < 0.3:
        west, south = chance.randrange(-6, 6), chance.randrange(-6, 6)
        rings = [_box(middle, west, south, chance.randrange(2, 9), chance.randrange(2, 9))]
    else:
        corners = [(chance.randrange(-8, 9), chance.randrange(-8, 9)) for _ in range(chance.randrange(3, 8))]
        rings = [_ring(middle, corners)]
    for _ in range(chance.choice([0, 0, 1, 2])):
        rings.append(
            _box(
                middle, chance.randrange(-6, 6), chance.randrange(-6, 6), chance.randrange(1, 4), chance.randrange(1, 4)
            )
        )
    return rings


def _box(middle, west, south, wide, high):
    return _ring(middle, [(west, south), (west + wide, south), (west + wide, south + high), (west, south + high)])


def _ring(middle, corners):
    return [[middle[0] + x * STEP, middle[1] + y * STEP] for x, y in (*corners, corners[0])]
