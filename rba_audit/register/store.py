"""The register: sites with all their versions, and a class for each other kind of record; outcomes are never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from rba_audit.errors import NotInRegister
from rba_audit.layers import with_tagged_parts
from rba_audit.messages import say
from rba_audit.register.action_photos import ActionPhotoMetadata
from rba_audit.register.actions import Actions
from rba_audit.register.agency_notes import AgencyNotes
from rba_audit.register.backup_log import BackupNotes
from rba_audit.register.bulk_changes import BulkChanges
from rba_audit.register.certificate_scans import CertificateScans
from rba_audit.register.certificates import Certificates
from rba_audit.register.child_sheets import ChildSheets
from rba_audit.register.clearances import Clearances
from rba_audit.register.damaged_rows import DamagedRow, moment, read_all, read_one
from rba_audit.register.dangers import Dangers
from rba_audit.register.deliveries import Deliveries
from rba_audit.register.disagreements import Disagreements
from rba_audit.register.exports import Exports
from rba_audit.register.imports import Imports
from rba_audit.register.kla import KlaRecords
from rba_audit.register.layers import Layers
from rba_audit.register.notices import Notices
from rba_audit.register.office import Offices
from rba_audit.register.people import People
from rba_audit.register.personal_data import PersonalData
from rba_audit.register.photos import Photos
from rba_audit.register.records import ImportResult
from rba_audit.register.reviews import Reviews
from rba_audit.register.saved_views import SavedViews
from rba_audit.register.sessions import Sessions
from rba_audit.register.shared_links import SharedLinks
from rba_audit.register.site_event_tables import is_listed, out_of_use
from rba_audit.register.site_events import SiteEvents
from rba_audit.register.site_rows import SiteVersion, _latest, document_of_row, import_batch, site_of_row
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change, meta, site, site_version
from rba_audit.register.telephones import Telephones
from rba_audit.register.urls import DEFAULT_URL, database_at
from rba_audit.register.visits import Visits
from rba_audit.sites import Site, site_of, sites_from_features

_BATCH: Final = 500  # features per query


def open_register(url: str = DEFAULT_URL, *, create: bool = True, insist: bool = False) -> Register:
    """Open the register at `url`; create it if there is none, unless there are signs of a lost one.

    Without `create` none is created; with `insist` one is created in spite of such signs, except a write-ahead log.

    Raises:
        NoRegister: there is none, and none may be created.
        RbaError: it cannot be opened, or was made by another version of this program.
    """
    database = database_at(url)
    database.prepare(create=create, insist=insist)
    return Register(database)


class Register:
    """Sites, and the other records of a register. Thread-safe; each call has its own connection.

    Attributes:
        people: Accounts, their log, and the public view.
        notices: Notices about a new release that the office has dismissed.
        sessions: Sessions, known browsers, one-time links and sign-in attempts.
        visits: All versions of all visits.
        reviews: Review moves of visits.
        photos: Photos of visits, dangers and actions.
        dangers, telephones: Immediate dangers, reported ahead of a visit; numbers to call when one cannot be sent.
        office, shared_links: The office that issues papers; read-only links for readers without an account.
        deliveries: Who delivered the work of another author.
        actions: Actions that follow from findings.
        action_photos: Time and position from the files of their photos.
        agency_notes, bulk_changes: What agencies answered, and the letters sent to them; changes of many actions at once.
        certificates, certificate_scans: Certificates of sites with issuer and validity, and their scans with their files.
        child_sheets: Answers of children, separate from all other records.
        clearances: Decisions which photos are public.
        backups, exports: Log of the backups of the register; log of exported files and their recipients.
        personal_data: Queries for the personal data of a person.
        disagreements: Reviewers' decisions about disagreements of double audits.
        site_events: Proposals of sites, and events such as merging, retiring or editing a site.
        saved_views, imports, layers: Lists that people saved; imports of files, and their undoing; map layers of the city.
        kla: Documents of the KLA folder, and what belongs to them.
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
        self.office = Offices(database)
        self.shared_links = SharedLinks(database)
        self.deliveries = Deliveries(database)
        self.actions = Actions(database)
        self.action_photos = ActionPhotoMetadata(database)
        self.agency_notes = AgencyNotes(database)
        self.bulk_changes = BulkChanges(database)
        self.certificates = Certificates(database)
        self.certificate_scans = CertificateScans(database)
        self.child_sheets = ChildSheets(database)
        self.backups = BackupNotes(database)
        self.clearances = Clearances(database)
        self.exports = Exports(database)
        self.personal_data = PersonalData(database)
        self.disagreements = Disagreements(database)
        self.site_events = SiteEvents(database)
        self.saved_views = SavedViews(database)
        self.kla = KlaRecords(database)
        self.imports, self.layers = Imports(database), Layers(database)

    def close(self) -> None:
        """Close the connections to the file."""
        self._database.close()

    def damaged(self) -> tuple[DamagedRow, ...]:
        """Return the damaged rows that were read since the register was opened."""
        return self._database.damaged.all()

    @property
    def path(self) -> Path:
        """The path of the register's file. Only this class may open it."""
        return self._database.path

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Hold a lock inside the block that shows other processes that this one serves the register."""
        with self._database.serving():
            yield

    def wipe_free_space(self) -> bool:
        """Overwrite erased data in the file; False if that is completed only when the program stops."""
        return self._database.wipe_free_space()

    def older_copies(self) -> list[str]:
        """Return the file names of the copies from before upgrades, which still contain erased names."""
        return [path.name for path in self._database.older_copies()]

    def version(self) -> int:
        """Return the change counter: it grows with each change that findings may depend on."""
        with self._database.reading() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "changes")).scalar_one())

    def count(self) -> int:
        """Return the number of active sites, without parts."""
        counted = select(func.count()).select_from(site).where(site.c.part_of.is_(None), is_listed())
        with self._database.reading() as connection:
            return int(connection.execute(counted).scalar_one())

    def features(self, *, everything: bool = False) -> list[dict[str, Any]]:
        """Return the latest document of every active site and its active parts, in the order in which they were added.

        With `everything` also of proposed, declined, merged and retired ones.
        """
        wanted = _latest(site.c.id, site_version.c.document).order_by(site.c.seq)
        with self._database.reading() as connection:
            rows = connection.execute(wanted if everything else wanted.where(is_listed()))
            return read_all(connection, rows, document_of_row, "site_version")

    def parts_of(self, id: str) -> list[dict[str, Any]]:
        """Return the latest documents of the active parts of a site, whatever the status of the site itself."""
        wanted = _latest(site.c.id, site_version.c.document).where(site.c.part_of == id, site.c.id.not_in(out_of_use()))
        with self._database.reading() as connection:
            return read_all(
                connection, connection.execute(wanted.order_by(site.c.seq)), document_of_row, "site_version"
            )

    def sites(self, *, everything: bool = False) -> list[Site]:
        """Return every active site, without parts, in the order in which they were added.

        With `everything` also proposed, declined, merged and retired ones.
        """
        wanted = _latest(site.c.id, site_version.c.document).where(site.c.part_of.is_(None)).order_by(site.c.seq)
        with self._database.reading() as connection:
            rows = connection.execute(wanted if everything else wanted.where(is_listed()))
            return read_all(connection, rows, site_of_row, "site_version")

    def site(self, id: str) -> Site:
        """Return the latest version of a site.

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
        """Return all versions of a site, oldest first; empty if there is no such site."""
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
        """Return all versions, oldest first, of each part that a site has or ever had, by the id of the part."""
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
        by_part: dict[str, list[SiteVersion]] = {}
        with self._database.reading() as connection:
            rows = read_all(
                connection,
                connection.execute(wanted),
                lambda row: (row.site_id, SiteVersion(moment(row.created_at), row.site_id, document_of_row(row))),
                "site_version",
                "site_id",
            )
        for name, version in rows:
            by_part.setdefault(name, []).append(version)
        return by_part

    def previous_positions(self) -> dict[str, Site]:
        """Return for each site that was moved its newest version with a geometry other than the current one, by id.

        Versions without a geometry are skipped, and so are sites without one now.
        """
        versions = (
            select(site_version.c.site_id, site_version.c.document)
            .join(site, site.c.id == site_version.c.site_id)
            .where(site.c.version > 1, site.c.part_of.is_(None))
            .order_by(site_version.c.site_id, site_version.c.version.desc())
        )
        now: dict[str, object] = {}
        previous: dict[str, Site] = {}
        with self._database.reading() as connection:
            rows = connection.execute(versions)
            documents = read_all(
                connection, rows, lambda row: (row.site_id, document_of_row(row)), "site_version", "site_id"
            )
            for name, document in documents:
                geometry = document.get("geometry")
                if now.setdefault(name, geometry) is not None and geometry not in (None, now[name]):
                    previous.setdefault(name, site_of(name, document))
        return previous

    def import_features(self, features: Iterable[Mapping[str, Any]], source: str = "import") -> ImportResult:
        """Store sites and parts as they are: a new one is added, a changed one gets a new version, an unchanged one is skipped.

        A feature that is not a valid site is rejected and listed in the problems, with `source` as the name of the file. Nothing is
        compared with what the office decided, and nothing can be undone: a user's file is planned and taken by `imports`.
        """
        documents = [dict(feature) for feature in features]
        parsed = with_tagged_parts(sites_from_features(documents, source))
        entries: list[tuple[str, str | None, dict[str, Any]]] = [
            *((name, None, document) for name, document in zip(parsed.ids, parsed.features, strict=True)),
            *((part.id, part.site, part.feature) for part in parsed.parts),
        ]
        # Sites and parts were separated; restore the order of the input.
        index_by_id = {id(document): index for index, document in enumerate(documents)}
        entries.sort(key=lambda entry: index_by_id.get(id(entry[2]), len(documents)))
        new = changed = 0
        with self._database.writing() as connection:
            for start in range(0, len(entries), _BATCH):
                added, renewed = import_batch(connection, entries[start : start + _BATCH])
                new, changed = new + added, changed + renewed
            if new or changed:
                count_change(connection)
        return ImportResult(new, changed, len(entries) - new - changed, parsed.problems)
