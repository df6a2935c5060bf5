"""Interpret the `crs` member, which RFC 7946 abolished, and reproject coordinates to longitude and latitude.

An ambiguous or unknown reference system is refused: positions are never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from rba_audit.messages import Message, say
from rba_audit.sites.positions import XY, Project
from rba_audit.sites.problems import InvalidFeature, ProblemLog, quote

# Old files use these names for longitude and latitude in this order, even if the EPSG registry states another axis order.
_LONLAT: Final = re.compile(
    r"(?:CRS:?84h?|OGC:CRS84h?|EPSG:(?:4326|4979)|WGS ?84"
    r"|urn:ogc:def:crs:OGC:[\d.]*:CRS84h?|urn:ogc:def:crs:EPSG:[\d.]*:(?:4326|4979)"
    r"|https?://www\.opengis\.net/(?:def/crs/OGC/[\d.]+/CRS84h?|def/crs/EPSG/[\d.]+/(?:4326|4979)"
    r"|gml/srs/epsg\.xml#4326))",
    re.IGNORECASE,
)


def projection_of(holder: Mapping[str, Any], notes: ProblemLog) -> Project | None:
    """Return the function that converts the coordinates of `holder` to longitude and latitude; None if they are.

    Raises:
        InvalidFeature: Its `crs` is a link, malformed or unknown.
    """
    if "crs" not in holder:
        return None
    crs = holder["crs"]
    if crs is None:
        found = say("the crs is null")
        notes.warn("crs", found, say("remove it, coordinates are read as longitude and latitude"), ".crs")
        return None
    name = _name_of(crs)
    if _LONLAT.fullmatch(name.strip()):
        found = say("a member “crs” names {crs}", crs=quote(name))
        notes.warn("crs", found, say("remove it, GeoJSON is always longitude and latitude"), ".crs")
        return None
    title, project = _projection(name.strip())
    found = say("coordinates were reprojected from {crs}, and any bbox removed", crs=quote(title))
    notes.warn("crs-reprojected", found, say("check one place on the map"), ".crs")
    return project


def projection_from(name: str, notes: ProblemLog) -> Project | None:
    """Return the function that converts coordinates of a named system to longitude and latitude; None if they are.

    Raises:
        InvalidFeature: The system is unknown.
    """
    return None if _LONLAT.fullmatch(name.strip()) else projection_of({"crs": _member(name)}, notes)


def _member(name: str) -> Mapping[str, Any]:
    return {"type": "name", "properties": {"name": name}}


@lru_cache(maxsize=32)  # a file may repeat its crs in every feature
def _projection(name: str) -> tuple[str, Project]:
    try:
        if "init=" in name:  # a syntax that PROJ deprecated, with another axis order
            raise CRSError(name)
        system = CRS.from_user_input(name)
        transformer = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    except ProjError:
        raise _unknown(say("the crs “{crs}” is not known", crs=quote(name))) from None
    if not (system.is_projected or system.is_geographic):
        raise _unknown(say("the crs “{crs}” gives no place on the ground", crs=quote(name)))

    def project(xy: XY) -> XY:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])) if len(xy) else xy

    return system.name, project


def _name_of(crs: object) -> str:
    if isinstance(crs, Mapping):
        properties = crs.get("properties")
        name = properties.get("name") if isinstance(properties, Mapping) else None
        if crs.get("type") == "name" and isinstance(name, str):
            return name
        if crs.get("type") == "link":
            raise _unknown(say("the crs is a link, and links are not followed"))
    raise _unknown(say("the crs “{crs}” names no reference system", crs=quote(crs)))


def _unknown(found: Message) -> InvalidFeature:
    remedy = say("reproject to longitude and latitude (EPSG:4326) and remove the member “crs”")
    return InvalidFeature("crs-unknown", found, remedy, ".crs")


def reproject(feature: Mapping[str, Any], project: Project) -> dict[str, Any]:
    """Return a copy of a checked feature in longitude and latitude, without `crs` and `bbox`."""
    copy = {key: value for key, value in feature.items() if key not in ("bbox", "crs")}
    if isinstance(copy.get("geometry"), Mapping):
        copy["geometry"] = _moved_geometry(copy["geometry"], project)
    return copy


def _moved_geometry(geometry: Mapping[str, Any], project: Project) -> dict[str, Any]:
    copy = {key: value for key, value in geometry.items() if key not in ("bbox", "crs")}
    if isinstance(copy.get("coordinates"), (list, tuple)) and copy["coordinates"]:
        copy["coordinates"] = _moved(copy["coordinates"], project)
    if isinstance(copy.get("geometries"), (list, tuple)):
        copy["geometries"] = [_moved_geometry(member, project) for member in copy["geometries"]]
    return copy


def _moved(coordinates: Any, project: Project) -> list[Any]:
    if not isinstance(coordinates[0], (list, tuple)):
        position: list[Any] = _moved([coordinates], project)[0]
        return position
    if isinstance(coordinates[0][0], (list, tuple)):
        return [_moved(part, project) for part in coordinates]
    lonlat = project(np.array([position[:2] for position in coordinates], dtype=np.float64)).tolist()
    return [[*moved, *position[2:]] for moved, position in zip(lonlat, coordinates, strict=True)]
