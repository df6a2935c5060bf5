"""Content-addressed files of photos and scans: named by the hash of their bytes, written atomically, and verified by that name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import Final

from rba_audit.days import now_utc
from rba_audit.errors import Unavailable
from rba_audit.messages import say
from rba_audit.register.photo_tables import Condition
from rba_audit.register.private_files import make_folder, write_file

STALE_S: Final = 3600
"""Age in seconds after which an unrecorded file is abandoned: no upload takes so long to write or record a photo."""
PICTURE: Final = ".jpg"
PDF: Final = ".pdf"
PDF_START: Final = b"%PDF-"
"""The first bytes of a PDF. Source: ISO 32000-2, 7.5.2."""


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Raise `Unavailable`, with a sentence that names the folder, where the disk fails."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            say(
                "{folder}: photos cannot be kept or read there ({fault}); check the folder and the space left",
                folder=folder,
                fault=error.strerror,
            )
        ) from error


def file_of(folder: Path, kept_sha256: str, ending: str = PICTURE) -> Path:
    """Return the path of the file with this hash: a picture, or with the ending `PDF` a document."""
    return folder / kept_sha256[:2] / f"{kept_sha256}{ending}"


def ending_of(data: bytes) -> str:
    """Return the ending of the name of a stored file, by its content."""
    return PDF if data.startswith(PDF_START) else PICTURE


def condition_of(path: Path, kept_sha256: str, size: int | None = None) -> Condition:
    """Return the condition of a file by its hash, or with `size` (bytes) by its size alone, without reading it."""
    try:
        if size is not None:
            return "whole" if path.stat().st_size == size and path.is_file() else "altered"
        return "whole" if hash_of(path.read_bytes()).hexdigest() == kept_sha256 else "altered"
    except OSError:
        return "lost"


def read_whole(path: Path, kept_sha256: str) -> bytes | Condition:
    """Return the bytes of a file, or its condition if it is lost or does not have the hash `kept_sha256`."""
    try:
        data = path.read_bytes()
    except OSError:
        return "lost"
    return data if hash_of(data).hexdigest() == kept_sha256 else "altered"


def write(path: Path, data: bytes) -> None:
    """Write a file atomically and sync it.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    make_folder(path.parent)
    sweep_parts(path.parent)
    write_file(path, [data])


def mark_in_use(path: Path) -> None:
    """Update the modification time of a file, so that no sweep removes it before its row is written."""
    with suppress(OSError):
        os.utime(path)


def sweep_parts(folder: Path) -> int:
    """Remove partly written files of interrupted uploads that are older than `STALE_S`, and return how many."""
    return _sweep(folder, lambda path: path.name.startswith("."))


def sweep_unrecorded(root: Path, recorded: Collection[str]) -> int:
    """Remove old files without a row, and partly written ones, and return how many; `recorded` are the hashes in rows."""
    count = 0
    for folder in sorted(path for path in root.glob("[0-9a-f][0-9a-f]") if path.is_dir()):
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
            continue  # another process swept at the same time
    return count
