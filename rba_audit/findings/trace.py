"""A trace: one requirement at one site, what was wanted, what was found, and why that gives the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.findings.observations import Observation
from rba_audit.findings.wording import question_name
from rba_audit.messages import say
from rba_audit.standard import Outcome, Requirement


@dataclass(frozen=True, slots=True)
class Trace:
    """One requirement at one site: what was wanted, what was found, and why that gives the outcome."""

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
        """The answers in one line; a single answer stands alone, several are named."""
        given = [each for each in self.observations if each.text]
        if len(self.observations) == 1:
            return given[0].told if given else ""
        return "; ".join(f"{question_name(each.question)}: {each.told}" for each in given)

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
    """Return an outcome as people call it."""
    words = {
        "conforms": say("conforms"),
        "partial": say("partly conforms"),
        "does_not_conform": say("does not conform"),
        "undetermined": say("not known yet"),
        "not_applicable": say("does not apply"),
    }
    return str(words[outcome])
