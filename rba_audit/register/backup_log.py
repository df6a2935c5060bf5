"""Where backups of a register were made: a table in the register, and a file beside it for the day the register is gone."""

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
"""The key in `meta` of the moment of the last restore, in milliseconds; phones send again what they sent before it."""
_SUFFIX: Final = ".backups.jsonl"

backup: Final = Table(
    "backup",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("folder", Text, nullable=False),  # the backup folder, absolute
    Column("generation", Text, nullable=False),
    Column("photos", Integer, nullable=False),  # how many it holds
    Column("missing", Integer, nullable=False),  # how many it should hold, and whose file was not whole
    sqlite_strict=True,
)
KEPT.append(backup)


@dataclass(frozen=True, slots=True)
class BackupNote:
    """A backup that was made.

    Attributes:
        at: When it was begun: what was recorded before is in it.
        folder: The backup folder.
        generation: Its name in that folder.
        photos: How many photos it holds.
        missing: How many photos the register knew whose file was missing or damaged.
    """

    at: datetime
    folder: str
    generation: str
    photos: int = 0
    missing: int = 0


class BackupNotes:
    """The backups of a register. Any thread may call any method; each call is one transaction."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def add(self, note: BackupNote) -> None:
        """Note a backup in the register and beside it."""
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
        """Return the backup that was noted last, whatever the clock said; None where there is none."""
        newest = select(func.max(backup.c.seq)).scalar_subquery()
        with self._database.reading() as connection:
            row = connection.execute(select(backup).where(backup.c.seq == newest)).one_or_none()
        if row is None:
            return None
        return BackupNote(datetime.fromisoformat(row.at), row.folder, row.generation, row.photos, row.missing)

    def restored(self) -> int | None:
        """Return the moment of the last restore in milliseconds since 1970; None where the register was never restored."""
        with self._database.reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == RESTORED))


def notes_file(register: Path) -> Path:
    """Return the file beside a register that lists its backups, a JSON object a line."""
    return register.with_name(f"{register.name}{_SUFFIX}")


def write_note(register: Path, note: BackupNote) -> None:
    """Add a backup to the file beside a register."""
    line = {"at": as_time(note.at), "folder": note.folder, "generation": note.generation}
    append_line(notes_file(register), json.dumps(line, ensure_ascii=False))


def last_note(register: Path) -> BackupNote | None:
    """Return the newest backup that the file beside a register names; None where it names none."""
    try:
        lines = notes_file(register).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in reversed(lines):
        try:
            told = json.loads(line)
            at = datetime.fromisoformat(told["at"])
            return BackupNote(at.astimezone(UTC), str(told["folder"]), str(told["generation"]))
        except (ValueError, TypeError, KeyError):
            continue  # a line that was cut off
    return None
