"""Query of a list of sites: filters, order and page, as the address of the list has them.

Unknown statuses, orders and page numbers fall back to defaults; parsing never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rba_audit.findings import STATUSES, Findings, Status
from rba_audit.messages import Message, say
from rba_audit.reports import SiteRow, kind_words, status_words

ROWS_ON_A_PAGE: Final = 50
DOUBTED: Final = "doubted"
NOT_STATED: Final = "-"
_LONGEST_SEARCH: Final = 100
_ORDERS: Final[Mapping[str, Message]] = {"name": say("Name"), "score": say("Score"), "status": say("Status")}


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """Query of a list of sites; an empty string does not filter."""

    search: str = ""
    status: str = ""
    kind: str = ""
    kecamatan: str = ""
    position: str = ""
    order: str = ""
    backwards: bool = False
    number: int = 1
    """Page of the list, from 1."""

    def query(self, **changes: object) -> dict[str, str]:
        """Return the parameters of the address for this query, with some fields changed; defaults are omitted."""
        changed = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        order = f"-{changed.order}" if changed.backwards and changed.order else changed.order
        page = str(changed.number) if changed.number > 1 else ""
        texts = {
            "q": changed.search,
            "status": changed.status,
            "kind": changed.kind,
            "kecamatan": changed.kecamatan,
            "position": changed.position,
            "sort": order,
            "page": page,
        }
        return {key: text for key, text in texts.items() if text}

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return bool(self.search or self.status or self.kind or self.kecamatan or self.position)


def read_site_query(parameters: Mapping[str, str]) -> SiteQuery:
    """Parse the parameters of an address."""
    order = parameters.get("sort", "")
    number = parameters.get("page", "")
    return SiteQuery(
        search=parameters.get("q", "").strip()[:_LONGEST_SEARCH],
        status=parameters.get("status", "") if parameters.get("status") in STATUSES else "",
        kind=parameters.get("kind", ""),
        kecamatan=parameters.get("kecamatan", ""),
        position=DOUBTED if parameters.get("position") == DOUBTED else "",
        order=order.removeprefix("-") if order.removeprefix("-") in _ORDERS else "",
        backwards=order.startswith("-"),
        number=max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < len("1000000") else 1,
    )


@dataclass(frozen=True, slots=True)
class FilterOption:
    """One option of a filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SortOrder:
    """One sort order of a list; following its link again reverses the order."""

    name: str
    words: str
    query: Mapping[str, str]
    direction: str
    """`ascending` or `descending` if the list is in this order now, else empty."""


@dataclass(frozen=True, slots=True)
class SiteSelection:
    """The sites that match a query (`found`), those of its page (`shown`), and the options for other queries."""

    query: SiteQuery
    all: int
    rows: tuple[SiteRow, ...]
    shown: tuple[SiteRow, ...]
    statuses: tuple[FilterOption, ...]
    kinds: tuple[FilterOption, ...]
    kecamatan: tuple[FilterOption, ...]
    positions: tuple[FilterOption, ...]
    doubted: Collection[str]
    orders: tuple[SortOrder, ...]
    pages: int

    @property
    def words(self) -> tuple[tuple[Message, str], ...]:
        """The filter as (heading, value); empty if there is none."""
        query = self.query
        choices = (
            (say("Status"), query.status, self.statuses),
            (say("Kind"), query.kind, self.kinds),
            (say("Kecamatan"), query.kecamatan, self.kecamatan),
            (say("Position"), query.position, self.positions),
        )
        filters = [(say("Name"), query.search)] if query.search else []
        filters += [
            (heading, next((option.words for option in options if option.value == value), value))
            for heading, value, options in choices
            if value
        ]
        return tuple(filters)


def select_sites(
    findings: Findings,
    rows: Sequence[SiteRow],
    query: SiteQuery,
    *,
    statuses: Sequence[Status],
    order: str,
    doubted: Collection[str] = (),
) -> SiteSelection:
    """Return the rows that match `query`; `order` is used if it has none.

    `statuses` are those of the list: the options of its filter, and their order when sorted by status.

    `doubted` are the ids of the sites whose position is in doubt.
    """
    query = query if query.order else replace(query, order=order)
    kind_of = {row.id: findings.source[row.position].kind for row in rows}
    matching = [
        row
        for row in rows
        if query.search.casefold() in f"{row.name}\n{row.id}".casefold()
        and query.status in ("", row.status)
        and query.kind in ("", kind_of[row.id] or NOT_STATED)
        and query.kecamatan in ("", row.kecamatan or NOT_STATED)
        and (not query.position or row.id in doubted)
    ]
    ordered = _ordered(matching, query, statuses)
    pages = max(-(-len(ordered) // ROWS_ON_A_PAGE), 1)
    number = min(query.number, pages)
    first = (number - 1) * ROWS_ON_A_PAGE
    return SiteSelection(
        query=replace(query, number=number),
        all=len(rows),
        rows=tuple(ordered),
        shown=tuple(ordered[first : first + ROWS_ON_A_PAGE]),
        statuses=tuple(FilterOption(status, status_words(status), query.status == status) for status in statuses),
        kinds=_options(set(kind_of.values()), query.kind, lambda kind: kind_words(findings.standard, kind)),
        kecamatan=_options({row.kecamatan for row in rows}, query.kecamatan, str),
        positions=(FilterOption(DOUBTED, str(say("in doubt")), bool(query.position)),)
        if query.position or any(row.id in doubted for row in rows)
        else (),
        doubted=doubted,
        orders=tuple(_order(query, name, words) for name, words in _ORDERS.items()),
        pages=pages,
    )


def _ordered(rows: list[SiteRow], query: SiteQuery, statuses: Sequence[Status]) -> list[SiteRow]:
    match query.order:
        case "name":
            return sorted(rows, key=lambda row: (row.name.casefold(), row.id), reverse=query.backwards)
        case "status":
            return sorted(
                rows,
                key=lambda row: (statuses.index(row.status), row.score_high or 0, row.name.casefold(), row.id),
                reverse=query.backwards,
            )
        case "score":
            # Sites without an audit have an unknown score, and are last in both directions.
            audited = [row for row in rows if row.status != "not_audited" and row.score_low is not None]
            others = [row for row in rows if row not in audited]
            return (
                sorted(audited, key=lambda row: (row.score_low or 0, row.score_high or 0), reverse=query.backwards)
                + others
            )
    return rows


def _order(query: SiteQuery, name: str, words: Message) -> SortOrder:
    now = query.order == name
    direction = ("descending" if query.backwards else "ascending") if now else ""
    return SortOrder(
        name, str(words), query.query(order=name, backwards=now and not query.backwards, number=1), direction
    )


def _options(values: Collection[str], chosen: str, words: Callable[[str], str]) -> tuple[FilterOption, ...]:
    named = {value: words(value) for value in values if value}
    options = [
        FilterOption(value, name, value == chosen)
        for value, name in sorted(named.items(), key=lambda item: item[1].casefold())
    ]
    if "" in values:
        options.append(FilterOption(NOT_STATED, str(say("not stated")), chosen == NOT_STATED))
    return tuple(options)
