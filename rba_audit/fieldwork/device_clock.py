"""Warnings about wrong device clocks: the sent times are stored unchanged, and the time of receipt counts instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from rba_audit.days import usable_day, usable_moment
from rba_audit.messages import Message, format_day, say


def clock_remarks(document: Mapping[str, Any], received: datetime) -> tuple[Message, ...]:
    """Return a warning for an impossible day of a visit or report, and one for the first impossible moment.

    "Impossible" is as in `days.usable_day` and `days.usable_moment`.
    """
    messages = []
    day = date.fromisoformat(document["day"]) if "day" in document else None
    if day is not None and (used := usable_day(day, received)) != day:
        messages.append(
            say(
                "The day of the visit, {day}, cannot be; the day on which it came counts, {used}. Set the clock of the phone.",
                day=day.isoformat(),
                used=format_day(used),
            )
        )
    wrong = next((text for text in _moments(document) if text and usable_moment(text, received) is None), None)
    if wrong is not None:
        messages.append(
            say(
                "The clock of the phone said {moment}, which cannot be; the time at which this came counts. Set the clock.",
                moment=wrong,
            )
        )
    return tuple(messages)


def _moments(document: Mapping[str, Any]) -> Iterator[str | None]:
    yield from (document.get(name) for name in ("at", "begun_at", "frozen_at"))
    yield (document.get("position") or {}).get("at")
    # The time in a gallery photo's file may come from another device's clock.
    yield from (photo.get("taken_at") for photo in document.get("photos") or () if photo.get("source") != "gallery")
