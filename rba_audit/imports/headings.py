"""Compare headings of columns with their usual spellings in `columns.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rba_audit.standard.policies import ColumnWords

SHORTENED: Final = 10
"""A Shapefile cuts headings to this many letters."""
_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_APART: Final = re.compile(r"[^\w@]+|_+")
_GROUP: Final = re.compile(r"[/.:]")
_WITHIN: Final = 1000
_GLUED: Final = 2000


def plain_heading(heading: str) -> str:
    """Return a heading as lower-case words with single spaces.

    >>> plain_heading(" Nama_Taman "), plain_heading("Spielplatz-Name"), plain_heading("namaTaman")
    ('nama taman', 'spielplatz name', 'nama taman')
    """
    return " ".join(_APART.sub(" ", _CAMEL.sub(" ", heading)).casefold().split())


def heading_rank(heading: str, words: ColumnWords) -> int | None:
    """Return how certain it is that a heading is one of these, 0 for the most certain; None if it is none of them."""
    ranks = [rank for form in _forms(heading) if (rank := _rank(form, words)) is not None]
    return min(ranks, default=None)


def is_exact(rank: int) -> bool:
    """Return whether a rank is that of a whole heading, not of a word within one."""
    return rank < _WITHIN


def _forms(heading: str) -> Iterator[str]:
    """Yield a heading, and its end behind each group: `group/name` is also `name`."""
    steps = _GROUP.split(heading)
    for at in range(len(steps)):
        form = plain_heading(" ".join(steps[at:]))
        if form:
            yield form


@lru_cache(maxsize=256)
def _by_spelling(words: ColumnWords) -> dict[str, int]:
    exact: dict[str, int] = {}
    for at, word in enumerate(words.words):
        plain = plain_heading(word)
        exact.setdefault(plain, at)
        exact.setdefault(plain.replace(" ", ""), at)
    return exact


def _rank(form: str, words: ColumnWords) -> int | None:
    exact = _by_spelling(words)
    glued = form.replace(" ", "")
    at = exact.get(form, exact.get(glued) if len(glued) > 2 else None)
    if at is not None:
        return at
    tokens = form.split()
    if set(tokens) & set(words.without):
        return None
    if len(tokens) > 1 and set(tokens) & set(words.within):
        return _WITHIN + len(tokens)
    if any(glued.endswith(without) for without in words.without if len(without) > 2):
        return None
    if len(tokens) == 1 and (form.startswith(words.begins) or form.endswith(words.ends)):
        return _GLUED + len(form)
    return None
