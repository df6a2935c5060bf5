"""Undo an import: restore the documents that it changed, and take the sites that it added out of use; or say why not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select, true

from rba_audit.messages import Message, say
from rba_audit.register.damaged_rows import ROW_ERRORS, read_all, read_one
from rba_audit.register.import_records import (
    ImportedRow,
    ImportRecord,
    imported_row_of,
    site_import,
    site_import_row,
    site_import_undo,
)
from rba_audit.register.import_snapshot import StoredSite, read_snapshot
from rba_audit.register.kla.document_rows import document_version
from rba_audit.register.records import as_time
from rba_audit.register.site_event_records import event_of_row
from rba_audit.register.site_event_tables import place_event, place_proposal
from rba_audit.register.site_versions import VersionWrite, write_versions
from rba_audit.register.tables import metadata, site, site_version
from rba_audit.site_states import HAPPENING_WORDS, SiteEventKind
from rba_audit.sites import site_of
from rba_audit.sites.problems import quote

_OF_IMPORTS: Final = ("import_undone", "import_reverted", "imported_again")
_OWN_TABLES: Final = {table.name for table in (site_version, place_event, place_proposal, site_import_row)}


def undo_problems(connection: Connection, record: ImportRecord) -> list[Message]:
    """Return why an import cannot be undone, with what to do, by its rows; empty if it can."""
    rows = rows_of_import(connection, record.id)
    stored = read_snapshot(connection).by_id
    later = _later_imports(connection, record)
    texts = _texts(connection, record.id)
    touched = _touched(connection, record.id)
    used = _used(connection, {row.site_id for row in rows if row.kind == "new"})
    mine = {row.site_id for row in rows}
    joined: dict[str, str] = {}
    for part in stored.values():
        if part.part_of and part.id not in mine and part.status == "counts":
            joined.setdefault(part.part_of, part.id)
    problems = []
    for row in rows:
        now = stored.get(row.site_id)
        if now is None:
            continue
        name = _name(now)
        if row.site_id in later:
            problems.append(
                say(
                    "“{name}” was in the later import of {file}; undo that one first",
                    name=name,
                    file=later[row.site_id],
                )
            )
        elif row.site_id in touched or (now.status, now.document, now.part_of) != (
            "counts",
            texts.get(row.site_id),
            row.part_of,
        ):
            problems.append(
                say(
                    "“{name}” was changed in the office since ({what}); change or retire the places of this import one by one instead",
                    name=name,
                    what=HAPPENING_WORDS[touched.get(row.site_id, "changed")],
                )
            )
        elif row.kind == "new" and row.site_id in used:
            problems.append(
                say(
                    "“{name}” has records since ({what}); retire it or merge it with another place instead",
                    name=name,
                    what=", ".join(used[row.site_id]),
                )
            )
        elif row.kind == "new" and row.site_id in joined:
            problems.append(
                say(
                    "“{name}” has the part “{part}” since; take that away first",
                    name=name,
                    part=quote(joined[row.site_id]),
                )
            )
    return problems


def undo_rows(connection: Connection, record: ImportRecord, person_id: str, now: datetime) -> None:
    """Undo the rows of an import; the caller has checked that it can be undone."""
    rows = rows_of_import(connection, record.id)
    stored = read_snapshot(connection).by_id
    version = site_version.c
    wanted = select(version.site_id, version.document).join(
        site_import_row,
        (site_import_row.c.site_id == version.site_id) & (site_import_row.c.version_before == version.version),
    )
    former = {row[0]: row[1] for row in connection.execute(wanted.where(site_import_row.c.import_id == record.id))}
    writes = []
    for row in rows:
        before = stored[row.site_id]
        back = row.kind == "changed"
        writes.append(
            VersionWrite(
                row.site_id,
                row.part_of_before if back else before.part_of,
                former[row.site_id] if back and former[row.site_id] != before.document else None,
                before,
                "import_reverted" if back else "import_undone",
            )
        )
    write_versions(connection, writes, person_id, record.file_name, now)


def rows_of_import(connection: Connection, import_id: str) -> list[ImportedRow]:
    """Return the rows of an import, in the order of their sites in the register.

    Raises:
        UnreadableRow: a row is damaged: an import is undone as a whole or not at all.
    """
    wanted = (
        select(site_import_row)
        .join(site, site.c.id == site_import_row.c.site_id)
        .where(site_import_row.c.import_id == import_id)
        .order_by(site.c.seq)
    )
    rows = connection.execute(wanted).all()
    return [read_one(connection, row, imported_row_of, "site_import_row", "site_id") for row in rows]


def _name(stored: StoredSite) -> str:
    try:
        return quote(site_of(stored.id, json.loads(stored.document)).name)
    except ROW_ERRORS:
        return quote(stored.id)


def _later_imports(connection: Connection, record: ImportRecord) -> dict[str, str]:
    """Return the file of a later import that is not undone, for each site that is in one."""
    wanted = (
        select(site_import_row.c.site_id, site_import.c.file_name)
        .join(site_import, site_import.c.id == site_import_row.c.import_id)
        .where(site_import.c.seq > record.seq, site_import.c.id.not_in(select(site_import_undo.c.import_id)))
        .order_by(site_import.c.seq)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _texts(connection: Connection, import_id: str) -> dict[str, str]:
    """Return the document that each row of an import left, by site."""
    wanted = (
        select(site_version.c.site_id, site_version.c.document)
        .join(
            site_import_row,
            (site_import_row.c.site_id == site_version.c.site_id)
            & (site_import_row.c.version == site_version.c.version),
        )
        .where(site_import_row.c.import_id == import_id)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _touched(connection: Connection, import_id: str) -> dict[str, SiteEventKind]:
    """Return the last later event, other than those of imports, of each site of an import that has one."""
    wanted = (
        select(place_event)
        .join(
            site_import_row,
            (site_import_row.c.site_id == place_event.c.site_id) & (place_event.c.seq > site_import_row.c.event_seq),
        )
        .where(site_import_row.c.import_id == import_id, place_event.c.happening.not_in(_OF_IMPORTS))
        .order_by(place_event.c.seq)
    )
    rows = connection.execute(wanted)
    # A damaged event is left out: the status or the text that it left shows the change.
    events = read_all(connection, rows, event_of_row, "place_event", "site_id")
    return {event.site_id: event.what for event in events}


def _used(connection: Connection, ids: set[str]) -> Mapping[str, Sequence[str]]:
    """Return the kinds of records that name each of these sites, with their number, such as "visit: 2"."""
    used: dict[str, list[str]] = {}
    for table, id, count in _records(connection):
        if id in ids:
            used.setdefault(id, []).append(f"{table.replace('_', ' ')}: {count}")
    return used


def _records(connection: Connection) -> Iterator[tuple[str, str, int]]:
    for name, table in metadata.tables.items():
        if "site_id" in table.c and name not in _OWN_TABLES:
            column = table.c.site_id
            counted: Any = select(column, func.count()).where(column.is_not(None)).group_by(column)
            for id, count in connection.execute(counted):
                yield name, id, count
    of_document = func.json_each(document_version.c.document, "$.sites").table_valued("value")
    valid = func.json_valid(document_version.c.document) == 1
    joined = document_version.join(of_document, true())
    named = select(of_document.c.value, func.count()).select_from(joined).where(valid)
    for id, count in connection.execute(named.group_by(of_document.c.value)):
        yield document_version.name, id, count


def undo_values(record: ImportRecord, person_id: str, now: datetime) -> dict[str, str]:
    """Return the row that records that an import was undone."""
    return {"import_id": record.id, "person_id": person_id, "at": as_time(now)}
