"""How far the things at a site stand apart: item from item, and each item from whatever else stands there.

Distances run from edge to edge of what is drawn. What is drawn as a point without its size may be nearer than that. Where a list of parts is not complete, what is missing may be nearer: then
a distance is known only to be no greater.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.evidence import Account, Measurement
from rba_audit.measures.ground import Ground
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats, numbers, yes_or_no
from rba_audit.measures.telling import named, no_parts, not_all, of_parts
from rba_audit.standard import Question
from rba_audit.standard.measuring import Measure
from rba_audit.words import Message, amount, say

Shapes = NDArray[np.object_]
Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

_MARGIN_M: Final = 0.05
"""How much farther is looked than is asked, where sites are laid side by side and the last digits are lost."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Things at the same site that are within reach of each other.

    Attributes:
        one: Positions among the first things.
        other: Positions among the others.
        metres: Between their edges.
    """

    one: Positions
    other: Positions
    metres: Floats

    def only(self, chosen: Flags) -> Pairs:
        """Return the chosen pairs."""
        return Pairs(self.one[chosen], self.other[chosen], self.metres[chosen])


def pairs(shapes: Shapes, site: Positions, others: Shapes, site_of_others: Positions, within_m: float) -> Pairs:
    """Return the pairs of two things of the same site that are within reach; all in metres about the point of their site."""
    if not len(shapes) or not len(others):
        empty = np.zeros(0, dtype=np.intp)
        return Pairs(empty, empty, np.zeros(0))
    west, _, east, _ = shapely.total_bounds(np.concatenate([shapes, others]))
    stride = (east - west) + 2 * within_m + 1
    tree = shapely.STRtree(_side_by_side(others, site_of_others, stride))
    one, other = tree.query(
        _side_by_side(shapes, site, stride), predicate="dwithin", distance=within_m + _MARGIN_M
    ).astype(np.intp)
    metres = shapely.distance(shapes[one], others[other])
    found = (site[one] == site_of_others[other]) & (metres <= within_m)
    return Pairs(one[found], other[found], metres[found])


def _side_by_side(shapes: Shapes, site: Positions, stride: float) -> Shapes:
    """Return shapes moved so far east that those of different sites are out of each other's reach."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = coordinates + np.column_stack([site[owner] * stride, np.zeros(len(owner))])
    found: Shapes = shapely.set_coordinates(shapes.copy(), moved)
    return found


def least(groups: Positions, values: Floats, count: int) -> Positions:
    """Return for each of `count` groups the position of its smallest value; -1 where it has none."""
    found = np.full(count, -1, dtype=np.intp)
    order = np.lexsort((values, groups))[::-1]
    found[groups[order]] = order
    return found


def inside(shapes: Shapes, others: Shapes) -> Flags:
    """Tell which of two shapes side by side lie one in the other: two drawings of one thing, or a thing on a surface."""
    areas = shapely.area(shapes), shapely.area(others)
    found: Flags = (shapely.covers(shapes, others) & (areas[0] > areas[1])) | (
        shapely.covers(others, shapes) & (areas[1] > areas[0])
    )
    return found


def edges_m(found: Pairs, beyond: Floats, beyond_of_others: Floats) -> Floats:
    """Return the metres between the edges of pairs, where each lies so far beyond what is drawn; 0 where one may be of any size."""
    return np.maximum(found.metres - beyond[found.one] - beyond_of_others[found.other], 0)


def between_items(parts: Parts, within_m: float) -> Pairs:
    """Return the pairs of two different parts, each once; a piece drawn inside the outline of another is not apart from it."""
    found = pairs(parts.shapes, parts.site, parts.shapes, parts.site, within_m)
    found = found.only(found.one < found.other)
    return found.only(~_one_in_other(parts.shapes, parts.shapes, found))


def _one_in_other(shapes: Shapes, others: Shapes, found: Pairs) -> Flags:
    touching = np.flatnonzero(found.metres == 0)
    flags = np.zeros(len(found.metres), dtype=np.bool_)
    flags[touching] = inside(shapes[found.one[touching]], others[found.other[touching]])
    return flags


@dataclass(frozen=True, eq=False)
class Things:
    """Everything of some kinds that stands at the sites.

    Attributes:
        lists: The parts of each kind.
    """

    lists: tuple[Parts, ...]

    @cached_property
    def shapes(self) -> Shapes:
        """Their shapes, list after list."""
        return np.concatenate([parts.shapes for parts in self.lists])

    @cached_property
    def site(self) -> Positions:
        """The position of the site of each."""
        return np.concatenate([parts.site for parts in self.lists])

    @cached_property
    def least_beyond_m(self) -> Floats:
        """How far the edge of each lies beyond what is drawn, at least."""
        return np.concatenate([parts.least_beyond_m for parts in self.lists])

    @cached_property
    def most_beyond_m(self) -> Floats:
        """How far it may lie beyond that."""
        return np.concatenate([parts.most_beyond_m for parts in self.lists])

    @cached_property
    def complete(self) -> Flags:
        """For each site, whether these are all there are."""
        found: Flags = np.logical_and.reduce([parts.complete for parts in self.lists])
        return found

    def first(self, kind: str) -> int:
        """Return the position of the first thing of a kind; -1 where the kind is not among them."""
        at = 0
        for parts in self.lists:
            if parts.kind == kind:
                return at
            at += len(parts)
        return -1

    def called(self, at: int) -> str:
        """Return what a thing goes by: its kind, name and id."""
        for parts in self.lists:
            if at < len(parts):
                return f"{parts.kind} {parts.called(at)}"
            at -= len(parts)
        raise IndexError(at)

    def around(self, own: Parts, shapes: Shapes, site: Positions, item: Positions, within_m: float) -> Pairs:
        """Return what stands within reach of some shapes of `own` parts, whose positions are `item`; not itself."""
        found = pairs(shapes, site, self.shapes, self.site, within_m)
        first = self.first(own.kind)
        if first < 0:
            return found
        same_kind = (found.other >= first) & (found.other < first + len(own))
        found = found.only(~(same_kind & (found.other - first == item[found.one])))
        same_kind = (found.other >= first) & (found.other < first + len(own))
        return found.only(~(same_kind & _one_in_other(own.shapes[item], self.shapes, found)))


def things(ground: Ground, kinds: Sequence[str]) -> Things:
    """Return everything of some kinds."""
    return Things(tuple(ground.parts(kind) for kind in kinds))


def gap(ground: Ground, question: Question, measure: Measure) -> Measurement:
    """Measure the smallest gap between two items, or between two that are both higher than a limit."""
    kind, within_m = measure.word("of"), measure.number("within")
    parts = ground.parts(kind)
    sure, possible = above(parts, measure)
    near = ground.once(("gap", kind, within_m), lambda: between_items(parts, within_m))
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
            if low[site] < high[site] and missing is None and sure[parts.of(site)].all():
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
            names = [parts.called(at) for at in parts.of(site) if sure[at]]
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
    names = [parts.called(at) for at in parts.of(site) if possible[at] and not sure[at]]
    return say("“{what}” is not given of {items}", what=measure.word("by"), items=named(names))


def _too_few(parts: Parts, site: int, measure: Measure) -> Message:
    if not parts.count[site]:
        return no_parts(parts.kind)
    return say("no two items are higher than {limit} m", limit=amount(measure.number("above"), 2))
