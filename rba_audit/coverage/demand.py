"""Demand: cells weighted by children if they are counted, else by people, else by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.coverage.areas import OUTSIDE, AdministrativeAreas, areas_of
from rba_audit.coverage.clipping import clip_to_grid
from rba_audit.coverage.rasters import SUFFIXES, read_cells
from rba_audit.errors import EvidenceError
from rba_audit.layers import ContextFeature, Layer, layer_of
from rba_audit.layers import rules_by_layer as layer_rules
from rba_audit.layers.layer_files import read_features
from rba_audit.messages import say
from rba_audit.standard.policies import CoveragePolicy

Counted = Literal["children", "people", "area"]
_LAYER: Final = "population"
_KINDS: Final[tuple[Counted, ...]] = ("children", "people")


@dataclass(frozen=True, eq=False)
class Population:
    """Numbers of children or people by location.

    Attributes:
        counted: Children or people.
        shapes: Points and polygons in longitude and latitude.
        numbers: The number at each.
        without: Number of features of the source that state no such number; they are not used.
    """

    counted: Counted
    shapes: NDArray[np.object_]
    numbers: NDArray[np.float64]
    without: int = 0


@dataclass(frozen=True, eq=False)
class Demand:
    """The cells to be reached: points or grid cells with a weight, each in one area.

    Attributes:
        counted: Unit of the weights: children, people, or m².
        at: Longitude and latitude at which the walk to each cell ends, (n, 2).
        bounds: West, south, east and north of each grid cell, (n, 4); NaN for a point.
        drawn: Shape of each cell for maps; None if that is the whole of its bounds.
        weights: Children, people or m².
        area: Index of the area of each.
        outside: The weight outside every area, which is in no figure.
        in_two: Number of cells in two areas as drawn, which were assigned to the lower code.
        without: Number of features of the population that state no number and are in no figure.
        spread: The weight that is stated only for polygons larger than an area, and spread evenly over their ground.
    """

    counted: Counted
    at: NDArray[np.float64]
    bounds: NDArray[np.float64]
    drawn: NDArray[np.object_]
    weights: NDArray[np.float64]
    area: NDArray[np.intp]
    outside: float = 0.0
    in_two: int = 0
    without: int = 0
    spread: float = 0.0

    def __len__(self) -> int:
        return len(self.weights)

    @cached_property
    def points(self) -> NDArray[np.object_]:
        """The points at which the walk to each cell ends, as shapely points in longitude and latitude."""
        return np.asarray(shapely.points(self.at), dtype=object)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """Shape of each cell for maps: a point or a polygon. A city has many cells, so these are created only on first use."""
        drawn, whole = self.drawn.copy(), shapely.is_missing(self.drawn)
        drawn[whole] = shapely.box(*self.bounds[whole].T)
        return drawn

    @property
    def total(self) -> float:
        """The weight of all cells."""
        return float(self.weights.sum())


def population_of(layer: Layer) -> Population | None:
    """Return the population of a layer: children if any feature states them, else people; None if none states either."""
    shaped = np.array([shapely.get_dimensions(shape) != 1 for shape in layer.shapes], dtype=np.bool_)
    for counted in _KINDS:
        stated = [layer.number(at, counted) for at in range(len(layer.places))]
        numbers = np.array([np.nan if number is None else number for number in stated], dtype=np.float64)
        used = shaped & np.isfinite(numbers) & (numbers >= 0)
        if used.any():
            return Population(counted, layer.shapes[used], numbers[used], int((~used).sum()))
    return None


def read_population(
    path: Path,
    context: Sequence[ContextFeature] = (),
    counted: Counted = "people",
    *,
    policy: CoveragePolicy | None = None,
) -> Population:
    """Return the population of a file of any format or of a raster, which is read only within the boundaries of the context.

    `counted` is the unit of a raster; other files state their own.

    Raises:
        SiteError: the file cannot be read.
        EvidenceError: the file states no numbers, or is a raster that cannot be read.
    """
    if path.suffix.lower() in SUFFIXES:
        areas = areas_of(context, policy=policy)
        bounds = None if areas is None else np.asarray(shapely.total_bounds(areas.given))
        points, numbers = read_cells(path, bounds)
        return Population(counted, np.asarray(shapely.points(points), dtype=object), numbers)
    features = read_features(path)
    located = [
        ContextFeature(_LAYER, "", "", feature, id, shape, features.source)
        for feature, id, shape in zip(features.features, features.ids, features.shapes, strict=True)
        if shape is not None
    ]
    population = population_of(Layer(layer_rules()[_LAYER], tuple(located), None, shapely.Polygon()))
    if population is None:
        keys = ", ".join(key for kind in _KINDS for key in layer_rules()[_LAYER].numbers.get(kind, (kind,)))
        raise EvidenceError(
            say("{file}: no feature states how many live there; give them one of: {known}", file=path, known=keys)
        )
    return replace(population, without=population.without + len(features) - len(located))


def population_in(context: Sequence[ContextFeature]) -> Population | None:
    """Return the population of a context; None if it has none."""
    layer = layer_of([feature for feature in context if feature.layer == _LAYER], _LAYER)
    return population_of(layer) if layer is not None else None


def demand(areas: AdministrativeAreas, population: Population | None, policy: CoveragePolicy) -> Demand:
    """Return the cells of a population, or without one the grid cells of the areas, weighted by area."""
    if population is None:
        pieces = clip_to_grid(areas.shapes, policy)
        _, in_two = areas.locate(pieces.at)
        return Demand(
            "area", pieces.at, pieces.bounds, pieces.clipped, pieces.area_m2, pieces.owner, in_two=int(in_two.sum())
        )
    is_area = shapely.get_dimensions(population.shapes) == 2
    drawn, numbers = population.shapes[~is_area], population.numbers[~is_area]
    at, bounds = shapely.get_coordinates(shapely.centroid(drawn)), np.full((len(drawn), 4), np.nan)
    if is_area.any():
        pieces = clip_to_grid(population.shapes[is_area], policy)
        share = pieces.area_m2 / np.bincount(pieces.owner, pieces.area_m2)[pieces.owner]
        at, bounds = np.concatenate([at, pieces.at]), np.concatenate([bounds, pieces.bounds])
        drawn = np.concatenate([drawn, pieces.clipped])
        numbers = np.concatenate([numbers, population.numbers[is_area][pieces.owner] * share])
    area, in_two = areas.locate(at)
    inside = (area != OUTSIDE) & (numbers > 0)
    return Demand(
        population.counted,
        at[inside],
        bounds[inside],
        drawn[inside],
        numbers[inside],
        area[inside],
        float(numbers[area == OUTSIDE].sum()),
        int(in_two[inside].sum()),
        population.without,
        _spread_over_areas(areas, population),
    )


def _spread_over_areas(areas: AdministrativeAreas, population: Population) -> float:
    """Return the number that is stated for polygons that contain the middle of two areas or more."""
    if areas.given[0] is None:
        return 0.0
    _, polygon = shapely.STRtree(population.shapes).query(shapely.point_on_surface(areas.shapes), predicate="within")
    return float(population.numbers[np.bincount(polygon, minlength=len(population.numbers)) > 1].sum())
