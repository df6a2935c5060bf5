"""Reach of impact-attenuating surfacing around the items, and the fall height of the item with the least reach."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.object_pairs import Flags, Positions, Shapes, smallest_by_group
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats, number_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_not_mapped, parts_source
from rba_audit.measures.spacing import informative_ranges, take_or
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_EQUIPMENT: Final = "equipment"
_SURFACING: Final = "surfacing"
_PLAY_ZONE: Final = "play_zone"
_SURFACE: Final = "surface"
_FALL: Final = "fall_height_m"
_HEIGHT: Final = "height_m"
_SEAM_M: Final = 0.02
"""Areas with a gap no wider than this between them are merged, in metres."""


def measure_surfacing(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the item with the least surfacing around it: the `reach` of that, or the `fall_height` of the item."""
    items, sites = inputs.parts(_EQUIPMENT), len(inputs)
    covers = _covers(inputs, measure.words("surfaces"))
    complete = inputs.parts(_SURFACING).complete
    given = complete | ~shapely.is_missing(covers)
    fall = _fall_heights(items)
    sure = fall > measure.number("above")
    possible = sure | np.isnan(fall)
    reach = _reach(items, covers)
    worst, maybe = (_least_of(items, reach, chosen, sites) for chosen in (sure, possible))
    high = np.where(complete, take_or(reach, worst, np.inf), np.inf)
    low = np.where(items.complete, take_or(reach, maybe, np.nan), 0.0)
    # Only items above the limit count; without any there is nothing to measure.
    none = ~given | (np.bincount(items.site[possible], minlength=sites) == 0)
    if measure.word("give") == "reach":
        low, high = informative_ranges(question, np.where(none, np.nan, low), high)
    else:
        low, high = _heights(items, fall, reach, possible, high, complete, question)
        low, high = informative_ranges(question, np.where(none | ~items.complete, np.nan, low), high)

    def source_at(site: int) -> MeasurementSource:
        message = _description(items, fall, reach, int(worst[site]), question)
        missing = _missing(inputs, items, site, possible & ~sure, bool(given[site]))
        if message is None:
            message = missing or say("no item is high enough to need surfacing")
        elif missing is not None:
            message = say("{told}; {missing}", told=message, missing=missing) if given[site] else missing
        return parts_source(inputs, site, message, _EQUIPMENT, _SURFACING)

    return number_results(question, low, high, source_at)


def _covers(inputs: MeasurementInputs, surfaces: tuple[str, ...]) -> Shapes:
    """Return the union of all surfacing of each site, including play zones with such a surface; None if there is none."""
    unions = np.full(len(inputs), None, dtype=object)
    areas: dict[int, list[BaseGeometry]] = {}
    for kind in (_SURFACING, _PLAY_ZONE):
        parts = inputs.parts(kind)
        # A part of the kind surfacing counts if it states no material, or a listed one.
        allowed = (*surfaces, "") if kind == _SURFACING else surfaces
        for at, surface in enumerate(parts.text(_SURFACE)):
            if surface in allowed and shapely.get_dimensions(parts.shapes[at]) == 2:
                areas.setdefault(int(parts.site[at]), []).append(parts.shapes[at])
    for site, shapes in areas.items():
        whole = shapely.union_all(shapes)
        if len(shapes) > 1:
            whole = shapely.buffer(whole, _SEAM_M / 2, join_style="mitre", mitre_limit=100)
            whole = shapely.buffer(whole, -_SEAM_M / 2, join_style="mitre", mitre_limit=100)
        unions[site] = whole
    return unions


def _reach(items: Parts, covers: Shapes) -> Floats:
    """Return the distance from each item to the edge of the surfacing; 0 if the surfacing does not contain the item."""
    cover = covers[items.site]
    covered = shapely.covers(cover, items.shapes)
    return np.where(covered, shapely.distance(items.shapes, shapely.boundary(cover)), 0.0)


def _fall_heights(items: Parts) -> Floats:
    stated = items.number(_FALL)
    return np.where(np.isnan(stated), items.number(_HEIGHT), stated)


def _least_of(items: Parts, reach: Floats, chosen: Flags, sites: int) -> Positions:
    at = np.flatnonzero(chosen)
    smallest = smallest_by_group(items.site[at], reach[at], sites)
    return np.where(smallest >= 0, at[smallest] if at.size else -1, -1)


def _heights(
    items: Parts, fall: Floats, reach: Floats, possible: Flags, high: Floats, complete: Flags, question: Question
) -> tuple[Floats, Floats]:
    """Return the range of the fall height of the item with the least surfacing, over all items that may be it."""
    may_be = possible & ((reach <= high[items.site]) | ~complete[items.site])
    low, most = np.full(len(high), np.inf), np.full(len(high), -np.inf)
    known_low = np.where(np.isnan(fall), float(question.low), fall)
    known_high = np.where(np.isnan(fall), float(question.high), fall)
    np.minimum.at(low, items.site[may_be], known_low[may_be])
    np.maximum.at(most, items.site[may_be], known_high[may_be])
    return low, most


def _description(items: Parts, fall: Floats, reach: Floats, at: int, question: Question) -> Message | None:
    if at < 0:
        return None
    return say(
        "surfacing reaches {metres} m out from {item}, whose fall height is {height} m",
        metres=format_number(reach[at], question.decimals),
        item=items.called(at),
        height=format_number(fall[at], question.decimals),
    )


def _missing(inputs: MeasurementInputs, items: Parts, site: int, unknown: Flags, given: bool) -> Message | None:
    if not given:
        return parts_not_mapped(_SURFACING)
    silent = [items.called(at) for at in items.at_site(site) if unknown[at]]
    if silent:
        return say("“{what}” is not given of {items}", what=_FALL, items=names_text(silent))
    return parts_incomplete(inputs, site, _EQUIPMENT, _SURFACING)
