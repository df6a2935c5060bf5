"""Which moment and which day it is, in the city and where each day begins first; and which days and moments of other clocks can be.

Nothing else asks what time it is; what is judged never does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

CITY: Final = timezone(timedelta(hours=7), "WIB")
"""The time of western Indonesia, which the city keeps."""
EASTERN_HOURS: Final = 9
"""How far the time of eastern Indonesia, where each day begins first, is ahead of UTC."""
_EASTERN: Final = timezone(timedelta(hours=EASTERN_HOURS), "WIT")


def now_utc() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day in the city."""
    return now_utc().astimezone(CITY).date()


def newest_day(now: datetime | None = None) -> date:
    """Return the newest day that has begun anywhere in Indonesia: what is dated later has not happened yet."""
    return (now or now_utc()).astimezone(_EASTERN).date()


def days_of(moment: datetime) -> frozenset[date]:
    """Return the days that a moment belongs to somewhere in Indonesia: one, or two around midnight."""
    return frozenset(moment.astimezone(zone).date() for zone in (CITY, _EASTERN))


EARLIEST: Final = date(2018, 1, 1)
"""No play space was audited by this standard before; an earlier day comes from a clock that was never set."""
_AHEAD: Final = timedelta(days=1)
"""How far a clock may be ahead of the server's and still be believed: a time zone set wrongly explains no more."""


def usable_day(stated: date, received: datetime) -> date:
    """Return the day that somebody stated, or where it cannot be that of a visit, the day in the city on which it came."""
    can_be = EARLIEST <= stated <= newest_day(received) + _AHEAD
    return stated if can_be else received.astimezone(CITY).date()


def usable_moment(stated: str, received: datetime) -> datetime | None:
    """Return the moment that a phone's clock stated, in UTC; None where there is none that can be.

    It can be none because nothing was stated, because it has no time zone, or because it lies before `EARLIEST` or more
    than a day after `received`: then the time of receipt counts.
    """
    try:
        there = datetime.fromisoformat(stated)
        found = there.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if there.tzinfo is None:
        return None
    return found if datetime.combine(EARLIEST, time(), UTC) <= found <= received + _AHEAD else None
