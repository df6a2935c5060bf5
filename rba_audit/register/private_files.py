"""Private files and folders (owner only), written atomically and synced to disk.

Modes do not depend on the umask. Windows controls access by folder instead: there a file is as private as the user's profile.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
_CANNOT_SYNC: Final = (errno.EINVAL, errno.ENOTSUP)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, each for its owner only; existing folders are not changed."""
    missing = [folder, *folder.parents]
    missing = missing[: next(at for at, path in enumerate(missing) if path.is_dir())]
    for path in reversed(missing):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
        restrict(path)
        sync_folder(path.parent)


def create_file(path: Path) -> int:
    """Create a new file for its owner only, and return its descriptor, open for reading and writing.

    Raises:
        FileExistsError: the file exists.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    restrict(path)
    return descriptor


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file atomically and sync it; an existing file is replaced.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(create_file(part), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Append a line to a file and sync it; the file is created if it is missing.

    If a crash truncated the last line, a line break is written first, so that the new line remains readable.
    """
    new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), FILE_MODE)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        broken = False
        if size:
            file.seek(size - 1)
            broken = file.read(1) != b"\n"
        file.write(f"{chr(10) if broken else ''}{line}\n".encode())
        os.fsync(file.fileno())
    if new:
        restrict(path)
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Sync the content of a file to the disk (fsync)."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder to the disk, where the platform and file system support it."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _CANNOT_SYNC:  # raised by some drivers of network drives and USB sticks
                raise
        finally:
            os.close(descriptor)


def is_private(path: Path) -> bool:
    """Return whether group and others have no rights on a file or folder; always True on Windows, where modes do not apply."""
    return sys.platform == "win32" or not path.stat().st_mode & _OTHERS


def restrict(path: Path) -> bool:
    """Remove all rights of group and others; return whether that changed something. False too if the disk has no modes."""
    if is_private(path):
        return False
    with suppress(PermissionError):  # a disk without modes, or another owner's file: `is_private` then returns False
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
    return is_private(path)
