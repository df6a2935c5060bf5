"""Counts of sites by rank, kind and kecamatan, each with the parameters of the list and the map of exactly those sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rba_audit.findings import Findings, Status
from rba_audit.reports import SiteRow
from rba_audit.web.pages.lists.filters import NO_RANK, NOT_STATED, UNDECIDED_RANK, rank_value


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Number of sites of a group, per status.

    Attributes:
        label: The name of the group; empty for sites that do not state theirs.
        query: The parameters of the list of its sites.
    """

    label: str
    query: Mapping[str, str]
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """Number of its sites."""
        return self.counts.total()


def by_kecamatan(rows: Iterable[SiteRow]) -> list[GroupCounts]:
    """Return the counts per kecamatan, by name; sites that state none come last."""
    return _grouped(rows, "kecamatan", lambda row: (row.kecamatan or NOT_STATED, row.kecamatan))


def by_kind(findings: Findings, rows: Iterable[SiteRow]) -> list[GroupCounts]:
    """Return the counts per kind of site, by name; sites that state none come last."""
    return _grouped(rows, "kind", lambda row: (findings.source[row.position].kind or NOT_STATED, row.kind))


def _grouped(
    rows: Iterable[SiteRow], parameter: str, group_of: Callable[[SiteRow], tuple[str, str]]
) -> list[GroupCounts]:
    groups: dict[tuple[str, str], Counter[Status]] = {}
    for row in rows:
        groups.setdefault(group_of(row), Counter())[row.status] += 1
    order = sorted(groups, key=lambda group: (group[0] == NOT_STATED, group[1].casefold(), group[0]))
    return [GroupCounts(label, {parameter: value}, groups[value, label]) for value, label in order]


@dataclass(frozen=True, slots=True)
class RankCounts:
    """Number of sites with one rank.

    Attributes:
        rank: The value of the filter by rank: the name of a rung, `NO_RANK`, or `UNDECIDED_RANK`.
        query: The parameters of the list of these sites.
    """

    rank: str
    query: Mapping[str, str]
    count: int


def by_rank(findings: Findings, rows: Iterable[SiteRow]) -> list[RankCounts]:
    """Return the counts per rank, highest first, then of no rank, then of a rank that is not decided yet."""
    counts = Counter(map(rank_value, rows))
    ranks = [*(rung.name for rung in reversed(findings.standard.ladder.rungs)), NO_RANK, UNDECIDED_RANK]
    return [RankCounts(rank, {"rank": rank}, counts[rank]) for rank in ranks]
