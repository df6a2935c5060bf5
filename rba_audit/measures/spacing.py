"""Gaps between items at a site, and between an item and any other object there.

Distances run from edge to edge of the drawn shapes. An object drawn as a point of unknown size may be nearer than drawn. If a
list of parts is incomplete, a missing part may be nearer, and the distance is only an upper bound.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.object_pairs import (
    Flags,
    ObjectPairs,
    Positions,
    between_items,
    edges_m,
    site_objects,
    smallest_by_group,
)
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats, number_results, yes_or_no_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_not_mapped, parts_source
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure


def measure_gap(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the smallest gap between two items, or between two that are both above a limit."""
    kind, within_m = measure.word("of"), measure.number("within")
    parts = inputs.parts(kind)
    sure, possible = surely_above(parts, measure)
    near = inputs.computed_once(("gap", kind, within_m), lambda: between_items(parts, within_m))
    both = near.only(sure[near.one] & sure[near.other])
    either = near.only(possible[near.one] & possible[near.other])
    widest = edges_m(both, parts.least_beyond_m, parts.least_beyond_m)
    closest = edges_m(either, parts.most_beyond_m, parts.most_beyond_m)
    nearest = smallest_by_group(parts.site[both.one], widest, len(inputs))
    nearest_maybe = smallest_by_group(parts.site[either.one], closest, len(inputs))
    low = np.where(parts.complete, take_or(closest, nearest_maybe, within_m), float(question.low))
    high = take_or(widest, nearest, float(question.high))
    few = _count(parts, possible, len(inputs)) < (2 if measure.get("by") else 1)
    low, high = informative_ranges(question, np.where(few, np.nan, low), high)

    def source_at(site: int) -> MeasurementSource:
        if nearest[site] >= 0:
            message = _apart(parts, both, int(nearest[site]), question)
            missing = parts_incomplete(inputs, site, kind)
            if low[site] < high[site] and missing is None and sure[parts.at_site(site)].all():
                message = say("{told}, or less: a point may be of any size", told=message)
            elif low[site] < high[site] and missing is None:
                message = say("{told}; {why}", told=message, why=_unstated(parts, site, sure, possible, measure))
            elif low[site] < high[site]:
                message = say("{told}, or less: {missing}", told=message, missing=missing)
        elif nearest_maybe[site] >= 0 and parts.complete[site]:
            apart = _apart(parts, either, int(nearest_maybe[site]), question)
            message = say("{told}; {why}", told=apart, why=_unstated(parts, site, sure, possible, measure))
        elif few[site] or np.isnan(low[site]):
            message = parts_incomplete(inputs, site, kind) or _too_few(parts, site, measure)
        else:
            message = say("no two items within {metres} m of each other", metres=format_number(within_m, 0))
        return parts_source(inputs, site, message, kind)

    return number_results(question, low, high, source_at)


def any_pair(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return whether at least two items are above a limit."""
    kind = measure.word("of")
    parts = inputs.parts(kind)
    sure, possible = surely_above(parts, measure)
    certain, maybe = (_count(parts, chosen, len(inputs)) for chosen in (sure, possible))
    trits = np.where(certain >= 2, 1, np.where(parts.complete & (maybe < 2), -1, 0)).astype(np.int8)

    def source_at(site: int) -> MeasurementSource:
        limit = format_number(measure.number("above"), 2)
        if trits[site] > 0:
            names = [parts.called(at) for at in parts.at_site(site) if sure[at]]
            message = say("higher than {limit} m: {items}", limit=limit, items=names_text(names))
        elif trits[site] < 0:
            message = say("no two items are higher than {limit} m", limit=limit)
        else:
            message = parts_incomplete(inputs, site, kind) or _unstated(parts, site, sure, possible, measure)
        return parts_source(inputs, site, message, kind)

    return yes_or_no_results(question, trits, source_at)


def clear_space(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the smallest distance from any item to another object."""
    kind, kinds, within_m = measure.word("of"), measure.words("among"), measure.number("within")
    parts, others = inputs.parts(kind), site_objects(inputs, kinds)
    every = np.arange(len(parts), dtype=np.intp)
    near = others.around(parts, parts.shapes, parts.site, every, within_m)
    widest = edges_m(near, parts.least_beyond_m, others.least_beyond_m)
    closest = edges_m(near, parts.most_beyond_m, others.most_beyond_m)
    nearest = smallest_by_group(parts.site[near.one], widest, len(inputs))
    nearest_maybe = smallest_by_group(parts.site[near.one], closest, len(inputs))
    complete = parts.complete & others.complete
    low = np.where(complete, take_or(closest, nearest_maybe, within_m), float(question.low))
    high = take_or(widest, nearest, float(question.high))
    low, high = informative_ranges(question, np.where(parts.count > 0, low, np.nan), high)

    def source_at(site: int) -> MeasurementSource:
        missing = parts_incomplete(inputs, site, kind, *kinds)
        if not parts.count[site]:
            message = parts_not_mapped(kind)
        elif nearest[site] >= 0:
            at = int(nearest[site])
            message = say(
                "{one} and {other}, {metres} m apart",
                one=parts.called(int(near.one[at])),
                other=others.called(int(near.other[at])),
                metres=format_number(near.metres[at], question.decimals),
            )
            if missing is not None:
                message = say("{told}, or less: {missing}", told=message, missing=missing)
            elif low[site] < high[site]:
                message = say("{told}, or less: a point may be of any size", told=message)
        else:
            message = missing or say("nothing within {metres} m of an item", metres=format_number(within_m, 0))
        return parts_source(inputs, site, message, kind, *kinds)

    return number_results(question, low, high, source_at)


def surely_above(parts: Parts, measure: Measure) -> tuple[Flags, Flags]:
    """Return which parts are certainly above the limit of a measure, and which may be; all if it has no limit."""
    if not measure.get("by"):
        everything = np.ones(len(parts), dtype=np.bool_)
        return everything, everything
    stated = parts.number(measure.word("by"))
    sure = stated > measure.number("above")
    return sure, sure | np.isnan(stated)


def informative_ranges(question: Question, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return ranges, with NaN for those as wide as the plausible range of the question, which say nothing."""
    empty = np.isnan(low) | np.isnan(high) | ((low <= float(question.low)) & (high >= float(question.high)))
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def take_or(values: Floats, positions: Positions, otherwise: float) -> Floats:
    """Return the values at these indices, and `otherwise` for an index of -1."""
    return np.where(positions >= 0, values[positions] if len(values) else otherwise, otherwise)


def _count(parts: Parts, chosen: Flags, sites: int) -> NDArray[np.intp]:
    return np.bincount(parts.site[chosen], minlength=sites)


def _apart(parts: Parts, pairs: ObjectPairs, at: int, question: Question) -> Message:
    one, other = int(pairs.one[at]), int(pairs.other[at])
    message = say(
        "{one} and {other}, {metres} m apart",
        one=parts.called(one),
        other=parts.called(other),
        metres=format_number(pairs.metres[at], question.decimals),
    )
    if (shapely.get_type_id(parts.shapes[[one, other]]) == shapely.GeometryType.POINT).any():
        return say("{told}, from points as they are drawn", told=message)
    return message


def _unstated(parts: Parts, site: int, sure: Flags, possible: Flags, measure: Measure) -> Message:
    """Return the message that names the parts whose value is not stated."""
    names = [parts.called(at) for at in parts.at_site(site) if possible[at] and not sure[at]]
    return say("“{what}” is not given of {items}", what=measure.word("by"), items=names_text(names))


def _too_few(parts: Parts, site: int, measure: Measure) -> Message:
    if not parts.count[site]:
        return parts_not_mapped(parts.kind)
    return say("no two items are higher than {limit} m", limit=format_number(measure.number("above"), 2))
