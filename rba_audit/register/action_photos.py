"""Time and position from the photo files of actions: read before the picture is re-encoded, which removes its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import REAL, Column, ForeignKeyConstraint, Integer, Row, Table, Text, insert, select

from rba_audit.register.damaged_rows import read_all
from rba_audit.register.records import Photo, refuse_other_position
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

action_photo: Final = Table(
    "action_photo",
    metadata,
    Column("action_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the event that the photo belongs to
    Column("taken_at", Text, nullable=False),  # empty if the file had no time
    Column("lon", REAL),
    Column("lat", REAL),
    ForeignKeyConstraint(("action_id", "seq"), ("action_event.action_id", "action_event.seq")),
    sqlite_strict=True,
)
KEPT.append(action_photo)


class ActionPhotoMetadata:
    """Times and positions of the photos of actions. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, action_id: str, seq: int, taken_at: str, position: Mapping[str, float] | None) -> None:
        """Store the time and position of the photo of an event; a second call for the event changes nothing."""
        of_event = (action_photo.c.action_id == action_id) & (action_photo.c.seq == seq)
        lon, lat = (position["lon"], position["lat"]) if position else (None, None)
        with self._database.writing() as connection:
            if connection.scalar(select(action_photo.c.seq).where(of_event)) is None:
                row = {"action_id": action_id, "seq": seq, "taken_at": taken_at, "lon": lon, "lat": lat}
                connection.execute(insert(action_photo).values(row))

    def for_action(self, action_id: str) -> dict[int, Photo]:
        """Return the photos of an action, with time and position, by the number of their event; older photos than this table are absent."""
        with self._database.reading() as connection:
            rows = connection.execute(select(action_photo).where(action_photo.c.action_id == action_id))
            return dict(read_all(connection, rows, _photo, "action_photo", "action_id"))


def _photo(row: Row[Any]) -> tuple[int, Photo]:
    position = None if row.lon is None else {"lon": row.lon, "lat": row.lat}
    refuse_other_position(position)
    return row.seq, Photo("", taken_at=row.taken_at, position=position, source="gallery")
