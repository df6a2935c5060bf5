"""Public feedback on the children's audit: what most children called not good, and the adults' outcomes since (ADR 0039).

Only questions that ten or more children answered are disclosed, as the majority answer and never as a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from rba_audit.findings import Findings
from rba_audit.forum.comparison import counts_of, disclosed_counts, disclosed_sheets
from rba_audit.register import Register, Visit
from rba_audit.standard import OUTCOMES, Outcome, Requirement
from rba_audit.standard.policies.forum import ChildQuestion, ChildrenAudit, PictureAnswer

Since = Literal["good", "middling", "bad", "unknown"]
_HALF: Final = 2


@dataclass(frozen=True, slots=True)
class ChildrenOpinion:
    """The majority answer of the children of a site to one question.

    Attributes:
        question: The question's id.
        answer: The name of the answer that more than half of them picked; it means "bad" or "middling".
        last: The day of the last sheet.
    """

    question: str
    answer: str
    last: date


def children_opinions(register: Register, audit: ChildrenAudit, site_id: str) -> tuple[ChildrenOpinion, ...]:
    """Return the questions that most children of a site called not good, if enough answered for the public view.

    Sheets are read in whole groups of at least `least_for_everybody`, so that no result changes by one child's answers.
    """
    sheets = disclosed_sheets(register, site_id, audit.least_for_everybody.value, audit.least.value)
    opinions = []
    for question in audit.asked:
        picked = [sheet.answers.get(question.id) for sheet in sheets]
        counts = counts_of(question, picked)
        answered = sum(counts.values())
        most = max(question.answers, key=lambda answer: counts[answer.name])
        if answered < audit.least_for_everybody.value or not disclosed_counts(question, picked, audit.least.value):
            continue
        if counts[most.name] * _HALF > answered and most.means in ("bad", "middling"):
            opinions.append(ChildrenOpinion(question.id, most.name, max(sheet.day for sheet in sheets)))
    return tuple(opinions)


@dataclass(frozen=True, slots=True)
class FeedbackOutcome:
    """A majority opinion of the children, and the adults' outcomes on its topic since.

    Attributes:
        since: The worst outcome found since; "unknown" if a requirement was not visited again or is undetermined.
        beside: The related requirements with their outcomes; None for one that no later visit answered.
    """

    question: ChildQuestion
    picked: PictureAnswer
    last: date
    since: Since
    beside: tuple[tuple[Requirement, Outcome | None], ...]


def feedback_outcomes(
    findings: Findings, audit: ChildrenAudit, site_id: str, what: Sequence[ChildrenOpinion], visits: Iterable[Visit]
) -> tuple[FeedbackOutcome, ...]:
    """Return the outcomes since each opinion of the children of a site, by the visits that count there.

    Raises:
        SiteError: there is no such site.
    """
    site, counted = findings.source.index_of(site_id), list(visits)
    outcomes = []
    for opinion in what:
        question = audit.question(opinion.question)
        picked = question.answer(opinion.answer) if question else None
        if question is None or picked is None:
            continue
        later = [visit for visit in counted if visit.day > opinion.last]
        related = tuple(
            (requirement, outcome if _was_answered(requirement, later) else None)
            for row, requirement in enumerate(findings.standard.requirements)
            if requirement.id in question.beside
            for outcome in [OUTCOMES[int(findings.matrix[row, site])]]
        )
        outcomes.append(
            FeedbackOutcome(question, picked, opinion.last, _since([outcome for _, outcome in related]), related)
        )
    return tuple(outcomes)


def _was_answered(requirement: Requirement, visits: Iterable[Visit]) -> bool:
    question_ids = {question.id for question in requirement.questions}
    return any(question_ids & _answered(visit) for visit in visits)


def _answered(visit: Visit) -> set[str]:
    mappings: list[Any] = [visit.answers, *(item.get("answers") or {} for item in visit.items)]
    return {question for answers in mappings for question in answers}


def _since(outcomes: Sequence[Outcome | None]) -> Since:
    """Return the worst outcome; an open requirement is never reported as good."""
    if "does_not_conform" in outcomes:
        return "bad"
    if None in outcomes or "undetermined" in outcomes:
        return "unknown"
    if "partial" in outcomes:
        return "middling"
    return "good" if "conforms" in outcomes else "unknown"
