"""Checks before a register is opened or created, and private file modes for its files.

An empty file is never used as a new register. None is created next to signs of a lost one: photos, backups, the
write-ahead log of a missing file, or copies from before an upgrade.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rba_audit.errors import NoRegister, RbaError
from rba_audit.logs import log_event
from rba_audit.messages import Message, say
from rba_audit.register.backup_log import last_note, notes_file
from rba_audit.register.private_files import is_private, restrict

PHOTOS: Final = "photos"
ERASURES: Final = "erasures.jsonl"
ASIDE: Final = "before-restore-"
"""Prefix of the folder into which a restore moves the replaced files."""
_LOG: Final = logging.getLogger(__name__)
_OWN_SUFFIXES: Final = ("", "-wal", "-shm", "-journal", ".lock", ".serving", ".backups.jsonl")


def refuse_missing(path: Path) -> None:
    """Refuse to go on without a register.

    Raises:
        NoRegister: the file is missing or empty; the message names the newest known backup.
    """
    if not path.is_file() or not path.stat().st_size:
        raise NoRegister(_missing_message(path, "" if path.exists() else say("it is missing")))


def refuse_new(path: Path, *, insist: bool) -> None:
    """Refuse to create a register at `path` if there are signs of a lost one; the file is missing or empty.

    With `insist` only the write-ahead log of a lost file is a reason, because SQLite would apply it to the new register.

    Raises:
        NoRegister: the file is empty, or it is missing and there are signs of a register.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise NoRegister(_missing_message(path, say("{file} was left by it", file=log)))
    if insist:
        return
    if path.exists():
        raise NoRegister(_missing_message(path, ""))
    sign = next(_signs_of_loss(path), None)
    if sign is not None:
        raise NoRegister(_missing_message(path, say("{file} was left by it", file=sign)))


def refuse_tables(path: Path) -> RbaError:
    """Return the error for a database without tables."""
    return NoRegister(_missing_message(path, say("it is a database without any table")))


def tighten(path: Path) -> None:
    """Restrict a register and the files that belong to it to their owner, and log the names of those that were changed.

    The folder is changed only if everything in it belongs to registers.
    """
    changed = [file for file in _own_files(path) if file.is_file() and restrict(file)]
    folder = path.parent
    if not is_private(folder) and not folder.stat().st_mode & stat.S_ISVTX and all(map(_belongs, folder.iterdir())):
        changed += [folder] if restrict(folder) else []
    if changed:
        names = tuple(sorted(file.name for file in changed))
        log_event(_LOG, "made_private", folder=str(folder), names=names)


def _missing_message(path: Path, why: Message | str) -> Message:
    what = (
        say("{file}: this is no register ({why})", file=path, why=why)
        if why
        else say("{file}: the file is empty, and no register", file=path)
    )
    note = last_note(path)
    if note is not None:
        return say(
            "{what}; the newest backup known is {generation} in {folder}: rba-audit register restore brings it back, "
            "register init makes a new one",
            what=what,
            generation=note.generation,
            folder=note.folder,
        )
    return say(
        "{what}; name the right place with --register, bring a backup back with rba-audit register restore, "
        "or make a new one with rba-audit register init",
        what=what,
    )


def _signs_of_loss(path: Path) -> Iterator[Path]:
    folder = path.parent
    yield from (file for file in (notes_file(path), *sorted(folder.glob(f"{path.name}.before-*"))) if file.is_file())
    # Photos and erasures may belong to another register in the same folder.
    others = any(file.is_file() and file.stat().st_size for file in folder.glob("*.db") if file != path)
    if not others:
        photos, erasures = folder / PHOTOS, folder / ERASURES
        if any(next(photos.glob(f"*/*{ending}"), None) for ending in (".jpg", ".pdf")):
            yield photos
        if erasures.is_file() and erasures.stat().st_size:
            yield erasures


def _own_files(path: Path) -> list[Path]:
    files = [path.with_name(f"{path.name}{suffix}") for suffix in _OWN_SUFFIXES]
    return [*files, *path.parent.glob(f"{path.name}.before-*"), path.parent / ERASURES]


def _belongs(entry: Path) -> bool:
    if entry.is_dir():
        return entry.name == PHOTOS or entry.name.startswith(ASIDE)
    return entry.name == ERASURES or ".db" in entry.suffixes or entry.name.partition(".db")[1] == ".db"
