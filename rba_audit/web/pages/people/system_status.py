"""What an administrator is told about the computer: when the last backup was made, and how much room its disk has."""

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
    """A sentence, and whether it is a warning."""

    text: Message
    warns: bool


def upkeep(
    register: Register, *, free: int | None = None, now: datetime | None = None
) -> tuple[UpkeepLine, UpkeepLine]:
    """Return what to say of the last backup and of the disk; `free` bytes and `now` are asked for where not given."""
    if free is None:
        free = shutil.disk_usage(register.path.parent).free
    return _backup(register, now or now_utc()), _disk(free)


def _backup(register: Register, now: datetime) -> UpkeepLine:
    last = register.backups.last()
    if last is None:
        return UpkeepLine(say("No backup was ever made: rba-audit register backup FOLDER makes one."), warns=True)
    when = format_moment(last.at)
    if last.missing:
        told = say(
            "The last backup, of {when}, lacks {count} photos whose files are missing or damaged: "
            "rba-audit register check lists them.",
            when=when,
            count=last.missing,
        )
        return UpkeepLine(told, warns=True)
    days = (now - last.at) // timedelta(days=1)
    if now - last.at > LATE:
        told = say("The last backup is {days} days old ({when}). Make one now.", days=days, when=when)
        return UpkeepLine(told, warns=True)
    return UpkeepLine(say("Last backup: {when}, in {folder}", when=when, folder=last.folder), warns=False)


def _disk(free: int) -> UpkeepLine:
    room = LocalizedNumber(round(free / _GB, 1))
    if free < LOW_BYTES:
        told = say(
            "Only {room} GB are free on the disk of the register. Make room before nothing can be received.", room=room
        )
        return UpkeepLine(told, warns=True)
    return UpkeepLine(say("Free on the disk of the register: {room} GB", room=room), warns=False)
