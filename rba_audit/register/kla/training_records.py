"""Records of trainings on the rights of the child (KHA) and of the people trained, and their reading from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.kla.training_tables import (
    kha_certificate,
    kha_person,
    kha_person_site,
    kha_recording,
)
from rba_audit.register.site_event_tables import merge_targets_of

RecordingSource = Literal["form", "table"]


@dataclass(frozen=True, slots=True)
class KhaTraining:
    """A training. `hours` is None, and `venue` empty, if not stated; `person_id` is the account that entered it."""

    id: str
    title: str
    day: date
    organiser: str
    hours: int | None
    venue: str
    person_id: str


@dataclass(frozen=True, slots=True)
class KhaCertificate:
    """A certificate of a person. `number` is empty, a day None and `training_id` empty if not stated."""

    number: str
    dated: date | None
    valid_until: date | None
    training_id: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class KhaPerson:
    """A person who was trained, or who works at a site.

    Attributes:
        id: A UUID; empty before it is stored.
        sector: The name of a sector in the rules; empty if not stated.
        sites: Ids of the sites where they work.
        recorded_at: When they were entered; None before it is stored.
    """

    name: str
    institution: str
    sector: str
    sites: tuple[str, ...]
    certificates: tuple[KhaCertificate, ...]
    id: str = ""
    recorded_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Name and institution without regard to case: people who agree in both are one person."""
        return self.name.casefold(), self.institution.casefold()


@dataclass(frozen=True, slots=True)
class KhaEntry:
    """People who were entered together.

    Attributes:
        people: How many of the people are still in the register.
        certificates: How many of the certificates are still in the register.
        undone_at: When it was undone; None if it was not.
    """

    id: str
    source: RecordingSource
    person_id: str
    at: datetime
    people: int
    certificates: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class KhaAddition:
    """How many people and certificates a recording adds, and how many of its people add nothing."""

    people: int
    certificates: int
    same: int


def person_rows() -> Any:
    """Return the query for people, with the time at which they were entered."""
    return select(kha_person, kha_recording.c.at).join(kha_recording, kha_recording.c.id == kha_person.c.recording_id)


def read_people(connection: Connection) -> list[KhaPerson]:
    """Return all people by name."""
    sites, certificates = details_of(connection)
    rows = connection.execute(person_rows())
    people = read_all(connection, rows, lambda row: person_of_details(row, sites, certificates), "kha_person")
    return sorted(people, key=lambda person: (*person.key, person.id))


def details_of(
    connection: Connection, id: str = ""
) -> tuple[dict[str, tuple[str, ...]], dict[str, list[KhaCertificate]]]:
    """Return the sites and the certificates of people, or of one person, by their id; of a merged site the one it belongs to now."""
    sites: dict[str, list[str]] = {}
    certificates: dict[str, list[KhaCertificate]] = {}
    all_sites, all_certificates = select(kha_person_site), select(kha_certificate)
    if id:
        all_sites = all_sites.where(kha_person_site.c.kha_person_id == id)
        all_certificates = all_certificates.where(kha_certificate.c.kha_person_id == id)
    merges = merge_targets_of(connection)
    for row in connection.execute(all_sites.order_by(kha_person_site.c.site_id)):
        sites.setdefault(row.kha_person_id, []).append(row.site_id)
    ordered = all_certificates.order_by(kha_certificate.c.dated.desc(), kha_certificate.c.id)
    read = read_all(connection, connection.execute(ordered), _certificate, "kha_certificate")
    for person_id, certificate in read:
        certificates.setdefault(person_id, []).append(certificate)
    return {id: merges.targets_of(own) for id, own in sites.items()}, certificates


def count_by_recording(connection: Connection, column: Any) -> dict[str, int]:
    """Return how many rows of a table each recording added, from the column with its id."""
    counts: dict[str, int] = {}
    for id in connection.scalars(select(column)):
        counts[id] = counts.get(id, 0) + 1
    return counts


def training_of_row(row: Row[Any]) -> KhaTraining:
    """Return the training of a row; ValueError if it is damaged."""
    return KhaTraining(
        row.id, row.title, date.fromisoformat(row.day), row.organiser, row.hours, row.venue, row.person_id
    )


def _certificate(row: Row[Any]) -> tuple[str, KhaCertificate]:
    return row.kha_person_id, KhaCertificate(
        row.certificate_number, _day(row.dated), _day(row.valid_until), row.training_id or "", row.id
    )


def person_of_details(
    row: Row[Any], sites: Mapping[str, tuple[str, ...]], certificates: Mapping[str, list[KhaCertificate]]
) -> KhaPerson:
    """Return the person of a row, with sites and certificates by the id of the person; ValueError if the row is damaged."""
    own_sites, own_certificates = sites.get(row.id, ()), tuple(certificates.get(row.id, ()))
    name, institution = row.full_name, row.institution
    return KhaPerson(name, institution, row.sector, own_sites, own_certificates, row.id, moment(row.at))


def recording_of_row(row: Row[Any], people: int, certificates: int) -> KhaEntry:
    """Return the recording of a row; ValueError if it is damaged."""
    undone = None if row.undone_at is None else moment(row.undone_at)
    return KhaEntry(row.id, row.source, row.person_id, moment(row.at), people, certificates, undone)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
