"""What a layer shows near each site, in metres about the point of the site, and whether it is known to be all."""

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
    """What a layer shows within some metres of each site.

    Attributes:
        layer: None where it was not given.
        by_site: The positions of its things near each site.
        known: At which sites it is known to be complete so far around.
        date: The newest day that is known of it.
    """

    ground: MeasurementInputs
    name: str
    within_m: float
    layer: Layer | None
    by_site: dict[int, list[int]]
    known: NDArray[np.bool_]
    date: str = ""

    def too_coarse(self, site: int) -> bool:
        """Tell whether the place of a site is not known well enough to look past what lies around it."""
        return bool(self.ground.accuracy_m[site] > 0)

    def things(self, site: int) -> list[tuple[BaseGeometry, str]]:
        """Return the things near a site, laid flat about its point, with what they go by."""
        at = self.by_site.get(site, [])
        if self.layer is None or not at:
            return []
        shapes = project(self.layer.shapes[at], self.ground.points[site])
        return [(shape, self._called(each)) for shape, each in zip(shapes, at, strict=True)]

    def _called(self, at: int) -> str:
        place = self.layer.places[at] if self.layer is not None else None
        if place is None:
            return self.name
        return f"{place.name} [{place.id}]" if place.name and place.id else place.name or place.id or self.name

    def why_not(self, site: int) -> Message | None:
        """Return why not all of it is known near a site; None where it is."""
        if self.layer is None:
            return layer_not_given(self.name)
        if self.too_coarse(site):
            metres = format_number(float(self.ground.accuracy_m[site]), 0)
            return say("its place is known only to {metres} m, too coarse to see past what is around it", metres=metres)
        return None if self.known[site] else layer_incomplete(self.name, self.within_m)


def nearby_features(ground: MeasurementInputs, name: str, stage: Shapes, within_m: float) -> NearbyFeatures:
    """Return what a layer shows within some metres of each of these shapes, one for each site."""
    layer = ground.layers.get(name)
    if layer is None:
        return NearbyFeatures(ground, name, within_m, None, {}, np.zeros(len(ground), dtype=np.bool_))
    found: dict[int, list[int]] = {}
    site, thing, _ = pairs_within(stage, layer.shapes, within_m)
    for one, other in sorted(zip(site.tolist(), thing.tolist(), strict=True)):
        found.setdefault(one, []).append(other)
    reach_m = known_around_m(layer, stage, find_nearest(stage, layer.shapes, within_m), within_m)
    return NearbyFeatures(ground, name, within_m, layer, found, reach_m >= within_m, layer.date)


def search_hulls(ground: MeasurementInputs, areas: Shapes, others: Sequence[Parts]) -> Shapes:
    """Return for each site the convex hull of an area, its outline and some of its parts, in longitude and latitude.

    Whatever stands between two of them stands in it. None where the area is missing.
    """
    found = np.full(len(areas), None, dtype=object)
    for site in np.flatnonzero(~shapely.is_missing(areas)).tolist():
        shapes = [areas[site], *(parts.shapes[at] for parts in others for at in parts.at_site(site))]
        outline = ground.flat_outline(site)
        shapes += [outline] if outline is not None else []
        found[site] = shapely.convex_hull(shapely.GeometryCollection(shapes))
    return unproject(found, ground.points)
