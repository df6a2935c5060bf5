"""Tables of trainings on the rights of the child (KHA), of the people trained, and of their certificates.

These people have no account. Only a training and a recording name the account that entered them, so that the names of those who
were trained are not among the data of their planner.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Index, Integer, Table, Text, delete, inspect

from rba_audit.register.tables import KEPT, metadata

kha_training: Final = Table(
    "kha_training",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("organiser", Text, nullable=False),
    Column("hours", Integer),  # null: not stated
    Column("venue", Text, nullable=False),  # may be empty
    Column("person_id", Text, nullable=False),  # the account that entered it
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
kha_recording: Final = Table(
    "kha_recording",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, CheckConstraint("source in ('form', 'table')"), nullable=False),
    Column("person_id", Text, nullable=False),  # the account that entered it
    Column("at", Text, nullable=False),
    Column("undone_by", Text),  # null: not undone
    Column("undone_at", Text),
    sqlite_strict=True,
)
kha_person: Final = Table(
    "kha_person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("institution", Text, nullable=False),  # may be empty
    Column("sector", Text, nullable=False),  # the name of a sector in the rules; may be empty
    Column("recording_id", Text, ForeignKey("kha_recording.id"), nullable=False),
    sqlite_strict=True,
)
kha_certificate: Final = Table(
    "kha_certificate",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kha_person_id", Text, ForeignKey("kha_person.id"), nullable=False),
    Column("certificate_number", Text, nullable=False),  # may be empty
    Column("dated", Text, nullable=False),  # may be empty
    Column("valid_until", Text, nullable=False),  # may be empty
    Column("training_id", Text, ForeignKey("kha_training.id")),  # null: not stated
    Column("recording_id", Text, ForeignKey("kha_recording.id"), nullable=False),
    sqlite_strict=True,
)
kha_person_site: Final = Table(
    "kha_person_site",
    metadata,
    Column("kha_person_id", Text, ForeignKey("kha_person.id"), primary_key=True),
    Column("site_id", Text, primary_key=True),
    Column("recording_id", Text, ForeignKey("kha_recording.id"), nullable=False),
    sqlite_strict=True,
)
kha_erasure: Final = Table(
    "kha_erasure",
    metadata,
    Column("kha_person_id", Text, primary_key=True),  # of a person who is in no other table any more
    Column("actor", Text),  # the account that did it; null: a restored backup
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("kha_certificate_by_person", kha_certificate.c.kha_person_id)
Index("kha_person_by_recording", kha_person.c.recording_id)
KEPT.append(kha_erasure)


def delete_person(connection: Connection, id: str) -> bool:
    """Delete a person with their certificates and sites; False if there is none with this id, or the schema has no such table."""
    if not inspect(connection).has_table(kha_person.name):
        return False
    for table in (kha_certificate, kha_person_site):
        connection.execute(delete(table).where(table.c.kha_person_id == id))
    return bool(connection.execute(delete(kha_person).where(kha_person.c.id == id)).rowcount)
