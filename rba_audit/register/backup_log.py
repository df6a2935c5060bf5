"""Log of backups: a table in the register, and a text file next to it that remains if the register is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Integer, Table, Text, func, insert, select

from rba_audit.register.private_files import append_line
from rba_audit.register.records import as_time
from rba_audit.register.tables import KEPT, meta, metadata
from rba_audit.register.transactions import Transactions

RESTORED: Final = "restored"
"""The key in `meta` of the time of the last restore, in milliseconds since 1970; phones resend what they sent before it."""
_SUFFIX: Final = ".backups.jsonl"

backup: Final = Table(
    "backup",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("folder", Text, nullable=False),  # the backup folder, absolute
    Column("generation", Text, nullable=False),
    Column("photos", Integer, nullable=False),  # how many it contains
    Column("missing", Integer, nullable=False),  # how many it lacks, because their file was lost or altered
    sqlite_strict=True,
)
KEPT.append(backup)


@dataclass(frozen=True, slots=True)
class BackupNote:
    """An entry of the log of backups.

    Attributes:
        at: When the backup began; everything recorded before is in it.
        folder: The backup folder.
        generation: Its name in that folder.
        photos: How many photos it contains.
        missing: How many photos of the register it lacks, because their file was lost or altered.
    """

    at: datetime
    folder: str
    generation: str
    photos: int = 0
    missing: int = 0


class BackupNotes:
    """The log of backups of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def add(self, note: BackupNote) -> None:
        """Record a backup in the register and in the file next to it."""
        with self._database.writing() as connection:
            connection.execute(
                insert(backup).values(
                    at=as_time(note.at),
                    folder=note.folder,
                    generation=note.generation,
                    photos=note.photos,
                    missing=note.missing,
                )
            )
        write_note(self._database.path, note)

    def last(self) -> BackupNote | None:
        """Return the backup that was recorded last, by number rather than by time; None if there is none."""
        newest = select(func.max(backup.c.seq)).scalar_subquery()
        with self._database.reading() as connection:
            row = connection.execute(select(backup).where(backup.c.seq == newest)).one_or_none()
        if row is None:
            return None
        return BackupNote(datetime.fromisoformat(row.at), row.folder, row.generation, row.photos, row.missing)

    def restored(self) -> int | None:
        """Return the time of the last restore in milliseconds since 1970; None if the register was never restored."""
        with self._database.reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == RESTORED))


def notes_file(register: Path) -> Path:
    """Return the path of the file next to a register that lists its backups, one JSON object per line."""
    return register.with_name(f"{register.name}{_SUFFIX}")


def write_note(register: Path, note: BackupNote) -> None:
    """Append a backup to the file next to a register."""
    line = {"at": as_time(note.at), "folder": note.folder, "generation": note.generation}
    append_line(notes_file(register), json.dumps(line, ensure_ascii=False))


def last_note(register: Path) -> BackupNote | None:
    """Return the newest backup in the file next to a register; None if it lists none or cannot be read."""
    try:
        lines = notes_file(register).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in reversed(lines):
        try:
            entry = json.loads(line)
            at = datetime.fromisoformat(entry["at"])
            return BackupNote(at.astimezone(UTC), str(entry["folder"]), str(entry["generation"]))
        except (ValueError, TypeError, KeyError):
            continue  # a truncated line
    return None
