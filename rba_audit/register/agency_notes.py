"""Notes about an agency: what it answered, and the letters that were sent to it. Append-only.

A correction is a further version of a note; earlier versions stay. A version without text and letter strikes the note out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Integer, Row, Table, Text, UniqueConstraint, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all, read_one
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

agency_note: Final = Table(
    "agency_note",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False),  # the short name of the agency in the edition
    Column("root", Text, nullable=False),  # the id of the first version
    Column("version", Integer, nullable=False),  # 1 for the first version
    Column("letter", Text, nullable=False),  # the number of a letter; may be empty
    Column("letter_day", Text, nullable=False),  # the day on which it was sent; may be empty
    Column("note", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("day", Text, nullable=False),  # in the time zone of the city
    Column("at", Text, nullable=False),
    UniqueConstraint("root", "version"),
    sqlite_strict=True,
)
KEPT.append(agency_note)


@dataclass(frozen=True, slots=True)
class AgencyNote:
    """One version of a note about an agency.

    Attributes:
        id: A UUID generated when the form was opened, so that a form sent twice records one version.
        agency: The short name of the agency, as `Remedy.lead` has it.
        root: The id of the first version.
        version: 1 for the first version.
        letter: The number of a letter; may be empty.
        letter_day: The day on which the letter was sent; None if it is not stated.
        note: The text; may be empty.
        day: The day of the version in the time zone of the city.
    """

    id: str
    agency: str
    root: str
    version: int
    letter: str
    letter_day: date | None
    note: str
    person_id: str
    day: date

    @property
    def struck(self) -> bool:
        """Whether this version strikes the note out."""
        return not (self.note or self.letter)


class AgencyNotes:
    """All notes about agencies. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: AgencyNote) -> AgencyNote:
        """Record a version of a note, and return it as stored; idempotent by id.

        Raises:
            EvidenceError: an id is no UUID.
            NotInRegister: there is no such note to correct.
            Conflict: `stale`: another version was recorded meanwhile; `kept` is the newest.
        """
        try:
            UUID(new.id), UUID(new.root)
        except ValueError:
            raise EvidenceError(say("The form is not whole; open the page again.")) from None
        with self._database.writing() as connection:
            row = connection.execute(select(agency_note).where(agency_note.c.id == new.id)).one_or_none()
            if row is not None:
                return read_one(connection, row, _note, "agency_note")
            versions = connection.execute(
                select(agency_note).where(agency_note.c.root == new.root).order_by(agency_note.c.version)
            ).all()
            if new.version > 1 and (not versions or versions[-1].agency != new.agency):
                raise NotInRegister(say("There is no such note; look at the list of actions of its agency."))
            # A damaged version is shown to nobody: compared with it, every correction would be a conflict.
            readable = read_all(connection, versions, _note, "agency_note")
            if (readable[-1].version if readable else len(versions)) != new.version - 1:
                raise Conflict(
                    say("Somebody else changed this note meanwhile; nothing was recorded. Look at it again."),
                    "stale",
                    read_one(connection, versions[-1], _note, "agency_note"),
                )
            if versions:
                new = replace(new, version=versions[-1].version + 1)
            connection.execute(
                insert(agency_note).values(
                    id=new.id,
                    agency=new.agency,
                    root=new.root,
                    version=new.version,
                    letter=new.letter,
                    letter_day=new.letter_day.isoformat() if new.letter_day else "",
                    note=new.note,
                    person_id=new.person_id,
                    day=new.day.isoformat(),
                    at=as_time(now_utc()),
                )
            )
        return new

    def versions(self, agency: str | None = None) -> list[AgencyNote]:
        """Return all versions of all notes, or of those about one agency, oldest first."""
        wanted = select(agency_note).order_by(agency_note.c.at, agency_note.c.root, agency_note.c.version)
        if agency is not None:
            wanted = wanted.where(agency_note.c.agency == agency)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), _note, "agency_note")


def _note(row: Row[Any]) -> AgencyNote:
    moment(row.at)
    return AgencyNote(
        id=row.id,
        agency=row.agency,
        root=row.root,
        version=row.version,
        letter=row.letter,
        letter_day=date.fromisoformat(row.letter_day) if row.letter_day else None,
        note=row.note,
        person_id=row.person_id,
        day=date.fromisoformat(row.day),
    )
