"""Query of a list of sites: parsing of its address, and the sites that match it.

Unknown values fall back to defaults and are reported on the page; parsing never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rba_audit.findings import STATUSES, Findings, Status
from rba_audit.messages import Message, say
from rba_audit.reports import SiteRow
from rba_audit.status_style import GATE_ITEMS, status_words
from rba_audit.web.pages.lists.context import DUE_WORDS, ListContext
from rba_audit.web.pages.lists.filters import (
    DOUBTED,
    FILTERS,
    NOT_STATED,
    FilterSource,
    SiteFilter,
    filter_of,
    is_age,
)
from rba_audit.web.pages.lists.order import GROUPS, ORDERS, grouped_rows, sorted_rows
from rba_audit.web.pages.lists.site_query import PARAMETERS, SiteQuery

__all__ = [
    "DOUBTED",
    "NOT_STATED",
    "ROWS_ON_A_PAGE",
    "FilterOption",
    "SiteQuery",
    "SiteSection",
    "SiteSelection",
    "SortOrder",
    "read_site_query",
    "select_sites",
]

ROWS_ON_A_PAGE: Final = 50
_LONGEST_SEARCH: Final = 100
_LONGEST_VALUE: Final = 200
_LONGEST_UNKNOWN: Final = 40
_FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "status": STATUSES,
    "position": (DOUBTED,),
    "item": tuple(GATE_ITEMS),
    "due": tuple(DUE_WORDS),
    "group": GROUPS,
}
"""The values of the parameters that do not depend on the register or the standard."""
_IN_THE_ROWS: Final = ("kind", "kecamatan", "area", "rank")
"""Filters whose form offers only values that a row of the list has."""


def read_site_query(parameters: Mapping[str, str]) -> SiteQuery:
    """Parse the parameters of an address; a value that is not understood is left out and listed in `unknown`."""
    texts = {name: parameters.get(name, "")[:_LONGEST_VALUE] for name in (*PARAMETERS, "group")}
    unknown = [(name, text) for name, text in texts.items() if text and name in _FIXED and text not in _FIXED[name]]
    if texts["older"] and not is_age(texts["older"]):
        unknown.append(("older", texts["older"]))
    order, number = parameters.get("sort", ""), parameters.get("page", "")
    if order and order.removeprefix("-") not in ORDERS:
        unknown.append(("sort", order))
    fields = {PARAMETERS.get(name, name): text for name, text in texts.items() if (name, text) not in unknown}
    fields["search"] = texts["q"].strip()[:_LONGEST_SEARCH]
    return SiteQuery(
        **fields,
        order=order.removeprefix("-") if order.removeprefix("-") in ORDERS else "",
        backwards=order.startswith("-"),
        number=max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < len("1000000") else 1,
        unknown=tuple(unknown),
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
class SiteSection:
    """A group of rows of one page: its words (empty without grouping), how many rows the whole group has, and those shown."""

    words: str
    count: int
    rows: tuple[SiteRow, ...]


@dataclass(frozen=True, slots=True)
class SiteSelection:
    """The sites that match a query, those of its page, and the options for other queries.

    Attributes:
        query: The query without values that are not known.
        all: Number of rows of the list before any filter.
        rows: The rows that match, each once, in the order of the page.
        shown: The rows of the page, each once.
        sections: The rows of the page in groups.
        options: The options of each filter, by its name.
        groups: The options of grouping.
        words: The filter as (heading, value); empty if there is none.
    """

    query: SiteQuery
    all: int
    rows: tuple[SiteRow, ...]
    shown: tuple[SiteRow, ...]
    sections: tuple[SiteSection, ...]
    options: Mapping[str, tuple[FilterOption, ...]]
    groups: tuple[FilterOption, ...]
    orders: tuple[SortOrder, ...]
    pages: int
    words: tuple[tuple[Message, str], ...]
    context: ListContext

    @property
    def words_without_people(self) -> tuple[tuple[Message, str], ...]:
        """`words` with the id of a person instead of the name."""
        names = self.context.auditors
        return tuple(
            (heading, self.query.auditor if self.query.auditor and value == names.get(self.query.auditor) else value)
            for heading, value in self.words
        )

    @property
    def more(self) -> bool:
        """Whether a filter is set that stands under "more filters"."""
        return any(getattr(self.query, name) for name in self.options if name not in ("status", "kind", "kecamatan"))

    @property
    def unknown_words(self) -> str:
        """The sentence about parameters whose value is not known; empty if there is none."""
        if not self.query.unknown:
            return ""
        pairs = ", ".join(f"{name}={value[:_LONGEST_UNKNOWN]}" for name, value in self.query.unknown)
        return str(say("Not known here, so it narrows nothing: {pairs}", pairs=pairs))


def select_sites(
    findings: Findings,
    rows: Sequence[SiteRow],
    query: SiteQuery,
    *,
    statuses: Sequence[Status],
    order: str,
    context: ListContext | None = None,
) -> SiteSelection:
    """Return the rows that match `query`; `order` is used if it has none.

    `statuses` are those of the list: the options of its filter, and their order when sorted by status.
    """
    context = context or ListContext()
    source = FilterSource(findings, rows, statuses, context)
    query = _known(source, query if query.order else replace(query, order=order))
    matching = _matching(source, query)
    groups = grouped_rows(source, sorted_rows(source, matching, query), query)
    entries = [(index, row) for index, (_, _, members) in enumerate(groups) for row in members]
    pages = max(-(-len(entries) // ROWS_ON_A_PAGE), 1)
    number = min(query.number, pages)
    page = entries[(number - 1) * ROWS_ON_A_PAGE : number * ROWS_ON_A_PAGE]
    query = replace(query, number=number)
    sections = (
        SiteSection(words, len(members), tuple(row for at, row in page if at == index))
        for index, (_, words, members) in enumerate(groups)
    )
    return SiteSelection(
        query=query,
        all=len(rows),
        rows=_once(row for _, row in entries),
        shown=_once(row for _, row in page),
        sections=tuple(section for section in sections if section.rows),
        options={site_filter.name: _options(source, site_filter, query) for site_filter in FILTERS},
        groups=tuple(FilterOption(name, str(filter_of(name).heading), name == query.group) for name in GROUPS),
        orders=tuple(_order(query, name, words) for name, words in ORDERS.items()),
        pages=pages,
        words=_words(source, query),
        context=context,
    )


def _once(rows: Iterable[SiteRow]) -> tuple[SiteRow, ...]:
    return tuple({row.id: row for row in rows}.values())


def _known(source: FilterSource, query: SiteQuery) -> SiteQuery:
    """Return a query without the values that no filter has; they are listed in `unknown`."""
    unknown = [
        (site_filter.name, value)
        for site_filter in FILTERS
        if (value := getattr(query, site_filter.name))
        and site_filter.name != "status"
        and not site_filter.words(source, value)
    ]
    without: dict[str, Any] = {name: "" for name, _ in unknown}
    return replace(query, **without, unknown=(*query.unknown, *unknown))


def _matching(source: FilterSource, query: SiteQuery) -> list[SiteRow]:
    search = query.search.casefold()
    tests: list[Callable[[SiteRow], bool]] = []
    if search:
        tests.append(lambda row: search in f"{row.name}\n{row.id}".casefold())
    for site_filter in FILTERS:
        value = getattr(query, site_filter.name)
        tests += [site_filter.matches(source, value)] if value else []
    return [row for row in source.rows if all(test(row) for test in tests)]


def _words(source: FilterSource, query: SiteQuery) -> tuple[tuple[Message, str], ...]:
    words = [(say("Name"), query.search)] if query.search else []
    chosen = ((site_filter, getattr(query, site_filter.name)) for site_filter in FILTERS)
    # A status that the list never has is no value of its filter.
    words += [(known.heading, known.words(source, value) or status_words(value)) for known, value in chosen if value]
    return tuple(words)


def _order(query: SiteQuery, name: str, words: Message) -> SortOrder:
    now = query.order == name
    direction = ("descending" if query.backwards else "ascending") if now else ""
    return SortOrder(
        name, str(words), query.query(order=name, backwards=now and not query.backwards, number=1), direction
    )


def _options(source: FilterSource, site_filter: SiteFilter, query: SiteQuery) -> tuple[FilterOption, ...]:
    chosen = getattr(query, site_filter.name)
    values = dict(site_filter.values(source))
    if chosen:
        values.setdefault(chosen, site_filter.words(source, chosen) or chosen)
    if site_filter.of is not None and site_filter.name in _IN_THE_ROWS:
        values_of = site_filter.of(source)
        present = {chosen}.union(*(values_of(row) for row in source.rows))
        values = {value: words for value, words in values.items() if value in present}
    if site_filter.name == "position" and not chosen and not source.context.doubted:
        values = {}
    return tuple(FilterOption(value, words, value == chosen) for value, words in values.items())
