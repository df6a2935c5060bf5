"""Read KML: a table for each folder, names and answers under the keys that the file has.

Our own reader: GDAL hides the `id` of a person behind its own, renames `MAN-06`, and loses a whole folder for one faulty outline.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rba_audit.file_formats.descriptions import facts_of
from rba_audit.file_formats.kml_geometry import geometry_of
from rba_audit.file_formats.problems import check_size
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.file_formats.wkb import GeometryFault
from rba_audit.file_formats.xml_events import Element, count_in, parse_xml
from rba_audit.messages import Message, say

_CONTAINERS: Final = frozenset(("kml", "Document", "Folder"))
_TEXTS: Final = ("name", "description", "Snippet", "address", "phoneNumber")
_OVERLAYS: Final = frozenset(("GroundOverlay", "ScreenOverlay", "PhotoOverlay"))
_WHOLE: Final = frozenset(("int", "uint", "short", "ushort"))
_REAL: Final = frozenset(("float", "double"))


def read_kml(path: Path) -> tuple[SourceTable, ...]:
    """Return a table for each folder that has placemarks; the folders above it are in its name.

    Raises:
        FormatError: The XML is broken, declares entities, or there are too many placemarks.
    """
    check_size(count_in(path, b"<Placemark"), 1)
    reader = _KmlReader()
    parse_xml(path, _CONTAINERS, reader.enter, reader.leave)
    return reader.tables()


class _Folder:
    """A folder with the placemarks directly in it."""

    def __init__(self, parent: _Folder | None, tag: str) -> None:
        self.parent, self.tag, self.name = parent, tag, ""
        self.columns: dict[str, None] = {}
        self.rows: list[SourceRow] = []

    def path(self) -> str:
        """Return the names from the outermost folder to this one; the document counts only for its own placemarks."""
        above = self.parent.path() if self.parent is not None and self.parent.tag == "Folder" else ""
        return f"{above} / {self.name}" if above and self.name else self.name or above


class _KmlReader:
    """Collects placemarks by folder."""

    def __init__(self) -> None:
        self._folders: list[_Folder] = []
        self._open: list[_Folder] = []
        self._types: dict[str, str] = {}
        self._rows = self._links = self._overlays = 0

    def enter(self, element: Element) -> None:
        """Begin a folder."""
        folder = _Folder(self._open[-1] if self._open else None, element.tag)
        self._open.append(folder)
        self._folders.append(folder)

    def leave(self, element: Element) -> None:
        """Take what is directly in a folder, or end it."""
        if element.tag in _CONTAINERS:
            self._open.pop()
        elif element.tag == "Placemark":
            self._add(element)
        elif element.tag == "name":
            self._open[-1].name = " ".join(element.text.split())
        elif element.tag == "Schema":
            for column in element.all("SimpleField"):
                self._types[column.attributes.get("name", "")] = column.attributes.get("type", "")
        self._links += element.tag == "NetworkLink"
        self._overlays += element.tag in _OVERLAYS

    def _add(self, placemark: Element) -> None:
        folder = self._open[-1]
        values = self._values(placemark)
        geometry, fault = None, None
        try:
            geometry = geometry_of(placemark)
        except GeometryFault as why:
            fault = why.fault
        folder.columns.update(dict.fromkeys(values))
        folder.rows.append(SourceRow(len(folder.rows) + 1, values, geometry, fault))
        self._rows += 1
        check_size(self._rows, len(folder.columns), len(self._folders))

    def _values(self, placemark: Element) -> dict[str, Any]:
        values: dict[str, Any] = {tag: text for tag in _TEXTS if (text := placemark.text_of(tag))}
        for key, value in self._extended(placemark):
            free = key
            copies = 1
            while free in values and values[free] != value:
                copies += 1
                free = f"{key} ({copies})"
            values[free] = value
        for key, value in facts_of(values.get("description", "")).items():
            values.setdefault(key, value)
        for tag in ("when", "begin", "end"):
            times = [
                element.text.strip() for time in ("TimeStamp", "TimeSpan") for element in _all_in(placemark, time, tag)
            ]
            if times and times[0]:
                values.setdefault(tag, times[0])
        if id := placemark.attributes.get("id"):
            values.setdefault("placemark_id", id)
        return values

    def _extended(self, placemark: Element) -> Iterator[tuple[str, Any]]:
        for data in (child for child in placemark.children if child.tag == "ExtendedData"):
            for member in data.children:
                if member.tag == "Data" and (value := member.text_of("value")):
                    yield member.attributes.get("name", ""), value
                elif member.tag == "SchemaData":
                    for field in member.children:
                        key, text = field.attributes.get("name", ""), field.text.strip()
                        if text:
                            yield key, _typed(text, self._types.get(key, ""))
                elif member.tag not in {"Data", "SchemaData"} and member.text.strip():
                    yield member.tag, member.text.strip()

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables; notes on what was not read are those of the first."""
        notes: list[Message] = []
        if self._links:
            notes.append(say("links to other files ({count}) are not followed", count=self._links))
        if self._overlays:
            notes.append(say("pictures laid over the map ({count}) are not read", count=self._overlays))
        names: dict[str, int] = {}
        tables = []
        for folder in self._folders:
            if not folder.rows:
                continue
            name = folder.path()
            names[name] = names.get(name, 0) + 1
            unique = name if names[name] == 1 else f"{name} ({names[name]})"
            first = () if tables else tuple(notes)
            tables.append(SourceTable(unique, tuple(folder.columns), tuple(folder.rows), "EPSG:4326", first))
        return tuple(tables) or (SourceTable("", (), (), "EPSG:4326", tuple(notes)),)


def _all_in(placemark: Element, parent: str, tag: str) -> list[Element]:
    return [element for child in placemark.children if child.tag == parent for element in child.all(tag)]


def _typed(text: str, type: str) -> Any:
    """Return a value of the type that the schema of the file gives it; as text where it is not of that type."""
    try:
        if type in _WHOLE and str(int(text)) == text:
            return int(text)
        if type in _REAL and (number := float(text)) - number == 0:
            return number
    except ValueError:
        pass
    return text
