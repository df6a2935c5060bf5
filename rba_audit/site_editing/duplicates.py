"""Which known places a new one may be the same as: by how far apart they lie, and how much alike their names are."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import isnan, nan
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import apart_m, shape_array
from rba_audit.sites import Sites

NEAR_M: Final = 300
"""A known place that is nearer than this is told whatever it is called."""
SEARCH_RADIUS_M: Final = 5_000
"""One that is farther away than this is told only if nobody knows where either lies."""
ALIKE: Final = 0.75
"""Names that have at least this much in common are told as alike; 1 is the same name."""
_NO_WORD: Final = re.compile(r"[\W_]+")
_BOX_DEG: Final = 0.06  # somewhat more than FAR_M anywhere near the equator


@dataclass(frozen=True, slots=True)
class DuplicateCandidate:
    """A known place that may be the same.

    Attributes:
        distance_m: From edge to edge; NaN where one of them is not located.
        alike: How much the names have in common, from 0 to 1.
        looked_at: Whether the surveyor had it in front of them when they proposed another.
    """

    id: str
    name: str
    distance_m: float
    alike: float
    looked_at: bool

    @property
    def order(self) -> tuple[float, float]:
        """The most likely first: near, and called the same."""
        return (SEARCH_RADIUS_M if isnan(self.distance_m) else self.distance_m) * (1.1 - self.alike), -self.alike


def likely_duplicates(
    sites: Sites,
    shape: BaseGeometry | None,
    name: str,
    *,
    but: Collection[str] = (),
    near: Collection[str] = (),
    most: int = 6,
) -> list[DuplicateCandidate]:
    """Return the places that one with this shape and name may be, the most likely first.

    Args:
        sites: The places that count.
        shape: Where the new one lies, in degrees; None where that is not known.
        name: What it is called.
        but: Ids that are left out: its own.
        near: Ids of the places that the surveyor saw listed as near; they are always told.
        most: How many are told.
    """
    distances = np.full(len(sites), nan)
    if shape is not None and len(sites):
        west, south, east, north = shape.bounds
        box = shapely.box(west - _BOX_DEG, south - _BOX_DEG, east + _BOX_DEG, north + _BOX_DEG)
        close = np.flatnonzero(shapely.intersects(sites.shapes, box))
        distances[:] = np.inf
        distances[[each is None for each in sites.shapes]] = nan
        if len(close):
            distances[close] = apart_m(shape_array([shape] * len(close)), sites.shapes[close])
    found = []
    for site, distance in zip(sites, distances.tolist(), strict=True):
        if site.id in but or (distance == np.inf and site.id not in near):
            continue
        alike = name_similarity(name, site.likely_name or site.id)
        if site.id in near or distance <= NEAR_M or (alike >= ALIKE and not distance > SEARCH_RADIUS_M):
            found.append(
                DuplicateCandidate(site.id, site.name, nan if distance == np.inf else distance, alike, site.id in near)
            )
    return sorted(found, key=lambda each: (*each.order, each.id))[:most]


def name_similarity(one: str, other: str) -> float:
    """Return how much two names have in common: 0 nothing, 1 all; the order of their words says nothing.

    >>> likeness("Taman Sari", "sari, taman"), likeness("Taman Sari", "")
    (1.0, 0.0)
    """
    first, second = (" ".join(sorted(_NO_WORD.sub(" ", each.casefold()).split())) for each in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0
