"""Advisory file locks between processes; the operating system releases them when the process ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rba_audit.register.private_files import FILE_MODE

_RETRY_S: Final = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int, *, shared: bool) -> bool:
        # Windows has no shared locks: of several sharing processes one holds the lock for all.
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return shared
        return True

    def _lock(descriptor: int) -> None:
        while not _try_lock(descriptor, shared=False):
            time.sleep(_RETRY_S)
else:
    import fcntl

    def _try_lock(descriptor: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file inside the block; block while another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def try_file_lock(path: Path, *, shared: bool = False) -> Iterator[bool]:
    """Try to hold an exclusive or shared lock on a file inside the block; yield whether it was acquired."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        yield _try_lock(descriptor, shared=shared)
    finally:
        os.close(descriptor)
