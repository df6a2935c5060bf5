"""The list of erased persons, kept as a text file outside the database: a restored backup must not bring them back.

A line is written before the person is erased in the database. A crash between the two leaves a line too many, and
erasing again does nothing; the other way round an erased person would come back with the next restore.
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
"""Erases the person with an id, within a transaction; an id that is not known, or was erased before, changes nothing."""


def erasures_file(register: Path) -> Path:
    """Return the list that belongs to a register's file."""
    return register.with_name(ERASURES)


def add_erasure(register: Path, person_id: str, on: datetime) -> None:
    """Add a person to the list beside a register, onto the disk; call it before they are erased in the database."""
    append_line(erasures_file(register), json.dumps({"person": person_id, "on": as_time(on)}))


def read_erasures(file: Path) -> dict[str, str]:
    """Return the persons that a list names, each with the moment it gives first; none where there is no list.

    Raises:
        RbaError: it cannot be read, or a line that was ended is none of such a list.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as fault:
        raise RbaError(
            say("{file}: the list of erased persons cannot be read ({fault})", file=file, fault=fault)
        ) from None
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            found.setdefault(str(told["person"]), str(told["on"]))
        except (ValueError, TypeError, KeyError):
            # Erased persons come back where a line is passed over, so whoever restores must look.
            raise RbaError(
                say(
                    "{file}, line {number}: this is no line of a list of erased persons; mend or remove it",
                    file=file,
                    number=str(number),
                )
            ) from None
    return found


def lines_of(persons: dict[str, str]) -> Iterable[bytes]:
    """Return persons and moments as the lines of a list."""
    return (f"{json.dumps({'person': id, 'on': on})}\n".encode() for id, on in persons.items())
