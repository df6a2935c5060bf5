"""Swings of all sites, the free space around each, and messages about missing data."""

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
"""A distance greater than any at a site, in metres."""
_PIVOT: Final = "pivot_height_m"


@dataclass(frozen=True, eq=False)
class Swings:
    """The swings of all sites with the objects around them.

    Attributes:
        parts: All items.
        swing_states: For each item, 1 if it is a swing, -1 if not, 0 if it may have one.
        others: All objects that may be in the way.
        low: For each direction and swing, the least free space in metres.
        high: The greatest free space in metres; infinite if there is no object within reach.
    """

    inputs: MeasurementInputs
    parts: Parts
    swing_states: NDArray[np.int8]
    beams: SwingBeams
    others: SiteObjects
    within_m: float
    free: dict[SwingSide, FreeSpace]
    low: dict[SwingSide, Floats]
    high: dict[SwingSide, Floats]

    @cached_property
    def count(self) -> NDArray[np.intp]:
        """Number of swings at each site."""
        return np.bincount(self.beams.site, minlength=len(self.inputs))

    @cached_property
    def every_item(self) -> Flags:
        """For each site, whether its list of items is complete and each is known to be a swing or not."""
        unsure = np.bincount(self.parts.site[self.swing_states == 0], minlength=len(self.inputs)) > 0
        is_complete: Flags = self.parts.complete & ~unsure
        return is_complete

    @cached_property
    def complete(self) -> Flags:
        """For each site, whether `every_item` is true and the lists of other objects are complete."""
        is_complete: Flags = self.every_item & self.others.complete
        return is_complete

    @cached_property
    def silent(self) -> Flags:
        """For each site, whether the pivot height of a swing is not stated."""
        is_silent: Flags = np.bincount(self.beams.site[np.isnan(self.beams.pivot_m)], minlength=len(self.inputs)) > 0
        return is_silent

    @cached_property
    def worst(self) -> Positions:
        """For each site, the index of the swing with the least known space relative to its height; -1 if it has no swing."""
        room = np.minimum(np.minimum(self.high["front"], self.high["back"]), self.within_m)
        unknown = UNBOUNDED_M + np.minimum(self.low["front"], self.low["back"])
        room = np.where(self.beams.known, room, unknown) / np.nan_to_num(self.beams.pivot_m, nan=1.0)
        return smallest_by_group(self.beams.site, room, len(self.inputs))

    def called(self, swing: int) -> str:
        """Return the name of a swing."""
        return self.parts.called(int(self.beams.items[swing]))

    def named(self, site: int, chosen: Flags) -> str | Message:
        """Return the names of the chosen swings of a site; empty if there are none."""
        return names_text([self.called(at) for at in np.flatnonzero((self.beams.site == site) & chosen).tolist()])

    def no_pivot(self, site: int) -> Message | None:
        """Return the message that names the swings of a site without a stated pivot height; None if all have one."""
        items = self.named(site, np.isnan(self.beams.pivot_m))
        return say("“{what}” is not given of {items}", what=_PIVOT, items=items) if items else None

    def no_beam(self, site: int) -> Message | None:
        """Return the message that names the swings of a site without a known beam; None if all have one."""
        items = self.named(site, ~self.beams.known)
        if not items:
            return None
        return say("draw the beam of {items} as a line, or give “bearing_deg” and “width_m”", items=items)

    def none(self, site: int) -> Message:
        """Return the message with the reason why a site has no swing to measure."""
        return self.missing(site) or say("no swing is mapped")

    def missing(self, site: int) -> Message | None:
        """Return the message about missing data that may reduce the free space at a site; None if nothing is missing."""
        unmapped = parts_incomplete(self.inputs, site, EQUIPMENT, *(parts.kind for parts in self.others.lists))
        unsure = [self.parts.called(at) for at in self.parts.at_site(site) if self.swing_states[at] == 0]
        if unmapped is None and unsure:
            return say("perhaps a swing is part of {items}", items=names_text(unsure))
        return unmapped


def swings_of(inputs: MeasurementInputs, measure: Measure) -> Swings:
    """Return the swings of all sites, and the free space around each up to the measure's `within`."""
    parts, others = inputs.parts(EQUIPMENT), site_objects(inputs, measure.words("among"))
    within_m = measure.number("within")
    states = fact_of_items(inputs, measure.word("fact"))
    beams = swing_beams(parts, states > 0)
    near = others.around(parts, beams.frames, beams.site, beams.items, within_m)
    front, back, lateral = free_space(beams, others, near, within_m)
    # Without a known beam, the free space is at least the distance to the nearest object, less the extent of the frame itself.
    first = smallest_by_group(near.one, near.metres, len(beams))
    nearest = take_or(near.metres, first, within_m)
    unseen: dict[SwingSide, Floats] = {"side": np.maximum(nearest - beams.around_m, 0)}
    unseen["front"] = unseen["back"] = np.sqrt(np.maximum(nearest**2 - beams.around_m**2, 0))
    free: dict[SwingSide, FreeSpace] = {"front": front, "back": back, "side": lateral}
    low: dict[SwingSide, Floats] = {}
    high: dict[SwingSide, Floats] = {}
    for side, space in free.items():
        metres = space.metres
        otherwise = np.where(beams.known, within_m, np.nan_to_num(unseen[side]))
        low[side], high[side] = (np.where(np.isnan(metres), bound, metres) for bound in (otherwise, np.inf))
        low[side] = np.fmin(low[side], _of_unsure_size(others, near, len(beams)))
    return Swings(inputs, parts, states, beams, others, within_m, free, low, high)


def _of_unsure_size(others: SiteObjects, near: ObjectPairs, swings: int) -> Floats:
    """Return the least possible distance from each swing to the edge of an object of uncertain size; infinite if there is none."""
    unsure = near.only(others.most_beyond_m[near.other] > others.least_beyond_m[near.other])
    least = np.full(swings, np.inf)
    np.minimum.at(least, unsure.one, edges_m(unsure, np.zeros(swings), others.most_beyond_m))
    return least
