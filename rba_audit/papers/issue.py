"""Office, moment and language of a paper, as every template reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rba_audit.days import CITY
from rba_audit.messages import format_day, language, say


@dataclass(frozen=True, slots=True)
class Issue:
    """The office that issues a paper, and the moment whose data it shows (UTC).

    The office is empty if it is not known; the paper then names none.
    """

    office: str
    at: datetime

    def frame(self, title: str) -> dict[str, object]:
        """Return the data of every paper, in the current language: `lang`, `title`, `office`, `day`, `page_words` and `note`."""
        here = self.at.astimezone(CITY)
        return {
            "lang": language(),
            "title": title,
            "office": self.office,
            "day": str(say("as of {day}, {time}", day=format_day(here.date()), time=f"{here:%H:%M} {here.tzname()}")),
            "page_words": str(say("Page")),
            "note": str(say("Readiness estimate, not an official score")),
        }
