"""Write a backup generation while the register is in use, and prune old generations.

Writers are not blocked: SQLite copies a snapshot of the register, and a photo file never changes once it has its name.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
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
from rba_audit.register.photo_files import PICTURE, file_of
from rba_audit.register.private_files import is_private, make_folder, restrict, sync_folder, write_file
from rba_audit.register.recorded_files import file_endings
from rba_audit.register.schema_upgrade import step_of
from rba_audit.register.sqlite import Database
from rba_audit.register.sqlite_library import reading_copy
from rba_audit.register.tables import meta

_CHUNK: Final = 1 << 20
_REMOVED_PREFIX: Final = ".gone-"
_PART_PREFIX: Final = ".part-"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """The result of `back_up`.

    Attributes:
        manifest: The manifest of the new generation.
        new_photos: How many photos were not in the folder before.
        removed: The names of the generations that were removed.
        private: Whether only the owner may read the folder; False on a disk without file modes.
        problems: The unreadable manifests, because of which no photo was removed; empty if there are none.
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
    """Write a new generation into `folder`; with `keep`, remove all but the newest `keep` generations.

    `program` is the version of the program, for the manifest; `progress` gets the number of photos done and of all photos.

    Raises:
        RbaError: the folder is inside the register's own, belongs to another register, or is locked by another backup.
        Unavailable: the folder cannot be written.
    """
    backup_folder = BackupFolder(folder)
    _refuse_inside(backup_folder.folder, database.path.parent)
    with _disk_errors(backup_folder.folder):
        for path in (backup_folder.folder, backup_folder.generations, backup_folder.objects):
            make_folder(path)
        with try_file_lock(backup_folder.lock) as locked:
            if not locked:
                raise RbaError(
                    say("{folder}: another backup is being made there; wait for it", folder=backup_folder.folder)
                )
            own = _identity(database)
            _refuse_other_registers(backup_folder, own)
            _remove_unfinished(backup_folder)
            manifest, new = _write(database, backup_folder, own, program, now(), progress)
            note = BackupNote(
                manifest.made_at,
                str(backup_folder.folder),
                manifest.generation,
                len(manifest.photos),
                len(manifest.missing),
            )
            BackupNotes(database).add(note)
            removed, problems = prune(backup_folder, keep) if keep is not None else ((), ())
            private = is_private(backup_folder.generations) and is_private(
                backup_folder.generations / manifest.generation / REGISTER
            )
    return BackupResult(manifest, new, removed, private, problems)


def prune(backup_folder: BackupFolder, keep: int) -> tuple[tuple[str, ...], tuple[RbaError, ...]]:
    """Remove all but the newest `keep` generations, and the photos that none of those lists; the caller holds the lock.

    Returns the removed names, and an error for each remaining manifest that cannot be read; with an error no photo is removed.
    """
    names = backup_folder.names()
    gone = names[: max(0, len(names) - keep)]
    for name in gone:
        # Rename first, so that a partly removed generation is not listed as one.
        aside = backup_folder.generations / f"{_REMOVED_PREFIX}{name}"
        (backup_folder.generations / name).rename(aside)
        shutil.rmtree(aside)
    named: set[str] = set()
    problems = []
    for name in backup_folder.names():
        try:
            named.update(backup_folder.manifest(name).photos)
        except RbaError as error:
            problems.append(error)
    if not problems:
        for path in list(backup_folder.stored()):
            if path.name not in named:
                path.unlink()
    return tuple(gone), tuple(problems)


def _refuse_inside(folder: Path, parent: Path) -> None:
    """Refuse a folder inside the register's own, also by another name or a link."""
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


def _refuse_other_registers(backup_folder: BackupFolder, own: int) -> None:
    for name in reversed(backup_folder.names()):
        try:
            other = backup_folder.manifest(name).register
        except RbaError:
            continue  # a damaged manifest does not name its register
        if other != own:
            raise RbaError(
                say(
                    "{folder}: this holds the backups of another register; name another folder",
                    folder=backup_folder.folder,
                )
            )
        return


def _identity(database: Database) -> int:
    """Return the register's identity number; its first backup assigns it."""
    with database.reading() as connection:
        number = connection.scalar(identity_query())
    if number is None:
        with database.writing() as connection:
            number = connection.scalar(identity_query())
            if number is None:
                number = secrets.randbits(62)
                connection.execute(insert(meta).values(key=IDENTITY, value=number))
    return int(number)


def _remove_unfinished(backup_folder: BackupFolder) -> None:
    """Remove what interrupted runs left behind; the caller holds the lock, so no other run is active."""
    for path in backup_folder.generations.glob(".*"):
        shutil.rmtree(path)
    for path in backup_folder.objects.glob("??/.*"):
        path.unlink()


def _write(
    database: Database,
    backup_folder: BackupFolder,
    own: int,
    program: str,
    at: datetime,
    progress: Callable[[int, int], None],
) -> tuple[Manifest, int]:
    name = backup_folder.next_name(at)
    part = backup_folder.generations / f"{_PART_PREFIX}{name}"
    make_folder(part)
    try:
        database.snapshot(part / REGISTER)
        with reading_copy(part / REGISTER) as connection:
            counts, hashes, step = count_rows(connection), photo_hashes(connection), str(step_of(connection))
            endings = file_endings(connection)
        photos, missing, new = _write_photos(
            database.path.parent / PHOTOS,
            backup_folder,
            {hash: endings.get(hash, PICTURE) for hash in hashes},
            progress,
        )
        # Copy the list of erasures last, so that it includes persons erased while the backup runs.
        erasures = erasures_file(database.path)
        write_file(part / ERASURES, _chunks(erasures) if erasures.exists() else ())
        files = {file: (hash_of_file(part / file), (part / file).stat().st_size) for file in (REGISTER, ERASURES)}
        manifest = Manifest(own, name, at, program, step, counts, files, photos, missing)
        write_file(part / MANIFEST, [manifest.text().encode()])
        part.rename(backup_folder.generations / name)
        sync_folder(backup_folder.generations)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest, new


def _write_photos(
    source: Path, backup_folder: BackupFolder, endings: Mapping[str, str], progress: Callable[[int, int], None]
) -> tuple[dict[str, int], tuple[str, ...], int]:
    photos: dict[str, int] = {}
    missing: list[str] = []
    new = 0
    for done, (hash, ending) in enumerate(endings.items(), start=1):
        target, own = backup_folder.object(hash), file_of(source, hash, ending)
        # A damaged copy is written again, which also repairs the older generations that share it.
        if matches_hash(target, hash) != "whole":
            if matches_hash(own, hash) != "whole":
                missing.append(hash)
                progress(done, len(endings))
                continue
            make_folder(target.parent)
            write_file(target, _chunks(own))
            new += 1
        restrict(target)
        photos[hash] = target.stat().st_size
        progress(done, len(endings))
    return photos, tuple(missing), new


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            say(
                "{folder}: the backup cannot be written ({fault}); what was backed up before is as it was; "
                "check the disk and the space left there",
                folder=folder,
                fault=error.strerror,
            )
        ) from error
