"""Store photos: content-addressed files, and a row for each file that was once written whole to the disk.

A row is written only after its file is synced. The file is verified whenever it is read, because a disk may lose or alter
it. A photo counts for a visit only if the visit's author sent its bytes; naming its hash is not enough.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister, Unavailable
from rba_audit.logs import log_event
from rba_audit.messages import Message, say
from rba_audit.photographs import Picture
from rba_audit.register.damaged_rows import read_all, read_one
from rba_audit.register.open_checks import PHOTOS
from rba_audit.register.photo_files import (
    PICTURE,
    condition_of,
    disk_errors,
    file_of,
    mark_in_use,
    read_whole,
    sweep_unrecorded,
    write,
)
from rba_audit.register.photo_records import (
    PhotoArrival,
    StoredPhoto,
    has_sent,
    note_sender,
    photo_of_row,
    photo_row,
    rows_of,
    sent_photo_rows,
)
from rba_audit.register.photo_tables import Condition, current_photos, photo, photo_condition, photo_sender
from rba_audit.register.recorded_files import file_endings, recorded_files
from rba_audit.register.records import Photo, Visit, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import visit, visit_photo

_LOG: Final = logging.getLogger(__name__)
_FAULTS: Final[Mapping[Condition, Message]] = {
    "lost": say("the file is gone or cannot be read"),
    "altered": say("the file holds other bytes than were kept"),
}


class Photos:
    """The photos of a register. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.path.parent / PHOTOS

    # --- intake ---

    def keep(self, sha256: str, picture: Picture, sent_by: str) -> StoredPhoto:
        """Store a picture, re-encoded without metadata, under the hash of the bytes that were sent; idempotent.

        A file that was lost or altered since is written again.

        Raises:
            Unavailable: the file cannot be written.
        """
        path = self._path(picture.sha256)
        self._put(path, picture)
        with self._database.writing() as connection:
            if not path.is_file():  # a sweep removed it meanwhile
                self._put(path, picture)
            row = photo_row(connection, sha256)
            drawn = {
                "sha256": sha256,
                "kept_sha256": picture.sha256,
                "bytes": len(picture.jpeg),
                "width": picture.width,
                "height": picture.height,
            }
            now = as_time(now_utc())
            if row is None:
                connection.execute(insert(photo).values(received_at=now, sent_by=sent_by, **drawn))
            elif self._condition(row) != "whole" or (row.state != "whole" and row.kept_sha256 == picture.sha256):
                # Another release may encode the picture to other bytes; the file then has another name.
                connection.execute(insert(photo_condition).values(seq=row.seq + 1, state="whole", at=now, **drawn))
            note_sender(connection, sha256, sent_by)
            return read_one(connection, rows_of(connection, sha256)[0], photo_of_row, "photo", "sha256")

    def record_resent(self, sha256: str, sent_by: str) -> tuple[StoredPhoto, bool] | None:
        """Record that a person sent the bytes of a stored photo; None if it is not stored, or its file is lost or altered.

        Returns:
            The photo, and whether this person had not sent it before.
        """
        with self._database.reading() as connection:
            row = photo_row(connection, sha256)
            photos = read_all(connection, rows_of(connection, sha256), photo_of_row, "photo", "sha256")
            sent = row is not None and has_sent(connection, sha256, sent_by)
        if row is None or not photos or self._condition(row) != "whole":
            return None
        if not sent or row.state != "whole":
            with self._database.writing() as connection:
                note_sender(connection, sha256, sent_by)
            self._note(row, "whole")
        return photos[0], not sent

    # --- queries ---

    def find(self, sha256: str) -> StoredPhoto | None:
        """Return the photo that was sent under this hash if its file is whole, else None."""
        with self._database.reading() as connection:
            rows = rows_of(connection, sha256)
            photos = read_all(connection, rows, photo_of_row, "photo", "sha256")
        return photos[0] if photos and self._condition(rows[0]) == "whole" else None

    def read(self, sha256: str, author: str) -> bytes:
        """Return the file of the photo that `author` sent under this hash, verified by its hash.

        Raises:
            NotInRegister: they sent no such photo, or its file is lost or altered.
        """
        with self._database.reading() as connection:
            row = photo_row(connection, sha256) if has_sent(connection, sha256, author) else None
        if row is None:
            raise NotInRegister(say("the photo '{sha256}' has not arrived yet; send its visit again", sha256=sha256))
        content = read_whole(self._path(row.kept_sha256), row.kept_sha256)
        if isinstance(content, bytes):
            return content
        self._note(row, content)
        raise NotInRegister(
            say("This photo had arrived and is lost on the server; it comes back from a backup, or sent again.")
        )

    def senders(self, sha256: str) -> frozenset[str]:
        """Return the ids of the persons who sent the bytes of a photo."""
        sent = photo_sender.c
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(sent.person_id).where(sent.sha256 == sha256)))

    def arrival(self, author: str, hashes: Collection[str], *, thorough: bool = False) -> PhotoArrival:
        """Return which of `hashes` the author sent and are stored, and which are lost.

        Each file must exist with the right size. Its hash is computed only if it was faulty before, or with `thorough`.
        """
        with self._database.reading() as connection:
            rows = [row for row in sent_photo_rows(connection, hashes) if row.person_id == author]
        whole: set[str] = set()
        lost: set[str] = set()
        for row in rows:
            condition = self._condition(row, quick=not thorough and row.state == "whole")
            if condition != row.state:
                self._note(row, condition)
            (whole if condition == "whole" else lost).add(row.sha256)
        return PhotoArrival(frozenset(whole), frozenset(lost))

    def arrival_of(self, visit: Visit, *, thorough: bool = False) -> PhotoArrival:
        """Return which photos of a visit are stored, and which are lost; see `arrival`."""
        return self.arrival(visit.author, [named.sha256 for named in visit.photos], thorough=thorough)

    def missing(self, visit: Visit, *, thorough: bool = False) -> tuple[Photo, ...]:
        """Return the photos of a visit that are lost or have not arrived, in the visit's order; see `arrival`."""
        return self.arrival_of(visit, thorough=thorough).missing(visit.photos)

    def visits_with_photo(self, sha256: str) -> list[tuple[str, str]]:
        """Return (id, author) of each visit that names a photo, sorted by id."""
        wanted = (
            select(visit.c.id, func.coalesce(visit.c.author, ""))
            .distinct()
            .join(visit_photo, visit_photo.c.visit_id == visit.c.id)
            .where(visit_photo.c.sha256 == sha256)
            .order_by(visit.c.id)
        )
        with self._database.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(wanted)]

    def incomplete(self) -> frozenset[str]:
        """Return the ids of all visits with a photo that has not arrived, or is known to be lost."""
        now = current_photos()
        sent = photo_sender
        waiting = (
            select(visit_photo.c.visit_id)
            .distinct()
            .join(visit, visit.c.id == visit_photo.c.visit_id)
            .join(
                sent,
                (sent.c.sha256 == visit_photo.c.sha256) & (sent.c.person_id == func.coalesce(visit.c.author, "")),
                isouter=True,
            )
            .join(now, now.c.sha256 == sent.c.sha256, isouter=True)
            .where(func.coalesce(now.c.state, "lost") != "whole")
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(waiting))

    # --- maintenance ---

    def damaged(self) -> Iterator[tuple[str, Message]]:
        """Read every stored file, record changed conditions (lost, altered, whole again) of photos, and yield each faulty file.

        Yields:
            The hash that the file should have, which is its name, and a message about its condition.
        """
        with self._database.reading() as connection:
            now = current_photos()
            rows = connection.execute(select(now).order_by(now.c.kept_sha256)).all()
            others = file_endings(connection)
        faulty = ""
        for row in rows:
            condition = self._condition(row)
            if condition != row.state:
                self._note(row, condition)
            if condition != "whole" and row.kept_sha256 != faulty:
                faulty = row.kept_sha256
                yield faulty, _FAULTS[condition]
        for hash, ending in others.items():
            condition = condition_of(file_of(self.folder, hash, ending), hash)
            if condition != "whole":
                yield hash, _FAULTS[condition]

    def sizes(self, hashes: Collection[str]) -> frozenset[int]:
        """Return the recorded sizes, in bytes, of the files with these hashes."""
        now = current_photos()
        with self._database.reading() as connection:
            rows = connection.execute(select(now.c.kept_sha256, now.c.bytes))
            others = recorded_files(connection).items()
            return frozenset(
                [row.bytes for row in rows if row.kept_sha256 in hashes]
                + [size for hash, (_, size) in others if hash in hashes]
            )

    def put_back(self, kept_sha256: str, data: bytes) -> None:
        """Write the file of a stored photo, scan or document again; `data` must have the hash `kept_sha256`.

        Raises:
            Unavailable: the file cannot be written.
        """
        with self._database.reading() as connection:
            ending = file_endings(connection).get(kept_sha256, PICTURE)
        with disk_errors(self.folder):
            write(file_of(self.folder, kept_sha256, ending), data)
        with self._database.reading() as connection:
            now = current_photos()
            rows = connection.execute(select(now).where(now.c.kept_sha256 == kept_sha256)).all()
        for row in rows:
            self._note(row, self._condition(row))

    def sweep(self) -> int:
        """Remove old files without a row, left by interrupted uploads, and return how many."""
        with self._database.writing() as connection, disk_errors(self.folder):
            recorded = set(connection.scalars(select(photo.c.kept_sha256)))
            recorded.update(connection.scalars(select(photo_condition.c.kept_sha256)))
            recorded.update(recorded_files(connection))
            return sweep_unrecorded(self.folder, recorded) if self.folder.is_dir() else 0

    # --- helpers ---

    def _path(self, kept_sha256: str) -> Path:
        return file_of(self.folder, kept_sha256)

    def _condition(self, row: Row[Any], *, quick: bool = False) -> Condition:
        return condition_of(self._path(row.kept_sha256), row.kept_sha256, row.bytes if quick else None)

    def _put(self, path: Path, picture: Picture) -> None:
        if condition_of(path, picture.sha256) == "whole":
            mark_in_use(path)
            return
        with disk_errors(self.folder):
            write(path, picture.jpeg)

    def _note(self, row: Row[Any], condition: Condition) -> None:
        """Record a changed condition of a photo's file; if that fails, the caller's read still succeeds."""
        with suppress(Unavailable), self._database.writing() as connection:
            now = photo_row(connection, row.sha256)
            # If another change was recorded meanwhile, the condition seen here may be out of date.
            if now is None or now.seq != row.seq or now.state == condition:
                return
            drawn = {name: getattr(now, name) for name in ("sha256", "kept_sha256", "bytes", "width", "height")}
            connection.execute(
                insert(photo_condition).values(seq=now.seq + 1, state=condition, at=as_time(now_utc()), **drawn)
            )
            level = logging.INFO if condition == "whole" else logging.ERROR
            log_event(_LOG, "photo_condition", level, file=now.kept_sha256, state=condition)
