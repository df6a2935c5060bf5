"""The swings of all sites, what is free around each, and what is not known of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.measures.beams import FreeSpace, SwingBeams, free_space, swing_beams
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.object_pairs import (
    Flags,
    ObjectPairs,
    Positions,
    SiteObjects,
    edges_m,
    site_objects,
    smallest_by_group,
)
from rba_audit.measures.part_counts import fact_of_items
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats
from rba_audit.measures.sentences import names_text, parts_incomplete
from rba_audit.measures.spacing import take_or
from rba_audit.messages import Message, say
from rba_audit.standard.measure_terms import Measure

SwingSide = Literal["front", "back", "side"]
EQUIPMENT: Final = "equipment"
UNBOUNDED_M: Final = 1e6
"""Farther than anything at a site."""
_PIVOT: Final = "pivot_height_m"


@dataclass(frozen=True, eq=False)
class Swings:
    """The swings of all sites with what stands around them.

    Attributes:
        parts: All items.
        said: For each item, 1 where it is a swing, -1 where it is none, 0 where it may have one.
        others: Whatever may stand in the way.
        low: For each direction and swing, how much is free at least; NaN where nobody knows.
        high: How much at most.
    """

    ground: MeasurementInputs
    parts: Parts
    said: NDArray[np.int8]
    beams: SwingBeams
    others: SiteObjects
    within_m: float
    free: dict[SwingSide, FreeSpace]
    low: dict[SwingSide, Floats]
    high: dict[SwingSide, Floats]

    @cached_property
    def count(self) -> NDArray[np.intp]:
        """How many swings each site has."""
        return np.bincount(self.beams.site, minlength=len(self.ground))

    @cached_property
    def every_item(self) -> Flags:
        """For each site, whether its items are all there are, and no other one of them may swing."""
        unsure = np.bincount(self.parts.site[self.said == 0], minlength=len(self.ground)) > 0
        found: Flags = self.parts.complete & ~unsure
        return found

    @cached_property
    def complete(self) -> Flags:
        """For each site, whether that is so and whatever may stand in the way is all there is."""
        found: Flags = self.every_item & self.others.complete
        return found

    @cached_property
    def silent(self) -> Flags:
        """For each site, whether the height of a pivot is not given."""
        found: Flags = np.bincount(self.beams.site[np.isnan(self.beams.pivot_m)], minlength=len(self.ground)) > 0
        return found

    @cached_property
    def worst(self) -> Positions:
        """For each site, the swing with the least room for its height that is known; -1 where there is no swing."""
        room = np.minimum(np.minimum(self.high["front"], self.high["back"]), self.within_m)
        unknown = UNBOUNDED_M + np.minimum(self.low["front"], self.low["back"])
        room = np.where(self.beams.known, room, unknown) / np.nan_to_num(self.beams.pivot_m, nan=1.0)
        return smallest_by_group(self.beams.site, room, len(self.ground))

    def called(self, swing: int) -> str:
        """Return what a swing goes by."""
        return self.parts.called(int(self.beams.items[swing]))

    def named(self, site: int, chosen: Flags) -> str | Message:
        """Return the names of the chosen swings of a site; empty where it has none."""
        return names_text([self.called(at) for at in np.flatnonzero((self.beams.site == site) & chosen).tolist()])

    def no_pivot(self, site: int) -> Message | None:
        """Return which swings of a site do not say how high they hang; None where all do."""
        items = self.named(site, np.isnan(self.beams.pivot_m))
        return say("“{what}” is not given of {items}", what=_PIVOT, items=items) if items else None

    def no_beam(self, site: int) -> Message | None:
        """Return of which swings of a site it is not drawn how they stand; None where it is of all."""
        items = self.named(site, ~self.beams.known)
        if not items:
            return None
        return say("draw the beam of {items} as a line, or give “bearing_deg” and “width_m”", items=items)

    def none(self, site: int) -> Message:
        """Return why a site has no swing to measure."""
        return self.missing(site) or say("no swing is mapped")

    def missing(self, site: int) -> Message | None:
        """Return what is not known at a site that may leave less room than was found; None where all is."""
        unmapped = parts_incomplete(self.ground, site, EQUIPMENT, *(parts.kind for parts in self.others.lists))
        unsure = [self.parts.called(at) for at in self.parts.at_site(site) if self.said[at] == 0]
        if unmapped is None and unsure:
            return say("perhaps a swing is part of {items}", items=names_text(unsure))
        return unmapped


def swings_of(ground: MeasurementInputs, measure: Measure) -> Swings:
    """Return the swings of all sites, and what is free around each as far as a measure looks."""
    parts, others = ground.parts(EQUIPMENT), site_objects(ground, measure.words("among"))
    within_m = measure.number("within")
    said = fact_of_items(ground, measure.word("fact"))
    found = swing_beams(parts, said > 0)
    near = others.around(parts, found.frames, found.site, found.items, within_m)
    front, back, beside = free_space(found, others, near, within_m)
    # Where nobody knows how the beam runs, there is at least as much room as to the nearest thing, less the frame's own reach.
    first = smallest_by_group(near.one, near.metres, len(found))
    nearest = take_or(near.metres, first, within_m)
    unseen: dict[SwingSide, Floats] = {"side": np.maximum(nearest - found.around_m, 0)}
    unseen["front"] = unseen["back"] = np.sqrt(np.maximum(nearest**2 - found.around_m**2, 0))
    free: dict[SwingSide, FreeSpace] = {"front": front, "back": back, "side": beside}
    low: dict[SwingSide, Floats] = {}
    high: dict[SwingSide, Floats] = {}
    for side, space in free.items():
        metres = space.metres
        otherwise = np.where(found.known, within_m, np.nan_to_num(unseen[side]))
        low[side], high[side] = (np.where(np.isnan(metres), each, metres) for each in (otherwise, np.inf))
        low[side] = np.fmin(low[side], _of_unsure_size(others, near, len(found)))
    return Swings(ground, parts, said, found, others, within_m, free, low, high)


def _of_unsure_size(others: SiteObjects, near: ObjectPairs, swings: int) -> Floats:
    """Return how near each swing the edge of something may be that is drawn as a point; infinite where there is none."""
    unsure = near.only(others.most_beyond_m[near.other] > others.least_beyond_m[near.other])
    found = np.full(swings, np.inf)
    np.minimum.at(found, unsure.one, edges_m(unsure, np.zeros(swings), others.most_beyond_m))
    return found
