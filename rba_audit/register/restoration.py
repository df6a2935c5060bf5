"""Restore a register from a backup, to a new path or replacing an existing register.

Everything is assembled and checked in a work folder first and renamed last, so that an interrupted restore is never
mistaken for a register.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import RbaError, Unavailable
from rba_audit.messages import say
from rba_audit.permissions import roles_with
from rba_audit.register.account_tables import join_link, person, session, sign_in_attempt, write_event
from rba_audit.register.backup_generations import REGISTER, BackupFolder, Manifest, photo_hashes
from rba_audit.register.backup_log import RESTORED, BackupNote, BackupNotes, notes_file, write_note
from rba_audit.register.erasure import erase_person
from rba_audit.register.erasures import Eraser, erasures_file, lines_of, read_erasures
from rba_audit.register.integrity import IntegrityReport, check_generation, check_register
from rba_audit.register.kla.requests import end_all_requests
from rba_audit.register.kla.trainings import erase_from_backup
from rba_audit.register.open_checks import ASIDE, ERASURES, PHOTOS
from rba_audit.register.photo_files import PICTURE, file_of
from rba_audit.register.private_files import make_folder, restrict, sync_file, sync_folder, write_file
from rba_audit.register.recorded_files import file_endings
from rba_audit.register.shared_links import end_all_links
from rba_audit.register.tables import count_change, meta
from rba_audit.register.urls import database_at

Progress = Callable[[int, int], None]
_WORK_PREFIX: Final = ".restoring-"


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """The result of a restore.

    Attributes:
        manifest: The manifest of the generation.
        erased: How many persons the lists of erasures name.
        aside: The folder that the replaced files were moved to; None if there were none.
        missing: How many photos were already lost or altered when the backup was made.
        unread: Other generations of the folder whose list of erased persons is missing or cannot be read.
        erasures_known: Whether the target had a list of erasures, which also names persons erased after the backups.
        nobody_administers: Whether the restored register has no administrator who can sign in with a password.
    """

    manifest: Manifest
    erased: int
    aside: Path | None
    missing: int
    unread: tuple[str, ...] = ()
    erasures_known: bool = False
    nobody_administers: bool = False


def restore_backup(
    folder: Path,
    url: str,
    *,
    generation: str = "",
    replace: bool = False,
    erasures: Sequence[Path] = (),
    eraser: Eraser = erase_person,
    now: Callable[[], datetime] = now_utc,
    progress: Progress = lambda _done, _all: None,
) -> RestoreResult:
    """Restore the newest generation of a backup folder, or `generation` if it is given, as the register at `url`.

    Sessions, one-time links and counted sign-in attempts are removed. `eraser` erases the persons on all lists of erasures:
    those of all generations in the folder, the one next to the target, and the files `erasures`. With `replace` existing
    files are moved aside.

    Raises:
        RbaError: the backup is not whole, the target exists (without `replace`) or is inside the backup folder, a program
            serves it, a list of erasures is missing or invalid, or the restored register is not sound.
        Unavailable: the target cannot be written.
    """
    backup_folder = BackupFolder(folder)
    name = backup_folder.choose(generation)
    manifest = _verified_manifest(backup_folder, name, progress)
    target = database_at(url)
    parent = target.path.parent
    _refuse_within(backup_folder.folder, target.path)
    existing = _existing_files(target.path)
    if existing and not replace:
        raise RbaError(
            say(
                "{file}: something is there already; name another place with --register, or move it aside with --replace",
                file=existing[0],
            )
        )
    erased = read_erasures(backup_folder.generations / name / ERASURES)
    later, unread = _erased_in_others(backup_folder, name)
    erased = {**later, **erased}
    erasures_known = erasures_file(target.path).is_file()
    for file in (erasures_file(target.path), *erasures):
        if file in erasures and not file.is_file():
            raise RbaError(say("{file}: there is no list of erased persons; name another file", file=file))
        erased = {**read_erasures(file), **erased}
    with _disk_errors(parent):
        make_folder(parent)
        with target.serving(alone=True) as alone:
            if not alone:
                raise RbaError(
                    say("{file}: a program serves this register; stop it, then restore again", file=target.path)
                )
            for left in parent.glob(f"{_WORK_PREFIX}*"):  # from an interrupted restore
                shutil.rmtree(left)
            work = parent / f"{_WORK_PREFIX}{secrets.token_hex(8)}"
            try:
                make_folder(work)
                _assemble(backup_folder, manifest, work, target.path.name, erased, eraser, now())
                aside = _move_aside(target.path, existing, now()) if existing else None
                _move_in(work, target.path)
            finally:
                shutil.rmtree(work, ignore_errors=True)
            write_note(target.path, _note(backup_folder, manifest))
    with target.reading() as connection:
        able = connection.scalar(
            select(func.count())
            .select_from(person)
            .where(person.c.role.in_(roles_with("administer")), person.c.active == 1, person.c.password.is_not(None))
        )
    target.close()
    return RestoreResult(manifest, len(erased), aside, len(manifest.missing), unread, erasures_known, not able)


def _refuse_within(folder: Path, register: Path) -> None:
    """Refuse a target inside the backup folder: the next backup could not be written there, and both would be lost together."""
    own = folder.resolve()
    if own in (register.parent.resolve(), *register.parent.resolve().parents):
        raise RbaError(
            say("{file}: this lies in the folder of the backups; name another place with --register", file=register)
        )


def _erased_in_others(backup_folder: BackupFolder, name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the erased persons of the other generations, and the names of those without a readable list."""
    erased: dict[str, str] = {}
    unread = []
    for other in backup_folder.names():
        file = backup_folder.generations / other / ERASURES
        if other == name:
            continue
        try:
            if not file.is_file():
                raise RbaError(say("{file}: the file is missing", file=file))
            erased = {**read_erasures(file), **erased}
        except RbaError:
            unread.append(other)
    return erased, tuple(unread)


def _verified_manifest(backup_folder: BackupFolder, name: str, progress: Progress) -> Manifest:
    checked = check_generation(backup_folder, name, progress)
    if not checked.faults:
        return backup_folder.manifest(name)
    message = say(
        "{folder}: generation {name} is not whole and was not restored: {fault}{more}",
        folder=backup_folder.folder,
        name=name,
        fault=checked.faults[0],
        more=_more(checked),
    )
    whole = next(
        (other for other in reversed(backup_folder.names()) if not check_generation(backup_folder, other).faults), None
    )
    if whole is not None:
        message = say("{told}. The newest that is whole is {whole}: --generation {whole}", told=message, whole=whole)
    raise RbaError(message)


def _more(checked: IntegrityReport) -> str:
    more = len(checked.faults) - 1
    return f" {say('(and {count} more; rba-audit register check --backup lists them)', count=more)}" if more else ""


def _existing_files(register: Path) -> list[Path]:
    """Return the existing files that would be overwritten or mixed up with the restored register."""
    files = [register, *(register.with_name(f"{register.name}{suffix}") for suffix in ("-wal", "-shm", "-journal"))]
    photos = register.parent / PHOTOS
    return [
        *(file for file in files if file.exists()),
        *([photos] if photos.exists() and any(photos.iterdir()) else []),
    ]


def _assemble(
    backup_folder: BackupFolder,
    manifest: Manifest,
    work: Path,
    name: str,
    erased: dict[str, str],
    eraser: Eraser,
    at: datetime,
) -> None:
    """Assemble the register in `work`, upgrade it, repeat the erasures, and check it.

    Raises:
        RbaError: the check found a problem.
    """
    register = work / name
    write_file(register, [(backup_folder.generations / manifest.generation / REGISTER).read_bytes()])
    write_file(work / ERASURES, lines_of(erased))
    database = database_at(f"sqlite:///{register}")
    database.prepare(create=False)
    make_folder(work / PHOTOS)
    with database.reading() as connection:
        endings = file_endings(connection)
    for hash in manifest.photos:
        target = file_of(work / PHOTOS, hash, endings.get(hash, PICTURE))
        make_folder(target.parent)
        write_file(target, [backup_folder.object(hash).read_bytes()])
    with database.writing() as connection:
        for table in (session, join_link, sign_in_attempt):
            connection.execute(delete(table))
        end_all_links(connection, at)
        end_all_requests(connection, at)
        for person_id in erased:
            eraser(connection, person_id)
            erase_from_backup(connection, person_id, at)
        connection.execute(delete(meta).where(meta.c.key == RESTORED))
        connection.execute(insert(meta).values(key=RESTORED, value=int(at.timestamp() * 1000)))
        write_event(connection, at, None, None, "restored", manifest.generation)
        count_change(connection)
        named = set(photo_hashes(connection))
    for path in (work / PHOTOS).glob("*/*"):
        if path.stem not in named:
            path.unlink()  # a photo of an erased person
    BackupNotes(database).add(_note(backup_folder, manifest))
    database.wipe_free_space()
    lost = set(manifest.missing)
    faults = [fault for fault in check_register(database).faults if not any(hash in str(fault) for hash in lost)]
    database.close()
    if faults:
        raise RbaError(say("{file}: the restored register is not sound: {fault}", file=register, fault=faults[0]))
    sync_file(register)


def _move_aside(register: Path, existing: Sequence[Path], at: datetime) -> Path:
    aside = register.parent / f"{ASIDE}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    make_folder(aside)
    copies = register.parent.glob(f"{register.name}.before-*")
    others = [file for file in (erasures_file(register), notes_file(register)) if file.exists()]
    # Move the register first: without it no program opens the remaining files.
    for file in (*existing, *copies):
        file.rename(aside / file.name)
    for file in others:
        write_file(aside / file.name, [file.read_bytes()])
    sync_folder(aside)
    return aside


def _move_in(work: Path, register: Path) -> None:
    """Rename everything into place, the register last: photos without a register are never opened as a new one."""
    photos = register.parent / PHOTOS
    if photos.exists():
        photos.rmdir()
    (work / PHOTOS).rename(photos)
    (work / ERASURES).replace(erasures_file(register))
    sync_folder(register.parent)
    (work / register.name).rename(register)
    restrict(register)
    sync_folder(register.parent)


def _note(backup_folder: BackupFolder, manifest: Manifest) -> BackupNote:
    return BackupNote(
        manifest.made_at, str(backup_folder.folder), manifest.generation, len(manifest.photos), len(manifest.missing)
    )


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            say(
                "{folder}: the register cannot be restored there ({fault}); check the disk and the space left",
                folder=folder,
                fault=error.strerror,
            )
        ) from error
