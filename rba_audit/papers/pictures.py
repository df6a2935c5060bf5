"""SVG pictures for papers: the sketch of a site, and a small map of where it lies.

Only numbers, known kinds of parts and colours of this module enter a picture; its words stand beside it, as text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.basemap import pieces_by_class
from rba_audit.layers import ContextFeature
from rba_audit.messages import BilingualText
from rba_audit.papers.sketches import Sketch
from rba_audit.standard.policies import BasemapClass, WhereaboutsPolicy
from rba_audit.status_style import LOOKS
from rba_audit.whereabouts import Boundaries, boundaries_of

_PLAIN: Final = ("#D9D5E0", "#1B1928")
# Fill and line of each kind of part, as on the site's page.
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("#F3F1E8", "#57535F"),
    "play_zone": ("#F6DFA6", "#A97A14"),
    "path": ("none", "#B9AE98"),
    "fence": ("none", "#57535F"),
    "tree": ("#8FC3A4", "#2D6A4A"),
    "lamp": ("#FFE27A", "#6B4A00"),
    "camera": ("#C7D3F4", "#28407F"),
    "equipment": ("#B6486B", "#5E1733"),
    "gate": ("#FFFFFF", "#1B1928"),
    "guard_post": ("#28407F", "#14224A"),
    "toilet": ("#7FB2D9", "#1F4F76"),
    "bench": ("#C69767", "#6A4318"),
    "bin": ("#7C7986", "#1B1928"),
}
_GROUND: Final[Mapping[str, tuple[str, str, float]]] = {
    "water": ("#C4DDEC", "#8FB9D1", 0.5),
    "waterway": ("none", "#8FB9D1", 1.2),
    "street": ("none", "#D8D2C4", 1.0),
    "main_road": ("none", "#B59A63", 1.8),
    "railway": ("none", "#57535F", 1.0),
    "boundary": ("none", "#57535F", 1.0),
}
"""Fill, line and width (in 1/300 of the picture) of each class of the ground; other classes are not drawn."""
_LINE: Final = 300
_MOST_KM: Final = 20
"""An area wider than this does not show where in it a site lies."""
_MOST_WHOLE: Final = 3
"""All boundaries are shown if that is at most so many times as wide as the areas of the sites: a cut city is no picture of it."""
_NEAR_KM: Final = 1.5
"""Half the side of the map of a site that lies in no known area."""
_STREETS_KM: Final = 4
"""Streets are drawn on maps at most this wide; on wider ones they would be a grey mass."""
_KM_PER_DEGREE: Final = 111.32
_PAD: Final = 0.04
_Frame = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


def part_mark_svg(path: str, kind: str) -> bytes:
    """Return a mark of the legend of a sketch, drawn in a square of 20 units."""
    return _svg("0 0 20 20", [_drawn(path, kind, filled=kind not in ("path", "fence"), width=1.0)])


def sketch_svg(sketch: Sketch) -> bytes:
    """Return the sketch of a site as an SVG file."""
    width = max(sketch.width, sketch.height) / _LINE
    shapes = [_drawn(shape.path, shape.part, filled=shape.filled, width=width) for shape in sketch.shapes]
    bar = f'<path d="{sketch.bar}" fill="none" stroke="#1B1928" stroke-width="{width:.3f}"/>'
    return _svg(sketch.view, [*shapes, bar])


def _drawn(path: str, part: str, *, filled: bool, width: float) -> str:
    fill, line = _PARTS.get(part, _PLAIN)
    dashes = f' stroke-dasharray="{4 * width:.3f} {3 * width:.3f}"' if part == "fence" else ""
    wide = 3 * width if part == "path" else width
    return (
        f'<path d="{path}" fill="{fill if filled else "none"}" fill-rule="evenodd" stroke="{line}" '
        f'stroke-width="{wide:.3f}" stroke-linejoin="round"{dashes}/>'
    )


def _point_in(shape: BaseGeometry) -> shapely.Point:
    point = shape if isinstance(shape, shapely.Point) else shape.point_on_surface()
    return shapely.Point(point.coords[0])


def _svg(view: str, shapes: Sequence[str]) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{"".join(shapes)}</svg>'.encode()


@dataclass(frozen=True, slots=True)
class LocationMap:
    """A small map around a site.

    Attributes:
        svg: The picture.
        area: The name of the area that it shows; empty if it lies in none that is known.
        width_km: Its width in kilometres.
        classes: The titles of what is drawn, each once.
    """

    svg: bytes
    area: str
    width_km: float
    classes: tuple[BilingualText, ...]


@dataclass
class LocationMaps:
    """Maps of where sites lie, drawn from the context; the ground of an area is drawn once for all its sites."""

    context: Sequence[ContextFeature]
    policy: WhereaboutsPolicy
    _boundaries: Boundaries | None = None
    _trees: list[tuple[BasemapClass, shapely.STRtree]] | None = None
    _grounds: dict[tuple[_Frame, bool], tuple[str, tuple[BilingualText, ...]]] = field(default_factory=dict)

    def around(self, shape: BaseGeometry | None, status: str) -> LocationMap | None:
        """Return the map of the area in which a shape (degrees, WGS84) lies; None if nothing is known around it."""
        if shape is None or shape.is_empty or not self.context:
            return None
        point = _point_in(shape)
        name, own = self._area(point)
        frame = _padded(_frame(own)) if own is not None else _square(point)
        ground, classes = self._ground(frame, own)
        if not classes:
            return None
        to = _projection(frame)
        x, y = to(np.array([[point.x, point.y]]))[0]
        width, height = to(np.array([[frame[2], frame[1]]]))[0]
        unit = max(width, height) / _LINE
        mark = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{11 * unit:.1f}" fill="#FFFFFF" stroke="#1B1928" stroke-width="{unit:.1f}"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{7 * unit:.1f}" fill="{LOOKS[status].colour}"/>'
        )
        svg = _svg(f"0 0 {width:.1f} {height:.1f}", [ground, mark])
        return LocationMap(svg, name, width / 1000, classes)

    def city(self, sites: Sequence[tuple[BaseGeometry, str]]) -> LocationMap | None:
        """Return the map of sites (shape in degrees, status) with the marks of their statuses; None without any."""
        points = [(_point_in(shape), status) for shape, status in sites if not shape.is_empty]
        if not points:
            return None
        around = shapely.GeometryCollection(
            [*(point for point, _ in points), *self._areas([point for point, _ in points])]
        )
        frame = _padded(_wide_enough(_frame(around)))
        ground, classes = self._ground(frame, None)
        to = _projection(frame)
        width, height = to(np.array([[frame[2], frame[1]]]))[0]
        unit = max(width, height) / _LINE
        places = to(np.array([[point.x, point.y] for point, _ in points]))
        # In a crowd one mark stands for all sites of its status in a square of the picture.
        marks = dict.fromkeys(
            (status, round(x / unit / 2) * 2 * unit, round(y / unit / 2) * 2 * unit)
            for (_, status), (x, y) in zip(points, places.tolist(), strict=True)
        )
        svg = _svg(f"0 0 {width:.1f} {height:.1f}", [ground, *(_status_mark(*mark, 4 * unit) for mark in marks)])
        return LocationMap(svg, "", width / 1000, classes)

    @property
    def _known(self) -> Boundaries:
        if self._boundaries is None:
            self._boundaries = boundaries_of(self.context, policy=self.policy)
        return self._boundaries

    def _areas(self, points: Sequence[shapely.Point]) -> list[BaseGeometry]:
        """Return, as frames, the areas around some points that are small enough to show where these lie; all of a city of that size."""
        hits = np.unique(self._known.tree.query(points, predicate="intersects")[1])
        frames = [_frame(self._known.all[index].shape) for index in hits.tolist()]
        shown: list[BaseGeometry] = [shapely.box(*frame) for frame in frames if _width_km(frame) <= _MOST_KM]
        every = shapely.box(*shapely.total_bounds([area.shape for area in self._known.all])) if shown else None
        if every is not None and _width_km(_frame(every)) <= _MOST_WHOLE * _width_km(_frame(shapely.union_all(shown))):
            return [every]
        return shown

    def _area(self, point: shapely.Point) -> tuple[str, BaseGeometry | None]:
        """Return name and outline of the largest area around a point that still shows where it lies; else no area."""
        if not self._known:
            return "", None
        hits = [self._known.all[index] for index in self._known.tree.query(point, predicate="intersects").tolist()]
        small = [hit for hit in hits if _width_km(_frame(hit.shape)) <= _MOST_KM]
        best = min(small, key=lambda hit: (hit.level, hit.code, hit.name), default=None)
        return (best.name, best.shape) if best else ("", None)

    def _ground(self, frame: _Frame, own: BaseGeometry | None) -> tuple[str, tuple[BilingualText, ...]]:
        """Return the drawing of what lies within a frame (degrees), and the titles of the classes drawn."""
        if self._trees is None:
            self._trees = [
                (one, shapely.STRtree(pieces))
                for one, pieces in pieces_by_class(self.context).items()
                if one.name in _GROUND
            ]
        key = frame, own is None
        if key not in self._grounds:
            to = _projection(frame)
            shapes = [] if own is None else [_ground_path([own], to, "#F3F1E8", "none", 0)]
            titles: dict[BilingualText, None] = {}
            width, height = to(np.array([[frame[2], frame[1]]]))[0]
            unit = max(width, height) / _LINE
            for one, tree in self._trees:
                if one.name == "street" and width > _STREETS_KM * 1000:
                    continue
                pieces = [tree.geometries[index] for index in tree.query(shapely.box(*frame)).tolist()]
                cut = [piece for piece in shapely.clip_by_rect(pieces, *frame) if not piece.is_empty]
                if cut:
                    fill, line, wide = _GROUND[one.name]
                    shapes.append(_ground_path(cut, to, fill, line, wide * unit))
                    titles[one.title] = None
            self._grounds[key] = "".join(shapes), tuple(titles)
        return self._grounds[key]


def _status_mark(status: str, x: float, y: float, r: float) -> str:
    """Return the mark of a status around a point, of half size `r`, as `paper.typ` draws it."""
    look = LOOKS[status]
    outlines = {
        "circle": f"M{x - r:.0f} {y:.0f}a{r:.0f} {r:.0f} 0 1 0 {2 * r:.0f} 0a{r:.0f} {r:.0f} 0 1 0 {-2 * r:.0f} 0Z",
        "diamond": f"M{x:.0f} {y - r:.0f}l{r:.0f} {r:.0f}l{-r:.0f} {r:.0f}l{-r:.0f} {-r:.0f}Z",
        "triangle": f"M{x:.0f} {y - r:.0f}l{r:.0f} {2 * r:.0f}h{-2 * r:.0f}Z",
        "square": f"M{x - r:.0f} {y - r:.0f}h{2 * r:.0f}v{2 * r:.0f}h{-2 * r:.0f}Z",
        "plus": f"M{x - r:.0f} {y:.0f}h{2 * r:.0f}M{x:.0f} {y - r:.0f}v{2 * r:.0f}",
    }
    line = "#1B1928" if look.shape != "plus" else look.colour
    width = r / 6 if look.shape != "plus" else r / 1.6
    return f'<path d="{outlines[look.shape]}" fill="{look.colour}" stroke="{line}" stroke-width="{width:.1f}"/>'


def _ground_path(shapes: Sequence[BaseGeometry], to: _Projection, fill: str, line: str, width: float) -> str:
    pieces = []
    for shape in shapely.simplify(shapely.transform(list(shapes), to), to.unit_m / 2):
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for ring in rings:
                if ring.geom_type in ("LineString", "LinearRing") and len(ring.coords) > 1:
                    corners = "L".join(f"{x:.0f} {y:.0f}" for x, y in ring.coords)
                    pieces.append(f"M{corners}{'Z' if part.geom_type == 'Polygon' else ''}")
    return (
        f'<path d="{"".join(pieces)}" fill="{fill}" fill-rule="evenodd" stroke="{line}" stroke-width="{width:.1f}" '
        'stroke-linejoin="round"/>'
    )


@dataclass(frozen=True, slots=True)
class _Projection:
    """Degrees to metres east and south of the north-west corner of a frame; `unit_m` is 1/300 of its width."""

    west: float
    north: float
    scale: float
    unit_m: float

    def __call__(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        metres: NDArray[np.float64] = np.column_stack(
            [
                (degrees[:, 0] - self.west) * self.scale * _KM_PER_DEGREE * 1000,
                (self.north - degrees[:, 1]) * _KM_PER_DEGREE * 1000,
            ]
        )
        return metres


def _projection(frame: _Frame) -> _Projection:
    scale = math.cos(math.radians((frame[1] + frame[3]) / 2))
    return _Projection(frame[0], frame[3], scale, _width_km(frame) * 1000 / _LINE)


def _width_km(frame: _Frame) -> float:
    scale = math.cos(math.radians((frame[1] + frame[3]) / 2))
    return (frame[2] - frame[0]) * scale * _KM_PER_DEGREE


def _frame(shape: BaseGeometry) -> _Frame:
    west, south, east, north = shape.bounds
    return west, south, east, north


def _padded(frame: _Frame) -> _Frame:
    pad = _PAD * max(frame[2] - frame[0], frame[3] - frame[1])
    return frame[0] - pad, frame[1] - pad, frame[2] + pad, frame[3] + pad


def _wide_enough(frame: _Frame) -> _Frame:
    """Return a frame (degrees) that is at least as large as the map of one site."""
    west, south, east, north = _square(shapely.Point((frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2))
    return min(west, frame[0]), min(south, frame[1]), max(east, frame[2]), max(north, frame[3])


def _square(point: shapely.Point) -> _Frame:
    tall = _NEAR_KM / _KM_PER_DEGREE
    wide = tall / max(math.cos(math.radians(point.y)), 0.01)
    return point.x - wide, point.y - tall, point.x + wide, point.y + tall
