"""What the parts of a site are called: their kinds, and the other words that people write for one.

The words stand in the policy of layers; case, spaces, `_` and `-` make no difference.
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
    """Return a word as words are compared: lower case, one space where spaces, `_` or `-` stand.

    >>> plain(" Rel_Kereta  API ")
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
    """Return the kind of part that a word means; None where no kind is called so."""
    return _by_word(shipped_policies().layers).get(normalized_word(word))


def part_words(kind: str) -> BilingualText:
    """Return what one part of a kind is called; its own word where nobody named it."""
    named = shipped_policies().layers.parts.get(kind)
    return named.words if named else BilingualText(kind, kind)


def part_drawings() -> Mapping[str, tuple[str, ...]]:
    """Return for each kind of part how it is drawn on a map, the usual way first: `point`, `line` or `outline`."""
    return {kind: named.drawn for kind, named in shipped_policies().layers.parts.items()}
