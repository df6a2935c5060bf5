"""Keep the files of a test run in memory where there is room; importing this module does so for every process of the run.

A register waits for the disk with each transaction, as it must. No test is about whether the disk has written, and none keeps its files.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 3 * 1024**3
"""Bytes; a run takes a tenth of it, files of tests that failed stay for whoever looks into them."""


def _available():
    """Bytes of memory that nobody uses; 0 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)


def _has_room():
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return False
    return min(shutil.disk_usage(MEMORY).free, _available()) >= ENOUGH


if "TMPDIR" not in os.environ and _has_room():
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
