"""Store imports of files: what each took, its file as it was sent, its mapping, and its undoing. Append-only.

A file is content-addressed in the folder of photos. Nothing here compares a file with the register; see `imports` of the package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import read_all, read_one
from rba_audit.register.import_records import (
    ImportCounts,
    ImportedRow,
    ImportRecord,
    SiteTaken,
    counts_document,
    ending_of_import,
    headings_key,
    import_of_row,
    imported_row_of,
    select_imports,
    site_import,
    site_import_row,
    site_import_undo,
)
from rba_audit.register.import_snapshot import RegisterSnapshot, read_snapshot, version_of
from rba_audit.register.import_undo import rows_of_import, undo_problems, undo_rows, undo_values
from rba_audit.register.open_checks import PHOTOS
from rba_audit.register.photo_files import condition_of, disk_errors, file_of, mark_in_use, read_whole, write
from rba_audit.register.records import as_json, as_time
from rba_audit.register.site_versions import VersionWrite, write_versions
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change

_NAMED: Final = 5  # problems that an error names; it only counts the others


class Imports:
    """The imports of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.path.parent / PHOTOS

    def all(self) -> list[ImportRecord]:
        """Return all imports, newest first; damaged ones are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(select_imports().order_by(site_import.c.seq.desc()))
            return read_all(connection, rows, import_of_row, "site_import")

    def get(self, id: str) -> ImportRecord:
        """Return an import.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            return _get(connection, id)

    def rows(self, id: str) -> list[ImportedRow]:
        """Return the sites and parts that an import added or changed; damaged rows are left out."""
        wanted = select(site_import_row).where(site_import_row.c.import_id == id).order_by(site_import_row.c.site_id)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), imported_row_of, "site_import_row", "import_id")

    def versions_of(self, site_id: str) -> dict[int, ImportRecord]:
        """Return the imports that wrote versions of a site or part, by the number of the version."""
        wanted = (
            select_imports()
            .add_columns(site_import_row.c.version)
            .join(site_import_row, site_import_row.c.import_id == site_import.c.id)
            .where(site_import_row.c.site_id == site_id)
            .order_by(site_import.c.seq.desc())  # the first import of a version wins below
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return dict(read_all(connection, rows, lambda row: (row.version, import_of_row(row)), "site_import"))

    def mapping_for(self, headings: Sequence[str]) -> Mapping[str, Any] | None:
        """Return the mapping of the last import whose file had the same headings in any order; None if there was none.

        Undone imports do not count: a wrong mapping is a reason to undo one.
        """
        wanted = headings_key(headings)
        for record in self.all():
            if record.mapping is not None and not record.undone and headings_key(record.headings) == wanted:
                return record.mapping
        return None

    def read_file(self, record: ImportRecord) -> bytes:
        """Return the file of an import, verified by its hash.

        Raises:
            NotInRegister: the file is lost or altered.
        """
        data = read_whole(file_of(self.folder, record.file_sha256, record.file_ending), record.file_sha256)
        if not isinstance(data, bytes):
            raise NotInRegister(
                say("The file of this import is lost on the server; it comes back from a backup with its photos.")
            )
        return data

    def snapshot(self) -> RegisterSnapshot:
        """Return all sites and parts with their status, and the change counter, at one moment."""
        with self._database.reading() as connection:
            return read_snapshot(connection)

    def add(
        self,
        id: str,
        taken: Sequence[SiteTaken],
        counts: ImportCounts,
        *,
        version: int,
        request_sha256: str,
        file: bytes,
        file_name: str,
        headings: Sequence[str],
        mapping: Mapping[str, Any] | None,
        person_id: str,
    ) -> ImportRecord:
        """Store an import with its sites in one transaction; one that is stored already is returned unchanged.

        Args:
            id: The UUID of the form.
            taken: The sites and parts to store, in order.
            counts: What became of the rows.
            version: The change counter at which the sites were compared with the register.
            request_sha256: Hash of what was asked.
            file: The file as it was sent.
            file_name: Its name.
            headings: Headings of its table.
            mapping: What its columns became.
            person_id: Who takes it; empty for the command line.

        Raises:
            Conflict: `moved`: the register changed since `version`; `differs`: another request has this id.
            Unavailable: the file cannot be written.
        """
        digest, ending = sha256(file).hexdigest(), ending_of_import(file)
        self._write(file, digest, ending)
        now = now_utc()
        with self._database.writing() as connection:
            row = connection.execute(select_imports().where(site_import.c.id == id)).one_or_none()
            if row is not None:
                record = read_one(connection, row, import_of_row, "site_import")
                refuse_other_request(record, request_sha256)
                return record
            if version_of(connection) != version:
                raise Conflict(say("The register was changed meanwhile; look at the import again."), "moved", None)
            self._write(file, digest, ending)  # a sweep may have removed it meanwhile
            stored = read_snapshot(connection).by_id
            writes = [_write_of(site, stored) for site in taken]
            numbers = write_versions(connection, writes, person_id, file_name, now)
            last = connection.scalar(select(func.max(site_import.c.seq))) or 0
            connection.execute(
                insert(site_import).values(
                    id=id,
                    seq=last + 1,
                    request_sha256=request_sha256,
                    file_sha256=digest,
                    file_bytes=len(file),
                    file_ending=ending,
                    file_name=file_name,
                    headings=as_json(list(headings)),
                    mapping=None if mapping is None else as_json(mapping),
                    counts=as_json(counts_document(counts)),
                    person_id=person_id,
                    at=as_time(now),
                )
            )
            if taken:
                rows = [
                    _import_row(id, site, write, *number)
                    for site, write, number in zip(taken, writes, numbers, strict=True)
                ]
                connection.execute(insert(site_import_row), rows)
                count_change(connection)
            return _get(connection, id)

    def undo(self, id: str, person_id: str) -> ImportRecord:
        """Undo an import, all of it or nothing; no change if it is undone already.

        Raises:
            NotInRegister: there is no such import.
            Conflict: `touched`: the office, visits or later imports built on it; `kept` are all the reasons.
        """
        now = now_utc()
        with self._database.writing() as connection:
            record = _get(connection, id)
            if record.undone:
                return record
            if problems := undo_problems(connection, record):
                named = "; ".join(map(str, problems[:_NAMED]))
                if len(problems) > _NAMED:
                    named = str(say("{names} and {count} more", names=named, count=len(problems) - _NAMED))
                raise Conflict(
                    say("{file} cannot be undone, and nothing was changed: {why}.", file=record.file_name, why=named),
                    "touched",
                    tuple(problems),
                )
            undo_rows(connection, record, person_id, now)
            connection.execute(insert(site_import_undo).values(undo_values(record, person_id, now)))
            if rows_of_import(connection, id):
                count_change(connection)
            return _get(connection, id)

    def undo_problems(self, id: str) -> list[Any]:
        """Return why an import cannot be undone now, as messages with what to do; empty if it can, or is undone already.

        Raises:
            NotInRegister: there is no such import.
        """
        with self._database.reading() as connection:
            record = _get(connection, id)
            return [] if record.undone else list(undo_problems(connection, record))

    def _write(self, data: bytes, digest: str, ending: str) -> None:
        path = file_of(self.folder, digest, ending)
        with disk_errors(self.folder):
            if condition_of(path, digest) == "whole":
                mark_in_use(path)
            else:
                write(path, data)


def refuse_other_request(record: ImportRecord, request_sha256: str) -> None:
    """Check that a form that was sent twice asks for the same.

    Raises:
        Conflict: `differs`: it does not.
    """
    if record.request_sha256 != request_sha256:
        raise Conflict(
            say("This import was taken already, with another file or other choices; begin a new one."),
            "differs",
            record,
        )


def _get(connection: Connection, id: str) -> ImportRecord:
    row = connection.execute(select_imports().where(site_import.c.id == id)).one_or_none()
    if row is None:
        raise NotInRegister(say("There is no such import; look it up in the list of imports."))
    return read_one(connection, row, import_of_row, "site_import")


def _write_of(site: SiteTaken, stored: Mapping[str, Any]) -> VersionWrite:
    before, text = stored.get(site.site_id), as_json(site.document)
    again = before is not None and before.status == "undone"
    return VersionWrite(
        site.site_id,
        site.part_of,
        None if before is not None and before.document == text else text,
        before,
        "imported_again" if again else None,
    )


def _import_row(id: str, site: SiteTaken, write: VersionWrite, version: int, event_seq: int) -> dict[str, Any]:
    before = write.before
    return {
        "import_id": id,
        "site_id": site.site_id,
        "kind": site.kind,
        "version_before": 0 if before is None else before.version,
        "version": version,
        "event_seq": event_seq,
        "part_of_before": None if before is None else before.part_of or None,
        "part_of": site.part_of or None,
    }
