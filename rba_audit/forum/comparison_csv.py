"""The comparison of children's and adults' answers as CSV."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.findings import outcome_words
from rba_audit.forum.comparison import AnswerShare, ChildrenResults, QuestionComparison, Verdict
from rba_audit.messages import say
from rba_audit.reports import Column, Provenance
from rba_audit.reports.spreadsheets import csv_text


def verdict_words(verdict: Verdict) -> str:
    """Return the verdict of a comparison in words."""
    words = {
        "children_lower": say("children rate it lower"),
        "children_higher": say("children rate it higher"),
        "alike": say("children and adults agree"),
        "unknown": say("cannot be compared"),
    }
    return str(words[verdict])


@dataclass(frozen=True, slots=True)
class _SpreadLine:
    compared: QuestionComparison
    share: AnswerShare | None


def children_results_csv(results: ChildrenResults, provenance: Provenance) -> str:
    """Return the distribution of the children's answers as CSV: a row for each answer, or one for a withheld question."""
    lines = [_SpreadLine(compared, share) for compared in results.compared for share in (compared.shares or (None,))]
    columns: list[Column[_SpreadLine]] = [
        Column(say("Question"), lambda line: line.compared.question.id),
        Column(say("In words"), lambda line: str(line.compared.question.ask)),
        Column(say("Answer"), lambda line: str(line.share.picked.words) if line.share else str(say("not shown yet"))),
        Column(say("Children"), lambda line: _count_words(line.share, results.least) if line.share else None),
        Column(say("Answered"), lambda line: line.compared.answered),
        Column(say("Percent"), lambda line: _rounded(line.share)),
        Column(say("Comparison"), lambda line: verdict_words(line.compared.verdict)),
        Column(
            say("Adults' outcomes"),
            lambda line: "; ".join(
                f"{finding.requirement.id} {outcome_words(finding.outcome)}" for finding in line.compared.beside
            ),
        ),
    ]
    return csv_text(columns, lines, provenance)


def _count_words(share: AnswerShare, least: int) -> int | str:
    return str(say("fewer than {least}", least=least)) if share.count is None else share.count


def _rounded(share: AnswerShare | None) -> float | None:
    return None if share is None or share.percent is None else round(share.percent, 1)
