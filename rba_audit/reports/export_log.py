"""Log of exports as CSV, and parsing of its time range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from rba_audit.days import CITY
from rba_audit.errors import EvidenceError
from rba_audit.messages import say
from rba_audit.register.exports import Export
from rba_audit.reports.columns import Column
from rba_audit.reports.spreadsheets import csv_text

_DAY: Final = len("2026-11-30")


def exports_csv(exports: Sequence[Export], names: Mapping[str, str]) -> str:
    """Return exports as CSV; `names` are the names of persons by id."""
    columns: list[Column[Export]] = [
        Column(say("Time"), lambda export: export.at.astimezone(CITY).isoformat(timespec="seconds")),
        Column(say("Person"), lambda export: names.get(export.person_id, "")),
        Column(say("Id"), lambda export: export.person_id),
        Column(say("Role"), lambda export: export.role),
        Column(say("File"), lambda export: export.kind),
        Column(say("Filter"), lambda export: export.filter),
        Column(say("Rows"), lambda export: export.rows),
        Column(say("Photos"), lambda export: export.photos),
    ]
    return csv_text(columns, exports)


def time_range(since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """Parse a time range in the time zone of the city; an empty text is no bound.

    A day without a time means its beginning for `since` and its end for `until`.

    Raises:
        EvidenceError: a text is not an ISO date or time, or the range ends before it begins.
    """
    first, last = _moment(since, at_end=False), _moment(until, at_end=True)
    if first and last and last <= first:
        raise EvidenceError(
            say("The span ends ({until}) before it begins ({since}); swap the two.", since=since, until=until)
        )
    return first, last


def _moment(text: str, *, at_end: bool) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if at_end and len(text) <= _DAY:
            moment += timedelta(days=1)
        return moment if moment.tzinfo else moment.replace(tzinfo=CITY)
    except (ValueError, OverflowError):
        raise EvidenceError(
            say("“{text}” is no day or moment; write 2026-11-30 or 2026-11-30T14:00.", text=text)
        ) from None
