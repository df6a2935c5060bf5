"""Codes of answers in a column, synonyms of answer words, and reserved words that are no choice.

`static/generated/terms.js` is generated from these (`tools/shared_terms.py`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

MISSING: Final = 0
"""No answer. It is zero, so that a cell that was never written has no answer."""
NOT_SEEN: Final = 1
NOT_APPLICABLE: Final = 2
OUT_OF_RANGE: Final = 3
UNREADABLE: Final = 4
GIVEN: Final = 5
"""A number or a set; its value is in the array of numbers."""
OTHER: Final = 6
"""A word that an open choice does not list."""
FIRST_CHOICE: Final = 7

NONE_WORD: Final = "none"
"""The answer that a set is empty."""
NOT_SEEN_WORD: Final = "not_seen"
NOT_APPLICABLE_WORD: Final = "not_applicable"
STATES: Final = MappingProxyType({NOT_SEEN_WORD: NOT_SEEN, NOT_APPLICABLE_WORD: NOT_APPLICABLE})
"""Words that state why there is no answer, with their codes; every question accepts them."""
SYNONYMS: Final = MappingProxyType(
    {
        "ya": "yes",
        "sebagian": "partial",
        "tidak": "no",
        "tidak_berlaku": NOT_APPLICABLE_WORD,
        "belum_dilihat": NOT_SEEN_WORD,
        "tidak_ada": NONE_WORD,
        "true": "yes",
        "false": "no",
    }
)
"""Synonyms of answer words, with the normalized word."""
RESERVED: Final = frozenset(
    name for spelling in SYNONYMS.items() for name in spelling if spelling[1] in (*STATES, NONE_WORD)
)
"""Words that cannot be the name of a choice: those of `STATES`, `NONE_WORD` and their synonyms."""


def normalize_word(word: str) -> str:
    """Return an answer word in its normalized spelling: lower case, English."""
    plain = word.strip().lower()
    return SYNONYMS.get(plain, plain)
