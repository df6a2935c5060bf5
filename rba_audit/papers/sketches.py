"""Sketch of a site's outline and parts as SVG in metres, north up, without a basemap.

Text of a site never enters the drawing, only numbers and the names of known part kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.messages import format_number
from rba_audit.sites import PART_KINDS, Part

_GEOD: Final = pyproj.Geod(ellps="WGS84")
_MARGIN: Final = 0.06
"""Width of the margin, as a share of the longer side of the shapes."""
_MARK: Final = 0.022
"""Half the size of a mark, as a share of the longer side of the shapes."""
_BAR: Final = 0.3
"""The longest the scale bar may be, as a share of the drawing's width."""
# Drawing order from bottom to top; other kinds of parts are drawn on top of these.
_ORDER: Final = ("play_zone", "path", "fence", "tree")


@dataclass(frozen=True, slots=True)
class SketchPath:
    """One shape in a sketch: an SVG path, whether it is filled, and its kind of part (empty for the site)."""

    path: str
    filled: bool
    part: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing in metres.

    Attributes:
        view: The `viewBox` of the SVG.
        width: In metres, margins included; likewise `height`.
        bar: SVG path of the scale bar; `bar_words` is its label, at `bar_at` (x, y).
        parts: Kinds of the parts shown, with their number.
    """

    view: str
    width: float
    height: float
    shapes: tuple[SketchPath, ...]
    bar: str
    bar_words: str
    bar_at: tuple[float, float]
    parts: tuple[tuple[str, int], ...]


def sketch(shape: BaseGeometry | None, parts: Sequence[Part]) -> Sketch | None:
    """Return the drawing of a site (degrees, WGS84); None if it has no geometry, or is a point without located parts."""
    located = [part for part in parts if part.shape is not None and not part.shape.is_empty]
    if shape is None or shape.is_empty or (shape.geom_type == "Point" and not located):
        return None
    middle = shape.centroid
    outline = _in_metres(shape, middle.x, middle.y)
    others = [
        (part.kind if part.kind in PART_KINDS else "other", _in_metres(part.shape, middle.x, middle.y))
        for part in located
        if part.shape is not None
    ]
    west, south, east, north = shapely.union_all([outline, *(other for _, other in others)]).bounds
    size = max(east - west, north - south, 1.0)
    pad = size * _MARGIN
    width, height = east - west + 2 * pad, north - south + 4 * pad
    west, north = west - pad, north + pad
    others.sort(key=lambda other: _ORDER.index(other[0]) if other[0] in _ORDER else len(_ORDER))
    paths = [
        SketchPath(path, filled, kind)
        for kind, drawn in [("", outline), *others]
        for path, filled in _paths(drawn, kind, west, north, size * _MARK)
    ]
    metres = _round_length(width * _BAR)
    foot = height - pad
    count = Counter(kind for kind, _ in others)
    return Sketch(
        view=f"0 0 {_text(width)} {_text(height)}",
        width=round(width, 1),
        height=round(height, 1),
        shapes=tuple(paths),
        bar=f"M{_text(pad)} {_text(foot - pad / 3)}V{_text(foot)}H{_text(pad + metres)}V{_text(foot - pad / 3)}",
        bar_words=f"{format_number(metres, 0)} m",
        bar_at=(round(pad + metres + pad / 2, 2), round(foot, 2)),
        parts=tuple((kind, count[kind]) for kind in (*PART_KINDS, "other") if count[kind]),
    )


def _in_metres(shape: BaseGeometry, longitude: float, latitude: float) -> BaseGeometry:
    """Return a shape in metres east and north of a point: azimuthal equidistant projection on WGS84 around that point."""

    def moved(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        here = np.full(len(degrees), longitude), np.full(len(degrees), latitude)
        bearing, _, metres = _GEOD.inv(*here, degrees[:, 0], degrees[:, 1])
        angle = np.radians(bearing)
        return np.column_stack([metres * np.sin(angle), metres * np.cos(angle)])

    return shapely.transform(shapely.force_2d(shape), moved)


def _paths(shape: BaseGeometry, part: str, west: float, north: float, mark: float) -> Iterator[tuple[str, bool]]:
    for piece in getattr(shape, "geoms", [shape]):
        if piece.geom_type == "Polygon":
            rings = [piece.exterior, *piece.interiors]
            yield "".join(f"M{_points(list(ring.coords)[:-1], west, north)}Z" for ring in rings), True
        elif piece.geom_type == "Point":
            yield _mark(part, piece.x - west, north - piece.y, mark), True
        elif piece.geom_type in ("LineString", "LinearRing"):
            yield f"M{_points(piece.coords, west, north)}", False


def _points(corners: Sequence[tuple[float, ...]], west: float, north: float) -> str:
    # Consecutive corners with the same coordinates after rounding to 1 cm are drawn once.
    texts = [f"{_text(corner[0] - west)} {_text(north - corner[1])}" for corner in corners]
    return "L".join([texts[0], *(after for before, after in pairwise(texts) if before != after)])


def _mark(part: str, x: float, y: float, r: float) -> str:
    """Return the SVG path of a mark around a point, of half size `r`; its shape, not only its colour, shows the kind of part."""
    at = f"M{_text(x)} {_text(y - r)}"
    if part in ("tree", "", "other"):
        return f"{at}a{_text(r)} {_text(r)} 0 1 1 0 {_text(2 * r)}a{_text(r)} {_text(r)} 0 1 1 0 {_text(-2 * r)}Z"
    if part in ("lamp", "camera"):
        return f"{at}l{_text(r)} {_text(r)}l{_text(-r)} {_text(r)}l{_text(-r)} {_text(-r)}Z"
    if part in ("gate", "guard_post"):
        return f"{at}l{_text(r)} {_text(1.8 * r)}h{_text(-2 * r)}Z"
    return f"M{_text(x - r * 0.85)} {_text(y - r * 0.85)}h{_text(1.7 * r)}v{_text(1.7 * r)}h{_text(-1.7 * r)}Z"


def legend_mark(part: str) -> str:
    """Return the SVG path of a kind of part for the legend, in a square of 20 units."""
    if part == "play_zone":
        return "M3 4H17V16H3Z"
    if part in ("path", "fence"):
        return "M2 10H18"
    return _mark(part, 10, 10, 7)


def _round_length(most: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is at most `most`."""
    power: float = 10.0 ** np.floor(np.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
