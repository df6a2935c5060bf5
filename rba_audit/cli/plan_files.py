"""Progress messages of the planning commands, and suppression of the solver's own output."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rba_audit.messages import Message


def progress(message: Message) -> None:
    """Print a progress message to stderr if it is a terminal."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


@contextmanager
def quiet() -> Iterator[None]:
    """Redirect file descriptor 1 to the null device inside the block.

    HiGHS sometimes prints a line that cannot be switched off and would break JSON output.
    """
    sys.stdout.flush()
    saved, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 1)
        yield
    finally:
        # The C library has its own buffer, which must be flushed to the null device too.
        if os.name == "posix":
            ctypes.CDLL(None).fflush(None)
        os.dup2(saved, 1)
        os.close(saved)
        os.close(null)
