"""Measure class and distance of each feature of a layer near a site separately, for requirements that depend on both.

The nearest feature need not decide: a stronger power line farther away may need more distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from rba_audit.evidence import LayerFeatures, MeasurementSource, choice_code
from rba_audit.geometry import apart_m, pairs_within
from rba_audit.layers import Layer
from rba_audit.measures.classes import class_of, unclassed
from rba_audit.measures.distances import may_be_less
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.object_pairs import Positions
from rba_audit.measures.origins import (
    Shapes,
    known_around_m,
    nearest_end_of,
    outer_shapes,
    start_shapes,
    unknown_everywhere,
)
from rba_audit.measures.results import Floats, number_results, word_results
from rba_audit.measures.sentences import feature_name, parts_not_mapped
from rba_audit.messages import say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

CLASS: Final = "class_of_nearest"
_DISTANCE: Final = "distance"


def things_near(inputs: MeasurementInputs, question: Question, measure: Measure) -> LayerFeatures | None:
    """Return every feature near each site whose class a question asks for; None if the layer was not given.

    Each has the answers to that question and to the questions of the same requirement for the distance to the layer.
    """
    layer = inputs.layers.get(measure.word("to"))
    if layer is None or question.requirement is None:
        return None
    within_m = measure.number("within")
    starts, _ = start_shapes(inputs, "")
    outermost = outer_shapes(inputs, "")
    looked = np.where(shapely.is_missing(outermost), starts, outermost)
    reach = np.where(np.isinf(layer.most_beyond_m), layer.half_widths_m, layer.most_beyond_m)
    slack_m = float(inputs.accuracy_m.max(initial=0)) + float(reach.max(initial=0))
    site, feature, metres = pairs_within(looked, layer.shapes, within_m + slack_m)
    near = metres - reach[feature] - inputs.accuracy_m[site] <= within_m
    order = np.lexsort((feature[near], site[near]))
    site, feature = site[near][order], feature[near][order]
    classes = [class_of(layer, at, measure) for at in range(len(layer.places))]
    farthest_m = _apart_m(starts, layer.shapes, site, feature) - layer.half_widths_m[feature] + inputs.accuracy_m[site]
    measurements = {
        question.id: word_results(question, [classes[at] for at in feature.tolist()], lambda _feature: _nothing())
    }
    more_m = known_around_m(layer, outermost, nearest_end_of(inputs, layer, ""), within_m)
    more = {}
    for asked in _distances(inputs, question, layer):
        kind = asked.measure.word("from") if asked.measure is not None else ""
        low, high = _ends_m(inputs, kind, layer, site, feature, asked)
        measurements[asked.id] = number_results(asked, low, high, lambda _feature: _nothing())
        least = np.clip(more_m - inputs.accuracy_m, float(asked.low), float(asked.high))
        ends = number_results(asked, least, np.full(len(inputs), float(asked.high)), lambda _site: _nothing())
        more[asked.id] = (ends.low, ends.high)

    kinds = {
        distance_question.id: distance_question.measure.word("from")
        for distance_question in _distances(inputs, question, layer)
        if distance_question.measure
    }

    def account(at: int, asked: str) -> MeasurementSource:
        kind = kinds.get(asked, "")
        start, begin = start_shapes(inputs, kind)[0][[site[at]]], start_shapes(inputs, kind)[1][site[at]]
        if start[0] is None:
            return MeasurementSource(layer.name, layer.date, parts_not_mapped(kind))
        apart = float(apart_m(start, layer.shapes[[feature[at]]])[0]) - float(layer.half_widths_m[feature[at]])
        message = feature_name(layer, int(feature[at]), max(apart, 0), begin)
        if asked == question.id and classes[feature[at]] is None:
            message = unclassed(layer, int(feature[at]), measure, message)
        for why in may_be_less(inputs, kind, int(site[at]), bool(np.isinf(layer.most_beyond_m[feature[at]]))):
            message = say("{told}; {why}", told=message, why=why) if asked != question.id else message
        return MeasurementSource(layer.name, layer.date, message)

    located = ~shapely.is_missing(starts)
    return LayerFeatures(
        requirement=question.requirement,
        site=site,
        answers={
            id: (measurement.codes, measurement.low, measurement.high) for id, measurement in measurements.items()
        },
        within=(farthest_m <= within_m) & ~unknown_everywhere(inputs, "")[site],
        classes=tuple(choice_code(question, name) for name, _ in measure.classes()),
        perhaps_more=located & (more_m < within_m + inputs.accuracy_m),
        more=more,
        account=account,
    )


def _nothing() -> MeasurementSource:
    return MeasurementSource("", "", say("nothing"))


def _distances(inputs: MeasurementInputs, question: Question, layer: Layer) -> Sequence[Question]:
    """Return the questions of the same requirement for the distance to the same layer."""
    return [
        candidate
        for candidate in inputs.standard.questions
        if candidate.requirement == question.requirement
        and candidate.measure is not None
        and candidate.measure.what == _DISTANCE
        and candidate.measure.word("to") == layer.name
    ]


def _ends_m(
    inputs: MeasurementInputs, kind: str, layer: Layer, site: Positions, feature: Positions, asked: Question
) -> tuple[Floats, Floats]:
    """Return the distance range of each feature from the start shapes of one question, (low, high) in metres; NaN if unknown."""
    starts, outermost = start_shapes(inputs, kind)[0], outer_shapes(inputs, kind)
    least, most = layer.half_widths_m[feature], layer.most_beyond_m[feature]
    high = _apart_m(starts, layer.shapes, site, feature)
    nearer = np.array([one is not other for one, other in zip(starts, outermost, strict=True)], dtype=np.bool_)[site]
    low = high.copy()
    low[nearer] = _apart_m(outermost, layer.shapes, site[nearer], feature[nearer])
    slack = inputs.accuracy_m[site]
    high = np.maximum(high - least, 0) + slack
    low = np.maximum(np.where(np.isinf(most), 0, low - np.where(np.isinf(most), 0, most)) - slack, 0)
    high[unknown_everywhere(inputs, kind)[site]] = float(asked.high)
    # Without an outline the lower end is unbounded.
    low = np.where(np.isnan(low) & ~np.isnan(high), float(asked.low), low)
    empty = (low <= float(asked.low)) & (high >= float(asked.high))
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def _apart_m(starts: Shapes, shapes: Shapes, site: Positions, feature: Positions) -> Floats:
    return apart_m(starts[site], shapes[feature])
