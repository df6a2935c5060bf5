"""What most children of a site said was not good, and what became of it: what everybody may read, and the children as well.

Only what ten or more children answered is told, as the answer of most of them, never a count. See ADR 39.
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
    """What most children of a site answered to one question.

    Attributes:
        question: The question's name.
        answer: The name of the answer that more than half of them picked; it says that something is not good.
        last: The last day on which one of them was asked.
    """

    question: str
    answer: str
    last: date


def children_opinions(register: Register, audit: ChildrenAudit, site_id: str) -> tuple[ChildrenOpinion, ...]:
    """Return what most children of a site said was not good, where so many answered that everybody may read it.

    Sheets are read in whole groups of that many, so that nothing changes by one child's answers.
    """
    sheets = disclosed_sheets(register, site_id, audit.least_for_everybody.value, audit.least.value)
    found = []
    for question in audit.asked:
        picked = [sheet.answers.get(question.id) for sheet in sheets]
        counts = counts_of(question, picked)
        answered = sum(counts.values())
        most = max(question.answers, key=lambda each: counts[each.name])
        if answered < audit.least_for_everybody.value or not disclosed_counts(question, picked, audit.least.value):
            continue
        if counts[most.name] * _HALF > answered and most.means in ("bad", "middling"):
            found.append(ChildrenOpinion(question.id, most.name, max(sheet.day for sheet in sheets)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FeedbackOutcome:
    """What children said about something, and what adults found there since.

    Attributes:
        since: How it is by what was looked at again; "unknown" where nobody looked, or could not tell.
        beside: The requirements it is about, with the outcome of each that was looked at again; None where it was not.
    """

    question: ChildQuestion
    picked: PictureAnswer
    last: date
    since: Since
    beside: tuple[tuple[Requirement, Outcome | None], ...]


def feedback_outcomes(
    findings: Findings, audit: ChildrenAudit, site_id: str, what: Sequence[ChildrenOpinion], visits: Iterable[Visit]
) -> tuple[FeedbackOutcome, ...]:
    """Return what became of what children said at a site, by the visits that count there.

    Raises:
        SiteError: there is no such site.
    """
    site, counted = findings.source.index_of(site_id), list(visits)
    found = []
    for each in what:
        question = audit.question(each.question)
        picked = question.answer(each.answer) if question else None
        if question is None or picked is None:
            continue
        later = [visit for visit in counted if visit.day > each.last]
        beside = tuple(
            (requirement, outcome if _looked_at(requirement, later) else None)
            for row, requirement in enumerate(findings.standard.requirements)
            if requirement.id in question.beside
            for outcome in [OUTCOMES[int(findings.matrix[row, site])]]
        )
        found.append(FeedbackOutcome(question, picked, each.last, _since([outcome for _, outcome in beside]), beside))
    return tuple(found)


def _looked_at(requirement: Requirement, visits: Iterable[Visit]) -> bool:
    asked = {question.id for question in requirement.questions}
    return any(asked & _answered(visit) for visit in visits)


def _answered(visit: Visit) -> set[str]:
    given: list[Any] = [visit.answers, *(item.get("answers") or {} for item in visit.items)]
    return {question for answers in given for question in answers}


def _since(outcomes: Sequence[Outcome | None]) -> Since:
    """Return the worst of what was found: what is left open is never told as good."""
    if "does_not_conform" in outcomes:
        return "bad"
    if None in outcomes or "undetermined" in outcomes:
        return "unknown"
    if "partial" in outcomes:
        return "middling"
    return "good" if "conforms" in outcomes else "unknown"
