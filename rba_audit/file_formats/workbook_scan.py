"""Scan a workbook before it is read: its true size, and cells whose error or missing value its reader would pass over.

A reader lays the cells of a sheet out as a rectangle, so two cells far apart take as much memory as all between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rba_audit.file_formats.archives import ArchiveEntry, entries_of
from rba_audit.file_formats.limits import MB
from rba_audit.file_formats.ods_scan import scan_ods
from rba_audit.file_formats.problems import FormatError, check_size, too_large
from rba_audit.file_formats.sheet_scan import SheetScan, check_sheet, damaged_workbook, parse_part
from rba_audit.messages import say

_ZIP: Final = b"PK"
_MOST_UNPACKED: Final = 150 * MB
"""Size of the parts of a workbook together; a million cells take some 45 MB."""
_MOST_TEXTS: Final = 2_000_000
_MOST_MERGED: Final = 200_000
_LONGEST_CELL: Final = 200_000
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b")
_UNPLACED: Final = re.compile(rb"<(?:\w+:)?c(?![^>]*\br\s*=)(?:\s[^>]*)?>")
_FILLED: Final = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]+)[\"'](?:[^>]*[^>/])?>")
_ERROR: Final = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>.{0,9000}?<(?:\w+:)?v>([^<]{1,20})<", re.DOTALL
)
_NO_VALUE: Final = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*[^>/])>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT_RESULT: Final = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_REFERENCE: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']")


def scan_workbook(data: bytes) -> Mapping[str, SheetScan]:
    """Return the scan of each sheet by its name; of an old XLS workbook none.

    Raises:
        FormatError: the file is damaged, declares a document type, or a sheet is larger than the limits.
    """
    if not data.startswith(_ZIP):
        return {}
    entries = entries_of(data)
    if sum(entry.size for entry in entries) > _MOST_UNPACKED:
        raise too_large(_MOST_UNPACKED)
    by_name = {entry.name: entry for entry in entries}
    if "content.xml" in by_name:
        return scan_ods(data, by_name["content.xml"])
    scans = {entry.name: _scan_part(data, entry) for entry in entries}
    book, links = by_name.get("xl/workbook.xml"), by_name.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", ""), link))

    def link(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    parse_part(data, book, sheet)
    parse_part(data, links, link)
    return {name: scans[targets[id]] for name, id in sheets if targets.get(id) in scans}


def _scan_part(data: bytes, entry: ArchiveEntry) -> SheetScan:
    """Scan a part of an XLSX workbook; parts that are no sheets have no cells.

    Raises:
        FormatError: it is damaged, declares a document type, or has more than the limits.
    """
    scan = SheetScan()
    is_xml = entry.name.lower().endswith((".xml", ".rels"))
    cells = last_row = last_column = texts = merged = 0
    rest = b""
    first = True
    for chunk in entry.chunks(data):
        if not is_xml and not entry.name.lower().startswith("xl/worksheets"):
            continue
        if first and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise damaged_workbook()
        first = False
        content = rest + chunk
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise damaged_workbook()
        texts, merged = texts + chunk.count(b"<si"), merged + chunk.count(b"mergeCell ")
        if texts > _MOST_TEXTS or merged > _MOST_MERGED:
            raise _crowded()
        cut = content.rfind(b"<c ")
        cut = cut if cut > 0 and len(content) - cut < _LONGEST_CELL else len(content)
        row, column, count = _scan_cells(content[:cut], scan)
        last_row, last_column, cells = max(last_row, row), max(last_column, column), cells + count
        check_sheet(last_row, last_column, cells)
        rest = content[cut:]
    row, column, count = _scan_cells(rest, scan)
    check_sheet(max(last_row, row), max(last_column, column), cells + count)
    return scan


def _scan_cells(content: bytes, scan: SheetScan) -> tuple[int, int, int]:
    """Return the last row and column with something in it, and the number of cells; add errors to the scan."""
    count = len(_CELL.findall(content))
    if not count:
        return 0, 0, 0
    filled = _FILLED.findall(content)
    if len(filled) < count:  # cells without a reference stand one after the other
        check_size(0, max(len(_UNPLACED.findall(row)) for row in _ROW.split(content)))
    rows = {row for _, row in filled}
    columns = {column.upper() for column, _ in filled}
    for attributes, error in _ERROR.findall(content):
        scan.add_error(_reference(attributes), error.decode("utf-8", "replace"))
    for attributes in _NO_VALUE.findall(content):
        if not _TEXT_RESULT.search(attributes):
            scan.add_without_value(_reference(attributes))
    return max(map(int, rows), default=0), max(map(_column_number, columns), default=0), count


def _crowded() -> FormatError:
    return FormatError(
        say("the workbook has too many texts or merged cells"), say("save only the sheet with the places, as CSV")
    )


def _reference(attributes: bytes) -> str:
    match = _REFERENCE.search(attributes)
    return match.group(1).decode("ascii") if match else "?"


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
