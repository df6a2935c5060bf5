"""Read a regular file up to a size limit, or raise an error with the reason.

Folders, FIFOs, devices and loops of links are rejected before reading, so that no read blocks or fills the memory.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from rba_audit.messages import Message, say

_MB: Final = 1_000_000


class UnreadableFile(Exception):
    """A file cannot be read. The caller catches it and names the file and its purpose in its own message.

    Attributes:
        found: What is wrong with the file.
        remedy: What the user can do.
        missing: Whether the file does not exist.
    """

    def __init__(self, found: Message, remedy: Message, *, missing: bool = False) -> None:
        super().__init__(str(found))
        self.found, self.remedy, self.missing = found, remedy, missing


def open_file(path: str | os.PathLike[str], most_mb: int) -> BinaryIO:
    """Return a regular file of at most `most_mb` megabytes, open for reading bytes.

    Raises:
        UnreadableFile: it is missing, not a regular file, too large, or not readable for this process.
    """
    try:
        # Windows cannot open folders. Opening a FIFO would block until a writer opens it, hence O_NONBLOCK.
        if Path(path).is_dir():
            raise UnreadableFile(say("this is a folder"), say("name a file in it"))
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        file = os.fdopen(os.open(path, flags), "rb")
    except FileNotFoundError:
        raise UnreadableFile(say("there is no such file"), say("check its name and folder"), missing=True) from None
    except (OSError, ValueError, RuntimeError) as error:
        problem = say("the file cannot be read ({detail})", detail=getattr(error, "strerror", None) or error)
        raise UnreadableFile(problem, say("check that you may read it")) from error
    try:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            problem = say("this is no regular file (a pipe, device or socket)")
            raise UnreadableFile(problem, say("save its content to a file and name that"))
        if state.st_size > most_mb * _MB:
            raise _too_large(most_mb)
    except UnreadableFile:
        file.close()
        raise
    return file


def read_file(path: str | os.PathLike[str], most_mb: int) -> bytes:
    """Return the bytes of a regular file of at most `most_mb` megabytes.

    Raises:
        UnreadableFile: as `open_file`.
    """
    with open_file(path, most_mb) as file:
        try:
            data = file.read(most_mb * _MB + 1)  # the file may grow meanwhile, or report no size
        except OSError as error:
            problem = say("the file cannot be read ({detail})", detail=error.strerror or error)
            raise UnreadableFile(problem, say("check that you may read it")) from error
    if len(data) > most_mb * _MB:
        raise _too_large(most_mb)
    return data


def _too_large(most_mb: int) -> UnreadableFile:
    problem = say("the file is larger than {mb} MB", mb=most_mb)
    return UnreadableFile(problem, say("cut it to what is needed, or into several files"))
