"""Kinds of parts of a site: their names, their synonyms in files, and how they are drawn.

The words are in `layers.toml`; case, spaces, `_` and `-` are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from rba_audit.messages import BilingualText
from rba_audit.standard.policies import LayersPolicy, shipped_policies

_GAPS: Final = re.compile(r"[\s_\-]+")


def normalized_word(word: str) -> str:
    """Return a word normalized for comparison: lower case, with one space for any run of spaces, `_` or `-`.

    >>> normalized_word(" Rel_Kereta  API ")
    'rel kereta api'
    """
    return _GAPS.sub(" ", word.casefold()).strip()


@cache
def _by_word(policy: LayersPolicy) -> Mapping[str, str]:
    return {
        normalized_word(word): kind
        for kind, named in policy.parts.items()
        for word in (kind, *named.words, *named.also)
    }


def part_kind(word: str) -> str | None:
    """Return the kind of part that a word means; None for an unknown word."""
    return _by_word(shipped_policies().layers).get(normalized_word(word))


def part_words(kind: str) -> BilingualText:
    """Return the name of a kind of part, in the singular; the kind's own word if the policy does not have it."""
    named = shipped_policies().layers.parts.get(kind)
    return named.words if named else BilingualText(kind, kind)


def part_drawings() -> Mapping[str, tuple[str, ...]]:
    """Return by kind of part the geometries that it may be drawn as, the usual one first: `point`, `line` or `outline`."""
    return {kind: named.drawn for kind, named in shipped_policies().layers.parts.items()}
