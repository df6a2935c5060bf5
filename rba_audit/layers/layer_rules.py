"""Rules of the layers, and the numbers, types and sizes that a feature states by them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rba_audit.layers.numbers import first_number, first_number_in_units, first_text
from rba_audit.standard.policies import LayerRule, shipped_policies


def rules_by_layer() -> Mapping[str, LayerRule]:
    """Return the rule of every layer, by its name."""
    return shipped_policies().layers.rules


def number_stated(rule: LayerRule, properties: Mapping[str, Any], name: str) -> float | None:
    """Return a number that a feature states, by its name in the rule; None if it states none that can be read."""
    keys = rule.numbers.get(name, (name,))
    units = rule.units.get(name)
    return first_number(properties, keys) if units is None else first_number_in_units(properties, keys, units)


def type_stated(rule: LayerRule, properties: Mapping[str, Any]) -> str:
    """Return the type that a feature states, translated to our words if the rule knows it; empty if it states none."""
    stated = first_text(properties, (rule.type_from,)) if rule.type_from else ""
    return rule.types.get(stated, stated) or first_text(properties, ("type",))


def radius_m(name: str, properties: Mapping[str, Any]) -> tuple[float, float]:
    """Return the least and the greatest radius of a feature drawn as a point, in metres.

    `name` is its layer or kind of part. The greatest is infinite if neither the feature nor the policy limits its size.
    """
    points = shipped_policies().layers.points
    radius = first_number(properties, points.radius)
    diameter = first_number(properties, points.diameter)
    stated = radius if radius is not None else diameter / 2 if diameter is not None else None
    if stated is not None and stated >= 0:
        return stated, stated
    return 0.0, points.reach_m.value.get(name, math.inf)
