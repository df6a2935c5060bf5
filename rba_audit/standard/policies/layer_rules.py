"""`LayerRule`: properties by which the features of one layer are recognised and read (`[layer]` of `layers.toml`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import (
    SourcedNumber,
    number,
    number_above_zero,
    number_from_zero,
    number_origin,
)
from rba_audit.standard.toml_tables import Table

Tags = Mapping[str, str | tuple[str, ...]]
LAYER: Final = "layer"
"""The property in which a feature names its layer. In OpenStreetMap it has the vertical order instead."""
_NAMES: Final = ("name", "ref")
_CODES: Final = ("ref",)
_ENDS: Final = ("from", "to")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HalfWidth:
    """Distance from a line to the edge of the feature it stands for, used if none of the properties `widths` states its width."""

    metres: SourcedNumber[float]
    widths: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class LayerRule:
    """Rule by which the features of one layer are recognised and read.

    Attributes:
        also: Synonyms of the layer's name.
        any_of: Tags of which one must match; `unless` has those of which none may match.
        name: The properties that may have the name of a feature; `code` likewise its code.
        part: The kind of part that such a feature is if it lies in a site; empty for features around sites.
        numbers: By name of a number, the properties that may have it.
        too_low: By name of a number, the range (from, to) in which a feature does not count.
        type_from: The property of a map layer that corresponds to `type` here; empty if there is none.
        types: By word of that property, the `type` here.
        leaves_open: Tags, and numbers that must be exceeded: a feature that meets all of them may or may not belong.
        units: By name of a large integer ("150.000" is 150000), the factor of each unit that may follow it, in lower case.
    """

    layer: str
    title: BilingualText
    also: tuple[str, ...]
    any_of: tuple[Tags, ...]
    unless: tuple[Tags, ...]
    name: tuple[str, ...]
    code: tuple[str, ...]
    part: str
    numbers: Mapping[str, tuple[str, ...]]
    half_width: HalfWidth | None
    too_low: Mapping[str, tuple[float, float]]
    type_from: str
    types: Mapping[str, str]
    units: Mapping[str, Mapping[str, float]]
    leaves_open: tuple[tuple[Tags, Mapping[str, float]], ...]

    @property
    def layer_words(self) -> tuple[str, ...]:
        """The values that the property `layer` of a feature of this layer may have."""
        return (self.layer, *(word for tags in self.any_of for word in tag_values(tags.get(LAYER, ()))))


def tag_values(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the accepted values of a key as a tuple; a rule states one or several."""
    return (wanted,) if isinstance(wanted, str) else wanted


def read_layer_rule(layer: str, table: Table) -> LayerRule:
    """Return the rule of one layer.

    Raises:
        StandardError: a key in it is missing, unknown or of the wrong type.
    """
    types = _by_name(table, "types", _words)
    rule = LayerRule(
        layer=layer,
        title=table.words("title"),
        also=table.texts("also", default=()),
        any_of=tags_listed(table, "any_of"),
        unless=tags_listed(table, "unless") if table.has("unless") else (),
        name=table.texts("name", default=_NAMES),
        code=table.texts("code", default=_CODES),
        part=table.text("part", default=""),
        numbers=_by_name(table, "numbers", _properties),
        half_width=_half_width(table.table("half_width_m")) if table.has("half_width_m") else None,
        too_low=_by_name(table, "too_low", _range),
        type_from=types.pop("from", ""),
        types=types,
        units=_by_name(table, "units", _worth),
        leaves_open=tuple(
            _left_open(Table(item, f"{table.where} leaves_open"))
            for item in (table.tables("leaves_open") if table.has("leaves_open") else ())
        ),
    )
    table.refuse_unknown_keys()
    above = [name for _, numbers in rule.leaves_open for name in numbers]
    for key, names in (("too_low", rule.too_low), ("units", rule.units), ("above", above)):
        for name in names:
            table.known(key, name, rule.numbers)
    if types and not rule.type_from:
        raise table.fault(say("'{key}' is missing; add it", key="types.from"))
    return rule


def tags_listed(table: Table, key: str) -> tuple[Tags, ...]:
    """Return a list of tags: by property, its accepted value or values."""
    return tuple(_tags(Table(item, f"{table.where} {key}")) for item in table.tables(key))


def _tags(table: Table) -> Tags:
    return {key: table.text_or_texts(key) for key in table.names()}


def _by_name(table: Table, key: str, read: Callable[[Table, str], T]) -> dict[str, T]:
    """Return the result of `read` for each name in the table `key`; empty if the table is missing."""
    if not table.has(key):
        return {}
    part = table.table(key)
    return {name: read(part, name) for name in part.names()}


def _words(table: Table, key: str) -> str:
    return table.text(key)


def _properties(table: Table, key: str) -> tuple[str, ...]:
    return table.texts(key)


def _worth(table: Table, key: str) -> dict[str, float]:
    return _by_name(table, key, number_above_zero)


def _range(table: Table, key: str) -> tuple[float, float]:
    values = table.take(key)
    if not isinstance(values, list) or len(values) != len(_ENDS):
        raise table.fault(say("'{key}' must be a list of two numbers, not {found}", key=key, found=repr(values)))
    ends = Table(dict(zip(_ENDS, values, strict=True)), f"{table.where} {key}")
    return number(ends, _ENDS[0]), number(ends, _ENDS[1])


def _half_width(table: Table) -> HalfWidth:
    metres = SourcedNumber(number_from_zero(table, "value"), "m", *number_origin(table))
    half_width = HalfWidth(metres, table.texts("from"))
    table.refuse_unknown_keys()
    return half_width


def _left_open(table: Table) -> tuple[Tags, Mapping[str, float]]:
    entry = _tags(table.table("tags")), _by_name(table, "above", number_above_zero)
    table.refuse_unknown_keys()
    return entry
