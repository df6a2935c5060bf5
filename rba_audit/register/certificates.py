"""Certificates that other bodies issued for a site, and their withdrawals. Append-only.

Nothing is computed here: users copy a certificate from paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, ForeignKey, Index, Row, Select, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import read_all, read_one
from rba_audit.register.records import as_time
from rba_audit.register.site_event_tables import merge_targets_of, not_in_use
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata, site

certificate: Final = Table(
    "certificate",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("number", Text, nullable=False),
    Column("edition", Text, nullable=False),  # the edition whose ladder defines the rank
    Column("rank", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("issued", Text, nullable=False),
    Column("valid_until", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("certificate_by_site", certificate.c.site_id)
certificate_withdrawal: Final = Table(
    "certificate_withdrawal",
    metadata,
    Column("certificate_id", Text, ForeignKey("certificate.id"), primary_key=True),
    Column("day", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([certificate, certificate_withdrawal])


@dataclass(frozen=True, slots=True)
class CertificateWithdrawal:
    """The withdrawal of a certificate as of `day`, with its reason."""

    day: date
    reason: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of one site.

    Attributes:
        id: A UUID generated when the form was opened, so that a form sent twice records one certificate.
        edition: The edition whose ladder defines the rank.
        valid_until: The last day on which it is valid.
        withdrawn: Its withdrawal, if there is one.
    """

    id: str
    site_id: str
    number: str
    edition: str
    rank: str
    issuer: str
    issued: date
    valid_until: date
    person_id: str
    withdrawn: CertificateWithdrawal | None = None


class Certificates:
    """All certificates. Thread-safe; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: Certificate) -> Certificate:
        """Record a certificate and return it as stored; idempotent by id.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: its id is no UUID.
            Conflict: `known`: the site has a certificate with that number which is not withdrawn; `kept` is that one.
        """
        try:
            id = str(UUID(new.id))
        except ValueError:
            raise EvidenceError(say("'{id}' is not the id of a certificate; open the form again", id=new.id)) from None
        with self._database.writing() as connection:
            if connection.scalar(select(site.c.id).where(site.c.id == new.site_id, site.c.part_of.is_(None))) is None:
                raise NotInRegister(
                    say("the register has no site '{id}'; look it up in the list of all sites", id=new.site_id)
                )
            merges = merge_targets_of(connection)
            ids = merges.members(merges.target_of(new.site_id))
            rows = connection.execute(_with_withdrawal().where(certificate.c.site_id.in_(ids)))
            stored = _with_merged_sites(connection, read_all(connection, rows, _certificate, "certificate"))
            for other in stored:
                if other.id == id:
                    return other
                if other.number.casefold() == new.number.casefold() and other.withdrawn is None:
                    raise Conflict(
                        say(
                            "This site already has a certificate with the number {number}; withdraw that one first if it is wrong.",
                            number=other.number,
                        ),
                        "known",
                        other,
                    )
            connection.execute(
                insert(certificate).values(
                    id=id,
                    site_id=new.site_id,
                    number=new.number,
                    edition=new.edition,
                    rank=new.rank,
                    issuer=new.issuer,
                    issued=new.issued.isoformat(),
                    valid_until=new.valid_until.isoformat(),
                    person_id=new.person_id,
                    at=as_time(now_utc()),
                )
            )
            row = connection.execute(_with_withdrawal().where(certificate.c.id == id)).one()
            return _with_merged_sites(connection, [read_one(connection, row, _certificate, "certificate")])[0]

    def withdraw(self, id: str, day: date, reason: str, person_id: str) -> Certificate:
        """Record the withdrawal of a certificate, and return the certificate.

        Raises:
            NotInRegister: there is no such certificate.
            Conflict: `withdrawn`: it is withdrawn already.
        """
        with self._database.writing() as connection:
            row = connection.execute(_with_withdrawal().where(certificate.c.id == id)).one_or_none()
            if row is None:
                raise NotInRegister(say("There is no such certificate; look it up in the list of certificates."))
            stored = read_one(connection, row, _certificate, "certificate")
            if stored.withdrawn is not None:
                raise Conflict(
                    say(
                        "The certificate {number} was withdrawn already: {reason}",
                        number=stored.number,
                        reason=stored.withdrawn.reason,
                    ),
                    "withdrawn",
                    stored,
                )
            connection.execute(
                insert(certificate_withdrawal).values(
                    certificate_id=id,
                    day=day.isoformat(),
                    reason=reason,
                    person_id=person_id,
                    at=as_time(now_utc()),
                )
            )
            row = connection.execute(_with_withdrawal().where(certificate.c.id == id)).one()
            return _with_merged_sites(connection, [read_one(connection, row, _certificate, "certificate")])[0]

    def all(self, site_id: str | None = None) -> tuple[Certificate, ...]:
        """Return the certificates of all active sites, or of one site, newest first."""
        wanted = _with_withdrawal().order_by(certificate.c.issued.desc(), certificate.c.at.desc(), certificate.c.id)
        with self._database.reading() as connection:
            if site_id is None:
                wanted = wanted.where(certificate.c.site_id.not_in(not_in_use(connection)))
            else:
                merges = merge_targets_of(connection)
                wanted = wanted.where(certificate.c.site_id.in_(merges.members(merges.target_of(site_id))))
            return tuple(
                _with_merged_sites(
                    connection, read_all(connection, connection.execute(wanted), _certificate, "certificate")
                )
            )


def _with_merged_sites(connection: Connection, certificates: list[Certificate]) -> list[Certificate]:
    """Return certificates with the sites they belong to now: for a merged site its merge target."""
    merges = merge_targets_of(connection)
    return (
        [replace(record, site_id=merges.target_of(record.site_id)) for record in certificates]
        if merges.targets
        else certificates
    )


def _with_withdrawal() -> Select[Any]:
    withdrawal = certificate_withdrawal.c
    return select(
        certificate,
        withdrawal.day.label("withdrawn_day"),
        withdrawal.reason.label("withdrawn_reason"),
        withdrawal.person_id.label("withdrawn_by"),
    ).outerjoin(certificate_withdrawal, withdrawal.certificate_id == certificate.c.id)


def _certificate(row: Row[Any]) -> Certificate:
    withdrawn = row.withdrawn_day and CertificateWithdrawal(
        date.fromisoformat(row.withdrawn_day), row.withdrawn_reason, row.withdrawn_by
    )
    return Certificate(
        id=row.id,
        site_id=row.site_id,
        number=row.number,
        edition=row.edition,
        rank=row.rank,
        issuer=row.issuer,
        issued=date.fromisoformat(row.issued),
        valid_until=date.fromisoformat(row.valid_until),
        person_id=row.person_id,
        withdrawn=withdrawn or None,
    )
