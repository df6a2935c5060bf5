"""Trace of one requirement at one site: what was required, what was observed, and why that gives the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.findings.observations import Observation
from rba_audit.findings.wording import question_name
from rba_audit.messages import say
from rba_audit.standard import Outcome, Requirement

TABLE_COLUMNS = (
    "site_id",
    "requirement",
    "outcome",
    "mark",
    "observed",
    "expected",
    "reason",
    "evidence_source",
    "edition",
)
"""Columns of the findings table, of which each row is a trace with its edition."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One requirement at one site: what was required, what was observed, and why that gives the outcome.

    Attributes:
        site: The id of the site.
        mark: The mark that the outcome earns; None if it is undetermined or does not apply.
        expected: The required value or condition, in words.
        evidence_source: As in `Observation.source`; several measurements and documents are joined with `+`.
    """

    site: str
    requirement: Requirement
    outcome: Outcome
    mark: int | None
    observations: tuple[Observation, ...]
    expected: str
    reason: str
    evidence_source: str

    @property
    def observed(self) -> str:
        """The answers in one line; each follows the name of its question, unless the requirement has only one question."""
        given = [answer for answer in self.observations if answer.text]
        if len(self.observations) == 1:
            return given[0].told if given else ""
        return "; ".join(f"{question_name(answer.question)}: {answer.told}" for answer in given)

    def __str__(self) -> str:
        requirement = self.requirement
        lines = [
            f"{requirement.id} {requirement.title}: {outcome_words(self.outcome)}",
            f"  {requirement.shall}",
            f"  {say('Wanted')}: {self.expected}",
            f"  {say('Found')}: {self.observed or say('nothing')}",
            f"  {say('Why')}: {self.reason}",
            f"  {say('Source')}: {', '.join(requirement.sources)} ({requirement.confidence}, {requirement.link})",
        ]
        if self.outcome in ("does_not_conform", "partial"):
            lines.append(f"  {say('Remedy')}: {requirement.remedy.what}")
        return "\n".join(lines)


def outcome_words(outcome: Outcome) -> str:
    """Return an outcome in words, as it is shown to users."""
    words = {
        "conforms": say("conforms"),
        "partial": say("partly conforms"),
        "does_not_conform": say("does not conform"),
        "undetermined": say("not known yet"),
        "not_applicable": say("does not apply"),
    }
    return str(words[outcome])
