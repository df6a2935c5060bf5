"""The features of one layer as columns, and how far around the layer is known to be complete.

That nothing is drawn says nothing by itself: only within its extent does an empty place mean that nothing is there.
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
_LEAST_DEGREE_M: Final = 110_574.0  # of latitude, at the equator; one is nowhere shorter
_FARTHEST: Final = 89.0  # degrees of latitude


@dataclass(frozen=True, eq=False)
class Layer:
    """What the context files say of one layer.

    Attributes:
        places: Its features that have a shape.
        stated: Where its files say that they are complete, in longitude and latitude; None where none says so.
        spanned: Where its files can be complete at all, since they hold something all around: the convex hulls of what is
            in them.
        stated_date: The newest day that a statement of completeness gives.
        whole: Whether every feature of its files could be read and has positions, and every word for a layer was understood.
        doubtful: What may belong to it and may not: a word of it is not understood.
        unsound: Around features whose shape cannot be measured: nearer than these, nobody knows what is there.
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
        """Return the layer as it is known to be complete: not within so many metres of what may belong to it."""
        if not self.doubtful:
            return self
        around = tuple(_widened(shape, metres) for shape in self.doubtful)
        stated = None if self.stated is None else shapely.difference(self.stated, shapely.union_all(around))
        return replace(self, stated=stated, unsound=(*self.unsound, *around))

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The shapes of its features, in their order."""
        found = np.empty(len(self.places), dtype=object)
        found[:] = [place.shape for place in self.places]
        return found

    @cached_property
    def half_widths_m(self) -> NDArray[np.float64]:
        """For each feature, how far its edge lies beyond what is drawn, at least; 0 for an area."""
        return np.asarray(self._beyond[0])

    @cached_property
    def most_beyond_m(self) -> NDArray[np.float64]:
        """For each feature, how far its edge may lie beyond what is drawn; infinite for a point that may be of any size."""
        return np.asarray(self._beyond[1])

    @cached_property
    def _beyond(self) -> NDArray[np.float64]:
        return np.array([self._edge(place) for place in self.places], dtype=np.float64).reshape(-1, 2).T

    def _edge(self, place: ContextFeature) -> tuple[float, float]:
        if place.shape is not None and place.shape.geom_type in _POINTS:
            return radius_m(self.name, place.properties)
        half = self._half_width(place)[0]
        return half, half

    def assumed_width(self, at: int) -> bool:
        """Tell whether the width of a feature is assumed, since it does not state one itself."""
        return self._half_width(self.places[at])[1]

    def _half_width(self, place: ContextFeature) -> tuple[float, bool]:
        half = self.rule.half_width
        if half is None or place.shape is None or place.shape.geom_type not in _LINES:
            return 0.0, False
        width = first_number(place.properties, half.widths)
        return (half.metres.value, True) if width is None or width < 0 else (width / 2, False)

    def number(self, at: int, name: str) -> float | None:
        """Return a number that a feature states, by the name layers.toml gives it; None where it states none."""
        return number_stated(self.rule, self.places[at].properties, name)

    def stated_text(self, at: int, name: str) -> str:
        """Return what a feature states where a number is wanted; empty where it states nothing."""
        return first_text(self.places[at].properties, self.rule.numbers.get(name, (name,)))

    @property
    def date(self) -> str:
        """The newest day that is known of it; empty where none is."""
        return max((*(place.date for place in self.places), self.stated_date), default="")


def layers_of(context: Sequence[ContextFeature]) -> Mapping[str, Layer]:
    """Return every layer that the context speaks of: it has features in it, or an extent that names it.

    An extent without `of` speaks of the layers that its file has features of.
    """
    by_file: dict[str, list[ContextFeature]] = {}
    for place in context:
        if place.shape is not None and place.layer:
            by_file.setdefault(place.source, []).append(place)
    found: dict[str, list[ContextFeature]] = {}
    stated: dict[str, list[ContextFeature]] = {}
    spanned: dict[str, list[BaseGeometry]] = {}
    for places in by_file.values():
        inside = [place for place in places if place.layer != EXTENT]
        own = dict.fromkeys(place.layer for place in inside)
        for place in inside:
            found.setdefault(place.layer, []).append(place)
        if inside:
            hull = shapely.convex_hull(shapely.GeometryCollection([place.shape for place in inside]))
            for layer in own:
                spanned.setdefault(layer, []).append(hull)
        for extent in places:
            if extent.layer == EXTENT:
                for layer in _spoken_of(extent, tuple(own)):
                    stated.setdefault(layer, []).append(extent)
    by_layer: dict[str, list[ContextFeature]] = {}
    doubts: dict[str, list[BaseGeometry]] = {}
    for place in context:
        by_layer.setdefault(place.layer, []).append(place)
        for layer, _ in place.perhaps:
            doubts.setdefault(layer, []).extend(_hull(place))
    nowhere = {layer for place in context if not _drawn(place) for layer in (place.layer, *dict(place.perhaps))}
    return {
        layer: Layer(
            rules_by_layer()[layer],
            tuple(found.get(layer, ())),
            shapely.union_all([each.shape for each in stated[layer]]) if layer in stated else None,
            shapely.union_all(spanned.get(layer, [])),
            max((each.date for each in stated.get(layer, ())), default=""),
            tuple(hull for place in by_layer.get(layer, ()) for hull in _around_unsound(place)),
            layer not in nowhere
            and not any(place.of_broken_file for place in (*by_layer.get(layer, ()), *stated.get(layer, ()))),
            tuple(doubts.get(layer, ())),
        )
        for layer in dict.fromkeys((*found, *stated))
    }


def layer_of(context: Sequence[ContextFeature], name: str) -> Layer | None:
    """Return one layer, or None where the context does not speak of it."""
    return layers_of(context).get(name)


def _around_unsound(place: ContextFeature) -> Iterator[BaseGeometry]:
    """Yield the convex hull of a feature whose shape was set aside; nothing where its shape is sound, or has no positions."""
    if place.shape is None:
        yield from _hull(place)


def _drawn(place: ContextFeature) -> bool:
    """Tell whether a feature has positions, sound or not; of one without, nobody knows where it lies."""
    return place.shape is not None or any(not hull.is_empty for hull in _hull(place))


def _widened(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """Return a rectangle that holds everything within so many metres of a shape; it may hold a little more."""
    west, south, east, north = shape.bounds
    up = metres / _LEAST_DEGREE_M
    farthest = min(max(abs(south - up), abs(north + up)), _FARTHEST)
    aside = up / math.cos(math.radians(farthest))
    return shapely.box(west - aside, south - up, east + aside, north + up)


def _hull(place: ContextFeature) -> Iterator[BaseGeometry]:
    """Yield the convex hull of what is drawn of a feature; nothing where it has no positions."""
    geometry = place.feature.get("geometry")
    if geometry:
        yield shapely.convex_hull(shapely.geometry.shape(geometry))


def _spoken_of(extent: ContextFeature, own: tuple[str, ...]) -> tuple[str, ...]:
    """Return the layers that an extent speaks of: those of its file where it names none, and none where nobody understands."""
    named = extent_layers(extent.properties.get("of"))
    return () if named is None else named or own
