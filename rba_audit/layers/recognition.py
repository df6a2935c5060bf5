"""Assign features to layers by their properties, as the rules of `standards/layers.toml` state.

Case, spaces and listed synonyms make no difference. An unknown word under one of the rules' keys leaves open whether the
feature belongs to the layer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from rba_audit.layers.layer_rules import number_stated, rules_by_layer
from rba_audit.layers.property_words import is_blank, list_words
from rba_audit.sites.part_kinds import normalized_word
from rba_audit.standard.policies import LAYER, LayerRule, shipped_policies, tag_values

_PAIR: Final = re.compile(r'"([^"]+)"\s*=>\s*"([^"]*)"')  # GDAL's format for tags without a column of their own


def layers_named(value: object) -> tuple[str, ...] | None:
    """Return the words of `layers.toml` that a property `layer` means; None if one of its words is not understood.

    A whole number is OpenStreetMap's vertical order (bridges, tunnels) and names no layer.
    """
    if is_blank(value) or _is_order(value):
        return ()
    words = list_words(value)
    if words is None:
        return None
    named = [_layer_words().get(word) for word in words]
    return None if None in named else tuple(word for word in named if word is not None)


def _is_order(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return value == int(value)
    return isinstance(value, str) and all(number.strip().lstrip("+-").isdecimal() for number in value.split(";"))


@cache
def _layer_words() -> Mapping[str, str]:
    """Return the word that the rules match, by each normalised word for a layer."""
    by_word: dict[str, str] = {}
    for layer, rule in rules_by_layer().items():
        words = [word for tags in rule.any_of for word in tag_values(tags.get(LAYER, ()))]
        own = next((word for word in words if word == layer), words[0])
        for word in (*rule.title, *rule.also):
            by_word.setdefault(normalized_word(word), own)
        by_word |= {normalized_word(word): word for word in words}
    return by_word


def matching_rules(properties: Mapping[str, Any]) -> Iterator[LayerRule]:
    """Yield the rule of each layer that a feature with these properties belongs to."""
    stated = _stated_properties(properties)
    for rule in rules_by_layer().values():
        belongs = any(_matches(stated, tags) for tags in rule.any_of)
        if belongs and not any(_matches(stated, tags) for tags in rule.unless) and _counts(properties, rule):
            yield rule


def possible_layers(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the layers that a feature may belong to: a word is not understood, or its tags contradict each other.

    Returns:
        By layer, the key and the word, or the contradicting tags: `railway=raill`, `power=minor_line voltage=150000`.
    """
    stated = _stated_properties(properties)
    candidates: dict[str, str] = {}
    for key, value in _also_inside(properties):
        exact, layers = _keys().get(_normalized(key), ("", ()))
        if not layers or is_blank(value):
            continue
        words = list_words(value)
        word_set = None if words is None else frozenset(words)
        for layer in layers:
            if word_set is None or not word_set <= _known_words(exact) or word_set & _own_words(exact, layer):
                candidates.setdefault(layer, f"{key}={value}")
    for rule in rules_by_layer().values():
        for tags in rule.any_of if len(stated) else ():
            given = [key for key in tags if not is_blank(stated.get(key))]
            if 0 < len(given) < len(tags) and LAYER in given and _matches(stated, {key: tags[key] for key in given}):
                candidates.setdefault(rule.layer, f"{LAYER}={properties[LAYER]}")
        if tags_of_both := _left_open_by(rule, stated):
            candidates.setdefault(rule.layer, tags_of_both)
    if not candidates and not any(_is_decided(rule, stated) for rule in rules_by_layer().values()):
        for key, value in properties.items():  # no other tag identifies the feature: `fclass=rail`
            word = _layer_words().get(_normalized(value)) if isinstance(value, str) and key != LAYER else None
            candidates |= dict.fromkeys(layers_by_word({word} if word else set()), f"{key}={value}")
    return {layer: word for layer, word in candidates.items() if not _is_decided(rules_by_layer()[layer], stated)}


def matches_tags(properties: Mapping[str, Any], tags: Mapping[str, Any]) -> bool:
    """Return whether properties match all of some tags, as the rules of the layers do."""
    return _matches(properties, tags)


def _left_open_by(rule: LayerRule, stated: Mapping[str, Any]) -> str:
    """Return the tags that leave open whether a feature belongs to a layer, as text; empty if there are none."""
    for tags, above in rule.leaves_open:
        stated_numbers = {name: number_stated(rule, stated, name) for name in above}
        if _matches(stated, tags) and all((stated_numbers[name] or 0) > limit for name, limit in above.items()):
            keys = [*tags, *(next(key for key in rule.numbers.get(name, (name,)) if key in stated) for name in above)]
            return " ".join(f"{key}={stated[key]}" for key in keys)
    return ""


def _also_inside(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the properties and the tags nested in one of them: `{"tags": {"railway": "rail"}}`, `"railway"=>"rail"`."""
    for key, value in properties.items():
        yield key, value
        if isinstance(value, Mapping):
            yield from ((str(inner), inner_value) for inner, inner_value in value.items())
        elif isinstance(value, str) and "=>" in value:
            yield from _PAIR.findall(value)


def layers_by_word(words: Collection[str]) -> tuple[str, ...]:
    """Return the layers that words of `layer` name; a layer's own name means that layer only, even if others match it too."""
    return tuple(
        rule.layer
        for rule in rules_by_layer().values()
        if rule.layer in words or any(word in words and word not in rules_by_layer() for word in rule.layer_words)
    )


def _is_decided(rule: LayerRule, stated: Mapping[str, Any]) -> bool:
    """Return whether the tags decide that a feature belongs to a layer, or that it does not."""
    return any(_matches(stated, tags) for tags in (*rule.any_of, *rule.unless))


@cache
def _keys() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return by normalised key the key itself and the layers whose rules list values of it."""
    by_key: dict[str, tuple[str, list[str]]] = {}
    for rule in rules_by_layer().values():
        for tags in rule.any_of:
            for key, wanted in tags.items():
                if key == LAYER or wanted == "*":
                    continue
                layers = by_key.setdefault(normalized_word(key), (key, []))[1]
                if rule.layer not in layers:
                    layers.append(rule.layer)
    return {key: (exact, tuple(layers)) for key, (exact, layers) in by_key.items()}


@cache
def _own_words(key: str, layer: str) -> frozenset[str]:
    """Return the normalised words of a key that alone make a feature one of a layer."""
    tags = [
        alternative for alternative in rules_by_layer()[layer].any_of if len(alternative) == 1 and key in alternative
    ]
    return frozenset(normalized_word(word) for alternative in tags for word in tag_values(alternative[key]))


@cache
def _known_words(key: str) -> frozenset[str]:
    """Return the normalised words of a key that the rules know, whether they belong to a layer or to none."""
    policy = shipped_policies().layers
    words = [*policy.words_of_none_everywhere, *policy.words_of_none.get(key, ())]
    for rule in policy.rules.values():
        for tags in (*rule.any_of, *rule.unless):
            if tags.get(key, "*") != "*":
                words.extend(tag_values(tags[key]))
    return frozenset(normalized_word(word) for word in words)


def _stated_properties(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties with `layer` as a list of the rules' words; empty for a whole number or an unknown word."""
    if LAYER not in properties:
        return properties
    return {**properties, LAYER: list(layers_named(properties[LAYER]) or ())}


def _counts(properties: Mapping[str, Any], rule: LayerRule) -> bool:
    for name, (low, high) in rule.too_low.items():
        number = number_stated(rule, properties, name)
        if number is not None and low <= number <= high:
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
        return any(_is_one_of(element, wanted) for element in value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if not isinstance(value, str):
        return False
    return value == wanted or _normalized(value) in _word_set(wanted if isinstance(wanted, str) else tuple(wanted))  # type: ignore[arg-type]


@cache
def _word_set(wanted: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset(normalized_word(word) for word in tag_values(wanted))


_normalized = lru_cache(maxsize=8192)(normalized_word)
