"""The register's tables.

Only types that every store has; what one store needs besides stands in its own module. A change here takes a step in
`migrations`, so that older files can follow.
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
    Column("part_of", Text),  # the site that a part belongs to, which may not be known yet; null for a site
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
    Column("author", Text),  # the person who sent it; null where nobody had to sign in
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
"""Tables whose rows are never changed or removed; each module adds its own."""


def count_change(connection: Connection) -> None:
    """Note that something changed which a verdict may rest on."""
    connection.execute(update(meta).where(meta.c.key == "changes").values(value=meta.c.value + 1))
