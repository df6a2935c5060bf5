"""Create the output folder, and turn an OSError while writing into a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rba_audit.errors import RbaError
from rba_audit.messages import Message, say

Progress = Callable[[Message], None]
"""Callback that gets a message about the current step."""


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Create a folder if it is missing; the block inside writes into it.

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
