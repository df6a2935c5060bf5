"""Detect the format of a file that is not GeoJSON, by its first characters or its members.

The format is only named in the error; such files are never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rba_audit.errors import SiteError
from rba_audit.messages import Message, say
from rba_audit.sites.problems import quote, unusable_file

GEOMETRY_TYPES: Final = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
_TYPES: Final = ("FeatureCollection", "Feature", *GEOMETRY_TYPES)
_BEGINNINGS: Final = (
    ("PK\x03\x04", say("a ZIP archive (a zipped shapefile, KMZ or XLSX)")),
    ("\x1f\udc8b", say("a gzip archive")),
    ("\x00\x00'\n", say("a shapefile")),
    ("SQLite format 3", say("a GeoPackage or another SQLite database")),
    ("fgb\x03", say("FlatGeobuf")),
    ("PAR1", say("GeoParquet")),
    ("%PDF", say("a PDF")),
)
_MARKUP: Final = (
    ("<kml", say("KML")),
    ("<gpx", say("GPX")),
    ("<osm", say("OpenStreetMap XML")),
    ("<gml", say("GML")),
    ("<html", say("an HTML page")),
    ("<!doctype html", say("an HTML page")),
)
_TABLE: Final = re.compile(r"[^{}\[\]<>\n]*[,;\t][^{}\[\]<>\n]*(?:\n|$)")
_SCALAR: Final = re.compile(r'"|-?\d|true\b|false\b|null\b')


def refuse_by_beginning(text: str, start: int, source: str) -> SiteError:
    """Return the error for a text that has no JSON object at offset `start`."""
    head = text[start : start + 1000]
    if head.startswith("\x1e"):
        return sequence(source)
    if head.startswith("["):
        found = say("the file holds a JSON array, not a FeatureCollection")
        return unusable_file(source, found, say("put it in a FeatureCollection as its member “features”"))
    kind = next((name for mark, name in _BEGINNINGS if head.startswith(mark)), None)
    if kind is None and head.startswith("<"):
        kind = next((name for mark, name in _MARKUP if mark in head.lower()), say("XML"))
    if kind is not None:
        return unusable_file(source, say("this looks like {kind}, not GeoJSON", kind=kind), _export())
    if _SCALAR.match(head) and not _TABLE.match(head):
        found = say("the file holds one JSON value, not a FeatureCollection")
        return unusable_file(source, found, _export())
    if _TABLE.match(head):
        return unusable_file(source, say("this looks like {kind}, not GeoJSON", kind="CSV"), _export())
    return unusable_file(source, say("the file is not JSON"), _export())


def refuse_by_members(members: Mapping[str, object], source: str, *, has_features: bool = False) -> SiteError:
    """Return the error for an object that is neither FeatureCollection, Feature nor geometry.

    With `has_features` it has an array "features", so only its type is missing or wrong.
    """
    kind = None
    if members.get("type") == "Topology":
        kind = "TopoJSON"
    elif "osm3s" in members or ("elements" in members and "type" not in members):
        kind = "Overpass JSON"
    elif "type" not in members and not members.keys().isdisjoint(
        ("geometryType", "spatialReference", "attributes", "rings", "paths", "displayFieldName")
    ):
        kind = "ESRI JSON"
    if kind is not None:
        return unusable_file(source, say("this looks like {kind}, not GeoJSON", kind=kind), _export())
    if "type" not in members and "error" in members:
        found = say("this is the error message of a server, not its data")
        return unusable_file(source, found, say("fetch the file again, and look at it before using it"))
    if "type" not in members and not has_features:
        found = say("this is JSON of another kind, without an array “features”")
        return unusable_file(source, found, _export())
    if "type" not in members:
        found = say("the object has no member “type”")
        return unusable_file(source, found, say("write “type”: “FeatureCollection” into it"))
    found = say("“{type}” is not a GeoJSON type", type=quote(members["type"]))
    return unusable_file(source, found, type_hint(members["type"], _TYPES, say("write “FeatureCollection”")))


def type_hint(written: object, allowed: tuple[str, ...], otherwise: Message) -> Message:
    """Return the remedy for a wrong type: the right spelling if only upper and lower case differ, or `otherwise`."""
    if isinstance(written, str):
        for name in allowed:
            if written.casefold() == name.casefold():
                return say("write “{type}” with these capitals", type=name)
    return otherwise


def sequence(source: str) -> SiteError:
    """Return the error for a sequence of GeoJSON texts (RFC 8142), which is another format."""
    found = say("this is a sequence of GeoJSON texts, one after another")
    return unusable_file(source, found, say("export it as one FeatureCollection"))


def _export() -> Message:
    return say("export the sites as GeoJSON")
