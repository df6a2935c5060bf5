"""Log of evidence packs: which were made, and to whom they went. Append-only; the packs themselves are not stored.

A pack that left the office cannot be called back: after an erasure this log says whom to ask to delete their copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Integer, Row, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

pack: Final = Table(
    "pack",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("day", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("trained", Integer, nullable=False),  # how many trained people it names
    Column("person_id", Text, nullable=False),  # empty for the command line
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
pack_recipient: Final = Table(
    "pack_recipient",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("pack_seq", Integer, ForeignKey("pack.seq"), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("day", Text, nullable=False),  # when it was handed over
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([pack, pack_recipient])


@dataclass(frozen=True, slots=True)
class PackRecipient:
    """A recipient of a pack as typed, the day of the handover, and who noted it."""

    recipient: str
    day: date
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MadePack:
    """A pack that was made.

    Attributes:
        seq: Its number in the log.
        year: Its round.
        day: The day for which it states what is valid.
        trained: How many people trained on the rights of the child it names.
        person_id: Who made it; empty for the command line.
        recipients: To whom it went, oldest first.
    """

    seq: int
    year: int
    day: date
    sha256: str
    bytes: int
    files: int
    trained: int
    person_id: str
    at: datetime
    recipients: tuple[PackRecipient, ...] = ()


class Packs:
    """The log of packs. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_pack(self, year: int, day: date, sha256: str, size: int, files: int, trained: int, person_id: str) -> int:
        """Log a pack of `size` bytes that was made, and return its number; the same pack made again keeps its number."""
        with self._database.writing() as connection:
            known = connection.scalar(select(pack.c.seq).where(pack.c.sha256 == sha256))
            if known is not None:
                return int(known)
            values = {"year": year, "day": day.isoformat(), "sha256": sha256, "bytes": size, "files": files}
            added = connection.execute(
                insert(pack).values(**values, trained=trained, person_id=person_id, at=as_time(now_utc()))
            )
            return int(added.inserted_primary_key[0])  # type: ignore[index]  # an insert of one row has a key

    def add_recipient(self, pack_seq: int, recipient: str, day: date, person_id: str) -> None:
        """Log to whom a pack went.

        Raises:
            NotInRegister: there is no such pack.
        """
        with self._database.writing() as connection:
            if connection.scalar(select(pack.c.seq).where(pack.c.seq == pack_seq)) is None:
                raise NotInRegister(say("There is no such pack; look it up in the list of packs."))
            connection.execute(
                insert(pack_recipient).values(
                    pack_seq=pack_seq,
                    recipient=recipient,
                    day=day.isoformat(),
                    person_id=person_id,
                    at=as_time(now_utc()),
                )
            )

    def all(self) -> list[MadePack]:
        """Return all packs, newest first, with their recipients; damaged rows are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(select(pack_recipient).order_by(pack_recipient.c.seq))
            recipients: dict[int, list[PackRecipient]] = {}
            for seq, recipient in read_all(connection, rows, _recipient, "pack_recipient", "seq"):
                recipients.setdefault(seq, []).append(recipient)
            rows = connection.execute(select(pack).order_by(pack.c.seq.desc()))
            return read_all(connection, rows, lambda row: _pack(row, recipients.get(row.seq, [])), "pack", "seq")


def _recipient(row: Row[Any]) -> tuple[int, PackRecipient]:
    return row.pack_seq, PackRecipient(row.recipient, date.fromisoformat(row.day), row.person_id, moment(row.at))


def _pack(row: Row[Any], recipients: list[PackRecipient]) -> MadePack:
    return MadePack(
        seq=row.seq,
        year=row.year,
        day=date.fromisoformat(row.day),
        sha256=row.sha256,
        bytes=row.bytes,
        files=row.files,
        trained=row.trained,
        person_id=row.person_id,
        at=moment(row.at),
        recipients=tuple(recipients),
    )
