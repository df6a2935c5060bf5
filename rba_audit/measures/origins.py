"""Start shapes of distances at a site, its nearest features, and the radius in which a layer is known to be complete."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import NearestShapes, find_nearest, shape_array, unproject
from rba_audit.layers import Layer, rules_by_layer
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.results import Floats
from rba_audit.messages import Message, say

Shapes = NDArray[np.object_]
Flags = NDArray[np.bool_]
PLAY_ZONE: Final = "play_zone"


def start_shapes(inputs: MeasurementInputs, kind: str) -> tuple[Shapes, list[Message]]:
    """Return the shape from which distances are measured at each site, in longitude and latitude, and a message that names it.

    With a `kind` it is the parts of that kind; else the play zones if they are mapped, else the outline.
    """
    return inputs.computed_once(("starting", kind), lambda: _start_shapes(inputs, kind))


def _start_shapes(inputs: MeasurementInputs, kind: str) -> tuple[Shapes, list[Message]]:
    zones = _together(inputs, kind or PLAY_ZONE)
    if kind:
        return zones, [
            say("from the nearest {part}", part=rules_by_layer()[kind].title if kind in rules_by_layer() else kind)
        ] * len(inputs)
    mapped = ~shapely.is_missing(zones)
    starts = np.where(mapped, zones, inputs.outlines)
    return starts, [
        say("from the play zones") if is_mapped else say("from the outline") for is_mapped in mapped.tolist()
    ]


def outer_shapes(inputs: MeasurementInputs, kind: str) -> Shapes:
    """Return a shape that contains the true start shape of each site; the same as `start_shapes` if that is complete.

    If the list of parts has gaps, or a part is drawn as a point of unknown size, it is the outline together with the known
    parts; None if there is no outline.
    """
    return inputs.computed_once(("farthest_out", kind), lambda: _outer_shapes(inputs, kind))


def _outer_shapes(inputs: MeasurementInputs, kind: str) -> Shapes:
    starts, _ = start_shapes(inputs, kind)
    unsure = np.flatnonzero(may_have_nearer_parts(inputs, kind))
    outermost = starts.copy()
    for site in unsure.tolist():
        outline = inputs.outlines[site]
        outermost[site] = None if outline is None else shapely.GeometryCollection([outline, starts[site]])
    return outermost


def may_have_nearer_parts(inputs: MeasurementInputs, kind: str) -> Flags:
    """Return which sites have known parts of a kind (or play zones), but not all of them, or not their size."""
    return inputs.computed_once(("may_be_nearer", kind), lambda: _may_have_nearer_parts(inputs, kind))


def _may_have_nearer_parts(inputs: MeasurementInputs, kind: str) -> Flags:
    parts = inputs.parts(kind or PLAY_ZONE)
    vague = np.zeros(len(inputs), dtype=np.bool_)
    vague[parts.site[parts.most_beyond_m > parts.least_beyond_m]] = True
    incomplete: Flags = (parts.count > 0) & (~parts.complete | vague)
    return incomplete


def unknown_everywhere(inputs: MeasurementInputs, kind: str) -> Flags:
    """Return which sites have play zones of which none is drawn, so that the outline is used; they may lie anywhere in it."""
    if kind:
        return np.zeros(len(inputs), dtype=np.bool_)
    zones = inputs.parts(PLAY_ZONE)
    unknown: Flags = (zones.count == 0) & zones.gaps
    return unknown


def _together(inputs: MeasurementInputs, kind: str) -> Shapes:
    parts = inputs.parts(kind)
    together = np.full(len(inputs), None, dtype=object)
    if len(parts):
        wide = parts.least_beyond_m > 0
        drawn = parts.shapes.copy()
        drawn[wide] = shapely.buffer(drawn[wide], parts.least_beyond_m[wide])
        shapes = unproject(drawn, inputs.points[parts.site])
        for site in np.unique(parts.site).tolist():
            together[site] = (
                shapely.GeometryCollection(shapes[parts.site == site].tolist())
                if parts.count[site] > 1
                else shapes[parts.at_site(site)[0]]
            )
    return together


def keep_chosen(shapes: Shapes, chosen: NDArray[np.bool_]) -> Shapes:
    """Return the chosen shapes, with None for the others."""
    remaining = shapes.copy()
    remaining[~chosen] = None
    return remaining


def nearest_of(inputs: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    """Return the nearest feature of a layer for each site, within the largest radius of any question; cached."""
    within_m = asked_within_m(inputs, layer)
    return inputs.computed_once(
        ("nearest", layer.name, kind),
        lambda: find_nearest(start_shapes(inputs, kind)[0], layer.shapes, within_m, layer.half_widths_m),
    )


def asked_within_m(inputs: MeasurementInputs, layer: Layer) -> float:
    """Return the largest search radius of any question for a layer, in metres, plus the largest position error."""
    asked = [
        question.measure.number("within")
        for question in inputs.standard.questions
        if question.measure is not None and question.measure.word("to") == layer.name
    ]
    return max(asked, default=0.0) + float(inputs.accuracy_m.max(initial=0))


def nearest_end_of(inputs: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    """Return the least possible distance to a feature: as `nearest_of`, but from `outer_shapes` and to the greatest extent.

    Features drawn as points of unknown size are left out, because their distance is unknown.
    """
    return inputs.computed_once(("nearest_end", layer.name, kind), lambda: _nearest_end_of(inputs, layer, kind))


def _nearest_end_of(inputs: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    nearest = nearest_of(inputs, layer, kind)
    beyond = np.where(np.isinf(layer.most_beyond_m), layer.half_widths_m, layer.most_beyond_m)
    if not (may_have_nearer_parts(inputs, kind).any() or (layer.most_beyond_m > layer.half_widths_m).any()):
        return nearest
    shapes = layer.shapes.copy()
    shapes[np.isinf(layer.most_beyond_m)] = None
    return find_nearest(outer_shapes(inputs, kind), shapes, asked_within_m(inputs, layer), beyond)


def points_near(inputs: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    """Return the nearest feature of a layer that is drawn as a point of unknown size."""
    return inputs.computed_once(("points_near", layer.name, kind), lambda: _points_near(inputs, layer, kind))


def _points_near(inputs: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    vague = np.isinf(layer.most_beyond_m)
    if not vague.any():
        return NearestShapes(np.full(len(inputs), -1, dtype=np.intp), np.full(len(inputs), np.nan))
    shapes = layer.shapes.copy()
    shapes[~vague] = None
    return find_nearest(outer_shapes(inputs, kind), shapes, asked_within_m(inputs, layer))


def known_around_m(layer: Layer, starts: Shapes, nearest: NearestShapes, within_m: float) -> Floats:
    """Return the radius around each start shape within which a layer is known to be complete, in metres.

    The extent stated by its file counts. Without one, the radius is infinite if a feature is near, because the surroundings
    were then mapped; else it ends at the convex hull of the file's features. It never exceeds the distance to a feature with
    an invalid shape, and is 0 if features of the file could not be read.
    """
    if not layer.whole:
        return np.zeros(len(starts))
    stated = layer.stated is not None
    extent = layer.stated if layer.stated is not None else layer.spanned
    border = np.array([shapely.boundary(extent)], dtype=object)
    looked = (nearest.index >= 0) & (not stated)
    inside = shapely.covers(extent, keep_chosen(starts, ~looked))
    reach = find_nearest(keep_chosen(starts, inside), border, within_m * 10).distance_m
    reach = np.where((inside & np.isnan(reach)) | looked, np.inf, np.where(inside, reach, 0.0))
    return np.fmin(reach, find_nearest(starts, shape_array(layer.unsound), within_m * 10).distance_m)


def covered_by_extent(layer: Layer, starts: Shapes) -> NDArray[np.bool_]:
    """Return which shapes lie wholly within the stated extent of a layer."""
    if layer.stated is None or not layer.whole:
        return np.zeros(len(starts), dtype=np.bool_)
    covered: NDArray[np.bool_] = shapely.covers(layer.stated, starts)
    return covered
