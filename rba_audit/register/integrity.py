"""Check the integrity of a register or a backup generation; read-only, with one message per problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, func, select

from rba_audit.days import now_utc
from rba_audit.errors import RbaError
from rba_audit.messages import Message, say
from rba_audit.register.backup_generations import (
    FILES,
    REGISTER,
    BackupFolder,
    Manifest,
    count_rows,
    hash_of_file,
    photo_hashes,
)
from rba_audit.register.danger_records import danger
from rba_audit.register.erasure import erasure, redaction
from rba_audit.register.erasures import erasures_file, read_erasures
from rba_audit.register.open_checks import ERASURES, PHOTOS, refuse_missing
from rba_audit.register.photo_files import PICTURE, file_of
from rba_audit.register.photo_tables import photo
from rba_audit.register.private_files import is_private
from rba_audit.register.recorded_files import file_endings
from rba_audit.register.schema_upgrade import is_older, newest_step, step_of
from rba_audit.register.site_event_tables import place_proposal
from rba_audit.register.sqlite import Database
from rba_audit.register.sqlite_library import reading_copy
from rba_audit.register.tables import KEPT, visit, visit_photo

Progress = Callable[[int, int], None]
_STALE_S: Final = 3600  # while a photo is being received, its file exists before its row
_MAX_LINES: Final = 100


@dataclass(slots=True)
class IntegrityReport:
    """The result of a check.

    Attributes:
        step: The schema revision of the tables; empty if it cannot be read.
        counts: Number of rows by table.
        photos: Number of photos whose file is whole.
        waiting: Number of photos that visits name and that have not arrived; not a problem.
        faults: A message for each problem.
    """

    step: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    photos: int = 0
    waiting: int = 0
    faults: list[Message | str] = field(default_factory=list)


def matches_hash(path: Path, hash: str) -> Literal["whole", "missing", "damaged"]:
    """Return the condition of a file: whole if its SHA-256 is `hash`, missing, or damaged (also if it is unreadable)."""
    try:
        return "whole" if hash_of_file(path) == hash else "damaged"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"


def check_register(database: Database, progress: Progress = lambda _done, _all: None) -> IntegrityReport:
    """Check a register: the database, the hashes of its documents, its triggers, its photos, and the file modes.

    Raises:
        NoRegister: the file is missing or empty.
    """
    refuse_missing(database.path)
    report = IntegrityReport()
    hashes: list[str] = []
    endings: Mapping[str, str] = {}
    try:
        with database.reading() as connection:
            hashes = _check_tables(connection, database.path, report)
            endings = file_endings(connection) if hashes else {}
        read_erasures(erasures_file(database.path))
    except RbaError as error:
        report.faults.append(error.message)
    _check_photos(database.path.parent / PHOTOS, hashes, endings, report, progress)
    open_to_others = [file for file in (database.path, erasures_file(database.path)) if file.exists()]
    report.faults += [
        say("{file}: others on this computer may read it", file=file) for file in open_to_others if not is_private(file)
    ]
    return report


def check_generation(
    backup_folder: BackupFolder, name: str, progress: Progress = lambda _done, _all: None
) -> IntegrityReport:
    """Check a generation against its manifest: every file and photo, the copy of the register, and its counts."""
    report = IntegrityReport()
    folder = backup_folder.generations / name
    try:
        manifest = backup_folder.manifest(name)
        for file in FILES:
            _check_file(folder / file, manifest, file, report)
        if not report.faults:
            with reading_copy(folder / REGISTER) as connection:
                _compare(connection, folder, manifest, report)
        read_erasures(folder / ERASURES)
    except RbaError as error:
        report.faults.append(error.message)
        return report
    for done, hash in enumerate(manifest.photos, start=1):
        state = matches_hash(backup_folder.object(hash), hash)
        report.photos += state == "whole"
        if state == "missing":
            report.faults.append(say("{file}: the photo is missing", file=backup_folder.object(hash)))
        elif state == "damaged":
            report.faults.append(say("{file}: the photo is damaged", file=backup_folder.object(hash)))
        progress(done, len(manifest.photos))
    return report


def _check_file(path: Path, manifest: Manifest, name: str, report: IntegrityReport) -> None:
    hash, size = manifest.files.get(name, ("", -1))
    state = matches_hash(path, hash)
    if state == "missing":
        report.faults.append(say("{file}: the file is missing", file=path))
    elif state == "damaged" and path.stat().st_size != size:
        report.faults.append(
            say(
                "{file}: {bytes} bytes long, not {wanted}; it was cut off or altered",
                file=path,
                bytes=path.stat().st_size,
                wanted=size,
            )
        )
    elif state == "damaged":
        report.faults.append(say("{file}: not what was backed up; it was altered or damaged", file=path))


def _compare(connection: Connection, folder: Path, manifest: Manifest, report: IntegrityReport) -> None:
    """Compare the copy of the register with the manifest, which may have been altered together with its hash."""
    hashes = _check_tables(connection, folder / REGISTER, report)
    for table, rows in manifest.counts.items():
        if report.counts.get(table) != rows:
            report.faults.append(
                say(
                    "{file}: {found} rows in {table}, and the manifest says {wanted}",
                    file=folder / REGISTER,
                    found=report.counts.get(table, 0),
                    table=table,
                    wanted=rows,
                )
            )
    if report.step != manifest.schema:
        report.faults.append(
            say(
                "{file}: its tables are at {found}, and the manifest says {wanted}",
                file=folder / REGISTER,
                found=report.step,
                wanted=manifest.schema,
            )
        )
    listed = {*manifest.photos, *manifest.missing}
    report.faults += [
        say("{file}: the register knows the photo {hash}, and the manifest does not", file=folder / REGISTER, hash=hash)
        for hash in hashes
        if hash not in listed
    ]


def _check_tables(connection: Connection, path: Path, report: IntegrityReport) -> list[str]:
    """Check the content of the database; return the hashes of its current photo files."""
    report.step = str(step_of(connection) or "")
    broken = list(connection.exec_driver_sql(f"PRAGMA integrity_check({_MAX_LINES})").scalars())
    if broken != ["ok"]:
        report.faults += [say("{file}: the database is damaged ({fault})", file=path, fault=line) for line in broken]
        return []
    report.faults += [
        say("{file}: a row of {table} points at nothing in {other}", file=path, table=row[0], other=row[2])
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ]
    if report.step != newest_step() and not is_older(report.step):
        report.faults.append(
            say(
                "{file}: made by another version of this program ({found}, not {wanted}); use that one",
                file=path,
                found=report.step or "-",
                wanted=newest_step(),
            )
        )
        return []
    report.counts = count_rows(connection)
    if "photo" not in report.counts:
        return []  # a register of the first release, which stored no photos
    if report.step == newest_step():
        report.faults += _missing_triggers(connection, path)
    report.faults += _altered(connection, path, redacted=redaction.name in report.counts)
    if place_proposal.name in report.counts:
        report.faults += _altered_proposals(connection, path)
    waiting = (
        select(func.count(visit_photo.c.sha256.distinct()))
        .join(photo, photo.c.sha256 == visit_photo.c.sha256, isouter=True)
        .where(photo.c.sha256.is_(None))
    )
    report.waiting = int(connection.scalar(waiting) or 0)
    return photo_hashes(connection)


def _missing_triggers(connection: Connection, path: Path) -> Iterator[Message]:
    triggers = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    for table in KEPT:
        if not {f"{table.name}_no_update", f"{table.name}_no_delete"} <= triggers:
            yield say("{file}: nothing keeps the rows of {table} from being changed", file=path, table=table.name)


def _altered(connection: Connection, path: Path, *, redacted: bool) -> Iterator[Message]:
    without_name = dict(connection.execute(select(redaction.c.visit_id, redaction.c.sha256)).all()) if redacted else {}
    for table in (visit, danger):
        for id, document, hash in connection.execute(select(table.c.id, table.c.document, table.c.sha256)):
            if sha256(document.encode()).hexdigest() != (without_name.get(id, hash) if table is visit else hash):
                yield say("{file}: {table} {id} is not what was received", file=path, table=table.name, id=id)


def _altered_proposals(connection: Connection, path: Path) -> Iterator[Message]:
    erased = select(erasure.c.person_id)  # the walk was removed from their proposals, so the hashes differ
    wanted = select(place_proposal.c.id, place_proposal.c.document, place_proposal.c.sha256)
    for id, document, hash in connection.execute(wanted.where(place_proposal.c.author.not_in(erased))):
        if sha256(document.encode()).hexdigest() != hash:
            yield say("{file}: {table} {id} is not what was received", file=path, table=place_proposal.name, id=id)


def _check_photos(
    folder: Path, hashes: list[str], endings: Mapping[str, str], report: IntegrityReport, progress: Progress
) -> None:
    for done, hash in enumerate(hashes, start=1):
        path = file_of(folder, hash, endings.get(hash, PICTURE))
        state = matches_hash(path, hash)
        report.photos += state == "whole"
        if state == "missing":
            report.faults.append(say("{file}: the photo is missing", file=path))
        elif state == "damaged":
            report.faults.append(say("{file}: the photo is damaged", file=path))
        progress(done, len(hashes))
    recorded = set(hashes)
    for path in sorted(folder.glob("*/*")):
        if (path.stem not in recorded or path.suffix != endings.get(path.stem, PICTURE)) and _is_stale(path):
            report.faults.append(say("{file}: belongs to no photo of the register, and may be removed", file=path))


def _is_stale(path: Path) -> bool:
    try:
        return abs(now_utc().timestamp() - path.stat().st_mtime) > _STALE_S
    except FileNotFoundError:
        return False  # it was renamed or removed meanwhile
