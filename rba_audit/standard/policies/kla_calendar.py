"""The yearly calendar of a KLA round (`kla/calendar.toml`): its steps with the dates that stand until a city enters its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.kla_indicators import refuse_twice
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    Sources,
    days,
    days_above_zero,
    number_origin,
    own_sourced,
    read_sources,
    rules_table,
)
from rba_audit.standard.toml_tables import Table

_DAY: Final = re.compile(r"(\d\d)-(\d\d)")
_ENDS: Final = ("starts", "ends")
_ANY_YEAR: Final = 2001
"""A year without a leap day: a step cannot begin or end on one."""


@dataclass(frozen=True, slots=True)
class CalendarStep:
    """A step of a round.

    Attributes:
        starts, ends: Month and day of its first and last day.
        year_before: Which of them, `starts` and `ends`, lie in the year before that of the award.
    """

    name: str
    words: BilingualText
    starts: tuple[int, int]
    ends: tuple[int, int]
    year_before: tuple[str, ...]

    def dates(self, year: int) -> tuple[date, date]:
        """Return its first and its last day in the round whose award is in a year."""
        before = self.year_before
        return date(year - ("starts" in before), *self.starts), date(year - ("ends" in before), *self.ends)


@dataclass(frozen=True, eq=False, slots=True)
class KlaCalendar:
    """Content of `kla/calendar.toml`.

    Attributes:
        steps: The steps of a round, in their order.
        origin: How sure their dates are.
        urgent_days: Days before its deadline from which something missing is urgent.
        request_days: How long a link to send one document is valid.
    """

    steps: tuple[CalendarStep, ...]
    origin: NumberOrigin
    urgent_days: SourcedNumber[int]
    request_days: SourcedNumber[int]
    sources: Sources

    def step(self, name: str) -> CalendarStep:
        """Return a step by its name, which a document kind states; for another name the first."""
        return next((step for step in self.steps if step.name == name), self.steps[0])


def read_calendar(path: Path) -> KlaCalendar:
    """Return the content of a `kla/calendar.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type; or a step ends before it starts.
    """
    table = rules_table(path)
    sources = read_sources(table)
    steps = tuple(_step(Table(item, f"{table.where} [step]")) for item in table.tables("step"))
    refuse_twice(table, "step", [step.name for step in steps])
    dates = table.table("dates")
    calendar = KlaCalendar(
        steps=steps,
        origin=number_origin(dates, sources),
        urgent_days=own_sourced(table, "reminder", days, "days", sources),
        request_days=own_sourced(table, "request", days_above_zero, "days", sources),
        sources=sources,
    )
    for part in (dates, table):
        part.refuse_unknown_keys()
    return calendar


def _step(table: Table) -> CalendarStep:
    step = CalendarStep(
        name=table.text("name"),
        words=table.words("words"),
        starts=_month_and_day(table, "starts"),
        ends=_month_and_day(table, "ends"),
        year_before=table.texts("year_before", default=()),
    )
    table.refuse_unknown_keys()
    for key in step.year_before:
        table.known("year_before", key, _ENDS)
    first, last = step.dates(_ANY_YEAR)
    if last < first:
        raise table.fault(say("'ends' is before 'starts'; correct one of them"))
    return step


def _month_and_day(table: Table, key: str) -> tuple[int, int]:
    text = table.text(key)
    found = _DAY.fullmatch(text)
    try:
        day = date(_ANY_YEAR, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise table.fault(
            say("'{key}' must be a month and a day such as 03-31, not {found}", key=key, found=repr(text))
        )
    return day.month, day.day
