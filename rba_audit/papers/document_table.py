"""Table of the documents that answer questions at a site, for its report."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.current_answers import CurrentDocument
from rba_audit.messages import format_day, say


def document_table(documents: Sequence[CurrentDocument]) -> dict[str, object]:
    """Return title, headings and rows: a document's name, its date, and until when it is valid or since when it is not."""
    return {
        "title": str(say("Documents as evidence")),
        "headings": [str(say("Document")), str(say("Date")), str(say("Valid until"))],
        "rows": [
            [document.version.name, format_day(document.version.dated), validity(document)] for document in documents
        ],
    }


def validity(document: CurrentDocument) -> str:
    """Return until when a document is valid, or since when it is not."""
    until = document.version.valid_until
    if document.state == "withdrawn" and document.withdrawn_on is not None:
        return str(say("withdrawn on {day}", day=document.withdrawn_on))
    if document.state == "damaged":
        return str(say("its record is damaged"))
    if until is None:
        return str(say("does not expire"))
    return str(say("{day}, expired", day=until)) if document.state == "expired" else format_day(until)
