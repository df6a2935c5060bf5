"""Swings: how high they hang, how much is free around them, and whether their zone is shared.

Front, back and pivot are those of the swing with the least room for its height. Whatever is not known of a swing, or may
not be drawn at all, leaves its side of the answer open.
"""

from __future__ import annotations

import numpy as np

from rba_audit.evidence import Account, Measurement
from rba_audit.measures.ground import Ground
from rba_audit.measures.overlaps import overlap
from rba_audit.measures.results import numbers
from rba_audit.measures.spacing import at_or, least, settled
from rba_audit.measures.swings import EQUIPMENT, FAR_M, Side, Swings, swings_of
from rba_audit.measures.telling import of_parts
from rba_audit.standard import Question
from rba_audit.standard.measuring import Measure
from rba_audit.words import Message, amount, say


def swing(ground: Ground, question: Question, measure: Measure) -> Measurement:
    """Measure the swings: `pivot`, `front`, `back`, `side`, or whether their zones `overlap`."""
    looked_for = tuple((key, measure.get(key)) for key in ("fact", "within", "among"))
    swings = ground.computed_once(("swings", looked_for), lambda: swings_of(ground, measure))
    match measure.word("give"):
        case "pivot":
            return _pivot(swings, question)
        case "overlap":
            return overlap(swings, question, measure)
        case "side":
            return _beside(swings, question)
        case "back":
            return _ahead(swings, question, "back")
    return _ahead(swings, question, "front")


def _pivot(swings: Swings, question: Question) -> Measurement:
    found = (swings.worst >= 0) & ~swings.silent
    metres = np.where(found, at_or(swings.beams.pivot_m, swings.worst, np.nan), np.nan)

    def tell(site: int) -> Account:
        if not swings.count[site]:
            return of_parts(swings.ground, site, swings.none(site), EQUIPMENT)
        told = swings.no_pivot(site) or say(
            "{item}: {metres} m",
            item=swings.called(int(swings.worst[site])),
            metres=amount(metres[site], question.decimals),
        )
        return of_parts(swings.ground, site, told, EQUIPMENT)

    return numbers(question, metres, metres, tell)


def _ahead(swings: Swings, question: Question, side: Side) -> Measurement:
    """The free space on one side of the swing with the least room for its height."""
    beams_, sites = swings.beams, len(swings.ground)
    low, high = (at_or(each[side], swings.worst, np.nan) for each in (swings.low, swings.high))
    # A swing whose beam nobody knows may have less room for its height still.
    cap = np.full(sites, np.inf)
    least_room = np.minimum(swings.low["front"], swings.low["back"]) / beams_.pivot_m
    np.minimum.at(cap, beams_.site[~beams_.known], np.nan_to_num(least_room[~beams_.known]))
    cap = cap * at_or(beams_.pivot_m, swings.worst, np.nan)
    low = np.fmin(low, cap)
    # Of several swings any may be the one, as long as the height of one is not known.
    any_low, any_high = np.full(sites, np.inf), np.full(sites, -np.inf)
    np.minimum.at(any_low, beams_.site, swings.low[side])
    np.maximum.at(any_high, beams_.site, swings.high[side])
    unsure = swings.silent & (swings.count > 1)
    low, high = np.where(unsure, any_low, low), np.where(unsure, any_high, high)
    low = np.where(swings.complete | np.isnan(low), low, float(question.low))
    low, high = settled(question, low, high)

    def tell(site: int) -> Account:
        told = _told(swings, site, int(swings.worst[site]), side, question)
        if unsure[site]:
            told = say("{told}; {why}", told=told, why=swings.no_pivot(site))
        return of_parts(swings.ground, site, told, EQUIPMENT, *(parts.kind for parts in swings.others.lists))

    return numbers(question, low, high, tell)


def _beside(swings: Swings, question: Question) -> Measurement:
    """The narrowest free space beside any swing."""
    site, sites = swings.beams.site, len(swings.ground)
    lows, highs = (each["side"] for each in (swings.low, swings.high))
    low, high = (at_or(each, least(site, each, sites), np.nan) for each in (lows, highs))
    tightest = least(site, np.where(np.isinf(highs), FAR_M + lows, highs), sites)
    low = np.where(swings.complete | np.isnan(low), low, float(question.low))
    low, high = settled(question, low, high)

    def tell(at: int) -> Account:
        told = _told(swings, at, int(tightest[at]), "side", question)
        return of_parts(swings.ground, at, told, EQUIPMENT, *(parts.kind for parts in swings.others.lists))

    return numbers(question, low, high, tell)


def _told(swings: Swings, site: int, swing: int, side: Side, question: Question) -> Message:
    if swing < 0:
        return swings.none(site)
    item, space = swings.called(swing), swings.free[side]
    missing = swings.missing(site)
    if space.thing[swing] >= 0:
        told = say(
            "{one} and {other}, {metres} m apart",
            one=item,
            other=swings.others.called(int(space.thing[swing])),
            metres=amount(space.metres[swing], question.decimals),
        )
        told = told if missing is None else say("{told}, or less: {missing}", told=told, missing=missing)
    elif missing is not None:
        told = missing
    else:
        told = say("nothing within {metres} m of {item}", metres=amount(swings.within_m, 0), item=item)
    unknown = swings.no_beam(site)
    return told if unknown is None else say("{told}; {why}", told=told, why=unknown)
