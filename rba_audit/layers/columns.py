"""Layers of context features: columns of shapes and widths, and the extent in which each layer is complete.

Only within its extent does an empty map mean that nothing is there; outside it, the layer is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.layers.features import ContextFeature, extent_layers
from rba_audit.layers.layer_rules import number_stated, radius_m, rules_by_layer
from rba_audit.layers.numbers import first_number, first_text
from rba_audit.standard.policies import LayerRule

EXTENT: Final = "extent"
_LINES: Final = ("LineString", "MultiLineString")
_POINTS: Final = ("Point", "MultiPoint")
_LEAST_DEGREE_M: Final = 110_574.0  # of latitude, at the equator, where it is shortest
_FARTHEST: Final = 89.0  # degrees of latitude


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of the context files.

    Attributes:
        places: Its features that have a shape.
        stated: Area in which its files state that they are complete, in longitude and latitude; None if none states it.
        spanned: Area in which its files can be complete at all: the convex hulls of their features.
        stated_date: The newest day given by a statement of completeness.
        unsound: Convex hulls of features whose shape is invalid and cannot be measured: the distance to these is unknown.
        whole: Whether every feature of its files could be read and has positions, and every word for a layer was understood.
        doubtful: Shapes of features that may belong to it: a word in their tags is not understood.
    """

    rule: LayerRule
    places: tuple[ContextFeature, ...]
    stated: BaseGeometry | None
    spanned: BaseGeometry
    stated_date: str = ""
    unsound: tuple[BaseGeometry, ...] = ()
    whole: bool = True
    doubtful: tuple[BaseGeometry, ...] = ()

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.rule.layer

    def doubted_within(self, metres: float) -> Layer:
        """Return the layer without completeness within so many metres of features that may belong to it."""
        if not self.doubtful:
            return self
        around = tuple(_widened(shape, metres) for shape in self.doubtful)
        stated = None if self.stated is None else shapely.difference(self.stated, shapely.union_all(around))
        return replace(self, stated=stated, unsound=(*self.unsound, *around))

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The shapes of its features, in their order."""
        column = np.empty(len(self.places), dtype=object)
        column[:] = [feature.shape for feature in self.places]
        return column

    @cached_property
    def half_widths_m(self) -> NDArray[np.float64]:
        """For each feature, the least distance of its edge beyond the drawn shape, in metres; 0 for an area."""
        return np.asarray(self._beyond[0])

    @cached_property
    def most_beyond_m(self) -> NDArray[np.float64]:
        """For each feature, the greatest distance of its edge beyond the drawn shape, in metres; infinite for a point of unknown size."""
        return np.asarray(self._beyond[1])

    @cached_property
    def _beyond(self) -> NDArray[np.float64]:
        return np.array([self._edge(feature) for feature in self.places], dtype=np.float64).reshape(-1, 2).T

    def _edge(self, feature: ContextFeature) -> tuple[float, float]:
        if feature.shape is not None and feature.shape.geom_type in _POINTS:
            return radius_m(self.name, feature.properties)
        half = self._half_width(feature)[0]
        return half, half

    def assumed_width(self, at: int) -> bool:
        """Return whether the width of a feature is assumed, because it does not state one itself."""
        return self._half_width(self.places[at])[1]

    def _half_width(self, feature: ContextFeature) -> tuple[float, bool]:
        half = self.rule.half_width
        if half is None or feature.shape is None or feature.shape.geom_type not in _LINES:
            return 0.0, False
        width = first_number(feature.properties, half.widths)
        return (half.metres.value, True) if width is None or width < 0 else (width / 2, False)

    def number(self, at: int, name: str) -> float | None:
        """Return a number that a feature states, by its name in layers.toml; None if it states none."""
        return number_stated(self.rule, self.places[at].properties, name)

    def stated_text(self, at: int, name: str) -> str:
        """Return the text of the property that holds a number; empty if the feature states nothing."""
        return first_text(self.places[at].properties, self.rule.numbers.get(name, (name,)))

    @property
    def date(self) -> str:
        """The newest day of its features or of its statement of completeness; empty if none is known."""
        return max((*(feature.date for feature in self.places), self.stated_date), default="")


def layers_of(context: Sequence[ContextFeature]) -> Mapping[str, Layer]:
    """Return by name every layer that the context has features of, or that one of its extents names.

    An extent without `of` applies to the layers that its file has features of.
    """
    by_file: dict[str, list[ContextFeature]] = {}
    for feature in context:
        if feature.shape is not None and feature.layer:
            by_file.setdefault(feature.source, []).append(feature)
    shaped: dict[str, list[ContextFeature]] = {}
    stated: dict[str, list[ContextFeature]] = {}
    spanned: dict[str, list[BaseGeometry]] = {}
    for features in by_file.values():
        inside = [feature for feature in features if feature.layer != EXTENT]
        own = dict.fromkeys(feature.layer for feature in inside)
        for feature in inside:
            shaped.setdefault(feature.layer, []).append(feature)
        if inside:
            hull = shapely.convex_hull(shapely.GeometryCollection([feature.shape for feature in inside]))
            for layer in own:
                spanned.setdefault(layer, []).append(hull)
        for extent in features:
            if extent.layer == EXTENT:
                for layer in _layers_of_extent(extent, tuple(own)):
                    stated.setdefault(layer, []).append(extent)
    by_layer: dict[str, list[ContextFeature]] = {}
    doubts: dict[str, list[BaseGeometry]] = {}
    for feature in context:
        by_layer.setdefault(feature.layer, []).append(feature)
        for layer, _ in feature.perhaps:
            doubts.setdefault(layer, []).extend(_hull(feature))
    nowhere = {
        layer
        for feature in context
        if not _has_coordinates(feature)
        for layer in (feature.layer, *dict(feature.perhaps))
    }
    return {
        layer: Layer(
            rules_by_layer()[layer],
            tuple(shaped.get(layer, ())),
            shapely.union_all([stated_extent.shape for stated_extent in stated[layer]]) if layer in stated else None,
            shapely.union_all(spanned.get(layer, [])),
            max((extent_feature.date for extent_feature in stated.get(layer, ())), default=""),
            tuple(hull for feature in by_layer.get(layer, ()) for hull in _invalid_hull(feature)),
            layer not in nowhere
            and not any(feature.of_broken_file for feature in (*by_layer.get(layer, ()), *stated.get(layer, ()))),
            tuple(doubts.get(layer, ())),
        )
        for layer in dict.fromkeys((*shaped, *stated))
    }


def layer_of(context: Sequence[ContextFeature], name: str) -> Layer | None:
    """Return one layer; None if the context has neither features nor an extent of it."""
    return layers_of(context).get(name)


def _invalid_hull(feature: ContextFeature) -> Iterator[BaseGeometry]:
    """Yield the convex hull of a feature whose geometry is invalid; nothing for a valid one or one without coordinates."""
    if feature.shape is None:
        yield from _hull(feature)


def _has_coordinates(feature: ContextFeature) -> bool:
    """Return whether a feature has coordinates, valid or not; without any, its location is unknown."""
    return feature.shape is not None or any(not hull.is_empty for hull in _hull(feature))


def _widened(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """Return a rectangle that contains all points within so many metres of a shape, and some beyond."""
    west, south, east, north = shape.bounds
    up = metres / _LEAST_DEGREE_M
    farthest = min(max(abs(south - up), abs(north + up)), _FARTHEST)
    aside = up / math.cos(math.radians(farthest))
    return shapely.box(west - aside, south - up, east + aside, north + up)


def _hull(feature: ContextFeature) -> Iterator[BaseGeometry]:
    """Yield the convex hull of a feature's coordinates, valid or not; nothing if it has none."""
    geometry = feature.feature.get("geometry")
    if geometry:
        yield shapely.convex_hull(shapely.geometry.shape(geometry))


def _layers_of_extent(extent: ContextFeature, own: tuple[str, ...]) -> tuple[str, ...]:
    """Return the layers that an extent applies to: those of its file if it names none, and no layer if a word is not understood."""
    named = extent_layers(extent.properties.get("of"))
    return () if named is None else named or own
