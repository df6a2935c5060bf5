"""The answers at a site as they are told: each with where it comes from, and what was measured beside what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from rba_audit.evidence import GIVEN, MISSING, NOT_APPLICABLE, NOT_SEEN, Evidence, Measurement
from rba_audit.findings.wording import answer_words
from rba_audit.messages import say
from rba_audit.standard import Question

SURVEYOR: Final = "surveyor"
OVERRIDE: Final = "override"
ANY_CLASS: Final = say("of any class")
Basis = Literal["", "answered", "measured", "overridden"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer a requirement looked at.

    Attributes:
        source: `surveyor`, `override`, `measured:<layer>@<date>`, or empty where there is no answer.
        account: How it was measured, why it could not be, and what else was said of it; empty for a plain answer.
    """

    question: Question
    code: int
    text: str
    source: str = ""
    account: str = ""

    @property
    def basis(self) -> Basis:
        """Whether it was answered, measured, or answered over a measurement; empty where there is no answer."""
        if self.source in ("", SURVEYOR):
            return "answered" if self.source else ""
        return "overridden" if self.source == OVERRIDE else "measured"

    @property
    def told(self) -> str:
        """The answer, with how it was measured behind it."""
        how = f"{say('measured')}: {self.account}" if self.basis == "measured" else self.account
        return f"{self.text} ({how})" if self.text and self.account else self.text


def source_of(observations: Sequence[Observation]) -> str:
    """Return where the evidence for a requirement comes from: an override, then measurements, then the surveyor."""
    sources = list(dict.fromkeys(each.source for each in observations if each.source))
    if OVERRIDE in sources:
        return OVERRIDE
    measured = [source for source in sources if source != SURVEYOR]
    return "+".join(measured) if measured else (SURVEYOR if sources else "")


class ObservationReader:
    """Tells the answers of some evidence, whoever or whatever gave them."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    @cached_property
    def _raw(self) -> Mapping[tuple[int, str], object]:
        return {(remark.row, remark.question): remark.value for remark in self._evidence.remarks}

    @property
    def measured(self) -> Mapping[str, Measurement]:
        """What was measured, by question."""
        return self._evidence.measured.by_question if self._evidence.measured else {}

    def observation(self, site: int, question: Question) -> Observation:
        """Return the answer to a question at the site with position `site`."""
        evidence = self._evidence
        code = int(evidence.codes[evidence.row[question.id], site])
        row = evidence.number_row.get(question.id)
        number = int(evidence.numbers[row, site]) if row is not None else 0
        upper = int(evidence.upper[row, site]) if row is not None and evidence.upper is not None else number
        text = answer_words(question, code, number, self._raw.get((site, question.id)), upper)
        said = SURVEYOR if code >= GIVEN or code == NOT_APPLICABLE else ""
        if question.id not in self.measured:
            return Observation(question, code, text, said)
        each = self.measured[question.id]
        assert evidence.measured is not None  # noqa: S101  # something was measured
        if evidence.measured.counts[question.id][site] and each.makes_no_difference(site):
            text = str(ANY_CLASS)
        source, account = self._account(site, question, said)
        return Observation(question, code, text, source, account)

    def _account(self, site: int, question: Question, said: str) -> tuple[str, str]:
        """Return where the answer to a question that can be measured comes from, and what is to be told of it."""
        measured = self._evidence.measured
        assert measured is not None  # noqa: S101  # only asked of what was measured
        each, row = measured.by_question[question.id], self._evidence.row[question.id]
        account = each.account(site)
        if measured.counts[question.id][site]:
            before = int(measured.surveyed_codes[row, site])
            told = str(account.text)
            if before >= GIVEN:
                surveyed = answer_words(question, before, self._surveyed_number(site, question))
                told += f"; {say('the surveyor answered {answer}, without a reason to set the measurement aside', answer=surveyed)}"
            elif before not in (MISSING, NOT_SEEN):
                raw = self._raw.get((site, question.id))
                surveyed = answer_words(question, before, self._surveyed_number(site, question), raw)
                told += f"; {say('the surveyor wrote {answer}, which is no answer here', answer=surveyed)}"
            return account.source, told
        if each.codes[site] == MISSING or not said:
            return said, "" if said else str(account.text)
        found = answer_words(question, int(each.codes[site]), int(each.low[site]), None, int(each.high[site]))
        reason = self._evidence.reasons.get((site, question.id))
        told = str(say("measured: {value}, {how}", value=found, how=account.text))
        return (OVERRIDE, f"{reason}; {told}") if reason else (said, told)

    def _surveyed_number(self, site: int, question: Question) -> int:
        row = self._evidence.number_row.get(question.id)
        measured = self._evidence.measured
        return int(measured.surveyed_numbers[row, site]) if measured is not None and row is not None else 0

    def answered(self, site: int, question: Question) -> bool:
        """Tell whether anybody answered a question, beside what was measured."""
        evidence = self._evidence
        codes = evidence.codes if evidence.measured is None else evidence.measured.surveyed_codes
        return int(codes[evidence.row[question.id], site]) not in (MISSING, NOT_SEEN)

    def is_range(self, site: int, question: Question) -> bool:
        """Tell whether a number is only known to lie within a range."""
        row, upper = self._evidence.number_row.get(question.id), self._evidence.upper
        return row is not None and upper is not None and bool(upper[row, site] != self._evidence.numbers[row, site])
