"""Who is to be reached: children where they are counted, else people, else the ground itself; and it says which."""

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
from rba_audit.messages import say
from rba_audit.sites import read_sites
from rba_audit.standard.policies import CoveragePolicy

Counted = Literal["children", "people", "area"]
_LAYER: Final = "population"
_KINDS: Final[tuple[Counted, ...]] = ("children", "people")


@dataclass(frozen=True, eq=False)
class Population:
    """How many children or people live where.

    Attributes:
        counted: What the numbers count.
        shapes: Points and polygons in longitude and latitude.
        numbers: How many there are at each.
        without: How many features of the source state no number of what is counted, and are not used.
    """

    counted: Counted
    shapes: NDArray[np.object_]
    numbers: NDArray[np.float64]
    without: int = 0


@dataclass(frozen=True, eq=False)
class Demand:
    """The cells that are to be reached: points, ground or raster cells with a weight, each in one area.

    Attributes:
        counted: What the weights are: children, people, or m² of ground.
        at: Longitude and latitude at which the walk to each cell ends, (n, 2).
        bounds: West, south, east and north of each cell of a grid, (n, 4); NaN for what is none.
        drawn: What is to be drawn of each where that is not the whole of its bounds; None where it is.
        weights: Children, people or m².
        area: Position of the area of each.
        outside: The weight that lies outside every area, and is in no figure.
        in_two: How many cells lie in two areas as drawn, and were given to the lower code.
        without: How many features of the population state no number, and are in no figure.
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

    def __len__(self) -> int:
        return len(self.weights)

    @cached_property
    def points(self) -> NDArray[np.object_]:
        """Where the walk to each cell ends, as shapely points in longitude and latitude."""
        return np.asarray(shapely.points(self.at), dtype=object)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """What is to be drawn of each: a point, or a polygon. A city has many, so they are made only when they are asked for."""
        found, whole = self.drawn.copy(), shapely.is_missing(self.drawn)
        found[whole] = shapely.box(*self.bounds[whole].T)
        return found

    @property
    def total(self) -> float:
        """The weight of all cells."""
        return float(self.weights.sum())


def population_of(layer: Layer) -> Population | None:
    """Return what a population layer counts: children if any feature states them, else people; None if neither."""
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
    """Return the population in a GeoJSON file, or in a raster, which is read where the boundaries of the context are.

    `counted` says what the cells of a raster count; a GeoJSON file says so itself.

    Raises:
        SiteError: the GeoJSON file cannot be read.
        EvidenceError: the file states no numbers, or is a raster that cannot be read.
    """
    if path.suffix.lower() in SUFFIXES:
        areas = areas_of(context, policy=policy)
        bounds = None if areas is None else np.asarray(shapely.total_bounds(areas.given))
        points, numbers = read_cells(path, bounds)
        return Population(counted, np.asarray(shapely.points(points), dtype=object), numbers)
    features = read_sites(path, lines=True)
    places = [
        ContextFeature(_LAYER, "", "", feature, id, shape, features.source)
        for feature, id, shape in zip(features.features, features.ids, features.shapes, strict=True)
        if shape is not None
    ]
    found = population_of(Layer(layer_rules()[_LAYER], tuple(places), None, shapely.Polygon()))
    if found is None:
        known = ", ".join(key for kind in _KINDS for key in layer_rules()[_LAYER].numbers.get(kind, (kind,)))
        raise EvidenceError(
            say("{file}: no feature states how many live there; give them one of: {known}", file=path, known=known)
        )
    return replace(found, without=found.without + len(features) - len(places))


def population_in(context: Sequence[ContextFeature]) -> Population | None:
    """Return the population that a context states; None where it states none."""
    layer = layer_of([place for place in context if place.layer == _LAYER], _LAYER)
    return population_of(layer) if layer is not None else None


def demand(areas: AdministrativeAreas, population: Population | None, policy: CoveragePolicy) -> Demand:
    """Return the cells of a population, or the ground of the areas where there is none."""
    if population is None:
        pieces = clip_to_grid(areas.shapes, policy)
        _, in_two = areas.locate(pieces.at)
        return Demand(
            "area", pieces.at, pieces.bounds, pieces.clipped, pieces.area_m2, pieces.owner, in_two=int(in_two.sum())
        )
    ground = shapely.get_dimensions(population.shapes) == 2
    drawn, numbers = population.shapes[~ground], population.numbers[~ground]
    at, bounds = shapely.get_coordinates(shapely.centroid(drawn)), np.full((len(drawn), 4), np.nan)
    if ground.any():
        pieces = clip_to_grid(population.shapes[ground], policy)
        share = pieces.area_m2 / np.bincount(pieces.owner, pieces.area_m2)[pieces.owner]
        at, bounds = np.concatenate([at, pieces.at]), np.concatenate([bounds, pieces.bounds])
        drawn = np.concatenate([drawn, pieces.clipped])
        numbers = np.concatenate([numbers, population.numbers[ground][pieces.owner] * share])
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
    )
