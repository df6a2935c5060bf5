"""Small files of many formats, made in memory: archives, KML, shapefiles, and what GDAL or pyarrow write."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

SQUARE = ((106.0, -6.0), (106.1, -6.0), (106.1, -6.1), (106.0, -6.1), (106.0, -6.0))


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """Return a ZIP archive with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb(name: str, megabytes: int) -> bytes:
    """Return a ZIP archive with one file of so many megabytes of spaces, and true sizes."""
    return hand_packed({name: (deflated_spaces(megabytes), megabytes * 1_000_000)})


def deflated_spaces(megabytes: int) -> bytes:
    """Return so many megabytes of spaces, compressed without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    spaces = b" " * 1_000_000
    return b"".join([*(packer.compress(spaces) for _ in range(megabytes)), packer.flush()])


def hand_packed(files: Mapping[str, tuple[bytes, int]], *, flags: int = 0, method: int = 8) -> bytes:
    """Return a ZIP archive of deflated bytes and the sizes that it states, true or not."""
    body, directory = b"", b""
    for name, (packed, size) in files.items():
        encoded = name.encode()
        head = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 0, 0, len(packed), size, len(encoded), 0)
        directory += b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + encoded
        body += b"PK\x03\x04" + head + encoded + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def kml(placemarks: str, *, head: str = "") -> bytes:
    """Return a KML document with these placemarks or folders."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{placemarks}</Document></kml>"
    ).encode()


def placemark(name: str, inside: str = "<Point><coordinates>106,-6</coordinates></Point>") -> str:
    """Return a placemark with a name."""
    return f"<Placemark><name>{name}</name>{inside}</Placemark>"


def polygon_kml(corners: str) -> str:
    """Return the polygon of a placemark."""
    return (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )


def dbf(
    fields: Mapping[str, tuple[str, int]], rows: list[tuple[bytes, ...]], deleted: frozenset[int] = frozenset()
) -> bytes:
    """Return a dBase table of fields by name (type, length) and rows of raw bytes."""
    layout = b"".join(
        name.encode("latin-1").ljust(11, b"\x00") + kind.encode() + bytes(4) + bytes([length, 0]) + bytes(14)
        for name, (kind, length) in fields.items()
    )
    width = 1 + sum(length for _, length in fields.values())
    head = struct.pack("<BBBBIHH20x", 3, 126, 1, 2, len(rows), 33 + len(layout), width)
    body = b"".join(
        (b"*" if index in deleted else b" ")
        + b"".join(cell.ljust(length) for cell, (_, length) in zip(row, fields.values(), strict=True))
        for index, row in enumerate(rows)
    )
    return head + layout + b"\r" + body + b"\x1a"


def shp(points: list[tuple[float, float]]) -> tuple[bytes, bytes]:
    """Return a shapefile of points and its index."""
    records = [struct.pack(">II", number, 10) + struct.pack("<Idd", 1, x, y) for number, (x, y) in enumerate(points, 1)]
    index = [struct.pack(">II", 50 + 14 * number, 10) for number in range(len(points))]
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    box = struct.pack("<II8d", 1000, 1, min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)

    def file(parts: list[bytes]) -> bytes:
        size = 100 + sum(map(len, parts))
        return struct.pack(">I20xI", 9994, size // 2) + box + b"".join(parts)

    return file(records), file(index)


def shapefile(
    points: list[tuple[float, float]],
    table: bytes | None,
    *,
    stem: str = "data/TAMAN",
    upper: bool = True,
    **parts: str,
) -> dict[str, bytes | str]:
    """Return the files of a shapefile for `zipped`; `parts` are `prj` and `cpg`, and `shx=""` leaves the index out."""
    shapes, index = shp(points)
    files: dict[str, bytes | str] = {".shp": shapes}
    if parts.pop("shx", None) is None:
        files[".shx"] = index
    if table is not None:
        files[".dbf"] = table
    files |= {f".{name}": text for name, text in parts.items()}
    return {stem + (suffix.upper() if upper else suffix): content for suffix, content in files.items()}
