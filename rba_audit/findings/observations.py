"""Answers at a site as they are shown, each with its source and, if measured, the measurement next to the surveyor's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence import GIVEN, MISSING, NOT_APPLICABLE, NOT_SEEN, DocumentSource, Evidence, Measurement
from rba_audit.findings.wording import answer_words
from rba_audit.messages import say
from rba_audit.standard import Question

SURVEYOR: Final = "surveyor"
OVERRIDE: Final = "override"
ANY_CLASS: Final = say("of any class")
Basis = Literal["", "answered", "measured", "overridden", "document"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer that a requirement depends on.

    Attributes:
        source: `surveyor`, `override`, `measured:<layer>@<date>`, `document:<id>@<date>`, or empty if there is no answer.
        account: How it was measured or why it could not be, and the surveyor's other answer or reason; the document that gives
            it, or that gives none any more; empty for a plain answer.
        document: That document; None without one.
    """

    question: Question
    code: int
    text: str
    source: str = ""
    account: str = ""
    document: DocumentSource | None = None

    @property
    def basis(self) -> Basis:
        """Whether it was answered, by a document, measured, or answered instead of a measurement; empty if there is no answer."""
        if self.source in ("", SURVEYOR):
            return "answered" if self.source else ""
        if self.document is not None and self.source == self.document.source:
            return "document"
        return "overridden" if self.source == OVERRIDE else "measured"

    @property
    def told(self) -> str:
        """The answer, followed by how it was measured in parentheses."""
        how = f"{say('measured')}: {self.account}" if self.basis == "measured" else self.account
        return f"{self.text} ({how})" if self.text and self.account else self.text


def source_of(observations: Sequence[Observation]) -> str:
    """Return the source of the evidence for a requirement: an override, else measurements and documents, else the surveyor."""
    sources = list(dict.fromkeys(observation.source for observation in observations if observation.source))
    if OVERRIDE in sources:
        return OVERRIDE
    others = [source for source in sources if source != SURVEYOR]
    return "+".join(others) if others else (SURVEYOR if sources else "")


class ObservationReader:
    """Reads the answers of evidence as observations, surveyed and measured ones alike."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    @cached_property
    def _raw(self) -> Mapping[tuple[int, str], object]:
        return {(warning.row, warning.question): warning.value for warning in self._evidence.remarks}

    @cached_property
    def documented(self) -> frozenset[str]:
        """The ids of the questions that a document answers at any site, or answered until it expired or was withdrawn."""
        return frozenset(question for _, question in self._evidence.documents)

    def documents_alike(self, question: str, among: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return a number for each site index of `among`, equal where the same document gives the answer, or none does."""
        numbers: dict[DocumentSource | None, int] = {}
        sources = (self._evidence.documents.get((site, question)) for site in among.tolist())
        return np.array([numbers.setdefault(source, len(numbers)) for source in sources], dtype=np.int64)

    @property
    def measured(self) -> Mapping[str, Measurement]:
        """The measurements by question id."""
        return self._evidence.measured.by_question if self._evidence.measured else {}

    def observation(self, site: int, question: Question) -> Observation:
        """Return the answer to a question at the site with index `site`."""
        evidence = self._evidence
        code = int(evidence.codes[evidence.row[question.id], site])
        row = evidence.number_row.get(question.id)
        number = int(evidence.numbers[row, site]) if row is not None else 0
        upper = int(evidence.upper[row, site]) if row is not None and evidence.upper is not None else number
        text = answer_words(question, code, number, self._raw.get((site, question.id)), upper)
        document = evidence.documents.get((site, question.id))
        answered_by = (document.source if document else SURVEYOR) if code >= GIVEN or code == NOT_APPLICABLE else ""
        if question.id not in self.measured:
            return Observation(question, code, text, answered_by, str(document.account) if document else "", document)
        measurement = self.measured[question.id]
        assert evidence.measured is not None  # noqa: S101  # the question has a measurement
        if evidence.measured.counts[question.id][site] and measurement.makes_no_difference(site):
            text = str(ANY_CLASS)
        source, account = self._account(site, question, answered_by)
        if document is not None:
            account = "; ".join(filter(None, [str(document.account), account]))
        return Observation(question, code, text, source, account, document)

    def _account(self, site: int, question: Question, answered_by: str) -> tuple[str, str]:
        """Return source and account of the answer to a question that has a measurement."""
        measured = self._evidence.measured
        assert measured is not None  # noqa: S101  # called for questions with a measurement only
        measurement, row = measured.by_question[question.id], self._evidence.row[question.id]
        account = measurement.account(site)
        if measured.counts[question.id][site]:
            before = int(measured.surveyed_codes[row, site])
            text = str(account.text)
            if before >= GIVEN:
                surveyed = answer_words(question, before, self._surveyed_number(site, question))
                told = (
                    say("the document answers {answer}, which does not set the measurement aside", answer=surveyed)
                    if (site, question.id) in self._evidence.documents
                    else say(
                        "the surveyor answered {answer}, without a reason to set the measurement aside", answer=surveyed
                    )
                )
                text += f"; {told}"
            elif before not in (MISSING, NOT_SEEN):
                raw = self._raw.get((site, question.id))
                surveyed = answer_words(question, before, self._surveyed_number(site, question), raw)
                text += f"; {say('the surveyor wrote {answer}, which is no answer here', answer=surveyed)}"
            return account.source, text
        code = int(measurement.codes[site])
        if code == MISSING or not answered_by:
            return answered_by, "" if answered_by else str(account.text)
        value = answer_words(question, code, int(measurement.low[site]), None, int(measurement.high[site]))
        reason = self._evidence.reasons.get((site, question.id))
        text = str(say("measured: {value}, {how}", value=value, how=account.text))
        return (OVERRIDE, f"{reason}; {text}") if reason else (answered_by, text)

    def _surveyed_number(self, site: int, question: Question) -> int:
        row = self._evidence.number_row.get(question.id)
        measured = self._evidence.measured
        return int(measured.surveyed_numbers[row, site]) if measured is not None and row is not None else 0

    def answered(self, site: int, question: Question) -> bool:
        """Return whether a surveyor answered a question, measurements aside."""
        evidence = self._evidence
        codes = evidence.codes if evidence.measured is None else evidence.measured.surveyed_codes
        return int(codes[evidence.row[question.id], site]) not in (MISSING, NOT_SEEN)

    def is_range(self, site: int, question: Question) -> bool:
        """Return whether a number is only known to lie within a range."""
        row, upper = self._evidence.number_row.get(question.id), self._evidence.upper
        return row is not None and upper is not None and bool(upper[row, site] != self._evidence.numbers[row, site])
