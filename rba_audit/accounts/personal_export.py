"""Export of a person's own data: all of it as one JSON file, and each table as CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rba_audit.days import now_utc
from rba_audit.errors import RbaError
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.reports import escape_formula

__all__ = ["files_of_person", "personal_zip", "write_personal_files"]


def files_of_person(register: Register, someone: Person, at: datetime | None = None) -> tuple[dict[str, bytes], int]:
    """Return the files of a person's data by file name, and how many records they hold.

    Raises:
        NotInRegister: there is no such person.
    """
    records = register.personal_data.records_of(someone.id)
    about = {
        "person": someone.id,
        "made_at": (at or now_utc()).isoformat(timespec="seconds"),
        "note": str(
            say(
                "Everything in the register that names this person or was written by them. Left out, because others could "
                "come in with it: the hash of the password, and those of sessions and one-time links. Photos are named by "
                "their hash; the pictures themselves show places and are asked for at the office."
            )
        ),
    }
    whole = json.dumps({"about": about, **records}, ensure_ascii=False, indent=2)
    tables = {f"{name}.csv": _table(rows).encode() for name, rows in records.items()}
    return {"person.json": whole.encode(), **tables}, sum(map(len, records.values()))


def personal_zip(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP; deterministic: the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def refuse_used_path(target: Path) -> None:
    """Raise if the folder is not empty or the file exists: the data of two persons must not be mixed.

    Raises:
        RbaError: the path is used, or cannot be read.
    """
    zipped = target.suffix.casefold() == ".zip"
    try:
        used = target.exists() if zipped or not target.is_dir() else any(target.iterdir())
    except OSError as fault:
        raise RbaError(
            say("{file}: it cannot be written ({fault}); name another file", file=target, fault=fault.strerror)
        ) from fault
    if used:
        raise RbaError(say("{file}: something is there already; name a new folder or file", file=target))


def write_personal_files(files: Mapping[str, bytes], target: Path) -> list[Path]:
    """Write files into a folder, or into one ZIP if `target` ends in `.zip`; return the paths. Only this user may read them (mode 600).

    Raises:
        RbaError: the path is used, or cannot be written.
    """
    refuse_used_path(target)
    zipped = target.suffix.casefold() == ".zip"
    wanted = {target: personal_zip(files)} if zipped else {target / name: data for name, data in files.items()}
    try:
        for path, data in wanted.items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
    except OSError as fault:
        raise RbaError(
            say("{file}: it cannot be written ({fault}); name another file", file=target, fault=fault.strerror)
        ) from fault
    return list(wanted)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    # Headings are the register's column names in every language, as in the JSON file.
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([[escape_formula(_cell(value)) for value in row.values()] for row in rows])
    return "\ufeff" + buffer.getvalue()


def _cell(value: object) -> str | int | float | None:
    return value if isinstance(value, str | int | float | None) else json.dumps(value, ensure_ascii=False)
