"""Restore lost and altered photos from a folder tree, such as a backup, by the hash of each file."""

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
    """The result of a restore of photos.

    Attributes:
        asked: How many files were lost or altered before.
        left: The hash of each file that still is, and a message about it.
    """

    asked: int
    left: tuple[tuple[str, Message], ...]


def restore_photos(photos: Photos, folder: Path) -> PhotoRestoreResult:
    """Copy the files that are lost or altered in the register from a folder tree; nothing else is copied or changed.

    Every stored file is read first. Files are recognised by content, not by name; links are not followed.

    Raises:
        RbaError: there is no such folder.
        Unavailable: a file cannot be written into the register's folder.
    """
    if not folder.is_dir():
        raise RbaError(say("{folder}: there is no such folder; name the one with the copies", folder=folder))
    damaged = dict(photos.damaged())
    sizes = photos.sizes(damaged)
    left = dict(damaged)
    for path in _files(folder):
        if not left:
            break
        data = _read(path, sizes)
        digest = hash_of(data).hexdigest() if data is not None else ""
        if data is not None and digest in left:
            photos.put_back(digest, data)
            del left[digest]
    return PhotoRestoreResult(len(damaged), tuple(left.items()))


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root) / name for name in sorted(names))


def _read(path: Path, sizes: frozenset[int]) -> bytes | None:
    """Return the bytes of a file whose size in bytes is in `sizes`; None for any other, a link or an unreadable file."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size not in sizes:
            return None
        return path.read_bytes()
    except OSError:
        return None
