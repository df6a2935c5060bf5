"""Answers as typed columns, one per question; reading and checking them."""

from rba_audit.evidence.answer_checks import unusable_answers
from rba_audit.evidence.columns import (
    REASON,
    AnswerWarning,
    Evidence,
    choice_code,
    code_rows,
    is_answered,
    number_rows,
    read_evidence,
)
from rba_audit.evidence.document_sources import DocumentSource, DocumentState
from rba_audit.evidence.measurements import LayerFeatures, Measurement, MeasurementSet, MeasurementSource
from rba_audit.evidence.precedence import with_measurements
from rba_audit.evidence.similar_keys import bare_key, find_similar_keys, names_by_bare_key, resembled_name
from rba_audit.standard.kinds import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_APPLICABLE,
    NOT_SEEN,
    OTHER,
    OUT_OF_RANGE,
    UNREADABLE,
    count_problem,
    normalize_word,
)
from rba_audit.standard.numbers import fixed_point, read_number

__all__ = [
    "FIRST_CHOICE",
    "GIVEN",
    "MISSING",
    "NOT_APPLICABLE",
    "NOT_SEEN",
    "OTHER",
    "OUT_OF_RANGE",
    "REASON",
    "UNREADABLE",
    "AnswerWarning",
    "DocumentSource",
    "DocumentState",
    "Evidence",
    "LayerFeatures",
    "Measurement",
    "MeasurementSet",
    "MeasurementSource",
    "bare_key",
    "choice_code",
    "code_rows",
    "count_problem",
    "find_similar_keys",
    "fixed_point",
    "is_answered",
    "names_by_bare_key",
    "normalize_word",
    "number_rows",
    "read_evidence",
    "read_number",
    "resembled_name",
    "unusable_answers",
    "with_measurements",
]
