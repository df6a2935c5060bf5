"""What is drawn of the ground, and from which zoom on, as `[ground]` of `standards/layers.toml` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from rba_audit.layers import Place
from rba_audit.layers.layer_rules import values
from rba_audit.layers.stated import stated
from rba_audit.words import Words

Shapes = Literal["areas", "lines", "edges"]
Tags = Mapping[str, Any]

_LINES: Final = ("LineString", "LinearRing")


@dataclass(frozen=True, slots=True)
class Level:
    """A zoom that has tiles, and from which zoom of a map on they are drawn."""

    level: int
    from_zoom: int


@dataclass(frozen=True, slots=True, eq=False)
class GroundClass:
    """Something that is drawn alike.

    Attributes:
        name: How scripts know it.
        title: What the legend calls it.
        layers: The layers whose features it draws.
        shapes: What it draws of them: areas, lines, or the edges of areas together with lines.
        from_level: The first level whose tiles hold it.
        any_of: One of these must match the tags of a feature; none where every feature will do.
        unless: None of these may match.
    """

    name: str
    title: Words
    layers: frozenset[str]
    shapes: Shapes
    from_level: int
    any_of: tuple[Tags, ...] = ()
    unless: tuple[Tags, ...] = ()

    def takes(self, place: Place) -> bool:
        """Tell whether a feature is of this class."""
        said = place.properties
        return (
            place.layer in self.layers
            and (not self.any_of or any(_match(said, tags) for tags in self.any_of))
            and not any(_match(said, tags) for tags in self.unless)
        )

    def drawn_of(self, shape: BaseGeometry) -> Iterator[BaseGeometry]:
        """Yield the simple pieces of a shape that this class draws: polygons or lines, never the one as the other."""
        for piece in _simple(shape):
            if isinstance(piece, shapely.Polygon):
                if self.shapes == "areas":
                    yield piece
                elif self.shapes == "edges":
                    yield from (shapely.LineString(ring.coords) for ring in (piece.exterior, *piece.interiors))
            elif piece.geom_type in _LINES and self.shapes != "areas":
                yield piece


@cache
def ground_levels() -> tuple[Level, ...]:
    """Return the levels, coarsest first."""
    return tuple(Level(each["level"], each["from_zoom"]) for each in stated()["ground"]["levels"])


@cache
def ground_classes() -> tuple[GroundClass, ...]:
    """Return the classes, from below to above."""
    return tuple(
        GroundClass(
            name=each["name"],
            title=Words(**each["title"]),
            layers=frozenset(each["layers"]),
            shapes=each["shapes"],
            from_level=each["from_level"],
            any_of=tuple(each.get("any_of", ())),
            unless=tuple(each.get("unless", ())),
        )
        for each in stated()["ground"]["class"]
    )


def pieces_by_class(context: Sequence[Place]) -> Mapping[GroundClass, list[BaseGeometry]]:
    """Return what each class draws of the context; a feature that several classes of one kind take is drawn as the last of them."""
    found: dict[tuple[str, str, bool], tuple[GroundClass, Place]] = {}
    for each in ground_classes():
        for place in context:
            if place.shape is not None and each.takes(place):
                found[place.source, place.id, each.shapes == "areas"] = each, place
    drawn: dict[GroundClass, list[BaseGeometry]] = {}
    for each, place in found.values():
        if place.shape is not None:
            drawn.setdefault(each, []).extend(each.drawn_of(place.shape))
    return {each: drawn[each] for each in ground_classes() if drawn.get(each)}


def _match(said: Mapping[str, Any], tags: Tags) -> bool:
    return all(said.get(key) in values(wanted) for key, wanted in tags.items())


def _simple(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    if hasattr(shape, "geoms"):
        for piece in shape.geoms:
            yield from _simple(piece)
    elif not shape.is_empty:
        yield shape
