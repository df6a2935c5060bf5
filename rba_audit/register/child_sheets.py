"""Store children's answers anonymously: one row per child, without anything that identifies the child.

A row has the site, the day and the names of the chosen answers, but no person, no hour, no position and no free text.
The table does not record the order of arrival: rows are stored by their random ids. `batch` groups a few sheets that came
together, so that answers are shown in groups, never one by one. These answers are not evaluated, and a new sheet does not
count as a change of the register.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, Table, Text, func, insert, select

from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import read_all
from rba_audit.register.records import as_json
from rba_audit.register.site_event_tables import merge_targets_of
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata, site

child_sheet: Final = Table(
    "child_sheet",
    metadata,
    Column("id", Text, primary_key=True),  # random, generated where the sheet was filled in
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("day", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # of the questions
    Column("answers", Text, nullable=False),  # JSON: name of the answer by name of the question, sorted by question
    Column("feeling", Text, nullable=False),  # the name of a picture, or empty
    Column("age", Text, nullable=False),  # the name of an age band, or empty
    Column("sha256", Text, nullable=False),  # of the bytes that were sent
    Column("batch", Integer, nullable=False),  # number of the group of sheets of the site, from 1
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("child_sheet_by_site", child_sheet.c.site_id, child_sheet.c.batch)
KEPT.append(child_sheet)


@dataclass(frozen=True, slots=True)
class ChildSheet:
    """The answers of one child at one site on one day."""

    id: str
    site_id: str
    day: date
    revision: int
    answers: Mapping[str, str]
    feeling: str
    age: str


class ChildSheets:
    """The children's sheets of a register. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sheet: ChildSheet, document: bytes, *, least: int) -> bool:
        """Store a sheet and return whether it is new; idempotent for the same bytes.

        `document` is the request body; only its hash is stored. A batch is full with `least` sheets.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: its id is no random UUID (version 4).
            Conflict: `differs` if the id is stored with other bytes; the stored answers are not disclosed.
        """
        _refuse_other_ids(sheet.id)
        digest = hashlib.sha256(document).hexdigest()
        with self._database.writing() as connection:
            stored = connection.scalar(select(child_sheet.c.sha256).where(child_sheet.c.id == sheet.id))
            if stored == digest:
                return False
            if stored is not None:
                raise Conflict(
                    say("These answers were sent before and say something else now; begin a new sheet."), "differs"
                )
            if connection.scalar(select(site.c.id).where(site.c.id == sheet.site_id, site.c.part_of.is_(None))) is None:
                raise NotInRegister(
                    say("the register has no site '{id}'; look it up in the list of all sites", id=sheet.site_id)
                )
            row = {
                "id": sheet.id,
                "site_id": sheet.site_id,
                "day": sheet.day.isoformat(),
                "revision": sheet.revision,
                # Sorted, so that the order in which a child answered is not stored.
                "answers": as_json(dict(sorted(sheet.answers.items()))),
                "feeling": sheet.feeling,
                "age": sheet.age,
                "sha256": digest,
                "batch": _open_batch(connection, sheet.site_id, least),
            }
            connection.execute(insert(child_sheet).values(row))
        return True

    def batches(self, site_id: str) -> list[tuple[ChildSheet, ...]]:
        """Return the sheets of a site by batch; within a batch they are in random order."""
        by_batch: dict[tuple[str, int], list[ChildSheet]] = {}
        with self._database.reading() as connection:
            merges = merge_targets_of(connection)
            ids = merges.members(merges.target_of(site_id))  # the sheets of merged sites belong to the merge target
            rows = connection.execute(
                select(child_sheet)
                .where(child_sheet.c.site_id.in_(ids))
                .order_by(child_sheet.c.site_id, child_sheet.c.batch, child_sheet.c.id)
            )
            for batch, sheet in read_all(
                connection, rows, lambda row: ((row.site_id, row.batch), _sheet(row)), "child_sheet"
            ):
                by_batch.setdefault(batch, []).append(sheet)
        return [tuple(batch) for batch in by_batch.values()]


def _sheet(row: Row[Any]) -> ChildSheet:
    answers = json.loads(row.answers)
    if not all(isinstance(answer, str) for answer in answers.values()):
        raise ValueError("these are no answers of a child")
    return ChildSheet(
        id=row.id,
        site_id=row.site_id,
        day=date.fromisoformat(row.day),
        revision=row.revision,
        answers=answers,
        feeling=row.feeling,
        age=row.age,
    )


def _refuse_other_ids(id: str) -> None:
    try:
        uuid = UUID(id)
        # Other versions of UUID contain the time and even the device at which they were generated.
        plain = str(uuid) == id and uuid.version == 4
    except ValueError:
        plain = False
    if not plain:
        raise EvidenceError(say("'{id}' is not the id of a child's answers; open the page again.", id=id))


def _open_batch(connection: Connection, site_id: str, least: int) -> int:
    """Return the number of the site's batch that is not full yet, or of a new one."""
    last = connection.execute(
        select(child_sheet.c.batch, func.count().label("sheets"))
        .where(child_sheet.c.site_id == site_id)
        .group_by(child_sheet.c.batch)
        .order_by(child_sheet.c.batch.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return 1
    return int(last.batch) if last.sheets < least else int(last.batch) + 1
