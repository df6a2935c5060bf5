"""The files of photos: named by the hash of their bytes, written whole or not at all, and checked by that name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import Final

from rba_audit.days import now_utc
from rba_audit.register.photo_tables import Condition
from rba_audit.register.private_files import make_folder, write_file

STALE_S: Final = 3600
"""No sender writes one photo, or waits to record it, for so long."""
_ENDING: Final = ".jpg"


def file_of(folder: Path, kept_sha256: str) -> Path:
    """Return where the picture with this hash lies."""
    return folder / kept_sha256[:2] / f"{kept_sha256}{_ENDING}"


def condition_of(path: Path, kept_sha256: str, size: int | None = None) -> Condition:
    """Return the condition of a file; with `size` by its size alone, without reading it."""
    try:
        if size is not None:
            return "whole" if path.stat().st_size == size and path.is_file() else "altered"
        return "whole" if hash_of(path.read_bytes()).hexdigest() == kept_sha256 else "altered"
    except OSError:
        return "lost"


def read_whole(path: Path, kept_sha256: str) -> bytes | Condition:
    """Return the bytes of a file whose hash is its name; what is wrong with it where it is not."""
    try:
        data = path.read_bytes()
    except OSError:
        return "lost"
    return data if hash_of(data).hexdigest() == kept_sha256 else "altered"


def write(path: Path, data: bytes) -> None:
    """Put a file in its place, whole and on the disk, or not at all.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    make_folder(path.parent)
    sweep_parts(path.parent)
    write_file(path, [data])


def mark_in_use(path: Path) -> None:
    """Mark a file as wanted now, so that no sweep takes it before its row is written."""
    with suppress(OSError):
        os.utime(path)


def sweep_parts(folder: Path) -> int:
    """Take away what senders left half written who were stopped long ago, and return how many files."""
    return _sweep(folder, lambda path: path.name.startswith("."))


def sweep_unrecorded(root: Path, recorded: Collection[str]) -> int:
    """Take away old files that no row names, and parts; `recorded` holds the hashes that rows name."""
    count = 0
    for folder in sorted(each for each in root.glob("[0-9a-f][0-9a-f]") if each.is_dir()):
        count += _sweep(folder, lambda path: path.name.startswith(".") or path.stem not in recorded)
    return count


def _sweep(folder: Path, unwanted: Callable[[Path], bool]) -> int:
    count = 0
    for path in folder.iterdir():
        try:
            if unwanted(path) and now_utc().timestamp() - path.stat().st_mtime > STALE_S:
                path.unlink()
                count += 1
        except FileNotFoundError:
            continue  # another sender swept at the same time
    return count
