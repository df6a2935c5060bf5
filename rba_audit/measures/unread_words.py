"""Warnings about property values that are not understood: one for each value, with its count and its effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rba_audit.layers import rules_by_layer
from rba_audit.layers.property_words import (
    ACCURACY,
    OUTLINE_KEY,
    PARTS_COMPLETE,
    PARTS_MISSING,
    PROTECTING,
    illustrates,
    intended_property,
    is_blank,
    part_list,
    property_accuracy_m,
    property_number,
    yes_or_no,
)
from rba_audit.messages import Message, say
from rba_audit.sites import Sites
from rba_audit.sites.problems import quote
from rba_audit.standard import Standard

_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    PARTS_MISSING: part_list,
    PARTS_COMPLETE: part_list,
    OUTLINE_KEY: illustrates,
    ACCURACY: property_accuracy_m,
}
_READ_AS: Final[Mapping[str, Message]] = {
    PARTS_MISSING: say("so parts of every kind may be missing there; write a list of kinds, or yes or no"),
    PARTS_COMPLETE: say("so no list of parts counts as complete there; write a list of kinds, or yes or no"),
    OUTLINE_KEY: say("so what is drawn is taken for an illustration; write “illustrative” or take it out"),
    ACCURACY: say("so nothing drawn of it is measured; write a number of metres"),
}
_NOT_STATED: Final = say("so it counts as not stated; write yes or no")
_NO_NUMBER: Final = say("so it counts as not stated; write a number such as 1,2")
_YES_NO: Final = ("works", "see_through", "walls")  # properties of parts that the measures use
_UNITS: Final = ("_m", "_deg")


def similar_property_keys(sites: Sites) -> dict[str, str]:
    """Return the protecting properties by their variant keys in a file, such as `Parts-Missing`."""
    keys: set[str] = set()
    for at in range(len(sites)):
        keys.update(sites.properties(at))
    return {key: meant for key in sorted(keys) if (meant := intended_property(key)) is not None}


def words_not_understood(sites: Sites, standard: Standard) -> list[Message]:
    """Return a warning for each value of a protecting property that is not understood, and for each variant key."""
    count: Counter[tuple[str, str]] = Counter()
    read_as: dict[tuple[str, str], Message] = {}
    for key, value, follows in _unreadable_values(sites, standard):
        word = (key, quote(value))
        count[word] += 1
        read_as[word] = follows
    warnings = [
        say(
            "“{key}” says “{word}” ({count}×), which is not understood, {follows}",
            key=key,
            word=word,
            count=times,
            follows=read_as[key, word],
        )
        for (key, word), times in count.items()
    ]
    for key, protecting in similar_property_keys(sites).items():
        times = sum(not is_blank(sites.properties(at).get(key)) for at in range(len(sites)))
        if times:
            warnings.append(
                say(
                    "“{key}” stands in the file ({count}×) and is taken for “{protecting}” wherever that leaves more open; rename it",
                    key=key,
                    count=times,
                    protecting=protecting,
                )
            )
    return warnings


def _unreadable_values(sites: Sites, standard: Standard) -> Iterator[tuple[str, object, Message]]:
    near = similar_property_keys(sites)
    keys = {**{key: key for key in PROTECTING}, **near}
    for at in range(len(sites)):
        properties = sites.properties(at)
        for key, protecting in keys.items():
            value = properties.get(key)
            if not is_blank(value) and _READERS[protecting](value) is None:
                yield key, value, _READ_AS[protecting]
    words, numbers = _part_keys(standard)
    for part in sites.parts:
        stated: Mapping[str, Any] = part.feature.get("properties") or {}
        for key, value in stated.items():
            if is_blank(value):
                continue
            if key == OUTLINE_KEY and illustrates(value) is None:
                yield key, value, _READ_AS[OUTLINE_KEY]
            elif key in words and yes_or_no(value) is None:
                yield key, value, _NOT_STATED
            elif (key in numbers or key.endswith(_UNITS)) and property_number(value) is None:
                yield key, value, _NO_NUMBER


def _part_keys(standard: Standard) -> tuple[set[str], set[str]]:
    """Return the keys of parts that are read as yes or no, and those that are read as numbers."""
    words = {*_YES_NO, *(standard.equipment.facts if standard.equipment else ())}
    numbers = {key for rule in rules_by_layer().values() if rule.part for keys in rule.numbers.values() for key in keys}
    for question in standard.questions:
        if question.measure is not None:
            words.update(str(question.measure.get(key) or "") for key in ("holds", "bridged_by"))
            if question.measure.what == "route":
                words.add(question.measure.word("by"))
    return words - {""}, numbers
