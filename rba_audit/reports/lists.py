"""Rows of the two lists of sites and of their repairs, for any file format.

Sites that do not conform and undetermined sites are never on the same list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, STATUSES, Findings, Status, Trace, outcome_words
from rba_audit.findings.conclusions import counted
from rba_audit.findings.wording import kind_words
from rba_audit.standard import Requirement, Standard

ListName = Literal["non_standard", "not_known"]
LISTED: Final[dict[ListName, tuple[Status, ...]]] = {
    "non_standard": ("non_standard", "nearly_standard"),
    "not_known": ("undetermined", "not_audited"),
}

_AT_ONCE: Final = 4096  # sites explained per block


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site of a list."""

    id: str
    name: str
    kind: str
    kelurahan: str
    kecamatan: str
    status: Status
    score_low: int | None
    score_high: int | None
    score_max: int
    rank_low: str | None
    rank_high: str | None
    answered_pct: int
    """Percent of the requirements that count whose outcome is determined, rounded down."""
    red: tuple[Requirement, ...]
    must_fix: tuple[Requirement, ...]
    before_audit: tuple[Requirement, ...]
    fails: tuple[Requirement, ...]
    undetermined: int
    position: int
    """Index of the site in the findings."""


@dataclass(frozen=True, slots=True)
class RepairLine:
    """One requirement that a listed site does not, or only partly, meet."""

    row: SiteRow
    requirement: Requirement
    outcome: str
    observed: str
    expected: str
    reason: str
    """A sentence with the expected and the observed value of what is not met."""
    remedy: str
    lead: str
    cost: str
    cost_low: int
    """Lower end of the cost band, in the edition's currency."""
    cost_high: int


def site_rows(findings: Findings, statuses: Sequence[Status] = STATUSES) -> list[SiteRow]:
    """Return the sites with one of these statuses, in the order of `statuses`, then by highest score, name and id."""
    order = {status: index for index, status in enumerate(statuses)}
    rows = [
        _row(findings, site) for site in range(len(findings)) if STATUSES[findings.conclusions.status[site]] in order
    ]
    return sorted(
        rows,
        key=lambda row: (
            order[row.status],
            row.score_high if row.score_high is not None else -1,
            row.name.casefold(),
            row.id,
        ),
    )


def list_rows(findings: Findings, name: ListName) -> list[SiteRow]:
    """Return the sites of one of the two lists."""
    return site_rows(findings, LISTED[name])


def repairs(findings: Findings, rows: Sequence[SiteRow]) -> Iterator[RepairLine]:
    """Yield a line for each counted requirement that these sites do not, or only partly, meet.

    Per site: red items first, then must-fix items, then items that auditors ask for, then the others.
    """
    unmet = (findings.matrix == DOES_NOT_CONFORM) | (findings.matrix == PARTIAL)
    unmet &= counted(findings.standard, findings.extension)[:, None]
    for start in range(0, len(rows), _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        of: dict[int, list[Trace]] = {row.position: [] for row in block}
        for _, positions, traces in findings.traces_of([row.position for row in block], unmet):
            for position, trace in zip(positions.tolist(), traces, strict=True):
                of[position].append(trace)
        for row in block:
            groups = [{requirement.id for requirement in group} for group in (row.red, row.must_fix, row.before_audit)]
            for trace in sorted(of[row.position], key=lambda trace: _urgency(groups, trace.requirement.id)):
                yield _repair(findings.standard, row, trace)


def _urgency(groups: Sequence[Collection[str]], requirement: str) -> int:
    """Return the index of the first group with this requirement; `len(groups)` if there is none."""
    return next((index for index, group in enumerate(groups) if requirement in group), len(groups))


def _repair(standard: Standard, row: SiteRow, trace: Trace) -> RepairLine:
    remedy = trace.requirement.remedy
    band = standard.cost_bands[remedy.cost]
    return RepairLine(
        row=row,
        requirement=trace.requirement,
        outcome=outcome_words(trace.outcome),
        observed=trace.observed,
        expected=trace.expected,
        reason=trace.reason,
        remedy=str(remedy.what),
        lead=str(standard.agencies[remedy.lead]),
        cost=str(band.words),
        cost_low=band.low,
        cost_high=band.high,
    )


def _row(findings: Findings, site: int) -> SiteRow:
    verdict, source = findings.verdict(site), findings.source[site]
    standard = findings.standard
    return SiteRow(
        id=source.id,
        name=source.name,
        kind=kind_words(standard, source.kind),
        kelurahan=source.kelurahan,
        kecamatan=source.kecamatan,
        status=STATUSES[findings.conclusions.status[site]],
        score_low=verdict["score_low"],  # type: ignore[arg-type]  # a whole number or None
        score_high=verdict["score_high"],  # type: ignore[arg-type]
        score_max=standard.ladder.maximum,
        rank_low=verdict["rank_low"],  # type: ignore[arg-type]  # a rung's name or None
        rank_high=verdict["rank_high"],  # type: ignore[arg-type]
        answered_pct=int(findings.answered_pct[site]),
        red=tuple(standard.requirement(requirement_id) for requirement_id in findings.red(site)),
        must_fix=tuple(standard.requirement(requirement_id) for requirement_id in findings.must_fix(site)),
        before_audit=tuple(standard.requirement(requirement_id) for requirement_id in findings.before_audit(site)),
        fails=tuple(standard.requirement(requirement_id) for requirement_id in findings.fails(site)),
        undetermined=int(findings.conclusions.undetermined[site]),
        position=site,
    )
