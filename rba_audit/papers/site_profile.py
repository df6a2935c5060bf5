"""Profile of a nominated site as a PDF file: what it is, its score, self-assessment next to audit, certificates and its trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from rba_audit.auditing import RegisterAudit, SiteCopy, SiteResult, audit_copies, result_of
from rba_audit.findings import outcome_words
from rba_audit.layers import ContextFeature
from rba_audit.messages import format_day, format_number, say
from rba_audit.papers.site_report import SiteReports, site_facts, site_figures, site_remark
from rba_audit.papers.typesetting import typeset
from rba_audit.register import Register, Visit
from rba_audit.reports import SiteRow
from rba_audit.review import StageComparison, compare_stages
from rba_audit.sites.names import property_text
from rba_audit.status_style import rank_words, score_words, status_words

_TEMPLATE: Final = "profile.typ"
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class StageResults:
    """Self-assessment (NSA) and audit (NHA) of a site: their visits, what each gives by itself, and where they differ.

    Attributes:
        own, auditor: The result of each by itself; None without such a visit.
        recorded: The score that the audit was given, as users recorded it; None if it is not recorded.
    """

    comparison: StageComparison
    own: SiteResult | None
    auditor: SiteResult | None
    recorded: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """A table of a profile in words: its title, headings and rows, and what stands there without rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str


def stage_results(
    register: Register, audited: RegisterAudit, rows: Sequence[SiteRow], context: Sequence[ContextFeature]
) -> dict[str, StageResults]:
    """Return self-assessment and audit of each site, by its id.

    Each is evaluated by itself: facts of the site's document count for both, answers of the document and of other visits for neither.
    """
    standard = audited.findings.standard
    comparisons = {row.id: compare_stages(register, standard, row.id) for row in rows}
    answers = {question.id for question in standard.questions} - {fact.id for fact in standard.facts}
    copies: list[SiteCopy] = []
    keys: list[tuple[str, Visit]] = []
    for row in rows:
        feature = audited.sites.features[row.position]
        facts = {key: value for key, value in audited.sites.properties(row.position).items() if key not in answers}
        for visit in (comparisons[row.id].own, comparisons[row.id].auditor):
            if visit is not None:
                copies.append(SiteCopy(row.position, {**feature, "properties": facts}, (visit,)))
                keys.append((row.id, visit))
    results: dict[tuple[str, str], SiteResult] = {}
    if copies:
        settled = register.disagreements.latest_decisions()
        evaluated = audit_copies(audited.sites, copies, standard, settled, context, audited.policies)
        results = {(site, visit.id): result_of(evaluated, index) for index, (site, visit) in enumerate(keys)}

    def result(site: str, visit: Visit | None) -> SiteResult | None:
        return results[site, visit.id] if visit else None

    return {
        site: StageResults(comparison, result(site, comparison.own), result(site, comparison.auditor))
        for site, comparison in comparisons.items()
    }


def with_recorded_score(stages: StageResults, score: Decimal | None) -> StageResults:
    """Return the results with the score that the audit was given."""
    return replace(stages, recorded=score)


def site_profile(reports: SiteReports, row: SiteRow, stages: StageResults, tables: Sequence[ProfileTable]) -> bytes:
    """Return the profile of a site as a PDF file in the current language; `tables` are its certificates, trail and documents."""
    pictures: dict[str, bytes] = {}
    site = reports.findings.source[row.position]
    data = {
        **reports.issue.frame(row.name if len(row.name) <= _LONGEST else f"{row.name[:_LONGEST]}…"),
        "heading": str(say("Profile of the site")),
        "place": " · ".join(filter(None, (row.kelurahan, row.kecamatan))),
        "status": row.status,
        "status_words": status_words(row.status),
        "figures": site_figures(row),
        "remark": site_remark(row),
        "facts": [
            *site_facts(reports.findings, row),
            (str(say("Owner of the land")), property_text(site.facts.get("owner")) or str(say("unknown"))),
            (str(say("Kelurahan")), row.kelurahan or str(say("unknown"))),
            (str(say("Kecamatan")), row.kecamatan or str(say("unknown"))),
        ],
        "sketch": reports.sketch_of(row, pictures),
        "location": reports.location_of(row, pictures),
        "stages": _stages(stages),
        "tables": [
            {"title": table.title, "headings": table.headings, "rows": table.rows, "none": table.none}
            for table in tables
        ],
    }
    return typeset(_TEMPLATE, data, at=reports.issue.at, pictures=pictures)


def _stages(stages: StageResults) -> dict[str, Any]:
    comparison = stages.comparison
    return {
        "title": str(say("Self-assessment (NSA) and audit (NHA)")),
        "headings": [
            "",
            str(say("Day")),
            str(say("Score by the answers")),
            str(say("Rank")),
            str(say("Score as recorded")),
        ],
        "rows": [
            _stage(str(say("Self-assessment (NSA)")), comparison.own, stages.own, "–"),
            _stage(
                str(say("Audit (NHA)")),
                comparison.auditor,
                stages.auditor,
                str(say("unknown")) if stages.recorded is None else format_number(stages.recorded, 2),
            ),
        ],
        "difference": _difference(stages.own, stages.auditor),
        "differing": {
            "title": str(say("Where they differ")),
            "headings": [str(say("Requirement")), str(say("Self-assessment (NSA)")), str(say("Audit (NHA)"))],
            "rows": [
                [
                    f"{each.requirement.id} {each.requirement.title}",
                    outcome_words(each.own.outcome) if each.own else "–",
                    outcome_words(each.auditor.outcome) if each.auditor else "–",
                ]
                for each in comparison.differing
            ],
        },
    }


def _stage(name: str, visit: Visit | None, result: SiteResult | None, recorded: str) -> list[str]:
    if visit is None or result is None:
        return [name, str(say("none approved yet")), "–", "–", recorded]
    return [
        name,
        format_day(visit.day),
        score_words(result.score_low, result.score_high, result.score_max),
        rank_words(result.rank_low, result.rank_high),
        recorded,
    ]


def _difference(own: SiteResult | None, auditor: SiteResult | None) -> str:
    """Return the difference of the two scores in words: a range where one of them is, and unknown without both."""
    scores = [
        (result.score_low, result.score_high)
        for result in (own, auditor)
        if result is not None and result.score_low is not None and result.score_high is not None
    ]
    if len(scores) < len((own, auditor)):
        return str(say("The difference of NHA and NSA is not known yet."))
    (own_low, own_high), (low, high) = ((int(low or 0), int(high or 0)) for low, high in scores)
    first, last = low - own_high, high - own_low
    span = (
        _signed(first)
        if first == last
        else str(say("between {low} and {high}", low=_signed(first), high=_signed(last)))
    )
    return str(say("Difference of NHA and NSA, in points: {span}.", span=span))


def _signed(number: int) -> str:
    return f"+{format_number(number, 0)}" if number > 0 else format_number(number, 0)
