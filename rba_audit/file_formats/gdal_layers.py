"""Layers of a file by GDAL: GeoPackage and FlatGeobuf. Runs in a worker process, which allows one driver.

Columns are read through Arrow, so that whole numbers with gaps stay whole. GDAL's own numbers of features are no ids and are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rba_audit.file_formats.json_values import json_value
from rba_audit.file_formats.problems import FormatError, check_size
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.file_formats.wkb import GeometryFault, geometry_of_wkb
from rba_audit.messages import Message, say

_BATCH: Final = 5_000


def read_geopackage(path: Path) -> tuple[SourceTable, ...]:
    """Return the layers of a GeoPackage, those without geometries too.

    Raises:
        FormatError: It is damaged or too large.
    """
    return read_layers(path)


def read_flatgeobuf(path: Path) -> tuple[SourceTable, ...]:
    """Return the layer of a FlatGeobuf file.

    Raises:
        FormatError: It is damaged or too large.
    """
    return read_layers(path)


def read_layers(path: Path) -> tuple[SourceTable, ...]:
    """Return the layers of a file that the allowed driver opens.

    Raises:
        FormatError: It cannot be opened, or is too large.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        shapes = [pyogrio.read_info(path, layer=layer, force_feature_count=True) for layer in layers]
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, UnicodeDecodeError):
        raise damaged() from None
    rows = 0
    for number, shape in enumerate(shapes, start=1):
        rows += max(0, shape["features"])
        check_size(rows, len(shape["fields"]), number)
    if not layers:
        raise damaged()
    return tuple(read_layer(path, layer) for layer in layers)


def read_layer(path: Path, layer: str) -> SourceTable:
    """Return one layer; a row whose geometry cannot be used has a fault, and its values.

    Raises:
        FormatError: The layer is damaged.
    """
    import pyarrow as pa
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError
    from pyogrio.raw import open_arrow

    rows: list[SourceRow] = []
    try:
        with open_arrow(path, layer=layer, batch_size=_BATCH, datetime_as_string=True) as (meta, stream):
            geometry = (meta["geometry_name"] or "wkb_geometry") if meta["geometry_type"] else None
            for batch in pa.RecordBatchReader.from_stream(stream):
                columns = tuple(name for name in batch.schema.names if name != geometry)
                for record in batch.to_pylist():
                    shape = record.pop(geometry, None) if geometry else None
                    rows.append(row_of(len(rows) + 1, record, shape))
            columns = tuple(str(field) for field in meta["fields"])
    except (DataSourceError, DataLayerError, FeatureError, FieldError, pa.ArrowException, RuntimeError, ValueError):
        raise damaged() from None
    crs = None if geometry is None else str(meta["crs"] or "")
    return SourceTable(layer, columns, tuple(rows), crs)


def row_of(number: int, record: Mapping[str, Any], shape: bytes | None) -> SourceRow:
    """Return a row of values and a WKB."""
    values = {key: value for key, raw in record.items() if (value := json_value(raw)) is not None}
    geometry, fault = usable_geometry(shape)
    return SourceRow(number, values, geometry, fault)


def usable_geometry(shape: bytes | None) -> tuple[dict[str, Any] | None, Message | None]:
    """Return the geometry of a WKB and why it cannot be used."""
    if shape is None:
        return None, None
    try:
        return geometry_of_wkb(shape), None
    except GeometryFault as why:
        return None, why.fault


def damaged() -> FormatError:
    """Return the error for a file that a library cannot open."""
    return FormatError(say("the file is damaged or cut off"), say("export or send it again"))
