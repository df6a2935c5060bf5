"""How far the things at a site stand apart: item from item, and each item from whatever else stands there.

Distances run from edge to edge of what is drawn. What is drawn as a point without its size may be nearer than that. Where a list of parts is not complete, what is missing may be nearer: then
a distance is known only to be no greater.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.evidence import Account, Measurement
from rba_audit.measures.ground import Ground
from rba_audit.measures.nearby_pairs import Flags, Pairs, Positions, between_items, edges_m, least, things
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats, numbers, yes_or_no
from rba_audit.measures.telling import named, no_parts, not_all, of_parts
from rba_audit.standard import Question
from rba_audit.standard.measuring import Measure
from rba_audit.words import Message, amount, say


def gap(ground: Ground, question: Question, measure: Measure) -> Measurement:
    """Measure the smallest gap between two items, or between two that are both higher than a limit."""
    kind, within_m = measure.word("of"), measure.number("within")
    parts = ground.parts(kind)
    sure, possible = above(parts, measure)
    near = ground.computed_once(("gap", kind, within_m), lambda: between_items(parts, within_m))
    both = near.only(sure[near.one] & sure[near.other])
    either = near.only(possible[near.one] & possible[near.other])
    widest = edges_m(both, parts.least_beyond_m, parts.least_beyond_m)
    closest = edges_m(either, parts.most_beyond_m, parts.most_beyond_m)
    nearest = least(parts.site[both.one], widest, len(ground))
    nearest_maybe = least(parts.site[either.one], closest, len(ground))
    low = np.where(parts.complete, at_or(closest, nearest_maybe, within_m), float(question.low))
    high = at_or(widest, nearest, float(question.high))
    few = _count(parts, possible, len(ground)) < (2 if measure.get("by") else 1)
    low, high = settled(question, np.where(few, np.nan, low), high)

    def tell(site: int) -> Account:
        if nearest[site] >= 0:
            told = _apart(parts, both, int(nearest[site]), question)
            missing = not_all(ground, site, kind)
            if low[site] < high[site] and missing is None and sure[parts.at_site(site)].all():
                told = say("{told}, or less: a point may be of any size", told=told)
            elif low[site] < high[site] and missing is None:
                told = say("{told}; {why}", told=told, why=_unstated(parts, site, sure, possible, measure))
            elif low[site] < high[site]:
                told = say("{told}, or less: {missing}", told=told, missing=missing)
        elif nearest_maybe[site] >= 0 and parts.complete[site]:
            apart = _apart(parts, either, int(nearest_maybe[site]), question)
            told = say("{told}; {why}", told=apart, why=_unstated(parts, site, sure, possible, measure))
        elif few[site] or np.isnan(low[site]):
            told = not_all(ground, site, kind) or _too_few(parts, site, measure)
        else:
            told = say("no two items within {metres} m of each other", metres=amount(within_m, 0))
        return of_parts(ground, site, told, kind)

    return numbers(question, low, high, tell)


def any_pair(ground: Ground, question: Question, measure: Measure) -> Measurement:
    """Say whether two items at least are higher than a limit."""
    kind = measure.word("of")
    parts = ground.parts(kind)
    sure, possible = above(parts, measure)
    certain, maybe = (_count(parts, each, len(ground)) for each in (sure, possible))
    trits = np.where(certain >= 2, 1, np.where(parts.complete & (maybe < 2), -1, 0)).astype(np.int8)

    def tell(site: int) -> Account:
        limit = amount(measure.number("above"), 2)
        if trits[site] > 0:
            names = [parts.called(at) for at in parts.at_site(site) if sure[at]]
            told = say("higher than {limit} m: {items}", limit=limit, items=named(names))
        elif trits[site] < 0:
            told = say("no two items are higher than {limit} m", limit=limit)
        else:
            told = not_all(ground, site, kind) or _unstated(parts, site, sure, possible, measure)
        return of_parts(ground, site, told, kind)

    return yes_or_no(question, trits, tell)


def clear_space(ground: Ground, question: Question, measure: Measure) -> Measurement:
    """Measure the narrowest free space around any item."""
    kind, kinds, within_m = measure.word("of"), measure.words("among"), measure.number("within")
    parts, others = ground.parts(kind), things(ground, kinds)
    every = np.arange(len(parts), dtype=np.intp)
    near = others.around(parts, parts.shapes, parts.site, every, within_m)
    widest = edges_m(near, parts.least_beyond_m, others.least_beyond_m)
    closest = edges_m(near, parts.most_beyond_m, others.most_beyond_m)
    nearest = least(parts.site[near.one], widest, len(ground))
    nearest_maybe = least(parts.site[near.one], closest, len(ground))
    complete = parts.complete & others.complete
    low = np.where(complete, at_or(closest, nearest_maybe, within_m), float(question.low))
    high = at_or(widest, nearest, float(question.high))
    low, high = settled(question, np.where(parts.count > 0, low, np.nan), high)

    def tell(site: int) -> Account:
        missing = not_all(ground, site, kind, *kinds)
        if not parts.count[site]:
            told = no_parts(kind)
        elif nearest[site] >= 0:
            at = int(nearest[site])
            told = say(
                "{one} and {other}, {metres} m apart",
                one=parts.called(int(near.one[at])),
                other=others.called(int(near.other[at])),
                metres=amount(near.metres[at], question.decimals),
            )
            if missing is not None:
                told = say("{told}, or less: {missing}", told=told, missing=missing)
            elif low[site] < high[site]:
                told = say("{told}, or less: a point may be of any size", told=told)
        else:
            told = missing or say("nothing within {metres} m of an item", metres=amount(within_m, 0))
        return of_parts(ground, site, told, kind, *kinds)

    return numbers(question, low, high, tell)


def above(parts: Parts, measure: Measure) -> tuple[Flags, Flags]:
    """Return which parts are certainly higher than the limit of a measure, and which may be; all where it has none."""
    if not measure.get("by"):
        everything = np.ones(len(parts), dtype=np.bool_)
        return everything, everything
    stated = parts.number(measure.word("by"))
    sure = stated > measure.number("above")
    return sure, sure | np.isnan(stated)


def settled(question: Question, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return ranges, and NaN for those that say no more than that the answer is a plausible one."""
    empty = np.isnan(low) | np.isnan(high) | ((low <= float(question.low)) & (high >= float(question.high)))
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def at_or(values: Floats, positions: Positions, otherwise: float) -> Floats:
    """Return the values at these positions, and something else where a position is -1."""
    return np.where(positions >= 0, values[positions] if len(values) else otherwise, otherwise)


def _count(parts: Parts, chosen: Flags, sites: int) -> NDArray[np.intp]:
    return np.bincount(parts.site[chosen], minlength=sites)


def _apart(parts: Parts, found: Pairs, at: int, question: Question) -> Message:
    one, other = int(found.one[at]), int(found.other[at])
    told = say(
        "{one} and {other}, {metres} m apart",
        one=parts.called(one),
        other=parts.called(other),
        metres=amount(found.metres[at], question.decimals),
    )
    if (shapely.get_type_id(parts.shapes[[one, other]]) == shapely.GeometryType.POINT).any():
        return say("{told}, from points as they are drawn", told=told)
    return told


def _unstated(parts: Parts, site: int, sure: Flags, possible: Flags, measure: Measure) -> Message:
    """Return which parts do not say how high they are."""
    names = [parts.called(at) for at in parts.at_site(site) if possible[at] and not sure[at]]
    return say("“{what}” is not given of {items}", what=measure.word("by"), items=named(names))


def _too_few(parts: Parts, site: int, measure: Measure) -> Message:
    if not parts.count[site]:
        return no_parts(parts.kind)
    return say("no two items are higher than {limit} m", limit=amount(measure.number("above"), 2))
