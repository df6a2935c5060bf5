"""`LayersPolicy`: rules to recognise features of context files, kinds of parts and words with a meaning (`layers.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.basemap import BasemapPolicy, read_ground
from rba_audit.standard.policies.layer_rules import LayerRule, read_layer_rule
from rba_audit.standard.policies.sourced_numbers import (
    SourcedNumber,
    number_from_zero,
    number_origin,
    rules_table,
    sourced,
)
from rba_audit.standard.toml_tables import Table

DRAWN_AS: Final = ("point", "line", "outline")
_ANY: Final = "any"


@dataclass(frozen=True, slots=True)
class PartKind:
    """A kind of parts.

    Attributes:
        words: Its name, in the singular.
        drawn: The geometries it may be drawn as, the usual one first.
        also: Synonyms of its name in files.
    """

    words: BilingualText
    drawn: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyWords:
    """Values that properties of a file may have, in addition to the words for answers (yes, no …).

    Attributes:
        no: Words that mean no.
        every: Words that mean all kinds of parts.
        nothing: Words that mean no kind of part.
        illustrative: Words for an outline that is only an illustration.
        drawn_true: Words for an outline that is true to scale.
    """

    no: tuple[str, ...]
    every: tuple[str, ...]
    nothing: tuple[str, ...]
    illustrative: tuple[str, ...]
    drawn_true: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PointSizes:
    """Size of features that are drawn as a point.

    Attributes:
        radius: The properties that may state the radius.
        diameter: The properties that may state the diameter.
        reach_m: By layer or kind of part, the maximum radius of a feature that states neither.
    """

    radius: tuple[str, ...]
    diameter: tuple[str, ...]
    reach_m: SourcedNumber[Mapping[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class LayersPolicy:
    """Content of `layers.toml`.

    Attributes:
        rules: By layer.
        parts: By kind of part.
        hazards: By class of hazard, the words for it.
        words_of_none: By OpenStreetMap key, values that are known to belong to no layer.
        words_of_none_everywhere: Such values for any key.
    """

    rules: Mapping[str, LayerRule]
    parts: Mapping[str, PartKind]
    ground: BasemapPolicy
    words: PropertyWords
    hazards: Mapping[str, tuple[str, ...]]
    words_of_none: Mapping[str, tuple[str, ...]]
    words_of_none_everywhere: tuple[str, ...]
    points: PointSizes


def read_layers(path: Path) -> LayersPolicy:
    """Return the content of a `layers.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    layers, parts, hazards, known = (table.table(key) for key in ("layer", "part", "class", "known"))
    rules = {layer: read_layer_rule(layer, layers.table(layer)) for layer in layers.names()}
    kinds = {kind: _part_kind(parts.table(kind)) for kind in parts.names()}
    policy = LayersPolicy(
        rules=rules,
        parts=kinds,
        ground=read_ground(table.table("ground"), frozenset(rules)),
        words=_words(table.table("words")),
        hazards={name: hazards.texts(name) for name in hazards.names()},
        words_of_none_everywhere=known.texts(_ANY),
        words_of_none={key: known.texts(key) for key in known.names()},
        points=_points(table.table("points"), (*rules, *kinds)),
    )
    for layer, rule in rules.items():
        if rule.part:
            layers.known(f"{layer}.part", rule.part, kinds)
    asked = {key for rule in rules.values() for tags in (*rule.any_of, *rule.unless) for key in tags}
    for key in policy.words_of_none:
        table.known("known", key, sorted(asked))
    table.refuse_unknown_keys()
    return policy


def _part_kind(table: Table) -> PartKind:
    words = table.words_of({code: table.take(code) for code in ("id", "en")}, "id")
    kind = PartKind(words, table.texts("drawn"), table.texts("also", default=()))
    if not kind.drawn:
        raise table.fault(say("'{key}' must be a list of texts, not {found}", key="drawn", found="[]"))
    for geometry in kind.drawn:
        table.known("drawn", geometry, DRAWN_AS)
    table.refuse_unknown_keys()
    return kind


def _words(table: Table) -> PropertyWords:
    words = PropertyWords(*(table.texts(key) for key in ("no", "every", "nothing", "illustrative", "drawn_true")))
    table.refuse_unknown_keys()
    return words


def _points(table: Table, known: tuple[str, ...]) -> PointSizes:
    def reach(table: Table, key: str) -> Mapping[str, float]:
        by_name = table.table(key)
        return {by_name.known(key, name, known): number_from_zero(by_name, name) for name in by_name.names()}

    points = PointSizes(
        radius=table.texts("radius"),
        diameter=table.texts("diameter"),
        reach_m=sourced(table, "reach_m", reach, "m", number_origin(table)),
    )
    table.refuse_unknown_keys()
    return points
