"""Reports of danger as they are stored: tables, records, and the rows they are read from."""

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
    Column("photo", Text, nullable=False),  # the hash of the bytes that are sent; empty without one
    Column("document", Text, nullable=False),  # what was sent, byte for byte
    Column("sha256", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
danger_seen: Final = Table(
    "danger_seen",
    metadata,
    Column("danger_id", Text, ForeignKey("danger.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first who saw it
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
)
_LONG_AGO: Final = datetime.combine(EARLIEST, time(), UTC)
"""Stands for a time of receipt that cannot be read."""


@dataclass(frozen=True, slots=True)
class DangerAcknowledgement:
    """Somebody has seen a danger.

    Attributes:
        person_id: Who.
        at: When they said so.
        note: What they do about it.
    """

    person_id: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Danger:
    """An immediate danger as it was reported.

    Attributes:
        id: A UUID made where it was reported.
        site_id: Where it is.
        author: The person who reported it.
        note: What it is, in their words.
        question: The question it belongs to; empty where none.
        noticed_at: When, as the phone's clock said; empty where it is not known.
        position: Where the surveyor stood, with `lon`, `lat` and `accuracy_m`; None where it is not known.
        at_site: Whether they said that they were at the place when they reported it.
        where: Where it is, in their words; empty where they wrote nothing.
        photo: The hash of the picture that belongs to it; empty without one.
        sha256: Of the bytes that are kept.
        seen: Who has seen it; nobody while it is open.
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
    """Return a danger; what cannot be read of it is left empty and remembered, for a danger is shown whatever became of its words."""
    try:
        told = _read_danger_document(row.document)
    except ROW_ERRORS:
        note_damage(connection, "danger", row.id)
        told = {}
    where = told.get("where") or {}
    return Danger(
        id=row.id,
        site_id=merge_targets_of(connection).target_of(row.site_id),
        author=row.author,
        note=told.get("note") or "",
        question=told.get("question") or "",
        noticed_at=told.get("at") or "",
        position=told.get("position"),
        photo=row.photo,
        sha256=row.sha256,
        recorded_at=moment_or_none(connection, row.recorded_at, "danger", row.id) or _LONG_AGO,
        at_site=where.get("at_site") is True,
        where=where.get("words") or "",
    )


def _read_danger_document(document: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(document)
    refuse_other_position(told.get("position"))
    if not all(isinstance(told.get(name) or "", str) for name in ("note", "question", "at")):
        raise ValueError("a part of this report is of another kind")
    if not isinstance((told.get("where") or {}).get("words") or "", str):
        raise ValueError("where it is, is of another kind")
    return told
