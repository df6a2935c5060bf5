"""Program of a worker process: read one file with limits, and write its tables as JSON lines to standard output.

Started as a file with `-I`: `worker.py FORMAT FILE …`, or `worker.py --drivers` for the names of GDAL's drivers. The packages are
stubs here, because importing them takes a second and libraries that no reader needs.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Final

PACKAGE: Final = Path(__file__).resolve().parents[1]
READERS: Final = {
    "flatgeobuf": "gdal_layers:read_flatgeobuf",
    "geoparquet": "geoparquet:read_geoparquet",
    "geopackage": "gdal_layers:read_geopackage",
    "ods": "workbooks:read_workbook",
    "xls": "workbooks:read_workbook",
    "xlsx": "workbooks:read_workbook",
    "gpx": "gpx:read_gpx",
    "osm_pbf": "osm_pbf:read_osm_pbf",
    "overpass": "overpass:read_overpass",
    "kml": "kml:read_kml",
    "kmz": "kml:read_kml",
    "shapefile": "shapefile:read_shapefile",
}
"""By format, `module:function` below `rba_audit.file_formats`: it takes the path of the file and returns its tables."""
DRIVERS: Final = {
    "flatgeobuf": ("FlatGeobuf",),
    "geopackage": ("GPKG",),
    "shapefile": ("ESRI Shapefile",),
}
"""GDAL drivers by format; every other driver is off. A format that is not named here never reaches GDAL."""
LIBRARIES: Final = {
    "flatgeobuf": ("pyarrow", "pyogrio"),
    "geopackage": ("pyarrow", "pyogrio"),
    "ods": ("python_calamine",),
    "xls": ("python_calamine",),
    "xlsx": ("python_calamine",),
    "geoparquet": ("pyarrow.parquet",),
    "osm_pbf": ("osmium", "shapely", "shapely.geometry"),
    "overpass": ("shapely", "shapely.geometry"),
    "shapefile": ("pyarrow", "pyogrio"),
}
"""Libraries that are imported before the limits are set."""
READ, REFUSED, FAILED, WRONG_DRIVERS = 0, 3, 4, 5
"""Exit codes; 3 has the sentence as its only line."""


def main(arguments: list[str]) -> int:
    """Read the file that the arguments name; return the exit code."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints does not print into the result
    _stub_packages()
    confinement = import_module("rba_audit.file_formats.confinement")
    if arguments == ["--drivers"]:
        confinement.confine(Path.cwd(), [PACKAGE])
        output.write("\n".join(_drivers()).encode())
        output.close()
        return READ
    confinement.confine(Path.cwd(), [PACKAGE])
    with output:
        return _read(arguments[0], [Path(path) for path in arguments[1:]], output, confinement.limit)


def _read(format: str, paths: list[Path], output: BinaryIO, limit: Callable[[int, int, int], None]) -> int:
    limits = import_module("rba_audit.file_formats.limits")
    records = import_module("rba_audit.file_formats.records")
    problems = import_module("rba_audit.file_formats.problems")
    errors = import_module("rba_audit.errors")
    module, function = READERS[format].split(":")
    reader = getattr(import_module(f"rba_audit.file_formats.{module}"), function)
    for library in LIBRARIES.get(format, ()):
        import_module(library)
    if "pyogrio" in sys.modules and set(_drivers()) != set(DRIVERS[format]):
        return WRONG_DRIVERS
    limit(limits.MOST_MEMORY, limits.MOST_CPU_S, limits.MOST_RESULT)
    try:
        for path in paths:
            output.writelines(records.encode_tables(reader(path)))
    except problems.FormatError as why:
        _refuse(output, records.encode_message(why.found), records.encode_message(why.remedy))
        return REFUSED
    except errors.SiteError as why:
        _refuse(output, records.encode_message(why.message))
        return REFUSED
    return READ


def _refuse(output: BinaryIO, *messages: Any) -> None:
    import json

    output.seek(0)
    output.truncate()
    output.write(json.dumps(messages).encode("ascii"))


def _drivers() -> list[str]:
    import pyogrio

    return sorted(pyogrio.list_drivers())


def _stub_packages() -> None:
    """Make the packages importable by module, without what their `__init__` imports, and without libraries nobody needs."""
    for name, folder in (("rba_audit", PACKAGE), ("rba_audit.file_formats", PACKAGE / "file_formats")):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    for library in ("pandas", "geopandas", "pyproj"):
        sys.modules[library] = None  # type: ignore[assignment]  # importing it fails, as if it were not installed


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except MemoryError:
        code = FAILED
    except OSError as error:
        code = FAILED if error.errno == errno.EFBIG else 1
    os._exit(code)  # no clean-up of libraries that read a hostile file
