"""Where sites are said to lie, as columns: their shapes, the codes they state, and how well their positions are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import centres
from rba_audit.layers.property_words import ACCURACY, property_accuracy_m
from rba_audit.sites import Site, Sites
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.whereabouts.boundaries import dotted_code
from rba_audit.whereabouts.doubt import Accuracy


@dataclass(frozen=True, eq=False)
class SiteLocations:
    """The sites that have a shape; what is not located is not doubted.

    Attributes:
        rows: Their places among the sites.
        policy: How well a position is known that does not say so, among others.
    """

    sites: Sites
    rows: NDArray[np.intp]
    policy: WhereaboutsPolicy

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """Their shapes, in longitude and latitude."""
        found: NDArray[np.object_] = self.sites.shapes[self.rows]
        return found

    @cached_property
    def is_point(self) -> NDArray[np.bool_]:
        """Which of them are points."""
        found: NDArray[np.bool_] = shapely.get_type_id(self.shapes) == shapely.GeometryType.POINT
        return found

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """The middle of each, as longitude and latitude."""
        return centres(self.shapes)

    def cited(self, at: int) -> tuple[float, float]:
        """Return longitude and latitude of one of them as they stand in the file: of an outline those of its first corner."""
        lon, lat = shapely.get_coordinates(self.shapes[at])[0].tolist()
        return lon, lat

    def id(self, at: int) -> str:
        """Return the id of one of them."""
        return self.sites.ids[int(self.rows[at])]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The code of the kelurahan that each is said to lie in; empty where none is stated."""
        return tuple(stated_code(self.sites[row], policy=self.policy) for row in self.rows.tolist())

    @cached_property
    def stated_m(self) -> NDArray[np.float64]:
        """How well each says that its position is known, in metres; NaN where it does not say."""
        return np.array([stated_accuracy(self.sites[row]) for row in self.rows.tolist()], dtype=np.float64)

    @cached_property
    def known_to_m(self) -> NDArray[np.float64]:
        """How well each position is known, in metres: as stated, or else as assumed."""
        return np.where(np.isnan(self.stated_m), self.policy.position_m.value, self.stated_m)

    def accuracy(self, at: int) -> Accuracy:
        """Return how well one position is known, as it is told."""
        return Accuracy(float(self.known_to_m[at]), not np.isnan(self.stated_m[at]))


def located_sites(sites: Sites, policy: WhereaboutsPolicy) -> SiteLocations:
    """Return the sites that have a shape."""
    rows = np.flatnonzero(~(shapely.is_missing(sites.shapes) | shapely.is_empty(sites.shapes)))
    return SiteLocations(sites, rows, policy)


def stated_code(site: Site, *, policy: WhereaboutsPolicy | None = None) -> str:
    """Return the code of the kelurahan that a site is said to lie in, with dots; empty where it states none."""
    return dotted_code(site.kelurahan_code, policy or shipped_policies().whereabouts)


def stated_accuracy(site: Site) -> float:
    """Return how well a site says that its position is known, in metres; NaN where it does not say."""
    found = property_accuracy_m(site.facts.get(ACCURACY))
    return np.nan if found is None else found
