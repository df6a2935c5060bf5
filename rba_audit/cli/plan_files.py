"""Shared by the commands that plan: progress messages, and a standard output without the solver's own lines."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rba_audit.messages import Message


def progress(message: Message) -> None:
    """Say what is being done, on a terminal only."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what the solver's library prints by itself out of the standard output inside the block.

    HiGHS leaves a line there now and then that nobody can switch off, and it would break JSON.
    """
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        # The C library keeps a buffer of its own, which must go the same way.
        if os.name == "posix":
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
