"""Format moments in local time, and browsers by name.

Moments are stored in UTC and shown in the time of western Indonesia (WIB).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from rba_audit.days import CITY
from rba_audit.messages import format_day
from rba_audit.register import Visit

__all__ = ["agent_words", "city_day", "format_day", "format_moment", "stated_day", "visit_words"]

# Edge and others also claim to be Chrome or Safari, so their own names come first.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def stated_day(text: str) -> str:
    """Return a day that a file states (`2026-04-06`, perhaps with a time) in the usual format; other texts unchanged."""
    try:
        return format_day(date.fromisoformat(text[: len("2026-04-06")]))
    except ValueError:
        return text


def format_moment(moment: datetime) -> str:
    """Return day and time, such as `24 Nov 2026, 09.10 WIB`."""
    local = moment.astimezone(CITY)
    return f"{format_day(local.date())}, {local:%H.%M} {CITY}"


def city_day(day: date) -> str:
    """Return a day such as `24 Nov 2026`; of a moment, its day in the city."""
    return format_day(day.astimezone(CITY).date() if isinstance(day, datetime) else day)


def visit_words(visit: Visit, *, same_day: bool) -> str:
    """Return the day of a visit; with its time, if known, where another visit of the site has the same day."""
    return format_moment(visit.finished_at) if same_day and visit.finished_at else format_day(visit.day)


def agent_words(header: str) -> str:
    """Return browser and system of a User-Agent header, such as `Chrome, Android`; empty where it names neither."""
    names = [next((words for sign, words in table if sign in header), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, names))
