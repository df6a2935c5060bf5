"""Compose the current answers of a site: the visit or document that counts for each answer, and the known items (ADR 0036, 0054).

A full visit restates all answers, a check overrides those that it gives, and so does a document from its date to its expiry.
An item stays known until a visit reports it gone.
"""

from rba_audit.current_answers.audit_pairs import are_double_audit
from rba_audit.current_answers.composition import CurrentAnswers, compose_answers, known_items_of, left_out_of
from rba_audit.current_answers.documents import (
    CurrentDocument,
    DocumentAnswer,
    DocumentEvidence,
    document_answer_problems,
    document_questions,
    documents_on,
    validate_document_answers,
)
from rba_audit.current_answers.visits_by_requirement import (
    answered_by_visits,
    questions_of_requirement,
    visits_looking_at,
)

__all__ = [
    "CurrentAnswers",
    "CurrentDocument",
    "DocumentAnswer",
    "DocumentEvidence",
    "answered_by_visits",
    "are_double_audit",
    "compose_answers",
    "document_answer_problems",
    "document_questions",
    "documents_on",
    "known_items_of",
    "left_out_of",
    "questions_of_requirement",
    "validate_document_answers",
    "visits_looking_at",
]
