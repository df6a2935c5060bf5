"""Detect the format of a file by its content, never by its name; a kind that is not read is refused in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rba_audit.file_formats import signatures
from rba_audit.file_formats.archives import ArchiveEntry, entries_of
from rba_audit.file_formats.limits import MOST_NESTED
from rba_audit.file_formats.problems import FormatError
from rba_audit.file_formats.signatures import UnreadKind
from rba_audit.file_formats.source_tables import FileFormat
from rba_audit.messages import say

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEAD: Final = 4096
_SQLITE: Final = b"SQLite format 3\x00"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REGISTER: Final = re.compile(rb"CREATE TABLE\s+(?:IF NOT EXISTS\s+)?[\"'`\[]?site_version\b", re.IGNORECASE)
_ROOT: Final = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype\s+[^>\[]*(?:\[.*?\]\s*)?>)*<([a-z_][\w.\-]*:)?([\w.\-]+)",
    re.IGNORECASE | re.DOTALL,
)
_DOCTYPE_HTML: Final = re.compile(r"\s*<!doctype\s+html", re.IGNORECASE)
_GML: Final = ("http://www.opengis.net/gml", "http://www.opengis.net/wfs", "http://www.opengis.net/citygml")
_OVERPASS: Final = re.compile(r'"osm3s"\s*:|"elements"\s*:\s*\[')
_GEOJSON: Final = re.compile(r'"type"\s*:\s*"(?:FeatureCollection|Feature)"')
_PBF: Final = re.compile(rb"\x00\x00..\x0a\x09OSMHeader", re.DOTALL)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

PRIORITY: Final[tuple[FileFormat, ...]] = (
    "shapefile",
    "geopackage",
    "flatgeobuf",
    "geoparquet",
    "geojson",
    "kml",
    "kmz",
    "xlsx",
    "xls",
    "ods",
    "osm_pbf",
    "overpass",
    "gpx",
    "csv",
)
"""If an archive has files of several formats, the first of these is read."""


def detect_format(data: bytes, name: str = "") -> FileFormat:
    """Return the format of a file; a ZIP archive has the format of what it holds, a zipped KML is `kmz`.

    Args:
        data: The bytes of the file.
        name: Its name, only for the message.

    Raises:
        SiteError: It is of a kind that is not read.
    """
    try:
        if data.startswith(ZIP):
            return archive_content(data, entries_of(data)).format
        return format_of_bytes(data)
    except FormatError as why:
        raise why.named(name) from None


def format_of_bytes(data: bytes) -> FileFormat:
    """Return the format of a file that is no archive.

    Raises:
        FormatError: It is of a kind that is not read.
    """
    kind = _classify(data[:_HEAD], data)
    if isinstance(kind, UnreadKind):
        raise FormatError(*kind)
    return kind


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """What an archive holds.

    Attributes:
        format: Its format: that of the files to read, `kmz` for KML.
        entries: The files to read, in order; of a shapefile only the one with the shapes.
        others: Files that a person put there and that are not read.
        is_workbook: Whether the archive is itself the file to read.
    """

    format: FileFormat
    entries: tuple[ArchiveEntry, ...]
    others: tuple[ArchiveEntry, ...] = ()
    is_workbook: bool = False
    all: tuple[ArchiveEntry, ...] = ()

    def part(self, entry: ArchiveEntry, suffix: str) -> ArchiveEntry | None:
        """Return the file next to `entry` with another ending, whatever its case; None if there is none."""
        return next((other for other in self.all if other.stem == entry.stem and other.suffix == suffix), None)


def archive_content(data: bytes, entries: list[ArchiveEntry], *, within: bool = False) -> ArchiveContent:
    """Return the format of an archive and which of its files are read; `within` another one it can only be a workbook.

    Raises:
        FormatError: It holds nothing that is read; the message names what it holds.
    """
    visible = [entry for entry in entries if not entry.is_hidden]
    names = {entry.name.lower() for entry in visible}
    if (office := _office_format(data, visible, names)) is not None:
        return ArchiveContent(office, (), is_workbook=True)
    if within:
        raise FormatError(*signatures.ARCHIVE_WITHIN)
    by_kind: dict[FileFormat, list[ArchiveEntry]] = {}
    refused: list[tuple[ArchiveEntry, UnreadKind]] = []
    for entry in visible:
        kind = _entry_kind(data, entry)
        if isinstance(kind, UnreadKind):
            refused.append((entry, kind))
        elif kind is not None:
            by_kind.setdefault(kind, []).append(entry)
    format = next((format for format in PRIORITY if format in by_kind), None)
    if format is None:
        raise _nothing_to_read(names, refused)
    chosen = sorted(by_kind[format], key=lambda entry: entry.name.count("/"))
    stems = {entry.stem for entry in chosen} if format == "shapefile" else set()
    others = tuple(entry for entry in visible if entry not in chosen and entry.stem.removesuffix(".shp") not in stems)
    return ArchiveContent("kmz" if format == "kml" else format, tuple(chosen), others, all=tuple(visible))


def _nothing_to_read(names: set[str], refused: list[tuple[ArchiveEntry, UnreadKind]]) -> FormatError:
    if any(name.endswith(".gdbtable") for name in names):
        return FormatError(*signatures.GEODATABASE)
    if any(name.endswith((".tab", ".mif")) for name in names):
        return FormatError(*signatures.MAPINFO)
    if not refused:
        return FormatError(say("the archive holds no file that is read"), signatures.UNKNOWN.remedy)
    entry, kind = next(((entry, kind) for entry, kind in refused if kind is not signatures.UNKNOWN), refused[0])
    found = say("the archive holds no file that is read; of “{entry}”: {found}", entry=entry.shown, found=kind.found)
    return FormatError(found, kind.remedy)


def _office_format(data: bytes, entries: list[ArchiveEntry], names: set[str]) -> FileFormat | None:
    if "mimetype" in names and "content.xml" in names:
        kind = next(entry for entry in entries if entry.name == "mimetype").head(data, 200)
        if b"spreadsheet" in kind:
            return "ods"
        raise FormatError(*(signatures.SLIDES if b"presentation" in kind else signatures.DOCUMENT))
    if "[content_types].xml" in names:
        if any(name.startswith("xl/workbook.") for name in names):
            return "xlsx"
        if any(name.startswith("word/") for name in names):
            raise FormatError(*signatures.DOCUMENT)
        if any(name.startswith("ppt/") for name in names):
            raise FormatError(*signatures.SLIDES)
    if any(name.endswith(".iwa") for name in names):
        raise FormatError(*signatures.NUMBERS)
    return None


def _entry_kind(data: bytes, entry: ArchiveEntry) -> FileFormat | UnreadKind | None:
    """Return what a file in an archive is; None for one that only belongs to others, such as a photo or a read-me."""
    suffix = entry.suffix
    if suffix in {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qix", ".qmd", ".cst"} or suffix in _MEDIA:
        return None
    head = entry.head(data, _HEAD)
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile" if suffix == ".shp" else None
    if head.startswith(ZIP):
        return _inner_workbook(data, entry)
    kind = _classify(head, None, size=entry.size)
    if kind == "csv" and suffix not in {".csv", ".tsv", ".tab"}:
        return None  # a read-me is text, too
    return kind


def _inner_workbook(data: bytes, entry: ArchiveEntry) -> FileFormat | UnreadKind:
    if entry.size > MOST_NESTED:
        return signatures.ARCHIVE_WITHIN
    inner = entry.read(data)
    try:
        return archive_content(inner, entries_of(inner), within=True).format
    except FormatError as why:
        return UnreadKind(why.found, why.remedy)


_MEDIA: Final = frozenset(
    (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".mp4", ".3gp", ".amr", ".m4a", ".mp3", ".wav", ".pdf")
)


def _classify(head: bytes, data: bytes | None, size: int = 0) -> FileFormat | UnreadKind:
    """Return the kind of a file by its first bytes; `data` are all of them if they are at hand, else `size` is their number."""
    size = size if data is None else len(data)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return signatures.EMPTY
    for signature, format in signatures.READ:
        if head.startswith(signature):
            return format
    if head.startswith(_SQLITE):
        return _database(head, data)
    if head.startswith(_OLE):
        return _ole(data) if data is not None else "xls"
    if _PBF.match(head):
        return "osm_pbf"
    for signature, kind in signatures.UNREAD:
        if head.startswith(signature):
            return kind
    other = signatures.media_kind(head) or signatures.drawing_or_table(head, size)
    return other or _text_kind(head)


def _database(head: bytes, data: bytes | None) -> FileFormat | UnreadKind:
    if data is not None:
        if _REGISTER.search(data):
            return signatures.REGISTER
        if b"gpkg_contents" not in data:
            return signatures.TILES if head[68:72] == b"MPBX" else signatures.SQLITE
    return "geopackage"


def _ole(data: bytes) -> FileFormat | UnreadKind:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return signatures.PASSWORD
    if has("Workbook") or has("Book"):
        return "xls"
    return signatures.DOCUMENT if has("WordDocument") else signatures.OLE


def _text_kind(head: bytes) -> FileFormat | UnreadKind:
    text = _decoded(head)
    if text is None:
        return signatures.UNKNOWN
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[", "\x1e")):
        overpass = _OVERPASS.search(start) and not _GEOJSON.search(start)
        return "overpass" if overpass else "geojson"
    return _markup_kind(start) if start.startswith("<") else "csv"


def _markup_kind(text: str) -> FileFormat | UnreadKind:
    if _DOCTYPE_HTML.match(text):
        return signatures.ROOTS["html"]
    match = _ROOT.match(text)
    if match is None:
        return signatures.XML
    root = match[2].lower()
    if root == "kml":
        return "kml"
    if root == "gpx":
        return "gpx"
    if root == "osm":
        return "osm_pbf"
    if root in signatures.ROOTS:
        return signatures.ROOTS[root]
    return signatures.GML if any(name in text for name in _GML) else signatures.XML


def _decoded(head: bytes) -> str | None:
    """Return the first bytes as text; None if they are no text in any usual encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if head.count(0) * 4 >= len(head) and len(head) > 8:  # UTF-16 without a mark
        order = "utf-16-le" if head[1] == 0 else "utf-16-be"
        text = head[: len(head) // 2 * 2].decode(order, "replace")
        return text if text[:40].isprintable() or "\n" in text[:200] else None
    if _CONTROLS.search(head.replace(b"\x1e", b"")):
        return None
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")
