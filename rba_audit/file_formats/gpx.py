"""Read GPX: waypoints, routes and tracks as three tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rba_audit.file_formats.problems import check_size, shown
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.file_formats.wkb import GeometryError
from rba_audit.file_formats.xml_events import Element, count_in, parse_xml
from rba_audit.messages import Message, say

_TABLES: Final = {"wpt": "waypoints", "rte": "routes", "trk": "tracks"}
_POINTS: Final = frozenset(("rtept", "trkseg", "trkpt"))
_CLOSED_WITHIN_M: Final = 15.0
"""Distance between both ends of a walk around a place; phones are a few metres wrong at each end."""
_FEWEST: Final = 4
_METRES_PER_DEGREE: Final = 111_320.0


def read_gpx(path: Path) -> tuple[SourceTable, ...]:
    """Return the tables that have rows; a track that ends where it began stays a line here, and a note names it.

    Raises:
        FormatError: The XML is broken, declares entities, or there are too many rows.
    """
    check_size(count_in(path, b"<wpt"), 1)
    reader = _GpxReader()
    parse_xml(path, ("gpx",), lambda _: None, reader.leave)
    return reader.tables()


class _GpxReader:
    """Collects rows by table."""

    def __init__(self) -> None:
        self._rows: dict[str, list[SourceRow]] = {name: [] for name in _TABLES.values()}
        self._columns: dict[str, dict[str, None]] = {name: {} for name in _TABLES.values()}
        self._outlines: list[str] = []

    def leave(self, element: Element) -> None:
        """Take a waypoint, route or track."""
        table = _TABLES.get(element.tag)
        if table is None:
            return
        values = _values(element)
        geometry, fault = None, None
        try:
            geometry = _geometry(element)
        except GeometryError as why:
            fault = why.fault
        rows = self._rows[table]
        rows.append(SourceRow(len(rows) + 1, values, geometry, fault))
        self._columns[table].update(dict.fromkeys(values))
        if geometry is not None and _is_outline(geometry):
            self._outlines.append(shown(values.get("name", str(len(rows)))))
        check_size(sum(map(len, self._rows.values())), max(map(len, self._columns.values())))

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables with rows."""
        notes: dict[str, tuple[Message, ...]] = {}
        if self._outlines:
            found = say(
                "lines that end where they began ({count}) may be the outlines of places, and are read so if the file is read as places: {names}",
                count=len(self._outlines),
                names=", ".join(self._outlines[:5]),
            )
            notes["tracks" if self._rows["tracks"] else "routes"] = (found,)
        tables = tuple(
            SourceTable(name, tuple(self._columns[name]), tuple(rows), "EPSG:4326", notes.get(name, ()))
            for name, rows in self._rows.items()
            if rows
        )
        return tables or (SourceTable("waypoints", (), (), "EPSG:4326"),)


def _values(element: Element) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for child in element.children:
        if child.tag in _POINTS or child.tag == "ele":
            continue
        if child.tag == "extensions":
            for leaf in _leaves(child):
                values.setdefault(leaf.tag, leaf.text.strip())
        elif child.tag == "link":
            values.setdefault("link", child.attributes.get("href", ""))
        elif text := child.text.strip():
            values.setdefault(child.tag, text)
    return {key: value for key, value in values.items() if value}


def _leaves(element: Element) -> list[Element]:
    return [leaf for child in element.children for leaf in (_leaves(child) if child.children else [child])]


def _geometry(element: Element) -> dict[str, Any] | None:
    if element.tag == "wpt":
        return {"type": "Point", "coordinates": _position(element)}
    if element.tag == "rte":
        lines = [[_position(point) for point in element.children if point.tag == "rtept"]]
    else:
        segments = (segment for segment in element.children if segment.tag == "trkseg")
        lines = [[_position(point) for point in segment.children if point.tag == "trkpt"] for segment in segments]
    lines = [line for line in lines if line]
    if not lines:
        return None
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _position(point: Element) -> list[float]:
    try:
        position = [float(point.attributes["lon"]), float(point.attributes["lat"])]
        if elevation := point.text_of("ele"):
            position.append(float(elevation))
    except (KeyError, ValueError):
        position = []
    if not position or not all(map(math.isfinite, position)):
        raise GeometryError(say("one of its positions has no longitude and latitude"))
    return position


def walked_outline(geometry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the outline of a place that was walked around: the polygon of a line that ends where it began; None if it is no such line."""
    if geometry is None or not _is_outline(geometry):
        return None
    line = geometry["coordinates"]
    return {"type": "Polygon", "coordinates": [line if line[0] == line[-1] else [*line, line[0]]]}


def _is_outline(geometry: Mapping[str, Any]) -> bool:
    """Whether a line ends where it began, farther from it in between."""
    if geometry["type"] != "LineString" or len(line := geometry["coordinates"]) < _FEWEST:
        return False
    away = max(_distance_m(line[0], position) for position in line)
    return _distance_m(line[0], line[-1]) <= min(_CLOSED_WITHIN_M, away / 3)


def _distance_m(a: list[float], b: list[float]) -> float:
    east = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(east, a[1] - b[1]) * _METRES_PER_DEGREE
