"""Measure how hostile files are refused: time, and memory of the server and its worker, each in a process of its own.

`python tools/bench_hostile.py` prints a table; the last line says whether every file was refused within 2 s and 300 MB.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

MOST_S, MOST_MB = 2.0, 300
_CSV_ROW = b"Taman,106.1,-6.1\n"
_KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
_VRT = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"


def _zip(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _bomb(name: str, megabytes: int, block: bytes = b" " * 1_000_000) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if name.startswith("xl/"):
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(name, "w") as file:
            for _ in range(megabytes):
                file.write(block)
    return buffer.getvalue()


def _laughs() -> bytes:
    tenfold = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    return f'<!DOCTYPE kml [<!ENTITY a "lol">{tenfold}]><kml><name>&i;</name></kml>'.encode()


def _wide() -> bytes:
    data = "".join(f'<Data name="k{number}"><value>1</value></Data>' for number in range(10_000))
    return _KML.format(f"<Placemark><ExtendedData>{data}</ExtendedData></Placemark>").encode()


def _wide_parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({f"k{number}": [1] for number in range(10_000)}), buffer)
    return buffer.getvalue()


def _long_parquet() -> bytes:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": np.zeros(50_000_000, dtype=np.int8)}), buffer)
    return buffer.getvalue()


def _sheet_bomb(megabytes: int) -> bytes:
    """Return a workbook whose sheet has many cells, packed 100 times smaller."""
    cells = "".join(f'<c r="A{number}"><v>{number * 7919 % 9973}</v></c>' for number in range(1, 5_000))
    return _bomb("xl/worksheets/sheet1.xml", megabytes, f"<row>{cells}</row>".encode().ljust(1_000_000))


def _wide_workbook() -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for row in range(3):
        sheet.write_row(row, 0, [f"k{number}" for number in range(10_000)])
    book.close()
    return buffer.getvalue()


def _long_layer(driver: str) -> bytes:
    import pyarrow as pa
    from pyogrio.raw import write_arrow

    point = b"\x01\x01\x00\x00\x00" + bytes(16)
    table = pa.table({"a": range(300_000), "geom": [point] * 300_000})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a.gpkg" if driver == "GPKG" else "a.fgb")
        write_arrow(table, path, driver=driver, geometry_type="Point", geometry_name="geom", crs="EPSG:4326")
        return path.read_bytes()


def _many_entries() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(100_000):
            archive.writestr(str(number), b"")
    return buffer.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "VRT": lambda: _VRT.format("/etc/passwd").encode(),
    "VRT of /vsicurl as .shp in ZIP": lambda: _zip({"a.shp": _VRT.format("/vsicurl/http://127.0.0.1:9/x")}),
    "VRT in KMZ": lambda: _zip({"doc.kml": _VRT.format("/etc/passwd")}),
    "XXE in KML": lambda: (
        b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name></Placemark></kml>'
    ),
    "billion laughs in KML": _laughs,
    "KMZ bomb, 600 MB": lambda: _bomb("doc.kml", 600),
    "KMZ bomb, 390 MB": lambda: _bomb("doc.kml", 390, _KML.format("").encode().ljust(1_000_000)),
    "KMZ bomb, 90 MB, less tight": lambda: _bomb(
        "doc.kml", 90, b"<kml>".ljust(500) + os.urandom(9_000).hex().encode().ljust(1_000_000)
    ),
    "XLSX bomb, 1 GB": lambda: _bomb("xl/worksheets/sheet1.xml", 1000),
    "CSV of 1 GB in ZIP": lambda: _bomb("a.csv", 1000, _CSV_ROW * 58_824),
    "CSV of 1 GB": lambda: b"name,lon,lat\n" + _CSV_ROW * 58_823_529,
    "CSV of 99 MB": lambda: b"name,lon,lat\n" + _CSV_ROW * 5_823_000,
    "CSV of 10,000 columns": lambda: (",".join(f"k{number}" for number in range(10_000)) + "\n").encode() * 3,
    "XLSX bomb, 390 MB, less tight": lambda: _sheet_bomb(390),
    "XLSX bomb, 390 MB in ZIP": lambda: _zip({"a.xlsx": _sheet_bomb(390)}),
    "XLSX of 10,000 columns": _wide_workbook,
    "GeoPackage of 300,000 rows": lambda: _long_layer("GPKG"),
    "FlatGeobuf of 300,000 rows": lambda: _long_layer("FlatGeobuf"),
    "KML of 5,000,000 rows": lambda: _KML.format("<Placemark/>" * 5_000_000).encode(),
    "KML of 10,000 columns": _wide,
    "GeoParquet of 10,000 columns": _wide_parquet,
    "GeoParquet of 50,000,000 rows": _long_parquet,
    "ZIP of 100,000 files": _many_entries,
}
_PROGRAM = """
import resource, sys, time
from rba_audit.errors import SiteError
from rba_audit.file_formats import fence, read_source
from rba_audit.file_formats.limits import MB, MOST_BYTES
from rba_audit.files import UnreadableFile, read_file
from rba_audit.messages import set_language
set_language("en")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start, cpu, words = time.monotonic(), time.process_time(), "READ"
try:
    read_source(read_file(sys.argv[1], MOST_BYTES // MB), "upload")
except SiteError as why:
    words = str(why)
except UnreadableFile as why:
    words = str(why.found)
own, worker = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(time.monotonic() - start, (own - before) // 1000, worker // 1000, words, sep="\\t")
"""


def main() -> int:
    """Print the table; return 1 if a file was read, or refused too late or with too much memory."""
    root = Path(__file__).parents[1]
    faults = 0
    print(f"{'file':34}{'MB':>8}{'s':>7}{'server MB':>11}{'worker MB':>11}  answer")
    for name, make in FILES.items():
        with tempfile.NamedTemporaryFile() as file:
            file.write(make())
            file.flush()
            size = Path(file.name).stat().st_size / 1e6
            done = subprocess.run(
                [sys.executable, "-c", _PROGRAM, file.name],
                env={**os.environ, "PYTHONPATH": str(root)},
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
        seconds, server, worker, words = done.stdout.strip().split("\t")
        bad = words == "READ" or float(seconds) > MOST_S or int(server) + int(worker) > MOST_MB
        faults += bad
        print(f"{name:34}{size:8.1f}{float(seconds):7.2f}{server:>11}{worker:>11}  {'!! ' * bad}{words}")
    print(f"{faults} files above {MOST_S:g} s or {MOST_MB} MB, or read")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
