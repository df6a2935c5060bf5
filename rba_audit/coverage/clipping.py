"""Clip polygons to the cells of a grid: whole cells inside, clipped ones at the edge, so that the total area is exact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.grids import Grid
from rba_audit.errors import SiteError
from rba_audit.geometry import area_m2
from rba_audit.geometry.degrees import degrees_spanned
from rba_audit.messages import format_number, say
from rba_audit.standard.policies import CoveragePolicy

_HALF_WAY: Final = 180.0  # degrees: a shape that spans more crosses the antimeridian
_COLLECTION: Final = int(shapely.GeometryType.GEOMETRYCOLLECTION)


@dataclass(frozen=True, eq=False)
class ClippedPolygons:
    """Pieces of polygons, one for each grid cell and polygon.

    Attributes:
        bounds: West, south, east and north of the cell of each, (n, 4), in degrees.
        clipped: Shape of a piece at the edge; None for a whole cell, whose shape is its bounds.
        owner: Index of the polygon of each.
        at: Longitude and latitude of a point in each, (n, 2).
        area_m2: Area of each, in m².
    """

    bounds: NDArray[np.float64]
    clipped: NDArray[np.object_]
    owner: NDArray[np.intp]
    at: NDArray[np.float64]
    area_m2: NDArray[np.float64]


def clip_to_grid(polygons: NDArray[np.object_], policy: CoveragePolicy) -> ClippedPolygons:
    """Return the pieces of polygons in longitude and latitude, each no larger than a cell of the policy (`cell_m`).

    Raises:
        SiteError: their bounds have more cells than the policy allows (`most_cells`).
    """
    sides, polygon = _sides(polygons)
    if len(sides) > len(polygons):
        result = clip_to_grid(sides, policy)
        return replace(result, owner=polygon[result.owner])
    nonempty = np.flatnonzero(~shapely.is_empty(polygons))
    bounds = shapely.bounds(polygons[nonempty])
    corner, middle = bounds[:, :2].min(axis=0), (bounds[:, :2].min(axis=0) + bounds[:, 2:].max(axis=0)) / 2
    grid = Grid(corner, degrees_spanned(policy.cell_m.value, middle[None])[0])
    _refuse_too_many(bounds, grid, policy)
    owner, cells = grid.touched(bounds)
    owner, bounds = nonempty[owner], grid.bounds(cells)
    edge, pieces = _at_edge(polygons, grid, owner, cells)
    at, clipped, areas = (bounds[:, :2] + bounds[:, 2:]) / 2, np.full(len(cells), None), np.zeros(len(cells))
    at[edge] = shapely.get_coordinates(shapely.point_on_surface(pieces))
    clipped[edge], areas[edge] = pieces, area_m2(pieces)
    # A cell without an edge in it is inside if its middle is. Cells of one row have the same area.
    shapely.prepare(polygons)
    whole = shapely.is_missing(clipped) & shapely.intersects_xy(polygons[owner], *at.T)
    _, first, row = np.unique(cells[whole, 1], return_index=True, return_inverse=True)
    areas[whole] = area_m2(shapely.box(*bounds[whole][first].T))[row]
    positive = areas > 0
    return ClippedPolygons(bounds[positive], clipped[positive], owner[positive], at[positive], areas[positive])


def _sides(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return polygons, with those across the antimeridian split into their parts, and the index of each one's polygon."""
    west, _, east, _ = shapely.bounds(polygons).T
    around = np.flatnonzero(east - west > _HALF_WAY)
    parts, owner = shapely.get_parts(polygons[around], return_index=True)
    rest = np.setdiff1d(np.arange(len(polygons)), around)
    return np.concatenate([polygons[rest], parts]), np.concatenate([rest, around[owner]])


def _refuse_too_many(bounds: NDArray[np.float64], grid: Grid, policy: CoveragePolicy) -> None:
    """Raise a SiteError for polygons with more cells than may fit into memory."""
    sides = np.ceil((bounds[:, 2:] - bounds[:, :2]) / grid.sides) + 1
    cells = sides[:, 0] * sides[:, 1]
    if not cells.sum() <= policy.most_cells.value:
        west, south, east, north = (f"{degrees:.3f}" for degrees in bounds[int(np.argmax(cells))])
        raise SiteError(
            say(
                "the ground from longitude {west}, latitude {south} to longitude {east}, latitude {north} is too large "
                "to be computed in cells of {metres} m; correct that outline, or give the boundaries of one city or regency",
                west=west,
                south=south,
                east=east,
                north=north,
                metres=format_number(policy.cell_m.value, 0),
            )
        )


def _at_edge(
    polygons: NDArray[np.object_], grid: Grid, owner: NDArray[np.intp], cells: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return the indices of the cells that the edge of their polygon crosses, and the polygon clipped to each of them."""
    lines = shapely.boundary(polygons)
    corners, line = shapely.get_coordinates(lines, return_index=True)
    begins = np.flatnonzero(line[1:] == line[:-1])
    one, other = corners[begins], corners[begins + 1]
    segment, near = grid.touched(np.hstack([np.minimum(one, other), np.maximum(one, other)]))
    # Encode (polygon, column, row) as one integer, so that `isin` compares all cells at once.
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
    nonempty = np.nan_to_num(area_m2(pieces)) > 0
    return edge[nonempty], pieces[nonempty]


def _areal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes without the points and lines among their parts."""
    for mixed in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION).tolist():
        parts = shapely.get_parts(shapes[mixed])
        shapes[mixed] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes
