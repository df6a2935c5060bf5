"""Compare the children's answers at a site with the adults' outcomes on the same topics.

Answers are disclosed only in whole groups above a minimum size, so that no child's answers can be told apart. They never
enter evidence, findings or scores.
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
"""Minimum number of different answers whose counts reach the threshold: a single one could be the answer of every child."""
T = TypeVar("T")

Verdict = Literal["children_lower", "children_higher", "alike", "unknown"]


@dataclass(frozen=True, slots=True)
class AnswerShare:
    """The disclosed count of children who picked one answer.

    Attributes:
        count: None if the count is below the disclosure threshold or zero; the two cases are not distinguished.
        percent: Percent of all who answered; None if any count is withheld, because that count could then be computed.
        bar: Length of its bar in percent of the sum of the disclosed counts.
    """

    picked: PictureAnswer
    count: int | None
    percent: float | None
    bar: float


@dataclass(frozen=True, slots=True)
class AdultFinding:
    """The adults' outcome of one requirement; `worth` is None if it is undetermined or does not apply."""

    requirement: Requirement
    outcome: Outcome
    worth: float | None


@dataclass(frozen=True, slots=True)
class QuestionComparison:
    """One question: the distribution of the children's answers, and the adults' outcomes on the same topic.

    Attributes:
        shares: Every answer with its count; empty if too few answered or fewer than two counts reach the threshold.
        answered: Number of children who answered; None if a count is withheld.
        beside: The adults' outcomes of the related requirements.
        children: The children's mean rating, 0 ("bad") to 1 ("good").
        adults: The adults' mean outcome, 0 ("does not conform") to 1 ("conforms").
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
        """Absolute difference of the children's and the adults' rating, 0 to 1; 0 if either is unknown."""
        return 0.0 if self.children is None or self.adults is None else abs(self.children - self.adults)


@dataclass(frozen=True, slots=True)
class AnswerPeriod:
    """A day or several days together with enough children to disclose their number."""

    first: date
    last: date
    children: int


@dataclass(frozen=True, slots=True)
class ChildrenResults:
    """The disclosed answers of the children of one site.

    Attributes:
        children: Number of disclosed sheets.
        waiting: Whether there are sheets that are too few to disclose yet.
        days: The days of the disclosed sheets.
        compared: Every question; those where children and adults differ first.
        feelings: The distribution of feelings; empty if fewer than two counts reach the threshold.
        ages: The distribution of ages, likewise.
        least: The disclosure threshold: smaller counts are withheld.
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
        """Number of questions on which children and adults differ."""
        return sum(question.verdict in ("children_lower", "children_higher") for question in self.compared)


def children_results(
    register: Register, findings: Findings, audit: ChildrenAudit, site_id: str, *, fewest: int = 0
) -> ChildrenResults:
    """Return the children's answers at a site, compared with the adults' outcomes.

    Sheets are disclosed in whole groups of at least `audit.least.value`, so that the answers of a single new child never
    show. `fewest` sets a minimum number of children for the site, and of answers for each question.

    Raises:
        SiteError: there is no such site.
    """
    site = findings.source.index_of(site_id)
    shown = disclosed_sheets(register, site_id, audit.least.value, audit.least.value)
    if len(shown) < fewest:
        shown = []
    compared = [_comparison(findings, site, question, shown, audit, fewest) for question in audit.questions]
    return ChildrenResults(
        children=len(shown),
        waiting=sum(map(len, register.child_sheets.batches(site_id))) > len(shown),
        days=tuple(_days(shown, audit.least.value)),
        compared=tuple(
            sorted(
                (comparison for comparison in compared if not comparison.question.retired or comparison.shares),
                key=lambda comparison: (comparison.verdict in ("alike", "unknown"), -comparison.apart),
            )
        ),
        feelings=disclosed_counts(audit.feeling, [sheet.feeling for sheet in shown], audit.least.value),
        ages=disclosed_counts(audit.age, [sheet.age for sheet in shown], audit.least.value),
        least=audit.least.value,
    )


def disclosed_sheets(register: Register, site_id: str, least: int, full: int) -> list[ChildSheet]:
    """Return the sheets of a site in whole groups of at least `least`; a remainder too small for a group is left out.

    The last batch is left out until it has `full` sheets: otherwise a group that is large enough would grow child by child.
    If sites were merged, each of them has a last batch that still grows.
    """
    batches = register.child_sheets.batches(site_id)
    last = {batch[0].site_id: index for index, batch in enumerate(batches)}
    batches = [batch for index, batch in enumerate(batches) if len(batch) >= full or index != last[batch[0].site_id]]
    groups = _grouped([(batch, len(batch)) for batch in batches], least)
    return [sheet for group in groups for batch in group for sheet in batch]


def _grouped(counted: Sequence[tuple[T, int]], least: int) -> list[list[T]]:
    """Join consecutive elements until each group counts at least `least`; a remainder at the end is left out."""
    groups: list[list[T]] = []
    open_group: list[T] = []
    size = 0
    for element, count in counted:
        open_group.append(element)
        size += count
        if size >= least:
            groups.append(open_group)
            open_group, size = [], 0
    return groups


def _days(shown: Sequence[ChildSheet], least: int) -> Iterator[AnswerPeriod]:
    """Yield the days of these sheets; a day with fewer than `least` sheets is joined with its neighbours."""
    counts = Counter(sheet.day for sheet in shown)
    groups = _grouped(sorted(counts.items()), least)
    if not groups:
        return
    disclosed = {day for group in groups for day in group}
    groups[-1].extend(sorted(set(counts) - disclosed))
    for group in groups:
        yield AnswerPeriod(group[0], group[-1], sum(counts[day] for day in group))


def counts_of(question: OptionalQuestion | ChildQuestion, names: Iterable[str | None]) -> dict[str, int]:
    """Return how often each answer was picked, including answers with a count of zero."""
    counts = Counter(names)
    return {answer.name: counts[answer.name] for answer in question.answers}


def disclosed_counts(
    question: OptionalQuestion | ChildQuestion, names: Iterable[str | None], least: int
) -> tuple[AnswerShare, ...]:
    """Return the answers with counts of at least `least`; empty unless two counts reach it.

    A single large count would reveal the answer of all or nearly all children.
    """
    counts = counts_of(question, names)
    disclosed = {name: count for name, count in counts.items() if count >= least}
    if len(disclosed) < _DIFFERENT:
        return ()
    together, whole = sum(disclosed.values()), len(disclosed) == len(counts)
    return tuple(
        AnswerShare(answer, disclosed.get(answer.name), bar if whole else None, bar)
        for answer in question.answers
        for bar in [100 * disclosed.get(answer.name, 0) / together]
    )


def _comparison(
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
    adult_findings = tuple(_adult_findings(findings, site, question))
    worths = [finding.worth for finding in adult_findings if finding.worth is not None]
    adults = sum(worths) / len(worths) if worths else None
    answered = sum(counts.values())
    children = sum(_worth(answer) * counts[answer.name] for answer in question.answers) / answered if shares else None
    return QuestionComparison(
        question=question,
        shares=shares,
        answered=answered if shares and shares[0].percent is not None else None,
        beside=adult_findings,
        children=children,
        adults=adults,
        verdict=_verdict(children, adults, audit.differ_percent.value),
    )


def _worth(picked: PictureAnswer) -> float:
    return _WORTH[picked.means] if picked.means else 0.0


def _adult_findings(findings: Findings, site: int, question: ChildQuestion) -> Iterator[AdultFinding]:
    """Yield the adults' outcomes on the topic of a question; requirements that the edition does not have are left out."""
    for index, requirement in enumerate(findings.standard.requirements):
        if requirement.id in question.beside:
            outcome = OUTCOMES[int(findings.matrix[index, site])]
            yield AdultFinding(requirement, outcome, _WORTH.get(outcome))


def _verdict(children: float | None, adults: float | None, differ_percent: int) -> Verdict:
    if children is None or adults is None:
        return "unknown"
    # Rounding makes a difference of exactly `differ_percent` points count in both directions despite float errors.
    if round(100 * abs(children - adults), 6) < differ_percent:
        return "alike"
    return "children_lower" if children < adults else "children_higher"
