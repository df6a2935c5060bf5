"""Office, moment and language of a paper, as every template reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rba_audit.days import CITY
from rba_audit.messages import format_day, language, say


@dataclass(frozen=True, slots=True)
class Issue:
    """The office that issues a paper, and the moment whose data it shows.

    Attributes:
        office: The name of the office; empty if it is not known: the paper then names none.
        at: The moment, in UTC.
        whole_day: Whether papers state only the day, so that they are the same at any time of it.
        warning: What else the reader has to know about the data, such as visits that are not approved yet; or empty.
    """

    office: str
    at: datetime
    warning: str = ""
    whole_day: bool = False

    @property
    def day(self) -> date:
        """The day of the moment in the city."""
        return self.at.astimezone(CITY).date()

    def frame(self, title: str) -> dict[str, object]:
        """Return the data of every paper, in the current language: `lang`, `title`, `office`, `day`, `page_words`, `note`, `warning`."""
        here = self.at.astimezone(CITY)
        day = format_day(here.date())
        time = say("as of {day}, {time}", day=day, time=f"{here:%H.%M} {here.tzname()}")
        return {
            "lang": language(),
            "title": title,
            "office": self.office,
            "day": str(say("as of {day}", day=day) if self.whole_day else time),
            "page_words": str(say("Page")),
            "warning": self.warning,
            "note": str(say("Readiness estimate, not an official score")),
        }
