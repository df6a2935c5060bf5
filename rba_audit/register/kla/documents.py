"""Store documents: versions with what they state, their files as they were sent, and decisions about them. Append-only.

A file is content-addressed in the folder of photos; its row is written only after the file is synced, and it is verified whenever
it is read. Nothing here looks into a file.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select

from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.kla.document_records import (
    DocumentBody,
    DocumentDecisionState,
    DocumentVersion,
    StoredFile,
)
from rba_audit.register.kla.document_rows import ENDINGS, document_decision, document_version, read_versions, row_of
from rba_audit.register.open_checks import PHOTOS
from rba_audit.register.photo_files import (
    condition_of,
    disk_errors,
    file_of,
    mark_in_use,
    read_whole,
    write,
)
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change


class Documents:
    """The documents of a register. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.path.parent / PHOTOS

    def add(
        self,
        document_id: str,
        body: DocumentBody,
        file: tuple[StoredFile, bytes] | None,
        *,
        person_id: str,
        at: datetime,
        request_id: str = "",
        seen: int = 0,
    ) -> DocumentVersion:
        """Store a new version of a document, and return it.

        Args:
            document_id: A new id, or that of the document of which it is a new version.
            body: What it states.
            file: Its file with the bytes; None to take over that of the version before, if there is one.
            person_id: Who recorded it.
            at: The current time.
            request_id: The request it answers.
            seen: Number of the newest version that the user had seen; 0 for a new document.

        Raises:
            Conflict: `stale`: another version was recorded meanwhile.
            Unavailable: the file cannot be written.
        """
        if file is not None:
            self._write(*file)
        with self._database.writing() as connection:
            if file is not None:
                self._write(*file)  # a sweep may have removed it meanwhile
            versions = read_versions(connection, document_version.c.document_id == document_id)
            rows = connection.scalars(
                select(document_version.c.seq).where(document_version.c.document_id == document_id)
            ).all()
            if (versions[-1].seq if versions else 0) != seen:
                raise Conflict(
                    say("Somebody else recorded a version of this document meanwhile; look at it first."), "stale", None
                )
            stored = file[0] if file is not None else versions[-1].file if versions else None
            new = DocumentVersion(document_id, max(rows, default=0) + 1, body, stored, person_id, request_id, at)
            connection.execute(insert(document_version).values(row_of(new)))
        return new

    def decide(
        self,
        document_id: str,
        seq: int,
        state: DocumentDecisionState,
        *,
        person_id: str,
        at: datetime,
        note: str,
        seen: int | None = None,
    ) -> None:
        """Record a decision about a version; no change if that is its state already.

        `seen` is the number of decisions about it that the user had seen; None if they do not matter.

        Raises:
            NotInRegister: there is no such version.
            Conflict: `stale`: another decision was recorded meanwhile.
        """
        table = document_decision.c
        with self._database.writing() as connection:
            of_version = (document_version.c.document_id == document_id) & (document_version.c.seq == seq)
            if not (versions := read_versions(connection, of_version)):
                raise NotInRegister(say("There is no such document; look it up in the list of documents."))
            if versions[0].state == state:
                return
            if seen is not None and len(versions[0].decisions) != seen:
                raise Conflict(
                    say("Somebody else decided about this document meanwhile; look at it first."), "stale", None
                )
            numbers = select(table.number).where(table.document_id == document_id, table.seq == seq)
            connection.execute(
                insert(document_decision).values(
                    document_id=document_id,
                    seq=seq,
                    number=max(connection.scalars(numbers), default=0) + 1,
                    state=state,
                    person_id=person_id,
                    at=as_time(at),
                    note=note,
                )
            )
            count_change(connection)  # findings depend on the documents that count

    def all(self) -> list[DocumentVersion]:
        """Return all versions of all documents, each document's oldest first; damaged ones are left out."""
        with self._database.reading() as connection:
            return read_versions(connection)

    def versions(self, document_id: str) -> list[DocumentVersion]:
        """Return the versions of a document, oldest first.

        Raises:
            NotInRegister: there is no such document.
        """
        with self._database.reading() as connection:
            versions = read_versions(connection, document_version.c.document_id == document_id)
        if not versions:
            raise NotInRegister(say("There is no such document; look it up in the list of documents."))
        return versions

    def for_request(self, request_id: str) -> list[DocumentVersion]:
        """Return the versions that answer a request, oldest first."""
        with self._database.reading() as connection:
            return read_versions(connection, document_version.c.request_id == request_id)

    def read_file(self, file: StoredFile) -> bytes:
        """Return the bytes of a file, verified by its hash.

        Raises:
            NotInRegister: the file is lost or altered.
        """
        data = read_whole(file_of(self.folder, file.sha256, ENDINGS[file.type]), file.sha256)
        if not isinstance(data, bytes):
            raise NotInRegister(
                say("This file is lost on the server; it comes back from a backup, or record it once more.")
            )
        return data

    def _write(self, file: StoredFile, data: bytes) -> None:
        if sha256(data).hexdigest() != file.sha256:
            raise ValueError("the hash of a file is not that of its bytes")
        path = file_of(self.folder, file.sha256, ENDINGS[file.type])
        with disk_errors(self.folder):
            if condition_of(path, file.sha256) == "whole":
                mark_in_use(path)
            else:
                write(path, data)
