"""Notes about an agency: validation, and the notes as they stand now with their earlier versions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.followup.action_updates import LONGEST_ACTION_NOTE, refuse_others
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.agency_notes import AgencyNote
from rba_audit.register.person_records import Person

LONGEST_LETTER: Final = 200
"""Characters of the number of a letter."""


@dataclass(frozen=True, slots=True)
class AgencyNoteHistory:
    """A note as it stands now, and its earlier versions, newest first."""

    current: AgencyNote
    earlier: tuple[AgencyNote, ...]


def notes_of_agency(register: Register, agency: str) -> list[AgencyNoteHistory]:
    """Return the notes about an agency, the newest first: by the day of its letter, or of its first version.

    Notes that are struck out are among them.
    """
    by_root: dict[str, list[AgencyNote]] = {}
    for version in register.agency_notes.versions(agency):
        by_root.setdefault(version.root, []).append(version)
    histories = [AgencyNoteHistory(versions[-1], tuple(versions[-2::-1])) for versions in by_root.values()]
    days = [history.current.letter_day or _first(history).day for history in histories]
    order = sorted(range(len(histories)), key=lambda index: (days[index], index), reverse=True)
    return [histories[index] for index in order]


def _first(history: AgencyNoteHistory) -> AgencyNote:
    return history.earlier[-1] if history.earlier else history.current


def save_agency_note(
    register: Register, new: AgencyNote, by: Person, today: date, agencies: Collection[str]
) -> AgencyNote:
    """Record a note about one of `agencies`, or a further version of one, and return it; idempotent by id.

    A further version without text and letter strikes the note out.

    Raises:
        Forbidden: the person's role does not include it.
        NotInRegister: there is no such note to correct.
        EvidenceError: the agency is unknown, or a field is missing, too long or impossible.
        Conflict: the note was changed meanwhile.
    """
    refuse_others(by)
    if new.agency not in agencies and new.version == 1:
        raise EvidenceError(say("There is no such agency; choose one from the list of actions."))
    if new.version == 1 and not (new.note or new.letter):
        raise EvidenceError(say("Write the note, or the number of the letter."))
    for text, most in ((new.note, LONGEST_ACTION_NOTE), (new.letter, LONGEST_LETTER)):
        if len(text) > most:
            raise EvidenceError(say("The text has {found} letters; shorten it to {most}.", found=len(text), most=most))
    if new.letter_day is not None and new.letter_day > today:
        raise EvidenceError(
            say("The letter cannot have been sent on {day}, which has not come yet.", day=new.letter_day)
        )
    return register.agency_notes.add(new)
