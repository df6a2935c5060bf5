"""The rule of each layer and what a feature states by it, as `standards/layers.toml` says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from rba_audit.layers.numbers import first_number, first_number_in_units, first_text
from rba_audit.layers.stated import stated
from rba_audit.words import Words

LAYER: Final = "layer"
"""The property in which a feature names its layer, or OpenStreetMap its order from below to above."""
_NAMES: Final = ("name", "ref")
_CODES: Final = ("ref",)


@dataclass(frozen=True, slots=True)
class HalfWidth:
    """How far the edge of a thing drawn as a line lies from it, where its own width is not given; and how sure that is."""

    value_m: float
    widths: tuple[str, ...]
    confidence: str
    note: Words


@dataclass(frozen=True, slots=True)
class Rule:
    """How the features of one layer are recognised and read.

    Attributes:
        part: The part of a site that such a feature is where it lies in one; empty for what lies around sites.
        numbers: By name, the properties that may hold a number.
        too_low: By name of such a number, from where to where a feature that states it does not count.
        type_from: The property of a map layer that holds what is called `type` here; empty where there is none.
        types: What the words in that property are called here.
        leaves_open: Tags, and numbers that must be exceeded: a feature with all of them may belong or not.
        units: By name of a number that is a large whole one, how much a unit written behind it is worth, in lower case.
    """

    layer: str
    title: Words
    any_of: tuple[Mapping[str, Any], ...]
    unless: tuple[Mapping[str, Any], ...]
    name: tuple[str, ...]
    code: tuple[str, ...]
    part: str
    numbers: Mapping[str, tuple[str, ...]]
    half_width: HalfWidth | None
    too_low: Mapping[str, tuple[float, float]]
    type_from: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    leaves_open: tuple[tuple[Mapping[str, Any], Mapping[str, float]], ...] = ()

    def number(self, properties: Mapping[str, Any], name: str) -> float | None:
        """Return a number that a feature states, by its name here; None where it states none that can be read."""
        keys = self.numbers.get(name, (name,))
        units = self.units.get(name)
        return first_number(properties, keys) if units is None else first_number_in_units(properties, keys, units)

    @property
    def layer_words(self) -> tuple[str, ...]:
        """What a property `layer` may say of a feature of this layer."""
        return (self.layer, *(word for tags in self.any_of for word in values(tags.get(LAYER, ()))))

    def type_of(self, properties: Mapping[str, Any]) -> str:
        """Return the type that a feature states, in our words where they are known; empty where it states none."""
        said = first_text(properties, (self.type_from,)) if self.type_from else ""
        return self.types.get(said, said) or first_text(properties, ("type",))


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rule of every layer, by its name."""
    return {layer: _rule(layer, table) for layer, table in stated()["layer"].items()}


def radius_m(name: str, properties: Mapping[str, Any]) -> tuple[float, float]:
    """Return how far a thing drawn as a point reaches around it, at least and at most, in metres.

    `name` is that of its layer or kind of part. Infinite where neither it nor layers.toml says how large it can be.
    """
    points = stated()["points"]
    radius = first_number(properties, points["radius"])
    diameter = first_number(properties, points["diameter"])
    known = radius if radius is not None else diameter / 2 if diameter is not None else None
    if known is not None and known >= 0:
        return known, known
    return 0.0, float(points["reach_m"].get(name, math.inf))


def _rule(layer: str, table: Mapping[str, Any]) -> Rule:
    half, types = table.get("half_width_m"), dict(table.get("types", {}))
    return Rule(
        layer=layer,
        title=Words(**table["title"]),
        any_of=tuple(table["any_of"]),
        unless=tuple(table.get("unless", ())),
        name=tuple(table.get("name", _NAMES)),
        code=tuple(table.get("code", _CODES)),
        part=table.get("part", ""),
        numbers={name: tuple(keys) for name, keys in table.get("numbers", {}).items()},
        half_width=HalfWidth(float(half["value"]), tuple(half["from"]), half["confidence"], Words(**half["note"]))
        if half
        else None,
        too_low={name: (float(low), float(high)) for name, (low, high) in table.get("too_low", {}).items()},
        type_from=types.pop("from", ""),
        types=types,
        units={
            name: {unit: float(worth) for unit, worth in each.items()} for name, each in table.get("units", {}).items()
        },
        leaves_open=tuple((each["tags"], each.get("above", {})) for each in table.get("leaves_open", ())),
    )


def values(wanted: object) -> Sequence[str]:
    """Return the words that a rule wants of a key, one or several."""
    return [wanted] if isinstance(wanted, str) else list(wanted)  # type: ignore[call-overload]
