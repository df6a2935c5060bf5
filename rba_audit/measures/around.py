"""From where is measured at a site, and how far around it a layer is known to be complete."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import Nearest, column, nearest, round_again
from rba_audit.layers import Layer, rules
from rba_audit.measures.ground import Ground
from rba_audit.measures.results import Floats
from rba_audit.words import Message, say

Shapes = NDArray[np.object_]
PLAY_ZONE: Final = "play_zone"


def starting(ground: Ground, kind: str) -> tuple[Shapes, list[Message]]:
    """Return from where is measured at each site, in longitude and latitude, and how that is called.

    With a `kind`, from its parts of that kind; else from its play zones where they are mapped, else from the outline.
    """
    return ground.once(("starting", kind), lambda: _starting(ground, kind))


def _starting(ground: Ground, kind: str) -> tuple[Shapes, list[Message]]:
    zones = _together(ground, kind or PLAY_ZONE)
    if kind:
        return zones, [say("from the nearest {part}", part=rules()[kind].title if kind in rules() else kind)] * len(
            ground
        )
    mapped = ~shapely.is_missing(zones)
    starts = np.where(mapped, zones, ground.outlines)
    return starts, [say("from the play zones") if each else say("from the outline") for each in mapped.tolist()]


def _together(ground: Ground, kind: str) -> Shapes:
    parts = ground.parts(kind)
    found = np.full(len(ground), None, dtype=object)
    if len(parts):
        shapes = round_again(parts.shapes, ground.points[parts.site])
        for site in np.unique(parts.site).tolist():
            found[site] = (
                shapely.GeometryCollection(shapes[parts.site == site].tolist())
                if parts.count[site] > 1
                else shapes[parts.of(site)[0]]
            )
    return found


def only(shapes: Shapes, chosen: NDArray[np.bool_]) -> Shapes:
    """Return the chosen shapes, and None for the others."""
    found = shapes.copy()
    found[~chosen] = None
    return found


def nearest_of(ground: Ground, layer: Layer, kind: str) -> Nearest:
    """Return the nearest thing of a layer for each site, as far away as any question asks for it; worked out once."""
    asked = [
        each.measure.number("within")
        for each in ground.standard.questions
        if each.measure is not None and each.measure.word("to") == layer.name
    ]
    within_m = max(asked, default=0.0) + float(ground.accuracy_m.max(initial=0))
    return ground.once(
        ("nearest", layer.name, kind),
        lambda: nearest(starting(ground, kind)[0], layer.shapes, within_m, layer.half_widths_m),
    )


def known_around_m(layer: Layer, starts: Shapes, found: Nearest, within_m: float) -> Floats:
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
    inside = shapely.covers(extent, only(starts, ~looked))
    reach = nearest(only(starts, inside), border, within_m * 10).distance_m
    reach = np.where((inside & np.isnan(reach)) | looked, np.inf, np.where(inside, reach, 0.0))
    return np.fmin(reach, nearest(starts, column(layer.unsound), within_m * 10).distance_m)


def covered_by_extent(layer: Layer, starts: Shapes) -> NDArray[np.bool_]:
    """Return which places lie wholly where a layer is stated to be complete."""
    if layer.stated is None or not layer.whole:
        return np.zeros(len(starts), dtype=np.bool_)
    covered: NDArray[np.bool_] = shapely.covers(layer.stated, starts)
    return covered
