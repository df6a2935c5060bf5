"""Check a register, or a generation of a backup: each fault is one sentence, and nothing is changed."""

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
from rba_audit.register.photo_tables import photo
from rba_audit.register.private_files import is_private
from rba_audit.register.schema_upgrade import is_older, newest_step, step_of
from rba_audit.register.site_event_tables import place_proposal
from rba_audit.register.sqlite import Database
from rba_audit.register.sqlite_library import reading_copy
from rba_audit.register.tables import KEPT, visit, visit_photo

Progress = Callable[[int, int], None]
_STALE_S: Final = 3600  # a photo that is being received has a file before it has a row
_MOST_LINES: Final = 100


@dataclass(slots=True)
class IntegrityReport:
    """What a check found.

    Attributes:
        step: The step that the tables are at; empty where that cannot be read.
        counts: Rows by table.
        photos: Photos whose file is whole.
        waiting: Photos that visits name and that have not arrived; no fault.
        faults: A sentence for each fault.
    """

    step: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    photos: int = 0
    waiting: int = 0
    faults: list[Message | str] = field(default_factory=list)


def matches_hash(path: Path, hash: str) -> Literal["whole", "missing", "damaged"]:
    """Tell whether a file holds the bytes of which this is the SHA-256; one that cannot be read counts as damaged."""
    try:
        return "whole" if hash_of_file(path) == hash else "damaged"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"


def check_register(database: Database, progress: Progress = lambda _done, _all: None) -> IntegrityReport:
    """Check a register: the database, its documents and rules, its photos, and who may read the files.

    Raises:
        NoRegister: there is none.
    """
    refuse_missing(database.path)
    found = IntegrityReport()
    hashes: list[str] = []
    try:
        with database.reading() as connection:
            hashes = _check_tables(connection, database.path, found)
        read_erasures(erasures_file(database.path))
    except RbaError as fault:
        found.faults.append(fault.message)
    _check_photos(database.path.parent / PHOTOS, hashes, found, progress)
    open_to_others = [each for each in (database.path, erasures_file(database.path)) if each.exists()]
    found.faults += [
        say("{file}: others on this computer may read it", file=each) for each in open_to_others if not is_private(each)
    ]
    return found


def check_generation(place: BackupFolder, name: str, progress: Progress = lambda _done, _all: None) -> IntegrityReport:
    """Check a generation against its manifest: every file and photo, the copy of the register, and its counts."""
    found = IntegrityReport()
    folder = place.generations / name
    try:
        manifest = place.manifest(name)
        for file in FILES:
            _check_file(folder / file, manifest, file, found)
        if not found.faults:
            with reading_copy(folder / REGISTER) as connection:
                _compare(connection, folder, manifest, found)
        read_erasures(folder / ERASURES)
    except RbaError as fault:
        found.faults.append(fault.message)
        return found
    for done, hash in enumerate(manifest.photos, start=1):
        state = matches_hash(place.object(hash), hash)
        found.photos += state == "whole"
        if state == "missing":
            found.faults.append(say("{file}: the photo is missing", file=place.object(hash)))
        elif state == "damaged":
            found.faults.append(say("{file}: the photo is damaged", file=place.object(hash)))
        progress(done, len(manifest.photos))
    return found


def _check_file(path: Path, manifest: Manifest, name: str, found: IntegrityReport) -> None:
    hash, size = manifest.files.get(name, ("", -1))
    state = matches_hash(path, hash)
    if state == "missing":
        found.faults.append(say("{file}: the file is missing", file=path))
    elif state == "damaged" and path.stat().st_size != size:
        found.faults.append(
            say(
                "{file}: {bytes} bytes long, not {wanted}; it was cut off or altered",
                file=path,
                bytes=path.stat().st_size,
                wanted=size,
            )
        )
    elif state == "damaged":
        found.faults.append(say("{file}: not what was backed up; it was altered or damaged", file=path))


def _compare(connection: Connection, folder: Path, manifest: Manifest, found: IntegrityReport) -> None:
    """Hold the copy of the register against what the manifest says of it: an entry may have been taken out of both."""
    hashes = _check_tables(connection, folder / REGISTER, found)
    for table, rows in manifest.counts.items():
        if found.counts.get(table) != rows:
            found.faults.append(
                say(
                    "{file}: {found} rows in {table}, and the manifest says {wanted}",
                    file=folder / REGISTER,
                    found=found.counts.get(table, 0),
                    table=table,
                    wanted=rows,
                )
            )
    if found.step != manifest.schema:
        found.faults.append(
            say(
                "{file}: its tables are at {found}, and the manifest says {wanted}",
                file=folder / REGISTER,
                found=found.step,
                wanted=manifest.schema,
            )
        )
    told = {*manifest.photos, *manifest.missing}
    found.faults += [
        say("{file}: the register knows the photo {hash}, and the manifest does not", file=folder / REGISTER, hash=hash)
        for hash in hashes
        if hash not in told
    ]


def _check_tables(connection: Connection, path: Path, found: IntegrityReport) -> list[str]:
    """Check what is inside the database; return the hashes of the files of its photos."""
    found.step = str(step_of(connection) or "")
    broken = list(connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_LINES})").scalars())
    if broken != ["ok"]:
        found.faults += [say("{file}: the database is damaged ({fault})", file=path, fault=line) for line in broken]
        return []
    found.faults += [
        say("{file}: a row of {table} points at nothing in {other}", file=path, table=row[0], other=row[2])
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ]
    if found.step != newest_step() and not is_older(found.step):
        found.faults.append(
            say(
                "{file}: made by another version of this program ({found}, not {wanted}); use that one",
                file=path,
                found=found.step or "-",
                wanted=newest_step(),
            )
        )
        return []
    found.counts = count_rows(connection)
    if "photo" not in found.counts:
        return []  # of the first release, which kept none
    if found.step == newest_step():
        found.faults += _unguarded(connection, path)
    found.faults += _altered(connection, path, redacted=redaction.name in found.counts)
    if place_proposal.name in found.counts:
        found.faults += _altered_proposals(connection, path)
    waiting = (
        select(func.count(visit_photo.c.sha256.distinct()))
        .join(photo, photo.c.sha256 == visit_photo.c.sha256, isouter=True)
        .where(photo.c.sha256.is_(None))
    )
    found.waiting = int(connection.scalar(waiting) or 0)
    return photo_hashes(connection)


def _unguarded(connection: Connection, path: Path) -> Iterator[Message]:
    there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    for table in KEPT:
        if not {f"{table.name}_no_update", f"{table.name}_no_delete"} <= there:
            yield say("{file}: nothing keeps the rows of {table} from being changed", file=path, table=table.name)


def _altered(connection: Connection, path: Path, *, redacted: bool) -> Iterator[Message]:
    without_name = dict(connection.execute(select(redaction.c.visit_id, redaction.c.sha256)).all()) if redacted else {}
    for table in (visit, danger):
        for id, document, hash in connection.execute(select(table.c.id, table.c.document, table.c.sha256)):
            if sha256(document.encode()).hexdigest() != (without_name.get(id, hash) if table is visit else hash):
                yield say("{file}: {table} {id} is not what was received", file=path, table=table.name, id=id)


def _altered_proposals(connection: Connection, path: Path) -> Iterator[Message]:
    erased = select(erasure.c.person_id)  # of theirs the walk was taken out
    wanted = select(place_proposal.c.id, place_proposal.c.document, place_proposal.c.sha256)
    for id, document, hash in connection.execute(wanted.where(place_proposal.c.author.not_in(erased))):
        if sha256(document.encode()).hexdigest() != hash:
            yield say("{file}: {table} {id} is not what was received", file=path, table=place_proposal.name, id=id)


def _check_photos(folder: Path, hashes: list[str], found: IntegrityReport, progress: Progress) -> None:
    for done, hash in enumerate(hashes, start=1):
        path = folder / hash[:2] / f"{hash}.jpg"
        state = matches_hash(path, hash)
        found.photos += state == "whole"
        if state == "missing":
            found.faults.append(say("{file}: the photo is missing", file=path))
        elif state == "damaged":
            found.faults.append(say("{file}: the photo is damaged", file=path))
        progress(done, len(hashes))
    known = set(hashes)
    for path in sorted(folder.glob("*/*")):
        if (path.stem not in known or path.suffix != ".jpg") and _is_stale(path):
            found.faults.append(say("{file}: belongs to no photo of the register, and may be removed", file=path))


def _is_stale(path: Path) -> bool:
    try:
        return abs(now_utc().timestamp() - path.stat().st_mtime) > _STALE_S
    except FileNotFoundError:
        return False  # it was being received
