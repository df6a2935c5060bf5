"""Measures of swings: pivot height, free space around them, and overlap of their zones.

Front, back and pivot are those of the swing with the least space relative to its height. An unknown property of a swing, or a
swing that may be missing from the map, leaves the affected end of the range open.
"""

from __future__ import annotations

import numpy as np

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.object_pairs import smallest_by_group
from rba_audit.measures.overlaps import overlap
from rba_audit.measures.results import number_results
from rba_audit.measures.sentences import parts_source
from rba_audit.measures.spacing import informative_ranges, take_or
from rba_audit.measures.swings import EQUIPMENT, UNBOUNDED_M, Swings, SwingSide, swings_of
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure


def measure_swing(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the swings: `pivot`, `front`, `back`, `side`, or whether their zones `overlap`."""
    looked_for = tuple((key, measure.get(key)) for key in ("fact", "within", "among"))
    swings = inputs.computed_once(("swings", looked_for), lambda: swings_of(inputs, measure))
    match measure.word("give"):
        case "pivot":
            return _pivot(swings, question)
        case "overlap":
            return overlap(swings, question, measure)
        case "side":
            return _side_space(swings, question)
        case "back":
            return _front_or_back_space(swings, question, "back")
    return _front_or_back_space(swings, question, "front")


def _pivot(swings: Swings, question: Question) -> Measurement:
    is_known = (swings.worst >= 0) & ~swings.silent
    metres = np.where(is_known, take_or(swings.beams.pivot_m, swings.worst, np.nan), np.nan)

    def source_at(site: int) -> MeasurementSource:
        if not swings.count[site]:
            return parts_source(swings.inputs, site, swings.none(site), EQUIPMENT)
        message = swings.no_pivot(site) or say(
            "{item}: {metres} m",
            item=swings.called(int(swings.worst[site])),
            metres=format_number(metres[site], question.decimals),
        )
        return parts_source(swings.inputs, site, message, EQUIPMENT)

    return number_results(question, metres, metres, source_at)


def _front_or_back_space(swings: Swings, question: Question, side: SwingSide) -> Measurement:
    """Measure the free space on one side of the swing with the least space relative to its height."""
    beams_, sites = swings.beams, len(swings.inputs)
    low, high = (take_or(by_side[side], swings.worst, np.nan) for by_side in (swings.low, swings.high))
    # A swing with an unknown beam may have less space relative to its height.
    cap = np.full(sites, np.inf)
    least_room = np.minimum(swings.low["front"], swings.low["back"]) / beams_.pivot_m
    np.minimum.at(cap, beams_.site[~beams_.known], np.nan_to_num(least_room[~beams_.known]))
    cap = cap * take_or(beams_.pivot_m, swings.worst, np.nan)
    low = np.fmin(low, cap)
    # If the height of one swing is unknown, any of several may be the worst.
    any_low, any_high = np.full(sites, np.inf), np.full(sites, -np.inf)
    np.minimum.at(any_low, beams_.site, swings.low[side])
    np.maximum.at(any_high, beams_.site, swings.high[side])
    unsure = swings.silent & (swings.count > 1)
    low, high = np.where(unsure, any_low, low), np.where(unsure, any_high, high)
    low = np.where(swings.complete | np.isnan(low), low, float(question.low))
    low, high = informative_ranges(question, low, high)

    def source_at(site: int) -> MeasurementSource:
        message = _description(swings, site, int(swings.worst[site]), side, question)
        if unsure[site]:
            message = say("{told}; {why}", told=message, why=swings.no_pivot(site))
        return parts_source(swings.inputs, site, message, EQUIPMENT, *(parts.kind for parts in swings.others.lists))

    return number_results(question, low, high, source_at)


def _side_space(swings: Swings, question: Question) -> Measurement:
    """Measure the smallest free space to the sides of any swing."""
    site, sites = swings.beams.site, len(swings.inputs)
    lows, highs = (by_side["side"] for by_side in (swings.low, swings.high))
    low, high = (take_or(ends, smallest_by_group(site, ends, sites), np.nan) for ends in (lows, highs))
    tightest = smallest_by_group(site, np.where(np.isinf(highs), UNBOUNDED_M + lows, highs), sites)
    low = np.where(swings.complete | np.isnan(low), low, float(question.low))
    low, high = informative_ranges(question, low, high)

    def source_at(at: int) -> MeasurementSource:
        message = _description(swings, at, int(tightest[at]), "side", question)
        return parts_source(swings.inputs, at, message, EQUIPMENT, *(parts.kind for parts in swings.others.lists))

    return number_results(question, low, high, source_at)


def _description(swings: Swings, site: int, swing: int, side: SwingSide, question: Question) -> Message:
    if swing < 0:
        return swings.none(site)
    item, space = swings.called(swing), swings.free[side]
    missing = swings.missing(site)
    if space.nearest[swing] >= 0:
        message = say(
            "{one} and {other}, {metres} m apart",
            one=item,
            other=swings.others.called(int(space.nearest[swing])),
            metres=format_number(space.metres[swing], question.decimals),
        )
        message = message if missing is None else say("{told}, or less: {missing}", told=message, missing=missing)
    elif missing is not None:
        message = missing
    else:
        message = say("nothing within {metres} m of {item}", metres=format_number(swings.within_m, 0), item=item)
    unknown = swings.no_beam(site)
    return message if unknown is None else say("{told}; {why}", told=message, why=unknown)
