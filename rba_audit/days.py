"""Which day it is: in the city, and where each day begins first.

It asks the clock; what is judged never does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

CITY: Final = timezone(timedelta(hours=7), "WIB")
"""The time of western Indonesia, which the city keeps."""
_EASTERN: Final = timezone(timedelta(hours=9), "WIT")


def today() -> date:
    """Return the day in the city."""
    return datetime.now(CITY).date()


def newest_day(now: datetime | None = None) -> date:
    """Return the newest day that has begun anywhere in Indonesia: what is dated later has not happened yet."""
    return (now or datetime.now(UTC)).astimezone(_EASTERN).date()
