"""Letters that ask agencies for documents of the KLA folder, as PDF files: what is needed by when, with a link for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from rba_audit.days import CITY
from rba_audit.messages import format_day, language, say
from rba_audit.papers.letter_frame import frame_values, letter_day, letter_frame
from rba_audit.papers.letter_wording import default_number, fill_placeholders
from rba_audit.papers.owed_documents import OwedDocument, due_words
from rba_audit.papers.typesetting import typeset
from rba_audit.register.office import Office

REQUEST_TEMPLATE: Final = "request.typ"


def document_letter(agency: str, year: int, owed: Sequence[OwedDocument], office: Office, at: datetime) -> bytes:
    """Return the letter to an agency as a PDF file in the current language; its date is the day of `at` in the city."""
    return typeset(REQUEST_TEMPLATE, letter_data(agency, year, owed, office, at), at=at.replace(microsecond=0))


def letter_data(agency: str, year: int, owed: Sequence[OwedDocument], office: Office, at: datetime) -> dict[str, Any]:
    """Return the data of the template: texts and lists of texts only."""
    today = at.astimezone(CITY).date()
    day = letter_day(today)
    values = {**frame_values(office, today), "agency": agency, "count": str(len(owed))}
    until = [each.link_until for each in owed if each.link_until]
    return {
        "lang": language(),
        "title": str(say("Documents for the KLA folder of {year}", year=str(year))),
        "office": office.name,
        "day": day,
        "page_words": str(say("Page")),
        **letter_frame(office, day),
        "facts": [
            [str(say("Number")), fill_placeholders(office.letter_number or default_number(), values)],
            [str(say("Subject")), str(say("Documents for the KLA folder of {year}", year=str(year)))],
        ],
        "to": str(say("To {agency}", agency=agency)),
        "opening": [
            str(
                say(
                    "The city hands in its folder for the child-friendly-city award (KLA) of {year}. These documents that {agency} holds are still needed ({count}):",
                    year=str(year),
                    count=len(owed),
                    agency=agency,
                )
            )
        ],
        "headings": [str(say("Document")), str(say("Site")), str(say("State")), str(say("By when"))],
        "rows": [_row(each, today) for each in owed],
        "closing": [
            *(
                [
                    str(
                        say(
                            "Each link takes exactly the document above it, without an account, as PDF, JPEG, PNG, XLSX or DOCX of at most 20 MB. It opens until {day}; until we have accepted a file, a newer one replaces it. Hand a link only to the person who sends the document.",
                            day=format_day(min(until)),
                        )
                    )
                ]
                if until
                else []
            ),
            str(say("Thank you for your help.")),
        ],
    }


def _row(each: OwedDocument, today: Any) -> dict[str, str]:
    return {
        "document": each.kind,
        "about": each.about,
        "site": each.site or str(say("the whole city")),
        "area": each.area,
        "state": each.state,
        "due": due_words(each.due, today),
        "link": each.link,
    }
