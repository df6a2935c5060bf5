"""Filters of a list of sites: for each its values in words, and the values that a site has.

A filter is a function of the findings and of a `ListContext`; nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, Findings, Status
from rba_audit.findings.conclusions import counted
from rba_audit.messages import Message, say
from rba_audit.reports import SiteRow, kind_words, status_words
from rba_audit.status_style import GATE_ITEMS
from rba_audit.web.pages.lists.context import DUE_WORDS, ListContext

DOUBTED: Final = "doubted"
NOT_STATED: Final = "-"
NO_RANK: Final = "-"
UNDECIDED_RANK: Final = "?"
NEVER: Final = "never"
_AGES: Final = (90, 180, 365, 730)
"""Days that the form offers as the age of an audit."""
_MOST_DIGITS: Final = 5

Values = Callable[[SiteRow], Collection[str]]


@dataclass(frozen=True)
class FilterSource:
    """Source of the values of all filters: findings, the list's rows and statuses, and further facts.

    Attributes:
        rows: All rows of the list, before any filter.
        statuses: The statuses that the list has.
    """

    findings: Findings
    rows: Sequence[SiteRow]
    statuses: Sequence[Status]
    context: ListContext

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of each site, by its index."""
        return [site.kind for site in self.findings.source]

    @cached_property
    def areas(self) -> list[tuple[str, ...]]:
        """For each site, by its index, the code of its kelurahan and those of all larger areas, largest first."""
        return [_with_larger(site.kelurahan_code) for site in self.findings.source]

    @cached_property
    def led_by(self) -> Mapping[str, NDArray[np.bool_]]:
        """By agency, a mask over all sites: those with an unmet or partly met counted requirement that it leads."""
        findings = self.findings
        unmet = np.isin(findings.matrix, (DOES_NOT_CONFORM, PARTIAL))
        unmet &= counted(findings.standard, findings.extension)[:, None]
        leads = np.array([requirement.remedy.lead for requirement in findings.standard.requirements])
        return {agency: unmet[leads == agency].any(axis=0) for agency in findings.standard.agencies}


class SiteFilter(NamedTuple):
    """A filter of a list of sites.

    Attributes:
        name: Its parameter in the address, and its field of `SiteQuery`.
        values: Returns each value that the form offers with its words, in the order of the form.
        matches: Returns a function that tells whether a row has a value.
        of: Returns a function that returns all values of a row; None if no list is grouped by them.
    """

    name: str
    heading: Message
    values: Callable[[FilterSource], Mapping[str, str]]
    matches: Callable[[FilterSource, str], Callable[[SiteRow], bool]]
    of: Callable[[FilterSource], Values] | None = None

    def words(self, source: FilterSource, value: str) -> str:
        """Return a value in words; empty if the filter has no such value."""
        if self.name == "older":
            return age_words(value) if is_age(value) else ""
        return self.values(source).get(value, "")


def rank_value(row: SiteRow) -> str:
    """Return the value of the filter by rank that a row has: each row has exactly one."""
    if row.status == "not_audited" or row.score_low is None or row.rank_low != row.rank_high:
        return UNDECIDED_RANK
    return row.rank_low or NO_RANK


def is_age(value: str) -> bool:
    """Return whether a text is a number of days or `never`."""
    return value == NEVER or (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS)


def age_words(value: str) -> str:
    """Return a value of the filter by age of the audit in words."""
    return str(say("no visit counts") if value == NEVER else say("more than {days} days ago", days=int(value)))


def filter_of(name: str) -> SiteFilter:
    """Return a filter by its name."""
    return next(site_filter for site_filter in FILTERS if site_filter.name == name)


def _with_larger(code: str) -> tuple[str, ...]:
    parts = code.split(".") if code else []
    return tuple(".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _by_words(named: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def _kinds(source: FilterSource) -> dict[str, str]:
    standard = source.findings.standard
    named = {kind: kind_words(standard, kind) for kind in set(source.kinds) if kind}
    return {**_by_words(named), NOT_STATED: str(say("not stated"))}


def _kecamatan(source: FilterSource) -> dict[str, str]:
    names = {site.kecamatan for site in source.findings.source} - {""}
    return {**_by_words({name: name for name in names}), NOT_STATED: str(say("not stated"))}


def _ranks(source: FilterSource) -> dict[str, str]:
    rungs = {rung.name: rung.name for rung in reversed(source.findings.standard.ladder.rungs)}
    return {**rungs, NO_RANK: str(say("no rank")), UNDECIDED_RANK: str(say("not decided yet"))}


def _agencies(source: FilterSource) -> dict[str, str]:
    standard = source.findings.standard
    leads = {requirement.remedy.lead for requirement in standard.requirements}
    return _by_words({id: str(words) for id, words in standard.agencies.items() if id in leads})


def _requirements(source: FilterSource) -> dict[str, str]:
    return {
        requirement.id: f"{requirement.id} {requirement.title}" for requirement in source.findings.standard.requirements
    }


def _ages(_source: FilterSource) -> dict[str, str]:
    return {value: age_words(value) for value in (*map(str, _AGES), NEVER)}


def _areas(source: FilterSource) -> dict[str, str]:
    words: dict[str, str] = {}
    for site, codes in zip(source.findings.source, source.areas, strict=True):
        for code in codes:
            words.setdefault(code, code)
        if site.kelurahan_code and site.kelurahan:
            words[site.kelurahan_code] = site.kelurahan
        if site.kecamatan_code and site.kecamatan:
            words[site.kecamatan_code] = site.kecamatan
    return {code: words[code] for code in sorted(words)}


def _by_value(of: Callable[[FilterSource], Values]) -> Callable[[FilterSource, str], Callable[[SiteRow], bool]]:
    """Return the `matches` of a filter from its `of`."""

    def matches(source: FilterSource, value: str) -> Callable[[SiteRow], bool]:
        values_of = of(source)
        return lambda row: value in values_of(row)

    return matches


def _by_outcome(*outcomes: int) -> Callable[[FilterSource, str], Callable[[SiteRow], bool]]:
    """Return a `matches` for sites where the requirement that is the value has one of these outcomes."""

    def matches(source: FilterSource, value: str) -> Callable[[SiteRow], bool]:
        ids = [requirement.id for requirement in source.findings.standard.requirements]
        mask = np.isin(source.findings.matrix[ids.index(value)], outcomes)
        return lambda row: bool(mask[row.position])

    return matches


def _by_age(source: FilterSource, value: str) -> Callable[[SiteRow], bool]:
    audits, day = source.context.audits, source.context.today
    if value == NEVER:
        return lambda row: row.id not in audits
    return lambda row: row.id in audits and (day - audits[row.id].day).days > int(value)


def _by_auditor(source: FilterSource, value: str) -> Callable[[SiteRow], bool]:
    audits = source.context.audits
    return lambda row: row.id in audits and audits[row.id].auditor_id == value


def _by_due(source: FilterSource, value: str) -> Callable[[SiteRow], bool]:
    ids = source.context.due[value]()
    return lambda row: row.id in ids


def _agencies_of(source: FilterSource) -> Values:
    masks = source.led_by
    return lambda row: [agency for agency, mask in masks.items() if mask[row.position]]


def _statuses_of(_source: FilterSource) -> Values:
    return lambda row: (row.status,)


def _kinds_of(source: FilterSource) -> Values:
    return lambda row: (source.kinds[row.position] or NOT_STATED,)


def _kecamatan_of(_source: FilterSource) -> Values:
    return lambda row: (row.kecamatan or NOT_STATED,)


def _ranks_of(_source: FilterSource) -> Values:
    return lambda row: (rank_value(row),)


def _areas_of(source: FilterSource) -> Values:
    return lambda row: source.areas[row.position]


FILTERS: Final = (
    SiteFilter(
        "status",
        say("Status"),
        lambda source: {status: status_words(status) for status in source.statuses},
        lambda _source, value: lambda row: row.status == value,
        _statuses_of,
    ),
    SiteFilter("kind", say("Kind"), _kinds, _by_value(_kinds_of), _kinds_of),
    SiteFilter("kecamatan", say("Kecamatan"), _kecamatan, _by_value(_kecamatan_of), _kecamatan_of),
    SiteFilter(
        "position",
        say("Position"),
        lambda _source: {DOUBTED: str(say("in doubt"))},
        lambda source, _value: lambda row: row.id in source.context.doubted,
    ),
    SiteFilter("rank", say("Rank"), _ranks, _by_value(_ranks_of), _ranks_of),
    SiteFilter("agency", say("Agency that leads a repair"), _agencies, _by_value(_agencies_of), _agencies_of),
    SiteFilter(
        "requirement", say("Not or only partly met"), _requirements, _by_outcome(int(DOES_NOT_CONFORM), int(PARTIAL))
    ),
    SiteFilter("unmet", say("Not met"), _requirements, _by_outcome(int(DOES_NOT_CONFORM))),
    SiteFilter(
        "item",
        say("What fails"),
        lambda _source: {item: str(words) for item, words in GATE_ITEMS.items()},
        lambda _source, value: lambda row: bool(getattr(row, value)),
    ),
    SiteFilter("older", say("Last audit visit"), _ages, _by_age),
    SiteFilter("auditor", say("Auditor"), lambda source: _by_words(source.context.auditors), _by_auditor),
    SiteFilter("area", say("Kelurahan or larger area"), _areas, _by_value(_areas_of), _areas_of),
    SiteFilter(
        "due",
        say("What is due"),
        lambda source: {name: str(words) for name, words in DUE_WORDS.items() if name in source.context.due},
        _by_due,
    ),
)
"""All filters but the search, in the order in which a file names them."""
