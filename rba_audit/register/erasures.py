"""The list of erasures beside the register's file: what a restored backup has to forget again. It holds no names."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from rba_audit.register.records import as_time

FILE_NAME = "erasures.jsonl"


def note_erased(register_path: Path, person_id: str, moment: datetime) -> None:
    """Add a line for an erased person to the list beside the register, and wait until it is on the disk.

    Raises:
        OSError: it cannot be written; then nothing may be erased, for a backup would bring it back.
    """
    line = json.dumps({"person": person_id, "on": as_time(moment)}) + "\n"
    list_file = os.open(register_path.with_name(FILE_NAME), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(list_file, line.encode())
        os.fsync(list_file)
    finally:
        os.close(list_file)
