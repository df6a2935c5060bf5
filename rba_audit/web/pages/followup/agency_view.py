"""Section of one agency in the list of actions: its name and the notes about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rba_audit.followup.action_list import ActionLine
from rba_audit.followup.agency_notes import LONGEST_LETTER, AgencyNoteHistory, notes_of_agency
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.blueprint import names


@dataclass(frozen=True, slots=True)
class AgencySection:
    """An agency and the notes about it.

    Attributes:
        id: Its short name.
        words: Its full name, in the current edition or else as an action has it.
        notes: The notes, newest first.
        names: Names of all persons, by id.
        most_letters: Characters of the number of a letter.
    """

    id: str
    words: str
    notes: Sequence[AgencyNoteHistory]
    names: Mapping[str, str]
    most_letters: int = LONGEST_LETTER


def agency_names(lines: Sequence[ActionLine]) -> dict[str, str]:
    """Return the full names of all agencies, by short name: those of the current edition, and those that lead an action."""
    earlier = {line.action.request.lead: str(line.action.request.lead_words) for line in lines}
    return {**earlier, **{id: str(words) for id, words in services().standard.agencies.items()}}


def agency_section(agency: str, lines: Sequence[ActionLine]) -> AgencySection | None:
    """Return the section of an agency; None for an unknown or empty name."""
    words = agency_names(lines).get(agency)
    if words is None:
        return None
    return AgencySection(agency, words, notes_of_agency(services().register, agency), names())
