"""Tables of imports, and their rows as records. Append-only; an undone import has a row of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    inspect,
    select,
)

from rba_audit.register.damaged_rows import moment
from rba_audit.register.tables import KEPT, metadata

site_import: Final = Table(
    "site_import",
    metadata,
    Column("id", Text, primary_key=True),  # the UUID of the form
    Column("seq", Integer, nullable=False, unique=True),  # 1 for the first
    Column("request_sha256", Text, nullable=False),  # of the file's hash and the choices: recognises a form sent twice
    Column("file_sha256", Text, nullable=False),
    Column("file_bytes", Integer, nullable=False),
    Column("file_ending", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("headings", Text, nullable=False),  # as JSON
    Column("mapping", Text),  # as JSON; null if the file needed none
    Column("counts", Text, nullable=False),  # as JSON
    Column("person_id", Text, nullable=False),  # empty for the command line
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
site_import_row: Final = Table(
    "site_import_row",
    metadata,
    Column("import_id", Text, ForeignKey("site_import.id"), primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), primary_key=True),
    Column("kind", Text, CheckConstraint("kind in ('new', 'changed')"), nullable=False),
    Column("version_before", Integer, nullable=False),  # 0 if the register did not have it
    Column("version", Integer, nullable=False),
    Column("event_seq", Integer, nullable=False),  # of its last event after the import; 0 if it has none
    Column("part_of_before", Text),
    Column("part_of", Text),
    sqlite_strict=True,
)
Index("site_import_row_by_site", site_import_row.c.site_id)
site_import_undo: Final = Table(
    "site_import_undo",
    metadata,
    Column("import_id", Text, ForeignKey("site_import.id"), primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([site_import, site_import_row, site_import_undo])

FILE: Final = ".import"
"""Ending of a stored file, except that of a workbook, which a document may be too: one file cannot have two endings."""
_WORKBOOK: Final = ".xlsx"
_WORKBOOK_MEMBER: Final = b"xl/workbook.xml"


def ending_of_import(data: bytes) -> str:
    """Return the ending of the name of a stored file, by its content."""
    return _WORKBOOK if data.startswith(b"PK") and _WORKBOOK_MEMBER in data else FILE


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Numbers of an import: rows by what became of them, and sites of the register that the file does not have.

    Attributes:
        left: Rows that would have changed the register, and were left out by choice or as doubtful.
    """

    new: int
    changed: int
    same: int
    left: int
    refused: int
    absent: int


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import that was taken.

    Attributes:
        id: The UUID of the form.
        seq: Its number, from 1.
        request_sha256: Hash of what was asked.
        headings: Headings of the file's table, by which its mapping is found again.
        mapping: What its columns became; None if the file needed no mapping.
        person_id: Who took it; empty for the command line.
        undone_at: When it was undone; None if it was not.
        undone_by: Who undid it; empty for the command line.
    """

    id: str
    seq: int
    request_sha256: str
    file_sha256: str
    file_bytes: int
    file_ending: str
    file_name: str
    headings: tuple[str, ...]
    mapping: Mapping[str, Any] | None
    counts: ImportCounts
    person_id: str
    at: datetime
    undone_at: datetime | None = None
    undone_by: str = ""

    @property
    def undone(self) -> bool:
        """Whether it was undone."""
        return self.undone_at is not None


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A site or part that an import added or changed; see the columns of `site_import_row`."""

    import_id: str
    site_id: str
    kind: Literal["new", "changed"]
    version_before: int
    version: int
    event_seq: int
    part_of_before: str
    part_of: str


@dataclass(frozen=True, slots=True)
class SiteTaken:
    """A site or part to be stored by an import.

    Attributes:
        document: The Feature document.
        part_of: The site of a part; empty for a site.
        kind: Whether the register lists it already.
    """

    site_id: str
    document: Mapping[str, Any]
    part_of: str
    kind: Literal["new", "changed"]


def select_imports() -> Any:
    """Return a query of the imports with the columns of their undoing."""
    undo = site_import_undo.c
    return select(site_import, undo.at.label("undone_at"), undo.person_id.label("undone_by")).outerjoin(
        site_import_undo, undo.import_id == site_import.c.id
    )


def import_of_row(row: Row[Any]) -> ImportRecord:
    """Return the import of a row of `select_imports`.

    Raises:
        ValueError: the row is damaged; others of `damaged_rows.ROW_ERRORS` too.
    """
    headings, counts = json.loads(row.headings), json.loads(row.counts)
    mapping = None if row.mapping is None else json.loads(row.mapping)
    if not all(isinstance(text, str) for text in headings) or not all(
        isinstance(count, int) for count in counts.values()
    ):
        raise ValueError("an import has headings of text and counts of numbers")
    if mapping is not None and not isinstance(mapping, dict):
        raise ValueError("a mapping is an object")
    return ImportRecord(
        id=row.id,
        seq=row.seq,
        request_sha256=row.request_sha256,
        file_sha256=row.file_sha256,
        file_bytes=row.file_bytes,
        file_ending=row.file_ending,
        file_name=row.file_name,
        headings=tuple(headings),
        mapping=mapping,
        counts=ImportCounts(**counts),
        person_id=row.person_id,
        at=moment(row.at),
        undone_at=None if row.undone_at is None else moment(row.undone_at),
        undone_by=row.undone_by or "",
    )


def imported_row_of(row: Row[Any]) -> ImportedRow:
    """Return the record of a row of an import.

    Raises:
        ValueError: the row is damaged.
    """
    if row.kind not in ("new", "changed"):
        raise ValueError("a row of an import is new or changed")
    return ImportedRow(
        row.import_id,
        row.site_id,
        row.kind,
        row.version_before,
        row.version,
        row.event_seq,
        row.part_of_before or "",
        row.part_of or "",
    )


def counts_document(counts: ImportCounts) -> dict[str, int]:
    """Return counts as a JSON object."""
    return asdict(counts)


def headings_key(headings: Iterable[str]) -> tuple[str, ...]:
    """Return headings so that those of a file with its columns in another order are equal."""
    return tuple(sorted(headings))


def import_files(connection: Connection) -> dict[str, tuple[str, int]]:
    """Return ending and size of each stored file of an import, by its hash; empty for an older schema."""
    if not inspect(connection).has_table(site_import.name):
        return {}
    table = site_import.c
    wanted = select(table.file_sha256, table.file_ending, table.file_bytes).distinct()
    return {row.file_sha256: (row.file_ending, row.file_bytes) for row in connection.execute(wanted)}
