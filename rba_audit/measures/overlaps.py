"""Overlap of a swing's zone with another item's zone, with another swing's, or with a path.

The zone of a swing is its corridor, whose reach depends on the pivot height, and a strip around its frame; the zone of another
item is a strip around it. Zones that only touch do not overlap.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.measures.object_pairs import Flags, ObjectPairs, Shapes, object_pairs, site_objects
from rba_audit.measures.results import Floats, yes_or_no_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_source
from rba_audit.measures.swings import EQUIPMENT, Swings
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_PATH: Final = "path"
_WIDTH: Final = "width_m"
_TOUCH_M: Final = 0.0025
"""Zones are shrunk by this much, so that touching is no overlap: positions are measured to a centimetre."""


def overlap(swings: Swings, question: Question, measure: Measure) -> Measurement:
    """Return whether the zone of any swing is shared."""
    zone, beside_m, sites = measure.number("zone"), measure.number("beside"), len(swings.inputs)
    paths = swings.inputs.parts(_PATH)
    reach_m = zone * swings.beams.pivot_m
    corridors = swings.beams.corridors(reach_m, _TOUCH_M)
    look_m = 2 * float(np.nan_to_num(reach_m).max(initial=0)) + 2 * beside_m + swings.within_m
    items = site_objects(swings.inputs, [EQUIPMENT]).around(
        swings.parts, swings.beams.frames, swings.beams.site, swings.beams.items, look_m
    )
    items = items.only(_with_items(swings, items, corridors, beside_m))
    ways = object_pairs(swings.beams.frames, swings.beams.site, paths.shapes, paths.site, look_m)
    half_m = np.where(shapely.get_dimensions(paths.shapes) < 2, paths.number(_WIDTH) / 2, 0.0)
    crossed = _with_paths(swings, ways, paths.shapes, np.nan_to_num(half_m), corridors, beside_m)
    unsure = ways.only(~crossed & np.isnan(half_m[ways.other]))
    ways = ways.only(crossed)

    site = swings.beams.site
    shared, narrow = np.zeros(sites, dtype=np.bool_), np.zeros(sites, dtype=np.bool_)
    shared[site[items.one]] = shared[site[ways.one]] = True
    narrow[site[unsure.one]] = True
    open_ = np.bincount(site[np.isnan(reach_m) | ~swings.beams.known], minlength=sites) > 0
    apart = (swings.count > 0) & swings.every_item & paths.complete & ~narrow & ~open_
    trits = np.where(shared, 1, np.where(apart, -1, 0)).astype(np.int8)

    def shares(at: int) -> Message:
        for pairs, called in ((items, swings.parts.called), (ways, paths.called)):
            for pair in np.flatnonzero(site[pairs.one] == at)[:1].tolist():
                return say(
                    "the zone of {one} is shared with {other}, {metres} m away",
                    one=swings.called(int(pairs.one[pair])),
                    other=called(int(pairs.other[pair])),
                    metres=format_number(pairs.metres[pair], 2),
                )
        return swings.none(at)

    def source_at(at: int) -> MeasurementSource:
        message: Message | None
        if trits[at] > 0:
            message = shares(at)
        elif trits[at] < 0:
            message = say("no zone of a swing is shared")
        elif not swings.count[at]:
            message = swings.none(at)
        elif open_[at]:
            message = swings.no_beam(at) or swings.no_pivot(at)
        elif narrow[at]:
            names = [paths.called(path) for path in np.unique(unsure.other[site[unsure.one] == at]).tolist()]
            message = say("“{what}” is not given of {items}", what=_WIDTH, items=names_text(names))
        else:
            message = parts_incomplete(swings.inputs, at, EQUIPMENT, _PATH) or swings.missing(at)
        return parts_source(swings.inputs, at, message or swings.none(at), EQUIPMENT, _PATH)

    return yes_or_no_results(question, trits, source_at)


def _with_items(swings: Swings, near: ObjectPairs, corridors: Shapes, beside_m: float) -> Flags:
    """Return which pairs overlap: a swing's zone and an item with the strip around it, or another swing's corridor."""
    shapes, zones = swings.parts.shapes.copy(), np.full(len(swings.parts), None, dtype=object)
    shapes[swings.beams.items] = swings.beams.frames
    zones[swings.beams.items] = corridors
    corridor, frame = corridors[near.one], swings.beams.frames[near.one]
    item, zone = shapes[near.other], zones[near.other]
    # The distance to an unknown shape (None) is NaN, so every comparison with it is False.
    overlapping: Flags = (
        (shapely.distance(corridor, item) < beside_m)
        | (shapely.distance(frame, item) < 2 * beside_m - _TOUCH_M)
        | (shapely.distance(corridor, zone) <= 0)
        | (shapely.distance(frame, zone) < beside_m)
    )
    return overlapping


def _with_paths(
    swings: Swings, near: ObjectPairs, paths: Shapes, half_m: Floats, corridors: Shapes, beside_m: float
) -> Flags:
    """Return for each pair whether the path leads through the zone of the swing."""
    path, half = paths[near.other], half_m[near.other]
    overlapping: Flags = (shapely.distance(corridors[near.one], path) <= half) | (
        shapely.distance(swings.beams.frames[near.one], path) < beside_m + half - _TOUCH_M
    )
    return overlapping
