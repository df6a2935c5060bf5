"""Tables of accounts: people, sessions, known browsers, one-time links, sign-in attempts, saved views, and the account log.

Passwords, tokens, links, and the logins and addresses of attempts are stored as hashes only, so that a copy of these
tables is no help to sign in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Index, Integer, Table, Text, insert

from rba_audit.permissions import ROLES
from rba_audit.register.records import as_time
from rba_audit.register.tables import KEPT, metadata

person: Final = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, CheckConstraint(f"role in {ROLES}"), nullable=False),
    Column("area", Text, nullable=False),  # a JSON list
    Column("password", Text),  # a hash; null until a link was used
    Column("active", Integer, CheckConstraint("active in (0, 1)"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("valid_until", Text),  # the last day on which a guest may sign in; null for all others
    sqlite_strict=True,
)
session: Final = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token", Text, nullable=False, unique=True),  # a hash
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("began_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("agent", Text, nullable=False),
    sqlite_strict=True,
)
join_link: Final = Table(
    "join_link",
    metadata,
    Column("token", Text, primary_key=True),  # a hash
    Column("person", Text, ForeignKey("person.id"), nullable=False, unique=True),
    Column("expires_at", Text, nullable=False),
    sqlite_strict=True,
)
sign_in_attempt: Final = Table(
    "sign_in_attempt",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("whose", Text, nullable=False),  # a hash of a login and an address, of an address, or of a known device
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
known_device: Final = Table(
    "known_device",
    metadata,
    Column("token", Text, primary_key=True),  # a hash
    Column("person", Text, ForeignKey("person.id"), nullable=False),  # who signed in with it
    Column("seen_at", Text, nullable=False),  # when they last did
    sqlite_strict=True,
)
account_event: Final = Table(
    "account_event",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text),  # who did it; null: the command line
    Column("person", Text),  # about whom; null: about no single person
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_strict=True,
)
saved_view: Final = Table(
    "saved_view",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("query", Text, nullable=False),  # the parameters of its address
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
Index("saved_view_by_person", saved_view.c.person_id)
Index("session_by_person", session.c.person)
Index("known_device_by_person", known_device.c.person)
Index("sign_in_attempt_by_whose", sign_in_attempt.c.whose, sign_in_attempt.c.at)
KEPT.append(account_event)


def write_event(
    connection: Connection, at: datetime, actor: str | None, about: str | None, what: str, detail: str = ""
) -> None:
    """Write an event into the log, in the same transaction as the change that it records."""
    connection.execute(
        insert(account_event).values(at=as_time(at), actor=actor, person=about, what=what, detail=detail)
    )
