"""Straight distances from a site to the nearest feature of a layer.

Distances run from the nearest edge of the play area (its zones if they are mapped, else the outline) to the nearest edge of
the feature. That no feature is near counts only if the layer is known to be complete there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.geometry import NearestShapes, find_nearest, unproject
from rba_audit.layers import Layer, part_words, rules_by_layer
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.origins import (
    PLAY_ZONE,
    keep_chosen,
    known_around_m,
    may_have_nearer_parts,
    nearest_end_of,
    nearest_of,
    outer_shapes,
    points_near,
    start_shapes,
    unknown_everywhere,
)
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats, not_measured, number_results
from rba_audit.measures.sentences import PARTS_LAYER, feature_name, layer_incomplete, layer_not_given, parts_not_mapped
from rba_audit.measures.spacing import informative_ranges
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

Shapes = NDArray[np.object_]


def measure_distance(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the distance to the nearest feature of a layer, from the play area or from parts of one kind."""
    name = measure.word("to")
    layer, own = inputs.layers.get(name), own_parts(inputs, name)
    if layer is None and own is None:
        return not_measured(question, len(inputs), name, layer_not_given(name))
    distance = straight_distances(inputs, question, measure)
    return number_results(question, distance.low, distance.high, distance.source_at)


@dataclass(frozen=True, eq=False)
class StraightDistance:
    """Range of the straight distance to the nearest feature.

    Attributes:
        low: The lower end at each site, in metres; NaN if nothing is known.
        high: The upper end, in metres.
        source_at: Returns the source of the measurement at a site.
    """

    low: Floats
    high: Floats
    source_at: Callable[[int], MeasurementSource]


def straight_distances(inputs: MeasurementInputs, question: Question, measure: Measure) -> StraightDistance:
    """Return the distance range to the nearest feature of a layer, or to the nearest of the sites' own parts of its kind."""
    name, within_m, kind = measure.word("to"), measure.number("within"), measure.word("from")
    layer, own = inputs.layers.get(name), own_parts(inputs, name)
    starts, basis = start_shapes(inputs, kind)
    outermost = outer_shapes(inputs, kind)
    lowest, highest = float(question.low), float(question.high)
    nearest, end, points = (_nothing_near(len(inputs)) for _ in range(3))
    reach_m = np.zeros(len(inputs))
    if layer is not None:
        nearest = _up_to(nearest_of(inputs, layer, kind), within_m)
        end = _up_to(nearest_end_of(inputs, layer, kind), within_m)
        points = _up_to(points_near(inputs, layer, kind), within_m)
        reach_m = known_around_m(layer, outermost, end, within_m)
        reach_m = np.where((points.index >= 0) & (layer.stated is None) & layer.whole, np.inf, reach_m)
    low, high = _range(inputs, nearest, end, reach_m, within_m, highest)
    near = _nothing_near(len(inputs))
    vague = points.index >= 0
    if own is not None:
        shapes = unproject(own.shapes, inputs.points[own.site])
        near = find_nearest(starts, shapes, within_m, own.least_beyond_m)
        near_end = find_nearest(
            outermost, shapes, within_m, np.where(np.isinf(own.most_beyond_m), 0, own.most_beyond_m)
        )
        high = np.fmin(high, near.distance_m)
        seen = near.index >= 0
        low = np.where(np.isnan(low) & seen, lowest, np.fmin(low, near_end.distance_m))
        vague |= find_nearest(outermost, keep_chosen(shapes, np.isinf(own.most_beyond_m)), within_m).index >= 0
    boundless = shapely.is_missing(outermost) & ~shapely.is_missing(starts) & (nearest.index >= 0)
    low = np.where((vague & ~np.isnan(high)) | boundless, lowest, low)
    high = np.where(boundless, nearest.distance_m + inputs.accuracy_m, high)
    from_point = _near_points(inputs, starts, layer, within_m)
    low, high = _only_points(inputs, starts, low, high, lowest, from_point)
    high = np.where(unknown_everywhere(inputs, kind) & ~np.isnan(low), highest, high)
    undrawn = parts_not_drawn(inputs, name)
    low = np.where(undrawn & ~np.isnan(low), lowest, low)
    low, high = informative_ranges(question, low, high)

    def source_at(site: int) -> MeasurementSource:
        message = _of_nearest(site)
        if np.isnan(low[site]) or not low[site] < high[site]:
            return message
        why = may_be_less(inputs, kind, site, bool(vague[site]))
        if undrawn[site]:
            why.append(_not_drawn(name))
        for reason in why:
            message = replace(message, text=say("{told}; {why}", told=message.text, why=reason))
        return message

    def _of_nearest(site: int) -> MeasurementSource:
        day = layer.date if layer is not None else ""
        if np.isnan(low[site]):
            if starts[site] is not None and undrawn[site]:
                return MeasurementSource(name, day, _not_drawn(name))
            if starts[site] is not None and vague[site]:
                return MeasurementSource(name, day, say("what is near is drawn as a point and may be of any size"))
            return MeasurementSource(name, day, _why_not(inputs, starts, site, name, within_m, kind))
        if own is not None and near.index[site] >= 0 and not nearest.distance_m[site] < near.distance_m[site]:
            called, metres = own.called(int(near.index[site])), format_number(float(near.distance_m[site]), 1)
            return MeasurementSource(
                PARTS_LAYER, own.date, say("{part}, {metres} m {basis}", part=called, metres=metres, basis=basis[site])
            )
        if layer is not None and starts[site] is None:
            return MeasurementSource(name, day, _message_from_point(inputs, layer, from_point, site))
        if layer is None or nearest.index[site] < 0:
            return MeasurementSource(
                name,
                day,
                say("nothing within {metres} m {basis}", metres=format_number(within_m, 0), basis=basis[site]),
            )
        return MeasurementSource(
            name, day, feature_name(layer, int(nearest.index[site]), float(nearest.distance_m[site]), basis[site])
        )

    return StraightDistance(low, high, source_at)


def own_parts(inputs: MeasurementInputs, name: str) -> Parts | None:
    """Return the parts of a layer's kind; None if no site has any."""
    rule = rules_by_layer().get(name)
    parts = inputs.parts(rule.part) if rule is not None and rule.part else None
    return parts if parts is not None and len(parts) else None


def _range(
    inputs: MeasurementInputs,
    nearest: NearestShapes,
    end: NearestShapes,
    reach_m: Floats,
    within_m: float,
    farthest_m: float,
) -> tuple[Floats, Floats]:
    """Return the range of the distance to the nearest feature, (low, high) in metres; NaN if it is unknown.

    `nearest` are the certain distances, `end` the distances to features that may be nearer than these.
    """
    seen = nearest.index >= 0
    low = np.fmin(np.where(end.index >= 0, end.distance_m, within_m), reach_m)
    high = np.where(seen, nearest.distance_m, farthest_m)
    unknown = ~seen & (reach_m <= inputs.accuracy_m)
    low, high = np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
    return np.maximum(low - inputs.accuracy_m, 0), np.where(seen, high + inputs.accuracy_m, high)


def _near_points(inputs: MeasurementInputs, starts: Shapes, layer: Layer | None, within_m: float) -> NearestShapes:
    """Return the nearest feature of a layer from the points of sites without an outline."""
    missing = shapely.is_missing(starts)
    if layer is None or not missing.any():
        return _nothing_near(len(inputs))
    return find_nearest(keep_chosen(inputs.spots, missing), layer.shapes, within_m, layer.half_widths_m)


def _only_points(
    inputs: MeasurementInputs, starts: Shapes, low: Floats, high: Floats, lowest: float, near: NearestShapes
) -> tuple[Floats, Floats]:
    """Set the range of sites drawn as points to an upper bound only, because their extent around the point is unknown."""
    missing = shapely.is_missing(starts)
    seen = missing & (near.index >= 0)
    low, high = np.where(missing, np.nan, low), np.where(missing, np.nan, high)
    return np.where(seen, lowest, low), np.where(seen, near.distance_m + inputs.accuracy_m, high)


def _message_from_point(inputs: MeasurementInputs, layer: Layer, near: NearestShapes, site: int) -> Message:
    message = feature_name(layer, int(near.index[site]), float(near.distance_m[site]), say("from its point"))
    return say("{told}; {why}", told=message, why=inputs.no_outline(site))


def parts_not_drawn(inputs: MeasurementInputs, name: str) -> NDArray[np.bool_]:
    """Return which sites have, or may have, undrawn parts of a layer's kind; the nearest part may be one of these."""
    rule = rules_by_layer().get(name)
    if rule is None or not rule.part:
        return np.zeros(len(inputs), dtype=np.bool_)
    return inputs.parts(rule.part).gaps


def _not_drawn(name: str) -> Message:
    return say(
        "it has, or may have, parts “{part}” that are not drawn and may be nearer",
        part=part_words(rules_by_layer()[name].part),
    )


def may_be_less(inputs: MeasurementInputs, kind: str, site: int, vague: bool) -> list[Message]:
    """Return the reasons why a distance from parts of a kind (or play zones) may differ from the one that is drawn."""
    why = []
    if unknown_everywhere(inputs, kind)[site]:
        why.append(say("it has play zones that are not drawn, which may be farther off than the outline"))
    if may_have_nearer_parts(inputs, kind)[site]:
        part = part_words(kind or PLAY_ZONE)
        why.append(say("not all of {part} is known, so it may begin at the outline", part=part))
    if inputs.accuracy_is_assumed[site]:
        metres = format_number(float(inputs.accuracy_m[site]), 0)
        why.append(say("its point is taken to be known to {metres} m; give “position_accuracy_m”", metres=metres))
    if vague:
        why.append(say("something near is drawn as a point and may be larger"))
    return why


def _why_not(inputs: MeasurementInputs, starts: Shapes, site: int, name: str, within_m: float, kind: str) -> Message:
    if starts[site] is None:
        return parts_not_mapped(kind) if kind else inputs.no_outline(site)
    return layer_incomplete(name, within_m)


def _up_to(nearest: NearestShapes, within_m: float) -> NearestShapes:
    """Return the nearest shapes without those farther than `within_m`."""
    far = ~(nearest.distance_m <= within_m)
    return NearestShapes(np.where(far, -1, nearest.index), np.where(far, np.nan, nearest.distance_m))


def _nothing_near(sites: int) -> NearestShapes:
    return NearestShapes(np.full(sites, -1, dtype=np.intp), np.full(sites, np.nan))
