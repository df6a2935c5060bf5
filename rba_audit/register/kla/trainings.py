"""Store trainings on the rights of the child (KHA), the people trained and their certificates.

People are no evidence: a recording can be undone, and a person who is erased is in no table any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, NotInRegister, Unavailable
from rba_audit.messages import say
from rba_audit.register.damaged_rows import read_all, read_one
from rba_audit.register.erasures import add_erasure, erasures_file
from rba_audit.register.kla.training_additions import TABLES, missing_rows
from rba_audit.register.kla.training_records import (
    KhaAddition,
    KhaCertificate,
    KhaEntry,
    KhaPerson,
    KhaTraining,
    RecordingSource,
    count_by_recording,
    details_of,
    person_of_details,
    person_rows,
    read_people,
    recording_of_row,
    training_of_row,
)
from rba_audit.register.kla.training_tables import (
    delete_person,
    kha_certificate,
    kha_erasure,
    kha_person,
    kha_person_site,
    kha_recording,
    kha_training,
)
from rba_audit.register.records import as_time
from rba_audit.register.sqlite import Database

__all__ = [
    "KhaAddition",
    "KhaCertificate",
    "KhaEntry",
    "KhaPerson",
    "KhaRecords",
    "KhaTraining",
    "RecordingSource",
    "erase_from_backup",
]


class KhaRecords:
    """Trainings and the people trained. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- queries -----------------------------------------------------------------------------------------------------

    def all(self) -> list[KhaTraining]:
        """Return all trainings, newest first."""
        wanted = select(kha_training).order_by(kha_training.c.day.desc(), kha_training.c.title, kha_training.c.id)
        with self._database.reading() as connection:
            return read_all(connection, connection.execute(wanted), training_of_row, "kha_training")

    def people(self) -> list[KhaPerson]:
        """Return all people by name, with their certificates, the newest first."""
        with self._database.reading() as connection:
            return read_people(connection)

    def person(self, id: str) -> KhaPerson:
        """Return a person.

        Raises:
            NotInRegister: there is none with this id.
        """
        with self._database.reading() as connection:
            row = connection.execute(person_rows().where(kha_person.c.id == id)).one_or_none()
            if row is None:
                raise _no_person()
            sites, certificates = details_of(connection, id)
            return read_one(connection, row, lambda row: person_of_details(row, sites, certificates), "kha_person")

    def recordings(self, count: int) -> list[KhaEntry]:
        """Return the last `count` recordings, newest first."""
        newest = select(kha_recording).order_by(kha_recording.c.at.desc(), kha_recording.c.id).limit(count)
        with self._database.reading() as connection:
            people, certificates = (
                count_by_recording(connection, table.c.recording_id) for table in (kha_person, kha_certificate)
            )
            return read_all(
                connection,
                connection.execute(newest),
                lambda row: recording_of_row(row, people.get(row.id, 0), certificates.get(row.id, 0)),
                "kha_recording",
            )

    def preview(self, people: Sequence[KhaPerson]) -> KhaAddition:
        """Return what `record` would add."""
        with self._database.reading() as connection:
            return missing_rows(people, read_people(connection))[0]

    # --- changes -----------------------------------------------------------------------------------------------------

    def save(self, training: KhaTraining) -> None:
        """Record a training, or replace the one with the same id."""
        row = {
            "id": training.id,
            "title": training.title,
            "day": training.day.isoformat(),
            "organiser": training.organiser,
            "hours": training.hours,
            "venue": training.venue,
            "person_id": training.person_id,
            "at": as_time(now_utc()),
        }
        with self._database.writing() as connection:
            changed = connection.execute(update(kha_training).where(kha_training.c.id == training.id).values(row))
            if not changed.rowcount:
                connection.execute(insert(kha_training).values(row))

    def record(self, people: Sequence[KhaPerson], source: RecordingSource, person_id: str, id: str) -> KhaAddition:
        """Add people, certificates and sites that the register does not have; idempotent by the id of the recording.

        A person with the same name and institution is the same person, a certificate with the same number and day the same
        certificate. Of a person who is known, nothing is changed.
        """
        with self._database.writing() as connection:
            if connection.scalar(select(kha_recording.c.id).where(kha_recording.c.id == id)) is not None:
                return KhaAddition(0, 0, len(people))  # a form that was sent twice
            addition, rows = missing_rows(people, read_people(connection))
            if not any(rows.values()):
                return addition
            connection.execute(
                insert(kha_recording).values(id=id, source=source, person_id=person_id, at=as_time(now_utc()))
            )
            for table, new in rows.items():
                if new:
                    connection.execute(insert(TABLES[table]), [{**row, "recording_id": id} for row in new])
        return addition

    def correct(self, person: KhaPerson) -> None:
        """Replace name, institution, sector and sites of a person; their certificates stay.

        Raises:
            NotInRegister: there is none with this id.
            Conflict: `taken`: another person has this name and institution.
        """
        with self._database.writing() as connection:
            if any(other.key == person.key and other.id != person.id for other in read_people(connection)):
                raise Conflict(say("Another person with this name and institution is recorded already."), "taken")
            values = {"full_name": person.name, "institution": person.institution, "sector": person.sector}
            row = connection.execute(
                update(kha_person)
                .where(kha_person.c.id == person.id)
                .values(values)
                .returning(kha_person.c.recording_id)
            ).one_or_none()
            if row is None:
                raise _no_person()
            of_person = kha_person_site.c.kha_person_id == person.id
            stored = set(connection.scalars(select(kha_person_site.c.site_id).where(of_person)))
            connection.execute(delete(kha_person_site).where(of_person, kha_person_site.c.site_id.not_in(person.sites)))
            for site in person.sites:
                if site not in stored:
                    new = {"kha_person_id": person.id, "site_id": site, "recording_id": row.recording_id}
                    connection.execute(insert(kha_person_site).values(new))

    def remove_certificate(self, id: str, certificate_id: str) -> None:
        """Remove a certificate of a person; no change if they have none with this id."""
        of_person = kha_certificate.c.kha_person_id == id
        with self._database.writing() as connection:
            connection.execute(delete(kha_certificate).where(of_person, kha_certificate.c.id == certificate_id))

    def undo(self, id: str, person_id: str) -> None:
        """Remove what a recording added; a person who got something by a later one stays with that. Idempotent.

        Raises:
            NotInRegister: there is no such recording.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(kha_recording).where(kha_recording.c.id == id)).one_or_none()
            if row is None:
                raise NotInRegister(say("There is no such entry; look at the list of what was recorded."))
            if row.undone_at is not None:
                return
            for table in (kha_certificate, kha_person_site):
                connection.execute(delete(table).where(table.c.recording_id == id))
            later = select(kha_certificate.c.kha_person_id).union(select(kha_person_site.c.kha_person_id))
            connection.execute(delete(kha_person).where(kha_person.c.recording_id == id, kha_person.c.id.not_in(later)))
            values = {"undone_by": person_id, "undone_at": as_time(now_utc())}
            connection.execute(update(kha_recording).where(kha_recording.c.id == id).values(values))

    def erase(self, id: str, actor: str, at: datetime) -> None:
        """Delete a person; first noted in the list next to the file, so that it can be repeated in a restored backup.

        Raises:
            NotInRegister: there is none with this id.
            Unavailable: the list cannot be written; nothing is erased.
        """
        with self._database.writing() as connection:
            if connection.scalar(select(kha_person.c.id).where(kha_person.c.id == id)) is None:
                raise _no_person()
            try:
                add_erasure(self._database.path, id, at)
            except OSError as error:
                raise Unavailable(
                    say(
                        "{file}: the erasure cannot be noted there ({fault}), so nobody was erased",
                        file=erasures_file(self._database.path).name,
                        fault=error.strerror,
                    )
                ) from error
            delete_person(connection, id)
            connection.execute(insert(kha_erasure).values(kha_person_id=id, actor=actor, at=as_time(at)))


def erase_from_backup(connection: Connection, id: str, at: datetime) -> None:
    """Erase a person in a register that was restored from a backup; no change if they are not in it."""
    if delete_person(connection, id):
        connection.execute(insert(kha_erasure).values(kha_person_id=id, at=as_time(at)))


def _no_person() -> NotInRegister:
    return NotInRegister(say("There is no such person; look them up in the list of people."))
