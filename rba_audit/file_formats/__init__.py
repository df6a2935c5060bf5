"""Read files of any usual format as tables: rows with values and geometries, exactly as the file has them.

What can be dangerous to open is read by a worker process with limits (`fence`); the format is told by the first bytes, never by the name.
Modules for other parts: `detection` (formats), `reading` (every format but GeoJSON), `limits`, `problems` (errors of readers), and
`worker` with the table of readers.

Public modules: `gpx`, `osm_objects`, `osm_pbf`, `overpass`, `problems`.
"""

from rba_audit.file_formats.detection import detect_format
from rba_audit.file_formats.reading import read_source, unpack_geojson
from rba_audit.file_formats.source_tables import FileFormat, SourceFile, SourceRow, SourceTable
from rba_audit.file_formats.survey_links import PART_OF, is_linked, linked_rows

__all__ = [
    "PART_OF",
    "FileFormat",
    "SourceFile",
    "SourceRow",
    "SourceTable",
    "detect_format",
    "is_linked",
    "linked_rows",
    "read_source",
    "unpack_geojson",
]
