"""What the parts of a site are called: their kinds, and the other words that people write for one.

The words stand in `standards/layers.toml`; case, spaces, `_` and `-` make no difference.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from rba_audit.resources import standards_dir
from rba_audit.words import Words

_GAPS: Final = re.compile(r"[\s_\-]+")


def plain(word: str) -> str:
    """Return a word as words are compared: lower case, one space where spaces, `_` or `-` stand.

    >>> plain(" Rel_Kereta  API ")
    'rel kereta api'
    """
    return _GAPS.sub(" ", word.casefold()).strip()


@cache
def _stated() -> Mapping[str, Any]:
    with (standards_dir() / "layers.toml").open("rb") as file:
        return tomllib.load(file)["part"]  # type: ignore[no-any-return]


@cache
def _by_word() -> Mapping[str, str]:
    return {
        plain(word): kind
        for kind, told in _stated().items()
        for word in (kind, told["id"], told["en"], *told.get("also", ()))
    }


def part_kind(word: str) -> str | None:
    """Return the kind of part that a word means; None where no kind is called so."""
    return _by_word().get(plain(word))


def part_words(kind: str) -> Words:
    """Return what one part of a kind is called; its own word where nobody named it."""
    told = _stated().get(kind)
    return Words(told["id"], told["en"]) if told else Words(kind, kind)


def part_drawings() -> Mapping[str, tuple[str, ...]]:
    """Return for each kind of part how it is drawn on a map, the usual way first: `point`, `line` or `outline`."""
    return {kind: tuple(told["drawn"]) for kind, told in _stated().items()}
