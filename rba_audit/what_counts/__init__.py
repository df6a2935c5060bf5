"""What the visits of a site come to: which of them counts for each answer, which items are known, and where two auditors disagree.

A full visit says everything anew, a check lays what it answers over it, and nothing is forgotten without a word.
"""

from rba_audit.what_counts.composing import WhatCounts, compose, known_items_of
from rba_audit.what_counts.looking import looked_at, of_requirement
from rba_audit.what_counts.pairs import are_double_audit

__all__ = ["WhatCounts", "are_double_audit", "compose", "known_items_of", "looked_at", "of_requirement"]
