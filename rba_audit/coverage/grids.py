"""Grid and spatial index in longitude and latitude, as arrays only, because a city has too many cells for an object each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Grid(NamedTuple):
    """A grid, by the southwest corner of its first cell and the width and height of a cell, in degrees."""

    corner: NDArray[np.float64]
    sides: NDArray[np.float64]

    def touched(self, bounds: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return every cell that any of these bounds touches: the index of the bounds, and the cell's column and row, (n, 2)."""
        first, last = (np.floor((ends - self.corner) / self.sides).astype(np.int64) for ends in np.hsplit(bounds, 2))
        wide, high = (last - first + 1).T
        owner, at = count_ranges(wide * high)
        return owner, first[owner] + np.column_stack([at % wide[owner], at // wide[owner]])

    def bounds(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return west, south, east and north of cells, (n, 4)."""
        low = self.corner + cells * self.sides
        return np.hstack([low, low + self.sides])


def count_ranges(count: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return `range(count)` of each count, concatenated: for each number the index of its count, and the number.

    >>> [column.tolist() for column in count_ranges(np.array([2, 0, 3]))]
    [[0, 0, 2, 2, 2], [0, 1, 0, 1, 2]]
    """
    owner = np.repeat(np.arange(len(count), dtype=np.intp), count)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)


@dataclass(frozen=True, eq=False)
class GridIndex:
    """Spatial index of bounds (n, 4) by the grid cells they touch.

    Attributes:
        keys: Key of each touched cell, sorted.
        at: Index of the bounds that touch it.
    """

    bounds: NDArray[np.float64]
    grid: Grid
    keys: NDArray[np.int64]
    at: NDArray[np.intp]

    def touching(self, bounds: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return every pair of these bounds and indexed ones that touch, as two columns of indices.

        Pairs are sorted by the first column, and a pair may occur more than once.
        """
        owner, cells = self.grid.touched(bounds)
        keys = _keys(cells)
        first, last = np.searchsorted(self.keys, keys, "left"), np.searchsorted(self.keys, keys, "right")
        cell, step = count_ranges(last - first)
        one, other = owner[cell], self.at[first[cell] + step]
        # Axis by axis: bounds that share a cell touch where neither begins after the other ends.
        for low, high in ((0, 2), (1, 3)):
            near = (self.bounds[other, low] <= bounds[one, high]) & (self.bounds[other, high] >= bounds[one, low])
            one, other = one[near], other[near]
        return one, other


def index_bounds(bounds: NDArray[np.float64], sides: NDArray[np.float64]) -> GridIndex:
    """Return an index of bounds by the cells of a grid."""
    grid = Grid(bounds[:, :2].min(axis=0), sides)
    owner, cells = grid.touched(bounds)
    keys = _keys(cells)
    order = np.argsort(keys, kind="stable")
    return GridIndex(bounds, grid, keys[order], owner[order])


_COLUMNS = 2**31


def _keys(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    keys: NDArray[np.int64] = cells[:, 1] * _COLUMNS + cells[:, 0]
    return keys
