"""The codes that an answer has in a column, the words that mean the same, and the words that are no choice.

`static/generated/terms.js` is written from these (`tools/shared_terms.py`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

MISSING: Final = 0
"""No answer: memory nobody wrote to is an answer nobody gave."""
NOT_SEEN: Final = 1
NOT_APPLICABLE: Final = 2
OUT_OF_RANGE: Final = 3
UNREADABLE: Final = 4
GIVEN: Final = 5
"""A number or a set; which one stands in the numbers."""
OTHER: Final = 6
"""A word that an open choice does not list."""
FIRST_CHOICE: Final = 7

NONE_WORD: Final = "none"
"""The answer that a set is empty."""
NOT_SEEN_WORD: Final = "not_seen"
NOT_APPLICABLE_WORD: Final = "not_applicable"
STATES: Final = MappingProxyType({NOT_SEEN_WORD: NOT_SEEN, NOT_APPLICABLE_WORD: NOT_APPLICABLE})
"""Words that say why there is no answer, with their codes; any question takes them."""
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
"""Other spellings of an answer word, with the one that is used."""
RESERVED: Final = frozenset(
    name for spelling in SYNONYMS.items() for name in spelling if spelling[1] in (*STATES, NONE_WORD)
)
"""Words that no choice may be called, in every spelling: those of `STATES` and `NONE_WORD`."""


def normalize_word(word: str) -> str:
    """Return an answer word in its one spelling: lower case, English."""
    plain = word.strip().lower()
    return SYNONYMS.get(plain, plain)
