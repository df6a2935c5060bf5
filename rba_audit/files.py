"""Read a file that somebody handed over: a regular file, up to a size, or a sentence why not.

Folders, FIFOs, devices and loops of links are refused before they are read, so that nothing waits or fills the memory.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from rba_audit.messages import Message, say

_MB: Final = 1_000_000


class UnreadableFile(Exception):
    """A file cannot be read. Caught by whoever knows what it is for, and told with its name.

    Attributes:
        found: What was found.
        remedy: What to do.
        missing: Whether there is no such file.
    """

    def __init__(self, found: Message, remedy: Message, *, missing: bool = False) -> None:
        super().__init__(str(found))
        self.found, self.remedy, self.missing = found, remedy, missing


def open_file(path: str | os.PathLike[str], most_mb: int) -> BinaryIO:
    """Return a regular file of at most `most_mb` megabytes, open for reading bytes.

    Raises:
        Unreadable: it is missing, no regular file, larger than that, or may not be read.
    """
    try:
        # Windows cannot open folders, and opening a FIFO waits for whoever writes into it.
        if Path(path).is_dir():
            raise UnreadableFile(say("this is a folder"), say("name a file in it"))
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        file = os.fdopen(os.open(path, flags), "rb")
    except FileNotFoundError:
        raise UnreadableFile(say("there is no such file"), say("check its name and folder"), missing=True) from None
    except (OSError, ValueError, RuntimeError) as error:
        found = say("the file cannot be read ({detail})", detail=getattr(error, "strerror", None) or error)
        raise UnreadableFile(found, say("check that you may read it")) from error
    try:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            found = say("this is no regular file (a pipe, device or socket)")
            raise UnreadableFile(found, say("save its content to a file and name that"))
        if state.st_size > most_mb * _MB:
            raise _too_large(most_mb)
    except UnreadableFile:
        file.close()
        raise
    return file


def read_file(path: str | os.PathLike[str], most_mb: int) -> bytes:
    """Return the bytes of a regular file of at most `most_mb` megabytes.

    Raises:
        Unreadable: as `open_file`.
    """
    with open_file(path, most_mb) as file:
        try:
            data = file.read(most_mb * _MB + 1)  # it may grow meanwhile, or not say how large it is
        except OSError as error:
            found = say("the file cannot be read ({detail})", detail=error.strerror or error)
            raise UnreadableFile(found, say("check that you may read it")) from error
    if len(data) > most_mb * _MB:
        raise _too_large(most_mb)
    return data


def _too_large(most_mb: int) -> UnreadableFile:
    found = say("the file is larger than {mb} MB", mb=most_mb)
    return UnreadableFile(found, say("cut it to what is needed, or into several files"))
