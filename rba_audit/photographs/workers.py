"""Convert large pictures in worker processes with limited memory, time and concurrency.

Each waiting request occupies one of the server's few threads, so the queue is short: further requests are told to retry later.
"""

from __future__ import annotations

import subprocess  # one program of ours, without a shell
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from rba_audit.errors import Unavailable
from rba_audit.messages import say
from rba_audit.photographs import conversion

AT_ONCE: Final = 2
WAITING: Final = 1
"""Requests that may wait for a worker; together with `AT_ONCE` fewer than half of the server's threads."""
_PATIENCE_S: Final = 5.0
_LONGEST_S: Final = 60.0
_slots: Final = BoundedSemaphore(AT_ONCE)
_queue: Final = BoundedSemaphore(WAITING)
_ERRORS: Final[dict[int, type[Exception]]] = {
    conversion.DAMAGED: ValueError,
    conversion.MOVING: conversion.MovingPictureError,
    conversion.TOO_LARGE: conversion.TooManyPixelsError,
}


class WorkersBusy(Unavailable):
    """All workers and the queue are in use; the photo may be sent again."""


def convert_in_worker(data: bytes) -> tuple[bytes, int, int]:
    """Run `conversion.convert_image` in a worker process; return the JPEG, its width and its height.

    Raises:
        WorkersBusy: all workers and the queue are in use, or no worker became free in time.
        MemoryError: the picture takes more memory or time than is allowed.
        ValueError: the picture is damaged.
        MovingPictureError: it is an animation.
        TooManyPixelsError: it has too many pixels.
    """
    with _slot():
        try:
            done = subprocess.run(  # noqa: S603 - this interpreter and a file of ours; the upload is only its input
                [sys.executable, "-I", str(Path(conversion.__file__))],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise MemoryError from None
    if done.returncode:
        raise _ERRORS.get(done.returncode, MemoryError)
    width, height = conversion.SIZE.unpack_from(done.stdout)
    return done.stdout[conversion.SIZE.size :], width, height


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(blocking=False):
        if not _queue.acquire(blocking=False):
            raise _busy()
        try:
            if not _slots.acquire(timeout=_PATIENCE_S):
                raise _busy()
        finally:
            _queue.release()
    try:
        yield
    finally:
        _slots.release()


def _busy() -> WorkersBusy:
    return WorkersBusy(say("Other large photos are being read just now; send this one again in a moment."))
