"""Kinds of answer: one class per kind, whose methods every layer calls instead of testing the kind's name (ADR 0050).

To add a kind, write its class in a module here, list it in `KINDS`, and add a row to `static/kinds.js`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rba_audit.standard.kinds.codes import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NONE_WORD,
    NOT_APPLICABLE,
    NOT_APPLICABLE_WORD,
    NOT_SEEN,
    NOT_SEEN_WORD,
    OTHER,
    OUT_OF_RANGE,
    RESERVED,
    STATES,
    SYNONYMS,
    UNREADABLE,
    normalize_word,
)
from rba_audit.standard.kinds.kind import Amount, Answer, AnswerKind, Encoder, FormField, FormOption, Storage
from rba_audit.standard.kinds.number import NumberKind, count_problem
from rba_audit.standard.kinds.several import SetKind
from rba_audit.standard.kinds.words import ChoiceKind, YesNoKind, YesPartialNoKind
from rba_audit.standard.terms import Question

KINDS: Final[Mapping[str, AnswerKind]] = MappingProxyType(
    {kind.name: kind for kind in (YesNoKind(), YesPartialNoKind(), NumberKind(), ChoiceKind(), SetKind())}
)
"""Every kind by its name in the files of an edition."""


def kind_of(question: Question) -> AnswerKind:
    """Return the kind of answer that a question takes."""
    return KINDS[question.kind]


__all__ = [
    "FIRST_CHOICE",
    "GIVEN",
    "KINDS",
    "MISSING",
    "NONE_WORD",
    "NOT_APPLICABLE",
    "NOT_APPLICABLE_WORD",
    "NOT_SEEN",
    "NOT_SEEN_WORD",
    "OTHER",
    "OUT_OF_RANGE",
    "RESERVED",
    "STATES",
    "SYNONYMS",
    "UNREADABLE",
    "Amount",
    "Answer",
    "AnswerKind",
    "Encoder",
    "FormField",
    "FormOption",
    "Storage",
    "count_problem",
    "kind_of",
    "normalize_word",
]
