"""The area of a backlog: a file of boundaries, a boundary of the extract by name or code, or a bounding box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry

from rba_audit.errors import SiteError
from rba_audit.file_formats.osm_objects import OsmExtract
from rba_audit.layers import ContextFeature, read_context, recognized_features
from rba_audit.messages import Message, say

BOUNDARY: Final = "boundary"
_POLYGONS: Final = ("Polygon", "MultiPolygon")
_NAMED: Final = 8
_NAME_KEYS: Final = ("name", "name:id", "name:en", "official_name", "alt_name")
_CODE_KEYS: Final = ("ref", "kode", "code", "wikidata")


@dataclass(frozen=True, eq=False)
class CityArea:
    """The area whose places are listed.

    Attributes:
        name: Its name for people.
        boundaries: Its boundaries, to which coverage is reported.
    """

    name: str
    boundaries: tuple[ContextFeature, ...]

    @cached_property
    def shape(self) -> BaseGeometry:
        """The whole of it, in longitude and latitude."""
        return shapely.union_all([boundary.shape for boundary in self.boundaries])


def boundaries_of(extract: OsmExtract) -> Iterator[ContextFeature]:
    """Yield the administrative boundaries of an extract that have an outline."""
    for item in extract.objects:
        if item.geometry is None or item.geometry["type"] not in _POLYGONS or "boundary" not in item.tags:
            continue
        feature = {"type": "Feature", "id": item.id, "properties": dict(item.tags), "geometry": item.geometry}
        shape = shapely.geometry.shape(dict(item.geometry))
        for context in recognized_features(feature, item.id, shape, "", extract.day):
            if context.layer == BOUNDARY:
                yield context


def find_area(text: str, extract: OsmExtract, warn: Callable[[Message], None] = lambda _message: None) -> CityArea:
    """Return the area that a text names: an existing file, a bounding box `west,south,east,north`, a name, a code or an id.

    Raises:
        SiteError: there is no such boundary, or several; the message names them.
    """
    if Path(text).is_file():
        return _area_of_file(Path(text), warn)
    box = _box(text)
    if box is not None:
        return _area_of_box(text, box)
    named = list(boundaries_of(extract))
    matching = [boundary for boundary in named if _is_meant(boundary, text)]
    if len(matching) == 1:
        return CityArea(matching[0].name or text, (matching[0],))
    if matching:
        raise SiteError(
            say(
                "“{area}” means several boundaries of the extract: {boundaries}; name one by its id",
                area=text,
                boundaries=_listed(matching),
            )
        )
    cut = [item.id for item in extract.losses if text in {item.id, *(item.tags.get(key) for key in _NAME_KEYS)}]
    if cut:
        raise SiteError(
            say(
                "“{area}” is in the extract ({id}), but not whole; give a file of its boundary, or a larger extract",
                area=text,
                id=cut[0],
            )
        )
    raise SiteError(
        say(
            "no boundary of the extract is called “{area}”; it has {boundaries}. Name one of them, a file, or west,south,east,north",
            area=text,
            boundaries=_listed(named) or str(say("none")),
        )
    )


def _area_of_file(path: Path, warn: Callable[[Message], None]) -> CityArea:
    context = read_context([path], warn)
    polygons = tuple(
        feature
        for feature in context
        if feature.layer == BOUNDARY and feature.shape is not None and feature.shape.geom_type in _POLYGONS
    )
    if not polygons:
        raise SiteError(say("{file}: it has no boundary with an outline; give another file with --area", file=path))
    return CityArea(polygons[0].name if len(polygons) == 1 else path.stem, polygons)


def _area_of_box(text: str, box: tuple[float, float, float, float]) -> CityArea:
    shape = shapely.box(*box)
    feature = {
        "type": "Feature",
        "id": text,
        "properties": {"layer": BOUNDARY, "name": text},
        "geometry": shapely.geometry.mapping(shape),
    }
    return CityArea(text, (ContextFeature(BOUNDARY, text, "", feature, text, shape),))


def _box(text: str) -> tuple[float, float, float, float] | None:
    pieces = text.split(",")
    try:
        west, south, east, north = (float(piece) for piece in pieces)
    except ValueError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise SiteError(
            say("“{area}” is no bounding box; write west,south,east,north in degrees, the smaller first", area=text)
        )
    return west, south, east, north


def _is_meant(boundary: ContextFeature, text: str) -> bool:
    wanted = text.strip().casefold()
    properties = boundary.properties
    stated = (boundary.id, boundary.name, boundary.code, *(properties.get(key) for key in (*_NAME_KEYS, *_CODE_KEYS)))
    return any(str(value).strip().casefold() == wanted for value in stated if value)


def _listed(boundaries: Sequence[ContextFeature]) -> str:
    words = [f"{boundary.name or '?'} ({boundary.id})" for boundary in boundaries[:_NAMED]]
    return ", ".join(words) + (" …" if len(boundaries) > _NAMED else "")
