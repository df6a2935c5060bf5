"""From where is measured at a site, and how far around it a layer is known to be complete."""

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


def start_shapes(ground: MeasurementInputs, kind: str) -> tuple[Shapes, list[Message]]:
    """Return from where is measured at each site, in longitude and latitude, and how that is called.

    With a `kind`, from its parts of that kind; else from its play zones where they are mapped, else from the outline.
    """
    return ground.computed_once(("starting", kind), lambda: _starting(ground, kind))


def _starting(ground: MeasurementInputs, kind: str) -> tuple[Shapes, list[Message]]:
    zones = _together(ground, kind or PLAY_ZONE)
    if kind:
        return zones, [
            say("from the nearest {part}", part=rules_by_layer()[kind].title if kind in rules_by_layer() else kind)
        ] * len(ground)
    mapped = ~shapely.is_missing(zones)
    starts = np.where(mapped, zones, ground.outlines)
    return starts, [say("from the play zones") if each else say("from the outline") for each in mapped.tolist()]


def outer_shapes(ground: MeasurementInputs, kind: str) -> Shapes:
    """Return what holds all from which is measured at each site; the same as `start_shapes` where that is known to be all.

    Where the list of parts has gaps, or a part is drawn as a point that may be of any size, it is the outline with the known
    parts; None where there is no outline.
    """
    return ground.computed_once(("farthest_out", kind), lambda: _farthest_out(ground, kind))


def _farthest_out(ground: MeasurementInputs, kind: str) -> Shapes:
    starts, _ = start_shapes(ground, kind)
    unsure = np.flatnonzero(may_have_nearer_parts(ground, kind))
    found = starts.copy()
    for site in unsure.tolist():
        outline = ground.outlines[site]
        found[site] = None if outline is None else shapely.GeometryCollection([outline, starts[site]])
    return found


def may_have_nearer_parts(ground: MeasurementInputs, kind: str) -> Flags:
    """Return at which sites parts of a kind (or play zones) are known, but not all of them, or not how far they reach."""
    return ground.computed_once(("may_be_nearer", kind), lambda: _may_be_nearer(ground, kind))


def _may_be_nearer(ground: MeasurementInputs, kind: str) -> Flags:
    parts = ground.parts(kind or PLAY_ZONE)
    vague = np.zeros(len(ground), dtype=np.bool_)
    vague[parts.site[parts.most_beyond_m > parts.least_beyond_m]] = True
    found: Flags = (parts.count > 0) & (~parts.complete | vague)
    return found


def unknown_everywhere(ground: MeasurementInputs, kind: str) -> Flags:
    """Return at which sites the outline stands for play zones that are there, none of which is drawn: they may lie anywhere in it."""
    if kind:
        return np.zeros(len(ground), dtype=np.bool_)
    zones = ground.parts(PLAY_ZONE)
    found: Flags = (zones.count == 0) & zones.gaps
    return found


def _together(ground: MeasurementInputs, kind: str) -> Shapes:
    parts = ground.parts(kind)
    found = np.full(len(ground), None, dtype=object)
    if len(parts):
        wide = parts.least_beyond_m > 0
        drawn = parts.shapes.copy()
        drawn[wide] = shapely.buffer(drawn[wide], parts.least_beyond_m[wide])
        shapes = unproject(drawn, ground.points[parts.site])
        for site in np.unique(parts.site).tolist():
            found[site] = (
                shapely.GeometryCollection(shapes[parts.site == site].tolist())
                if parts.count[site] > 1
                else shapes[parts.at_site(site)[0]]
            )
    return found


def keep_chosen(shapes: Shapes, chosen: NDArray[np.bool_]) -> Shapes:
    """Return the chosen shapes, and None for the others."""
    found = shapes.copy()
    found[~chosen] = None
    return found


def nearest_of(ground: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    """Return the nearest thing of a layer for each site, as far away as any question asks for it; worked out once."""
    within_m = asked_within_m(ground, layer)
    return ground.computed_once(
        ("nearest", layer.name, kind),
        lambda: find_nearest(start_shapes(ground, kind)[0], layer.shapes, within_m, layer.half_widths_m),
    )


def asked_within_m(ground: MeasurementInputs, layer: Layer) -> float:
    """Return how far away any question asks for things of a layer."""
    asked = [
        each.measure.number("within")
        for each in ground.standard.questions
        if each.measure is not None and each.measure.word("to") == layer.name
    ]
    return max(asked, default=0.0) + float(ground.accuracy_m.max(initial=0))


def nearest_end_of(ground: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    """Return likewise the thing that may be nearest: as `nearest_of`, but from as far out, and to as far, as may be.

    A thing that is drawn as a point and may be of any size is at no known distance, and is not among them.
    """
    return ground.computed_once(("nearest_end", layer.name, kind), lambda: _nearest_end_of(ground, layer, kind))


def _nearest_end_of(ground: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    found = nearest_of(ground, layer, kind)
    beyond = np.where(np.isinf(layer.most_beyond_m), layer.half_widths_m, layer.most_beyond_m)
    if not (may_have_nearer_parts(ground, kind).any() or (layer.most_beyond_m > layer.half_widths_m).any()):
        return found
    shapes = layer.shapes.copy()
    shapes[np.isinf(layer.most_beyond_m)] = None
    return find_nearest(outer_shapes(ground, kind), shapes, asked_within_m(ground, layer), beyond)


def points_near(ground: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    """Return the nearest thing of a layer that is drawn as a point and may be of any size."""
    return ground.computed_once(("points_near", layer.name, kind), lambda: _points_near(ground, layer, kind))


def _points_near(ground: MeasurementInputs, layer: Layer, kind: str) -> NearestShapes:
    vague = np.isinf(layer.most_beyond_m)
    if not vague.any():
        return NearestShapes(np.full(len(ground), -1, dtype=np.intp), np.full(len(ground), np.nan))
    shapes = layer.shapes.copy()
    shapes[~vague] = None
    return find_nearest(outer_shapes(ground, kind), shapes, asked_within_m(ground, layer))


def known_around_m(layer: Layer, starts: Shapes, found: NearestShapes, within_m: float) -> Floats:
    """Return how far around each place a layer is known to be complete, in metres.

    What its file states counts; where it states nothing, something near shows that one looked there, and nothing near
    is believed as far as the file holds something all around. Never farther than to a feature whose shape is broken, and
    not at all where features of its file could not be read.
    """
    if not layer.whole:
        return np.zeros(len(starts))
    stated = layer.stated is not None
    extent = layer.stated if layer.stated is not None else layer.spanned
    border = np.array([shapely.boundary(extent)], dtype=object)
    looked = (found.index >= 0) & (not stated)
    inside = shapely.covers(extent, keep_chosen(starts, ~looked))
    reach = find_nearest(keep_chosen(starts, inside), border, within_m * 10).distance_m
    reach = np.where((inside & np.isnan(reach)) | looked, np.inf, np.where(inside, reach, 0.0))
    return np.fmin(reach, find_nearest(starts, shape_array(layer.unsound), within_m * 10).distance_m)


def covered_by_extent(layer: Layer, starts: Shapes) -> NDArray[np.bool_]:
    """Return which places lie wholly where a layer is stated to be complete."""
    if layer.stated is None or not layer.whole:
        return np.zeros(len(starts), dtype=np.bool_)
    covered: NDArray[np.bool_] = shapely.covers(layer.stated, starts)
    return covered
