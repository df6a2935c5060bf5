"""The register itself: sites with all their versions, and visits, as plain methods over portable SQL.

What is handed in is kept as it is; a verdict is never stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Row, Select, func, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError

from rba_audit.errors import EvidenceError, NotInRegister, RbaError
from rba_audit.register.records import STAGES, Imported, Visit, as_json, as_time
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import SCHEMA, meta, site, site_version, visit
from rba_audit.sites import sites_from_features
from rba_audit.words import say

DEFAULT_URL: Final = "sqlite:///instance/register.db"
_BATCH: Final = 500  # ids looked up at once


def open_register(url: str = DEFAULT_URL) -> Register:
    """Open the register at `url`, making it where there is none.

    Raises:
        RbaError: it cannot be opened, or was made by another version of this program.
    """
    try:
        place = make_url(url)
    except ArgumentError:
        raise RbaError(
            say("{url}: this is no place for a register; write it as sqlite:///folder/register.db", url=url)
        ) from None
    if place.get_backend_name() != "sqlite":
        raise RbaError(
            say(
                "{url}: registers are kept in SQLite files here; write the place as sqlite:///folder/register.db",
                url=place.render_as_string(),
            )
        )
    database = Database(place)
    database.prepare()
    return Register(database)


class Register:
    """Sites and visits. Any thread may call any method; each call has its own connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as connection:
            known = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
            if known is None:
                connection.execute(insert(meta), [{"key": "schema", "value": SCHEMA}, {"key": "changes", "value": 0}])
            elif known != SCHEMA:
                raise RbaError(
                    say(
                        "{file}: made by another version of this program ({found}, not {wanted}); use that one",
                        file=database.path,
                        found=known,
                        wanted=SCHEMA,
                    )
                )

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def version(self) -> int:
        """Return a number that grows with each change."""
        with self._database.reading() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "changes")).scalar_one())

    # --- sites -------------------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many sites there are, parts not counted."""
        with self._database.reading() as connection:
            return int(
                connection.execute(select(func.count()).select_from(site).where(site.c.part_of.is_(None))).scalar_one()
            )

    def features(self) -> list[dict[str, Any]]:
        """Return the latest document of every site and part, in the order in which they first came."""
        with self._database.reading() as connection:
            return [
                json.loads(document)
                for document in connection.scalars(_latest(site_version.c.document).order_by(site.c.seq))
            ]

    def site(self, id: str) -> dict[str, Any]:
        """Return the latest document of a site.

        Raises:
            NotInRegister: there is no such site.
        """
        with self._database.reading() as connection:
            document = connection.scalar(
                _latest(site_version.c.document).where(site.c.id == id, site.c.part_of.is_(None))
            )
        if document is None:
            raise _no_site(id)
        found: dict[str, Any] = json.loads(document)
        return found

    def import_features(self, features: Iterable[Mapping[str, Any]], source: str = "import") -> Imported:
        """Take sites and their parts: a new one is added, a changed one gets a new version, a known one is left alone.

        What cannot be a site is refused and told among the problems; `source` names it there.
        """
        given = [dict(feature) for feature in features]
        taken = sites_from_features(given, source)
        found: list[tuple[str, str | None, dict[str, Any]]] = [
            *((name, None, document) for name, document in zip(taken.ids, taken.features, strict=True)),
            *((part.id, part.site, part.feature) for part in taken.parts),
        ]
        # Sites and parts come apart; put them back in the order they were given.
        place = {id(document): index for index, document in enumerate(given)}
        found.sort(key=lambda entry: place.get(id(entry[2]), len(given)))
        new = changed = 0
        with self._database.writing() as connection:
            for start in range(0, len(found), _BATCH):
                added, renewed = _import_batch(connection, found[start : start + _BATCH])
                new, changed = new + added, changed + renewed
            if new or changed:
                _count_change(connection)
        return Imported(new, changed, len(found) - new - changed, taken.problems)

    # --- visits ------------------------------------------------------------------------------------------------------

    def add_visit(self, given: Visit) -> Visit:
        """Record a visit and return it as it is kept; handing in the same one again changes nothing.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: its id is no UUID, its stage is unknown, or another visit has that id.
        """
        if given.stage not in STAGES:
            raise EvidenceError(
                say(
                    "'{stage}' is no stage of an audit; use one of: {known}", stage=given.stage, known=", ".join(STAGES)
                )
            )
        try:
            visit_id = str(UUID(given.id))
        except ValueError:
            raise EvidenceError(say("'{id}' is not the id of a visit; open the form again", id=given.id)) from None
        with self._database.writing() as connection:
            known = connection.execute(select(visit).where(visit.c.id == visit_id)).one_or_none()
            if known is not None:
                return _same(_visit(known), given)
            if connection.scalar(select(site.c.id).where(site.c.id == given.site_id, site.c.part_of.is_(None))) is None:
                raise _no_site(given.site_id)
            row = {
                "id": visit_id,
                "site_id": given.site_id,
                "edition": given.edition,
                "stage": given.stage,
                "auditor": given.auditor,
                "day": given.day.isoformat(),
                "answers": as_json(dict(given.answers)),
                "note": given.note,
                "recorded_at": as_time(given.recorded_at),
            }
            connection.execute(insert(visit).values(row))
            _count_change(connection)
            return _visit(connection.execute(select(visit).where(visit.c.id == visit_id)).one())

    def visits(self, site_id: str) -> list[Visit]:
        """Return the visits of a site, newest first.

        Raises:
            NotInRegister: there is no such site.
        """
        with self._database.reading() as connection:
            if connection.scalar(select(site.c.id).where(site.c.id == site_id, site.c.part_of.is_(None))) is None:
                raise _no_site(site_id)
            return [
                _visit(row)
                for row in connection.execute(select(visit).where(visit.c.site_id == site_id).order_by(*_NEWEST_FIRST))
            ]

    def latest_visits(self) -> dict[str, Visit]:
        """Return the newest visit of each site that was visited, by the site's id."""
        place = func.row_number().over(partition_by=visit.c.site_id, order_by=_NEWEST_FIRST).label("place")
        numbered = select(visit, place).subquery()
        newest = select(*(numbered.c[column.name] for column in visit.c)).where(numbered.c.place == 1)
        with self._database.reading() as connection:
            return {row.site_id: _visit(row) for row in connection.execute(newest)}


_NEWEST_FIRST: Final = (visit.c.day.desc(), visit.c.recorded_at.desc(), visit.c.id)


def _latest(*columns: Column[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(site)
        .join(site_version, (site_version.c.site_id == site.c.id) & (site_version.c.version == site.c.version))
    )


def _no_site(id: str) -> NotInRegister:
    return NotInRegister(say("the register has no site '{id}'; look it up in the list of all sites", id=id))


def _count_change(connection: Connection) -> None:
    connection.execute(update(meta).where(meta.c.key == "changes").values(value=meta.c.value + 1))


def _import_batch(connection: Connection, batch: Sequence[tuple[str, str | None, dict[str, Any]]]) -> tuple[int, int]:
    """Return how many were new, and how many had changed."""
    ids = [entry[0] for entry in batch]
    known = {
        row.id: row
        for row in connection.execute(
            _latest(site.c.id, site.c.version, site_version.c.document).where(site.c.id.in_(ids))
        )
    }
    last = connection.scalar(select(func.max(site.c.seq))) or 0
    now = as_time(datetime.now(UTC))
    sites: list[dict[str, object]] = []
    versions: list[dict[str, object]] = []
    for name, part_of, document in batch:
        text = as_json(document)
        version = 1
        if name in known:
            if known[name].document == text:
                continue
            version = known[name].version + 1
            connection.execute(update(site).where(site.c.id == name).values(version=version, part_of=part_of))
        else:
            sites.append({"id": name, "seq": last + len(sites) + 1, "part_of": part_of, "version": version})
        versions.append({"site_id": name, "version": version, "document": text, "created_at": now})
    if sites:
        connection.execute(insert(site), sites)
    if versions:
        connection.execute(insert(site_version), versions)
    return len(sites), len(versions) - len(sites)


def _visit(row: Row[Any]) -> Visit:
    return Visit(
        id=row.id,
        site_id=row.site_id,
        edition=row.edition,
        stage=row.stage,
        auditor=row.auditor,
        day=date.fromisoformat(row.day),
        answers=json.loads(row.answers),
        note=row.note,
        recorded_at=datetime.fromisoformat(row.recorded_at),
    )


def _same(known: Visit, given: Visit) -> Visit:
    """Return the visit that is kept, if the one handed in again says the same."""
    if known != replace(given, id=known.id, answers=json.loads(as_json(dict(given.answers)))):
        raise EvidenceError(
            say("a visit with this id is recorded already and says something else; send this one as a new visit")
        )
    return known
