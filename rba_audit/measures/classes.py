"""Class of the nearest feature of a layer, and the worst class among the zones that a site lies in."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.geometry import apart_m, pairs_within, shape_array
from rba_audit.layers import Layer
from rba_audit.layers.property_words import class_word
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.origins import covered_by_extent, known_around_m, nearest_of, start_shapes
from rba_audit.measures.results import not_measured, word_results
from rba_audit.measures.sentences import called_in, feature_name, layer_incomplete, layer_not_given
from rba_audit.messages import Message, format_number, say
from rba_audit.sites.problems import quote
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

Shapes = NDArray[np.object_]


def class_of_nearest(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return the class of the nearest feature of a layer within `within`, or the answer `none`."""
    name, within_m = measure.word("to"), measure.number("within")
    layer = inputs.layers.get(name)
    if layer is None:
        return not_measured(question, len(inputs), name, layer_not_given(name))
    starts, basis = start_shapes(inputs, "")
    nearest = nearest_of(inputs, layer, "")
    reach_m = known_around_m(layer, starts, nearest, within_m)
    classes = [class_of(layer, at, measure) for at in range(len(layer.places))]
    answers: list[str | None] = [None] * len(inputs)
    for site in range(len(inputs)):
        if starts[site] is None:
            continue
        at, slack = int(nearest.index[site]), float(inputs.accuracy_m[site])
        if at < 0 or nearest.distance_m[site] - slack > within_m:
            answers[site] = measure.word("none") or None if reach_m[site] >= within_m + slack else None
        elif nearest.distance_m[site] + slack <= min(within_m, reach_m[site]):
            answers[site] = _one_class(inputs, layer, classes, site, at, float(nearest.distance_m[site]))

    def source_at(site: int) -> MeasurementSource:
        at = int(nearest.index[site])
        if starts[site] is None:
            return MeasurementSource(name, layer.date, inputs.no_outline(site))
        if at < 0 or nearest.distance_m[site] > within_m + inputs.accuracy_m[site]:
            if answers[site] is None:
                return MeasurementSource(name, layer.date, layer_incomplete(name, within_m))
            return MeasurementSource(
                name,
                layer.date,
                say("nothing within {metres} m {basis}", metres=format_number(within_m, 0), basis=basis[site]),
            )
        message = feature_name(layer, at, float(nearest.distance_m[site]), basis[site])
        if classes[at] is None:
            message = unclassed(layer, at, measure, message)
        elif answers[site] is None and reach_m[site] < nearest.distance_m[site]:
            message = layer_incomplete(name, within_m)
        elif answers[site] is None:
            message = say("{which}; where the site lies is not known so exactly", which=message)
        return MeasurementSource(name, layer.date, message)

    return word_results(question, answers, source_at)


def worst_class(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return the worst class among the zones of a layer that intersect the site: its outline and all its parts."""
    name, order = measure.word("of"), measure.words("order")
    layer = inputs.layers.get(name)
    if layer is None:
        return not_measured(question, len(inputs), name, layer_not_given(name))
    whole = _whole_sites(inputs)
    site, zone, metres = pairs_within(whole, layer.shapes, float(inputs.accuracy_m.max(initial=0)))
    near_enough = metres <= inputs.accuracy_m[site]
    site, zone, metres = site[near_enough], zone[near_enough], metres[near_enough]
    # A site with a position error is certainly in a zone only if it lies at least that far inside the edge.
    edges = shapely.boundary(layer.shapes)
    slack = inputs.accuracy_m[site]
    sure = (slack == 0) | ((metres == 0) & shapely.covers(layer.shapes[zone], whole[site]))
    sure[sure & (slack > 0)] &= (apart_m(whole[site], edges[zone]) >= slack)[sure & (slack > 0)]
    stated = [class_word(feature.properties.get(measure.word("by"))) for feature in layer.places]
    inside: dict[int, list[int]] = {}
    certainly: dict[int, list[int]] = {}
    for one, other, certain in zip(site.tolist(), zone.tolist(), sure.tolist(), strict=True):
        inside.setdefault(one, []).append(other)
        if certain:
            certainly.setdefault(one, []).append(other)
    drawn = ~shapely.is_missing(inputs.outlines)
    all_around = covered_by_extent(layer, whole) & drawn & (inputs.accuracy_m == 0)
    near, _, apart = pairs_within(whole, shape_array(layer.unsound), float(inputs.accuracy_m.max(initial=0)))
    unsound = np.isin(np.arange(len(inputs)), near[apart <= inputs.accuracy_m[near]])
    answers: list[str | None] = []
    for at in range(len(inputs)):
        classes = [stated[other] for other in inside.get(at, [])]
        certain_ones = [stated[other] for other in certainly.get(at, [])]
        if order[-1] in certain_ones:
            answers.append(order[-1])
        elif unsound[at] or not drawn[at]:
            answers.append(None)  # undrawn parts of the site, or zones that cannot be measured, may be worse
        elif not classes:
            answers.append((measure.word("none") or None) if all_around[at] else None)
        elif all(word in order for word in classes) and certain_ones:
            worst, sure_worst = max(classes, key=order.index), max(certain_ones, key=order.index)
            answers.append(worst if worst == sure_worst else None)
        else:
            answers.append(None)

    def source_at(at: int) -> MeasurementSource:
        if whole[at] is None:
            return MeasurementSource(name, layer.date, inputs.no_outline(at))
        zones = ", ".join(called_in(layer, other) for other in inside.get(at, []))
        if zones and answers[at] is None and not drawn[at]:
            return MeasurementSource(
                name, layer.date, say("it lies in {zones}; {why}", zones=zones, why=inputs.no_outline(at))
            )
        strange = sorted({stated[other] for other in inside.get(at, [])} - {*order, ""})
        if zones and answers[at] is None and strange:
            return MeasurementSource(
                name,
                layer.date,
                say("it lies in {zones}; the class “{word}” is not understood", zones=zones, word=quote(strange[0])),
            )
        if zones:
            return MeasurementSource(name, layer.date, say("it lies in {zones}", zones=zones))
        return MeasurementSource(
            name, layer.date, say("it lies in no zone") if all_around[at] else layer_incomplete(name, 0)
        )

    return word_results(question, answers, source_at)


def _whole_sites(inputs: MeasurementInputs) -> Shapes:
    """Return the outline or point of each site together with all its parts; None if nothing of it is drawn."""
    whole = np.where(shapely.is_missing(inputs.outlines), inputs.spots, inputs.outlines)
    parts: dict[int, list[BaseGeometry]] = {}
    for part in inputs.sites.parts:
        at = inputs.index.get(part.site)
        if at is not None and part.shape is not None and not inputs.illustrative[at]:
            parts.setdefault(at, []).append(part.shape)
    for at, shapes in parts.items():
        whole[at] = shapely.GeometryCollection([shape for shape in (whole[at], *shapes) if shape is not None])
    return whole


def class_of(layer: Layer, at: int, measure: Measure) -> str | None:
    """Return the class of a feature by the number it states; None if it states none, or one of no class."""
    value = layer.number(at, measure.word("by"))
    if value is None or value < measure.number("least"):
        return None
    return next((name for name, most in measure.classes() if value <= most), None)


def unclassed(layer: Layer, at: int, measure: Measure, message: Message) -> Message:
    """Return the message about a feature without a class: its unreadable number, or that it states none."""
    stated = layer.stated_text(at, measure.word("by"))
    if stated:
        return say(
            "{which}, whose {what} “{found}” gives no class", which=message, what=measure.word("by"), found=stated
        )
    return say("{which}, which does not say its {what}", which=message, what=measure.word("by"))


def _one_class(
    inputs: MeasurementInputs, layer: Layer, classes: list[str | None], site: int, at: int, metres: float
) -> str | None:
    """Return the class of the nearest feature; None if the position error allows a nearest one of another class."""
    slack = float(inputs.accuracy_m[site])
    if not slack:
        return classes[at]
    one = np.array([start_shapes(inputs, "")[0][site]], dtype=object)
    _, others, _ = pairs_within(one, layer.shapes, metres + 2 * slack + float(layer.half_widths_m.max(initial=0)))
    possible = {classes[other] for other in others.tolist()}
    return classes[at] if len(possible) == 1 else None
