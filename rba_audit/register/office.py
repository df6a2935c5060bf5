"""The office that issues papers: its letterhead, its signer and the wording of its letters; the newest version is used.

Append-only, so that the office of an earlier letter can be looked up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, Row, Table, Text, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment, read_all
from rba_audit.register.records import as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import KEPT, metadata

office: Final = Table(
    "office",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first version
    Column("document", Text, nullable=False),  # the texts by field, as JSON
    Column("person_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.append(office)

OFFICE_LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "government": 120,
        "name": 120,
        "address": 300,
        "city": 60,
        "letter_number": 80,
        "signer_title": 120,
        "signer_name": 120,
        "signer_number": 40,
        "opening": 2000,
        "closing": 2000,
    }
)
"""The longest text of each field, in characters."""


@dataclass(frozen=True, slots=True)
class Office:
    """The office that issues papers. Every text may be empty.

    Attributes:
        government: The line above the name, such as the city's government.
        name: The name of the office.
        address: Address, telephone and e-mail, on one or more lines.
        city: Where letters are dated.
        letter_number: The pattern of the number of a letter.
        signer_title: The position of the person who signs.
        signer_name: Their name.
        signer_number: Their number as a civil servant (NIP).
        opening: The text of a letter above its table, with placeholders.
        closing: The text below it.

    Raises:
        ValueError: A text is of another kind, longer than `OFFICE_LIMITS` admits, or no page can show it.
    """

    government: str = ""
    name: str = ""
    address: str = ""
    city: str = ""
    letter_number: str = ""
    signer_title: str = ""
    signer_name: str = ""
    signer_number: str = ""
    opening: str = ""
    closing: str = ""

    def __post_init__(self) -> None:
        for entry in fields(self):
            text = getattr(self, entry.name)
            if not isinstance(text, str) or len(text) > OFFICE_LIMITS[entry.name]:
                raise ValueError(f"{entry.name} of the office is no text of at most {OFFICE_LIMITS[entry.name]}")
            text.encode()  # half of a character of two, which JSON can carry, has no UTF-8 form: no page could show it


@dataclass(frozen=True, slots=True)
class OfficeVersion:
    """A version of the office, who saved it and when; `seq` is 0 if none was ever saved."""

    seq: int
    office: Office = field(default_factory=Office)
    person_id: str = ""
    at: datetime | None = None


class Offices:
    """The versions of the office of a register. Thread-safe; each call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Office:
        """Return the office; all its texts are empty if none was saved."""
        return self.current().office

    def current(self) -> OfficeVersion:
        """Return the newest version that is not damaged.

        Its `seq` is that of the newest row even if that row is damaged: otherwise `save` would always report a conflict.
        """
        with self._database.reading() as connection:
            return _newest(connection)

    def save(self, changed: Office, person_id: str, seen: int) -> OfficeVersion:
        """Store a version; no change if it equals the newest one.

        Args:
            changed: The office as it is from now on.
            person_id: Who saves it.
            seen: The `seq` of the version that the user had edited.

        Raises:
            Conflict: `stale`: another version was saved meanwhile.
        """
        with self._database.writing() as connection:
            newest = _newest(connection)
            if newest.office == changed and newest.at is not None:
                return newest
            if newest.seq != seen:
                raise Conflict(say("Somebody else changed the office meanwhile; look at it again."), "stale")
            version = OfficeVersion(newest.seq + 1, changed, person_id, now_utc())
            connection.execute(
                insert(office).values(
                    seq=version.seq,
                    document=as_json(asdict(changed)),
                    person_id=person_id,
                    at=as_time(version.at or now_utc()),
                )
            )
        return version


def _newest(connection: Connection) -> OfficeVersion:
    rows = connection.execute(select(office).order_by(office.c.seq.desc())).all()
    versions = read_all(connection, rows, _version, "office", "seq")
    newest = versions[0] if versions else OfficeVersion(0)
    return replace(newest, seq=rows[0].seq) if rows else newest


def _version(row: Row[Any]) -> OfficeVersion:
    return OfficeVersion(row.seq, Office(**json.loads(row.document)), row.person_id, moment(row.at))
