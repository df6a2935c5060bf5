"""Certificates that others gave to a site, as people recorded them, and their withdrawals. Rows are only ever added.

Nothing here is computed: a certificate is a fact somebody read from paper.
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
    Column("edition", Text, nullable=False),  # whose ladder has the rank
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
    """That a certificate counts no more since `day`, and why."""

    day: date
    reason: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of one site.

    Attributes:
        id: A UUID made where the form was opened, so that sending it twice records one.
        edition: The edition whose ladder has the rank.
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
    """All certificates. Any thread may call any method; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, given: Certificate) -> Certificate:
        """Record a certificate and return it as it is kept; handing in the same one again changes nothing.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: its id is no UUID.
            Conflict: the site has a certificate with that number which is not withdrawn.
        """
        try:
            id = str(UUID(given.id))
        except ValueError:
            raise EvidenceError(
                say("'{id}' is not the id of a certificate; open the form again", id=given.id)
            ) from None
        with self._database.writing() as connection:
            if connection.scalar(select(site.c.id).where(site.c.id == given.site_id, site.c.part_of.is_(None))) is None:
                raise NotInRegister(
                    say("the register has no site '{id}'; look it up in the list of all sites", id=given.site_id)
                )
            homes = merge_targets_of(connection)
            here = homes.members(homes.target_of(given.site_id))
            rows = connection.execute(_all().where(certificate.c.site_id.in_(here)))
            known = _at_home(connection, read_all(connection, rows, _certificate, "certificate"))
            for each in known:
                if each.id == id:
                    return each
                if each.number.casefold() == given.number.casefold() and each.withdrawn is None:
                    raise Conflict(
                        say(
                            "This site already has a certificate with the number {number}; withdraw that one first if it is wrong.",
                            number=each.number,
                        ),
                        "known",
                        each,
                    )
            connection.execute(
                insert(certificate).values(
                    id=id,
                    site_id=given.site_id,
                    number=given.number,
                    edition=given.edition,
                    rank=given.rank,
                    issuer=given.issuer,
                    issued=given.issued.isoformat(),
                    valid_until=given.valid_until.isoformat(),
                    person_id=given.person_id,
                    at=as_time(now_utc()),
                )
            )
            row = connection.execute(_all().where(certificate.c.id == id)).one()
            return _at_home(connection, [read_one(connection, row, _certificate, "certificate")])[0]

    def withdraw(self, id: str, day: date, reason: str, person_id: str) -> Certificate:
        """Record that a certificate counts no more, and return it.

        Raises:
            NotInRegister: there is no such certificate.
            Conflict: it is withdrawn already.
        """
        with self._database.writing() as connection:
            row = connection.execute(_all().where(certificate.c.id == id)).one_or_none()
            if row is None:
                raise NotInRegister(say("There is no such certificate; look it up in the list of certificates."))
            known = read_one(connection, row, _certificate, "certificate")
            if known.withdrawn is not None:
                raise Conflict(
                    say(
                        "The certificate {number} was withdrawn already: {reason}",
                        number=known.number,
                        reason=known.withdrawn.reason,
                    ),
                    "withdrawn",
                    known,
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
            row = connection.execute(_all().where(certificate.c.id == id)).one()
            return _at_home(connection, [read_one(connection, row, _certificate, "certificate")])[0]

    def all(self, site_id: str | None = None) -> tuple[Certificate, ...]:
        """Return the certificates of all sites that count, or of one, newest first."""
        wanted = _all().order_by(certificate.c.issued.desc(), certificate.c.at.desc(), certificate.c.id)
        with self._database.reading() as connection:
            if site_id is None:
                wanted = wanted.where(certificate.c.site_id.not_in(not_in_use(connection)))
            else:
                homes = merge_targets_of(connection)
                wanted = wanted.where(certificate.c.site_id.in_(homes.members(homes.target_of(site_id))))
            return tuple(
                _at_home(connection, read_all(connection, connection.execute(wanted), _certificate, "certificate"))
            )


def _at_home(connection: Connection, found: list[Certificate]) -> list[Certificate]:
    """Return certificates at the places they belong to now: those of a merged place at the one it went into."""
    homes = merge_targets_of(connection)
    return [replace(each, site_id=homes.target_of(each.site_id)) for each in found] if homes.targets else found


def _all() -> Select[Any]:
    gone = certificate_withdrawal.c
    return select(
        certificate,
        gone.day.label("withdrawn_day"),
        gone.reason.label("withdrawn_reason"),
        gone.person_id.label("withdrawn_by"),
    ).outerjoin(certificate_withdrawal, gone.certificate_id == certificate.c.id)


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
