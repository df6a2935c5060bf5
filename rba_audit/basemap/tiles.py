"""Cut basemap features into vector tiles: integer coordinates in gzipped JSON.

A tile is a square of the Web Mercator map with the usual numbering (level, column from the west, row from the north), with `SIDE`
units to a side. Its JSON is `{"water": [[ring, …], …], "street": [line, …]}`. Rings and lines are flat lists: the first vertex, then
deltas. A ring does not repeat its first vertex. Shapes are clipped `BEYOND` units outside the tile, so that no cut edge is visible.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.basemap.classes import basemap_classes, pieces_by_class, tile_levels
from rba_audit.layers import ContextFeature
from rba_audit.standard.policies import BasemapClass

Tile = tuple[int, int, int]
"""Level, column and row."""
_Pieces = NDArray[np.object_]
_Cut = dict[tuple[int, int], dict[BasemapClass, list[_Pieces]]]

SIDE: Final = 2048
BEYOND: Final = 24
"""Margin around a tile within which shapes are kept, in units: more than the widest line that is drawn."""
MOST_TILES: Final = 40_000
"""Limit for all levels together. A finer level that would exceed it is left out; the map then enlarges the coarser one."""
_AT_ONCE: Final = 2
"""Levels cut in one step."""
_FORMAT: Final = 1
_NORTHMOST: Final = 85.05112878
_FULL: Final = 180.0
_RING: Final = 3


@dataclass(frozen=True)
class BasemapTiles:
    """The tiles of one set of layers.

    Attributes:
        tiles: Gzipped JSON of each tile that is not empty.
        classes: Classes that occur in the tiles, in drawing order.
        left_out: Levels left out because they would have too many tiles.
        version: Hash of the tiles; empty if there are none.
    """

    tiles: Mapping[Tile, bytes]
    classes: tuple[BasemapClass, ...] = ()
    left_out: tuple[int, ...] = ()
    version: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(f"{_FORMAT} {SIDE}".encode())
        for tile in sorted(self.tiles):
            digest.update(repr(tile).encode())
            digest.update(self.tiles[tile])
        object.__setattr__(self, "version", digest.hexdigest()[:16] if self.tiles else "")

    @property
    def bytes(self) -> int:
        """Total size of the gzipped tiles, in bytes."""
        return sum(map(len, self.tiles.values()))

    def text(self, tile: Tile) -> str:
        """Return the JSON of a tile; an empty object if the tile is empty."""
        packed = self.tiles.get(tile)
        return "{}" if packed is None else gzip.decompress(packed).decode()


def build_basemap(context: Sequence[ContextFeature], most_tiles: int = MOST_TILES) -> BasemapTiles:
    """Cut the features of the context into tiles of every level, `most_tiles` at most."""
    drawn = {basemap_class: _on_the_map(shapes) for basemap_class, shapes in pieces_by_class(context).items()}
    tiles: dict[Tile, bytes] = {}
    left_out: list[int] = []
    cut: _Cut = {(0, 0): {basemap_class: [shapes] for basemap_class, shapes in drawn.items()}}
    above = 0
    for level in (tile_level.level for tile_level in tile_levels()):
        # Each level is cut from the level before, so that a long river is not clipped as a whole for each of its smallest tiles.
        while cut and above < level:
            steps = min(_AT_ONCE, level - above)
            cut, above = _finer(cut, steps, most_tiles - len(tiles)), above + steps
        if drawn and not cut:
            left_out.append(level)
        for (x, y), by_class in cut.items():
            packed = _packed(by_class, level)
            if packed is not None:
                tiles[level, x, y] = packed
    shown = tuple(basemap_class for basemap_class in basemap_classes() if basemap_class in drawn)
    return BasemapTiles(tiles, shown, tuple(left_out))


def corners_of(tile: Tile) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a tile, in degrees."""
    level, x, y = tile
    west, north = _degrees(x, y, level)
    east, south = _degrees(x + 1, y + 1, level)
    return west, south, east, north


def tile_at(longitude: float, latitude: float, level: int) -> Tile:
    """Return the tile that contains a position in degrees."""
    x, y = _mercator(np.array([[longitude, latitude]]))[0] * 2**level
    last = 2**level - 1
    return level, min(int(x), last), min(int(y), last)


def _on_the_map(shapes: Sequence[BaseGeometry]) -> _Pieces:
    """Project shapes from degrees to Web Mercator: `SIDE` units to a side at level 0, x to the east, y to the south."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    moved: _Pieces = shapely.transform(shapely.force_2d(array), lambda degrees: _mercator(degrees) * SIDE)
    return moved


def _mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    latitude = np.radians(np.clip(degrees[:, 1], -_NORTHMOST, _NORTHMOST))
    return np.column_stack([degrees[:, 0] / (2 * _FULL) + 0.5, 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)])


def _degrees(x: float, y: float, level: int) -> tuple[float, float]:
    share = math.pi * (1 - 2 * y / 2**level)
    return x / 2**level * 2 * _FULL - _FULL, math.degrees(math.atan(math.sinh(share)))


def _finer(cut: _Cut, steps: int, most: int) -> _Cut:
    """Cut tiles into those `steps` levels finer; return no tiles if there would be more than `most`.

    Coordinates are in units from the north-west corner of the tile.
    """
    times = 2**steps
    finer: _Cut = {}
    for (x, y), by_class in cut.items():
        for basemap_class, arrays in by_class.items():
            for pieces in arrays:
                enlarged: _Pieces = shapely.transform(pieces, lambda corners: corners * times)
                for (right, down), inside in _cut_up(enlarged, times):
                    finer.setdefault((x * times + right, y * times + down), {}).setdefault(basemap_class, []).append(
                        inside
                    )
                    if len(finer) > most:
                        return {}
    return finer


def _cut_up(pieces: _Pieces, times: int) -> Iterator[tuple[tuple[int, int], _Pieces]]:
    """Yield (column, row) and clipped pieces of each of `times` × `times` tiles, in units from the corner of that tile."""
    bounds = shapely.bounds(pieces)
    low = np.clip(np.floor((bounds[:, :2] - BEYOND) / SIDE), 0, times - 1).astype(int)
    high = np.clip(np.floor((bounds[:, 2:] + BEYOND) / SIDE), 0, times - 1).astype(int)
    spans = high - low + 1
    owner = np.repeat(np.arange(len(pieces)), spans.prod(axis=1))
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(spans.prod(axis=1)) - spans.prod(axis=1), spans.prod(axis=1))
    column, row = low[owner, 0] + offset % spans[owner, 0], low[owner, 1] + offset // spans[owner, 0]
    order = np.lexsort((owner, row, column))
    tile = column[order] * times + row[order]
    starts = np.flatnonzero(np.diff(tile, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(tile)], strict=True):
        across, down = divmod(int(tile[start]), times)
        inside = _clipped(pieces[owner[order[start:end]]], across * SIDE, down * SIDE)
        if len(inside):
            yield (across, down), inside


def _clipped(pieces: _Pieces, west: int, north: int) -> _Pieces:
    """Clip pieces to a tile with its margin, relative to its corner; pieces wholly inside stay as they are."""
    low, high = (west - BEYOND, north - BEYOND), (west + SIDE + BEYOND, north + SIDE + BEYOND)
    bounds = shapely.bounds(pieces)
    whole = (bounds[:, :2] >= low).all(axis=1) & (bounds[:, 2:] <= high).all(axis=1)
    cut: _Pieces = pieces.copy()
    if not whole.all():
        cut[~whole] = shapely.clip_by_rect(pieces[~whole], *low, *high)
    parts: _Pieces = shapely.get_parts(cut)
    solid = parts[~shapely.is_empty(parts) & (shapely.get_dimensions(parts) > 0)]
    moved: _Pieces = shapely.transform(solid, lambda corners: corners - (west, north))
    return moved


def _packed(by_class: Mapping[BasemapClass, list[_Pieces]], level: int) -> bytes | None:
    """Return the gzipped JSON of a tile; None if no class is drawn in it at this level."""
    finest = level == tile_levels()[-1].level
    by_name: dict[str, list[list[int]] | list[list[list[int]]]] = {}
    for basemap_class in basemap_classes():
        if basemap_class not in by_class or level < basemap_class.from_level:
            continue
        pieces = np.concatenate(by_class[basemap_class])
        if not finest:  # at the finest level all vertices stay, only rounded
            pieces = shapely.simplify(pieces, 1.0)
        by_name[basemap_class.name] = _areas(pieces) if basemap_class.shapes == "areas" else _steps(pieces, ring=False)
    if not by_name:
        return None
    return gzip.compress(json.dumps(by_name, separators=(",", ":")).encode(), compresslevel=6, mtime=0)


def _areas(polygons: _Pieces) -> list[list[list[int]]]:
    """Return the rings of each polygon, the outer one first; a hole that has collapsed to a line is left out."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    outer = np.diff(owner, prepend=-1) != 0
    polygons_rings: list[list[list[int]]] = [[] for _ in range(len(polygons))]
    for steps, of, first in zip(_steps(rings, ring=True), owner, outer, strict=True):
        if first or len(steps) >= 2 * _RING:
            polygons_rings[of].append(steps)
    return polygons_rings


def _steps(lines: _Pieces, *, ring: bool) -> list[list[int]]:
    """Delta-encode each line as one flat list: the first vertex, then deltas; vertices that coincide after rounding are merged."""
    corners, owner = shapely.get_coordinates(lines, return_index=True)
    units = np.round(corners).astype(int)
    begins = np.diff(owner, prepend=-1) != 0
    steps = np.diff(units, axis=0, prepend=units[:1])
    keep = begins | steps.any(axis=1)
    if ring:
        keep[np.flatnonzero(np.append(begins[1:], True))] = False  # the last vertex repeats the first
        keep |= begins
    units, begins = units[keep], begins[keep]
    steps = np.where(begins[:, None], units, np.diff(units, axis=0, prepend=units[:1]))
    ends = np.flatnonzero(begins)[1:]
    return [line.ravel().tolist() for line in np.split(steps, ends)]
