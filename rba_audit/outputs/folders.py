"""Create the folder that results are written into and report why it cannot be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rba_audit.errors import RbaError
from rba_audit.messages import Message, say

Progress = Callable[[Message], None]
"""Is called with what is being written now."""


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Make a folder where it is missing, and write into it inside the block.

    Raises:
        RbaError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as fault:
        raise RbaError(
            say(
                "{folder}: nothing can be written there ({fault}); name another folder with --out",
                folder=folder,
                fault=fault.strerror,
            )
        ) from fault
