"""Polygons cut into the cells of a grid: whole cells within, clipped ones at the edge, so that no ground is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.spans import span
from rba_audit.geometry import area_m2

_COLLECTION: Final = int(shapely.GeometryType.GEOMETRYCOLLECTION)


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of polygons, with the polygon that each is of, a point in it, and its ground in m²."""

    shapes: NDArray[np.object_]
    owner: NDArray[np.intp]
    points: NDArray[np.object_]
    area_m2: NDArray[np.float64]


def cut(polygons: NDArray[np.object_], cell_m: float) -> Pieces:
    """Return the pieces of polygons in longitude and latitude, each no longer or wider than `cell_m`."""
    boxes, owner = _boxes(polygons, cell_m)
    shapely.prepare(polygons)
    touched = shapely.intersects(polygons[owner], boxes)
    boxes, owner = boxes[touched], owner[touched]
    whole = shapely.covers(polygons[owner], boxes)
    pieces = boxes.copy()
    pieces[~whole] = shapely.intersection(polygons[owner[~whole]], boxes[~whole])
    for mixed in np.flatnonzero(shapely.get_type_id(pieces) == _COLLECTION).tolist():
        parts = shapely.get_parts(pieces[mixed])
        pieces[mixed] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    ground = np.nan_to_num(area_m2(pieces))
    kept = ground > 0
    pieces, whole = pieces[kept], whole[kept]
    points = np.empty(len(pieces), dtype=object)
    points[whole] = shapely.centroid(pieces[whole])
    points[~whole] = shapely.point_on_surface(pieces[~whole])
    return Pieces(pieces, owner[kept], points, ground[kept])


def _boxes(polygons: NDArray[np.object_], cell_m: float) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the cells of one grid that each polygon's bounds touch, and which polygon that is."""
    bounds = shapely.bounds(polygons)
    west, south, east, north = shapely.total_bounds(polygons).tolist()
    step = np.array(span(cell_m, (west + east) / 2, (south + north) / 2))
    first = np.floor((bounds[:, :2] - [west, south]) / step).astype(np.int64)
    wide, high = (np.floor((bounds[:, 2:] - [west, south]) / step).astype(np.int64) - first + 1).T
    count = wide * high
    owner = np.repeat(np.arange(len(polygons), dtype=np.intp), count)
    at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    column, row = first[owner, 0] + at % wide[owner], first[owner, 1] + at // wide[owner]
    corners = [west + column * step[0], south + row * step[1]]
    return shapely.box(corners[0], corners[1], corners[0] + step[0], corners[1] + step[1]), owner
