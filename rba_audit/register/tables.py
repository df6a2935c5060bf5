"""The register's tables.

Only types that every store has; what one store needs besides stands in its own module.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table, Text

SCHEMA: Final = 1
"""The version of these tables; a file with another one is not touched."""

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
    Column("auditor", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
Index("visit_by_site", visit.c.site_id, visit.c.day, visit.c.recorded_at)

KEPT: Final = (site_version, visit)
"""Tables whose rows are never changed or removed."""
