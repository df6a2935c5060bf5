"""Stored danger reports: tables, records, and reading records from rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, Table, Text

from rba_audit.days import EARLIEST
from rba_audit.register.damaged_rows import ROW_ERRORS, moment_or_none
from rba_audit.register.damaged_rows import note_damaged as note_damage
from rba_audit.register.records import refuse_other_position
from rba_audit.register.site_event_tables import merge_targets_of
from rba_audit.register.tables import metadata

danger: Final = Table(
    "danger",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("author", Text, nullable=False),
    Column("photo", Text, nullable=False),  # the hash of the bytes that the phone sends; empty without a photo
    Column("document", Text, nullable=False),  # what was sent, byte for byte
    Column("sha256", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
danger_seen: Final = Table(
    "danger_seen",
    metadata,
    Column("danger_id", Text, ForeignKey("danger.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first acknowledgement
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
)
_LONG_AGO: Final = datetime.combine(EARLIEST, time(), UTC)
"""Replaces an unreadable time of receipt."""


@dataclass(frozen=True, slots=True)
class DangerAcknowledgement:
    """The acknowledgement of a danger by a person.

    Attributes:
        person_id: Who acknowledged it.
        at: When.
        note: What they do about it.
    """

    person_id: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Danger:
    """An immediate danger as it was reported.

    Attributes:
        id: A UUID generated on the phone.
        site_id: The site it is at.
        author: The id of the person who reported it.
        note: What it is, in the author's words.
        question: The question it belongs to; empty if none.
        noticed_at: When, by the phone's clock; empty if unknown.
        position: The surveyor's position, with `lon`, `lat` (degrees) and `accuracy_m`; None if unknown.
        at_site: Whether the surveyor stated that they were at the site when they reported it.
        where: Where it is, in the author's words; may be empty.
        photo: The hash of its picture; empty without one.
        sha256: The hash of the stored document.
        seen: The acknowledgements; empty while the danger is open.
    """

    id: str
    site_id: str
    author: str
    note: str
    question: str
    noticed_at: str
    position: Mapping[str, Any] | None
    photo: str
    sha256: str
    recorded_at: datetime
    seen: tuple[DangerAcknowledgement, ...] = ()
    at_site: bool = False
    where: str = ""


def danger_of_row(connection: Connection, row: Row[Any]) -> Danger:
    """Return the danger of a row. Unreadable fields are empty and the row is recorded as damaged: a danger is always shown."""
    try:
        fields = _read_danger_document(row.document)
    except ROW_ERRORS:
        note_damage(connection, "danger", row.id)
        fields = {}
    where = fields.get("where") or {}
    return Danger(
        id=row.id,
        site_id=merge_targets_of(connection).target_of(row.site_id),
        author=row.author,
        note=fields.get("note") or "",
        question=fields.get("question") or "",
        noticed_at=fields.get("at") or "",
        position=fields.get("position"),
        photo=row.photo,
        sha256=row.sha256,
        recorded_at=moment_or_none(connection, row.recorded_at, "danger", row.id) or _LONG_AGO,
        at_site=where.get("at_site") is True,
        where=where.get("words") or "",
    )


def _read_danger_document(document: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(document)
    refuse_other_position(fields.get("position"))
    if not all(isinstance(fields.get(name) or "", str) for name in ("note", "question", "at")):
        raise ValueError("a part of this report is of another kind")
    if not isinstance((fields.get("where") or {}).get("words") or "", str):
        raise ValueError("where it is, is of another kind")
    return fields
