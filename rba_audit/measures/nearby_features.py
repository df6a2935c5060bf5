"""Features of a layer near each site, in metres about the point of the site, and whether they are known to be complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import find_nearest, pairs_within, project, unproject
from rba_audit.layers import Layer
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.origins import known_around_m
from rba_audit.measures.parts import Parts
from rba_audit.measures.sentences import layer_incomplete, layer_not_given
from rba_audit.messages import Message, format_number, say

Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class NearbyFeatures:
    """Features of a layer within some metres of each site.

    Attributes:
        layer: The layer; None if it was not given.
        by_site: Indices of its features near each site.
        known: Whether the layer is known to be complete within that distance of each site.
        date: The newest day of the layer.
    """

    inputs: MeasurementInputs
    name: str
    within_m: float
    layer: Layer | None
    by_site: dict[int, list[int]]
    known: NDArray[np.bool_]
    date: str = ""

    def too_coarse(self, site: int) -> bool:
        """Return whether the position of a site is too inaccurate for lines of sight."""
        return bool(self.inputs.accuracy_m[site] > 0)

    def things(self, site: int) -> list[tuple[BaseGeometry, str]]:
        """Return the features near a site, in metres about its point, with their names."""
        at = self.by_site.get(site, [])
        if self.layer is None or not at:
            return []
        shapes = project(self.layer.shapes[at], self.inputs.points[site])
        return [(shape, self._called(index)) for shape, index in zip(shapes, at, strict=True)]

    def _called(self, at: int) -> str:
        feature = self.layer.places[at] if self.layer is not None else None
        if feature is None:
            return self.name
        return (
            f"{feature.name} [{feature.id}]" if feature.name and feature.id else feature.name or feature.id or self.name
        )

    def why_not(self, site: int) -> Message | None:
        """Return the message with the reason why the layer is not complete near a site; None if it is."""
        if self.layer is None:
            return layer_not_given(self.name)
        if self.too_coarse(site):
            metres = format_number(float(self.inputs.accuracy_m[site]), 0)
            return say("its place is known only to {metres} m, too coarse to see past what is around it", metres=metres)
        return None if self.known[site] else layer_incomplete(self.name, self.within_m)


def nearby_features(inputs: MeasurementInputs, name: str, stage: Shapes, within_m: float) -> NearbyFeatures:
    """Return the features of a layer within some metres of the shape of each site in `stage`."""
    layer = inputs.layers.get(name)
    if layer is None:
        return NearbyFeatures(inputs, name, within_m, None, {}, np.zeros(len(inputs), dtype=np.bool_))
    by_site: dict[int, list[int]] = {}
    site, feature, _ = pairs_within(stage, layer.shapes, within_m)
    for one, other in sorted(zip(site.tolist(), feature.tolist(), strict=True)):
        by_site.setdefault(one, []).append(other)
    reach_m = known_around_m(layer, stage, find_nearest(stage, layer.shapes, within_m), within_m)
    return NearbyFeatures(inputs, name, within_m, layer, by_site, reach_m >= within_m, layer.date)


def search_hulls(inputs: MeasurementInputs, areas: Shapes, others: Sequence[Parts]) -> Shapes:
    """Return for each site the convex hull of an area, its outline and some of its parts, in longitude and latitude.

    It contains every object between two of them. None if the area is missing.
    """
    hulls = np.full(len(areas), None, dtype=object)
    for site in np.flatnonzero(~shapely.is_missing(areas)).tolist():
        shapes = [areas[site], *(parts.shapes[at] for parts in others for at in parts.at_site(site))]
        outline = inputs.flat_outline(site)
        shapes += [outline] if outline is not None else []
        hulls[site] = shapely.convex_hull(shapely.GeometryCollection(shapes))
    return unproject(hulls, inputs.points)
