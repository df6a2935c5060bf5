"""Read a file of any format but GeoJSON into tables, after its content said what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from rba_audit.file_formats import worker
from rba_audit.file_formats.archives import check_content, entries_of
from rba_audit.file_formats.delimited import read_delimited
from rba_audit.file_formats.detection import ZIP, ArchiveContent, archive_content, format_of_bytes
from rba_audit.file_formats.fence import read_in_worker
from rba_audit.file_formats.limits import MOST_BYTES
from rba_audit.file_formats.problems import FormatError, too_large
from rba_audit.file_formats.source_tables import FileFormat, SourceFile, SourceTable
from rba_audit.file_formats.survey_exports import survey_tables
from rba_audit.messages import Message, say

_SHEETS: Final = frozenset(("xlsx", "xls", "ods"))
_SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True)
class InnerFile:
    """A file to read: the upload itself, or one in its archive.

    Attributes:
        name: Its name, for the names of tables and messages.
        data: Its bytes.
    """

    name: str
    data: bytes


def _delimited_tables(files: tuple[InnerFile, ...]) -> tuple[SourceTable, ...]:
    if len(files) == 1:
        return read_delimited(files[0].data)
    return tuple(
        replace(table, name=PurePosixPath(file.name).stem) for file in files for table in read_delimited(file.data)
    )


IN_PROCESS: Final[dict[FileFormat, Callable[[tuple[InnerFile, ...]], tuple[SourceTable, ...]]]] = {
    "csv": _delimited_tables
}
"""Readers that need no worker, by format; they get the upload, or all files of that format in an archive."""


def read_source(data: bytes, name: str) -> SourceFile:
    """Return the tables of a file of any format but GeoJSON.

    Args:
        data: The bytes of the file.
        name: Its name, only for messages and the names of tables.

    Raises:
        SiteError: It is of a kind that is not read, damaged or too large; one sentence says what to do.
        Unavailable: Other files are being read; a retry succeeds.
    """
    try:
        format, tables, notes = _read(data, name)
    except FormatError as why:
        raise why.named(name) from None
    return SourceFile(name, format, hashlib.sha256(data).hexdigest(), tables, notes)


def unpack_geojson(data: bytes, name: str) -> tuple[bytes, str]:
    """Return bytes and name of the GeoJSON file in an archive; the arguments themselves if they are no archive.

    Raises:
        SiteError: The archive is damaged or too large, or holds no or several GeoJSON files.
    """
    if not data.startswith(ZIP):
        return data, name
    try:
        content = archive_content(data, entries_of(data))
        if content.format != "geojson":
            raise FormatError(say("the archive holds no GeoJSON file"), say("bring the file itself"))
        if len(content.entries) > 1:
            names = ", ".join(entry.shown for entry in content.entries[:5])
            found = say("the archive holds several GeoJSON files ({names})", names=names)
            raise FormatError(found, say("bring one of them"))
        (entry,) = content.entries
        if entry.size > MOST_BYTES:
            raise too_large(MOST_BYTES)
        return entry.read(data), f"{name}/{entry.shown}"
    except FormatError as why:
        raise why.named(name) from None


def _read(data: bytes, name: str) -> tuple[FileFormat, tuple[SourceTable, ...], tuple[Message, ...]]:
    if len(data) > MOST_BYTES:
        raise too_large(MOST_BYTES)
    if not data.startswith(ZIP):
        format = format_of_bytes(data)
        return format, _tables(format, (InnerFile(name, data),)), ()
    content = archive_content(data, entries_of(data))
    if content.is_workbook:
        check_content(data)
        return content.format, _tables(content.format, (InnerFile(name, data),)), ()
    if content.format == "shapefile":
        return content.format, _shapefiles(data, content), _left_out(content)
    if sum(entry.size for entry in content.entries) > MOST_BYTES:
        raise too_large(MOST_BYTES)
    if content.format not in _SHEETS and content.format not in {"csv", "geopackage"}:
        return content.format, _unpacked_in_worker(data, content), _left_out(content)
    inner = tuple(InnerFile(entry.name, entry.read(data)) for entry in content.entries)
    for file in inner:
        if file.data.startswith(ZIP):
            check_content(file.data)
        elif content.format in {"geopackage", "xls"}:
            format_of_bytes(file.data)  # a register is known by more than its first bytes
    return content.format, _tables(content.format, inner), _left_out(content)


def _unpacked_in_worker(data: bytes, content: ArchiveContent) -> tuple[SourceTable, ...]:
    """Return the tables of files in an archive, unpacked into the folder of the worker and never as a whole in memory."""
    _check_readable(content.format)

    def fill(folder: Path) -> list[str]:
        names = [f"{index}.{content.format}" for index in range(len(content.entries))]
        for file_name, entry in zip(names, content.entries, strict=True):
            with (folder / file_name).open("wb") as file:
                entry.copy_to(data, file)
        return names

    return read_in_worker(content.format, fill)


def _check_readable(format: FileFormat) -> None:
    if format not in worker.READERS:
        raise FormatError(say("files of this format are read elsewhere"), say("bring the places as GeoJSON"))


def _tables(format: FileFormat, files: tuple[InnerFile, ...]) -> tuple[SourceTable, ...]:
    if format in IN_PROCESS:
        return survey_tables(IN_PROCESS[format](files))
    _check_readable(format)

    def fill(folder: Path) -> list[str]:
        names = [f"{index}.{format}" for index in range(len(files))]
        for file_name, file in zip(names, files, strict=True):
            (folder / file_name).write_bytes(file.data)
        return names

    tables = read_in_worker(format, fill)
    return survey_tables(tables) if format in _SHEETS else tables


def _shapefiles(data: bytes, content: ArchiveContent) -> tuple[SourceTable, ...]:
    """Return a table for each shapefile of an archive, under the name that it has there."""

    def fill(folder: Path) -> list[str]:
        for index, entry in enumerate(content.entries):
            for suffix in _SHAPEFILE_PARTS:
                part = content.part(entry, suffix)
                if part is not None:
                    with (folder / f"{index}{suffix}").open("wb") as file:
                        part.copy_to(data, file)
        return [f"{index}.shp" for index in range(len(content.entries))]

    tables = read_in_worker("shapefile", fill)
    names = [PurePosixPath(entry.name).stem for entry in content.entries]
    return tuple(replace(table, name=table_name) for table, table_name in zip(tables, names, strict=True))


def _left_out(content: ArchiveContent) -> tuple[Message, ...]:
    """Return a message on the files of an archive that are not read."""
    if not content.others:
        return ()
    names = ", ".join(entry.shown for entry in content.others[:3])
    return (say("other files in the archive ({count}) are not read: {names}", count=len(content.others), names=names),)
