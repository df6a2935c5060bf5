"""Stored photos: records, and queries for their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from rba_audit.days import now_utc
from rba_audit.register.damaged_rows import moment
from rba_audit.register.photo_tables import current_photos, photo_sender
from rba_audit.register.records import Photo, as_time

_BATCH: Final = 500  # hashes per query


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A stored photo.

    Attributes:
        sha256: Hash of the bytes that were sent, in hexadecimal.
        kept_sha256: Hash of the stored file, in hexadecimal.
        bytes: Size of the stored file.
        width: In pixels, upright.
        height: In pixels, upright.
        sent_by: The id of the person who sent it first.
    """

    sha256: str
    kept_sha256: str
    bytes: int
    width: int
    height: int
    received_at: datetime
    sent_by: str


@dataclass(frozen=True, slots=True)
class PhotoArrival:
    """Hashes of photos that one person sent: those stored whole (`here`), and those lost or altered since (`lost`)."""

    here: frozenset[str]
    lost: frozenset[str]

    def missing(self, named: Collection[Photo]) -> tuple[Photo, ...]:
        """Return the photos that are lost or never arrived, in the order of `named`."""
        return tuple(photo for photo in named if photo.sha256 not in self.here)


def photo_row(connection: Connection, sha256: str) -> Row[Any] | None:
    """Return the current row of a photo; None if there is none."""
    return next(iter(rows_of(connection, sha256)), None)


def rows_of(connection: Connection, sha256: str) -> Sequence[Row[Any]]:
    """Return the current row of a photo as a sequence of one row or none."""
    now = current_photos()
    return connection.execute(select(now).where(now.c.sha256 == sha256)).all()


def sent_photo_rows(connection: Connection, hashes: Collection[str]) -> Iterator[Row[Any]]:
    """Yield a row per photo and sender for those of `hashes` that are stored: the current photo and `person_id`."""
    now = current_photos()
    senders = select(now, photo_sender.c.person_id).join(photo_sender, photo_sender.c.sha256 == now.c.sha256)
    wanted = sorted(set(hashes))
    for start in range(0, len(wanted), _BATCH):
        yield from connection.execute(senders.where(now.c.sha256.in_(wanted[start : start + _BATCH])))


def has_sent(connection: Connection, sha256: str, person_id: str) -> bool:
    """Return whether a person sent the bytes of a photo."""
    sent = photo_sender.c
    wanted = select(sent.sha256).where(sent.sha256 == sha256, sent.person_id == person_id)
    return connection.scalar(wanted) is not None


def note_sender(connection: Connection, sha256: str, person_id: str) -> None:
    """Record that a person sent the bytes of a photo; idempotent."""
    if not has_sent(connection, sha256, person_id):
        now = as_time(now_utc())
        connection.execute(insert(photo_sender).values(sha256=sha256, person_id=person_id, at=now))


def photo_of_row(row: Row[Any]) -> StoredPhoto:
    """Return the photo of a row."""
    return StoredPhoto(
        row.sha256,
        row.kept_sha256,
        row.bytes,
        row.width,
        row.height,
        moment(row.received_at),
        row.sent_by,
    )
