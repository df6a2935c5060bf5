"""Documents that an agency still owes to the folder of a round: the reminder as text, and their deadlines as a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Final

from rba_audit.followup.surveillance import TIME_ZONE, calendar_text, folded_line
from rba_audit.messages import format_day, say

_MOST_LINES: Final = 40  # of an event
_UID_LETTERS: Final = 20


@dataclass(frozen=True, slots=True)
class OwedDocument:
    """A document that an agency owes, as texts for the reader.

    Attributes:
        kind: The words of its kind.
        about: What it has to contain; may be empty.
        site: The name of its site; empty for the whole city.
        area: Kelurahan and kecamatan of the site; may be empty.
        agency: The name of the agency.
        due: The day by which it is needed.
        step: Name of the step of the calendar that ends on that day.
        state: The words of its state.
        asked: The day on which it was asked for; None if it was not.
        link: The address by which it can be sent; empty in papers made later.
        link_until: The last day on which the link opens; None without one.
    """

    kind: str
    about: str
    site: str
    area: str
    agency: str
    due: date
    step: str
    state: str
    asked: date | None = None
    link: str = ""
    link_until: date | None = None

    @property
    def title(self) -> str:
        """Its kind and site in one line."""
        return f"{self.kind} — {self.site}" if self.site else self.kind


def reminder_text(year: int, owed: Sequence[OwedDocument], office: str, day: date) -> str:
    """Return a message to send by WhatsApp or e-mail: what is owed, by agency and deadline; plain text."""
    lines: list[str] = []
    for agency, group in groupby(sorted(owed, key=_by_agency), key=lambda each: each.agency):
        documents = list(group)
        lines += [
            str(say("To {agency}", agency=_plain(agency))),
            str(
                say(
                    "Still needed for the KLA folder of {year}, as of {day}; number of documents: {count}",
                    count=len(documents),
                    year=str(year),
                    day=day,
                )
            ),
            "",
        ]
        for number, each in enumerate(documents, 1):
            lines.append(f"{number}. {_plain(each.title)}{f' ({_plain(each.area)})' if each.area else ''}")
            facts = [str(say("by {day}", day=each.due)), each.state]
            if each.asked:
                facts.append(str(say("asked on {day}", day=each.asked)))
            lines.append(f"   {' · '.join(facts)}")
            if each.link:
                lines.append(f"   {each.link}")
        lines.append("")
    if not lines:
        lines = [str(say("Nothing is owed here.")), ""]
    elif any(each.link for each in owed):
        until = min(each.link_until for each in owed if each.link_until)
        lines.append(
            str(say("Each link takes exactly one document, needs no account, and opens until {day}.", day=until))
        )
    else:
        lines.append(str(say("Please send them with the links of our letter, or ask us for new ones.")))
    return "\n".join([*lines, *([_plain(office)] if office else []), ""])


def deadline_calendar(
    year: int, owed: Sequence[OwedDocument], now: datetime, *, warning_days: int, of: str = ""
) -> str:
    """Return the deadlines as an iCalendar file: one whole-day event for each agency and step, with an alarm before it.

    The id of an event stays the same while its day or its documents change, so a calendar replaces it.

    Args:
        year: The year of the round.
        owed: What is owed.
        now: The time stamp of the file.
        warning_days: How many days ahead the alarm is.
        of: The filter of the documents, so that the calendar of one kelurahan replaces no other.

    Source: RFC 5545.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//RBA Audit//KLA folder//ID",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{calendar_text(str(say('KLA folder {year}', year=str(year))))}",
        *TIME_ZONE,
    ]
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for (agency, step), group in groupby(sorted(owed, key=_by_step), key=lambda each: (each.agency, each.step)):
        documents = list(group)
        due = min(each.due for each in documents)
        summary = say("KLA {year}: {count} documents of {agency}", year=str(year), count=len(documents), agency=agency)
        names = [f"- {each.title}: {each.state}" for each in documents[:_MOST_LINES]]
        if len(documents) > _MOST_LINES:
            names.append(str(say("and {count} more", count=len(documents) - _MOST_LINES)))
        uid = sha256("\n".join((agency, step, of)).encode("utf-8", "replace")).hexdigest()[:_UID_LETTERS]
        lines += [
            "BEGIN:VEVENT",
            f"UID:kla-{year}-{uid}@rba-audit",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
            f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{calendar_text(str(summary))}",
            f"DESCRIPTION:{calendar_text(chr(10).join(names))}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"TRIGGER:-P{warning_days}D",
            f"DESCRIPTION:{calendar_text(str(summary))}",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded_line(line)}\r\n" for line in lines)


def due_words(due: date, today: date) -> str:
    """Return a deadline for a paper, marked if it has passed."""
    return f"{format_day(due)} ({say('overdue')})" if due < today else format_day(due)


def _by_agency(each: OwedDocument) -> tuple[str, str, date, str]:
    return each.agency.casefold(), each.agency, each.due, each.site.casefold()


def _by_step(each: OwedDocument) -> tuple[str, str, date, str]:
    return each.agency, each.step, each.due, each.site.casefold()


def _plain(text: str) -> str:
    """Return a text in one line, without characters that cannot be seen."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
