"""`Measure`: how a question states that it can be measured from the map, and the grammar of its keys.

It has the words of the standard's files only; the measurements are computed in `rba_audit.measures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

from rba_audit.conditions import exact
from rba_audit.messages import say
from rba_audit.standard.toml_tables import Table

MeasureValue = str | bool | float | tuple[str, ...] | tuple[tuple[str, float], ...]
Takes = Literal["word", "words", "number", "flag", "classes"]

GRAMMAR: Final[Mapping[str, tuple[Mapping[str, Takes], Mapping[str, Takes]]]] = {
    # what: (required keys, optional keys)
    "area": ({}, {}),
    "distance": ({"to": "word", "within": "number"}, {"from": "word"}),
    "walk": ({"to": "word", "within": "number", "snap": "number"}, {"from": "word"}),
    "class_of_nearest": (
        {"to": "word", "within": "number", "by": "word", "classes": "classes"},
        {"none": "word", "least": "number"},
    ),
    "worst_class": ({"of": "word", "by": "word", "order": "words"}, {"none": "word"}),
    "count": ({"of": "word"}, {"holds": "word", "or_states": "word"}),
    "any": ({"of": "word"}, {"by": "word", "above": "number"}),
    "equipment_fact": ({}, {}),
    "attribute": ({"of": "word", "by": "word", "pick": "word"}, {}),
    "gap": ({"of": "word", "within": "number"}, {"by": "word", "above": "number"}),
    "any_pair": ({"of": "word", "by": "word", "above": "number"}, {}),
    "clear_space": ({"of": "word", "among": "words", "within": "number"}, {}),
    "swing": (
        {"give": "word", "within": "number", "fact": "word", "zone": "number", "beside": "number", "among": "words"},
        {},
    ),
    "surfacing": ({"give": "word", "surfaces": "words"}, {"above": "number"}),
    "route": (
        {"to": "word", "by": "word", "yes": "word", "no": "word", "snap": "number"},
        {"none": "word", "partial": "word", "bridged_by": "word", "spread": "number"},
    ),
    "widest_route": ({"to": "word", "snap": "number"}, {"spread": "number"}),
    "covered": ({"of": "words", "by": "word", "all": "word", "some": "word", "none": "word"}, {}),
    "share": ({"of": "word", "by": "words"}, {}),
    "sight": ({"of": "word", "from": "words", "behind": "words", "within": "number", "step": "number"}, {}),
}
"""By `what`: its required and its optional keys, with the type of value of each key."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement of the site that answers a question; the keys are those of `GRAMMAR`."""

    what: str
    given: tuple[tuple[str, MeasureValue], ...] = ()

    def get(self, key: str) -> MeasureValue | None:
        """Return the value of a key, or None."""
        return dict(self.given).get(key)

    def word(self, key: str, otherwise: str = "") -> str:
        """Return the word under a key, or `otherwise`."""
        return str(self.get(key) or otherwise)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words under a key; empty if it is not given."""
        value = self.get(key)
        return tuple(map(str, value)) if isinstance(value, tuple) else ()

    def number(self, key: str, otherwise: float = 0.0) -> float:
        """Return the number under a key, or `otherwise`."""
        value = self.get(key)
        return float(value) if isinstance(value, float) else otherwise

    def classes(self) -> tuple[tuple[str, float], ...]:
        """Return each class with its upper limit (inclusive), in ascending order."""
        return cast("tuple[tuple[str, float], ...]", self.get("classes") or ())


def read_measure(table: Table) -> Measure:
    """Return the content of the table `measure` of a question.

    Raises:
        StandardError: `what` is unknown, a key is missing or unknown, or a value has the wrong type.
    """
    what = table.one_of("what", tuple(GRAMMAR))
    needed, possible = GRAMMAR[what]
    given = [(key, _value(table, key, takes)) for key, takes in needed.items()]
    given += [(key, _value(table, key, takes)) for key, takes in possible.items() if table.has(key)]
    table.refuse_unknown_keys()
    return Measure(what, tuple(given))


def _value(table: Table, key: str, takes: Takes) -> MeasureValue:
    match takes:
        case "word":
            return table.text(key)
        case "words":
            return table.texts(key)
        case "flag":
            return table.flag(key)
        case "number":
            return float(exact(table.take(key)))
    return _classes(table, key)


def _classes(table: Table, key: str) -> tuple[tuple[str, float], ...]:
    """Return the classes with their upper limits, such as `{ kv66 = 66000, kv150 = 150000 }`; limits must ascend."""
    stated = table.mapping(key)
    classes = [(name, float(limit)) for name, limit in stated.items() if isinstance(limit, (int, Decimal))]
    if (
        not classes
        or len(classes) != len(stated)
        or [limit for _, limit in classes] != sorted(limit for _, limit in classes)
    ):
        raise table.fault(
            say("'{key}' must be a table of names and rising limits, not {found}", key=key, found=repr(stated))
        )
    return tuple(classes)
