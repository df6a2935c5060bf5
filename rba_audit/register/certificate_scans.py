"""Store scans of certificates: content-addressed files in the folder of photos, and a row for each scan. Append-only.

As with photos, a row is written only after its file is synced, and a file is verified whenever it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Row,
    Table,
    Text,
    insert,
    select,
)

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister
from rba_audit.messages import say
from rba_audit.register.certificates import certificate
from rba_audit.register.damaged_rows import moment, read_all, read_one
from rba_audit.register.open_checks import PHOTOS
from rba_audit.register.photo_files import (
    PDF,
    PICTURE,
    condition_of,
    disk_errors,
    ending_of,
    file_of,
    mark_in_use,
    read_whole,
    write,
)
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

ScanKind = Literal["picture", "pdf"]

certificate_scan: Final = Table(
    "certificate_scan",
    metadata,
    Column("certificate_id", Text, ForeignKey("certificate.id"), primary_key=True),
    Column(
        "seq", Integer, primary_key=True, autoincrement=False
    ),  # 1 for the first scan; the newest replaces the others
    Column("kind", Text, CheckConstraint("kind in ('picture', 'pdf')"), nullable=False),
    Column("sha256", Text, nullable=False),  # of the bytes that were sent
    Column("kept_sha256", Text, nullable=False),  # of the stored file, and its name
    Column("bytes", Integer, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(certificate_scan)


@dataclass(frozen=True, slots=True)
class CertificateScan:
    """A scan of a certificate.

    Attributes:
        seq: 1 for the first scan of its certificate; the newest replaces the others.
        kind: A PDF is stored as it was sent, a picture re-encoded as JPEG without metadata.
        sha256: Hash of the bytes that were sent.
        kept_sha256: Hash of the stored file.
        bytes: Size of the stored file.
    """

    certificate_id: str
    seq: int
    kind: ScanKind
    sha256: str
    kept_sha256: str
    bytes: int
    person_id: str
    at: datetime


class CertificateScans:
    """The scans of a register. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.path.parent / PHOTOS

    def keep(
        self,
        certificate_id: str,
        kind: ScanKind,
        sent_sha256: str,
        stored: tuple[str, bytes],
        person_id: str,
        *,
        seen: int,
    ) -> CertificateScan:
        """Store a scan and return it; idempotent for the newest scan of a certificate.

        Args:
            certificate_id: The certificate.
            kind: What the file is.
            sent_sha256: Hash of the bytes that were sent.
            stored: Hash and bytes of the file to be stored.
            person_id: Who sent it.
            seen: Number of the newest scan that the user had seen; 0 if there was none.

        Raises:
            NotInRegister: there is no such certificate.
            Conflict: `stale`: another scan was stored meanwhile.
            Unavailable: the file cannot be written.
        """
        kept_sha256, data = stored
        path = file_of(self.folder, kept_sha256, ending_of(data))
        with disk_errors(self.folder):
            if condition_of(path, kept_sha256) == "whole":
                mark_in_use(path)
            else:
                write(path, data)
            with self._database.writing() as connection:
                if not path.is_file():  # a sweep removed it meanwhile
                    write(path, data)
                return _recorded(
                    connection,
                    {
                        "certificate_id": certificate_id,
                        "kind": kind,
                        "sha256": sent_sha256,
                        "kept_sha256": kept_sha256,
                        "bytes": len(data),
                        "person_id": person_id,
                    },
                    seen,
                )

    def by_certificate(self) -> dict[str, list[CertificateScan]]:
        """Return the scans of each certificate that has one, newest first, by its id."""
        table = certificate_scan.c
        wanted = select(certificate_scan).order_by(table.certificate_id, table.seq.desc())
        scans: dict[str, list[CertificateScan]] = {}
        with self._database.reading() as connection:
            for scan in read_all(connection, connection.execute(wanted), _scan, "certificate_scan", "certificate_id"):
                scans.setdefault(scan.certificate_id, []).append(scan)
        return scans

    def read(self, certificate_id: str, seq: int) -> tuple[CertificateScan, bytes]:
        """Return a scan and its file, verified by its hash.

        Raises:
            NotInRegister: there is no such scan, or its file is lost or altered.
        """
        of_scan = (certificate_scan.c.certificate_id == certificate_id) & (certificate_scan.c.seq == seq)
        with self._database.reading() as connection:
            row = connection.execute(select(certificate_scan).where(of_scan)).one_or_none()
            if row is None:
                raise NotInRegister(say("There is no such scan; look at the list of certificates."))
            scan = read_one(connection, row, _scan, "certificate_scan", "certificate_id")
        data = read_whole(file_of(self.folder, scan.kept_sha256, ENDINGS[scan.kind]), scan.kept_sha256)
        if not isinstance(data, bytes):
            raise NotInRegister(
                say("This scan is lost on the server; it comes back from a backup, or record it once more.")
            )
        return scan, data


ENDINGS: Final = {"picture": PICTURE, "pdf": PDF}
"""Ending of the stored file, by kind."""


def _recorded(connection: Connection, fields: dict[str, Any], seen: int) -> CertificateScan:
    table = certificate_scan.c
    if connection.scalar(select(certificate.c.id).where(certificate.c.id == fields["certificate_id"])) is None:
        raise NotInRegister(say("There is no such certificate; look it up in the list of certificates."))
    of_certificate = table.certificate_id == fields["certificate_id"]
    rows = connection.execute(select(certificate_scan).where(of_certificate).order_by(table.seq.desc())).all()
    # A damaged row is shown to nobody: compared with it, every form would be a conflict.
    readable = read_all(connection, rows, _scan, "certificate_scan", "certificate_id")
    newest = readable[0] if readable else None
    if newest is not None and (newest.sha256, newest.person_id) == (fields["sha256"], fields["person_id"]):
        return newest  # a form that was sent twice
    if (newest.seq if newest else 0) != seen:
        raise Conflict(
            say("Somebody else recorded a scan of this certificate meanwhile; look at it first."), "stale", None
        )
    row = {**fields, "seq": rows[0].seq + 1 if rows else 1, "at": as_time(now_utc())}
    connection.execute(insert(certificate_scan).values(row))
    return CertificateScan(**{**row, "at": moment(row["at"])})


def _scan(row: Row[Any]) -> CertificateScan:
    if row.kind not in ENDINGS:
        raise ValueError("a scan is a picture or a PDF")
    return CertificateScan(
        certificate_id=row.certificate_id,
        seq=row.seq,
        kind=row.kind,
        sha256=row.sha256,
        kept_sha256=row.kept_sha256,
        bytes=row.bytes,
        person_id=row.person_id,
        at=moment(row.at),
    )
