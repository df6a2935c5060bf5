"""What is told about a phone whose clock is wrong: its days and moments stay as they were sent, and those of receipt count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from rba_audit.days import usable_day, usable_moment
from rba_audit.messages import Message, format_day, say


def clock_remarks(document: Mapping[str, Any], received: datetime) -> tuple[Message, ...]:
    """Return a sentence for the day, and one for the first moment, of a visit or a report that cannot be."""
    told = []
    day = date.fromisoformat(document["day"]) if "day" in document else None
    if day is not None and (used := usable_day(day, received)) != day:
        told.append(
            say(
                "The day of the visit, {day}, cannot be; the day on which it came counts, {used}. Set the clock of the phone.",
                day=day.isoformat(),
                used=format_day(used),
            )
        )
    wrong = next((text for text in _moments(document) if text and usable_moment(text, received) is None), None)
    if wrong is not None:
        told.append(
            say(
                "The clock of the phone said {moment}, which cannot be; the time at which this came counts. Set the clock.",
                moment=wrong,
            )
        )
    return tuple(told)


def _moments(document: Mapping[str, Any]) -> Iterator[str | None]:
    yield from (document.get(name) for name in ("at", "begun_at", "frozen_at"))
    yield (document.get("position") or {}).get("at")
    # What the file of a gallery photo says is no word of this phone's clock.
    yield from (photo.get("taken_at") for photo in document.get("photos") or () if photo.get("source") != "gallery")
