"""What the commands that plan share: files, progress, and a standard output of their own."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rba_audit.plans.sheets import Sheet
from rba_audit.reports import Column, table_workbook, writing_into
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.words import Message


def progress(message: Message) -> None:
    """Say what is being done, on a terminal only."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


def write(folder: Path, sheets: Sequence[Sheet], about: Sequence[tuple[Message, str]]) -> list[Path]:
    """Write the first table as plan.csv and all of them as plan.xlsx; return what was written.

    Raises:
        RbaError: the folder cannot be written to.
    """
    made = [(str(name), [Column(*column) for column in columns], rows) for name, columns, rows in sheets]
    written = [folder / "plan.csv", folder / "plan.xlsx"]
    with writing_into(folder):
        written[0].write_text(csv_text(made[0][1], made[0][2]), encoding="utf-8", newline="")
        written[1].write_bytes(table_workbook(made, about))
    return written


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
