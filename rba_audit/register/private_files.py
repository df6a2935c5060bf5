"""Files and folders that only their owner may read, and writes that are on the disk before they get their name.

Modes are set whatever the umask is. Windows keeps access by folder instead: there a file is as private as the user's profile.
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
_CANNOT_WAIT: Final = (errno.EINVAL, errno.ENOTSUP)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner alone; one that is there is left alone."""
    missing = [folder, *folder.parents]
    missing = missing[: next(at for at, path in enumerate(missing) if path.is_dir())]
    for path in reversed(missing):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
        restrict(path)
        sync_folder(path.parent)


def create_file(path: Path) -> int:
    """Create a file that must not be there, for its owner alone, and return its descriptor, open for reading and writing."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    restrict(path)
    return descriptor


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole and onto the disk, or not at all; one that is there is replaced."""
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
    """Add a line to a file, onto the disk; the file is made where there is none.

    A line that was cut off by a crash is ended first, so that it spoils no other.
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
    """Wait until what was written to a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where folders can be waited for."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as fault:
            if fault.errno not in _CANNOT_WAIT:  # of some network and stick drivers
                raise
        finally:
            os.close(descriptor)


def is_private(path: Path) -> bool:
    """Tell whether nobody but its owner may read a file or folder; always true on Windows, where modes say nothing."""
    return sys.platform == "win32" or not path.stat().st_mode & _OTHERS


def restrict(path: Path) -> bool:
    """Take all rights from everybody but the owner; False where nothing had to be done, or the disk keeps no modes."""
    if is_private(path):
        return False
    with suppress(PermissionError):  # a stick without modes, or somebody else's file: `is_private` goes on saying so
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
    return is_private(path)
