"""Draft of the covering letter of an evidence pack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rba_audit.messages import format_day, format_number, say
from rba_audit.papers.issue import Issue
from rba_audit.papers.letter_frame import GAP, letter_frame
from rba_audit.papers.typesetting import typeset
from rba_audit.register.office import Office

_TEMPLATE: Final = "cover.typ"


def cover_letter(issue: Issue, office: Office, year: int, contents: Sequence[tuple[str, int]], missing: int) -> bytes:
    """Return the draft of the covering letter as a PDF file; `contents` are the names of what is enclosed, with their numbers."""
    day = format_day(issue.day)
    data = {
        **issue.frame(str(say("Evidence for the child-friendly city award, round {year}", year=str(year)))),
        "draft": str(say("Draft: to be checked, numbered and signed by the office")),
        **letter_frame(office, day),
        "facts": [
            [str(say("Number")), GAP],
            [str(say("Attachment")), str(say("one evidence pack with its index"))],
            [str(say("Subject")), str(say("Evidence for the child-friendly city award, round {year}", year=str(year)))],
        ],
        "to": str(say("To {agency}", agency=GAP)),
        "paragraphs": [
            str(
                say(
                    "Enclosed is the evidence of play spaces for the round {year}, as of {day}. Its index lists each file with its pages and its SHA-256 hash.",
                    year=str(year),
                    day=day,
                )
            ),
            str(
                say(
                    "{count} documents that this round needs are still missing, expired, unsigned, refused or not accepted yet; the first page of the index names each with its holder and deadline.",
                    count=missing,
                )
                if missing
                else say("No document that this round needs is missing.")
            ),
        ],
        "headings": [str(say("Enclosed")), str(say("Quantity"))],
        "rows": [[name, format_number(number, 0)] for name, number in contents],
    }
    return typeset(_TEMPLATE, data, at=issue.at)
