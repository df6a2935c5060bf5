"""Sites of known size, drawn in metres around a point of Kota Serang, for tests of measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely

from rba_audit.layers import ContextFeature, recognized_features
from rba_audit.sites import Sites, sites_from_features

GEOD = pyproj.Geod(ellps="WGS84")
LON, LAT = 106.15, -6.11


def spot(east: float, north: float) -> list[float]:
    """Return longitude and latitude of a place so many metres east and north of the middle."""
    lon, lat, _ = GEOD.fwd(LON, LAT, 90 if east >= 0 else 270, abs(east))
    lon, lat, _ = GEOD.fwd(lon, lat, 0 if north >= 0 else 180, abs(north))
    return [lon, lat]


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return an area between these metres."""
    ring = [spot(west, south), spot(east, south), spot(east, north), spot(west, north), spot(west, south)]
    return {"type": "Polygon", "coordinates": [ring]}


def line(*points: tuple[float, float]) -> dict[str, Any]:
    """Return a line through these metres."""
    return {"type": "LineString", "coordinates": [spot(*point) for point in points]}


def point(east: float, north: float) -> dict[str, Any]:
    """Return a point at these metres."""
    return {"type": "Point", "coordinates": spot(east, north)}


def site(geometry: dict[str, Any] | None, id: str = "taman", **properties: Any) -> dict[str, Any]:
    """Return the Feature of a site."""
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": {"name": id, **properties}}


def part(kind: str, geometry: dict[str, Any], id: str, of: str = "taman", **properties: Any) -> dict[str, Any]:
    """Return the Feature of a part of a site."""
    return {
        "type": "Feature",
        "id": id,
        "geometry": geometry,
        "properties": {"part": kind, "part_of": of, **properties},
    }


def thing(
    layer: str, geometry: dict[str, Any], id: str = "", date: str = "", source: str = "", **properties: Any
) -> ContextFeature:
    """Return one thing of a layer."""
    feature = {"type": "Feature", "geometry": geometry, "properties": {"layer": layer, **properties}}
    return next(
        place
        for place in recognized_features(feature, id, shapely.geometry.shape(geometry), source or layer, date)
        if place.layer == layer
    )


def extent(*of: str, reach_m: float = 5000, source: str = "extent", date: str = "2026-04-06") -> ContextFeature:
    """Return the statement that these layers are complete so far around the middle."""
    around = box(-reach_m, -reach_m, reach_m, reach_m)
    feature = {"type": "Feature", "geometry": around, "properties": {"layer": "extent", "of": list(of)}}
    return recognized_features(feature, "", shapely.geometry.shape(around), source, date)[0]


def sites(*features: dict[str, Any]) -> Sites:
    """Return these features as they are read."""
    return sites_from_features(features, "test")


def country(count: int) -> Sites:
    """Return so many parks of twenty items each, spread over Indonesia."""
    chance = np.random.default_rng(4)
    parks, parts = [], []
    types = ["swing", "slide", "seesaw", "climber", "spinner"]
    for at in range(count):
        lon, lat = 100 + at % 40, -8 + at // 40 * 0.3
        ring = shapely.box(lon, lat, lon + 0.0005, lat + 0.0005)
        parks.append(site(shapely.geometry.mapping(ring), f"s{at}", parts_complete="yes"))
        for each in range(20):
            place = (np.array([lon, lat]) + chance.uniform(0, 0.0005, 2)).tolist()
            stated = {"type": types[each % 5], "pivot_height_m": 2.4, "bearing_deg": 90, "width_m": 4}
            shape = {"type": "Point", "coordinates": place}
            parts.append(part("equipment", shape, f"i{at}/{each}", f"s{at}", **stated))
    return sites(*parks, *parts)
