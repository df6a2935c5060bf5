"""Basic tables of the register: settings, sites and visits.

Only column types that every database has; what is specific to SQLite is in modules of its own, such as `triggers`. A change
of a table needs a migration in `migrations`, so that older files can be upgraded.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    update,
)

metadata: Final = MetaData()

meta: Final = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Integer, nullable=False),
    sqlite_strict=True,
)
site: Final = Table(
    "site",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False, unique=True),
    Column("part_of", Text),  # the site of a part, which may not be in the register yet; null for a site
    Column("version", Integer, nullable=False),
    sqlite_strict=True,
)
site_version: Final = Table(
    "site_version",
    metadata,
    Column("site_id", Text, ForeignKey("site.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    sqlite_strict=True,
)
visit: Final = Table(
    "visit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.id"), nullable=False),
    Column("edition", Text, nullable=False),
    Column("stage", Text, CheckConstraint("stage in ('self', 'auditor')"), nullable=False),
    Column("author", Text),  # the person who sent it; null if no sign-in was needed
    Column("auditor", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("root", Text, nullable=False),  # the first version of this visit; its own id there
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),  # what was sent, byte for byte
    Column("sha256", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    UniqueConstraint("root", "version"),
    sqlite_strict=True,
)
Index("visit_by_site", visit.c.site_id, visit.c.day, visit.c.recorded_at)
Index("visit_by_author", visit.c.author, visit.c.recorded_at)

visit_photo: Final = Table(
    "visit_photo",
    metadata,
    Column("visit_id", Text, ForeignKey("visit.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False),  # of the bytes that the phone sends
    Column("question", Text, nullable=False),
    Column("item", Text, nullable=False),
    sqlite_strict=True,
)
Index("visit_photo_by_sha256", visit_photo.c.sha256)

KEPT: Final = [site_version, visit, visit_photo]
"""The append-only tables: their rows are never changed or removed. Each module adds its own."""


def count_change(connection: Connection) -> None:
    """Increment the change counter, because data that findings may depend on have changed."""
    connection.execute(update(meta).where(meta.c.key == "changes").values(value=meta.c.value + 1))
