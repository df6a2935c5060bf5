"""Which layers a feature belongs to, and what its properties say: as `standards/layers.toml` states it.

Case, spaces and the other words that the file lists make no difference. A word of one of its keys that it does not know
leaves open whether the feature belongs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

from rba_audit.layers.spoken import is_blank, number, pieces
from rba_audit.layers.stated import stated
from rba_audit.sites.part_kinds import plain
from rba_audit.words import Words

_LAYER: Final = "layer"
_WITH_UNIT: Final = re.compile(r"\s*([0-9][0-9.,\s]*?)\s*([a-z]*)\s*", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*")
_PAIR: Final = re.compile(r'"([^"]+)"\s*=>\s*"([^"]*)"')  # how GDAL writes the tags it has no column for
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
        return (self.layer, *(word for tags in self.any_of for word in _values(tags.get(_LAYER, ()))))

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


def layers_named(value: object) -> tuple[str, ...] | None:
    """Return the words of `layers.toml` that a property `layer` means; None where one of its words is not understood.

    A whole number is OpenStreetMap's order from below to above, and names none.
    """
    if is_blank(value) or _is_order(value):
        return ()
    words = pieces(value)
    if words is None:
        return None
    known = [_layer_words().get(word) for word in words]
    return None if None in known else tuple(word for word in known if word is not None)


def _is_order(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return value == int(value)
    return isinstance(value, str) and all(each.strip().lstrip("+-").isdecimal() for each in value.split(";"))


@cache
def _layer_words() -> Mapping[str, str]:
    """Return by each word for a layer, as words are compared, the one that the rules match."""
    found: dict[str, str] = {}
    for layer, table in stated()["layer"].items():
        words = [word for tags in table["any_of"] for word in _values(tags.get(_LAYER, ()))]
        own = next((word for word in words if word == layer), words[0])
        title = table["title"]
        for word in (title["id"], title["en"], *table.get("also", ())):
            found.setdefault(plain(word), own)
        found |= {plain(word): word for word in words}
    return found


def recognising(properties: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield the rule of each layer that a feature with these properties belongs to."""
    said = _said(properties)
    for rule in rules().values():
        belongs = any(_matches(said, tags) for tags in rule.any_of)
        if belongs and not any(_matches(said, tags) for tags in rule.unless) and _counts(properties, rule):
            yield rule


def doubtful(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return by name the layers that a feature may belong to: a word of a key is not understood, or its tags say both.

    Returns:
        By layer, the key and the word, or the tags that contradict each other: `railway=raill`, `power=minor_line voltage=150000`.
    """
    said = _said(properties)
    found: dict[str, str] = {}
    for key, value in _also_inside(properties):
        exact, layers = _keys().get(_plainly(key), ("", ()))
        if not layers or is_blank(value):
            continue
        words = pieces(value)
        known = None if words is None else frozenset(words)
        for layer in layers:
            if known is None or not known <= _known(exact) or known & _own(exact, layer):
                found.setdefault(layer, f"{key}={value}")
    for rule in rules().values():
        for tags in rule.any_of if len(said) else ():
            given = [key for key in tags if not is_blank(said.get(key))]
            if 0 < len(given) < len(tags) and _LAYER in given and _matches(said, {key: tags[key] for key in given}):
                found.setdefault(rule.layer, f"{_LAYER}={properties[_LAYER]}")
        if tags_of_both := _left_open_by(rule, said):
            found.setdefault(rule.layer, tags_of_both)
    if not found and not any(_settled(rule, said) for rule in rules().values()):
        for key, value in properties.items():  # nothing else says what it is: `fclass=rail`
            word = _layer_words().get(_plainly(value)) if isinstance(value, str) and key != _LAYER else None
            found |= dict.fromkeys(called({word} if word else set()), f"{key}={value}")
    return {layer: word for layer, word in found.items() if not _settled(rules()[layer], said)}


def _left_open_by(rule: Rule, said: Mapping[str, Any]) -> str:
    """Return the tags that leave open whether a feature is one of a layer; empty where there are none."""
    for tags, above in rule.leaves_open:
        stated_numbers = {name: rule.number(said, name) for name in above}
        if _matches(said, tags) and all((stated_numbers[name] or 0) > limit for name, limit in above.items()):
            keys = [*tags, *(next(key for key in rule.numbers.get(name, (name,)) if key in said) for name in above)]
            return " ".join(f"{key}={said[key]}" for key in keys)
    return ""


def _also_inside(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the properties, and the tags within one of them: `{"tags": {"railway": "rail"}}`, `"railway"=>"rail"`."""
    for key, value in properties.items():
        yield key, value
        if isinstance(value, Mapping):
            yield from ((str(inner), each) for inner, each in value.items())
        elif isinstance(value, str) and "=>" in value:
            yield from _PAIR.findall(value)


def called(words: Collection[str]) -> tuple[str, ...]:
    """Return the layers that words of `layer` mean: the one of that name alone, though others take its features too."""
    return tuple(
        rule.layer
        for rule in rules().values()
        if rule.layer in words or any(word in words and word not in rules() for word in rule.layer_words)
    )


def _settled(rule: Rule, said: Mapping[str, Any]) -> bool:
    """Tell whether it is known that a feature belongs to a layer, or that it does not."""
    return any(_matches(said, tags) for tags in (*rule.any_of, *rule.unless))


@cache
def _keys() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return by key, as words are compared, the key itself and the layers that have listed values of it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for rule in rules().values():
        for tags in rule.any_of:
            for key, wanted in tags.items():
                if key == _LAYER or wanted == "*":
                    continue
                layers = found.setdefault(plain(key), (key, []))[1]
                if rule.layer not in layers:
                    layers.append(rule.layer)
    return {key: (exact, tuple(layers)) for key, (exact, layers) in found.items()}


@cache
def _own(key: str, layer: str) -> frozenset[str]:
    """Return the words of a key that make a feature one of a layer by themselves."""
    tags = [each for each in rules()[layer].any_of if len(each) == 1 and key in each]
    return frozenset(plain(word) for each in tags for word in _values(each[key]))


@cache
def _known(key: str) -> frozenset[str]:
    """Return the words of a key that are known, whether they belong to a layer or to none."""
    table = stated()["known"]
    found = [*table["any"], *table.get(key, ())]
    for rule in rules().values():
        for tags in (*rule.any_of, *rule.unless):
            if tags.get(key, "*") != "*":
                found.extend(_values(tags[key]))
    return frozenset(plain(word) for word in found)


def _values(wanted: object) -> Sequence[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)  # type: ignore[call-overload]


def _said(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties with `layer` in the words of the rules: a whole number, or what is not understood, is none."""
    if _LAYER not in properties:
        return properties
    return {**properties, _LAYER: list(layers_named(properties[_LAYER]) or ())}


def _counts(properties: Mapping[str, Any], rule: Rule) -> bool:
    for name, (low, high) in rule.too_low.items():
        said = rule.number(properties, name)
        if said is not None and low <= said <= high:
            return False
    return True


def _matches(properties: Mapping[str, Any], tags: Mapping[str, Any]) -> bool:
    return all(key in properties and _is_one_of(properties[key], wanted) for key, wanted in tags.items())


def _is_one_of(value: object, wanted: object) -> bool:
    if value is None:
        return False
    if wanted == "*":
        return True
    if isinstance(value, list):
        return any(_is_one_of(each, wanted) for each in value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if not isinstance(value, str):
        return False
    return value == wanted or _plainly(value) in _plain_values(wanted if isinstance(wanted, str) else tuple(wanted))  # type: ignore[arg-type]


@cache
def _plain_values(wanted: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(each) for each in _values(wanted))


_plainly = lru_cache(maxsize=8192)(plain)


def first_text(properties: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the first of these properties that is given, as text; empty where none is."""
    return next((str(properties[key]) for key in keys if properties.get(key)), "")


def first_number(properties: Mapping[str, Any], keys: Sequence[str]) -> float | None:
    """Return the first of these properties that holds a number, or a text such as "1,5 m"; None where none does.

    Of several numbers in one text ("150000;20000") the largest is meant; one that could be read in two ways is none.
    """
    return next((found for key in keys if (found := number(properties.get(key))) is not None), None)


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
