"""Stated locations of the sites as columns: shapes, kelurahan codes and position accuracies."""

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
    """The sites that have a shape; a site without one is not checked.

    Attributes:
        rows: Their indices among the sites.
        policy: Limits of the checks, such as the accuracy assumed for a position that states none.
    """

    sites: Sites
    rows: NDArray[np.intp]
    policy: WhereaboutsPolicy

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """Their shapes, in longitude and latitude."""
        located: NDArray[np.object_] = self.sites.shapes[self.rows]
        return located

    @cached_property
    def is_point(self) -> NDArray[np.bool_]:
        """Which of them are points."""
        points: NDArray[np.bool_] = shapely.get_type_id(self.shapes) == shapely.GeometryType.POINT
        return points

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """Centre of the bounds of each, as longitude and latitude, (n, 2)."""
        return centres(self.shapes)

    def cited(self, at: int) -> tuple[float, float]:
        """Return the longitude and latitude of one site as written in the file; for an outline those of its first corner."""
        lon, lat = shapely.get_coordinates(self.shapes[at])[0].tolist()
        return lon, lat

    def id(self, at: int) -> str:
        """Return the id of the site at an index of the columns."""
        return self.sites.ids[int(self.rows[at])]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The stated kelurahan code of each, with dots; empty if none is stated."""
        return tuple(stated_code(self.sites[row], policy=self.policy) for row in self.rows.tolist())

    @cached_property
    def stated_m(self) -> NDArray[np.float64]:
        """The stated accuracy of each position, in metres; NaN if none is stated."""
        return np.array([stated_accuracy(self.sites[row]) for row in self.rows.tolist()], dtype=np.float64)

    @cached_property
    def known_to_m(self) -> NDArray[np.float64]:
        """The accuracy of each position, in metres: the stated one, else the assumed one."""
        return np.where(np.isnan(self.stated_m), self.policy.position_m.value, self.stated_m)

    def accuracy(self, at: int) -> Accuracy:
        """Return the accuracy of one position, for messages."""
        return Accuracy(float(self.known_to_m[at]), not np.isnan(self.stated_m[at]))


def located_sites(sites: Sites, policy: WhereaboutsPolicy) -> SiteLocations:
    """Return the sites that have a shape."""
    rows = np.flatnonzero(~(shapely.is_missing(sites.shapes) | shapely.is_empty(sites.shapes)))
    return SiteLocations(sites, rows, policy)


def stated_code(site: Site, *, policy: WhereaboutsPolicy | None = None) -> str:
    """Return the kelurahan code that a site states, with dots; empty if it states none."""
    return dotted_code(site.kelurahan_code, policy or shipped_policies().whereabouts)


def stated_accuracy(site: Site) -> float:
    """Return the accuracy that a site states for its position, in metres; NaN if it states none."""
    metres = property_accuracy_m(site.facts.get(ACCURACY))
    return np.nan if metres is None else metres
