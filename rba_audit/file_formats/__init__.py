"""Files of any usual format as tables: rows with values and geometries, exactly as the file has them. Nothing is judged here.

What can be dangerous to open is read by a worker process with limits (`fence`); the format is told by the first bytes, never by the name.

Public modules: `osm_objects`, `osm_pbf`, `overpass`.
"""

from rba_audit.file_formats.source_tables import SourceFile, SourceRow, SourceTable

__all__ = [
    "SourceFile",
    "SourceRow",
    "SourceTable",
]
