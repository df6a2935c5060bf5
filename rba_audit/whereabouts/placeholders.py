"""Detect placeholder coordinates: shared by several sites, zeros, centroids of areas, rounded values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.geometry import centres, length_m, pairs_within, shape_array
from rba_audit.layers import first_number
from rba_audit.messages import say
from rba_audit.sites.problems import quote
from rba_audit.whereabouts.boundaries import Boundaries, Boundary
from rba_audit.whereabouts.doubt import Doubt, Metres
from rba_audit.whereabouts.site_locations import SiteLocations

Groups = list[list[int]]


def same_shapes(here: SiteLocations) -> Groups:
    """Return the indices of the sites, grouped by identical coordinates."""
    groups: dict[bytes, list[int]] = {}
    for at, shape in enumerate(shapely.to_wkb(here.shapes).tolist()):
        groups.setdefault(shape, []).append(at)
    return list(groups.values())


def shared_coordinates(here: SiteLocations, groups: Groups) -> Iterator[Doubt]:
    """Yield a doubt for each site whose coordinates are identical to those of others."""
    for group in groups:
        ids = tuple(here.id(at) for at in group)
        for index, id in enumerate(ids if len(ids) > 1 else ()):
            other = ids[1] if index == 0 else ids[0]
            message = say("its coordinates are exactly those of “{other}”", other=quote(other))
            if len(ids) > 2:
                message = say("{found} and of {count} more", found=message, count=len(ids) - 2)
            yield Doubt(
                id,
                "shared_coordinates",
                message,
                say("locate each of them, and leave the geometry of the others null until then"),
                (other,),
            )


def zero_coordinates(here: SiteLocations) -> Iterator[tuple[int, Doubt]]:
    """Yield an index and a doubt for each point at longitude 0, latitude 0."""
    for at in np.flatnonzero(here.is_point & (here.middles == 0).all(axis=1)).tolist():
        yield (
            at,
            Doubt(
                here.id(at),
                "zero_coordinates",
                say("longitude and latitude are both 0, a place in the Gulf of Guinea"),
                say("locate it, or write null for the geometry"),
            ),
        )


def area_middles(here: SiteLocations, boundaries: Boundaries) -> Iterator[Doubt]:
    """Yield a doubt for each point at a middle of a boundary (of any kind, see `_middles`), naming the finest boundary."""
    points = np.flatnonzero(here.is_point)
    owners, middles = _middles(boundaries)
    if not points.size or not len(middles):
        return
    one, other, _ = pairs_within(here.shapes[points], middles, here.policy.centre_m.value)
    finest: dict[int, Boundary] = {}
    for at, area in zip(
        points[one].tolist(), (boundaries.all[owners[middle]] for middle in other.tolist()), strict=True
    ):
        if at not in finest or area.level > finest[at].level:
            finest[at] = area
    for at, area in sorted(finest.items()):
        yield Doubt(
            here.id(at),
            "middle_of_area",
            say("it lies exactly in the middle of {area}, where a place is put that nobody located", area=area.words),
            say("locate it, or write null for the geometry"),
        )


def _middles(boundaries: Boundaries) -> tuple[list[int], NDArray[np.object_]]:
    """Return the middles of each boundary (centroid, inner point, centre of bounds, stated point), and the boundary's index."""
    if not boundaries:
        return [], shape_array([])
    policy = boundaries.policy
    owners = [*range(len(boundaries.all))] * 3
    points = [
        *shapely.centroid(boundaries.shapes).tolist(),
        *shapely.point_on_surface(boundaries.shapes).tolist(),
        *map(shapely.Point, centres(boundaries.shapes)),
    ]
    for at, boundary in enumerate(boundaries.all):
        for properties in boundary.properties:
            lon, lat = first_number(properties, policy.lon_properties), first_number(properties, policy.lat_properties)
            if lon is not None and lat is not None and abs(lat) <= 90:
                owners.append(at)
                points.append(shapely.Point(lon, lat))
    return owners, shape_array(points)


def rounded_coordinates(here: SiteLocations) -> Iterator[tuple[int, Doubt]]:
    """Yield an index and a doubt for each site whose coordinates are all rounded more coarsely than its stated accuracy."""
    coordinates, owner = shapely.get_coordinates(here.shapes, return_index=True)
    left = np.ones(len(here), dtype=bool)
    for decimals in range(here.policy.decimals.value + 1):
        exact = (np.round(coordinates, decimals) == coordinates).all(axis=1)
        fitting = left & (np.bincount(owner, ~exact, len(here)) == 0)
        left &= ~fitting
        rows = np.flatnonzero(fitting)
        # Rounding may have moved a coordinate by half a unit of the last decimal.
        half = np.full((len(rows), 2), 0.5 * 10.0**-decimals)
        half[here.middles[rows, 1] + half[:, 1] > 90, 1] *= -1  # stay on this side of the pole
        off = length_m(here.middles[rows], here.middles[rows] + half)
        coarse = ~(here.stated_m[rows] >= off)  # also if none is stated (NaN)
        for at, metres in zip(rows[coarse].tolist(), off[coarse].tolist(), strict=True):
            lon, lat = here.cited(at)
            yield (
                at,
                Doubt(
                    here.id(at),
                    "rounded_coordinates",
                    say(
                        "longitude {lon} and latitude {lat} are rounded, and true to some {metres} m at best",
                        lon=f"{lon:g}",
                        lat=f"{lat:g}",
                        metres=Metres(metres),
                    ),
                    say("locate it, or write how well it is known as its position_accuracy_m"),
                ),
            )
