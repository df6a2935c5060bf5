"""Parse properties that keep a finding open (`parts_missing`, `outline` …): yes and no, lists of parts, numbers as typed.

Yes, no and numbers are parsed as in answers. A value that is not understood is None here; the caller then takes the reading
that leaves most open, so that such a value can make an outcome undetermined but never a pass or a fail.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, Final, Literal

from rba_audit.errors import EvidenceError
from rba_audit.evidence import normalize_word, read_number
from rba_audit.sites.part_kinds import normalized_word, part_kind
from rba_audit.standard.policies import PropertyWords, shipped_policies

PARTS_MISSING: Final = "parts_missing"
PARTS_COMPLETE: Final = "parts_complete"
OUTLINE_KEY: Final = "outline"
ACCURACY: Final = "position_accuracy_m"
PROTECTING: Final = (PARTS_MISSING, PARTS_COMPLETE, OUTLINE_KEY, ACCURACY)

_SHORTENED: Final = 10  # a shapefile cuts field names to this many characters
_BETWEEN: Final = re.compile(r"[,;/|\n{}\[\]\"'+&]+|\b(?:dan|and|serta)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(.*?)\s*(?:m|v|meter|metre|meters|metres)?\.?", re.IGNORECASE | re.DOTALL)
_AT_MOST: Final = re.compile(r"^\s*(?:±|\+/-|\+-|≤|<=|<)\s*")


def is_blank(value: object) -> bool:
    """Return whether a property is null, empty or only white space."""
    return not value.strip() if isinstance(value, str) else value is None or value in ([], {})


def yes_or_no(value: object) -> bool | None:
    """Return the boolean that a word means; None if it means neither yes nor no, or is no word.

    >>> yes_or_no(" Ya"), yes_or_no("False"), yes_or_no("rusak"), yes_or_no("perhaps")
    (True, False, False, None)
    """
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    word = normalize_word(value)
    return True if word == "yes" else False if word == "no" or normalized_word(word) in _policy_words("no") else None


def class_word(value: object) -> str:
    """Return the class that a hazard zone states, by its name in `layers.toml`; an unknown word is returned unchanged.

    >>> class_word(" TINGGI"), class_word("sedang"), class_word(3)
    ('high', 'medium', '3')
    """
    word = "" if value is None else str(value).strip()
    named = normalized_word(word)
    hazards = shipped_policies().layers.hazards
    return next((name for name, words in hazards.items() if named in map(normalized_word, words)), word)


def part_list(value: object) -> frozenset[str] | None:
    """Return the kinds of parts that a list names: all for yes, none for no; None if a word is not understood.

    >>> sorted(part_list("Lampu; benches") or ()), part_list("tidak"), part_list("lamp, and more")
    (['bench', 'lamp'], frozenset(), None)
    """
    if isinstance(value, str | bool):
        answer = yes_or_no(value)
        if answer is True or (isinstance(value, str) and normalized_word(value) in _policy_words("every")):
            return frozenset(shipped_policies().layers.parts)
        if answer is False or (isinstance(value, str) and normalized_word(value) in _policy_words("nothing")):
            return frozenset()
    words = _pieces(value)
    if words is None:
        return None
    kinds: set[str] = set()
    for word in words:
        kind = part_kind(word)
        if kind is not None:
            kinds.add(kind)
            continue
        several = [part_kind(piece) for piece in word.split()]  # "lamp bench"
        if len(several) < 2 or None in several:
            return None
        kinds.update(piece_kind for piece_kind in several if piece_kind is not None)
    return frozenset(kinds) or None


def illustrates(value: object) -> bool | None:
    """Return whether an outline is stated to be only illustrative; None if the word is not understood."""
    if is_blank(value):
        return False
    if not isinstance(value, str):
        return None
    word = normalized_word(value)
    return True if word in _policy_words("illustrative") else False if word in _policy_words("drawn_true") else None


def property_number(value: object) -> float | None:
    """Return the number of a property, or of a text such as "1,5 m"; None if it is no number or an ambiguous one.

    Of several numbers in one text ("150000;20000") the largest counts.
    """
    if isinstance(value, str):
        return _number_in_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def property_accuracy_m(value: object) -> float | None:
    """Return the stated accuracy of a position, in metres; None if the value is no such number.

    >>> [property_accuracy_m(value) for value in ("± 100 m", "≤250", "1.000", -100, "GPS 100")]
    [100.0, 250.0, None, None, None]
    """
    metres = property_number(_AT_MOST.sub("", value) if isinstance(value, str) else value)
    return metres if metres is not None and metres >= 0 else None


@lru_cache(maxsize=8192)
def _number_in_text(text: str) -> float | None:
    try:
        return max(float(read_number(match[1])) for piece in text.split(";") if (match := _NUMBER.fullmatch(piece)))
    except EvidenceError:
        return None


def intended_property(key: str) -> str | None:
    """Return the protecting property that a key is a variant of, such as `Parts-Missing` or `group/outline`; else None."""
    return _keys_by_variant().get(_normalized_key(key)) if key not in PROTECTING else None


def property_by_name(properties: Mapping[str, Any], key: str, others: Mapping[str, str]) -> Any:
    """Return the value of a protecting property, or of a key that is a variant of it.

    Args:
        properties: The properties of the feature.
        key: The protecting property.
        others: The protecting property by its variant key in the file.
    """
    value = properties.get(key)
    if is_blank(value) and others:
        return next(
            (properties[variant] for variant, what in others.items() if what == key and variant in properties), value
        )
    return value


def _normalized_key(key: str) -> str:
    return normalized_word(re.split(r"[/.:]", key)[-1]).replace(" ", "")


@cache
def _keys_by_variant() -> Mapping[str, str]:
    short = {key[:_SHORTENED]: key for key in PROTECTING if len(key) > _SHORTENED}
    return {_normalized_key(name): key for name, key in (*short.items(), *((key, key) for key in PROTECTING))}


def _policy_words(meaning: Literal["no", "every", "nothing", "illustrative", "drawn_true"]) -> frozenset[str]:
    return _normalized_words(shipped_policies().layers.words)[meaning]


@cache
def _normalized_words(words: PropertyWords) -> Mapping[str, frozenset[str]]:
    """Return the normalised words by their meaning."""
    return {field.name: frozenset(map(normalized_word, getattr(words, field.name))) for field in fields(words)}


def _pieces(value: object) -> list[str] | None:
    """Return the words of a list or of a text with separators; None if an element is no word."""
    if isinstance(value, str):
        return [word.strip() for word in _BETWEEN.split(value) if word.strip()]
    if not isinstance(value, list | tuple):
        return None
    words: list[str] = []
    for element in value:
        pieces = _pieces(element)
        if pieces is None:
            return None
        words.extend(pieces)
    return words


def list_words(value: object) -> Iterator[str] | None:
    """Return the normalised words of a list or of a text with separators; None if an element is no word."""
    words = _pieces(value)
    return None if words is None else (normalized_word(word) for word in words)
