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


def _takes(ground: BasemapClass, place: ContextFeature) -> bool:
    """Return whether a feature belongs to a class."""
    said = place.properties
    return (
        place.layer in ground.layers
        and (not ground.any_of or any(_match(said, tags) for tags in ground.any_of))
        and not any(_match(said, tags) for tags in ground.unless)
    )


def _pieces_drawn(ground: BasemapClass, shape: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the simple geometries of a shape that a class draws: polygons for areas, lines for lines and edges."""
    for piece in _simple(shape):
        if isinstance(piece, shapely.Polygon):
            if ground.shapes == "areas":
                yield piece
            elif ground.shapes == "edges":
                yield from (shapely.LineString(ring.coords) for ring in (piece.exterior, *piece.interiors))
        elif piece.geom_type in _LINES and ground.shapes != "areas":
            yield piece


def pieces_by_class(context: Sequence[ContextFeature]) -> Mapping[BasemapClass, list[BaseGeometry]]:
    """Return the geometries of the context by class.

    A feature that matches several classes of areas, or several of lines, is drawn as the last of them.
    """
    found: dict[tuple[str, str, bool], tuple[BasemapClass, ContextFeature]] = {}
    for each in basemap_classes():
        for place in context:
            if place.shape is not None and _takes(each, place):
                found[place.source, place.id, each.shapes == "areas"] = each, place
    drawn: dict[BasemapClass, list[BaseGeometry]] = {}
    for each, place in found.values():
        if place.shape is not None:
            drawn.setdefault(each, []).extend(_pieces_drawn(each, place.shape))
    return {each: drawn[each] for each in basemap_classes() if drawn.get(each)}


def _match(said: Mapping[str, Any], tags: Tags) -> bool:
    return all(said.get(key) in tag_values(wanted) for key, wanted in tags.items())


def _simple(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    if hasattr(shape, "geoms"):
        for piece in shape.geoms:
            yield from _simple(piece)
    elif not shape.is_empty:
        yield shape
