"""Messages about coverage: the headline, its inequality, and the notes that belong to every figure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rba_audit.coverage.computation import Coverage
from rba_audit.coverage.remote_sites import shortened_ids
from rba_audit.coverage.tables import ALL_AREAS, AreaRow, rounded_outward, total_row
from rba_audit.messages import Message, format_number, say

_M2_A_KM2 = 1_000_000
_WHO = {"children": say("children"), "people": say("people"), "area": say("km²")}
_WHOM = {"children": say("children"), "people": say("people"), "area": say("the ground")}
_PLACE = {
    "standard": say("a standard place"),
    "nearly": say("a standard or nearly standard place"),
    "any": say("any place"),
}
_ALONG = {"streets": say("along streets"), "straight": say("in a straight line")}


def counted_words(coverage: Coverage) -> Message:
    """Return the unit of a number: children, people or km²."""
    return _WHO[coverage.demand.counted]


def format_weight(coverage: Coverage, weight: float) -> str:
    """Format a weight: whole children or people, or km² with two decimals."""
    return format_number(weight / _M2_A_KM2, 2) if coverage.demand.counted == "area" else format_number(weight, 0)


def format_percents(row: AreaRow) -> str:
    """Format the percent covered as a range, rounded outwards; a dash for an area without demand."""
    low, high = rounded_outward(row.low_pct, row.high_pct)
    if low is None or high is None:
        return "–"
    return format_number(low, 1) if low == high else f"{format_number(low, 1)}–{format_number(high, 1)}"


def coverage_headline(coverage: Coverage) -> Message:
    """Return the headline: how many have a site that counts within reach, and the kind of distance."""
    row = total_row(coverage)
    return say(
        "{covered} of {total} {who} ({percents} %) have {place} within reach, {along}",
        covered=format_weight(coverage, row.covered),
        total=format_weight(coverage, row.total),
        who=counted_words(coverage),
        percents=format_percents(row),
        place=_PLACE[coverage.counting],
        along=_ALONG[coverage.pairs.along],
    )


def area_name(row: AreaRow) -> str:
    """Return the name of an area with its code, because names repeat."""
    if row.level == ALL_AREAS:
        return str(say("everything"))
    return f"{row.name} ({row.code})" if row.name and row.name != row.code else row.code


def equity_sentences(coverage: Coverage) -> Iterator[Message]:
    """Yield the messages about inequality."""
    equity, whom = coverage.equity, _WHOM[coverage.demand.counted]
    if equity.gini is None or equity.worst_has_pct is None:
        yield say(
            "For nobody is it sure that a place that counts is within reach, so there is no inequality to measure."
        )
        return
    yield say(
        "Gini index of access: {gini} (0: all have the same, 1: one has everything)", gini=format_number(equity.gini, 2)
    )
    yield say(
        "Surely nothing within reach: {percent} % of {whom}", percent=format_number(equity.without_pct, 1), whom=whom
    )
    yield say(
        "The worst-served {share} % of {whom} have together {percent} % of all access",
        share=format_number(equity.worst_pct, 1),
        whom=whom,
        percent=format_number(equity.worst_has_pct, 1),
    )


def coverage_notes(coverage: Coverage) -> list[Message]:
    """Return the notes that belong to every figure: assumptions, and data that is in no figure."""
    return [*_of_reach(coverage), *_of_demand(coverage), *_of_network(coverage), *_of_sites(coverage)]


def _of_reach(coverage: Coverage) -> Iterator[Message]:
    rule = coverage.rule
    yield say("{rule}: {note}", rule=rule.words, note=rule.origin.note)
    scales = {site.scale for site in coverage.sites}
    if rule.unstated_note is not None and scales & set(rule.unstated):
        yield say("{note}", note=rule.unstated_note)
    if coverage.pairs.unclassed:
        yield say(
            "{count} places do not state their scale: they surely reach as far as the smallest radius, and perhaps as far as the largest.",
            count=coverage.pairs.unclassed,
        )


def _of_demand(coverage: Coverage) -> Iterator[Message]:
    demand, areas = coverage.demand, coverage.areas
    if demand.counted == "people":
        yield say("No children are counted in the data, so all people are.")
    elif demand.counted == "area":
        yield say("No population is given, so the ground counts, whether anybody lives there or not.")
    if areas.basis == "hull":
        yield say("No boundary is given; one area around all places counts, as wide as they reach.")
    elif areas.basis == "population":
        yield say("No boundary is given; everybody in the population data counts as one area.")
    if areas.overlaps:
        yield say(
            "{count} areas overlap an area of a lower code, by {area} m² in all; that ground belongs to the lower code.",
            count=areas.overlaps,
            area=format_number(areas.overlap_m2, 0),
        )
    if demand.in_two:
        yield say("{count} cells lie in two areas; they belong to the lower code.", count=demand.in_two)
    if areas.left_out:
        yield say("{count} boundaries have no code of a known level and are not used.", count=areas.left_out)
    if demand.outside:
        yield say(
            "{number} {who} are outside every area and in no figure.",
            number=format_weight(coverage, demand.outside),
            who=counted_words(coverage),
        )
    if demand.spread:
        yield say(
            "{number} {who} are stated only for areas larger than these and are spread evenly over the ground there; figures of single areas are rough.",
            number=format_weight(coverage, demand.spread),
            who=counted_words(coverage),
        )
    if demand.without:
        yield say(
            "{count} features of the population state no usable number; nobody is counted there.", count=demand.without
        )


def _of_network(coverage: Coverage) -> Iterator[Message]:
    pairs = coverage.pairs
    if pairs.along == "straight":
        yield say("No streets are given: distances are straight lines, so that this is the most there can be.")
        return
    limit = format_number(coverage.policy.limit_m.value, 0)
    if pairs.off_cells.any():
        yield say(
            "{number} {who} are farther than {limit} m from every street: they are never counted as covered, and as not covered only where a straight line is too long already.",
            number=format_weight(coverage, coverage.off_network),
            who=counted_words(coverage),
            limit=limit,
        )
    if pairs.off_sites.any():
        yield say(
            "{count} places are farther than {limit} m from every street; whom they reach is not known.",
            count=int(pairs.off_sites.sum()),
            limit=limit,
        )
    if pairs.pieces > 1:
        yield say(
            "The streets given fall into {count} pieces with no way between them; where streets are missing, walks are too long or not found.",
            count=pairs.pieces,
        )
    if pairs.too_long:
        yield say(
            "{count} segments of streets are longer than {km} km or lie at a pole; they are not walked: correct their coordinates.",
            count=pairs.too_long,
            km=format_number(coverage.policy.longest_m.value / 1000, 0),
        )
    if pairs.gated:
        yield say("{count} places are entered at their gates only, as these are drawn.", count=pairs.gated)


def excluded_sentences(coverage: Coverage) -> Iterator[Message]:
    """Yield a message that lists the sites left out of all figures because of their position or size."""
    if coverage.left_out:
        yield say(
            "{count} places lie farther than {km} km from the others, at a pole, or are drawn larger than that; they are in no figure: {ids}. Correct their coordinates, or give boundaries.",
            count=len(coverage.left_out),
            km=format_number(coverage.policy.apart_m.value / 1000, 0),
            ids=shortened_ids(coverage.left_out),
        )


def _of_sites(coverage: Coverage) -> Iterator[Message]:
    yield from excluded_sentences(coverage)
    located = np.array([shape is not None for shape in coverage.sites.shapes], dtype=np.bool_)
    might = int((coverage.unknown & located).sum())
    if might:
        yield say("{count} places may count or not: their status is not known.", count=might)
    if coverage.not_located:
        yield say(
            "{count} places are not located and reach nobody: {ids}",
            count=len(coverage.not_located),
            ids=shortened_ids(coverage.not_located),
        )
    unit = say("m² of them") if coverage.access.supply == "area" else say("places")
    demand_unit = say("m² of ground") if coverage.demand.counted == "area" else say("head")
    yield say(
        "Accessibility (E2SFCA) shares the places that count out among all whom they reach: {unit} for each {each}.",
        unit=unit,
        each=demand_unit,
    )
