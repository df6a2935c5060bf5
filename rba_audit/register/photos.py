"""The pictures of the register: files named by their own hash, and a row for each that is whole on the disk.

A row is written only after its file is safe there: what was cut short leaves a file at most, never a promise.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Index, Integer, Row, Table, Text, insert, select

from rba_audit.errors import NotInRegister, Unavailable
from rba_audit.photographs import Picture
from rba_audit.register.damaged import moment, read_all, read_one
from rba_audit.register.opening import PHOTOS
from rba_audit.register.private_files import sync_folder
from rba_audit.register.records import Photo, Visit, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata, visit_photo
from rba_audit.words import say

photo: Final = Table(
    "photo",
    metadata,
    Column("sha256", Text, primary_key=True),  # of the bytes that were sent, which are not kept
    Column("kept_sha256", Text, nullable=False),  # of the file, and its name
    Column("bytes", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    sqlite_strict=True,
)
Index("photo_by_kept_sha256", photo.c.kept_sha256)
KEPT.append(photo)

_BATCH: Final = 500  # hashes looked up at once
_STALE_S: Final = 3600  # no sender writes one photo for so long


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A picture as it is kept.

    Attributes:
        sha256: Of the bytes that were sent, in hexadecimal.
        kept_sha256: Of the file that is kept, in hexadecimal.
        bytes: The size of the file.
        width: In pixels, upright.
        height: In pixels, upright.
        sent_by: The person who sent it first.
    """

    sha256: str
    kept_sha256: str
    bytes: int
    width: int
    height: int
    received_at: datetime
    sent_by: str


class Photos:
    """The pictures of a register. Any thread may call any method."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.path.parent / PHOTOS

    def keep(self, sha256: str, picture: Picture, sent_by: str) -> KeptPhoto:
        """Keep a cleaned picture under the hash of what was sent, and return it; the same again changes nothing.

        A file that was lost or damaged meanwhile is written anew.

        Raises:
            Unavailable: it cannot be written.
        """
        path = self._path(picture.sha256)
        if not _holds(path, picture.sha256):
            with self._faults():
                _write(self.folder, path, picture.jpeg)
        with self._database.writing() as connection:
            known = connection.execute(select(photo).where(photo.c.sha256 == sha256)).one_or_none()
            if known is not None:
                return read_one(connection, known, _kept, "photo", "sha256")
            connection.execute(
                insert(photo).values(
                    sha256=sha256,
                    kept_sha256=picture.sha256,
                    bytes=len(picture.jpeg),
                    width=picture.width,
                    height=picture.height,
                    received_at=as_time(datetime.now(UTC)),
                    sent_by=sent_by,
                )
            )
            row = connection.execute(select(photo).where(photo.c.sha256 == sha256)).one()
            return read_one(connection, row, _kept, "photo", "sha256")

    def find(self, sha256: str) -> KeptPhoto | None:
        """Return the picture that was sent under this hash, if its file is whole; None else."""
        with self._database.reading() as connection:
            rows = connection.execute(select(photo).where(photo.c.sha256 == sha256))
            found = read_all(connection, rows, _kept, "photo", "sha256")
        whole = (each for each in found if _holds(self._path(each.kept_sha256), each.kept_sha256))
        return next(whole, None)

    def read(self, sha256: str) -> bytes:
        """Return the file of the picture that was sent under this hash.

        Raises:
            NotInRegister: no such picture has arrived.
            Unavailable: it has arrived, and its file cannot be read.
        """
        with self._database.reading() as connection:
            kept = connection.scalar(select(photo.c.kept_sha256).where(photo.c.sha256 == sha256))
        if kept is None:
            raise NotInRegister(say("the photo '{sha256}' has not arrived yet; send its visit again", sha256=sha256))
        with self._faults():
            return self._path(kept).read_bytes()

    def known(self, hashes: Collection[str]) -> set[str]:
        """Return which of some hashes have arrived."""
        wanted = sorted(set(hashes))
        found: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(wanted), _BATCH):
                found.update(
                    connection.scalars(select(photo.c.sha256).where(photo.c.sha256.in_(wanted[start : start + _BATCH])))
                )
        return found

    def missing(self, visit: Visit) -> tuple[Photo, ...]:
        """Return the pictures that a visit names and that have not arrived, in its own order."""
        known = self.known([named.sha256 for named in visit.photos])
        return tuple(named for named in visit.photos if named.sha256 not in known)

    def naming(self, sha256: str) -> list[str]:
        """Return the ids of the visits that name a picture, in the order of their ids."""
        wanted = select(visit_photo.c.visit_id).distinct().where(visit_photo.c.sha256 == sha256)
        with self._database.reading() as connection:
            return list(connection.scalars(wanted.order_by(visit_photo.c.visit_id)))

    def incomplete(self) -> frozenset[str]:
        """Return the ids of all visits of which a picture has not arrived."""
        waiting = (
            select(visit_photo.c.visit_id)
            .distinct()
            .join(photo, photo.c.sha256 == visit_photo.c.sha256, isouter=True)
            .where(photo.c.sha256.is_(None))
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(waiting))

    def _path(self, kept_sha256: str) -> Path:
        return self.folder / kept_sha256[:2] / f"{kept_sha256}.jpg"

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise Unavailable(
                say(
                    "{folder}: photos cannot be kept or read there ({fault}); check the folder and the space left",
                    folder=self.folder,
                    fault=fault.strerror,
                )
            ) from fault


def _holds(path: Path, sha256: str) -> bool:
    try:
        return hash_of(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _write(root: Path, path: Path, data: bytes) -> None:
    """Put a file in its place, whole and on the disk, or not at all."""
    for folder in (root, path.parent):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)
    # A name of its own: two senders of one picture must not write into the same file.
    _sweep(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _sweep(folder: Path) -> None:
    """Take away what senders left half written who were stopped long ago."""
    for part in folder.glob(".*"):
        try:
            if time.time() - part.stat().st_mtime > _STALE_S:
                part.unlink()
        except FileNotFoundError:
            continue  # another sender swept at the same time


def _kept(row: Row[Any]) -> KeptPhoto:
    return KeptPhoto(
        row.sha256,
        row.kept_sha256,
        row.bytes,
        row.width,
        row.height,
        moment(row.received_at),
        row.sent_by,
    )
