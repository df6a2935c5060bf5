"""Select the basemap class of each context feature, as `layers.toml` defines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from rba_audit.layers import ContextFeature
from rba_audit.standard.policies import BasemapClass, Tags, TileLevel, shipped_policies, tag_values

_LINES: Final = ("LineString", "LinearRing")


def tile_levels() -> tuple[TileLevel, ...]:
    """Return the zoom levels of the tiles, coarsest first."""
    return shipped_policies().layers.ground.levels


def basemap_classes() -> tuple[BasemapClass, ...]:
    """Return the classes in drawing order, lowest first."""
    return shipped_policies().layers.ground.classes


def _matches_class(basemap_class: BasemapClass, feature: ContextFeature) -> bool:
    """Return whether a feature belongs to a class."""
    properties = feature.properties
    return (
        feature.layer in basemap_class.layers
        and (not basemap_class.any_of or any(_match(properties, tags) for tags in basemap_class.any_of))
        and not any(_match(properties, tags) for tags in basemap_class.unless)
    )


def _pieces_drawn(basemap_class: BasemapClass, shape: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the simple geometries of a shape that a class draws: polygons for areas, lines for lines and edges."""
    for piece in _simple(shape):
        if isinstance(piece, shapely.Polygon):
            if basemap_class.shapes == "areas":
                yield piece
            elif basemap_class.shapes == "edges":
                yield from (shapely.LineString(ring.coords) for ring in (piece.exterior, *piece.interiors))
        elif piece.geom_type in _LINES and basemap_class.shapes != "areas":
            yield piece


def pieces_by_class(context: Sequence[ContextFeature]) -> Mapping[BasemapClass, list[BaseGeometry]]:
    """Return the geometries of the context by class.

    A feature that matches several classes of areas, or several of lines, is drawn as the last of them.
    """
    matched: dict[tuple[str, str, bool], tuple[BasemapClass, ContextFeature]] = {}
    for basemap_class in basemap_classes():
        for feature in context:
            if feature.shape is not None and _matches_class(basemap_class, feature):
                matched[feature.source, feature.id, basemap_class.shapes == "areas"] = basemap_class, feature
    drawn: dict[BasemapClass, list[BaseGeometry]] = {}
    for basemap_class, feature in matched.values():
        if feature.shape is not None:
            drawn.setdefault(basemap_class, []).extend(_pieces_drawn(basemap_class, feature.shape))
    return {basemap_class: drawn[basemap_class] for basemap_class in basemap_classes() if drawn.get(basemap_class)}


def _match(properties: Mapping[str, Any], tags: Tags) -> bool:
    return all(properties.get(key) in tag_values(wanted) for key, wanted in tags.items())


def _simple(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    if hasattr(shape, "geoms"):
        for piece in shape.geoms:
            yield from _simple(piece)
    elif not shape.is_empty:
        yield shape
