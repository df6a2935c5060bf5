"""Run a long-running command, such as a server, in a process forked from one with all imports done (see `processes`)."""

import io
import os
import sys
from pathlib import Path

from rba_audit.cli import main


class _Lines(io.TextIOBase):
    """Hands on what is printed, line by line."""

    def __init__(self, messages):
        self._messages = messages

    def write(self, text):
        if text.strip():
            self._messages.send(text.strip())
        return len(text)


def run(messages, folder, words):
    """Run a command in `folder` until it ends or is killed; what it prints is sent as messages."""
    os.chdir(folder)
    with Path(os.devnull).open("w") as nowhere:
        sys.stdout, sys.stderr = _Lines(messages), nowhere
        main(words)
