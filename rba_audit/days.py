"""Current time and day in Indonesian time zones, and plausibility checks for days and times that other clocks state.

No other module reads the clock, and the evaluation never depends on it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, timezone
from typing import Final

CITY: Final = timezone(timedelta(hours=7), "WIB")
"""Western Indonesia Time, the time zone of the city."""
EASTERN_HOURS: Final = 9
"""Hours that Eastern Indonesia Time is ahead of UTC; there each day begins first."""
_YEAR: Final = 12  # months
_EASTERN: Final = timezone(timedelta(hours=EASTERN_HOURS), "WIT")


def now_utc() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the current day in the city."""
    return now_utc().astimezone(CITY).date()


def newest_day(now: datetime | None = None) -> date:
    """Return the latest day that has begun anywhere in Indonesia; a later date is in the future."""
    return (now or now_utc()).astimezone(_EASTERN).date()


def days_of(moment: datetime) -> frozenset[date]:
    """Return the days that a moment belongs to in Indonesia's time zones: one, or two around midnight."""
    return frozenset(moment.astimezone(zone).date() for zone in (CITY, _EASTERN))


EARLIEST: Final = date(2018, 1, 1)
"""No play space was audited by this standard before this day; an earlier one comes from a clock that was never set."""
_MAX_AHEAD: Final = timedelta(days=1)
"""How far a clock may be ahead of the server's; a wrong time zone does not explain more."""


def usable_day(stated: date, received: datetime) -> date:
    """Return the day that a visit states, or if it is implausible, the day of receipt in the city."""
    plausible = EARLIEST <= stated <= newest_day(received) + _MAX_AHEAD
    return stated if plausible else received.astimezone(CITY).date()


def usable_moment(stated: str, received: datetime) -> datetime | None:
    """Return the time that a phone stated, in UTC; None if it is implausible, so that the caller uses the time of receipt.

    Implausible are: a text that is no time, a time without a zone, before `EARLIEST`, or more than a day after `received`.
    """
    try:
        local = datetime.fromisoformat(stated)
        utc = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if local.tzinfo is None:
        return None
    return utc if datetime.combine(EARLIEST, time(), UTC) <= utc <= received + _MAX_AHEAD else None


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; in a month without that day, its last day; at most the last day of the calendar.

    >>> months_later(date(2028, 2, 29), 12)
    datetime.date(2029, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, _YEAR)
    year, month = day.year + years, month + 1
    return date.max if year > MAXYEAR else date(year, month, min(day.day, monthrange(year, month)[1]))
