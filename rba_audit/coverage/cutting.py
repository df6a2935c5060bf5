"""Polygons cut into the cells of a grid: whole cells within, clipped ones at the edge, so that no ground is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.grids import Grid
from rba_audit.coverage.spans import span
from rba_audit.geometry import area_m2

_COLLECTION: Final = int(shapely.GeometryType.GEOMETRYCOLLECTION)


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of polygons.

    Attributes:
        bounds: West, south, east and north of the cell that each is in.
        clipped: What is drawn of a piece at the edge; None for a whole cell, which its bounds draw.
        owner: Which polygon each is of.
        at: Longitude and latitude of a point in it.
        area_m2: Its ground.
    """

    bounds: NDArray[np.float64]
    clipped: NDArray[np.object_]
    owner: NDArray[np.intp]
    at: NDArray[np.float64]
    area_m2: NDArray[np.float64]


def cut(polygons: NDArray[np.object_], cell_m: float) -> Pieces:
    """Return the pieces of polygons in longitude and latitude, each no longer or wider than `cell_m`."""
    there = np.flatnonzero(~shapely.is_empty(polygons))
    bounds = shapely.bounds(polygons[there])
    corner, middle = bounds[:, :2].min(axis=0), (bounds[:, :2].min(axis=0) + bounds[:, 2:].max(axis=0)) / 2
    grid = Grid(corner, span(cell_m, middle[None])[0])
    owner, cells = grid.touched(bounds)
    owner, bounds = there[owner], grid.bounds(cells)
    edge, pieces = _at_edge(polygons, grid, owner, cells)
    at, clipped, ground = (bounds[:, :2] + bounds[:, 2:]) / 2, np.full(len(cells), None), np.zeros(len(cells))
    at[edge] = shapely.get_coordinates(shapely.point_on_surface(pieces))
    clipped[edge], ground[edge] = pieces, area_m2(pieces)
    # A cell that no edge runs through is as a whole where its middle is; cells of one row are equally large.
    shapely.prepare(polygons)
    whole = shapely.is_missing(clipped) & shapely.intersects_xy(polygons[owner], *at.T)
    _, first, row = np.unique(cells[whole, 1], return_index=True, return_inverse=True)
    ground[whole] = area_m2(shapely.box(*bounds[whole][first].T))[row]
    kept = ground > 0
    return Pieces(bounds[kept], clipped[kept], owner[kept], at[kept], ground[kept])


def _at_edge(
    polygons: NDArray[np.object_], grid: Grid, owner: NDArray[np.intp], cells: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return which cells the edge of their polygon runs through, and what ground of it each of them holds."""
    lines = shapely.boundary(polygons)
    corners, line = shapely.get_coordinates(lines, return_index=True)
    begins = np.flatnonzero(line[1:] == line[:-1])
    one, other = corners[begins], corners[begins + 1]
    segment, near = grid.touched(np.hstack([np.minimum(one, other), np.maximum(one, other)]))
    # One whole number for each cell of a polygon, so that cells are compared at once.
    size = cells.max(axis=0) + 1
    of_cells, of_edges = (
        (polygon * size[0] + at[:, 0]) * size[1] + at[:, 1]
        for polygon, at in ((owner, cells), (line[begins][segment], near))
    )
    edge = np.flatnonzero(np.isin(of_cells, of_edges))
    boxes = np.asarray(shapely.box(*grid.bounds(cells[edge]).T), dtype=object)
    shapely.prepare(lines)
    met = shapely.intersects(lines[owner[edge]], boxes)
    edge = edge[met]
    pieces = _areal(shapely.intersection(polygons[owner[edge]], boxes[met]))
    held = np.nan_to_num(area_m2(pieces)) > 0
    return edge[held], pieces[held]


def _areal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes without the points and lines that some of them hold beside their ground."""
    for mixed in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION).tolist():
        parts = shapely.get_parts(shapes[mixed])
        shapes[mixed] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes
