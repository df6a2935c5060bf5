"""Tables of a file: what every reader returns, for all formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rba_audit.messages import Message

FileFormat = Literal[
    "geojson",
    "csv",
    "xlsx",
    "xls",
    "ods",
    "kml",
    "kmz",
    "gpx",
    "shapefile",
    "geopackage",
    "flatgeobuf",
    "geoparquet",
    "overpass",
    "osm_pbf",
]
"""The formats that are read. A ZIP archive is the format of what it holds."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row or feature of a table.

    Attributes:
        number: The row as the file's own program counts it: the row of a sheet with the heading as row 1, the line of a CSV
            file, the feature of a layer from 1.
        values: JSON values by heading, exactly as the file has them; an empty cell is absent.
        geometry: A GeoJSON geometry in the reference system of its table; None if the row has none.
        fault: Why its geometry or values cannot be used; the row is refused with it and never dropped.
    """

    number: int
    values: Mapping[str, Any]
    geometry: Mapping[str, Any] | None = None
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A sheet, layer or folder of a file.

    Attributes:
        name: Its name in the file; empty if the format has none.
        columns: Its headings in order, unique; a repeated heading has “ (2)” behind it.
        rows: Its rows without empty ones.
        crs: Reference system of the geometries as `EPSG:4326` or WKT; empty if the file does not say, None if it has no geometries.
        notes: What a reader has to know: what was left out, guessed or odd.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    crs: str | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read.

    Attributes:
        name: Its name, for messages.
        format: Its format by its content.
        sha256: Hash of its bytes.
        tables: Its tables in order; those of linked rows (repeats of a form) come after the one they belong to.
        notes: What concerns the whole file.
    """

    name: str
    format: FileFormat
    sha256: str
    tables: tuple[SourceTable, ...]
    notes: tuple[Message, ...] = ()
