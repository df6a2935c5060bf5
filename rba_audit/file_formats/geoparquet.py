"""Read GeoParquet: WKB and the `geo` metadata. Runs in a worker process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from rba_audit.file_formats.gdal_layers import damaged, row_of
from rba_audit.file_formats.problems import FormatError, check_size
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.messages import Message, say

_BATCH: Final = 2_000
_LONLAT: Final = "EPSG:4326"
_INDEX: Final = "__index_level_"


def read_geoparquet(path: Path) -> tuple[SourceTable, ...]:
    """Return the one table of a GeoParquet file; its first geometry column counts, others are named in a note.

    Raises:
        FormatError: It is damaged, too large, or its geometries are not WKB.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            check_size(file.metadata.num_rows, file.metadata.num_columns)
            geometry, crs, notes = _geometry_column(schema)
            columns = tuple(name for name in schema.names if name != geometry and not name.startswith(_INDEX))
            check_size(file.metadata.num_rows, len(columns))
            rows = tuple(_rows(file, columns, geometry))
    except (pa.ArrowException, OSError, ValueError, KeyError, RuntimeError):
        raise damaged() from None
    return (SourceTable("", columns, rows, crs, notes),)


def _rows(file: Any, columns: tuple[str, ...], geometry: str | None) -> Iterator[SourceRow]:
    wanted = [*columns, *([geometry] if geometry else [])]
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
        for record in batch.to_pylist():
            number += 1
            check_size(number, len(columns))
            shape = record.pop(geometry, None) if geometry else None
            yield row_of(number, record, shape if isinstance(shape, bytes) else None)


def _geometry_column(schema: Any) -> tuple[str | None, str | None, tuple[Message, ...]]:
    """Return the column with the geometries, its reference system, and notes; None and None for a table without places."""
    metadata = schema.metadata or {}
    geo = json.loads(metadata.get(b"geo", b"{}"))
    columns = geo.get("columns") if isinstance(geo, Mapping) else None
    if not isinstance(columns, Mapping) or not columns:
        return None, None, ()
    primary = geo.get("primary_column")
    name = str(primary if primary in columns else next(iter(columns)))
    column = columns[name]
    if name not in schema.names or not isinstance(column, Mapping):
        raise damaged()
    if str(column.get("encoding", "WKB")).upper() != "WKB":
        found = say("its geometries are not stored as WKB")
        raise FormatError(found, say("export it again as GeoParquet with WKB, or as GeoPackage"))
    others = [str(key) for key in columns if key != name]
    notes = (say("further geometries are not read: {names}", names=", ".join(others[:5])),) if others else ()
    return name, _system(column), notes


def _system(column: Mapping[str, Any]) -> str:
    """Return the reference system of a column as `EPSG:…` or PROJJSON text; empty if the file says that it is unknown."""
    if "crs" not in column:
        return _LONLAT  # the format's own default
    crs = column["crs"]
    if crs is None:
        return ""
    if isinstance(crs, Mapping):
        id = crs.get("id")
        if isinstance(id, Mapping) and "authority" in id and "code" in id:
            authority, code = str(id["authority"]), str(id["code"])
            return _LONLAT if (authority, code) == ("OGC", "CRS84") else f"{authority}:{code}"
    return crs if isinstance(crs, str) else json.dumps(crs)
