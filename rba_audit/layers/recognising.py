"""Which layers a feature belongs to, and what its properties say: as `standards/layers.toml` states it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from rba_audit.resources import standards_dir
from rba_audit.words import Words

_NUMBER: Final = re.compile(r"\s*(-?\d*[.,]?\d+)\s*(?:m|v)?\s*", re.IGNORECASE)
_WITH_UNIT: Final = re.compile(r"\s*([0-9][0-9.,\s]*?)\s*([a-z]*)\s*", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*")
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

    def number(self, properties: Mapping[str, Any], name: str) -> float | None:
        """Return a number that a feature states, by its name here; None where it states none that can be read."""
        keys = self.numbers.get(name, (name,))
        units = self.units.get(name)
        return first_number(properties, keys) if units is None else first_number_in_units(properties, keys, units)

    def type_of(self, properties: Mapping[str, Any]) -> str:
        """Return the type that a feature states, in our words where they are known; empty where it states none."""
        stated = first_text(properties, (self.type_from,)) if self.type_from else ""
        return self.types.get(stated, stated) or first_text(properties, ("type",))


@cache
def _stated() -> Mapping[str, Any]:
    with (standards_dir() / "layers.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rule of every layer, by its name."""
    return {layer: _rule(layer, table) for layer, table in _stated()["layer"].items()}


def part_words(kind: str) -> Words:
    """Return what one part of a kind is called; its own word where nobody named it."""
    stated = _stated()["part"].get(kind)
    return Words(**stated) if stated else Words(kind, kind)


def radius_m(name: str, properties: Mapping[str, Any]) -> tuple[float, float]:
    """Return how far a thing drawn as a point reaches around it, at least and at most, in metres.

    `name` is that of its layer or kind of part. Infinite where neither it nor layers.toml says how large it can be.
    """
    points = _stated()["points"]
    radius = first_number(properties, points["radius"])
    diameter = first_number(properties, points["diameter"])
    stated = radius if radius is not None else diameter / 2 if diameter is not None else None
    if stated is not None and stated >= 0:
        return stated, stated
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
    )


def recognising(properties: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield the rule of each layer that a feature with these properties belongs to."""
    for rule in rules().values():
        belongs = any(_matches(properties, tags) for tags in rule.any_of)
        if belongs and not any(_matches(properties, tags) for tags in rule.unless) and _counts(properties, rule):
            yield rule


def _counts(properties: Mapping[str, Any], rule: Rule) -> bool:
    for name, (low, high) in rule.too_low.items():
        stated = rule.number(properties, name)
        if stated is not None and low <= stated <= high:
            return False
    return True


def _matches(properties: Mapping[str, Any], tags: Mapping[str, Any]) -> bool:
    return all(
        properties.get(key) is not None
        and (wanted == "*" or properties[key] == wanted or (isinstance(wanted, list) and properties[key] in wanted))
        for key, wanted in tags.items()
    )


def first_text(properties: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the first of these properties that is given, as text; empty where none is."""
    return next((str(properties[key]) for key in keys if properties.get(key)), "")


def first_number(properties: Mapping[str, Any], keys: Sequence[str]) -> float | None:
    """Return the first of these properties that holds a number, or a text such as "1,5 m"; None where none does.

    Of several numbers in one text ("150000;20000") the largest is meant.
    """
    for key in keys:
        value = properties.get(key)
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, str):
            found = [_NUMBER.fullmatch(part) for part in value.split(";")]
            if found and all(found):
                return max(float(match[1].replace(",", ".")) for match in found if match)
    return None


def first_number_in_units(
    properties: Mapping[str, Any], keys: Sequence[str], units: Mapping[str, float]
) -> float | None:
    """Return the first of these properties that holds a large whole number, such as "150 kV", "150.000" or "150000;20000 V".

    Marks between groups of three digits are no decimal marks here. Of several numbers the largest is meant; None where one of
    them cannot be read.
    """
    for key in keys:
        value = properties.get(key)
        if isinstance(value, str):
            found = [_in_units(part, units) for part in value.split(";") if part.strip()]
            if found and None not in found:
                return max(each for each in found if each is not None)
        elif (number := first_number(properties, (key,))) is not None:
            return number
    return None


def _in_units(text: str, units: Mapping[str, float]) -> float | None:
    match = _WITH_UNIT.fullmatch(text)
    if match is None:
        return None
    digits, unit = match[1], match[2].lower()
    if unit and unit not in units:
        return None
    if _THOUSANDS.fullmatch(digits):
        # "1.500 kV" may be 1,5 kV or 1500 kV.
        return float(re.sub(r"[^0-9]", "", digits)) if units.get(unit, 1.0) == 1 else None
    number = re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", digits)
    return float(digits.replace(",", ".")) * units.get(unit, 1.0) if number else None
