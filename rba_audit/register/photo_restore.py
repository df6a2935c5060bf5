"""Bring lost and altered photos back from a folder tree, such as a backup: by the hash of each file alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256 as hash_of
from pathlib import Path

from rba_audit.errors import RbaError
from rba_audit.messages import Message, say
from rba_audit.register.photos import Photos


@dataclass(frozen=True, slots=True)
class PhotoRestoreResult:
    """What a folder tree gave.

    Attributes:
        asked: How many files were lost or altered before.
        left: The hash of each that still is, and what is wrong with it.
    """

    asked: int
    left: tuple[tuple[str, Message], ...]


def restore_photos(photos: Photos, folder: Path) -> PhotoRestoreResult:
    """Take from a folder tree the files that are lost or altered in the register; nothing else is taken or changed.

    Every kept file is read first. Names do not matter, only what a file holds; links are not followed.

    Raises:
        RbaError: there is no such folder.
        Unavailable: a file cannot be written in its place.
    """
    if not folder.is_dir():
        raise RbaError(say("{folder}: there is no such folder; name the one with the copies", folder=folder))
    asked = dict(photos.damaged())
    sizes = photos.sizes(asked)
    left = dict(asked)
    for path in _files(folder):
        if not left:
            break
        data = _read(path, sizes)
        found = hash_of(data).hexdigest() if data is not None else ""
        if data is not None and found in left:
            photos.put_back(found, data)
            del left[found]
    return PhotoRestoreResult(len(asked), tuple(left.items()))


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root) / name for name in sorted(names))


def _read(path: Path, sizes: frozenset[int]) -> bytes | None:
    """Return the bytes of a file that has the size of one that is wanted; None for any other."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size not in sizes:
            return None
        return path.read_bytes()
    except OSError:
        return None
