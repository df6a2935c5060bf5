"""Write a generation of backup while the register is in use, and remove those that are not to be kept.

Writers go on: SQLite copies one state of the register, and photos are never changed once they have their name.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import insert

from rba_audit.days import now_utc
from rba_audit.errors import RbaError, Unavailable
from rba_audit.messages import say
from rba_audit.register.backup_generations import (
    IDENTITY,
    MANIFEST,
    REGISTER,
    BackupFolder,
    Manifest,
    count_rows,
    hash_of_file,
    identity_query,
    photo_hashes,
)
from rba_audit.register.backup_log import BackupNote, BackupNotes
from rba_audit.register.erasures import erasures_file
from rba_audit.register.file_locks import try_file_lock
from rba_audit.register.integrity import matches_hash
from rba_audit.register.open_checks import ERASURES, PHOTOS
from rba_audit.register.private_files import is_private, make_folder, restrict, sync_folder, write_file
from rba_audit.register.schema_upgrade import step_of
from rba_audit.register.sqlite import Database
from rba_audit.register.sqlite_library import reading_copy
from rba_audit.register.tables import meta

_CHUNK: Final = 1 << 20
_GONE: Final = ".gone-"
_PART: Final = ".part-"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A backup that was made.

    Attributes:
        manifest: What it holds.
        new_photos: How many photos were not in the folder before.
        removed: The generations that were removed.
        private: Whether the folder's disk keeps others from reading it.
        problems: Why older photos could not be removed, if so.
    """

    manifest: Manifest
    new_photos: int
    removed: tuple[str, ...]
    private: bool
    problems: tuple[RbaError, ...]


def back_up(
    database: Database,
    folder: Path,
    *,
    program: str = "",
    keep: int | None = None,
    now: Callable[[], datetime] = now_utc,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> BackupResult:
    """Write a new generation into `folder`, and keep only the newest `keep` generations if that is said.

    `program` is the version of the program, for the manifest; `progress` is told how many photos of how many are done.

    Raises:
        RbaError: the folder is inside the register's own, belongs to another register, is in use, or cannot be written.
    """
    place = BackupFolder(folder)
    _refuse_inside(place.folder, database.path.parent)
    with _faults(place.folder):
        for each in (place.folder, place.generations, place.objects):
            make_folder(each)
        with try_file_lock(place.lock) as held:
            if not held:
                raise RbaError(say("{folder}: another backup is being made there; wait for it", folder=place.folder))
            own = _identity(database)
            _refuse_strangers(place, own)
            _sweep(place)
            manifest, new = _write(database, place, own, program, now(), progress)
            note = BackupNote(
                manifest.made_at,
                str(place.folder),
                manifest.generation,
                len(manifest.photos),
                len(manifest.missing),
            )
            BackupNotes(database).add(note)
            removed, problems = prune(place, keep) if keep is not None else ((), ())
            private = is_private(place.generations) and is_private(place.generations / manifest.generation / REGISTER)
    return BackupResult(manifest, new, removed, private, problems)


def prune(place: BackupFolder, keep: int) -> tuple[tuple[str, ...], tuple[RbaError, ...]]:
    """Remove all but the newest `keep` generations, and the photos that none of those names; the folder is locked.

    Returns the removed names, and the fault of each kept manifest that cannot be read; no photo is removed then.
    """
    names = place.names()
    gone = names[: max(0, len(names) - keep)]
    for name in gone:
        # Renamed first: a generation that is half removed must not be taken for one.
        aside = place.generations / f"{_GONE}{name}"
        (place.generations / name).rename(aside)
        shutil.rmtree(aside)
    named: set[str] = set()
    problems = []
    for name in place.names():
        try:
            named.update(place.manifest(name).photos)
        except RbaError as fault:
            problems.append(fault)
    if not problems:
        for path in list(place.stored()):
            if path.name not in named:
                path.unlink()
    return tuple(gone), tuple(problems)


def _refuse_inside(folder: Path, parent: Path) -> None:
    """Refuse a folder inside the register's own, whichever names or links lead there."""
    real = folder.resolve()
    for own in (parent, parent / PHOTOS):
        for above in (real, *real.parents):
            if own.exists() and above.exists() and above.samefile(own):
                raise RbaError(
                    say(
                        "{folder}: this lies in the register's own folder, and would be lost with it; "
                        "name a folder on another disk",
                        folder=folder,
                    )
                )


def _refuse_strangers(place: BackupFolder, own: int) -> None:
    for name in reversed(place.names()):
        try:
            other = place.manifest(name).register
        except RbaError:
            continue  # a damaged one says nothing
        if other != own:
            raise RbaError(
                say("{folder}: this holds the backups of another register; name another folder", folder=place.folder)
            )
        return


def _identity(database: Database) -> int:
    """Return the register's number, given to it by its first backup."""
    with database.reading() as connection:
        found = connection.scalar(identity_query())
    if found is None:
        with database.writing() as connection:
            found = connection.scalar(identity_query())
            if found is None:
                found = secrets.randbits(62)
                connection.execute(insert(meta).values(key=IDENTITY, value=found))
    return int(found)


def _sweep(place: BackupFolder) -> None:
    """Remove what earlier runs left that were cut short; the folder is locked, so none is at work."""
    for each in place.generations.glob(".*"):
        shutil.rmtree(each)
    for each in place.objects.glob("??/.*"):
        each.unlink()


def _write(
    database: Database, place: BackupFolder, own: int, program: str, at: datetime, progress: Callable[[int, int], None]
) -> tuple[Manifest, int]:
    name = place.next_name(at)
    part = place.generations / f"{_PART}{name}"
    make_folder(part)
    try:
        database.snapshot(part / REGISTER)
        with reading_copy(part / REGISTER) as connection:
            counts, hashes, step = count_rows(connection), photo_hashes(connection), str(step_of(connection))
        photos, missing, new = _write_photos(database.path.parent / PHOTOS, place, hashes, progress)
        # Last: whoever is erased while this runs is on the list.
        erasures = erasures_file(database.path)
        write_file(part / ERASURES, _chunks(erasures) if erasures.exists() else ())
        files = {each: (hash_of_file(part / each), (part / each).stat().st_size) for each in (REGISTER, ERASURES)}
        manifest = Manifest(own, name, at, program, step, counts, files, photos, missing)
        write_file(part / MANIFEST, [manifest.text().encode()])
        part.rename(place.generations / name)
        sync_folder(place.generations)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest, new


def _write_photos(
    source: Path, place: BackupFolder, hashes: list[str], progress: Callable[[int, int], None]
) -> tuple[dict[str, int], tuple[str, ...], int]:
    photos: dict[str, int] = {}
    missing: list[str] = []
    new = 0
    for done, hash in enumerate(hashes, start=1):
        target, own = place.object(hash), source / hash[:2] / f"{hash}.jpg"
        # A copy that was damaged meanwhile is written anew; its generations become whole again.
        if matches_hash(target, hash) != "whole":
            if matches_hash(own, hash) != "whole":
                missing.append(hash)
                progress(done, len(hashes))
                continue
            make_folder(target.parent)
            write_file(target, _chunks(own))
            new += 1
        restrict(target)
        photos[hash] = target.stat().st_size
        progress(done, len(hashes))
    return photos, tuple(missing), new


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise Unavailable(
            say(
                "{folder}: the backup cannot be written ({fault}); what was backed up before is as it was; "
                "check the disk and the space left there",
                folder=folder,
                fault=fault.strerror,
            )
        ) from fault
