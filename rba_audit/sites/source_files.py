"""Distinguish GeoJSON, which the strict reader checks, from files of other formats, which are read into tables first."""

from __future__ import annotations

import codecs
from typing import Final

from rba_audit.errors import SiteError
from rba_audit.file_formats import detect_format, unpack_geojson

_JSON: Final = ("{", "[", "\x1e", '"')
_HEAD: Final = 400
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_ZIP: Final = b"PK"


def is_geojson(data: bytes) -> bool:
    """Return whether the strict reader has to judge a file: JSON of any kind but Overpass, or an empty file."""
    codec, rest = next(((codec, data[len(mark) :]) for mark, codec in _MARKS if data.startswith(mark)), ("utf-8", data))
    head = rest[:_HEAD].decode(codec, "ignore").lstrip()
    if not head.startswith(_JSON) or _begins_a_table(head):
        return not data.strip()
    try:
        return detect_format(data) != "overpass"
    except SiteError:
        return True


def unpacked_geojson(data: bytes, name: str) -> tuple[bytes, str]:
    """Return bytes and name of the GeoJSON file in a ZIP archive; the arguments themselves for any other file.

    Raises:
        SiteError: The archive is damaged or too large, or holds several GeoJSON files.
    """
    try:
        archived = data.startswith(_ZIP) and detect_format(data) == "geojson"
    except SiteError:
        archived = False  # whoever reads it says what is wrong with it
    return unpack_geojson(data, name) if archived else (data, name)


def _begins_a_table(head: str) -> bool:
    """Return whether a text begins with a quoted heading of a table, as in `"id","name"`."""
    line = head.partition("\n")[0]
    return line.startswith('"') and any(separator in line for separator in (",", ";", "\t"))
