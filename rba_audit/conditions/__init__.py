"""Conditions of requirements: their types, their reader from TOML, and their three-valued evaluation over columns of answers.

Values: 1 true, -1 false, 0 unknown. A missing answer is unknown, never true or false by itself.
"""

from rba_audit.conditions.logic import at_least, count_within, every, includes, some, word_is
from rba_audit.conditions.reader import Names, exact, read_condition
from rba_audit.conditions.terms import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Count,
    Includes,
    Is,
    LimitValue,
    Lookup,
    Sum,
    Term,
    Trits,
    answers_of,
    parts_of,
    questions_of,
)

__all__ = [
    "All",
    "AnyOf",
    "Between",
    "Compare",
    "Condition",
    "Count",
    "Includes",
    "Is",
    "LimitValue",
    "Lookup",
    "Names",
    "Sum",
    "Term",
    "Trits",
    "answers_of",
    "at_least",
    "count_within",
    "every",
    "exact",
    "includes",
    "parts_of",
    "questions_of",
    "read_condition",
    "some",
    "word_is",
]
