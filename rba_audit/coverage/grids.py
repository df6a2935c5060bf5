"""Cells of a grid in longitude and latitude, and what lies in them: numbers only, since a city has too many for an object each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Grid(NamedTuple):
    """A grid, by the corner of its first cell and the sides of each, in degrees."""

    corner: NDArray[np.float64]
    sides: NDArray[np.float64]

    def touched(self, bounds: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return every cell that any of these bounds touches: of which bounds, and its column and row, (n, 2)."""
        first, last = (np.floor((ends - self.corner) / self.sides).astype(np.int64) for ends in np.hsplit(bounds, 2))
        wide, high = (last - first + 1).T
        owner, at = count_ranges(wide * high)
        return owner, first[owner] + np.column_stack([at % wide[owner], at // wide[owner]])

    def bounds(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return west, south, east and north of cells."""
        low = self.corner + cells * self.sides
        return np.hstack([low, low + self.sides])


def count_ranges(count: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return as many numbers from zero up as each count says, and of which count each is.

    >>> [each.tolist() for each in counted(np.array([2, 0, 3]))]
    [[0, 0, 2, 2, 2], [0, 1, 0, 1, 2]]
    """
    owner = np.repeat(np.arange(len(count), dtype=np.intp), count)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)


@dataclass(frozen=True, eq=False)
class GridIndex:
    """Bounds (n, 4) that are found by where they are.

    Attributes:
        keys: A number for each cell that they touch, in order.
        at: Position of the bounds that touch it.
    """

    bounds: NDArray[np.float64]
    grid: Grid
    keys: NDArray[np.int64]
    at: NDArray[np.intp]

    def touching(self, bounds: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return every pair of these bounds and indexed ones that touch; the former in order, some pairs more than once."""
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
