"""Answers as typed columns, one per question; reading and checking them."""

from rba_audit.evidence.checking import unusable_answers
from rba_audit.evidence.columns import (
    REASON,
    Evidence,
    Remark,
    choice_code,
    code_rows,
    number_rows,
    read_evidence,
)
from rba_audit.evidence.joining import with_measurements
from rba_audit.evidence.measured import Account, Measured, Measurement, Things
from rba_audit.evidence.resembling import resembling
from rba_audit.standard.kinds import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_APPLICABLE,
    NOT_SEEN,
    OTHER,
    OUT_OF_RANGE,
    UNREADABLE,
    normal,
    not_whole,
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
    "Account",
    "Evidence",
    "Measured",
    "Measurement",
    "Remark",
    "Things",
    "choice_code",
    "code_rows",
    "fixed_point",
    "normal",
    "not_whole",
    "number_rows",
    "read_evidence",
    "read_number",
    "resembling",
    "unusable_answers",
    "with_measurements",
]
