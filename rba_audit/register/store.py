"""The register itself: sites with all their versions, and beside them what else is kept, each in a class of its own.

What is handed in is kept as it is; a verdict is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from rba_audit.errors import NotInRegister
from rba_audit.layers import with_tagged_parts
from rba_audit.messages import Message, say
from rba_audit.register.action_photos import ActionPhotoMetadata
from rba_audit.register.actions import Actions
from rba_audit.register.backup_log import BackupNotes
from rba_audit.register.certificates import Certificates
from rba_audit.register.child_sheets import ChildSheets
from rba_audit.register.clearances import Clearances
from rba_audit.register.damaged_rows import DamagedRow, moment, read_all, read_one
from rba_audit.register.dangers import Dangers
from rba_audit.register.deliveries import Deliveries
from rba_audit.register.disagreements import Disagreements
from rba_audit.register.exports import Exports
from rba_audit.register.notices import Notices
from rba_audit.register.people import People
from rba_audit.register.personal_data import PersonalData
from rba_audit.register.photos import Photos
from rba_audit.register.records import ImportResult
from rba_audit.register.reviews import Reviews
from rba_audit.register.sessions import Sessions
from rba_audit.register.site_event_tables import is_listed, out_of_use
from rba_audit.register.site_events import SiteEvents
from rba_audit.register.site_imports import held_back_documents
from rba_audit.register.site_rows import SiteVersion, _latest, document_of_row, import_batch, site_of_row
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change, meta, site, site_version
from rba_audit.register.telephones import Telephones
from rba_audit.register.urls import DEFAULT_URL, database_at
from rba_audit.register.visits import Visits
from rba_audit.sites import Site, site_of, sites_from_features

_BATCH: Final = 500  # ids looked up at once


def open_register(url: str = DEFAULT_URL, *, create: bool = True, insist: bool = False) -> Register:
    """Open the register at `url`, making it where there is none, unless something says that one was there.

    Without `create` none is made; with `insist` one is made whatever else is there.

    Raises:
        NoRegister: there is none, and none may be made.
        RbaError: it cannot be opened, or was made by another version of this program.
    """
    database = database_at(url)
    database.prepare(create=create, insist=insist)
    return Register(database)


class Register:
    """Sites, and beside them what else is kept. Any thread may call any method; each call has its own connection.

    Attributes:
        people: Who may come in.
        sessions: Who is signed in where.
        visits: Every version of every visit.
        reviews: What reviewers decided about them.
        photos: The pictures that belong to them.
        dangers: What could not wait for a visit.
        telephones: Whom to call where a danger could not be sent.
        deliveries: Who brought the work of others.
        actions: What is to be done about findings.
        action_photos: What the files of their photos said of when and where they were taken.
        certificates: What was certified, by whom and until when.
        child_sheets: What children said; apart from all the rest.
        backups: Where and when it was backed up.
        clearances: Which photos everybody may see.
        exports: What left the register, and to whom.
        personal_data: What is kept about single people.
        disagreements: What was decided where two auditors found something differently.
        site_events: What happened to places: proposals, and which were merged, retired or changed in the office.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.people = People(database)
        self.notices = Notices(database)
        self.sessions = Sessions(database)
        self.visits = Visits(database)
        self.reviews = Reviews(database)
        self.photos = Photos(database)
        self.dangers = Dangers(database)
        self.telephones = Telephones(database)
        self.deliveries = Deliveries(database)
        self.actions = Actions(database)
        self.action_photos = ActionPhotoMetadata(database)
        self.certificates = Certificates(database)
        self.child_sheets = ChildSheets(database)
        self.backups = BackupNotes(database)
        self.clearances = Clearances(database)
        self.exports = Exports(database)
        self.personal_data = PersonalData(database)
        self.disagreements = Disagreements(database)
        self.site_events = SiteEvents(database)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def damaged(self) -> tuple[DamagedRow, ...]:
        """Return the rows that could not be read since the register was opened."""
        return self._database.damaged.all()

    @property
    def path(self) -> Path:
        """The register's file. Nothing but this class may open it."""
        return self._database.path

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Say to other processes that this one serves the register inside the block."""
        with self._database.serving():
            yield

    def wipe_free_space(self) -> bool:
        """Leave nothing of what was erased in the file; False where that has to wait until the program stops."""
        return self._database.wipe_free_space()

    def older_copies(self) -> list[str]:
        """Return the names of the copies beside the file, in which erased names still stand."""
        return [path.name for path in self._database.older_copies()]

    def version(self) -> int:
        """Return a number that grows with each change."""
        with self._database.reading() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "changes")).scalar_one())

    def count(self) -> int:
        """Return how many sites there are that count, parts not counted."""
        counted = select(func.count()).select_from(site).where(site.c.part_of.is_(None), is_listed())
        with self._database.reading() as connection:
            return int(connection.execute(counted).scalar_one())

    def features(self, *, everything: bool = False) -> list[dict[str, Any]]:
        """Return the latest document of every site that counts and of its parts, in the order in which they first came.

        With `everything` also of what is proposed, declined, merged or retired.
        """
        wanted = _latest(site.c.id, site_version.c.document).order_by(site.c.seq)
        with self._database.reading() as connection:
            rows = connection.execute(wanted if everything else wanted.where(is_listed()))
            return read_all(connection, rows, document_of_row, "site_version")

    def parts_of(self, id: str) -> list[dict[str, Any]]:
        """Return the latest documents of the parts of a site that are in use, however the site itself stands."""
        wanted = _latest(site.c.id, site_version.c.document).where(site.c.part_of == id, site.c.id.not_in(out_of_use()))
        with self._database.reading() as connection:
            return read_all(
                connection, connection.execute(wanted.order_by(site.c.seq)), document_of_row, "site_version"
            )

    def sites(self, *, everything: bool = False) -> list[Site]:
        """Return every site that counts, without its parts, in the order in which they first came.

        With `everything` also those that are proposed, declined, merged or retired.
        """
        wanted = _latest(site.c.id, site_version.c.document).where(site.c.part_of.is_(None)).order_by(site.c.seq)
        with self._database.reading() as connection:
            rows = connection.execute(wanted if everything else wanted.where(is_listed()))
            return read_all(connection, rows, site_of_row, "site_version")

    def site(self, id: str) -> Site:
        """Return a site in its latest version.

        Raises:
            NotInRegister: there is no such site.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                _latest(site.c.id, site_version.c.document).where(site.c.id == id, site.c.part_of.is_(None))
            ).one_or_none()
            if row is None:
                raise NotInRegister(say("the register has no site '{id}'; look it up in the list of all sites", id=id))
            return read_one(connection, row, site_of_row, "site_version")

    def site_versions(self, id: str) -> list[SiteVersion]:
        """Return every version of a site, the first one first; none where there is no such site."""
        wanted = select(site_version).where(site_version.c.site_id == id).order_by(site_version.c.version)
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return read_all(
                connection,
                rows,
                lambda row: SiteVersion(moment(row.created_at), row.site_id, document_of_row(row)),
                "site_version",
                "site_id",
            )

    def part_versions(self, id: str) -> dict[str, list[SiteVersion]]:
        """Return by its id every version of each part that a site has or ever had, the first version first."""
        ever = (
            select(site_version.c.site_id)
            .where(func.json_extract(site_version.c.document, "$.properties.part_of") == id)
            .union(select(site.c.id).where(site.c.part_of == id))
        )
        wanted = (
            select(site_version)
            .where(site_version.c.site_id.in_(ever))
            .order_by(site_version.c.site_id, site_version.c.version)
        )
        found: dict[str, list[SiteVersion]] = {}
        with self._database.reading() as connection:
            rows = read_all(
                connection,
                connection.execute(wanted),
                lambda row: (row.site_id, SiteVersion(moment(row.created_at), row.site_id, document_of_row(row))),
                "site_version",
                "site_id",
            )
        for name, version in rows:
            found.setdefault(name, []).append(version)
        return found

    def previous_positions(self) -> dict[str, Site]:
        """Return by id, for each site that has lain elsewhere, its newest version with a geometry other than that of now.

        Versions in which it was not located are passed over; a site that is not located now is left out.
        """
        versions = (
            select(site_version.c.site_id, site_version.c.document)
            .join(site, site.c.id == site_version.c.site_id)
            .where(site.c.version > 1, site.c.part_of.is_(None))
            .order_by(site_version.c.site_id, site_version.c.version.desc())
        )
        now: dict[str, object] = {}
        found: dict[str, Site] = {}
        with self._database.reading() as connection:
            rows = connection.execute(versions)
            documents = read_all(
                connection, rows, lambda row: (row.site_id, document_of_row(row)), "site_version", "site_id"
            )
            for name, document in documents:
                geometry = document.get("geometry")
                if now.setdefault(name, geometry) is not None and geometry not in (None, now[name]):
                    found.setdefault(name, site_of(name, document))
        return found

    def import_features(
        self, features: Iterable[Mapping[str, Any]], source: str = "import", *, insist: bool = False
    ) -> ImportResult:
        """Take sites and their parts: a new one is added, a changed one gets a new version, a known one is left alone.

        What cannot be a site is refused and told among the problems; `source` names it there. What the office merged,
        retired, declined or has not decided about is held back, and so is, unless one insists, what it changed itself.
        """
        given = [dict(feature) for feature in features]
        taken = with_tagged_parts(sites_from_features(given, source))
        found: list[tuple[str, str | None, dict[str, Any]]] = [
            *((name, None, document) for name, document in zip(taken.ids, taken.features, strict=True)),
            *((part.id, part.site, part.feature) for part in taken.parts),
        ]
        # Sites and parts come apart; put them back in the order they were given.
        place = {id(document): index for index, document in enumerate(given)}
        found.sort(key=lambda entry: place.get(id(entry[2]), len(given)))
        new = changed = 0
        told: list[Message] = []
        with self._database.writing() as connection:
            for start in range(0, len(found), _BATCH):
                batch = found[start : start + _BATCH]
                held = held_back_documents(connection, batch, insist=insist)
                told += held.values()
                added, renewed = import_batch(connection, [entry for entry in batch if entry[0] not in held])
                new, changed = new + added, changed + renewed
            if new or changed:
                count_change(connection)
        return ImportResult(new, changed, len(found) - new - changed - len(told), taken.problems, tuple(told))
