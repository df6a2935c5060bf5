"""Kinds of files by their first bytes: those that are read, and the names and remedies of those that are not."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rba_audit.file_formats.source_tables import FileFormat
from rba_audit.messages import Message, say


class UnreadKind(NamedTuple):
    """A kind of file that is not read.

    Attributes:
        found: What the file is.
        remedy: What the user can do.
    """

    found: Message
    remedy: Message


_EXPORT: Final = say("export the places as GeoJSON, GeoPackage, KML, XLSX or CSV")
_UNPACK: Final = say("unpack it, or pack its files into a ZIP archive")
_PICTURE: Final = say("a photo is added to a site or a visit, not here; bring the file that holds the places")
_POINTERS: Final = say("a file that only names where the data is; such files are never followed")
_BRING_DATA: Final = say("bring the file with the data itself")
_PARTS: Final = say("put the files with .shp, .shx, .dbf and .prj together into one ZIP archive")


def _kind(found: Message, remedy: Message = _EXPORT) -> UnreadKind:
    return UnreadKind(say("this is {kind}", kind=found), remedy)


READ: Final[tuple[tuple[bytes, FileFormat], ...]] = (
    (b"fgb\x03fgb", "flatgeobuf"),
    (b"PAR1", "geoparquet"),
)
UNREAD: Final[tuple[tuple[bytes, UnreadKind], ...]] = (
    (b"%PDF", _kind(say("a PDF"), say("ask for the table or map behind it: a PDF has no places that can be read"))),
    (b"\x1f\x8b", _kind(say("a gzip archive"), _UNPACK)),
    (b"BZh", _kind(say("a bzip2 archive"), _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", _kind(say("a 7z archive"), _UNPACK)),
    (b"Rar!", _kind(say("a RAR archive"), _UNPACK)),
    (b"\x28\xb5\x2f\xfd", _kind(say("a Zstandard archive"), _UNPACK)),
    (b"\xfd7zXZ", _kind(say("an xz archive"), _UNPACK)),
    (b"\xff\xd8\xff", _kind(say("a photo (JPEG)"), _PICTURE)),
    (b"\x89PNG", _kind(say("a picture (PNG)"), _PICTURE)),
    (b"GIF8", _kind(say("a picture (GIF)"), _PICTURE)),
    (b"II*\x00", _kind(say("a TIFF picture or raster map"))),
    (b"MM\x00*", _kind(say("a TIFF picture or raster map"))),
    (b"\x00\x00\x27\x0a", _kind(say("one part of a shapefile"), _PARTS)),
    (b"AC10", _kind(say("a drawing (DWG)"))),
    (b"AutoCAD Binary DXF", _kind(say("a drawing (DXF)"))),
    (b"!table", _kind(say("a part of a MapInfo table"))),
    (b"Version 300", _kind(say("a MapInfo file"))),
    (b"VERSION", _kind(say("a MapInfo file"))),
    (b"PMTiles", _kind(say("map tiles (PMTiles)"))),
    (b"ARROW1", _kind(say("an Arrow file"))),
    (b"fgb", _kind(say("a FlatGeobuf of another version"))),
    (b"{\\rtf", _kind(say("a text document"), say("copy its table into a spreadsheet and save that"))),
    (b"\x7fELF", _kind(say("a program"), _BRING_DATA)),
    (b"MZ", _kind(say("a program"), _BRING_DATA)),
)
ROOTS: Final[dict[str, UnreadKind]] = {
    "ogrvrtdatasource": UnreadKind(say("this is {kind}", kind=_POINTERS), _BRING_DATA),
    "vrtdataset": UnreadKind(say("this is {kind}", kind=_POINTERS), _BRING_DATA),
    "ogrwfsdatasource": UnreadKind(say("this is {kind}", kind=_POINTERS), _BRING_DATA),
    "gdal_wms": UnreadKind(say("this is {kind}", kind=_POINTERS), _BRING_DATA),
    "wfs_capabilities": _kind(say("the description of a map server"), _BRING_DATA),
    "osm": _kind(say("OpenStreetMap XML"), say("export it as .osm.pbf or as Overpass JSON with “out geom”")),
    "osmchange": _kind(say("OpenStreetMap XML"), say("export it as .osm.pbf or as Overpass JSON with “out geom”")),
    "html": _kind(
        say("an HTML page"), say("download the data itself: the address led to a page, perhaps to a sign-in")
    ),
    "svg": _kind(say("a picture (SVG)"), _PICTURE),
    "qgis": _kind(say("a QGIS project"), say("export its layer: the project only names where the data is")),
    "tcx": _kind(say("XML of another kind")),
}
"""By root element in lower case, without prefix."""
GML: Final = _kind(say("GML"))
XML: Final = _kind(say("XML of another kind"))
EMPTY: Final = UnreadKind(say("the file is empty"), say("export or send it again"))
UNKNOWN: Final = UnreadKind(say("its format is not known"), _EXPORT)
DXF: Final = _kind(say("a drawing (DXF)"))
DBASE: Final = _kind(say("the table of a shapefile (.dbf) without its places"), _PARTS)
HEIC: Final = _kind(say("a photo (HEIC)"), _PICTURE)
VIDEO: Final = _kind(say("a video"), _PICTURE)
WEBP: Final = _kind(say("a picture (WebP)"), _PICTURE)
SOUND: Final = _kind(say("a sound recording"), _PICTURE)
REGISTER: Final = UnreadKind(
    say("this is a register of this program"),
    say("export its places with “rba-audit register export” and bring that file"),
)
SQLITE: Final = _kind(say("a database without the tables of a GeoPackage"))
TILES: Final = _kind(say("map tiles (MBTiles)"))
DOCUMENT: Final = _kind(say("a text document"), say("copy its table into a spreadsheet and save that"))
SLIDES: Final = _kind(say("a presentation"), say("copy its table into a spreadsheet and save that"))
PASSWORD: Final = UnreadKind(say("the workbook has a password"), say("save it without one"))
OLE: Final = _kind(say("an old Office document without a table"))
GEODATABASE: Final = _kind(say("an ESRI file geodatabase"))
NUMBERS: Final = _kind(say("an Apple Numbers document"), say("export it as XLSX"))
ARCHIVE_WITHIN: Final = _kind(
    say("an archive within an archive"), say("unpack the outer archive, and bring the inner one")
)
MAPINFO: Final = _kind(say("a MapInfo table"))

_FTYP: Final = re.compile(rb"....ftyp(....)", re.DOTALL)
_HEIC: Final = frozenset((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"))
_DXF: Final = re.compile(rb"(?:\s*999\s*\r?\n[^\n]*\n)*\s*0\s*\r?\n\s*SECTION\s*\r?\n")
_DBASE: Final = re.compile(rb"[\x02\x03\x30\x31\x83\x8b\xf5].[\x01-\x0c][\x01-\x1f]", re.DOTALL)


def media_kind(head: bytes) -> UnreadKind | None:
    """Return the kind of a photo, video or sound whose signature is not at its first byte; None if it is none."""
    if (box := _FTYP.match(head)) is not None:
        return HEIC if box[1] in _HEIC else VIDEO
    if head.startswith(b"RIFF"):
        return WEBP if head[8:12] == b"WEBP" else SOUND
    return SOUND if head.startswith((b"ID3", b"OggS", b"#!AMR")) else None


def drawing_or_table(head: bytes, size: int) -> UnreadKind | None:
    """Return the kind of a text drawing or a dBase table; None if it is neither."""
    if _DXF.match(head):
        return DXF
    if _DBASE.match(head) and len(head) > 32:
        rows, header, row = (int.from_bytes(head[start:end], "little") for start, end in ((4, 8), (8, 10), (10, 12)))
        if header > 32 and abs(header + rows * row - size) <= 2:
            return DBASE
    return None
