"""The calendar of a KLA round: the dates that a city entered, and those of the rules files for all other steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rba_audit.register import Register
from rba_audit.register.kla.rounds import RoundDates
from rba_audit.standard.policies import KlaPolicy
from rba_audit.standard.policies.kla_calendar import KlaCalendar
from rba_audit.standard.policies.kla_documents import DocumentKind

_YEARS_BACK: Final = 25
_YEARS_AHEAD: Final = 10


@dataclass(frozen=True, slots=True)
class KlaRound:
    """A round of the award.

    Attributes:
        year: The year of its award.
        dates: First and last day of each step, by its name, in the order of the calendar.
        entered: Names of the steps whose dates were entered; the others have those of the rules files.
    """

    year: int
    dates: Mapping[str, tuple[date, date]]
    entered: frozenset[str]

    def deadline(self, kind: DocumentKind) -> date:
        """Return the day by which a kind of document is needed."""
        return self.dates[kind.due_step][1]

    @property
    def last_day(self) -> date:
        """The last day of the round."""
        return max(last for _, last in self.dates.values())


def round_of(register: Register, policy: KlaPolicy, day: date) -> KlaRound:
    """Return the round that is under way on a day, or the next one: the first whose last day has not passed."""
    year = day.year - 1
    while (found := round_in(register, policy, year)).last_day < day:
        year += 1
    return found


def round_in(register: Register, policy: KlaPolicy, year: int) -> KlaRound:
    """Return the round of a year."""
    return with_settings(policy.calendar, register.kla.rounds.get(year))


def with_settings(calendar: KlaCalendar, settings: RoundDates) -> KlaRound:
    """Return a round with the dates of its settings, and for all other steps those of the calendar."""
    dates = {
        step.name: settings.dates[step.name] if step.name in settings.dates else step.dates(settings.year)
        for step in calendar.steps
    }
    return KlaRound(settings.year, dates, frozenset(settings.dates) & dates.keys())


def usable_year(year: int, current: int) -> bool:
    """Return whether there can be a round in a year; `current` is the year of the present one."""
    return current - _YEARS_BACK <= year <= current + _YEARS_AHEAD
