"""Read a file in a worker process: alone in a folder, without network, with limits of memory, time and size."""

from __future__ import annotations

import json
import os
import subprocess  # one program of ours, without a shell
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Final

from rba_audit.errors import SiteError, Unavailable
from rba_audit.file_formats import worker
from rba_audit.file_formats.limits import AT_ONCE, LONGEST_S, PATIENCE_S
from rba_audit.file_formats.problems import FormatError
from rba_audit.file_formats.records import decode_message, decode_tables
from rba_audit.file_formats.source_tables import FileFormat, SourceTable
from rba_audit.messages import say

_OFFLINE: Final = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_CACHEMAX": "64",
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_PYTHON_DRIVER_PATH": "disable",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""The whole environment of a worker, with the drivers to leave out: a `NO_PROXY` of the server would undo the proxy that leads nowhere."""
_slots: Final = BoundedSemaphore(AT_ONCE)

Fill = Callable[[Path], list[str]]
"""Writes files into an empty folder; returns the names of those to open, in order."""


def read_in_worker(format: FileFormat, fill: Fill) -> tuple[SourceTable, ...]:
    """Return the tables of a file, read by the reader of its format in a process of its own.

    Args:
        format: The format, as detected.
        fill: Writes the upload into the worker's folder, and returns the names of the files to open.

    Raises:
        FormatError: The file is damaged, too large, or takes too much time or memory.
        SiteError: A reader refused it in its own words.
        Unavailable: Other files are being read; a retry succeeds.
    """
    if not _slots.acquire(timeout=PATIENCE_S):
        raise Unavailable(say("other files are being read; try again in a minute"))
    try:
        with tempfile.TemporaryDirectory(prefix="rba-file-") as folder, tempfile.TemporaryFile() as result:
            names = fill(Path(folder))
            code = _run((format, *names), Path(folder), result, skipped_drivers(format))
            result.seek(0)
            return _tables(code, result)
    except OSError as error:
        raise Unavailable(
            say("the file cannot be read now ({detail}); try again", detail=error.strerror or type(error).__name__)
        ) from error
    finally:
        _slots.release()


def skipped_drivers(format: FileFormat) -> tuple[str, ...]:
    """Return the GDAL drivers that are off while a file of this format is read: all but its own."""
    if format not in worker.DRIVERS:
        return ()
    return tuple(name for name in _all_drivers() if name not in worker.DRIVERS[format])


@cache
def _all_drivers() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="rba-file-") as folder, tempfile.TemporaryFile() as result:
        _run(("--drivers",), Path(folder), result, ())
        result.seek(0)
        names = tuple(result.read().decode().split("\n"))
    if len(names) < 2:
        raise OSError("no driver")
    return names


def _run(arguments: Iterable[str], folder: Path, result: IO[bytes], skipped: Iterable[str]) -> int | None:
    """Run the worker; return its exit code, None if it took too long."""
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a file of ours; the upload is only its input
            [sys.executable, "-I", "-B", "-X", "utf8", str(Path(worker.__file__)), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=result,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            timeout=LONGEST_S,
            check=False,
            env=_environment(folder, skipped),
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _environment(folder: Path, skipped: Iterable[str]) -> Mapping[str, str]:
    system = {
        name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ
    }  # Windows starts nothing without it
    names = ",".join(skipped)
    return {**system, **_OFFLINE, "GDAL_SKIP": names, "OGR_SKIP": names, "CPL_TMPDIR": str(folder), "HOME": str(folder)}


def _tables(code: int | None, result: IO[bytes]) -> tuple[SourceTable, ...]:
    try:
        if code == worker.READ:
            return decode_tables(result)
        if code == worker.REFUSED:
            messages = [decode_message(record) for record in json.load(result)]
            raise FormatError(*messages) if len(messages) == 2 else SiteError(messages[0])
    except (ValueError, TypeError, IndexError, RecursionError):
        pass
    if code == worker.WRONG_DRIVERS:
        raise FormatError(say("this format cannot be read on this computer"), say("bring the places as GeoJSON"))
    if code is None or code in {worker.FAILED, -9, -24, -6, -25, 134}:
        found = say("reading it takes more time or memory than a file of places needs")
        raise FormatError(found, say("save only the places of the city, or split it into several files"))
    raise FormatError(say("the file is damaged or cut off"), say("export or send it again"))
