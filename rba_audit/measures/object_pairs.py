"""Pairs of objects at one site within a distance of each other, and the distances between their edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats

Shapes = NDArray[np.object_]
Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

_MARGIN_M: Final = 0.05
"""Margin of the search radius, in metres, because coordinates of sites moved side by side lose their last digits."""


@dataclass(frozen=True, eq=False)
class ObjectPairs:
    """Pairs of objects at the same site within reach of each other.

    Attributes:
        one: Indices among the first objects.
        other: Indices among the other objects.
        metres: Distance between their drawn shapes.
    """

    one: Positions
    other: Positions
    metres: Floats

    def only(self, chosen: Flags) -> ObjectPairs:
        """Return the pairs selected by a mask."""
        return ObjectPairs(self.one[chosen], self.other[chosen], self.metres[chosen])


def object_pairs(
    shapes: Shapes, site: Positions, others: Shapes, site_of_others: Positions, within_m: float
) -> ObjectPairs:
    """Return the pairs of objects of the same site within reach; all shapes in metres about the point of their site."""
    if not len(shapes) or not len(others):
        empty = np.zeros(0, dtype=np.intp)
        return ObjectPairs(empty, empty, np.zeros(0))
    west, _, east, _ = shapely.total_bounds(np.concatenate([shapes, others]))
    stride = (east - west) + 2 * within_m + 1
    tree = shapely.STRtree(_side_by_side(others, site_of_others, stride))
    one, other = tree.query(
        _side_by_side(shapes, site, stride), predicate="dwithin", distance=within_m + _MARGIN_M
    ).astype(np.intp)
    metres = shapely.distance(shapes[one], others[other])
    is_pair = (site[one] == site_of_others[other]) & (metres <= within_m)
    return ObjectPairs(one[is_pair], other[is_pair], metres[is_pair])


def _side_by_side(shapes: Shapes, site: Positions, stride: float) -> Shapes:
    """Return shapes moved east by `stride` per site, so that those of different sites are out of each other's reach."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = coordinates + np.column_stack([site[owner] * stride, np.zeros(len(owner))])
    shifted: Shapes = shapely.set_coordinates(shapes.copy(), moved)
    return shifted


def smallest_by_group(groups: Positions, values: Floats, count: int) -> Positions:
    """Return for each of `count` groups the index of its smallest value; -1 for an empty group."""
    smallest = np.full(count, -1, dtype=np.intp)
    order = np.lexsort((values, groups))[::-1]
    smallest[groups[order]] = order
    return smallest


def lies_inside(shapes: Shapes, others: Shapes) -> Flags:
    """Return for each pair of shapes whether one contains the other: two drawings of one object, or an object on a surface."""
    areas = shapely.area(shapes), shapely.area(others)
    inside: Flags = (shapely.covers(shapes, others) & (areas[0] > areas[1])) | (
        shapely.covers(others, shapes) & (areas[1] > areas[0])
    )
    return inside


def edges_m(pairs: ObjectPairs, beyond: Floats, beyond_of_others: Floats) -> Floats:
    """Return the metres between the edges of pairs, which lie so far beyond the drawn shapes; 0 if that distance is infinite."""
    return np.maximum(pairs.metres - beyond[pairs.one] - beyond_of_others[pairs.other], 0)


def between_items(parts: Parts, within_m: float) -> ObjectPairs:
    """Return the pairs of different parts, each once, without pairs of which one contains the other."""
    pairs = object_pairs(parts.shapes, parts.site, parts.shapes, parts.site, within_m)
    pairs = pairs.only(pairs.one < pairs.other)
    return pairs.only(~_one_in_other(parts.shapes, parts.shapes, pairs))


def _one_in_other(shapes: Shapes, others: Shapes, pairs: ObjectPairs) -> Flags:
    touching = np.flatnonzero(pairs.metres == 0)
    flags = np.zeros(len(pairs.metres), dtype=np.bool_)
    flags[touching] = lies_inside(shapes[pairs.one[touching]], others[pairs.other[touching]])
    return flags


@dataclass(frozen=True, eq=False)
class SiteObjects:
    """All objects of some kinds at the sites.

    Attributes:
        lists: The parts of each kind.
    """

    lists: tuple[Parts, ...]

    @cached_property
    def shapes(self) -> Shapes:
        """Their shapes, concatenated kind by kind."""
        return np.concatenate([parts.shapes for parts in self.lists])

    @cached_property
    def site(self) -> Positions:
        """Index of the site of each."""
        return np.concatenate([parts.site for parts in self.lists])

    @cached_property
    def least_beyond_m(self) -> Floats:
        """Least distance of the edge of each beyond the drawn shape, in metres."""
        return np.concatenate([parts.least_beyond_m for parts in self.lists])

    @cached_property
    def most_beyond_m(self) -> Floats:
        """Greatest distance of the edge of each beyond the drawn shape, in metres; infinite if unknown."""
        return np.concatenate([parts.most_beyond_m for parts in self.lists])

    @cached_property
    def complete(self) -> Flags:
        """For each site, whether the lists of all kinds are complete."""
        all_complete: Flags = np.logical_and.reduce([parts.complete for parts in self.lists])
        return all_complete

    def first(self, kind: str) -> int:
        """Return the index of the first object of a kind; -1 if the kind is not among them."""
        at = 0
        for parts in self.lists:
            if parts.kind == kind:
                return at
            at += len(parts)
        return -1

    def called(self, at: int) -> str:
        """Return the kind, name and id of an object.

        Raises:
            IndexError: there is no such object.
        """
        for parts in self.lists:
            if at < len(parts):
                return f"{parts.kind} {parts.called(at)}"
            at -= len(parts)
        raise IndexError(at)

    def around(self, own: Parts, shapes: Shapes, site: Positions, item: Positions, within_m: float) -> ObjectPairs:
        """Return the objects within reach of shapes of `own` parts, whose indices are `item`, without the part itself."""
        pairs = object_pairs(shapes, site, self.shapes, self.site, within_m)
        first = self.first(own.kind)
        if first < 0:
            return pairs
        same_kind = (pairs.other >= first) & (pairs.other < first + len(own))
        pairs = pairs.only(~(same_kind & (pairs.other - first == item[pairs.one])))
        same_kind = (pairs.other >= first) & (pairs.other < first + len(own))
        return pairs.only(~(same_kind & _one_in_other(own.shapes[item], self.shapes, pairs)))


def site_objects(inputs: MeasurementInputs, kinds: Sequence[str]) -> SiteObjects:
    """Return all objects of some kinds."""
    return SiteObjects(tuple(inputs.parts(kind) for kind in kinds))
