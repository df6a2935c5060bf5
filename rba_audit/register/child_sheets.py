"""What children answered: one row for each child, and in it nothing that says who the child was.

A row holds the site, the day, the names of the answers that were picked, and no person, no hour, no position and no text
of anybody's own. The table has no order of arrival either: its rows lie by their random ids, and only `batch` says which
few came together, so that answers can be shown in groups and never one by one. Kept apart: nothing here is judged, and a
child's answers do not count as a change of the register.
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
    Column("id", Text, primary_key=True),  # random, made where the sheet was filled in
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("day", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # of the questions
    Column(
        "answers", Text, nullable=False
    ),  # JSON: names of answers by names of questions, in the order of those names
    Column("feeling", Text, nullable=False),  # the name of a picture, or empty
    Column("age", Text, nullable=False),  # the name of an age band, or empty
    Column("sha256", Text, nullable=False),  # of the bytes that were sent
    Column("batch", Integer, nullable=False),  # which few sheets of the site came together; 1 for the first
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("child_sheet_by_site", child_sheet.c.site_id, child_sheet.c.batch)
KEPT.append(child_sheet)


@dataclass(frozen=True, slots=True)
class ChildSheet:
    """What one child answered at one site on one day."""

    id: str
    site_id: str
    day: date
    revision: int
    answers: Mapping[str, str]
    feeling: str
    age: str


class ChildSheets:
    """The children's sheets of a register. Any thread may call any method."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, given: ChildSheet, document: bytes, *, least: int) -> bool:
        """Keep a sheet and tell whether it is new; the same bytes again change nothing.

        `document` is what was sent; only its hash is kept. A batch is full with `smallest_by_group` sheets.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: its id is no UUID.
            Conflict: `differs` where the id is known with other bytes; what is kept is not told.
        """
        _refuse_other_ids(given.id)
        digest = hashlib.sha256(document).hexdigest()
        with self._database.writing() as connection:
            known = connection.scalar(select(child_sheet.c.sha256).where(child_sheet.c.id == given.id))
            if known == digest:
                return False
            if known is not None:
                raise Conflict(
                    say("These answers were sent before and say something else now; begin a new sheet."), "differs"
                )
            if connection.scalar(select(site.c.id).where(site.c.id == given.site_id, site.c.part_of.is_(None))) is None:
                raise NotInRegister(
                    say("the register has no site '{id}'; look it up in the list of all sites", id=given.site_id)
                )
            row = {
                "id": given.id,
                "site_id": given.site_id,
                "day": given.day.isoformat(),
                "revision": given.revision,
                # Sorted: the order in which a child answered is nobody's business.
                "answers": as_json(dict(sorted(given.answers.items()))),
                "feeling": given.feeling,
                "age": given.age,
                "sha256": digest,
                "batch": _open_batch(connection, given.site_id, least),
            }
            connection.execute(insert(child_sheet).values(row))
        return True

    def batches(self, site_id: str) -> list[tuple[ChildSheet, ...]]:
        """Return the sheets of a site, those that came together side by side; within a batch the order is chance."""
        found: dict[tuple[str, int], list[ChildSheet]] = {}
        with self._database.reading() as connection:
            homes = merge_targets_of(connection)
            here = homes.members(
                homes.target_of(site_id)
            )  # what children said of a merged place is said of the one it went into
            rows = connection.execute(
                select(child_sheet)
                .where(child_sheet.c.site_id.in_(here))
                .order_by(child_sheet.c.site_id, child_sheet.c.batch, child_sheet.c.id)
            )
            for batch, sheet in read_all(
                connection, rows, lambda row: ((row.site_id, row.batch), _sheet(row)), "child_sheet"
            ):
                found.setdefault(batch, []).append(sheet)
        return [tuple(batch) for batch in found.values()]


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
        found = UUID(id)
        # Other kinds of UUID hold the time, and even the device, at which they were made.
        plain = str(found) == id and found.version == 4
    except ValueError:
        plain = False
    if not plain:
        raise EvidenceError(say("'{id}' is not the id of a child's answers; open the page again.", id=id))


def _open_batch(connection: Connection, site_id: str, least: int) -> int:
    """Return the batch of the site that is not full yet, or a new one."""
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
