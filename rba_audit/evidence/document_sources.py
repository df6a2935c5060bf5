"""Sources of answers that a document gives: which document, until when it is valid, or why its answer does not count any more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rba_audit.messages import Message, say

DocumentState = Literal["valid", "expired", "withdrawn", "damaged"]
"""State of an accepted document on the day of the audit; `damaged` if some of its rows in the register cannot be read."""


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """The document that answers a question at a site, or that did until it expired or was withdrawn.

    Attributes:
        document_id: The id of the document; empty for readers who see only the public fields.
        name: Its title, with its number in parentheses if it has one; empty likewise.
        dated: The day from which it counts.
        valid_until: The last day on which it is valid; None if it does not expire.
        withdrawn_on: The day on which it was withdrawn; None unless it is.
        over_answer: Whether a surveyor's answer to the question lies under it, of a visit or in the site's own document.
    """

    document_id: str
    name: str
    dated: date
    state: DocumentState
    valid_until: date | None = None
    withdrawn_on: date | None = None
    over_answer: bool = False

    @property
    def source(self) -> str:
        """The source as it is written in the findings table: `document:<id>@<date>`; empty if it gives no answer any more."""
        if self.state != "valid":
            return ""
        return f"document:{self.document_id}@{self.dated.isoformat()}" if self.document_id else "document"

    @property
    def account(self) -> Message:
        """The document in words, and until when it is valid or why it is not."""
        return self._named() if self.name else self._unnamed()

    def _named(self) -> Message:
        if self.state == "withdrawn" and self.withdrawn_on is not None:
            return say("the document “{name}” was withdrawn on {day}", name=self.name, day=self.withdrawn_on)
        if self.state == "damaged":
            return say("the record of the document “{name}” is damaged", name=self.name)
        if self.valid_until is None:
            return say("document “{name}” of {day}", name=self.name, day=self.dated)
        if self.state == "expired":
            return say("the document “{name}” expired; it was valid until {day}", name=self.name, day=self.valid_until)
        return say(
            "document “{name}” of {day}, valid until {until}", name=self.name, day=self.dated, until=self.valid_until
        )

    def _unnamed(self) -> Message:
        if self.state == "withdrawn":
            return say("the document was withdrawn")
        if self.state == "damaged":
            return say("the record of the document is damaged")
        return say("the document expired") if self.state == "expired" else say("from a document")

    @property
    def public(self) -> DocumentSource:
        """The same source without id, name and days."""
        return replace(self, document_id="", name="", dated=date.min, valid_until=None, withdrawn_on=None)
