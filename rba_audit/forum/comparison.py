"""What the children of a site say, beside what adults found there about the same things.

Nothing tells one child's answers from another's: they are shown only together, in groups that are never too small. And
nothing of it reaches evidence, findings or scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeVar

from rba_audit.findings import Findings
from rba_audit.register import Register
from rba_audit.register.child_sheets import ChildSheet
from rba_audit.standard import OUTCOMES, Outcome, Requirement
from rba_audit.standard.policies.forum import ChildQuestion, ChildrenAudit, Meaning, OptionalQuestion, PictureAnswer

_WORTH: Final[Mapping[Meaning | Outcome, float]] = {
    "good": 1.0,
    "middling": 0.5,
    "bad": 0.0,
    "conforms": 1.0,
    "partial": 0.5,
    "does_not_conform": 0.0,
}
_DIFFERENT: Final = 2
"""How many answers to a question must have been picked often enough: with one alone, everybody may have said the same."""
T = TypeVar("T")

Verdict = Literal["children_lower", "children_higher", "alike", "unknown"]


@dataclass(frozen=True, slots=True)
class AnswerShare:
    """How many children picked one answer.

    Attributes:
        count: None where they are too few to be told, or none at all: which of the two is not told either.
        percent: Of all that answered; None where one of the counts is not told, since it could be worked out.
        bar: How long its bar is, in percent of the counts that are told.
    """

    picked: PictureAnswer
    count: int | None
    percent: float | None
    bar: float


@dataclass(frozen=True, slots=True)
class AdultFinding:
    """What adults found about one requirement; `worth` is None where nobody knows or it does not apply."""

    requirement: Requirement
    outcome: Outcome
    worth: float | None


@dataclass(frozen=True, slots=True)
class QuestionComparison:
    """One question: the spread of the children's answers, and the adults' outcomes beside it.

    Attributes:
        shares: Every answer with its count; empty where too few answered, or all alike.
        answered: How many picked an answer; None where a count is not told.
        children: The children's share of "good", from 0 to 1.
        adults: The adults' share of "conforms", from 0 to 1.
    """

    question: ChildQuestion
    shares: tuple[AnswerShare, ...]
    answered: int | None
    beside: tuple[AdultFinding, ...]
    children: float | None
    adults: float | None
    verdict: Verdict

    @property
    def apart(self) -> float:
        """How far children and adults lie apart, from 0 to 1."""
        return 0.0 if self.children is None or self.adults is None else abs(self.children - self.adults)


@dataclass(frozen=True, slots=True)
class AnswerPeriod:
    """A day, or some days together, on which enough children answered to be counted."""

    first: date
    last: date
    children: int


@dataclass(frozen=True, slots=True)
class ChildrenResults:
    """What the children of one site say.

    Attributes:
        children: How many sheets are shown.
        waiting: Whether there are sheets that are too few to be shown yet.
        compared: Every question; where children and adults differ first.
        feelings: The spread of feelings; empty where too few picked one, or all the same.
        ages: The spread of ages, likewise.
        least: Smaller counts are not told.
    """

    children: int
    waiting: bool
    days: tuple[AnswerPeriod, ...]
    compared: tuple[QuestionComparison, ...]
    feelings: tuple[AnswerShare, ...]
    ages: tuple[AnswerShare, ...]
    least: int

    @property
    def differing(self) -> int:
        """On how many questions children and adults differ."""
        return sum(each.verdict in ("children_lower", "children_higher") for each in self.compared)


def children_results(
    register: Register, findings: Findings, audit: ChildrenAudit, site_id: str, *, fewest: int = 0
) -> ChildrenResults:
    """Return what the children of a site say, beside what adults found there.

    Sheets are shown in whole groups of at least `audit.least.value`, so that nobody sees one child's answers come in; with
    `fewest`, only where so many children answered, and of a question only where so many answered that one.

    Raises:
        SiteError: there is no such site.
    """
    site = findings.source.index_of(site_id)
    shown = disclosed_sheets(register, site_id, audit.least.value, audit.least.value)
    if len(shown) < fewest:
        shown = []
    compared = [_compared(findings, site, question, shown, audit, fewest) for question in audit.questions]
    return ChildrenResults(
        children=len(shown),
        waiting=sum(map(len, register.child_sheets.batches(site_id))) > len(shown),
        days=tuple(_days(shown, audit.least.value)),
        compared=tuple(
            sorted(
                (each for each in compared if not each.question.retired or each.shares),
                key=lambda each: (each.verdict in ("alike", "unknown"), -each.apart),
            )
        ),
        feelings=disclosed_counts(audit.feeling, [sheet.feeling for sheet in shown], audit.least.value),
        ages=disclosed_counts(audit.age, [sheet.age for sheet in shown], audit.least.value),
        least=audit.least.value,
    )


def disclosed_sheets(register: Register, site_id: str, least: int, full: int) -> list[ChildSheet]:
    """Return the sheets of a site in whole groups of at least `smallest_by_group`; those that are too few for a group are left out.

    The last batch is left out until it has `full` sheets: else a group that is large enough would grow child by child. Where
    places were merged, each of them has a last batch that still grows.
    """
    batches = register.child_sheets.batches(site_id)
    last = {batch[0].site_id: place for place, batch in enumerate(batches)}
    batches = [batch for place, batch in enumerate(batches) if len(batch) >= full or place != last[batch[0].site_id]]
    groups = _grouped([(batch, len(batch)) for batch in batches], least)
    return [sheet for group in groups for batch in group for sheet in batch]


def _grouped(counted: Sequence[tuple[T, int]], least: int) -> list[list[T]]:
    """Return neighbours together until each group counts `smallest_by_group` or more; what is left at the end is left out."""
    groups: list[list[T]] = []
    open_group: list[T] = []
    size = 0
    for each, count in counted:
        open_group.append(each)
        size += count
        if size >= least:
            groups.append(open_group)
            open_group, size = [], 0
    return groups


def _days(shown: Sequence[ChildSheet], least: int) -> Iterator[AnswerPeriod]:
    """Yield the days of these sheets; a day with too few is told together with others."""
    counts = Counter(sheet.day for sheet in shown)
    groups = _grouped(sorted(counts.items()), least)
    if not groups:
        return
    told = {day for group in groups for day in group}
    groups[-1].extend(sorted(set(counts) - told))
    for group in groups:
        yield AnswerPeriod(group[0], group[-1], sum(counts[day] for day in group))


def counts_of(asked: OptionalQuestion | ChildQuestion, names: Iterable[str | None]) -> dict[str, int]:
    """Return how often each answer was picked, also those that nobody picked."""
    counts = Counter(names)
    return {each.name: counts[each.name] for each in asked.answers}


def disclosed_counts(
    asked: OptionalQuestion | ChildQuestion, names: Iterable[str | None], least: int
) -> tuple[AnswerShare, ...]:
    """Return the counts that reach `smallest_by_group`; nothing until two do, since what all or nearly all say is told of each of them."""
    counts = counts_of(asked, names)
    told = {name: count for name, count in counts.items() if count >= least}
    if len(told) < _DIFFERENT:
        return ()
    together, whole = sum(told.values()), len(told) == len(counts)
    return tuple(
        AnswerShare(each, told.get(each.name), bar if whole else None, bar)
        for each in asked.answers
        for bar in [100 * told.get(each.name, 0) / together]
    )


def _compared(
    findings: Findings,
    site: int,
    question: ChildQuestion,
    shown: Sequence[ChildSheet],
    audit: ChildrenAudit,
    fewest: int,
) -> QuestionComparison:
    picked = [sheet.answers.get(question.id) for sheet in shown]
    if sum(counts_of(question, picked).values()) < fewest:
        picked = []
    shares, counts = disclosed_counts(question, picked, audit.least.value), counts_of(question, picked)
    beside = tuple(_beside(findings, site, question))
    worths = [each.worth for each in beside if each.worth is not None]
    adults = sum(worths) / len(worths) if worths else None
    answered = sum(counts.values())
    children = sum(_worth(each) * counts[each.name] for each in question.answers) / answered if shares else None
    return QuestionComparison(
        question=question,
        shares=shares,
        answered=answered if shares and shares[0].percent is not None else None,
        beside=beside,
        children=children,
        adults=adults,
        verdict=_verdict(children, adults, audit.differ_percent.value),
    )


def _worth(picked: PictureAnswer) -> float:
    return _WORTH[picked.means] if picked.means else 0.0


def _beside(findings: Findings, site: int, question: ChildQuestion) -> Iterator[AdultFinding]:
    """Yield the outcomes beside a question; a requirement that the edition judged by does not have is left out."""
    for index, requirement in enumerate(findings.standard.requirements):
        if requirement.id in question.beside:
            outcome = OUTCOMES[int(findings.matrix[index, site])]
            yield AdultFinding(requirement, outcome, _WORTH.get(outcome))


def _verdict(children: float | None, adults: float | None, differ_percent: int) -> Verdict:
    if children is None or adults is None:
        return "unknown"
    # Rounded, so that a distance of exactly so many percent points counts in either direction.
    if round(100 * abs(children - adults), 6) < differ_percent:
        return "alike"
    return "children_lower" if children < adults else "children_higher"
