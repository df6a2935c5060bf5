"""Rows of sites: their newest versions, and the import of a batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Row, Select, func, insert, select, update

from rba_audit.days import now_utc
from rba_audit.register.records import as_json, as_time
from rba_audit.register.tables import site, site_version
from rba_audit.sites import Site, site_of


class SiteVersion(NamedTuple):
    """A version of the document of a site or a part, valid from `since` until the next version."""

    since: datetime
    id: str
    document: dict[str, Any]

    @property
    def site(self) -> Site:
        """The site of this version."""
        return site_of(self.id, self.document)


def document_of_row(row: Row[Any]) -> dict[str, Any]:
    """Return the GeoJSON feature of a row.

    Raises:
        TypeError: the document is not a JSON object; others of `damaged_rows.ROW_ERRORS` too.
    """
    document: dict[str, Any] = json.loads(row.document)
    if not isinstance(document, dict):
        raise TypeError("a site's document is an object")
    return document


def site_of_row(row: Row[Any]) -> Site:
    """Return the site of a row."""
    return site_of(row.id, document_of_row(row))


def _latest(*columns: Column[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(site)
        .join(site_version, (site_version.c.site_id == site.c.id) & (site_version.c.version == site.c.version))
    )


def import_batch(connection: Connection, batch: Sequence[tuple[str, str | None, dict[str, Any]]]) -> tuple[int, int]:
    """Store (id, site id if it is a part, document) of each feature; return how many are new and how many changed."""
    ids = [entry[0] for entry in batch]
    stored = {
        row.id: row
        for row in connection.execute(
            _latest(site.c.id, site.c.version, site_version.c.document).where(site.c.id.in_(ids))
        )
    }
    last = connection.scalar(select(func.max(site.c.seq))) or 0
    now = as_time(now_utc())
    sites: list[dict[str, object]] = []
    versions: list[dict[str, object]] = []
    for name, part_of, document in batch:
        text = as_json(document)
        version = 1
        if name in stored:
            if stored[name].document == text:
                continue
            version = stored[name].version + 1
            connection.execute(update(site).where(site.c.id == name).values(version=version, part_of=part_of))
        else:
            sites.append({"id": name, "seq": last + len(sites) + 1, "part_of": part_of, "version": version})
        versions.append({"site_id": name, "version": version, "document": text, "created_at": now})
    if sites:
        connection.execute(insert(site), sites)
    if versions:
        connection.execute(insert(site_version), versions)
    return len(sites), len(versions) - len(sites)
