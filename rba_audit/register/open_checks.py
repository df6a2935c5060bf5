"""Whether a register may be made where there is none, and whether a file that is there can be one.

An empty file is never taken for a new register, and none is made beside signs that one was there: photos, backups, the
log of a lost file, or copies from before an upgrade.
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
"""What the folder is called in which a restore keeps what was there."""
_LOG: Final = logging.getLogger(__name__)
_OWN_SUFFIXES: Final = ("", "-wal", "-shm", "-journal", ".lock", ".serving", ".backups.jsonl")


def refuse_missing(path: Path) -> None:
    """Refuse to go on where there is no register.

    Raises:
        NoRegister: the file is missing or empty; the sentence names the newest backup, where one is known.
    """
    if not path.is_file() or not path.stat().st_size:
        raise NoRegister(_gone(path, "" if path.exists() else say("it is missing")))


def refuse_new(path: Path, *, insist: bool) -> None:
    """Refuse to make a register at `path` where something says that one was there; called where there is none.

    With `insist` only what a new register would be mixed up with counts: the log of writes of a lost file.

    Raises:
        NoRegister: the file is empty, or it is missing beside signs of a register.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise NoRegister(_gone(path, say("{file} was left by it", file=log)))
    if insist:
        return
    if path.exists():
        raise NoRegister(_gone(path, ""))
    sign = next(_signs(path), None)
    if sign is not None:
        raise NoRegister(_gone(path, say("{file} was left by it", file=sign)))


def refuse_tables(path: Path) -> RbaError:
    """Return the refusal of a database without any table."""
    return NoRegister(_gone(path, say("it is a database without any table")))


def tighten(path: Path) -> None:
    """Let only their owner read a register and what belongs to it; what had to be changed is logged, once by its nature.

    The folder is changed only where everything in it belongs to registers.
    """
    changed = [each for each in _own(path) if each.is_file() and restrict(each)]
    folder = path.parent
    if not is_private(folder) and not folder.stat().st_mode & stat.S_ISVTX and all(map(_belongs, folder.iterdir())):
        changed += [folder] if restrict(folder) else []
    if changed:
        names = tuple(sorted(each.name for each in changed))
        log_event(_LOG, "made_private", folder=str(folder), names=names)


def _gone(path: Path, why: Message | str) -> Message:
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


def _signs(path: Path) -> Iterator[Path]:
    folder = path.parent
    yield from (each for each in (notes_file(path), *sorted(folder.glob(f"{path.name}.before-*"))) if each.is_file())
    # The folder's other registers may be what photos and erasures belong to.
    others = any(each.is_file() and each.stat().st_size for each in folder.glob("*.db") if each != path)
    if not others:
        photos, erasures = folder / PHOTOS, folder / ERASURES
        if next(photos.glob("*/*.jpg"), None) is not None:
            yield photos
        if erasures.is_file() and erasures.stat().st_size:
            yield erasures


def _own(path: Path) -> list[Path]:
    beside = [path.with_name(f"{path.name}{suffix}") for suffix in _OWN_SUFFIXES]
    return [*beside, *path.parent.glob(f"{path.name}.before-*"), path.parent / ERASURES]


def _belongs(entry: Path) -> bool:
    if entry.is_dir():
        return entry.name == PHOTOS or entry.name.startswith(ASIDE)
    return entry.name == ERASURES or ".db" in entry.suffixes or entry.name.partition(".db")[1] == ".db"
