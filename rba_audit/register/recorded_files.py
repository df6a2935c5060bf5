"""Files that rows of the register name, besides photos: scans of certificates, files of documents, imports and map layers."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, select

from rba_audit.register.certificate_scans import ENDINGS, certificate_scan
from rba_audit.register.import_records import import_files
from rba_audit.register.kla.document_rows import document_files
from rba_audit.register.layers import layer_files


def recorded_files(connection: Connection) -> Mapping[str, tuple[str, int]]:
    """Return ending and size in bytes of each scan, document, imported file and map layer, by the hash of its bytes; an older schema may have none."""
    files = import_files(connection) | layer_files(connection) | document_files(connection)
    if inspect(connection).has_table(certificate_scan.name):
        scan = certificate_scan.c
        wanted = select(scan.kept_sha256, scan.kind, scan.bytes).distinct()
        files |= {row.kept_sha256: (ENDINGS[row.kind], row.bytes) for row in connection.execute(wanted)}
    return files


def file_endings(connection: Connection) -> dict[str, str]:
    """Return the ending of the file of each scan, document, import and map layer, by the hash of its bytes."""
    return {hash: ending for hash, (ending, _) in recorded_files(connection).items()}
