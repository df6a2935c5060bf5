"""Tables of documents, and the conversion of their rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, Connection, Integer, Row, Table, Text, inspect, select

from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.kla.document_records import (
    DOCUMENT_DECISIONS,
    FILE_TYPES,
    DocumentBody,
    DocumentDecision,
    DocumentVersion,
    FileType,
    StoredFile,
)
from rba_audit.register.photo_files import PDF, PICTURE
from rba_audit.register.records import as_json, as_time
from rba_audit.register.site_event_tables import MergeTargets, merge_targets_of
from rba_audit.register.tables import KEPT, metadata

_TYPES: Final = ", ".join(f"'{name}'" for name in FILE_TYPES)
_STATES: Final = ", ".join(f"'{name}'" for name in DOCUMENT_DECISIONS)

document_version: Final = Table(
    "document_version",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first version
    Column("document", Text, nullable=False),  # what it states, as JSON
    Column("file_sha256", Text),  # null without a file
    Column("file_type", Text, CheckConstraint(f"file_type in ({_TYPES})")),
    Column("file_bytes", Integer),
    Column("file_name", Text),
    Column("pages", Integer),  # null if not known
    Column("person_id", Text, nullable=False),  # empty if an agency sent it with the link of a request
    Column("request_id", Text, nullable=False),  # empty if it answers no request
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
document_decision: Final = Table(
    "document_decision",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the version
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1 for the first decision about it
    Column("state", Text, CheckConstraint(f"state in ({_STATES})"), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([document_version, document_decision])

ENDINGS: Final[Mapping[FileType, str]] = {
    "pdf": PDF,
    "jpeg": PICTURE,
    "png": ".png",
    "xlsx": ".xlsx",
    "docx": ".docx",
}
"""Ending of the stored file, by type."""


def document_files(connection: Connection) -> dict[str, tuple[str, int]]:
    """Return ending and size of each stored file of a document, by its hash; empty for a schema without documents."""
    if not inspect(connection).has_table(document_version.name):
        return {}
    table = document_version.c
    wanted = select(table.file_sha256, table.file_type, table.file_bytes).where(table.file_sha256.is_not(None))
    return {row.file_sha256: (ENDINGS[row.file_type], row.file_bytes) for row in connection.execute(wanted.distinct())}


def read_versions(connection: Connection, condition: Any = None) -> list[DocumentVersion]:
    """Return the versions under a condition, by document and oldest first, with their decisions; damaged rows are left out.

    A version about a site that was merged is about the site it belongs to now.
    """
    table = document_version.c
    wanted = select(document_version).order_by(table.document_id, table.seq)
    rows = connection.execute(wanted if condition is None else wanted.where(condition)).all()
    decision = document_decision.c
    decided = select(document_decision).order_by(decision.document_id, decision.seq, decision.number)
    if condition is not None:
        decided = decided.where(decision.document_id.in_({row.document_id for row in rows}))
    by_version: dict[tuple[str, int], list[DocumentDecision]] = {}
    for id, seq, each in read_all(
        connection, connection.execute(decided), _decision, "document_decision", "document_id"
    ):
        by_version.setdefault((id, seq), []).append(each)
    merges = merge_targets_of(connection)
    return read_all(
        connection,
        rows,
        lambda row: _version(row, by_version.get((row.document_id, row.seq), ()), merges),
        "document_version",
        "document_id",
    )


def _decision(row: Row[Any]) -> tuple[str, int, DocumentDecision]:
    if row.state not in DOCUMENT_DECISIONS:
        raise ValueError("a decision is that a document is accepted, refused or withdrawn")
    return row.document_id, row.seq, DocumentDecision(row.state, row.person_id, moment(row.at), row.note)


def _version(row: Row[Any], decisions: Iterable[DocumentDecision], merges: MergeTargets) -> DocumentVersion:
    body = json.loads(row.document)
    file = None
    if row.file_sha256 is not None:
        if row.file_type not in ENDINGS:
            raise ValueError("the type of a file is one of those that can be stored")
        file = StoredFile(row.file_sha256, row.file_type, row.file_bytes, row.file_name, row.pages)
    texts = {key: body[key] for key in ("kind", "title", "number", "signer", "agency", "link", "note")}
    sites, requirements = tuple(body["sites"]), tuple(body["requirements"])
    if not all(isinstance(text, str) for text in [*texts.values(), *sites, *requirements]):
        raise ValueError("a document states texts")
    return DocumentVersion(
        document_id=row.document_id,
        seq=row.seq,
        body=DocumentBody(
            **texts,
            sites=merges.targets_of(sites),
            requirements=requirements,
            answers=dict(body["answers"]),
            dated=_day(body["dated"]),
            valid_until=_day(body["valid_until"]),
        ),
        file=file,
        person_id=row.person_id,
        request_id=row.request_id,
        at=moment(row.at),
        decisions=tuple(decisions),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def row_of(version: DocumentVersion) -> dict[str, Any]:
    """Return a version as a row of its table, without its decisions."""
    body, file = version.body, version.file
    document = {
        "kind": body.kind,
        "title": body.title,
        "number": body.number,
        "dated": None if body.dated is None else body.dated.isoformat(),
        "signer": body.signer,
        "valid_until": None if body.valid_until is None else body.valid_until.isoformat(),
        "agency": body.agency,
        "sites": list(body.sites),
        "requirements": list(body.requirements),
        "answers": dict(body.answers),
        "link": body.link,
        "note": body.note,
    }
    return {
        "document_id": version.document_id,
        "seq": version.seq,
        "document": as_json(document),
        "file_sha256": file and file.sha256,
        "file_type": file and file.type,
        "file_bytes": file and file.bytes,
        "file_name": file and file.name,
        "pages": file and file.pages,
        "person_id": version.person_id,
        "request_id": version.request_id,
        "at": as_time(version.at),
    }
