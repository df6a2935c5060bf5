"""System status for administrators: the age of the last backup and the free disk space."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rba_audit.days import now_utc
from rba_audit.messages import LocalizedNumber, Message, say
from rba_audit.register import Register
from rba_audit.web.http.formatting import format_moment

LATE: Final = timedelta(days=7)
LOW_BYTES: Final = 2_000_000_000
_GB: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class UpkeepLine:
    """A message, and whether it is a warning."""

    text: Message
    warns: bool


def upkeep(
    register: Register, *, free: int | None = None, now: datetime | None = None
) -> tuple[UpkeepLine, UpkeepLine]:
    """Return a line about the last backup and one about the disk; `free` (bytes) and `now` default to the current values."""
    if free is None:
        free = shutil.disk_usage(register.path.parent).free
    return _backup(register, now or now_utc()), _disk(free)


def _backup(register: Register, now: datetime) -> UpkeepLine:
    last = register.backups.last()
    if last is None:
        return UpkeepLine(say("No backup was ever made: rba-audit register backup FOLDER makes one."), warns=True)
    when = format_moment(last.at)
    if last.missing:
        message = say(
            "The last backup, of {when}, lacks {count} photos whose files are missing or damaged: "
            "rba-audit register check lists them.",
            when=when,
            count=last.missing,
        )
        return UpkeepLine(message, warns=True)
    days = (now - last.at) // timedelta(days=1)
    if now - last.at > LATE:
        message = say("The last backup is {days} days old ({when}). Make one now.", days=days, when=when)
        return UpkeepLine(message, warns=True)
    return UpkeepLine(say("Last backup: {when}, in {folder}", when=when, folder=last.folder), warns=False)


def _disk(free: int) -> UpkeepLine:
    room = LocalizedNumber(round(free / _GB, 1))
    if free < LOW_BYTES:
        message = say(
            "Only {room} GB are free on the disk of the register. Make room before nothing can be received.", room=room
        )
        return UpkeepLine(message, warns=True)
    return UpkeepLine(say("Free on the disk of the register: {room} GB", room=room), warns=False)
