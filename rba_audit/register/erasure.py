"""Erase a person in the register: their name is removed, their visits and decisions remain.

In a visit's document only the name that its author signed with is replaced. The row retains the hash of the original, so
that the same visit sent again is recognised; `redaction` has the hash of the document as stored now.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, Text, delete, func, insert, select, update

from rba_audit.days import now_utc
from rba_audit.register.account_tables import (
    join_link,
    known_device,
    person,
    saved_view,
    session,
    sign_in_attempt,
    write_event,
)
from rba_audit.register.records import as_json, as_time
from rba_audit.register.site_event_tables import place_proposal
from rba_audit.register.tables import KEPT, count_change, metadata, visit
from rba_audit.register.triggers import allow_changes

erasure: Final = Table(
    "erasure",
    metadata,
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),  # part of the name of the erased person
    Column("at", Text, nullable=False),
    Column("actor", Text),  # who did it; null: the command line, or a restored backup
    Column("reason", Text, nullable=False),
    sqlite_strict=True,
)
redaction: Final = Table(
    "redaction",
    metadata,
    Column("visit_id", Text, ForeignKey("visit.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("sha256", Text, nullable=False),  # of the document without the name
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([erasure, redaction])

LOGIN: Final = "#"
"""Prefix of the login of an erased person; no valid login begins with it."""


def name_of_erased(number: int) -> str:
    """Return the name of an erased person, in both languages, because it is stored as text."""
    return f"Orang terhapus {number} / Erased person {number}"


def erase_person(
    connection: Connection, person_id: str, *, at: datetime | None = None, actor: str | None = None, reason: str = ""
) -> int | None:
    """Remove a person's name from the register and return their number; idempotent.

    Name, login, work area, password, sessions, known browsers, links and saved views are removed; the person's own visits are signed
    with the number. The caller checks whether the person may be erased. None if there is no such person, such as in a
    backup that is older than the account.
    """
    number_before = connection.scalar(select(erasure.c.number).where(erasure.c.person_id == person_id))
    if number_before is not None:
        return int(number_before)
    if connection.scalar(select(person.c.id).where(person.c.id == person_id)) is None:
        return None
    moment = at or now_utc()
    number = int(connection.scalar(select(func.max(erasure.c.number))) or 0) + 1
    name = name_of_erased(number)
    for table in (session, join_link, known_device):
        connection.execute(delete(table).where(table.c.person == person_id))
    connection.execute(delete(saved_view).where(saved_view.c.person_id == person_id))
    # These hashes of logins could be guessed. Deleting all attempts only resets the rate limits, which lets no one in.
    connection.execute(delete(sign_in_attempt))
    connection.execute(
        update(person)
        .where(person.c.id == person_id)
        .values(login=f"{LOGIN}{number}", name=name, area="[]", password=None, active=0)
    )
    rows = connection.execute(select(visit.c.id, visit.c.document).where(visit.c.author == person_id)).all()
    with allow_changes(connection, visit):
        for row in rows:
            document = _signed_as(row.document, name)
            connection.execute(update(visit).where(visit.c.id == row.id).values(document=document, auditor=name))
            _note_redaction(connection, row.id, document, moment)
    _remove_walks(connection, person_id)
    connection.execute(
        insert(erasure).values(person_id=person_id, number=number, at=as_time(moment), actor=actor, reason=reason)
    )
    write_event(connection, moment, actor, person_id, "erased")
    count_change(connection)
    return number


def _remove_walks(connection: Connection, person_id: str) -> None:
    """Remove the recorded walk (positions and times) from a person's proposals; the outline made from it stays with the site."""
    rows = connection.execute(
        select(place_proposal.c.id, place_proposal.c.document).where(place_proposal.c.author == person_id)
    ).all()
    if not rows:
        return
    with allow_changes(connection, place_proposal):
        for row in rows:
            document = _without_walk(row.document)
            connection.execute(update(place_proposal).where(place_proposal.c.id == row.id).values(document=document))


def _without_walk(document: str) -> str:
    return as_json({**json.loads(document), "walk": []})


def proposal_kept(connection: Connection, author: str, document: str) -> str:
    """Return a proposal as it may be stored: without the walk if its author has been erased already.

    Call it in the transaction that records the proposal.
    """
    erased = connection.scalar(select(erasure.c.number).where(erasure.c.person_id == author))
    return document if erased is None else _without_walk(document)


def redacted(connection: Connection, visit_id: str, author: str, document: str, at: datetime) -> str:
    """Return a visit's document as it may be stored: without its author's name if they have been erased already.

    Call it in the transaction that records the visit.
    """
    number = connection.scalar(select(erasure.c.number).where(erasure.c.person_id == author))
    if number is None:
        return document
    stored = _signed_as(document, name_of_erased(int(number)))
    _note_redaction(connection, visit_id, stored, at)
    return stored


def _signed_as(document: str, name: str) -> str:
    return as_json({**json.loads(document), "auditor": name})


def _note_redaction(connection: Connection, visit_id: str, document: str, at: datetime) -> None:
    digest = hashlib.sha256(document.encode()).hexdigest()
    connection.execute(insert(redaction).values(visit_id=visit_id, sha256=digest, at=as_time(at)))
