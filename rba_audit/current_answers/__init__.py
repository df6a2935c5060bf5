"""What the visits of a site come to: which of them counts for each answer, which items are known, and where two auditors disagree.

A full visit says everything anew, a check lays what it answers over it, and nothing is forgotten without a word.
"""

from rba_audit.current_answers.audit_pairs import are_double_audit
from rba_audit.current_answers.composition import CurrentAnswers, compose_answers, known_items_of, left_out_of
from rba_audit.current_answers.visits_by_requirement import (
    answered_by_visits,
    questions_of_requirement,
    visits_looking_at,
)

__all__ = [
    "CurrentAnswers",
    "answered_by_visits",
    "are_double_audit",
    "compose_answers",
    "known_items_of",
    "left_out_of",
    "questions_of_requirement",
    "visits_looking_at",
]
