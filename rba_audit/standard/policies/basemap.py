"""`BasemapPolicy`: feature classes drawn under the maps, and tile levels (`[ground]` of `layers.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.layer_rules import Tags, tags_listed
from rba_audit.standard.policies.sourced_numbers import whole
from rba_audit.standard.toml_tables import Table

DrawnShapes = Literal["areas", "lines", "edges"]
DRAWN_SHAPES: Final[tuple[DrawnShapes, ...]] = get_args(DrawnShapes)


@dataclass(frozen=True, slots=True)
class TileLevel:
    """A zoom level that has tiles, and the map zoom from which these are drawn."""

    level: int
    from_zoom: int


@dataclass(frozen=True, slots=True, eq=False)
class BasemapClass:
    """Features that are drawn in the same style.

    Attributes:
        name: Its name in scripts.
        title: Its title in the legend.
        layers: The layers whose features it draws.
        shapes: The geometries that it draws: areas, lines, or the edges of areas together with lines.
        from_level: The lowest level whose tiles contain it.
        any_of: At least one of these must match the tags of a feature; empty accepts every feature.
        unless: None of these may match.
    """

    name: str
    title: BilingualText
    layers: frozenset[str]
    shapes: DrawnShapes
    from_level: int
    any_of: tuple[Tags, ...]
    unless: tuple[Tags, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BasemapPolicy:
    """The levels of tiles, coarsest first, and the classes in drawing order, bottom first."""

    levels: tuple[TileLevel, ...]
    classes: tuple[BasemapClass, ...]


def read_ground(table: Table, layers: frozenset[str]) -> BasemapPolicy:
    """Return the content of `[ground]`; its classes may draw `layers`.

    Raises:
        StandardError: a key in it is missing, unknown or of the wrong type.
    """
    levels = tuple(_level(Table(item, f"{table.where} levels")) for item in table.tables("levels"))
    classes = tuple(_class(Table(item, f"{table.where} class"), levels, layers) for item in table.tables("class"))
    if len({drawn.name for drawn in classes}) != len(classes):
        raise table.fault(say("two entries of '{key}' have the same name; give each its own", key="class"))
    table.refuse_unknown_keys()
    return BasemapPolicy(levels, classes)


def _level(table: Table) -> TileLevel:
    level = TileLevel(whole(table, "level"), whole(table, "from_zoom"))
    table.refuse_unknown_keys()
    return level


def _class(table: Table, levels: tuple[TileLevel, ...], layers: frozenset[str]) -> BasemapClass:
    drawn = BasemapClass(
        name=table.text("name"),
        title=table.words("title"),
        layers=frozenset(table.texts("layers")),
        shapes=cast("DrawnShapes", table.one_of("shapes", DRAWN_SHAPES)),
        from_level=table.whole("from_level"),
        any_of=tags_listed(table, "any_of") if table.has("any_of") else (),
        unless=tags_listed(table, "unless") if table.has("unless") else (),
    )
    for layer in drawn.layers:
        table.known("layers", layer, sorted(layers))
    table.known("from_level", str(drawn.from_level), [str(level.level) for level in levels])
    table.refuse_unknown_keys()
    return drawn
