"""The conditions a requirement may name, and how each is evaluated over columns of answers.

Three values: 1 true, -1 false, 0 unknown. A missing answer is unknown and never true or false by itself.
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
