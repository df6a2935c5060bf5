"""Page counts of PDFs, from worker processes with limited memory, time and concurrency. A count that fails is unknown, never an error."""

from __future__ import annotations

import os
import subprocess  # one program of ours, without a shell
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from rba_audit.kla import page_counter
from rba_audit.register.kla.document_records import FileType

AT_ONCE: Final = 2
PATIENCE_S: Final = 2.0
"""How long an upload waits for a worker."""
LONGEST_S: Final = 4.0
"""How long an upload waits for a count; the worker may use half of it as CPU time."""
MOST_PAGES: Final = 100_000
_slots: Final = BoundedSemaphore(AT_ONCE)


def count_pages(type: FileType, data: bytes) -> int | None:
    """Return the number of pages of a file: 1 for a picture; None where it is not known."""
    if type in ("jpeg", "png"):
        return 1
    return _pages_of_pdf(data) if type == "pdf" else None


def _pages_of_pdf(data: bytes) -> int | None:
    if not _slots.acquire(timeout=PATIENCE_S):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a file of ours; the upload is only its input
            [sys.executable, "-I", str(Path(page_counter.__file__))],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_S,
            check=False,
            env={
                name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ
            },  # Windows starts no process without it
        )
    except (subprocess.SubprocessError, OSError):
        return None
    finally:
        _slots.release()
    text = done.stdout.strip()
    if done.returncode or not text.isdigit() or len(text) > len(str(MOST_PAGES)):
        return None
    return int(text) if 0 < int(text) <= MOST_PAGES else None
