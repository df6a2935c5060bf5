"""The rule of each layer, and what a feature states by it."""

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
    """Return a number that a feature states, by its name in the rule; None where it states none that can be read."""
    keys = rule.numbers.get(name, (name,))
    units = rule.units.get(name)
    return first_number(properties, keys) if units is None else first_number_in_units(properties, keys, units)


def type_stated(rule: LayerRule, properties: Mapping[str, Any]) -> str:
    """Return the type that a feature states, in our words where they are known; empty where it states none."""
    said = first_text(properties, (rule.type_from,)) if rule.type_from else ""
    return rule.types.get(said, said) or first_text(properties, ("type",))


def radius_m(name: str, properties: Mapping[str, Any]) -> tuple[float, float]:
    """Return how far a thing drawn as a point reaches around it, at least and at most, in metres.

    `name` is that of its layer or kind of part. Infinite where neither it nor the policy says how large it can be.
    """
    points = shipped_policies().layers.points
    radius = first_number(properties, points.radius)
    diameter = first_number(properties, points.diameter)
    known = radius if radius is not None else diameter / 2 if diameter is not None else None
    if known is not None and known >= 0:
        return known, known
    return 0.0, points.reach_m.value.get(name, math.inf)
