"""Sort orders and groups of a list of sites."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rba_audit.messages import Message, say
from rba_audit.reports import SiteRow
from rba_audit.web.pages.lists.filters import FilterSource, filter_of
from rba_audit.web.pages.lists.site_query import SiteQuery

ORDERS: Final[Mapping[str, Message]] = {
    "name": say("Name"),
    "score": say("Score"),
    "status": say("Status"),
    "kecamatan": say("Kecamatan"),
    "kind": say("Kind"),
    "rank": say("Rank"),
    "red": say("Mandatory, not met"),
    "must_fix": say("Must be fixed first"),
    "fails": say("Not met"),
    "open": say("Still open"),
    "determined": say("Determined"),
    "date": say("Last audit visit"),
}
"""Words of each sort order, by its name in the address."""
GROUPS: Final = ("kecamatan", "agency", "kind", "status")
"""The filters by whose values a list can be grouped."""

Key = Callable[[SiteRow], tuple[object, ...] | None]


def sorted_rows(source: FilterSource, rows: Sequence[SiteRow], query: SiteQuery) -> list[SiteRow]:
    """Return rows in the order of a query, then by name and id; rows without a value come last in both directions."""
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.id))
    if query.order == "name":
        return by_name[::-1] if query.backwards else by_name
    if query.order not in ORDERS:
        return list(rows)
    key = _key(source, query.order)
    keyed = [(key(row), row) for row in by_name]
    with_value = [pair for pair in keyed if pair[0] is not None]
    with_value.sort(key=lambda pair: pair[0], reverse=query.backwards)  # type: ignore[arg-type,return-value]  # None is left out
    return [row for _, row in with_value] + [row for value, row in keyed if value is None]


def _key(source: FilterSource, order: str) -> Key:
    conclusions, audits = source.findings.conclusions, source.context.audits

    def scored(row: SiteRow) -> bool:
        return row.status != "not_audited" and row.score_low is not None

    keys: dict[str, Key] = {
        "score": lambda row: (row.score_low, row.score_high) if scored(row) else None,
        "status": lambda row: (source.statuses.index(row.status), row.score_high or 0),
        "kecamatan": lambda row: (row.kecamatan.casefold(),) if row.kecamatan else None,
        "kind": lambda row: (row.kind.casefold(),) if row.kind else None,
        "rank": lambda row: (
            (int(conclusions.rank_low[row.position]), int(conclusions.rank_high[row.position])) if scored(row) else None
        ),
        "red": lambda row: (len(row.red),),
        "must_fix": lambda row: (len(row.must_fix),),
        "fails": lambda row: (len(row.fails),),
        "open": lambda row: (row.undetermined,),
        "determined": lambda row: (row.answered_pct,),
        "date": lambda row: (audits[row.id].day,) if row.id in audits else None,
    }
    return keys[order]


def grouped_rows(
    source: FilterSource, rows: Sequence[SiteRow], query: SiteQuery
) -> list[tuple[str, str, list[SiteRow]]]:
    """Return rows in the groups of a query, each as (value, words, rows); one group with empty words without grouping.

    Groups are in the order of the filter; in each, rows keep their order. A row with several values is in each of its groups;
    rows without any are in the last one.
    """
    site_filter = filter_of(query.group) if query.group in GROUPS else None
    if site_filter is None or site_filter.of is None:
        return [("", "", list(rows))]
    values_of = site_filter.of(source)
    groups: dict[str, list[SiteRow]] = {}
    for row in rows:
        for value in values_of(row) or ("",):
            groups.setdefault(value, []).append(row)
    words = {**site_filter.values(source), "": str(say("none"))}
    return [(value, words[value], groups[value]) for value in words if value in groups]
