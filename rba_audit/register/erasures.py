"""List of erased persons in a text file outside the database, so that a restored backup does not bring them back.

A line is written before the person is erased in the database. A crash between the two leaves an extra line, which is
harmless because erasing is idempotent; in the opposite order the person would come back with the next restore.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from rba_audit.errors import RbaError
from rba_audit.messages import say
from rba_audit.register.open_checks import ERASURES
from rba_audit.register.private_files import append_line
from rba_audit.register.records import as_time

Eraser = Callable[[Connection, str], object]
"""Erases the person with an id, within a transaction; an unknown or already erased id changes nothing."""


def erasures_file(register: Path) -> Path:
    """Return the path of the list that belongs to a register's file."""
    return register.with_name(ERASURES)


def add_erasure(register: Path, person_id: str, on: datetime) -> None:
    """Append a person to the list next to a register and sync it; call this before erasing them in the database."""
    append_line(erasures_file(register), json.dumps({"person": person_id, "on": as_time(on)}))


def read_erasures(file: Path) -> dict[str, str]:
    """Return the ids of erased persons with the time of their first entry; empty if there is no list.

    Raises:
        RbaError: the file cannot be read, or a line is invalid.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise RbaError(
            say("{file}: the list of erased persons cannot be read ({fault})", file=file, fault=error)
        ) from None
    times: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            times.setdefault(str(entry["person"]), str(entry["on"]))
        except (ValueError, TypeError, KeyError):
            # Skipping a line could bring an erased person back, so the operator has to look at the file.
            raise RbaError(
                say(
                    "{file}, line {number}: this is no line of a list of erased persons; mend or remove it",
                    file=file,
                    number=str(number),
                )
            ) from None
    return times


def lines_of(persons: dict[str, str]) -> Iterable[bytes]:
    """Return the lines of a list, encoded, from times by person id."""
    return (f"{json.dumps({'person': id, 'on': on})}\n".encode() for id, on in persons.items())
