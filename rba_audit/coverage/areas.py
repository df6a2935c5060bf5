"""Administrative areas that coverage is reported for: the finest boundaries and the coarser areas their codes belong to.

Names repeat, so areas are matched by code only. Boundaries overlap; an overlap belongs to the area with the lower code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import area_m2, project, unproject
from rba_audit.geometry.containment import positions_in_shapes
from rba_audit.layers import ContextFeature
from rba_audit.standard.policies import BoundaryLevel, CoveragePolicy, shipped_policies

Basis = Literal["boundary", "hull", "population"]
_BOUNDARY: Final = "boundary"
_POLYGONS: Final = ("Polygon", "MultiPolygon")
OUTSIDE: Final = -1
_HALF_WAY: Final = 180.0
_NEAR_180: Final = 179.0  # degrees of longitude from which a site may reach across the antimeridian


@dataclass(frozen=True, slots=True)
class ParentArea:
    """An area of a coarser level, and the indices of the finest areas in it."""

    level: str
    code: str
    name: str
    members: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class AdministrativeAreas:
    """The finest areas, sorted by code, without overlaps.

    Attributes:
        basis: Their origin: boundaries; or, if none is given, one area: the hull of the sites widened by their reach, or
            all of the population.
        level: Name of their level; empty if their codes have no known level.
        given: Their shapes as drawn; None if the area is all of the population.
        shapes: Their shapes without overlaps that belong to a lower code.
        overlaps: Number of areas that lost an overlap to a lower code.
        overlap_m2: Area of these overlaps, in m².
        left_out: Number of boundaries without a code of a known level; they are not used.
        uppers: Coarser areas, level by level.
    """

    basis: Basis
    level: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    given: NDArray[np.object_]
    shapes: NDArray[np.object_]
    overlaps: int = 0
    overlap_m2: float = 0.0
    left_out: int = 0
    uppers: tuple[ParentArea, ...] = ()

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def area_m2(self) -> NDArray[np.float64]:
        """The area of each, in m²."""
        return area_m2(self.shapes)

    def locate(self, at: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return for each position (n, 2) the index of its area (`OUTSIDE`, -1: none), and whether it lies in two or more."""
        if self.basis == "population":
            return np.zeros(len(at), dtype=np.intp), np.zeros(len(at), dtype=np.bool_)
        area, point = positions_in_shapes(self.given, at)
        areas = np.full(len(at), OUTSIDE, dtype=np.intp)
        # Areas are sorted by code: assign in reverse, so that the lowest code is written last.
        areas[point[::-1]] = area[::-1]
        return areas, np.bincount(point, minlength=len(at)) > 1


def areas_of(context: Sequence[ContextFeature], *, policy: CoveragePolicy | None = None) -> AdministrativeAreas | None:
    """Return the areas of the boundaries in a context; None if it has no boundary."""
    polygons = [
        feature
        for feature in context
        if feature.layer == _BOUNDARY and feature.shape is not None and feature.shape.geom_type in _POLYGONS
    ]
    if not polygons:
        return None
    policy = policy or shipped_policies().coverage
    levels = [policy.level_of(feature.code) for feature in polygons]
    finest = next((level for level in policy.levels if level in levels), None)
    chosen = [feature for feature, level in zip(polygons, levels, strict=True) if level is finest]
    by_code: dict[str, list[ContextFeature]] = {}
    for feature in chosen:
        by_code.setdefault(feature.code or feature.id or feature.name, []).append(feature)
    codes = tuple(sorted(by_code))
    given = np.empty(len(codes), dtype=object)
    given[:] = [shapely.union_all([feature.shape for feature in by_code[code]]) for code in codes]
    shapes = _without_overlaps(given)
    lost = area_m2(given) - np.nan_to_num(area_m2(shapes))
    changed = np.array([one is not other for one, other in zip(given, shapes, strict=True)], dtype=np.bool_)
    return AdministrativeAreas(
        basis="boundary",
        level=finest.name if finest else "",
        codes=codes,
        names=tuple(by_code[code][0].name for code in codes),
        given=given,
        shapes=shapes,
        overlaps=int(changed.sum()),
        overlap_m2=float(lost[changed].sum()),
        left_out=0 if finest is None else levels.count(None),
        uppers=tuple(_uppers(codes, finest, polygons, policy)) if finest else (),
    )


def _without_overlaps(given: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return each shape without its overlaps with earlier ones; a shape without overlaps is the same object."""
    settled = given.copy()
    later, earlier = shapely.STRtree(given).query(given, predicate="intersects")
    later, earlier = later[later > earlier], earlier[later > earlier]
    shared = shapely.intersection(given[later], given[earlier])
    real = np.nan_to_num(area_m2(shared)) > 0
    later, earlier = later[real], earlier[real]
    for one in np.unique(later).tolist():
        settled[one] = shapely.difference(given[one], shapely.union_all(given[earlier[later == one]]))
    return settled


def _uppers(
    codes: Sequence[str], finest: BoundaryLevel, polygons: Sequence[ContextFeature], policy: CoveragePolicy
) -> Iterator[ParentArea]:
    """Yield coarser areas: those of the next level, by the beginning of the codes, and those of any level with boundaries."""
    levels = policy.levels
    for at in range(levels.index(finest) + 1, len(levels)):
        names = {
            _digits(feature.code): feature.name for feature in polygons if policy.level_of(feature.code) is levels[at]
        }
        if not names and at != 1:
            continue
        members: dict[str, list[int]] = {}
        for position, code in enumerate(codes):
            members.setdefault(_cut(code, levels[at], names), []).append(position)
        for code in sorted(members):
            yield ParentArea(levels[at].name, code, names.get(_digits(code), ""), tuple(members[code]))


def _cut(code: str, level: BoundaryLevel, names: dict[str, str]) -> str:
    """Return the beginning of a code that is the code of a coarser level; one of a drawn boundary takes precedence."""
    ends = [position + 1 for position, letter in enumerate(code) if letter.isdecimal()]
    cuts = [code[: ends[digits - 1]] for digits in level.digits]
    return next((cut for cut in cuts if _digits(cut) in names), cuts[0])


def _digits(code: str) -> str:
    return "".join(letter for letter in code if letter.isdecimal())


def surrounding_area(shapes: NDArray[np.object_], reach_m: float) -> AdministrativeAreas | None:
    """Return one area: the convex hull of these sites, widened by their reach; None if no site has a position."""
    located = shapes[~shapely.is_missing(shapes)]
    if not len(located):
        return None
    if np.abs(shapely.get_coordinates(located)[:, 0]).max() > _NEAR_180:
        return _one_area("hull", _around_180(located, reach_m))
    return _one_area("hull", _hull(located, reach_m))


def _hull(shapes: NDArray[np.object_], reach_m: float) -> NDArray[np.object_]:
    hull = np.array([shapely.convex_hull(shapely.GeometryCollection(shapes.tolist()))], dtype=object)
    about = shapely.get_coordinates(shapely.centroid(hull))
    return unproject(shapely.buffer(project(hull, about), reach_m), about)


def _around_180(shapes: NDArray[np.object_], reach_m: float) -> NDArray[np.object_]:
    """Return the widened hull of shapes on both sides of the antimeridian, in two parts."""
    here = _eastward(np.array([shapely.GeometryCollection(shapes.tolist())], dtype=object), _HALF_WAY)
    coordinates = shapely.get_coordinates(here)
    coordinates[:, 0] = (coordinates[:, 0] + _HALF_WAY) % (2 * _HALF_WAY) - _HALF_WAY
    hull = _hull(shapely.set_coordinates(here, coordinates), reach_m)
    sides = [
        *_eastward(np.asarray(shapely.clip_by_rect(hull, -_HALF_WAY, -90, 0, 90), dtype=object), _HALF_WAY),
        *_eastward(np.asarray(shapely.clip_by_rect(hull, 0, -90, _HALF_WAY, 90), dtype=object), -_HALF_WAY),
    ]
    return np.array([shapely.union_all(sides)], dtype=object)


def _eastward(shapes: NDArray[np.object_], degrees: float) -> NDArray[np.object_]:
    """Return shapes moved east by an angle, in degrees of longitude."""
    moved: NDArray[np.object_] = shapely.set_coordinates(
        shapes.copy(), shapely.get_coordinates(shapes) + np.array([degrees, 0])
    )
    return moved


def population_area() -> AdministrativeAreas:
    """Return one area without a shape, which contains all of the population."""
    return _one_area("population", np.array([None], dtype=object))


def _one_area(basis: Basis, shape: NDArray[np.object_]) -> AdministrativeAreas:
    return AdministrativeAreas(basis, "", ("",), ("",), shape, shape)
