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


def things_near(ground: MeasurementInputs, question: Question, measure: Measure) -> LayerFeatures | None:
    """Return every feature near each site whose class a question asks for; None if the layer was not given.

    Each has the answers to that question and to the questions of the same requirement for the distance to the layer.
    """
    layer = ground.layers.get(measure.word("to"))
    if layer is None or question.requirement is None:
        return None
    within_m = measure.number("within")
    starts, _ = start_shapes(ground, "")
    outermost = outer_shapes(ground, "")
    looked = np.where(shapely.is_missing(outermost), starts, outermost)
    reach = np.where(np.isinf(layer.most_beyond_m), layer.half_widths_m, layer.most_beyond_m)
    slack_m = float(ground.accuracy_m.max(initial=0)) + float(reach.max(initial=0))
    site, thing, metres = pairs_within(looked, layer.shapes, within_m + slack_m)
    near = metres - reach[thing] - ground.accuracy_m[site] <= within_m
    order = np.lexsort((thing[near], site[near]))
    site, thing = site[near][order], thing[near][order]
    classes = [class_of(layer, at, measure) for at in range(len(layer.places))]
    farthest_m = _apart_m(starts, layer.shapes, site, thing) - layer.half_widths_m[thing] + ground.accuracy_m[site]
    found = {question.id: word_results(question, [classes[at] for at in thing.tolist()], lambda _thing: _nothing())}
    more_m = known_around_m(layer, outermost, nearest_end_of(ground, layer, ""), within_m)
    more = {}
    for asked in _distances(ground, question, layer):
        kind = asked.measure.word("from") if asked.measure is not None else ""
        low, high = _ends_m(ground, kind, layer, site, thing, asked)
        found[asked.id] = number_results(asked, low, high, lambda _thing: _nothing())
        least = np.clip(more_m - ground.accuracy_m, float(asked.low), float(asked.high))
        ends = number_results(asked, least, np.full(len(ground), float(asked.high)), lambda _site: _nothing())
        more[asked.id] = (ends.low, ends.high)

    kinds = {each.id: each.measure.word("from") for each in _distances(ground, question, layer) if each.measure}

    def account(at: int, asked: str) -> MeasurementSource:
        kind = kinds.get(asked, "")
        start, begin = start_shapes(ground, kind)[0][[site[at]]], start_shapes(ground, kind)[1][site[at]]
        if start[0] is None:
            return MeasurementSource(layer.name, layer.date, parts_not_mapped(kind))
        apart = float(apart_m(start, layer.shapes[[thing[at]]])[0]) - float(layer.half_widths_m[thing[at]])
        told = feature_name(layer, int(thing[at]), max(apart, 0), begin)
        if asked == question.id and classes[thing[at]] is None:
            told = unclassed(layer, int(thing[at]), measure, told)
        for why in may_be_less(ground, kind, int(site[at]), bool(np.isinf(layer.most_beyond_m[thing[at]]))):
            told = say("{told}; {why}", told=told, why=why) if asked != question.id else told
        return MeasurementSource(layer.name, layer.date, told)

    located = ~shapely.is_missing(starts)
    return LayerFeatures(
        requirement=question.requirement,
        site=site,
        answers={id: (each.codes, each.low, each.high) for id, each in found.items()},
        within=(farthest_m <= within_m) & ~unknown_everywhere(ground, "")[site],
        classes=tuple(choice_code(question, name) for name, _ in measure.classes()),
        perhaps_more=located & (more_m < within_m + ground.accuracy_m),
        more=more,
        account=account,
    )


def _nothing() -> MeasurementSource:
    return MeasurementSource("", "", say("nothing"))


def _distances(ground: MeasurementInputs, question: Question, layer: Layer) -> Sequence[Question]:
    """Return the questions of the same requirement for the distance to the same layer."""
    return [
        each
        for each in ground.standard.questions
        if each.requirement == question.requirement
        and each.measure is not None
        and each.measure.what == _DISTANCE
        and each.measure.word("to") == layer.name
    ]


def _ends_m(
    ground: MeasurementInputs, kind: str, layer: Layer, site: Positions, thing: Positions, asked: Question
) -> tuple[Floats, Floats]:
    """Return the distance range of each feature from the start shapes of one question, (low, high) in metres; NaN if unknown."""
    starts, outermost = start_shapes(ground, kind)[0], outer_shapes(ground, kind)
    least, most = layer.half_widths_m[thing], layer.most_beyond_m[thing]
    high = _apart_m(starts, layer.shapes, site, thing)
    nearer = np.array([one is not other for one, other in zip(starts, outermost, strict=True)], dtype=np.bool_)[site]
    low = high.copy()
    low[nearer] = _apart_m(outermost, layer.shapes, site[nearer], thing[nearer])
    slack = ground.accuracy_m[site]
    high = np.maximum(high - least, 0) + slack
    low = np.maximum(np.where(np.isinf(most), 0, low - np.where(np.isinf(most), 0, most)) - slack, 0)
    high[unknown_everywhere(ground, kind)[site]] = float(asked.high)
    # Without an outline the lower end is unbounded.
    low = np.where(np.isnan(low) & ~np.isnan(high), float(asked.low), low)
    empty = (low <= float(asked.low)) & (high >= float(asked.high))
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def _apart_m(starts: Shapes, shapes: Shapes, site: Positions, thing: Positions) -> Floats:
    return apart_m(starts[site], shapes[thing])
