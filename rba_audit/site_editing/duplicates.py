"""Detect likely duplicates of a new site by distance and by similarity of names."""

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
"""A site nearer than this is a candidate whatever its name."""
SEARCH_RADIUS_M: Final = 5_000
"""A site farther away is a candidate only if the surveyor saw it listed; one at an unknown distance is compared by name."""
ALIKE: Final = 0.75
"""Names with at least this similarity (`name_similarity`) count as alike; 1 is the same name."""
_NO_WORD: Final = re.compile(r"[\W_]+")
_BOX_DEG: Final = 0.06  # somewhat more than SEARCH_RADIUS_M near the equator


@dataclass(frozen=True, slots=True)
class DuplicateCandidate:
    """A site that may be the same as the new one.

    Attributes:
        distance_m: Distance between the shapes; NaN if either has none, or if it is beyond the search box.
        alike: Similarity of the names, 0 to 1.
        looked_at: Whether the surveyor saw it in the list of near sites when they proposed the new one.
    """

    id: str
    name: str
    distance_m: float
    alike: float
    looked_at: bool

    @property
    def order(self) -> tuple[float, float]:
        """Sort key, most likely first: near and with a similar name."""
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
    """Return the sites that a new one with this shape and name may duplicate, most likely first.

    Args:
        sites: The active sites.
        shape: The shape of the new site in degrees; None if it is unknown.
        name: The name of the new site.
        but: Ids to leave out: its own.
        near: Ids of the sites that the surveyor saw listed as near; always returned, up to `most`.
        most: Maximum number of results.
    """
    distances = np.full(len(sites), nan)
    if shape is not None and len(sites):
        west, south, east, north = shape.bounds
        box = shapely.box(west - _BOX_DEG, south - _BOX_DEG, east + _BOX_DEG, north + _BOX_DEG)
        close = np.flatnonzero(shapely.intersects(sites.shapes, box))
        distances[:] = np.inf
        distances[[site_shape is None for site_shape in sites.shapes]] = nan
        if len(close):
            distances[close] = apart_m(shape_array([shape] * len(close)), sites.shapes[close])
    candidates = []
    for site, distance in zip(sites, distances.tolist(), strict=True):
        if site.id in but or (distance == np.inf and site.id not in near):
            continue
        alike = name_similarity(name, site.likely_name or site.id)
        if site.id in near or distance <= NEAR_M or (alike >= ALIKE and not distance > SEARCH_RADIUS_M):
            candidates.append(
                DuplicateCandidate(site.id, site.name, nan if distance == np.inf else distance, alike, site.id in near)
            )
    return sorted(candidates, key=lambda candidate: (*candidate.order, candidate.id))[:most]


def name_similarity(one: str, other: str) -> float:
    """Return the similarity of two names, 0 to 1, regardless of the order of their words, case and punctuation.

    >>> name_similarity("Taman Sari", "sari, taman"), name_similarity("Taman Sari", "")
    (1.0, 0.0)
    """
    first, second = (" ".join(sorted(_NO_WORD.sub(" ", text.casefold()).split())) for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0


def names_alike(one: str, other: str) -> bool:
    """Return whether two names are similar enough (`ALIKE`) to be spellings of one."""
    return name_similarity(one, other) >= ALIKE
