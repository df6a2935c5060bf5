"""Routes from a gate to every target of one kind, and the width of the widest one.

A route consists of gates and paths that touch, or are within a stated distance of each other. A property that a path does not
state is evaluated both ways, and there is an answer only if both agree. A route crosses one target to reach another only if
the first states that it is passable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.layers import part_words
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.path_network import Flags, Pairs, PathNetwork, Trits, ways_to
from rba_audit.measures.results import Floats, number_results, word_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_not_mapped, parts_source
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_STEP_FREE: Final = "step_free"
_STEPS: Final = "steps"
_WIDTH: Final = "width_m"
_NO, _PARTIAL, _YES = range(3)


def measure_route(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return whether every target of a kind is reached from a gate over paths whose property (`by`) is yes.

    If a single part in the way is no, but has the alternative that the question accepts (`bridged_by`), the answer is the
    measure's `partial`.
    """
    ways, by, bridge = ways_to(inputs, measure), measure.word("by"), measure.word("bridged_by")
    states = _property_states(ways, by)
    bridged = ways.holds(bridge) if bridge else np.full(len(states), -1, dtype=np.int8)
    # A gate is passable unless it states otherwise.
    least_open = (states > 0) | (ways.gates & (states == 0))
    worst = _grade(ways, ways.joined, least_open, bridged > 0)
    best = _grade(ways, ways.perhaps_joined, states >= 0, bridged >= 0)
    best = np.where(ways.complete(), best, _YES)
    worst = np.where(ways.groups[2].complete, worst, _NO)
    names = {_NO: measure.word("no"), _PARTIAL: measure.word("partial"), _YES: measure.word("yes")}
    gates, _, targets = ways.groups
    is_mapped = (gates.count > 0) & (targets.count > 0)
    answers: list[str | None] = [
        names[low] if mapped and low == high else None
        for mapped, low, high in zip(is_mapped.tolist(), worst.tolist(), best.tolist(), strict=True)
    ]
    none = measure.word("none")
    for site in np.flatnonzero((targets.count == 0) & targets.complete).tolist() if none else ():
        answers[site] = none

    def source_at(site: int) -> MeasurementSource:
        here = ways.site == site
        if answers[site] is None:
            silent = here & (states == 0) & ~ways.gates
            stepped = ways.called(here & (states < 0) & (bridged == 0))
            message = _left_open(inputs, ways, site, silent, by, _no_bridge(by, bridge, stepped))
        elif not targets.count[site]:
            message = say("it has no part “{part}”", part=part_words(targets.kind))
        else:
            reached = ways.reached(ways.joined, least_open)
            message = _route_message(ways, here, reached, states, by, bridge)
        return parts_source(inputs, site, message, *(parts.kind for parts in ways.groups))

    return word_results(question, answers, source_at)


def _property_states(ways: PathNetwork, by: str) -> Trits:
    """Return the property of each part as a trit; for `step_free`, steps are no, or unknown if they state yes."""
    states = ways.holds(by)
    if by == _STEP_FREE:
        steps = np.concatenate([[highway == _STEPS for highway in parts.text("highway")] for parts in ways.groups])
        states[steps.astype(np.bool_)] = np.where(states[steps.astype(np.bool_)] > 0, 0, -1)
    return states


def _grade(ways: PathNetwork, pairs: Pairs, open_to_all: Flags, bridged: Flags) -> NDArray[np.intp]:
    """Return for each site whether all targets are reached (`_YES`), with one bridged part (`_PARTIAL`), or not (`_NO`)."""
    whole = ways.all_reached(ways.reached(pairs, open_to_all))
    grades = np.where(whole, _YES, _NO)
    for extra in _one_per_site(ways.site, bridged & ~open_to_all & ~whole[ways.site]):
        helped = ways.all_reached(ways.reached(pairs, open_to_all | extra))
        grades[helped & ~whole] = _PARTIAL
    return grades


def _one_per_site(site: NDArray[np.intp], candidates: Flags) -> Iterator[Flags]:
    """Yield masks with at most one candidate per site, until each candidate was in one."""
    left = candidates.copy()
    while left.any():
        rows = np.flatnonzero(left)
        first = rows[np.unique(site[rows], return_index=True)[1]]
        chosen = np.zeros(len(site), dtype=np.bool_)
        chosen[first] = True
        left[first] = False
        yield chosen


def _route_message(ways: PathNetwork, here: Flags, reached: Flags, states: Trits, by: str, bridge: str) -> Message:
    lost = ways.called(here & ways.targets & ~reached)
    if not lost:
        return say(
            "from {gates} to {places} over {paths}; what lies within {metres} m of each other joins",
            gates=names_text(ways.called(here & ways.gates & reached)),
            places=names_text(ways.called(here & ways.targets)),
            paths=names_text(ways.called(here & ways.paths & (states > 0) & reached)) or say("no path in between"),
            metres=format_number(ways.snap_m, 1),
        )
    blocked = ways.called(here & ~ways.targets & (states < 0))
    message = say(
        "not reached from {gates}: {places}; what lies within {metres} m of each other joins",
        gates=names_text(ways.called(here & ways.gates)),
        places=names_text(lost),
        metres=format_number(ways.snap_m, 1),
    )
    if not blocked:
        return message
    bridged = ways.called(here & (states < 0) & (ways.holds(bridge) > 0)) if bridge else []
    message = say("{told}; “{what}” is no at {paths}", told=message, what=by, paths=names_text(blocked))
    return say("{told}, bridged at {paths}", told=message, paths=names_text(bridged)) if bridged else message


def _no_bridge(by: str, bridge: str, stepped: list[str]) -> Message | None:
    if not stepped:
        return None
    return say(
        "“{what}” is no and “{bridge}” is not stated at {paths}", what=by, bridge=bridge, paths=names_text(stepped)
    )


def _left_open(
    inputs: MeasurementInputs, ways: PathNetwork, site: int, silent: Flags, what: str, besides: Message | None = None
) -> Message:
    """Return the message with the reason for an open answer: parts are missing, state no value, or are drawn as points.

    `besides` is another reason, used if every path states a value and no part is missing.
    """
    gates, paths, targets = ways.groups
    for parts in (gates, targets):
        if not parts.count[site]:
            return parts_not_mapped(parts.kind)
    silent_paths = ways.called(silent & ways.paths)
    if silent_paths:
        return say("“{what}” is not stated at {paths}", what=what, paths=names_text(silent_paths))
    message = parts_incomplete(inputs, site, gates.kind, paths.kind, targets.kind) or besides
    if message is not None:
        return message
    points = ways.called((ways.site == site) & ways.drawn_as_point)
    if points:
        return say("{places}: drawn as a point; draw the outline", places=names_text(points))
    others = ways.called(silent)
    if others:
        return say("“{what}” is not stated at {paths}", what=what, paths=names_text(others))
    return say("no path lies between a gate and these places")


def widest_route(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the least width along the widest route from a gate, to the target for which that is smallest."""
    ways = ways_to(inputs, measure)
    gates, paths, targets = ways.groups
    sure = np.where(np.isnan(ways.width_m), 0.0, np.where(ways.targets, -np.inf, ways.width_m))
    perhaps = np.where(np.isnan(ways.width_m), np.inf, ways.width_m)
    low = np.maximum(_least(ways, _widest(ways, ways.joined, sure), -np.inf), float(question.low))
    at_most = _widest(ways, ways.perhaps_joined, perhaps)
    high = _least(ways, at_most, np.inf)
    low = np.where(targets.complete, low, float(question.low))
    high = np.where(ways.complete(), high, np.inf)
    # A target at a gate needs no path, so its route has no width.
    unknown = (gates.count == 0) | (targets.count == 0) | np.isinf(low)
    unknown |= (low <= float(question.low)) & (high >= float(question.high))
    low, high = np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)

    def source_at(site: int) -> MeasurementSource:
        here = ways.site == site
        silent = here & np.isnan(ways.width_m)
        lost = ways.called(here & ways.targets & np.isneginf(at_most))
        apart = say("no path joins a gate and {places}", places=names_text(lost)) if lost else None
        if unknown[site]:
            message = _left_open(inputs, ways, site, silent, _WIDTH, apart)
        else:
            ends = (low[site], high[site])
            narrow = ways.called(here & ways.paths & np.isin(ways.width_m, ends))
            message = say(
                "the widest way from {gates} to {places}, at its narrowest at {paths}",
                gates=names_text(ways.called(here & ways.gates)),
                places=names_text(ways.called(here & ways.targets)),
                paths=names_text(narrow) or say("a path whose width is not stated"),
            )
            if ends[0] < ends[1]:
                why = _left_open(inputs, ways, site, silent, _WIDTH, apart)
                message = say("{told}; {why}", told=message, why=why)
        return parts_source(inputs, site, message, gates.kind, paths.kind, targets.kind)

    return number_results(question, low, high, source_at)


def _widest(ways: PathNetwork, pairs: Pairs, width_m: Floats) -> Floats:
    """Return for each gate, path and target the least width along the widest route to it; minus infinity if there is none."""
    widest = np.full(len(width_m), -np.inf)
    for width in np.unique(width_m[width_m >= 0])[::-1].tolist():
        reached = ways.reached(pairs, width_m >= width)
        widest[reached] = np.maximum(widest[reached], width)
    return widest


def _least(ways: PathNetwork, widest: Floats, unjoined: float) -> Floats:
    """Return for each site the minimum over its targets; `unjoined` is the value of a target without a route."""
    least = np.full(len(ways.groups[0].complete), np.inf)
    at_targets = np.where(np.isneginf(widest), unjoined, widest)[ways.targets]
    np.minimum.at(least, ways.site[ways.targets], at_targets)
    return least
