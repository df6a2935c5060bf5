"""`LayersPolicy`: how features of context files are recognised, and what parts and words are called (`layers.toml`)."""

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
    """What a kind of parts is called, one at a time, and how it is drawn on a map, the usual way first."""

    words: BilingualText
    drawn: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyWords:
    """Words that mean something wherever they stand, beside those of answers.

    Attributes:
        no: What means no.
        every: What means all parts.
        nothing: What means none of them.
        illustrative: What says that an outline is none that was measured.
        drawn_true: What says that it was.
    """

    no: tuple[str, ...]
    every: tuple[str, ...]
    nothing: tuple[str, ...]
    illustrative: tuple[str, ...]
    drawn_true: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PointSizes:
    """How far a thing reaches that is drawn as a point.

    Attributes:
        radius: The properties that may state its radius.
        diameter: The properties that may state its diameter.
        reach_m: By layer or kind of part, how far it reaches at most where it states neither.
    """

    radius: tuple[str, ...]
    diameter: tuple[str, ...]
    reach_m: SourcedNumber[Mapping[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class LayersPolicy:
    """What `layers.toml` states.

    Attributes:
        hazards: By class of hazard, the words for it.
        words_of_none: By key of OpenStreetMap, words that are known to belong to no layer; those of every key included.
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
    """Return what a file states.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    layers, parts, hazards, known = (table.table(key) for key in ("layer", "part", "class", "known"))
    rules = {layer: read_layer_rule(layer, layers.table(layer)) for layer in layers.names()}
    kinds = {kind: _part_kind(parts.table(kind)) for kind in parts.names()}
    found = LayersPolicy(
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
    for key in found.words_of_none:
        table.known("known", key, sorted(asked))
    table.refuse_unknown_keys()
    return found


def _part_kind(table: Table) -> PartKind:
    words = table.words_of({code: table.take(code) for code in ("id", "en")}, "id")
    kind = PartKind(words, table.texts("drawn"), table.texts("also", default=()))
    if not kind.drawn:
        raise table.fault(say("'{key}' must be a list of texts, not {found}", key="drawn", found="[]"))
    for way in kind.drawn:
        table.known("drawn", way, DRAWN_AS)
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
