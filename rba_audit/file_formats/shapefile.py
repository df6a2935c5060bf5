"""Read a shapefile: shapes by GDAL, values by our own reader of its table. Runs in a worker process, in a folder with its parts."""

from __future__ import annotations

from pathlib import Path

from rba_audit.file_formats.dbase import DbaseTable, read_dbase
from rba_audit.file_formats.gdal_layers import read_layers
from rba_audit.file_formats.problems import FormatError
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.messages import Message, say


def read_shapefile(path: Path) -> tuple[SourceTable, ...]:
    """Return the one table of a shapefile.

    Args:
        path: Its .shp file, in lower case; the other parts are next to it under the same name.

    Raises:
        FormatError: It is damaged or too large.
    """
    notes: list[Message] = []
    table_path, index_path, system_path = (path.with_suffix(suffix) for suffix in (".dbf", ".shx", ".prj"))
    table = None
    if table_path.exists():
        table = read_dbase(table_path.read_bytes(), _stated_encoding(path.with_suffix(".cpg")))
        table_path.unlink()  # GDAL would leave out deleted rows, and guess the encoding
        notes += table.notes
    else:
        notes.append(say("the file with the names and facts (.dbf) is missing; only the shapes are read"))
    if not index_path.exists():
        _restore_index()
        notes.append(say("the index of the shapefile (.shx) is missing and was made anew"))
    if not system_path.exists():
        notes.append(
            say(
                "the file with the reference system (.prj) is missing; if the positions are in metres, name it, such as EPSG:32748 (--crs)"
            )
        )
    (shapes,) = read_layers(path)
    rows = shapes.rows if table is None else _joined(shapes.rows, table, notes)
    columns = table.columns if table is not None else ()
    return (SourceTable("", columns, rows, shapes.crs or "", tuple(notes)),)


def _restore_index() -> None:
    import pyogrio

    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})


def _joined(shapes: tuple[SourceRow, ...], table: DbaseTable, notes: list[Message]) -> tuple[SourceRow, ...]:
    """Return shapes with the values at the same index; what has no counterpart is reported and stays."""
    if len(shapes) != len(table.rows):
        notes.append(
            say(
                "the shapefile has {shapes} shapes but {rows} rows of facts; the rest stand alone",
                shapes=len(shapes),
                rows=len(table.rows),
            )
        )
    deleted = sum(row is None for row in table.rows)
    if deleted:
        notes.append(say("rows that were deleted in the file ({count}) are left out", count=deleted))
    rows: list[SourceRow] = []
    for index in range(max(len(shapes), len(table.rows))):
        values = table.rows[index] if index < len(table.rows) else {}
        if values is None:
            continue
        shape = shapes[index] if index < len(shapes) else SourceRow(index + 1, {})
        rows.append(SourceRow(index + 1, values, shape.geometry, shape.fault))
    return tuple(rows)


def _stated_encoding(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip("\ufeff\x00 \r\n") if path.exists() else ""
    except OSError as error:
        raise FormatError(say("the file is damaged or cut off"), say("export or send it again")) from error
